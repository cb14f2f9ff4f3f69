"""What people bring from other search engines works here, or a notice says what to write."""

from __future__ import annotations

import pytest

from search.analysis.words import Analyzer
from search.query.parser import parse_query
from search.searching.wider import literally

ANALYZER = Analyzer()

# As it is written elsewhere → what it means here; nothing is said.
WORKS = {
    "信访 AND 调解": "信访 调解",
    "信访 && 调解": "信访 调解",
    "信访 NOT 上访": "信访 -上访",
    "信访 －上访": "信访 -上访",
    "信访 || 调解": "信访 OR 调解",
    "信访 ｜ 调解": "信访 OR 调解",
    "intitle:安全感": "title:安全感",
    "题名:安全感": "title:安全感",
    "“平安建设”": '"平安建设"',
    "＂平安建设＂": '"平安建设"',
    "『平安建设』": '"平安建设"',
    "信访\u3000调解": "信访 调解",
    "（信访 OR 调解）　矛盾": "(信访 OR 调解) 矛盾",
    "年份：２０１７－２０２１": "year:2017..2021",
    "year:[2017 TO 2021]": "year:2017..2021",
    "year:[2017 TO *]": "year:2017..",
    "信访*": "信访",
    "“平安建设”。": "“平安建设”",
    "“平安建设”？ 信访": "“平安建设” 信访",
    "“信访”“调解”": "“信访” “调解”",
    "“信访”、“调解”，“上访”": "“信访” “调解” “上访”",
    '"信访"|"调解"': '"信访" OR "调解"',
    '"信访"&&"调解"': '"信访" "调解"',
    "「信访」、「调解」": "「信访」 「调解」",
    "（“信访”，“调解”）": "“信访” “调解”",
    "“平安建设“": "“平安建设”",
    "“信访“ “调解“": "“信访” “调解”",
    "题名:“平安建设”。": "title:“平安建设”",
    "矛盾(信访 OR 调解)": "矛盾 (信访 OR 调解)",
    "（信访 OR 调解）矛盾": "(信访 OR 调解) 矛盾",
    "矛盾(信访 | (调解 -上访))纠纷": "矛盾 (信访 | (调解 -上访)) 纠纷",
    "題名:安全感": "title:安全感",
    "標題：安全感": "title:安全感",
    "标题:《物业管理条例》": "title:物业管理条例",
    "地區:贵港": "city:贵港",
    "來源:未知": "source:未知",
}

# Understood as something else, and that is said.
EXPLAINED = {
    "+信访 调解": "信访 调解",
    "信访 + 调解": "信访 调解",
    "信访 & 调解": "信访 调解",
    "!上访 信访": "-上访 信访",
    "信访 and 调解": "信访 AND 调解",
    "信访 or 调解": "信访 OR 调解",
    "信访 Or 调解": "信访 OR 调解",
    "信访 And 调解": "信访 AND 调解",
    "信访 –上访": "信访 -上访",
    "信访 −“上访”": "信访 -“上访”",
    "信访 –(上访 OR 越级)": "信访 -(上访 OR 越级)",
    "信访 – 上访": "信访 - 上访",
    "年份=2020": "year:2020",
    "year>=2018": "year:2018..",
    "year<2018": "year:..2017",
    "title=安全感": "title:安全感",
    "title: 安全感": "title:安全感",
    "信访 NEAR/5 调解": "信访 调解",
    "“平安建设": "“平安建设”",
    "(信访 OR 调解": "(信访 OR 调解)",
    "信访 ()": "信访",
    "*": "",
    "*:*": "",
    "信访.*调解": "信访.*调解",
    '"矛盾 纠纷 化解"~5': '"矛盾 纠纷 化解"',
}

# Stays text, and what to write instead is said.
TEXT_AND_EXPLAINED = (
    "信访 和 调解",
    "信访 或 调解",
    "信访 not 上访",
    "信访 Not 上访",
    "site:gov.cn",
    "关键词:信访",
    "date:2017",
    "2017-2021",
    "2017..2021",
    "信访|调解",
    "信访&&调解",
    "%信访%",
    "信访~2",
    "信访^2",
    "-",
    "OR",
)

# Is text everywhere, and nothing needs to be said.
TEXT = (
    "A/B",
    "GB/T:2015",
    "http://a.cn/b",
    "1+10+N",
    "94.01%",
    "C++",
    "AT&T",
    "（试行）办法",
    "A-B",
    "深化“平安贵池”建设",
    "−5℃",
    "办法(试行)和条例",
)


@pytest.mark.parametrize("guess", WORKS)
def test_a_guess_works(guess: str) -> None:
    query = parse_query(guess, ANALYZER)
    assert query.match == parse_query(WORKS[guess], ANALYZER).match
    assert query.notices == ()


@pytest.mark.parametrize("guess", EXPLAINED)
def test_a_guess_is_understood_and_explained(guess: str) -> None:
    query = parse_query(guess, ANALYZER)
    assert query.match == parse_query(EXPLAINED[guess], ANALYZER).match
    assert query.notices


@pytest.mark.parametrize("guess", TEXT_AND_EXPLAINED)
def test_a_guess_stays_text_and_is_explained(guess: str) -> None:
    query = parse_query(guess, ANALYZER)
    assert "Literal" in repr(query.match)
    assert query.notices


@pytest.mark.parametrize("text", TEXT)
def test_text_stays_text(text: str) -> None:
    query = parse_query(text, ANALYZER)
    assert "Not" not in repr(query.match)
    assert literally(query.match) == parse_query(f'"{text}"', ANALYZER).match
    assert query.notices == ()


def test_years_as_a_range_are_explained_with_these_years() -> None:
    for typed in ("2015-2018年", "2015年至2018年"):
        (notice,) = parse_query(typed, ANALYZER).notices
        assert "year:2015..2018" in notice.said("zh")
        assert "year:2015..2018" in notice.said("en")
