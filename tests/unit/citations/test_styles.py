"""The author-date style, footnotes, and what points at a passage in every style."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from search.citing.styles import STYLES, cite
from unit.citations.records import SEEDS, document, passage

ROOT = Path(__file__).parents[3]
PATHS = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
PERSONS = "Fordham, Ernest W.; Ali, Amiad; Turner, David A.; Charters, John R."
ENGLISH = document(author=PERSONS, title="Grid management", site="Example", published="2019-07-13")
TWO = document(author="Smith, John; Doe, Jane", title="Safe cities", published="2019")
NOBODY = document(title="网格化治理", source="贵港日报", published="2017-08-10")
ANON = document(title="Safe cities", source="Daily News", source_kind="newspaper")
SEVERAL = document(
    author="李明、王芳", title="网格化治理", source="贵港日报", published="2017-08-10"
)


# 2015 8.1.3, 9.3.2 and 10.2; 2025 7.1.3, 8.1 and 9.3.
@pytest.mark.parametrize(
    ("style", "cited", "reference"),
    [
        ("gbt7714-2025", SEVERAL, "李明, 王芳, 2017. 网格化治理[N/OL]. 贵港日报, 2017-08-10."),
        ("gbt7714-2025", NOBODY, "佚名, 2017. 网格化治理[N/OL]. 贵港日报, 2017-08-10."),
        ("gbt7714-2025", ANON, "Anon. Safe cities[N/OL]. Daily News."),
        (
            "gbt7714-2025",
            ENGLISH,
            "Fordham E W, Ali A, Turner D A, et al., 2019. Grid management[EB/OL]. (2019-07-13).",
        ),
        ("gbt7714-2025", TWO, "Smith J, Doe J, 2019. Safe cities[EB/OL]."),
        ("gbt7714-2015", TWO, "SMITH J, DOE J, 2019. Safe cities[EB/OL]."),
        ("gbt7714-2015", SEEDS["002"], "何英平, 2009. 全面强化综合治理措施 努力构建平安和谐津市"
         "[EB/OL]. (2009-04-30)."),
    ],
)  # fmt: skip
def test_the_year_stands_after_the_names(style: str, cited: Any, reference: str) -> None:
    assert cite(cited, style=f"{style}-author-date").text == reference


def test_only_the_author_date_style_names_an_unknown_author_and_says_so() -> None:
    assert "责任者" in cite(NOBODY, style="gbt7714-2025-author-date").missing
    for style in ("gbt7714-2025", "gbt7714-2015", "gbt7714-2015-note"):
        assert "佚名" not in cite(NOBODY, style=style).text
        assert "责任者" not in cite(NOBODY, style=style).missing


# 2015 4.1.2 has the page of a quotation after the date, after a colon.
@pytest.mark.parametrize(
    ("cited", "accessed", "reference"),
    [
        (NOBODY, None, "网格化治理[N/OL]. 贵港日报, 2017-08-10: 第14段."),
        (NOBODY, "2026-07-01", "网格化治理[N/OL]. 贵港日报, 2017-08-10: 第14段[2026-07-01]."),
        (document(title="题名"), None, "题名[EB/OL]. 第14段."),
        (TWO, None, "SMITH J, DOE J. Safe cities[EB/OL]. (2019): para. 14."),
    ],
)
def test_a_footnote_has_the_paragraph_inside(
    cited: Any, accessed: str | None, reference: str
) -> None:
    fourteenth = replace(passage(cited), paragraph=14)
    footnote = cite(cited, fourteenth, style="gbt7714-2015-note", accessed=accessed)
    assert footnote.text == reference


@pytest.mark.parametrize(("number", "mark"), [(1, "①"), (20, "⑳"), (50, "㊿"), (51, "[51]")])
def test_a_footnote_is_pointed_at_by_a_circled_number(number: int, mark: str) -> None:
    seed = SEEDS["000"]
    footnote = cite(seed, passage(seed), style="gbt7714-2015-note", number=number)
    assert footnote.in_text == mark


MARKS = {
    "gbt7714-2025": ("[1]第14段", "[1]第14段", "[1]第14段", "[1]para. 14", "[1]para. 14"),
    "gbt7714-2025-author-date": (
        "（梁启勇，2017）第14段",
        "（李明 等，2017）第14段",
        "（佚名，2017）第14段",
        "(Fordham et al., 2019)para. 14",
        "(Anon)para. 14",
    ),
    "apa": (
        "(梁启勇, 2017, 第14段)",
        "(李明和王芳, 2017, 第14段)",
        "(《网格化治理》, 2017, 第14段)",
        "(Fordham et al., 2019, para. 14)",
        "(“Safe cities,” n.d., para. 14)",
    ),
    "mla": (
        "(梁启勇, 第14段)",
        "(李明和王芳, 第14段)",
        "(《网格化治理》, 第14段)",
        "(Fordham et al., par. 14)",
        "(“Safe cities,” par. 14)",
    ),
    "chicago-author-date": (
        "(梁启勇 2017, 第14段)",
        "(李明和王芳 2017, 第14段)",
        "(贵港日报 2017, 第14段)",
        "(Fordham et al. 2019, para. 14)",
        "(Daily News n.d., para. 14)",
    ),
}


@pytest.mark.parametrize("style", MARKS)
def test_the_mark_in_the_text_names_the_paragraph(style: str) -> None:
    cited = (SEEDS["000"], SEVERAL, NOBODY, ENGLISH, ANON)
    marks = [cite(d, replace(passage(d), paragraph=14), style=style).in_text for d in cited]
    assert tuple(marks) == MARKS[style]


def test_two_western_authors_are_joined_as_each_manual_does() -> None:
    marks = {
        style: cite(TWO, passage(TWO), style=style).in_text
        for style in ("gbt7714-2025-author-date", "apa", "mla", "chicago-author-date")
    }
    assert marks == {
        "gbt7714-2025-author-date": "(Smith et al., 2019)para. 1",
        "apa": "(Smith & Doe, 2019, para. 1)",
        "mla": "(Smith and Doe, par. 1)",
        "chicago-author-date": "(Smith and Doe 2019, para. 1)",
    }


def test_a_note_in_chicago_s_style_is_whole_and_has_the_place_before_the_address() -> None:
    url = "https://example.org/1.html"
    english = cite(ENGLISH, passage(ENGLISH), style="chicago", url=url, item="six", number=3)
    assert english.in_text == (
        "3. Ernest W. Fordham et al., “Grid Management,” Example, July 13, 2019, para. 1, “six,” "
        "https://example.org/1.html."
    )
    chinese = cite(NOBODY, passage(NOBODY), style="chicago", url=url)
    assert chinese.in_text == (
        "1. 《网格化治理》, 贵港日报, 2017年8月10日, 第1段, https://example.org/1.html."
    )


@pytest.mark.parametrize("style", STYLES)
def test_the_item_of_an_enumeration_is_named_in_every_style(style: str) -> None:
    seed = SEEDS["002"]
    citation = cite(seed, passage(seed), style=style, item="“六是”")
    assert "第1段“六是”" in f"{citation.text} {citation.in_text}"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("fields", [{}, {"title": "题名"}, {"author": "李明"}, {"url": "x"}])
def test_next_to_nothing_can_be_cited_and_what_lacks_is_named(
    style: str, fields: dict[str, str]
) -> None:
    bare = document(**fields)
    citation = cite(bare, passage(bare), style=style)
    assert citation.missing
    assert citation.in_text
    assert len(citation.text.splitlines()) <= 1
    assert not {"\ufdd2", "\ufdd3"} & set(citation.text + citation.in_text)


@pytest.mark.parametrize("style", STYLES)
def test_what_looks_like_markup_comes_out_as_it_went_in(style: str) -> None:
    title = '<span class="nocase">题</span> <i>名</i> & \\{x}'
    assert title in cite(document(title=title, author="李明"), style=style).text


def test_the_csl_processor_is_not_loaded_for_gbt7714_nor_with_the_page() -> None:
    program = (
        "import sys; import search.cli, search.cli.citing, search.web; "
        "from search.citing.styles import cite; from unit.citations.records import SEEDS; "
        "cite(SEEDS['000'], style='gbt7714-2015'); "
        "assert 'citeproc' not in sys.modules; "
        "cite(SEEDS['000'], style='apa'); assert 'citeproc' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": PATHS})


@pytest.mark.parametrize("style", ["apa", "mla", "chicago", "chicago-author-date"])
def test_a_title_that_ends_like_a_date_or_has_private_characters_stays(style: str) -> None:
    title = "5月 3日至6月 4 号\ue000\ue003纪事"
    cited = document(title=title, author="李明", source="贵港日报", published="2018-06-04")
    text = cite(cited, style=style).text
    assert title in text
    assert "6月4日" in text
