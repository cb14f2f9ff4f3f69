"""What the cluster is sent and how its values are read, without a cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from opensearchpy import exceptions as client_errors

from generated import ANALYZER, document_of
from search.analysis.text import fold
from search.documents.document import NamedPlace, NamedYears
from search.documents.facets import UNKNOWN
from search.engines.facet_order import in_order, lifted, patterns
from search.engines.opensearch.compile import (
    LABELS,
    compile_match,
    has_value,
    passing,
    scoring_clauses,
)
from search.engines.opensearch.connection import translation
from search.engines.opensearch.facets import buckets
from search.engines.opensearch.schema import (
    LONGEST_CHARS,
    SEPARATOR,
    UNKNOWN_YEAR,
    exact_pairs,
    index_body,
    joined,
    passage_of,
    read_value,
    records_of,
    safe,
    stored_value,
    word,
)
from search.engines.opensearch.schema import document_of as read_document
from search.errors import QueryError
from search.query.nodes import FacetIs, Literal, Near, Wildcard, Word
from search.query.parser import parse_query
from search.query.request import Filters

# Tokens


def test_no_token_has_the_separator() -> None:
    folded = fold("甲\n乙 a\tb\u3000c\u2028d\x85e")
    assert SEPARATOR not in folded
    assert joined(exact_pairs(folded)).split(SEPARATOR) == [
        folded[n : n + 2] for n in range(len(folded) - 1)
    ]


def test_texts_without_lone_surrogates_stay_and_others_keep_apart_and_in_order() -> None:
    assert safe("甲𠀀\x00") == "甲𠀀\x00"
    strange = ["a", "\ud7fe", "\ud800", "\ud801", "\udcff", "\ue000"]
    written = [safe(text).encode() for text in strange]
    assert len(set(written)) == len(strange)
    assert written == sorted(written)


def test_long_words_are_shortened_and_stay_different() -> None:
    first, second = "a" * 5000 + "b", "a" * 5000 + "c"
    assert word(first) != word(second)
    assert len(word(first)) < 2 * LONGEST_CHARS
    assert word("网格化") == "网格化"


# Values


@pytest.mark.parametrize("value", [None, "贵港日报", UNKNOWN, "~", "~~", 2017, -1])
def test_values_come_back(value: str | int | None) -> None:
    assert read_value(stored_value(value)) == value


def test_unknown_years_are_a_number_that_no_range_reaches() -> None:
    assert stored_value(None, "year") == UNKNOWN_YEAR
    assert read_value(UNKNOWN_YEAR) is None
    clause = has_value("year", [(-(10**12), 10**12), None])
    span, unknown = clause["bool"]["should"]
    assert span["range"]["year"]["gte"] > UNKNOWN_YEAR
    assert unknown == {"term": {"year": UNKNOWN_YEAR}}
    assert has_value("year", [(10**12, 10**13)]) == {"match_none": {}}


# Records


def full() -> Any:
    document = document_of(
        "d1", "甲乙", "丙", title="题目", city=("湖南省", "常德市", None), year=2009, author="某人"
    )
    named = replace(
        document.paragraphs[0],
        headings=("一、章",),
        named_places=(NamedPlace(("山西省", "大同市", None), ("大同",)),),
        named_years=(NamedYears(2016, 2018, "2016—2018年"),),
    )
    return replace(document, paragraphs=(named, *document.paragraphs[1:]))


def test_the_records_of_a_document() -> None:
    records = list(records_of(full(), ANALYZER, 7))
    assert [r.source["kind"] for r in records] == ["document", "passage", "passage"]
    assert {r.routing for r in records} == {"d1"}
    assert all(r.id.endswith(".7") and r.source["born"] == 7 for r in records)
    whole, first, second = (r.source for r in records)
    assert read_document(whole) == full()
    assert passage_of(first).text == "甲乙"
    assert first["city"] == ["湖南省", "湖南省/常德市"]
    assert first["place"] == ["山西省", "山西省/大同市"]
    assert first["named_year"] == [2016, 2017, 2018]
    assert (second["place"], second["named_year"]) == ([UNKNOWN], [UNKNOWN_YEAR])
    assert {r.source["unit"]["parent"] for r in records[1:]} == {records[0].id}
    assert whole["author_exact"] == "某\n人"


def test_every_field_of_a_record_is_in_the_mapping() -> None:
    mapping = index_body(3, 1)["mappings"]
    assert mapping["dynamic"] == "strict"
    for record in records_of(full(), ANALYZER, 1):
        assert record.source.keys() <= mapping["properties"].keys()
    assert "record" not in mapping["_source"]["excludes"]
    assert {"words", "text_exact", "text_pairs"} <= set(mapping["_source"]["excludes"])


# Queries


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("市", {"term": {"text_exact": "市"}}),
        ("城市", {"term": {"text_pairs": "城市"}}),
        ("网格化", {"match_phrase": {"text_pairs": "网格\n格化"}}),
        ("网格化管", {"match_phrase": {"text_pairs": "网格\n_\n化管"}}),
        ("网格化管理", {"match_phrase": {"text_pairs": "网格\n_\n化管\n管理"}}),
        ("", {"match_all": {}}),
        ("a\nb", {"match_none": {}}),
    ],
)
def test_a_text_is_covered_by_pairs(text: str, clause: dict[str, Any]) -> None:
    assert compile_match(Literal(text)) == clause


def test_labels_have_fields_of_their_own_and_no_topics() -> None:
    assert compile_match(Word("网格"), LABELS) == {"term": {"label_words": "网格"}}
    assert compile_match(FacetIs("topic", ("甲",)), LABELS) == {"match_none": {}}
    assert compile_match(FacetIs("source", ("甲",)), LABELS) == {"terms": {"source": ["甲"]}}


def test_a_distance_is_bounded_for_the_server() -> None:
    clause = compile_match(Near("甲", "乙", 10**12))
    orders = clause["bool"]["filter"][-1]["intervals"]["text_exact"]["any_of"]["intervals"]
    assert all(order["all_of"]["max_gaps"] < 2**31 for order in orders)


def test_a_script_is_the_same_for_all_patterns() -> None:
    scripts = [
        compile_match(parse_query(text, ANALYZER).match)["bool"]["filter"][-1]["script"]["script"]
        for text in ("通?法", "安*全")
    ]
    assert isinstance(parse_query("通?法", ANALYZER).match, Wildcard)
    assert scripts[0]["source"] == scripts[1]["source"]
    assert scripts[0]["params"] != scripts[1]["params"]


def test_scores_have_the_factor_that_lucene_leaves_out() -> None:
    (clause,) = scoring_clauses(parse_query("网", ANALYZER), frozenset({"characters"}))
    assert clause["term"]["scored_characters"]["boost"] == pytest.approx(2.2)


def test_signs_score_what_they_weigh_and_are_told_apart_by_name() -> None:
    signs = frozenset({"definition", "opening"})
    defined, opening = scoring_clauses(parse_query("居住证", ANALYZER), signs)
    assert defined["constant_score"]["boost"] == 20
    assert defined["constant_score"]["_name"] == "definition:居住证"
    _, near = opening["constant_score"]["filter"]["bool"]["filter"]
    # Two pairs that begin at most 20 characters after the text does.
    assert near["span_first"]["end"] == 20 + 2
    assert not scoring_clauses(parse_query("谁可以在什么时候申领这样的居住证件", ANALYZER), signs)


def test_what_scores_of_a_passage_is_read_with_what_stands_around_it() -> None:
    document = document_of("d1", "有下列情形之一的：", "（一）遗失；", title="居住证条例")
    records = records_of(document, ANALYZER, 1)
    lead, item = (r.source for r in records if r.source["kind"] == "passage")
    assert "条例" in lead["scored_words"].split(SEPARATOR)
    assert "情形" in item["scored_words"].split(SEPARATOR)
    assert "情形" not in item["words"].split(SEPARATOR)
    assert len(item["scored_characters"].split(SEPARATOR)) == 150


# Facets


def test_a_facet_ignores_its_own_filters_but_not_what_remains() -> None:
    filters = Filters(city=("山西省",), not_city=("山西省/大同市", "湖南省"), source=("甲",))
    assert passing(filters, but="city", remaining=["湖南省"]) == [
        {"bool": {"must_not": [{"terms": {"city": ["湖南省"]}}]}},
        {"terms": {"source": ["甲"]}},
    ]


def test_what_is_lifted_for_a_year_are_the_ranges_it_lies_in() -> None:
    excluded = [(2000, 2010), (2005, 2020), None]
    found = patterns("named_year", excluded)
    for year in (None, 1999, 2000, 2004, 2005, 2010, 2011, 2020, 2021):
        assert lifted("named_year", excluded, year) in found
    assert lifted("named_year", excluded, 2007) == frozenset([(2000, 2010), (2005, 2020)])
    assert patterns("year", excluded) == [frozenset(excluded)]


def test_places_are_a_tree_and_unknown_is_last() -> None:
    counts: dict[str | int | None, int] = {
        None: 9,
        "湖南省": 2,
        "湖南省/常德市": 2,
        "山西省": 5,
        "山西省/大同市": 1,
    }
    assert in_order("city", counts) == [
        "山西省",
        "山西省/大同市",
        "湖南省",
        "湖南省/常德市",
        None,
    ]
    assert in_order("year", {2009: 1, None: 4, 2018: 1, 2017: 0}) == [2018, 2009, None]


def test_values_that_are_left_out_are_no_count() -> None:
    with pytest.raises(ValueError, match="more than"):
        buckets({"sum_other_doc_count": 3, "buckets": []})


# Failures


def test_a_query_with_too_many_parts_is_the_readers_to_shorten() -> None:
    cause = {"type": "query_shard_exception", "reason": "maxClauseCount is set to 1024"}
    info = {"error": {"type": "search_phase_execution_exception", "root_cause": [cause]}}
    error = translation(client_errors.RequestError(400, "x", info), "duansou", "http://node")
    assert isinstance(error, QueryError)
    assert "16384" in error.message
