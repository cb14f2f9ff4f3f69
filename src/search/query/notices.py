"""Recognise what a query says in another language of queries, or as an operator without effect."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..analysis.text import HAN, fold
from ..documents.facets import ALL_FACETS
from ..languages.sentences import Sentence
from .nodes import Notice

_SHOWN_CHARS = 40
"""So much of a query fits into a sentence."""

_LISTED = 6
"""So many words are named in a sentence."""
_FIELDS = "title: author: " + " ".join(f"{facet.name}:" for facet in ALL_FACETS)
_LABELS = "标题: 作者: " + " ".join(f"{facet.label}:" for facet in ALL_FACETS)

_USAGE = {
    "-": "信访 -上访",
    "NOT": "信访 NOT 上访",
    "|": "信访 | 上访",
    "OR": "信访 OR 上访",
    "AND": "信访 AND 上访",
    "+": "信访 上访",
    "&": "信访 上访",
    "!": "信访 -上访",
    "(": "(信访 OR 上访) 调解",
    "*": "关于*的通知",
    "?": "通?法",
}


def about_operator(sign: str, *, is_text: bool = False) -> Notice:
    """What is said of an operator without effect, as it was typed."""
    usage = _USAGE.get(sign) or _USAGE.get(fold(sign)[:1], _USAGE["OR"])
    return Notice("operator-as-text" if is_text else "operator-alone", sign=sign, usage=usage)


_GUESSES: tuple[tuple[re.Pattern[str], Sentence], ...] = tuple(
    (re.compile(pattern, re.I), meant)
    for pattern, meant in (
        (
            r"(site|inurl|url|网址|网站):\S",
            Sentence("guess-source-field", fields=_FIELDS, labels=_LABELS),
        ),
        (
            r"(intext|text|content|body|fulltext|全文|正文|内容|关键词|关键字|摘要|keyword|ab|su|ti|au|ft):\S",
            Sentence("guess-text-field", fields=_FIELDS, labels=_LABELS),
        ),
        (
            r"(date|日期|时间|发布日期|filetype|类型|type|省份|province):\S",
            Sentence("guess-other-field", fields=_FIELDS, labels=_LABELS),
        ),
        (r"[^\s|]+\|+[^\s|]+\Z", Sentence("guess-or")),
        (r"[^\s&]+&&[^\s&]+\Z", Sentence("guess-and")),
        (r"%[^%]+%?\Z|[^%]*[^%0-9]%\Z", Sentence("guess-percent")),
        (r"[^\s]*\.[*+][^\s]*\Z|/.*[*+?\[\\].*/\Z", Sentence("guess-expression")),
        (rf".*[{HAN}][~^][0-9.]*\Z", Sentence("guess-fuzzy")),
    )
)
_YEARS = re.compile(
    r"(?P<first>(?:1[89]|20)\d\d)年?(?:-|\.\.|—|–|~|至|到)(?P<last>(?:1[89]|20)\d\d)年?\Z"
)
_LONGEST_GUESS = 100
"""Longer items are no guess at syntax, and some of the expressions would take long on them."""

_CONNECTIVES = {
    **dict.fromkeys(("或", "或者"), Sentence("usage-or")),
    **dict.fromkeys(("和", "与", "及", "且", "并且", "以及"), Sentence("usage-and")),
    **dict.fromkeys(("非", "不含", "不包含", "除了", "not"), Sentence("usage-not")),
}


def about_word(word: str) -> Notice | None:
    """What is said of an unquoted item that looks like an operator elsewhere and is text here."""
    if years := _YEARS.match(word):
        meant = Sentence("guess-years", first=years["first"], last=years["last"])
        return Notice("taken-as-text", text=shortened(word), meant=meant)
    if len(word) <= _LONGEST_GUESS:
        for pattern, meant in _GUESSES:
            if pattern.match(word):
                return Notice("taken-as-text", text=shortened(word), meant=meant)
    return None


def about_connective(word: str) -> Notice | None:
    """What is said of a word between two others that may have been meant as an operator."""
    meant = _CONNECTIVES.get(word.lower())
    return None if meant is None else Notice("connective-as-text", word=word, usage=meant)


def asking_left_out(words: Sequence[str]) -> Notice:
    """What is said of words that only make a question of a query."""
    more = Sentence("and-others") if len(words) > _LISTED else ""
    return Notice("asking-left-out", words="、".join(words[:_LISTED]), more=more)


def unfinished(time_ms: float | None) -> Notice:
    """A search that was not done in its time; None where nobody waited for it any more."""
    within = "" if time_ms is None else Sentence("within-milliseconds", time_ms=time_ms)
    return Notice("partial", within=within)


def shortened(text: str) -> str:
    """A text from the query, short enough for a sentence."""
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
