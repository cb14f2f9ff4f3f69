"""What stands beside a reference: the place in the text, what is missing, what to check."""

from __future__ import annotations

import dataclasses

import pytest

from search.citing.styles import DEFAULT_STYLE, STYLES, cite
from search.errors import UsageError
from unit.citations.records import SEEDS, document, passage


def test_the_edition_in_force_is_the_default() -> None:
    assert cite(SEEDS["000"]).style == DEFAULT_STYLE == "gbt7714-2025"
    assert next(iter(STYLES)) == DEFAULT_STYLE


def test_a_paragraph_stands_outside_the_bracket_of_the_number() -> None:
    seed = SEEDS["000"]
    fourteenth = dataclasses.replace(passage(seed), paragraph=14)
    assert cite(seed, fourteenth).in_text == "[1]第14段"
    assert cite(seed, fourteenth, number=3).in_text == "[3]第14段"
    assert "第14段" not in cite(seed, fourteenth).text


@pytest.mark.parametrize("item", ["六是", "“六是”", " 「六是」 "])
def test_an_item_of_a_long_enumeration_is_named(item: str) -> None:
    seed = SEEDS["002"]
    paragraph = dataclasses.replace(passage(seed), paragraph=23)
    assert cite(seed, paragraph, item=item).in_text == "[1]第23段“六是”"


def test_a_whole_document_has_no_place_in_the_text() -> None:
    assert cite(SEEDS["000"]).in_text is None


def test_a_passage_of_another_document_is_refused() -> None:
    other = dataclasses.replace(passage(SEEDS["000"]), document_id="e" * 16)
    with pytest.raises(ValueError, match="is not of"):
        cite(SEEDS["000"], other)


def test_what_is_missing_is_named_in_the_order_of_the_elements() -> None:
    assert cite(document()).missing == ("题名", "发布日期", "获取和访问路径", "引用日期")
    assert cite(document(), kind="newspaper").missing == (
        "题名",
        "报纸名",
        "出版日期",
        "获取和访问路径",
    )


def test_a_home_page_in_the_document_is_not_its_address() -> None:
    for home in ("https://www.yybnet.net/", "http://caiyes.cn", "https://a.cn/index.html"):
        citation = cite(document(title="题名", url=home))
        assert home not in citation.text
        assert "获取和访问路径" in citation.missing


def test_the_reader_s_address_wins_over_the_document_s() -> None:
    own = document(title="题名", url="https://a.cn/1.htm")
    assert "https://a.cn/1.htm." in cite(own).text
    assert "https://b.cn/2.htm." in cite(own, url="https://b.cn/2.htm").text


@pytest.mark.parametrize(
    "url",
    [
        "https://www.yybnet.net/",
        "https://www.yybnet.net",
        "http://a.cn/index.html",
        "https://a.cn/#top",
        "ftp://a.cn/1.htm",
        "javascript:alert(1)",
        "www.a.cn/1.htm",
        "https:///1.htm",
        "https://a.cn/1 2.htm",
        "https://a.cn:port/1.htm",
        "https://me:secret@a.cn/1.htm",
        "https://[a.cn/1.htm",
        "  ",
    ],
)
def test_what_is_not_an_article_s_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        cite(document(title="题名"), url=url)
    assert refused.value.message.endswith(".")
    assert refused.value.zh.endswith("。")


@pytest.mark.parametrize(
    "url",
    ["https://a.cn/?id=5", "https://a.cn/#/article/5", "http://a.cn:8080/x", "https://a.cn/文章"],
)
def test_an_article_s_address_is_printed_as_given(url: str) -> None:
    assert cite(document(title="题名"), url=f" {url} ").text == f"题名[EB/OL]. {url}."


@pytest.mark.parametrize(
    "accessed", ["2026-7-1", "2026-02-30", "20260701", "昨天", "2026-07-01T10"]
)
def test_what_is_not_a_day_is_refused_as_access_date(accessed: str) -> None:
    with pytest.raises(UsageError) as refused:
        cite(document(title="题名"), accessed=accessed)
    assert accessed in refused.value.message
    assert "引用日期" in refused.value.zh


def test_an_unknown_style_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"gbt7714-2025, .* apa, mla"):
        cite(SEEDS["000"], style="vancouver")


def notes_of(seed: str) -> str:
    return "".join(cite(SEEDS[seed]).notes)


def test_a_clock_time_warns_that_the_date_is_the_host_s() -> None:
    assert "日期带钟点（10:54），是网站发布时间" in notes_of("000")
    assert "网站发布时间" not in notes_of("004")


def test_an_outlet_seen_through_another_site_is_named() -> None:
    assert "所见为 yybnet.net 转载的贵港日报文章" in notes_of("000")
    assert "所见为 太原长安网 转载的山西法制报文章" in notes_of("001")
    assert "转载" not in notes_of("004")


def test_a_repost_of_unknown_origin_is_warned_of() -> None:
    assert "转贴（发帖者 沙市秘书），原始出处不明" in notes_of("002")
    assert "原始出处不明" not in notes_of("001")


def test_a_contributor_who_stands_as_author_is_named() -> None:
    assert "没有署名，以供稿单位“贵池区委政法委”为责任者。" in notes_of("003")


def test_an_author_comes_before_the_contributor() -> None:
    both = document(title="题名", author="李明", contributor="贵池区委政法委")
    assert cite(both).text.startswith("李明. ")


def test_an_access_date_before_publication_is_pointed_out() -> None:
    citation = cite(SEEDS["004"], accessed="2017-01-01")
    assert any("早于发布日期" in note for note in citation.notes)


def test_an_access_date_that_the_edition_drops_is_said() -> None:
    assert any("不著录引用日期" in n for n in cite(SEEDS["000"], accessed="2026-07-01").notes)
    of_2015 = cite(SEEDS["000"], accessed="2026-07-01", style="gbt7714-2015")
    assert not any("不著录引用日期" in note for note in of_2015.notes)


def test_western_names_are_to_be_checked() -> None:
    inverted = cite(document(title="A", author="Li, Jiangning"))
    assert any("汉语拼音" in note for note in inverted.notes)
    printed = cite(document(title="A", author="John Smith"))
    assert printed.text == "John Smith. A[EB/OL]."
    assert any("照录" in note for note in printed.notes)
