"""Forty records in five styles, each reference checked by hand: tests/data/citations.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from search.citing.styles import STYLES, cite
from unit.citations.records import SEEDS, document

GROUPS = tomllib.loads(
    (Path(__file__).parents[2] / "data" / "citations.toml").read_text(encoding="utf-8")
)["group"]
CASES = [
    pytest.param(item, style, reference, id=f"{item['name']}, {style}")
    for group in GROUPS
    for item in group["item"]
    for style, reference in item["expected"].items()
]


def test_every_group_has_its_rule_and_every_record_five_styles() -> None:
    items = [item for group in GROUPS for item in group["item"]]
    assert len(items) >= 40
    assert all(group["rule"] for group in GROUPS)
    assert all(item["expected"].keys() <= STYLES.keys() for item in items)
    assert {len(item["expected"]) for item in items} == {5}


@pytest.mark.parametrize(("item", "style", "reference"), CASES)
def test_a_reference_is_as_the_rule_has_it(
    item: dict[str, Any], style: str, reference: str
) -> None:
    cited = SEEDS[item["seed"]] if "seed" in item else document(**item["fields"])
    citation = cite(cited, style=style, **item.get("added", {}))
    assert citation.text == reference
    assert citation.text.splitlines() == [citation.text]
    assert not [word for word in ("S.l.", "s.n.", "不详", "佚名", "None") if word in citation.text]
