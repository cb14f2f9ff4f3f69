"""GB/T 7714, editions 2025 (in force since 2026-07-01) and 2015: numbers, author-date, footnotes.

Clauses are those of the editions' text as transcribed in public: for 2025 the worked examples in
typst-doc-cn/bib-csl-dev-data (``GB-T_7714—2025.original.toml``) and zepinglee/gbt7714-bibtex-style
(``gbt7714-examples.bib``), for 2015 the examples of its clauses 4.4 and 4.6 and its appendix A as
journals reprint them. Neither printed standard was seen.

Marks are half-width in both editions. The examples of 2025 print ： ， （ ） full-width, tools for
2015 mostly half-width, and both are accepted; ``.``, ``/`` and ``-`` are half-width in either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from .record import Locator, Names, Record, Reference

_MOST_NAMES = 3
_CODES = {"newspaper": "N/OL", "web": "EB/OL"}
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"


@dataclass(frozen=True, slots=True)
class Edition:
    """What differs between the editions for an article or a page.

    ``newspaper_accessed``: whether an article of an online newspaper carries the access date. 2015
    prints it for every online resource (4.4, 4.6, 8.4.4); 2025 keeps it for web pages, data sets
    and preprints only (8.11.3.2; without it [N/OL] in B.4, example 6).
    ``family_in_capitals``: whether a western family name is in capitals, as in 2015 (8.1.1) and no
    longer in 2025 (7.1.1).
    """

    year: int
    newspaper_accessed: bool
    family_in_capitals: bool


@dataclass(frozen=True, slots=True)
class Numeric:
    """The numeric style (顺序编码制) of one edition."""

    edition: Edition

    is_numbered: ClassVar[bool] = True
    is_listed_once: ClassVar[bool] = True

    def reference(self, record: Record, locator: Locator | None) -> Reference:
        """The entry: 责任者. 题名[类型标识]. 出处和日期. 获取和访问路径.

        2015 4.4.2 and 2025 8.5.2 for a newspaper's article, 2015 4.6.2 and 2025 8.11.3 for a web
        page. What is unknown is left out, not described: place and publisher do not belong to
        electronic resources of these kinds, so [S.l.], [s.n.] and 不详 never appear.
        """
        return Reference(
            text=_closed(
                (
                    self._responsibility(record),
                    f"{_title(record)}[{_CODES[record.kind]}]",
                    self._origin(record, locator),
                    # 2015 8.6, 2025 7.8: the address as it is, an element like the others.
                    record.url or "",
                )
            ),
            missing=tuple(self._missing(record)),
            notes=(*record.notes, *self._notes(record)),
        )

    def in_text(self, record: Record, number: int, locator: Locator) -> str:
        """``[1]第14段``, with the item of a long enumeration ``[1]第23段“六是”``.

        Neither edition knows paragraphs. By analogy with the page of a quotation (2015 10.1.3,
        2025 9.2.1.3) the place stands outside the brackets of the number, and says 段, because a
        bare figure there would read as a page.
        """
        return f"[{number}]{_place(record, locator)}"

    def _responsibility(self, record: Record) -> str:
        """Without a name the numeric style begins with the title (2015 8.1.3, 2025 7.1.3)."""
        return self._listed(record.authors)

    def _listed(self, authors: Names) -> str:
        """Up to three names, of more the first three and 等 or et al.

        2015 8.1.2, 2025 7.1.2. An institution stands as the source prints it (2015 8.1.4, 2025
        7.1.4).
        """
        inverted = dict(authors.inverted)
        names = [
            self._inverted(*inverted[i]) if i in inverted else name
            for i, name in enumerate(authors.names)
        ]
        shown = names[:_MOST_NAMES]
        if names and (authors.more or len(names) > _MOST_NAMES):
            shown.append("等" if authors.is_han else "et al.")
        return ", ".join(shown)

    def _inverted(self, family: str, given: str) -> str:
        """Einstein, Albert → Einstein A (2025 7.1.1), EINSTEIN A (2015 8.1.1)."""
        initials = re.sub(r"[.\s]+", " ", re.sub(r"([^\W\d_])[^\W\d_]+", r"\1", given)).strip()
        return f"{family.upper() if self.edition.family_in_capitals else family} {initials}"

    def _origin(self, record: Record, locator: Locator | None) -> str:
        """The outlet and date of a newspaper's article, the date of a web page, the access date.

        A newspaper's name and issue date (2015 8.8.5, 2025 8.5.1.4; the page is left out where it
        is unknown). A web page has only its date, in round brackets (2015 8.4.4, 2025 7.6): the
        site's name has no place in the reference. Dates are YYYY-MM-DD (2015 8.4.3, 2025 7.5.4.2).
        The access date follows in square brackets.
        """
        published = self._published(record)
        if record.kind == "newspaper":
            origin = ", ".join(part for part in (record.outlet, published) if part)
        else:
            origin = f"({published})" if published else ""
        place = self._place_inside(record, locator)
        if place:
            origin = f"{origin}: {place}" if origin else place
        return origin + (f"[{record.accessed}]" if self._accessed(record) else "")

    def _published(self, record: Record) -> str | None:
        return record.published

    def _place_inside(self, record: Record, locator: Locator | None) -> str:
        """The place of the quotation inside the entry, which only a footnote has."""
        return ""

    def _accessed(self, record: Record) -> bool:
        return record.accessed is not None and (
            record.kind == "web" or self.edition.newspaper_accessed
        )

    def _missing(self, record: Record) -> list[str]:
        """What the edition asks for and the record does not say."""
        newspaper = record.kind == "newspaper"
        lacks = {
            "题名": record.title is None,
            "报纸名": newspaper and record.outlet is None,
            "出版日期": newspaper and record.published is None,
            "发布日期": not newspaper and record.published is None,
            # 2015 4.6.1 and 8.6, 2025 7.8: required of an online resource.
            "获取和访问路径": record.url is None,
            "引用日期": record.accessed is None
            and (not newspaper or self.edition.newspaper_accessed),
        }
        return [name for name, is_lacking in lacks.items() if is_lacking]

    def _notes(self, record: Record) -> list[str]:
        notes = []
        if record.accessed and not self._accessed(record):
            notes.append(f"{self.edition.year} 版的报纸文章不著录引用日期，故从略。")
        if record.authors.inverted:
            notes.append("西文责任者已按“姓 名缩写”著录：汉语拼音姓名的写法请核对。")
        elif any(" " in name for name in record.authors.names) and not record.authors.is_han:
            notes.append("西文责任者照录：如是个人，应姓在前、名缩写。")
        return notes


@dataclass(frozen=True, slots=True)
class AuthorDate(Numeric):
    """The author-date style (著者-出版年制) of one edition.

    The year stands after the names (2015 9.3.2 and 10.2, 2025 8.1 and 9.3). The dates of a
    newspaper and of a page are days, so they stay whole where they stand: the year alone would
    not find the issue (so gbt7714-bibtex-style, whose author-year style prints both).
    """

    is_numbered: ClassVar[bool] = False
    is_listed_once: ClassVar[bool] = True

    def in_text(self, record: Record, number: int, locator: Locator) -> str:
        """``（梁启勇，2018）第14段``; in an English text ``(Fordham et al., 2019)para. 14``.

        One name only, of several the first with 等 or et al. a little apart; a Chinese name and an
        institution whole, of a western name the family (2015 10.2.1 and 10.2.2, 2025 9.3.1.1 and
        9.3.1.2). The place of a quotation stands outside the brackets (2015 10.2.4, 2025 9.3.1.4).
        """
        mark = self._mark(record.authors) or self._anonymous(record)
        year = _year(record)
        place = _place(record, locator)
        if record.language == "zh":
            return f"（{'，'.join(filter(None, (mark, year)))}）{place}"
        return f"({', '.join(filter(None, (mark, year)))}){place}"

    def _responsibility(self, record: Record) -> str:
        """The names, else 佚名 or Anon (2015 8.1.3, 2025 7.1.3); and the year."""
        names = self._listed(record.authors) or self._anonymous(record)
        year = _year(record)
        return f"{names}, {year}" if year else names

    def _anonymous(self, record: Record) -> str:
        return "佚名" if record.language == "zh" else "Anon"

    def _mark(self, authors: Names) -> str:
        if not authors.names:
            return ""
        inverted = dict(authors.inverted)
        first = inverted[0][0] if 0 in inverted else authors.names[0]
        if len(authors.names) == 1 and not authors.more:
            return first
        return f"{first} {'等' if authors.is_han else 'et al.'}"

    def _published(self, record: Record) -> str | None:
        """A bare year stands after the names already."""
        return record.published if record.published != _year(record) else None

    def _missing(self, record: Record) -> list[str]:
        # The base by its name: a dataclass with slots is made anew, which super() does not see.
        missing = Numeric._missing(self, record)
        return missing if record.authors.names else ["责任者", *missing]


@dataclass(frozen=True, slots=True)
class Footnote(Numeric):
    """The numeric style as footnotes (2015 10.1.1): the mark is a circled number.

    A footnote is written for each quotation, so the paragraph stands in it, where 2015 4.1.2 and
    4.6.2 have the page of the quotation: after the date of publication, after a colon.
    """

    is_numbered: ClassVar[bool] = False
    is_listed_once: ClassVar[bool] = False

    def in_text(self, record: Record, number: int, locator: Locator) -> str:
        """``①``; above ㊿, where there are no such signs, ``[51]``."""
        return _CIRCLED[number - 1] if 0 < number <= len(_CIRCLED) else f"[{number}]"

    def _place_inside(self, record: Record, locator: Locator | None) -> str:
        return _place(record, locator) if locator else ""


def _year(record: Record) -> str | None:
    return record.published[:4] if record.published else None


def _place(record: Record, locator: Locator) -> str:
    return locator.in_chinese if record.language == "zh" else locator.in_english()


def _title(record: Record) -> str:
    """The title with every character as printed, a subtitle after a colon.

    2015 8.2.1 and 8.2.3, 2025 7.2.1 and 7.2.3. Quotation marks, a dash pair and the space between
    the two halves of a title stay (2025 7.3, example 2; 7.2.3, example 5). The eyebrow (肩题) of a
    newspaper's headline is no part of the title proper.
    """
    return ": ".join(part for part in (record.title, record.subtitle) if part)


def _closed(parts: Iterable[str]) -> str:
    """Elements each closed by one full stop (marks: 2015 clause 7, 2025 clause 6)."""
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


EDITION_2025 = Edition(2025, newspaper_accessed=False, family_in_capitals=False)
EDITION_2015 = Edition(2015, newspaper_accessed=True, family_in_capitals=True)
