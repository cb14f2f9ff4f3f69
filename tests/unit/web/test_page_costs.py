"""What a page asks for, counted: one reader, few parses, and no part of a query looked up twice."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from search.engines.whoosh import matching
from search.engines.whoosh.engine import WhooshEngine, WhooshReader
from search.query.parser import QueryText
from search.web import create_app

from .corpus import DATONG, GUIGANG, HOSTILE, index_of


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[Any]:
    """How often a reader was opened, a query parsed, and each leaf looked up in each text."""
    counts: Counter[Any] = Counter()

    def counting(name: str, call: Any) -> Any:
        def called(*args: Any, **kwargs: Any) -> Any:
            counts[name] += 1
            return call(*args, **kwargs)

        return called

    monkeypatch.setattr(WhooshEngine, "reader", counting("readers", WhooshEngine.reader))
    monkeypatch.setattr("search.searching.index.QueryText", counting("parses", QueryText))
    # Each of these is one walk, whatever it asks for at once.
    for name in ("answer", "search_all"):
        monkeypatch.setattr(WhooshReader, name, counting("walks", getattr(WhooshReader, name)))
    looked_up = matching.leaf_units

    def units(leaf: Any, fields: Any) -> Any:
        counts[leaf, id(fields)] += 1
        return looked_up(leaf, fields)

    monkeypatch.setattr(matching, "leaf_units", units)
    return counts


@pytest.mark.parametrize(
    ("address", "parses", "walks"),
    [
        ("/?q=网格化管理", 1, 1),
        ("/?q=“矛盾纠纷” 化解 -信访", 1, 1),
        ("/?q=矛盾糾紛&also=script", 1, 1),
        ("/api/v1/search?q=网格化管理&city=贵港市", 1, 1),
        ("/?q=没有的话 信访", 2, 3),
        ("/?q=贵港 矛盾", 3, 3),
        ("/?q=贵港 没有的话&topic=综治", 4, 3),
        ("/?q=矛盾糾紛 没有", 2, 3),
        ("/?q=“矛盾，纠纷”", 4, 3),
        ("/?q=矛盾纠分", 4, 3),
        ("/?q=maodunjiufen", 6, 3),
        ("/?q=guigang maodun", 6, 3),
        ("/?q=贵港市提升安全感工作综述", 2, 3),
        ("/?q=安全感工作综述 第三条", 2, 3),
        ("/?q=zzz", 4, 3),
        # Nobody reads there what else may be meant.
        ("/api/v1/facets?q=没有的话 信访", 1, 1),
        ("/facet/city?q=没有的话 信访", 1, 1),
        ("/feed.atom?q=没有的话 信访", 1, 1),
    ],
)
def test_a_page_asks_for_nothing_twice(
    counted: Counter[Any], address: str, parses: int, walks: int
) -> None:
    client = create_app(index_of(GUIGANG, DATONG, HOSTILE)).test_client()
    client.get(address)  # what is made once for each commit
    counted.clear()
    assert client.get(address).status_code == 200
    assert counted["readers"] == 1
    # What was typed, what is left of it where something in it is named as a filter, and, where
    # little is found, what else it is read as and the looser searches that are offered.
    assert counted["parses"] <= parses
    assert counted["walks"] <= walks
    assert {count for name, count in counted.items() if isinstance(name, tuple)} <= {1}
