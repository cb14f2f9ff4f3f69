"""Which verdict a quotation gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from proofs.quotes import KINDS, check_all, index_texts
from search.citing.quotes.checking import Checker
from search.citing.quotes.reports import CheckedQuote, cited, difference_of, quotes_json
from search.documents.document import passages_of
from search.facets.topic import Taxonomy
from search.reading.document import read_document
from search.reading.files import find_files, read_bytes
from unit.web.corpus import document

FIRST = "全县共排查各类矛盾纠纷 312 起，调处成功率达到98.5%，群众安全感明显提升（试行）。"
SECOND = "县财政将综治经费列入预算，今年拨付三百八十万元，专款专用、逐级审计。"
THIRD = "关于加强网格化管理工作的若干意见"
FOURTH = "各级干部要“沉下去”，把矛盾化解在基层，把问题解决在萌芽状态。"
SIXTH = (
    "The New York Times said in 2019: “Cities, old and new, are well-known for waste; 20 000 tons "
    "of it.” 会后，大家到村里看望困难群众……送去米面油等慰问品。"
)
FIFTH = "後來政府發佈了關於城鄉社區治理體系建設的若干規定。"


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    """On four small documents."""
    one = document(
        "a" * 16,
        [
            ("title", "title", "某县平安建设工作纪实"),
            ("heading", "heading", THIRD),
            ("body", "body", FIRST),
            ("body", "body", SECOND),
            ("metadata", "caption", "图为网格员正在入户走访群众"),
        ],
        title="某县平安建设工作纪实",
    )
    two = document("b" * 16, [("body", "body", FOURTH), ("body", "body", SECOND)], title="乙")
    three = document("c" * 16, [("body", "body", FIFTH)], title="丙")
    four = document("d" * 16, [("body", "body", SIXTH)], title="丁")
    with index_texts(tmp_path_factory.mktemp("index"), [one, two, three, four]) as index:
        yield Checker(index)


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("调处成功率达到98.5%", "exact"),
        ("全县共排查各类矛盾纠纷312起", "exact"),
        ("全县共排查\n各类矛盾 纠纷", "exact"),
        ("……调处成功率达到98.5%……", "exact"),
        ("起，调处", "exact"),
        ("起", "exact"),
        ("调处成功率达到９８.５％", "punctuation"),
        ("今年拨付三百八十万元专款专用，逐级审计", "punctuation"),
        ("要「沉下去」，把矛盾", "punctuation"),
        ("要沉下去把矛盾化解在基层", "punctuation"),
        ("起调处", "punctuation"),
        ("起；调处", "punctuation"),
        ("安全感，明显", "punctuation"),
        ("调处成功率达到985%，群众安全感", "altered"),
        ("调处成功率达到98.6%", "altered"),
        ("调处成功率达到98.5‰，群众安全感", "altered"),
        ("县财政把综治经费列入预算", "altered"),
        ("县财政将综治经费列预算", "altered"),
        ("縣財政將綜治經費列入預算", "altered"),
        ("后来政府发布了关于城乡社区治理体系建设的若干规定", "altered"),
        ("县财政将综治经费列入预算，今年拨付三百八十万元，逐级审计", "altered"),
        ("专款专项", "absent"),
        ("安全感增强", "absent"),
        ("县财政将综治经费列入预算……专款专用", "stitched"),
        ("把矛盾化解在基层...逐级审计", "stitched"),
        ("把矛盾化解在基层，把问题县财政将综治经费列入预算", "stitched"),
        ("群众安全感明显提升（试行）。县财政将综治经费列入预算", "stitched"),
        ("New  York\nTimes said", "exact"),
        ("Cities, old and new", "exact"),
        ("Cities,old and new,are well-known", "exact"),
        ("Cities old and new", "punctuation"),
        ("York Times said in 2019 Cities", "punctuation"),
        ("are wellknown for waste", "punctuation"),
        ("NewYork Times said in 2019", "altered"),
        ("Cities, oldand new", "altered"),
        ("20000 tons of it", "altered"),
        ("大家到村里看望困难群众……送去米面油等慰问品", "exact"),
        ("看望困难群众……送去米面油等慰问品。县财政将综治经费列入预算", "stitched"),
        ("把矛盾化解在基层……会后，大家到村里看望困难群众县财政将综治经费列入预算", "stitched"),
        ("各级干部要“沉下去”，把矛盾化解在基层县财政将综治经费列入预算", "stitched"),
        ("各级干部要沉下去把矛盾化解在基层县财政将综治经费列入预算今年拨付", "stitched"),
        ("“把矛盾化解在基层”“专款专用、逐级审计”", "stitched"),
        ("今天天气很好，我们去公园划船钓鱼", "absent"),
        ("县财政将综治经费列入预算……今天天气很好", "absent"),
        ("，。", "absent"),
        ("", "absent"),
    ],
)
def test_a_quotation_gets_its_verdict(checker: Checker, quote: str, verdict: str) -> None:
    found = checker.check(quote)
    assert found.verdict == verdict, found
    assert found.quote == quote
    assert (found.source is None) == (verdict == "absent")


def test_the_source_is_named_and_other_places_listed(checker: Checker) -> None:
    found = checker.check("专款专用、逐级审计")
    assert found.source is not None
    assert (found.source.title, found.source.paragraph) == ("某县平安建设工作纪实", 2)
    assert [other.title for other in found.others] == ["乙"]


@pytest.mark.parametrize(
    ("quote", "found_in", "verdict"),
    [
        ("平安建设工作纪实", "title", "exact"),
        (THIRD, "heading", "exact"),
        ("图为网格员正在入户走访群众", "caption", "exact"),
        ("加强网络化管理工作的若干意见", "heading", "altered"),
    ],
)
def test_titles_headings_and_captions_count_and_are_named(
    checker: Checker, quote: str, found_in: str, verdict: str
) -> None:
    found = checker.check(quote)
    assert (found.verdict, found.source and found.source.found_in) == (verdict, found_in)
    assert found.source is not None
    assert found.source.passage_id is None


def test_the_difference_shows_both_wordings(checker: Checker) -> None:
    found = checker.check("县财政把综治经费列入预算")
    assert found.kind == "characters"
    assert difference_of(found) == "县财政[-把-]{+将+}综治经费列入预算"
    assert checker.check("县财政将综治经费列入预算").changes == ()


@pytest.mark.parametrize(
    ("quote", "wording"),
    [
        ("县财政将综治经费列入预算，今年拨付三百八十万元，此外还要求各地配套资金", SECOND[:24]),
        ("为此，省里还特别要求县财政将综治经费列入预算，今年拨付", SECOND[:17]),
        ("把矛盾化解在基层，把问题解决在萌芽状态，让人民群众满意", FOURTH[11:30]),
        ("县财政将综治经费列入预算才行", SECOND[:12]),
        ("省里要求县财政将综治经费列入预算", SECOND[:12]),
    ],
)
def test_of_a_difference_at_one_end_it_is_said_that_part_is_found(
    checker: Checker, quote: str, wording: str
) -> None:
    found = checker.check(quote)
    assert (found.verdict, found.kind) == ("altered", "part")
    assert found.source is not None
    assert found.source.wording.startswith(wording)


def test_a_difference_within_or_a_changed_end_is_no_part(checker: Checker) -> None:
    for quote in (
        "县财政将综治经费列进了预算，今年",
        "县财政将综治经费列入预算，今年拨付三百八十亿元",
    ):
        assert checker.check(quote).kind == "characters"
    assert checker.check("县财政的综治经费，此外还要求各地配套资金").verdict == "absent"


def test_another_script_is_called_that(checker: Checker) -> None:
    assert checker.check("縣財政將綜治經費列入預算").kind == "script"
    assert checker.check("縣財政把綜治經費列入預算").kind == "script and characters"


@pytest.mark.parametrize(
    ("quote", "arrangement"),
    [
        ("群众安全感明显提升……专款专用、逐级审计", "in order"),
        ("专款专用、逐级审计……群众安全感明显提升", "out of order"),
        ("群众安全感明显提升……把矛盾化解在基层", "several documents"),
        ("把问题解决在萌芽状态……专款专用、逐级审计", "in order"),
    ],
)
def test_it_is_said_how_parts_belong_together(
    checker: Checker, quote: str, arrangement: str
) -> None:
    found = checker.check(quote)
    assert (found.verdict, found.arrangement) == ("stitched", arrangement)
    assert [part.verdict for part in found.parts] == ["exact", "exact"]


def test_one_altered_part_makes_the_whole_altered(checker: Checker) -> None:
    found = checker.check("群众安全感明显提升……县财政把综治经费列入预算")
    assert found.verdict == "altered"
    assert [part.verdict for part in found.parts] == ["exact", "altered"]
    assert "[-把-]{+将+}" in (difference_of(found) or "")


def test_a_number_cut_in_two_is_remarked(checker: Checker) -> None:
    assert checker.check("矛盾纠纷 312 起").notes == ()
    assert checker.check("12 起，调处成功率").notes
    assert checker.check("成功率达到98").notes


def test_json_has_the_fixed_keys_and_a_citation(checker: Checker) -> None:
    found = [checker.check("县财政把综治经费列入预算"), checker.check("没有这样的话")]
    altered, absent = quotes_json(cited(checker.index, found))
    assert list(altered)[:5] == ["quote", "verdict", "passage_id", "path", "difference"]
    assert altered["path"] == "a" * 16 + ".txt"
    assert "某县平安建设工作纪实" in altered["citation"]["text"]
    assert (absent["passage_id"], absent["path"], absent["citation"]) == (None, None, None)


def test_an_odd_quotation_is_judged_in_bounded_time(checker: Checker) -> None:
    for quote in ("县" * 20_000, "县财政将" * 500, "…" * 5000, "a" * 3000, "，" * 5000):
        assert isinstance(checker.check(quote), CheckedQuote)


def test_generated_quotations_get_their_verdicts(tmp_path: Path, seeds_dir: Path) -> None:
    """A fixed sample of ``make prove-quotes``, on the seeds."""
    taxonomy = Taxonomy.load()
    _, files, _ = find_files(seeds_dir)
    documents = [read_document(read_bytes(f, 10), f.path, taxonomy) for f in files]
    *kept, left_out = documents
    absent = [p.text for p in passages_of(left_out)]
    with index_texts(tmp_path, kept) as index:
        judged, _ = check_all(index, absent, 6 * len(KINDS), seed=3)
    assert [(one.case, one.wrong) for one in judged if one.wrong] == []
