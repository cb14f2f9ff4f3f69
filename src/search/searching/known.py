"""Understand items of a query as things of the collection: titles, articles, places, years, names.

Nothing is searched for here but in memory: titles and values of facets are read once for each
commit. Names are compared in simplified script, without spaces and the marks around titles.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..analysis.equivalence import simplified
from ..analysis.equivalence.numbers import number_texts, year_texts
from ..analysis.text import HAN, NUMERALS, fold
from ..analysis.words import Analyzer
from ..documents.document import UNCLASSIFIED, WHOLE_COUNTRY
from ..documents.facets import FacetName
from ..facets.gazetteer import Gazetteer
from ..index.engine import DocumentTitle, Reader
from ..query.items import telling_words
from .collection import collection_values, gazetteer

_TITLES = 100_000
"""Most titles that are compared, those of the longest documents: what bounds the memory."""
_MOST_OF_TITLE = 0.5
"""What has so much of a title means it; less are words that many titles have."""
_NEARLY = 0.8
"""What is so much of a title names nothing but it."""
_MOST_OF_TEXT = 0.75
"""So much of a text stands in the title that it means,"""
_SLIPPED_CHARS = 1
"""which lacks so many of its characters at most: the slip of a finger, not another name."""
_PLACE_ENDS = "(?:[省市县区]|.{0,8}自治[区州县])?"
"""What the short name of a place leaves out."""
_SHORTEST_CHARS = 4
"""Shorter than that are words, unless they are a whole title."""
_SHORT_LAW = re.compile(rf"[{HAN}]{{2,5}}法")
_SHORTENED = 3
_PLACES = 8192
"""So many names are remembered with the place that they mean, or that they mean none."""
_CANDIDATES = 200
_MARKS = re.compile(r"[\s《》〈〉“”\"'、，,。()（）·.-]+")
_COUNTRY = "中华人民共和国"
_ARTICLE = re.compile(
    rf"(?:第\s*(?P<number>[0-9]{{1,4}}|[{NUMERALS}]{{1,9}})\s*条"
    rf"|(?<![0-9.第{NUMERALS}])(?P<bare>[1-9][0-9]{{0,3}}|[{NUMERALS}]{{2,9}})\s*条(?![例款约]))"
    rf"(?P<sub>之[{NUMERALS}]{{1,3}})?"
)
_BELOW_ARTICLE = re.compile(
    rf"\s*第?\s*[（(]?[0-9{NUMERALS}]+[)）]?\s*[款项目]|\s*[和与及或](?=\s*(?:第|[0-9{NUMERALS}]))"
)
"""A paragraph or item of an article, and what leads to the next: articles are what is led to."""
_LAST_NUMBER = re.compile(
    rf"(?:法|典|条例|规定|办法|细则|规则)\s*第?\s*"
    rf"(?P<number>[1-9][0-9]{{0,3}}|[{NUMERALS}]*[十百千][{NUMERALS}]*)(?P<sub>)\s*\Z"
)
"""An article as it is typed in haste, 刑法 264: a number alone behind the name of an act."""
_FOUR_DIGITS = "(?:1[89]|20)[0-9][0-9]"
_YEAR = re.compile(rf"{_FOUR_DIGITS}\Z")
_FOUR = f"(?<![0-9-])(?P<{{}}>{_FOUR_DIGITS})(?![0-9])"
_UNIT = "[万亿吨亩米克件]|元(?!旦)|平[方米]|公[里斤顷]|人(?![口大才民事社均])|户(?![籍口])|名(?!单)"
"""Behind a number that is no year: 补助1800-2000元."""
_YEARS = re.compile(
    rf"{_FOUR.format('first')}年?\s*[-~–至到]+\s*(?P<last>{_FOUR_DIGITS})(?![0-9-]|{_UNIT})"
    rf"年?+(?:之?间|期间)?+(?!学年|规划|计划|[度号级届])"
    rf"|[自从]?{_FOUR.format('since')}(?:年?(?:以后|之后|以来|至今)|年[后起](?=\s|\Z))"
    rf"|{_FOUR.format('until')}(?:年?(?:以前|之前)|年前(?=\s|\Z))"
)
_BESIDE_YEAR = re.compile(
    rf"(?<=[{HAN}])(?<![第至到约共达自从])(?={_FOUR_DIGITS}年?(?:\s|\Z))"
    rf"|(?:(?<=\A{_FOUR_DIGITS})(?!年)|(?<=\A{_FOUR_DIGITS}年))"
    rf"(?!{_UNIT}|[度号级届代底初末中前后以来间内份月个条款项])(?=[{HAN}]{{2}})"
)
"""Where a year is written to what was meant beside it: 安全生产法2021, 2021年物业管理."""
_EDITION = re.compile(rf"[（(]?(?:{_FOUR_DIGITS}年?(?:修正|修订|修改)|全文|最新|现行)[版本]?[）)]?")
"""What is said beside a title of its wording, and stands in none."""
_SEPARATORS = re.compile(r"[\s，。、；：？！,;:?!《》〈〉]+")
_HAN_RUN = re.compile(rf"[{HAN}]+")


@dataclass(frozen=True, slots=True)
class Understood:
    """A text as things of the collection, and what is left of it.

    ``titles`` are the documents that are meant by what is not an article or a year, likeliest
    first; ``is_whole`` if what names them stands in them, and was not only likely to mean them.
    """

    rest: str
    articles: tuple[str, ...] = ()
    titles: tuple[DocumentTitle, ...] = ()
    is_whole: bool = False
    within: DocumentTitle | None = None
    facets: tuple[tuple[FacetName, str], ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether something of it is a filter."""
        return bool(self.facets or self.within)


