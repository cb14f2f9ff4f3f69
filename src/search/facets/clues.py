"""Find the words of a list in a text: all of them in one pass, overlapping ones too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

try:
    import ahocorasick_rs
except ImportError:  # There is no wheel for every system.
    ahocorasick_rs = None  # type: ignore[assignment]


class WordFinder:
    """An Aho-Corasick automaton over the words (Aho and Corasick, CACM 18(6), 1975).

    Words must not be empty. Safe to share between threads.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self._automaton: Any = (
            ahocorasick_rs.AhoCorasick(self.words, store_patterns=False)
            if ahocorasick_rs
            else _Pairs(self.words)
        )

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, word) of every occurrence, in order of start, the longest first."""
        try:
            found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            # Half a character is no text for the library; one code point stays one.
            whole = text.encode("utf-8", "replace").decode()
            found = self._automaton.find_matches_as_indexes(whole, overlapping=True)
        if not found:
            return []
        words = self.words
        occurrences = [(start, end, words[number]) for number, start, end in found]
        occurrences.sort(key=lambda occurrence: (occurrence[0], -occurrence[1]))
        return occurrences


class _Pairs:
    """The same by a look at each two characters of a text: finds what the automaton finds, and a
    search of places and topics takes three times as long.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._numbers = {word: number for number, word in enumerate(words)}
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {begin: tuple(sizes) for begin, sizes in lengths.items()}
        self._begins = (2, 1) if any(len(word) == 1 for word in words) else (2,)

    def find_matches_as_indexes(
        self, text: str, *, overlapping: bool
    ) -> list[tuple[int, int, int]]:
        """(number of the word, start, end) of every occurrence."""
        numbers, lengths = self._numbers, self._lengths
        return [
            (number, at, at + size)
            for at in range(len(text))
            for chars in self._begins
            if at + chars <= len(text)
            for size in lengths.get(text[at : at + chars], ())
            if (number := numbers.get(text[at : at + size], -1)) >= 0
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceClues:
    """The parts of a document that name places; all optional, each as it stands in the text.

    ``body`` holds the body paragraphs, ``source`` the original outlet, ``site`` and ``site_name``
    the host, ``posted_by`` an account, ``breadcrumbs`` the text of the breadcrumb line,
    ``promulgation`` the lines of a regulation that say who passed it.
    """

    title: str | None = None
    eyebrow: str | None = None
    subtitle: str | None = None
    body: Sequence[str] = ()
    headings: Sequence[str] = ()
    captions: Sequence[str] = ()
    promulgation: Sequence[str] = ()
    source: str | None = None
    site: str | None = None
    site_name: str | None = None
    contributor: str | None = None
    author: str | None = None
    posted_by: str | None = None
    breadcrumbs: str | None = None


ACT_TITLE = re.compile(
    r"(?:条例|规定|办法|规则|细则|决定|决议|章程|通告|公告)(?:[（(][^）)]{0,100}[）)])?\s*+\Z"
)
"""The title of a regulation: its first place is the one it holds for."""

ISSUER = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{2,30}?)(?:第[一二三四五六七八九十百〇○零0-9\s]+届)?"
    r"(?:人民代表大会|人民政府)"
)
"""Who passed a regulation; search it in a line that begins with a date or says 通过, 批准, 公布."""

NATIONAL_ISSUER = re.compile(
    r"\s*(?:最高人民法院|最高人民检察院|国务院|全国人民代表大会|全国人大|中华人民共和国|中共中央|"
    r"中央军委|[\u4e00-\u9fff]{2,8}部关于)"
)

NATIONAL_ACT = re.compile(
    rf"(?:{ACT_TITLE.pattern}|(?:法|法典|修正案|解释|批复)(?:[（(][^）)]{{0,100}}[）)])?\s*+\Z)"
)
"""The title of an act behind the name of a national issuer."""

NATIONALLY_PASSED = re.compile(
    r"全国人民代表大会|国务院(?:令|第)|最高人民(?:法院|检察院)审判委员会|主席令"
)
"""In the history of an act: who passes or promulgates what holds everywhere."""

OUTLET = re.compile(
    r"日报|晚报|早报|晨报|商报|都市报|时报|法制报|法治报|新报|导报|广播|电视|新闻|发布|长安网|平安|"
    r"政府|政务|公安|检察|法院|司法|在线|热线|频道|融媒|网|报社|市委|县委|区委|党委|政法|信息|宣传"
)
"""What follows a place in the name of an outlet or an office there."""

NO_LOCAL_OUTLET = re.compile(r"\s*(?:上海证券报|北京时间|北京大学|南京大学|重庆大学)")
"""Names that begin with a city and yet stand for the whole country."""

PRINTED_IN = re.compile(r"\A\s*[【\[][^】\]]{2,20}(?:报|网|台|社|刊)[】\]]")
"""The outlet in brackets before a title: 【淄博日报】."""

_DATELINE = re.compile(
    r"[市县区州]?(?:\s*(?:\d{1,4}年)?\d{1,2}月\d{1,2}日)?\s*(?:电|讯|消息)(?=[\s\u3000(（:：,，【]|$)"
)
_AGENCY = re.compile(r"(?:[网社报台刊]|频道|客户端)\s*\Z")
_SELF = re.compile(
    r"(?:我|全|本|该)(?P<unit>[省市县区州旗])(?![场面值域])|(?<![\u4e00-\u9fff])(?P<organ>[省市县区州])"
    r"(?=委[、书政常组宣领办统]|委[,，]|政府|人大|政协|公安局|检察院|法院|司法局)"
)


def dateline_end(before: str, after: str) -> bool:
    """Whether a place between these two is a dateline's: 人民网〈贵港〉12月18日电."""
    return _AGENCY.search(before) is not None and _DATELINE.match(after) is not None


def self_references(text: str) -> dict[str, int]:
    """How often a text calls its own place 省, 市, 县, 区 … (我市, 全市, 市委)."""
    counts: dict[str, int] = {}
    for match in _SELF.finditer(text):
        unit = match["unit"] or match["organ"]
        counts[unit] = counts.get(unit, 0) + 1
    return counts
