"""Operators, fields and wildcards of the query language, and what it does with odd input."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naive_engine import expression
from search.analysis.words import Analyzer
from search.documents.facets import FacetName
from search.query.fields import Resolved
from search.query.nodes import (
    GAPS_LIMIT,
    RUN_CHARS,
    And,
    Every,
    FacetIs,
    InField,
    Literal,
    Near,
    Node,
    Not,
    Notice,
    Or,
    Query,
    Wildcard,
    Word,
    wildcard,
)
from search.query.parser import NODES_LIMIT, parse_query
from search.searching.wider import literally

ANALYZER = Analyzer()

A, B, C, D = (Literal(c) for c in "甲乙丙丁")


def parse(text: str, *, any_term: bool = False) -> Query:
    return parse_query(text, ANALYZER, any_term=any_term)


def codes(text: str) -> list[str]:
    return [notice.code for notice in parse(text).notices]


def leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case Not(child):
            yield from leaves(child)
        case _:
            yield node


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("甲 OR 乙", Or((A, B))),
        ("甲 | 乙", Or((A, B))),
        ("甲 ｜ 乙", Or((A, B))),
        ("甲 || 乙", Or((A, B))),
        ("甲 |乙", Or((A, B))),
        ("甲 ＯＲ 乙 OR 丙", Or((A, B, C))),
        ("甲 AND 乙", And((A, B))),
        ("甲 && 乙", And((A, B))),
        ("甲 NOT 乙", And((A, Not(B)))),
        ("甲 -乙", And((A, Not(B)))),
        ("(甲 OR 乙) 丙", And((Or((A, B)), C))),
        ("（甲 ｜ 乙） 丙", And((Or((A, B)), C))),
        ("（甲 OR 乙）AND 丙", And((Or((A, B)), C))),
        ("(甲 OR 乙)&&丙", And((Or((A, B)), C))),
        ("甲 -(乙 OR 丙)", And((A, Not(Or((B, C)))))),
        ("甲 NOT(乙 丙)", And((A, Not(And((B, C)))))),
        ("甲 OR -乙", Or((A, Not(B)))),
        ("((甲) OR (乙 丙))", Or((A, And((B, C))))),
        ("(甲 OR (乙 -(丙 OR 丁)))", Or((A, And((B, Not(Or((C, D)))))))),
        ("NOT 甲", And((Every(), Not(A)))),
        ('("甲 乙"~3 OR "丙丁")', Or((Near("甲", "乙", 3), Literal("丙丁")))),
    ],
)
def test_operators(text: str, match: Node) -> None:
    assert parse(text).match == match
    assert parse(text).notices == ()


def test_or_joins_its_neighbours_and_binds_before_a_space() -> None:
    assert parse("甲 乙 OR 丙").match == And((A, Or((B, C))))
    assert parse("甲 AND 乙 OR 丙").match == Or((And((A, B)), C))
    for text in ("甲 乙 OR 丙", "甲 AND 乙 OR 丙"):
        assert codes(text) == ["mixed-operators"]
    assert codes("甲 OR 乙 -丙 year:2017") == []


@pytest.mark.parametrize(
    "text",
    ["GB/T:2015", "http://a.cn/x?id=1", "1+10+N", "94.01%", "办法（试行）", "（试行）办法", "a:b"],
)
def test_operators_inside_an_item_are_text(text: str) -> None:
    query = parse(text)
    assert isinstance(literally(query.match), Literal)
    assert query.notices == ()


def test_parentheses_in_a_name_stay_inside_a_group() -> None:
    match = literally(parse("(办法（试行） OR 甲)").match)
    assert match == Or((Literal("办法(试行)"), A))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("title:网格化管理", InField("title", Literal("网格化管理"))),
        ("标题：网格化管理", InField("title", Literal("网格化管理"))),
        ("TITLE:“甲 乙”", InField("title", Literal("甲乙"))),
        ("作者:张三", InField("author", Literal("张三"))),
        ("标题:“《甲》”", InField("title", Literal("《甲》"))),
        ("标题:《甲》乙", InField("title", Literal("《甲》乙"))),
        ("title:甲*乙", InField("title", Wildcard(("甲", "乙"), (wildcard("甲*乙").gaps[0],)))),  # type: ignore[union-attr]
        ("city:贵港市", FacetIs("city", ("贵港市",))),
        ("地点:桂平", FacetIs("place", ("桂平",))),
        ("城市：~unknown", FacetIs("city", (None,))),
        ("来源:未知", FacetIs("source", (None,))),
        ("主题:未知", FacetIs("topic", ("未分类",))),
        ("year:2017", FacetIs("year", ((2017, 2017),))),
        ("年份：２０１７", FacetIs("year", ((2017, 2017),))),
        ("year:2017..2021", FacetIs("year", ((2017, 2021),))),
        ("year:2021..2017", FacetIs("year", ((2017, 2021),))),
        ("year:2017..", FacetIs("year", ((2017, 9999),))),
        ("year:..2021", FacetIs("year", ((1, 2021),))),
        ("year:2017-2021", FacetIs("year", ((2017, 2021),))),
        ("year:2017年", FacetIs("year", ((2017, 2017),))),
        ("year:[2017 TO 2021]", FacetIs("year", ((2017, 2021),))),
        ("文中年份:1937", FacetIs("named_year", ((1937, 1937),))),
    ],
)
def test_fields(text: str, match: Node) -> None:
    query = parse(text)
    assert query.match == And((Every(), match))
    assert query.notices == ()
    assert not query.asks_for_text
    assert not query.is_empty


def test_fields_are_excluded_grouped_and_joined_like_items() -> None:
    title = InField("title", A)
    assert parse("-title:甲").match == And((Every(), Not(title)))
    assert parse("title:甲 OR 乙").match == Or((title, B))
    assert parse("title:(甲 OR 丙) 乙").match == And((B, Or((title, InField("title", C)))))
    assert parse("甲 -(year:2017 OR title:甲)").match == And(
        (A, Not(Or((FacetIs("year", ((2017, 2017),)), title))))
    )


def test_any_joins_words_and_leaves_fields_required() -> None:
    assert parse("甲 网格化管理 title:甲", any_term=True).match == And(
        (
            Or((A, Literal("网格化管理"), Word("网格化"), Word("管理"))),
            InField("title", A),
        )
    )


@pytest.mark.parametrize("text", ["year:二零一七", "year:2017..x", "year:"])
def test_a_year_that_cannot_be_read_is_told(text: str) -> None:
    assert set(codes(text)) & {"year-unreadable", "field-empty"}


@pytest.mark.parametrize(
    ("pattern", "matches", "matches_not"),
    [
        ("通?法", ["通过法律", "交通新法"], ["通法", "通过了法"]),
        ("关于*的通知", ["关于印发办法的通知", "关于的通知"], ["关于。的通知", "的通知关于"]),
        ("通?*法", ["通过办法", "通x法"], ["通法"]),
        ("通??", ["通知了"], ["通知", "x通"]),
        ("?通", ["x通"], ["通"]),
        ("a*B", ["A，b"], ["a；b", "a…b"]),
    ],
)
def test_what_wildcards_match(pattern: str, matches: list[str], matches_not: list[str]) -> None:
    from search.analysis.text import fold

    found = parse(pattern).match
    assert isinstance(found, Wildcard)
    assert all(found.matches(fold(text)) for text in matches)
    assert not any(found.matches(fold(text)) for text in matches_not)


def test_a_star_is_at_most_so_many_characters() -> None:
    found = wildcard("a*b")
    assert isinstance(found, Wildcard)
    assert found.matches("a" + "x" * RUN_CHARS + "b")
    assert not found.matches("a" + "x" * (RUN_CHARS + 1) + "b")


def test_signs_that_ask_for_nothing_are_no_pattern() -> None:
    assert parse("网格*").match == parse("网格").match
    assert parse("*网格*").match == parse("网格").match
    assert parse('"网格*"').match == Literal("网格*")
    assert parse("为什么？").match == Or((Literal("为什么?"), Literal("为什么")))
    assert isinstance(parse("为什么?").match, Wildcard)


PATTERN_TEXTS = st.text("ab。?*", min_size=1, max_size=8)


@given(PATTERN_TEXTS, st.text("ab。xy", max_size=30))
def test_spans_are_what_the_expression_matches(written: str, text: str) -> None:
    found = wildcard(written)
    if not isinstance(found, Wildcard):
        return
    spans = list(found.spans(text))
    whole = expression(found)
    assert bool(spans) == (whole.search(text) is not None)
    for start, end in spans:
        assert whole.fullmatch(text, start, end)
    ends = {
        end for end in range(len(text) + 1) for s in range(end + 1) if whole.fullmatch(text, s, end)
    }
    assert {end for _, end in spans} == ends


def test_too_many_gaps_are_text() -> None:
    text = "a*" * (GAPS_LIMIT + 1) + "b"
    assert parse(text).match == Literal(text)
    assert codes(text) == ["wildcard-as-text"]


def test_positive_items_score_and_are_marked_and_no_others() -> None:
    query = parse("甲 -(乙 OR 丙) (丁 OR 网格化管理) title:戊 己?庚")
    assert query.literals == ("甲", "丁", "网格化管理")
    assert query.highlighted_words == ("网格化", "管理")
    assert [pattern.pattern for pattern in query.wildcards] == ["己?庚"]
    assert set(query.characters) == set("甲丁网格化管理己庚")
    assert parse("-(-甲)").literals == ("甲",)


def test_parts_are_what_a_partial_match_may_have() -> None:
    query = parse("网格化管理 “一把手” (甲 OR 乙) -丙 year:2017")
    assert [part.text for part in query.parts] == ["网格化", "管理", "一把手", "(甲 OR 乙)"]
    assert query.rest == And((Not(C), FacetIs("year", ((2017, 2017),))))
    assert parse("甲").parts == ()
    assert parse("甲 乙", any_term=True).parts == ()


def test_a_tree_has_a_limit_and_says_so() -> None:
    query = parse("甲 " * 3000)
    assert len(list(leaves(query.match))) <= NODES_LIMIT
    assert "too-many-items" in [notice.code for notice in query.notices]
    query = parse("网格化管理信访工作" * 1000)
    assert isinstance(query.match, (Literal, Or))
    assert len(list(leaves(query.match))) <= NODES_LIMIT


def test_nesting_has_a_limit_and_says_so() -> None:
    query = parse("(" * 100 + "甲" + ")" * 100)
    assert query.match == A
    assert "group-too-deep" in [notice.code for notice in query.notices]


@pytest.mark.parametrize(
    ("text", "match", "code"),
    [
        ("(甲 OR 乙", Or((A, B)), "group-closed"),
        ("甲 乙)", And((A, B)), "group-unopened"),
        ("甲 ) 乙", And((A, B)), "group-unopened"),
        ("() 甲", A, "group-empty"),
        ("甲 (", A, "operator-alone"),
        ("OR 甲", A, "operator-alone"),
        ("甲 OR", A, "operator-alone"),
        ("甲 | | 乙", Or((A, B)), "operator-alone"),
        ("甲 - 乙", And((A, B)), "operator-alone"),
        ("甲 *", A, "operator-alone"),
        ("-", Literal("-"), "operator-as-text"),
        ("OR", Literal("or"), "operator-as-text"),
        ("?", Literal("?"), "operator-as-text"),
        ("*", Every(), "star-alone"),
        ("()", Every(), "group-empty"),
        ("title:", Literal("title:"), "field-empty"),
        ("title: 甲", And((Every(), InField("title", A))), "field-spaced"),
    ],
)
def test_odd_input_is_repaired_and_told(text: str, match: Node, code: str) -> None:
    query = parse(text)
    assert query.match == match
    assert code in [notice.code for notice in query.notices]


@pytest.mark.parametrize(
    "text",
    ["标题:甲、乙", "标题:甲，乙", "标题:《甲》、《乙》", "标题:“甲”、“乙”", "标题:“甲”，“乙”"],
)
def test_a_field_holds_for_all_of_a_list(text: str) -> None:
    titles = [InField("title", A), InField("title", B)]
    for query, expected in ((text, titles), (f"{text} 丙", [C, *titles])):
        assert [leaf for leaf in leaves(parse(query).match) if leaf != Every()] == expected
        assert not parse(query).notices


@pytest.mark.parametrize(
    "text", ["来源:“甲”、“乙”", "来源:甲、乙", '来源:"甲"、"乙"', "来源:“甲”，“”、“乙”"]
)
def test_a_list_behind_a_field_is_one_item_wherever_it_stands(text: str) -> None:
    def resolve(facet: FacetName, value: str) -> Resolved:
        told = (Notice("value-unknown"),) if value not in ("甲", "乙") else ()
        return Resolved(FacetIs(facet, (value,)), told)

    either = Or((FacetIs("source", ("甲",)), FacetIs("source", ("乙",))))
    for query, expected in (
        (f"-{text}", Not(either)),
        (f"NOT {text}", Not(either)),
        (f"{text} AND 丙", And((either, C))),
        (f"丙 AND {text}", And((C, either))),
        (f"丙 {text}", And((C, either))),
        (f"丙 OR {text}", Or((C, either))),
    ):
        parsed = parse_query(query, ANALYZER, resolve=resolve)
        assert parsed.match in (expected, And((Every(), expected))), query
        assert not [n for n in parsed.notices if n.code == "mixed-operators"]


def test_years_are_listed_by_a_colon_alone_and_all_of_them_can_be_read() -> None:
    for text in ("年份:2017、2018", "年份:2017,2018", "年份:2017和2018"):
        years = [FacetIs("year", ((year, year),)) for year in (2017, 2018)]
        assert list(leaves(parse(text).match)) == years
    for text in ("年份>=2017、2018", "年份:>=2017、2018", "年份:2017、昨天"):
        assert "year-unreadable" in [notice.code for notice in parse(text).notices]


def test_what_is_no_list_is_one_value() -> None:
    assert parse("标题:“甲”、 “乙”").match == And((B, InField("title", A)))
    for text in ("标题:《甲、乙》", "标题:“甲、乙”"):
        assert parse(text).rest == InField("title", Literal("甲、乙"))
    assert parse("标题:3,5").rest == InField("title", Literal("3,5"))


def test_any_of_several_fields_narrows_what_is_asked_for() -> None:
    query = parse("甲 乙 year:2018 OR year:2019", any_term=True)
    years = Or((FacetIs("year", ((2018, 2018),)), FacetIs("year", ((2019, 2019),))))
    assert (query.match, query.rest) == (And((Or((A, B)), years)), years)


@pytest.mark.parametrize("sign", ["-", "–", "－", "+", "＋", "＊", "（", "！"])
def test_a_sign_without_effect_is_named_as_it_was_typed(sign: str) -> None:
    (notice,) = parse(f"甲 {sign}").notices
    assert notice.values["sign"] == sign
    as_usual = unicodedata.normalize("NFKC", sign).replace("–", "-")
    assert notice.values["usage"] == parse(f"甲 {as_usual}").notices[0].values["usage"]


def test_every_notice_says_what_to_write() -> None:
    for text in ("甲 OR", "(甲", "甲)", "title:", "site:gov.cn", "a*" * 12, "年份=2020"):
        for notice in parse(text).notices:
            assert re.search("写|引号|右括号|紧跟|请|可用|通配符", notice.said("zh")), notice
            assert notice.said("en").endswith(".")


@pytest.mark.parametrize("any_term", [False, True])
def test_a_question_mark_after_a_question_is_no_wildcard(any_term: bool) -> None:
    query = parse_query("如何缴纳工伤保险费？企业为职工缴纳吗？", ANALYZER, any_term=any_term)
    assert not query.wildcards
    assert parse_query("网？化", ANALYZER, any_term=any_term).wildcards