def plain_text(items: Iterable[str]) -> str:
    """Items as they are compared: folded, in simplified script, apart by one space each."""
    return " ".join("".join(map(simplified, fold(item))) for item in items)


def understand(reader: Reader, items: Sequence[str]) -> Understood:
    """What the unquoted items of a query name."""
    text = plain_text(items)
    titles = _titles(reader)
    articles, without = _articles(text)
    number = None if articles else _LAST_NUMBER.search(text)
    if number and not _YEAR.match(number["number"]):
        articles, without = (_article(number),), text[: number.start("number")].rstrip(" 第")
    if articles:
        for left in (_items(without), _items(_EDITION.sub(" ", without))):
            meant = titles.meant(left)
            is_whole = titles.are_whole(left, meant)
            if meant and (is_whole or not number):
                return Understood(" ".join(left), articles, meant, is_whole)
    years, text = _years(text, _names(reader).years)
    text = _BESIDE_YEAR.sub(" ", text)
    facets: dict[FacetName, str] = {"year": years} if years else {}
    left = _items(text)
    within = None
    rest: list[str] = []
    apart: list[str] = []
    undated: list[str] = []
    for item in left:
        name, other, value = _value(reader, item, reader.analyzer)
        parts = [item.replace(other, "", 1), other] if other not in ("", item) else [item]
        apart += parts
        undated += [] if _YEAR.match(item.removesuffix("年")) else parts
        if name is not None and (name not in facets or f"{value}/".startswith(f"{facets[name]}/")):
            # A place in the one before it is what is meant.
            facets[name] = value
            rest += [other] if other else []
        elif name is not None and f"{facets[name]}/".startswith(f"{value}/"):
            rest += [other] if other else []
        else:
            rest.append(item)
    meant = titles.meant(apart)
    if not meant:
        bare = _items(_EDITION.sub(" ", text))
        edition = titles.meant(bare) if bare != left else ()
        if edition and titles.is_most_of(bare, edition[0]):
            left, apart, meant = bare, bare, edition
    if meant and not years and titles.is_most_of(left, meant[0]):
        is_whole = titles.are_whole(apart, meant)
        return Understood(" ".join(left), (), meant, is_whole)
    if not meant and undated != apart:
        # A whole title beside a year that is not in it: less of one is what was found that year,
        # and of several documents with it the filter tells which are of the year.
        whole = titles.meant(undated)
        is_one = len(whole) == 1 and titles.are_whole(undated, whole)
        meant = whole if is_one and titles.is_most_of(undated, whole[0]) else ()
    if len(rest) > 1:
        for place, item in enumerate(rest):
            found = titles.named(item) if len(item) >= _SHORTEST_CHARS else ()
            if found:
                within = found[0]
                del rest[place]
                break
    is_whole = titles.are_whole(apart, meant)
    return Understood(" ".join(rest), (), meant, is_whole, within, tuple(facets.items()))


