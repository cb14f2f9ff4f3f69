"""What else counts for a text, kind by kind, and only what was switched on."""

from __future__ import annotations

import pytest

from search.analysis import equivalence
from search.analysis.equivalence import KINDS, Equivalences, Kind, Synonyms
from search.errors import UsageError

LINES = ("信访 = 上访 ＝ 来信来访", "# 注", "留守儿童 -> 农村留守儿童，留守孩子")
SYNONYMS = Synonyms.parse("\n".join(LINES), "f")


def forms(text: str, *kinds: Kind) -> set[str]:
    equivalences = Equivalences.of(kinds, SYNONYMS)
    return {form.text for form in (*equivalences.forms(text), *equivalences.shown(text))}


@pytest.mark.parametrize(
    ("kind", "text", "other"),
    [
        ("script", "矛盾纠纷", "矛盾糾紛"),
        ("script", "矛盾糾紛", "矛盾纠纷"),
        ("script", "里程碑", "里程碑"),
        ("variants", "身份证", "身分证"),
        ("variants", "约翰·史密斯", "约翰•史密斯"),
        ("variants", "账户", "帐户"),
        ("numbers", "13.6万", "136000"),
        ("years", "2018年", "二〇一八年"),
        ("years", "二零一八年", "2018年"),
        ("places", "襄樊市", "襄阳市"),
        ("places", "襄阳市", "襄樊市"),
        ("places", "襄樊", "襄阳"),
        ("synonyms", "上访", "来信来访"),
        ("synonyms", "留守儿童", "留守孩子"),
    ],
)
def test_each_kind_knows_other_writings(kind: Kind, text: str, other: str) -> None:
    assert other in forms(text, kind) or other == text
    others: tuple[Kind, ...] = tuple(k for k in KINDS if k != kind)
    assert other not in forms(text, *others) or other == text


def test_an_arrow_leads_one_way() -> None:
    assert forms("留守孩子", "synonyms") == set()


def test_nothing_is_on_that_was_not_switched_on() -> None:
    assert forms("2018年信访13.6万件") == set()


@pytest.mark.parametrize("character", ["干", "乾", "幹"])
def test_characters_that_become_one_are_alike_both_ways(character: str) -> None:
    (alike,) = Equivalences.of(["script"], SYNONYMS).alike(character)
    assert set("干乾幹") <= set(alike)


def test_zeros_of_a_year_are_alike() -> None:
    assert Equivalences.of(["years"], SYNONYMS).alike("〇") == ("".join(sorted("〇○◯零")),)


def test_what_is_alike_to_a_character_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []

    def same_characters(character: str) -> str:
        looked_up.append(character)
        return ""

    monkeypatch.setattr(equivalence, "same_characters", same_characters)
    every = Equivalences.of(["variants"], SYNONYMS)
    assert every.alike("龘" * 100) == ("龘",) * 100
    assert looked_up == ["龘"]


def test_a_variant_is_alike_in_both_scripts() -> None:
    (alike,) = Equivalences.of(["script", "variants"], SYNONYMS).alike("账")
    assert set("账帐賬帳") <= set(alike)


@pytest.mark.parametrize("line", ["信访", "a = ", "a -> b -> c", f"a = {'字' * 60}"])
def test_a_synonym_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(UsageError, match=r"Line 2 of my\.txt"):
        Synonyms.parse(f"信访 = 上访\n{line}\n", "my.txt")


def test_the_digest_says_whether_two_lists_say_the_same() -> None:
    assert Synonyms.parse("a = b", "x").digest == Synonyms.parse("# c\nb = a\n", "y").digest
    assert Synonyms.parse("a = b", "x").digest != Synonyms.parse("a -> b", "x").digest
