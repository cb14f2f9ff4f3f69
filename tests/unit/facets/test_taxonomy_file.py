"""A taxonomy file of the user's own: what it can say, and what a bad one answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.errors import InputError
from search.facets.topic import Taxonomy

GOOD = """
[[topic]]
name = "水利"
words = { "水库" = 3, "灌溉" = 1.5, "渠道" = 1.5 }
exclude = ["销售渠道"]

[[topic]]
name = "防汛"
parent = "水利"
patterns = { "超警戒水位[0-9.]+米" = 3 }
"""


def topics(taxonomy: Taxonomy, text: str) -> list[str]:
    return [evidence.topic for evidence in taxonomy.topics_of(text)]


def test_a_file_replaces_the_shipped_topics(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(GOOD, encoding="utf-8")
    taxonomy = Taxonomy.load(path)
    assert taxonomy.names == ("水利", "防汛")
    assert taxonomy.topics[1].parent == "水利"
    assert taxonomy.source == GOOD
    assert taxonomy.digest != Taxonomy.load().digest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新修水库一座。", ["水利"]),
        ("灌溉渠道畅通。", ["水利"]),
        ("灌溉面积扩大。渠道畅通。", []),
        ("灌溉机械的销售渠道畅通。", []),
        ("洪峰超警戒水位1.2米。", ["防汛"]),
    ],
)
def test_weights_patterns_and_exclusions(text: str, expected: list[str]) -> None:
    assert topics(Taxonomy.parse(GOOD, "topics.toml"), text) == expected


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert Taxonomy.load(path).digest == Taxonomy.parse(GOOD, "x").digest


def table(rest: str) -> str:
    return f'[[topic]]\nname = "甲"\n{rest}\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[topic", "not valid TOML"),
        ("", "no [[topic]] table"),
        ('topic = "甲"', "no [[topic]] table"),
        ("topic = [1]", "topic 1 has no name"),
        ("[[topic]]\nwords = { 水库 = 3 }", "not valid TOML"),
        ('[[topic]]\nwords = { "水库" = 3 }', "topic 1 has no name"),
        ('[[topic]]\nname = "未分类"\nwords = { "水库" = 3 }', "no topic at all"),
        (table('words = ["水库"]'), "must be a table"),
        (table('words = { "水库" = "三" }'), "weight of '水库'"),
        (table('words = { "水库" = 0 }'), "weight of '水库'"),
        (table('words = { "水库" = true }'), "weight of '水库'"),
        (table('words = { "水" = 3 }'), "shorter than two"),
        (table(""), "neither words nor patterns"),
        (table('word = { "水库" = 3 }'), "unknown key 'word'"),
        (table('patterns = { "(水库" = 3 }'), "no regular expression"),
        (table('patterns = { "水*" = 3 }'), "matches nothing"),
        (table('words = { "水库" = 3 }\nexclude = "库"'), "list of phrases"),
        (table('words = { "水库" = 3 }\nparent = "乙"'), "no other topic"),
        (table('words = { "水库" = 3 }') * 2, "is there twice"),
    ],
)
def test_a_bad_file_gets_one_clear_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Taxonomy.load(path)
    message = caught.value.message
    assert says in message
    assert str(path) in message
    assert message.endswith(".")
    assert "\n" not in message
    assert str(path) in caught.value.sentence.said("zh")


def test_a_missing_file_and_one_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Taxonomy.load(tmp_path / "none.toml")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match="not UTF-8"):
        Taxonomy.load(binary)