def _years(text: str, known: frozenset[int]) -> tuple[str | None, str]:
    """The years from one to another that a text names, as a filter takes them, where the collection
    has any of them, and the text without. The year that bounds them is one: nothing is missed.
    """
    match = _YEARS.search(text)
    # Numbers from 1800 on are more often of something else, where nothing says that they are years.
    if match is None or not known or (match[0].startswith("18") and "年" not in match[0]):
        return None, text
    first = int(match["first"] or match["since"] or min(known))
    last = int(match["last"] or match["until"] or max(known))
    if match["first"]:
        first, last = min(first, last), max(first, last)
    if not any(first <= year <= last for year in known):
        return None, text
    return f"{first}..{last}", f"{text[: match.start()]} {text[match.end() :]}"


def _items(text: str) -> list[str]:
    return [item for item in _SEPARATORS.split(text) if item]


def _articles(text: str) -> tuple[tuple[str, ...], str]:
    """The articles that a text names, and the text without them."""
    found: dict[str, None] = {}
    while match := _ARTICLE.search(text):
        found[_article(match)] = None
        after = text[match.end() :]
        while below := _BELOW_ARTICLE.match(after):
            after = after[below.end() :]
        text = f"{text[: match.start()]} {after}"
    return tuple(found), text


def _article(match: re.Match[str]) -> str:
    """第一千二百五十四条, from digits too."""
    number = match["number"] or match["bare"]
    if number.isdigit():
        plain = f"{int(number)}条"
        chinese = (text for text in number_texts(plain) if not text[0].isdigit())
        number = next((text[:-1] for text in chinese if "两" not in text), number)
    return f"第{number}条{match['sub'] or ''}"


def _value(reader: Reader, item: str, analyzer: Analyzer) -> tuple[FacetName | None, str, str]:
    """(facet, what is left of the item, value) of an item that is, or begins with, a value."""
    year = item.removesuffix("年")
    if item.endswith("年") and not _YEAR.match(year):
        year = next(year_texts(item)).removesuffix("年")
    if _YEAR.match(year):
        return ("year", "", year) if int(year) in _names(reader).years else (None, item, "")
    found = _names(reader).facets.get(item)
    if found is not None:
        return found[0], "", found[1]
    place = _names(reader).place(item)
    if place is not None:
        return "city", "", place
    words = analyzer.words(item) if _HAN_RUN.fullmatch(item) else []
    if len(words) > 1:
        for word, other in (
            (words[0], item[len(words[0]) :]),
            (words[-1], item[: -len(words[-1])]),
        ):
            place = _names(reader).place(word) if len(word) > 1 else None
            if place is not None:
                return "city", other, place
    return None, item, ""


@dataclass(frozen=True, slots=True)
class _Names:
    """The values of facets of a collection; ``place`` gives the only place that a name means."""

    facets: dict[str, tuple[FacetName, str]]
    years: frozenset[int]
    place: Callable[[str], str | None]


def _names(reader: Reader) -> _Names:
    def read() -> _Names:
        values = collection_values(reader)
        names: dict[str, tuple[FacetName, str]] = {}
        for facet in ("topic", "source"):
            for count in values[facet]:
                if count.value not in (None, UNCLASSIFIED):
                    name = str(count.value)
                    names.setdefault(plain_text([name]), (facet, name))
        # 全国 is a word of many texts, and hardly ever the name of what is asked about.
        cities = [str(c.value) for c in values["city"] if c.value not in (None, WHOLE_COUNTRY)]
        ends: dict[str, list[str]] = {}
        for path in cities:
            ends.setdefault(path.rsplit("/", 1)[-1], []).append(path)
        known = frozenset(cities)
        places = gazetteer(reader)

        @lru_cache(_PLACES)
        def place(name: str) -> str | None:
            resolved = places.resolve(name)
            meant = {"/".join(part for part in path if part) for path in resolved}
            here = sorted({*(meant & known), *ends.get(name, ())})
            # Before what it contains stands the place itself: 吉林 is the province. A municipality
            # is the same place twice.
            if len(here) > 1 and here[1] == f"{here[0]}/{here[0]}":
                del here[0]
            widest = here[0] if here else None
            return widest if all(path.startswith(f"{widest}/") for path in here[1:]) else None

        years = frozenset(int(c.value) for c in values["year"] if c.value is not None)
        return _Names(names, years, place)

    return reader.once("names of values", read)


def _titles(reader: Reader) -> _Titles:
    def read() -> _Titles:
        titles = sorted(reader.titles(), key=lambda title: -title.passages)
        return _Titles(titles[:_TITLES], reader.analyzer, gazetteer(reader))

    return reader.once("titles", read)


class _Titles:
    """Titles, compared without marks, found by the pairs of characters in them."""

    def __init__(
        self, titles: Sequence[DocumentTitle], analyzer: Analyzer, places: Gazetteer
    ) -> None:
        self._analyzer = analyzer
        self._places = places
        self._titles = tuple(titles)
        self._plain = [_bare(title.title) for title in titles]
        self._with_pair: dict[str, array[int]] = {}
        for number, line in enumerate(self._plain):
            for pair in {line[at : at + 2] for at in range(len(line) - 1)}:
                self._with_pair.setdefault(pair, array("I")).append(number)
        self._exact: dict[str, list[DocumentTitle]] = {}
        for line, title in zip(self._plain, self._titles, strict=True):
            self._exact.setdefault(line, []).append(title)

    def named(self, text: str) -> tuple[DocumentTitle, ...]:
        """The documents whose whole title a text is."""
        return tuple(self._exact.get(_bare(text), ()))

    def shortened(self, items: Sequence[str]) -> tuple[DocumentTitle, ...]:
        """The laws that a text shortens: 民诉法 is 民事诉讼法. Of more than three none is meant."""
        text = _bare("".join(items)) if len(items) == 1 else ""
        is_short = _SHORT_LAW.fullmatch(text)
        lines = [line for line in self._exact if is_short and _shortens(text, line)]
        few = lines if len(lines) <= _SHORTENED else []
        return tuple(title for line in few for title in self._exact[line])

    def meant(self, items: Sequence[str]) -> tuple[DocumentTitle, ...]:
        """The documents whose titles have most of some items and are mostly these, or have all
        words of several; those with the largest share first.
        """
        words = self._telling(items)
        if not words or sum(map(len, words)) < 2:
            return ()
        size = sum(map(len, words))
        if len(items) == 1 and size < _SHORTEST_CHARS:
            return self.named(items[0]) or self.shortened(items)
        scored = []
        for number in self._with_rarest(words):
            line = self._plain[number]
            lacks = [word for word in words if word not in line]
            has = size - sum(map(len, lacks))
            share = has / max(len(line), 1)
            complete = not lacks and (len(items) > 1 or share >= _MOST_OF_TITLE)
            nearly = has >= _MOST_OF_TEXT * size and self._is_slip(lacks, line)
            if complete or (nearly and share >= _MOST_OF_TITLE):
                scored.append((-has / size, -share, number))
        scored.sort()
        # Beside a title in full, or one with all words, others are not meant.
        if scored and scored[0][0] == -1:
            exact = scored[0][1] == -1
            scored = [one for one in scored if one[0] == -1 and (one[1] == -1 or not exact)]
        # 未成年人保护条例 is not 未成年人网络保护条例 where there is a 北京市未成年人保护条例.
        stands = self._standing(items, words)
        whole = [one for one in scored if stands(self._plain[one[-1]])]
        found = tuple(self._titles[number] for _, _, number in whole or scored)
        return found or self.shortened(items)

    def are_whole(self, items: Sequence[str], titles: Sequence[DocumentTitle]) -> bool:
        """Whether each item stands in some titles as it is, but for the ends of names of places."""
        lines = {_bare(title.title) for title in titles}
        if len(lines) == 1 and _shortens("".join(map(_bare, items)), *lines):
            return True
        return all(map(self._standing(items, self._telling(items)), lines))

    def is_most_of(self, items: Sequence[str], title: DocumentTitle) -> bool:
        """Whether some items are nearly a whole title."""
        line = _bare(title.title)
        words = (word for item in items for word in self._words(item))
        beside = sum(len(word) for word in words if word not in line)
        return sum(map(len, items)) - beside >= _NEARLY * len(line)

    def _words(self, item: str) -> tuple[str, ...]:
        return telling_words(_bare(item), self._analyzer)[0]

    def _telling(self, items: Iterable[str]) -> dict[str, None]:
        """The words of some items that tell something, without a place around another of them."""
        words = dict.fromkeys(word for item in items for word in self._words(item))
        resolve = self._places.resolve
        places = [word for word in words if len(word) > 1 and resolve(word)]
        for place in places:
            # 北京市 and 北京 are each in the other: one stays.
            within = (each for each in places if each != place and each in words)
            if any(resolve(f"{place}/{each}") for each in within):
                del words[place]
        return words

    def _standing(self, items: Sequence[str], telling: Collection[str]) -> Callable[[str], bool]:
        """Says of a title as it is compared whether each item stands in it, by its words that are
        ``telling``.
        """
        text = "".join(map(_bare, items))
        patterns = [
            re.compile(_PLACE_ENDS.join(re.escape(w) for w in self._words(item) if w in telling))
            for item in items
        ]
        return lambda line: text == line or all(pattern.search(line) for pattern in patterns)

    def _is_slip(self, lacks: Sequence[str], line: str) -> bool:
        """Whether a title lacks some words by a slip only: another place is none."""
        absent = sum(character not in line for word in lacks for character in word)
        return absent <= _SLIPPED_CHARS and not any(map(self._places.resolve, lacks))

    def _with_rarest(self, words: Iterable[str]) -> list[int]:
        """The titles with the rarest pair of characters of each of the rarest two words."""
        rarest = []
        for word in filter(lambda word: len(word) > 1, words):
            pairs = [word[at : at + 2] for at in range(len(word) - 1)]
            having = min((self._with_pair.get(pair, _NO_TITLES) for pair in pairs), key=len)
            if having:
                rarest.append(having)
        rarest.sort(key=len)
        numbers: dict[int, None] = {}
        for having in rarest[:2]:
            if len(having) <= _CANDIDATES or not numbers:
                numbers.update(dict.fromkeys(having[: 2 * _CANDIDATES]))
        return list(numbers)


_NO_TITLES = array("I")


def _shortens(text: str, line: str) -> bool:
    """Whether a law is called by its first character, some others and 法."""
    if not (_SHORT_LAW.fullmatch(text) and text[0] == line[:1] and line[-1:] == "法"):
        return False
    rest = iter(line[1:-1])
    return not line.endswith("办法") and all(character in rest for character in text[1:-1])


def _bare(title: str) -> str:
    """A title as it is compared."""
    bare = _MARKS.sub("", plain_text([title]))
    return bare.removeprefix(_COUNTRY) or bare
