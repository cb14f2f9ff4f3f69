"""GB/T 7714, numeric style, editions 2025 (in force since 2026-07-01) and 2015.

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

from .names import Names
from .record import Record, Reference

__all__ = ["GBT7714_2015", "GBT7714_2025", "Numeric"]

_MOST_NAMES = 3
_CODES = {"newspaper": "N/OL", "web": "EB/OL"}


@dataclass(frozen=True, slots=True)
class Numeric:
    """The numeric style (顺序编码制) of one edition.

    ``newspaper_accessed``: whether an article of an online newspaper carries the access date. 2015
    prints it for every online resource (4.4, 4.6, 8.4.4); 2025 keeps it for web pages, data sets
    and preprints only (8.11.3.2; without it [N/OL] in B.4, example 6).
    ``family_in_capitals``: whether a western family name is in capitals, as in 2015 (8.1.1) and no
    longer in 2025 (7.1.1).
    """

    edition: int
    newspaper_accessed: bool
    family_in_capitals: bool

    def reference(self, record: Record) -> Reference:
        """The entry: 责任者. 题名[类型标识]. 出处和日期. 获取和访问路径.

        2015 4.4.2 and 2025 8.5.2 for a newspaper's article, 2015 4.6.2 and 2025 8.11.3 for a web
        page. What is unknown is left out, not described: place and publisher do not belong to
        electronic resources of these kinds, so [S.l.], [s.n.] and 不详 never appear.
        """
        code = _CODES[record.kind]
        parts = (
            self._responsibility(record.authors),
            f"{_title(record)}[{code}]",
            self._origin(record),
            # 2015 8.6, 2025 7.8: the address as it is, an element like the others.
            record.url or "",
        )
        return Reference(
            text=_closed(part for part in parts if part),
            missing=tuple(self._missing(record)),
            notes=(*record.notes, *self._notes(record)),
        )

    def in_text(self, number: int, paragraph: int, item: str | None) -> str:
        """``[1]第14段``, with the item of a long enumeration ``[1]第23段“六是”``.

        Neither edition knows paragraphs. By analogy with the page of a quotation (2015 10.1.3,
        2025 9.2.1.3) the place stands outside the brackets of the number, and says 段, because a
        bare figure there would read as a page.
        """
        named = item.strip().strip('“”"「」『』＂ ') if item else ""
        return f"[{number}]第{paragraph}段" + (f"“{named}”" if named else "")

    def _responsibility(self, authors: Names) -> str:
        """Up to three names, of more the first three and 等 or et al.

        2015 8.1.2, 2025 7.1.2. An institution stands as the source prints it (2015 8.1.4, 2025
        7.1.4). Without a name the numeric style begins with the title (2015 8.1.3, 2025 7.1.3).
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
        return f"{family.upper() if self.family_in_capitals else family} {initials}"

    def _origin(self, record: Record) -> str:
        """The outlet and date of a newspaper's article, the date of a web page, the access date.

        A newspaper's name and issue date (2015 8.8.5, 2025 8.5.1.4; the page is left out where it
        is unknown). A web page has only its date, in round brackets (2015 8.4.4, 2025 7.6): the
        site's name has no place in the reference. Dates are YYYY-MM-DD (2015 8.4.3, 2025 7.5.4.2).
        The access date follows in square brackets.
        """
        if record.kind == "newspaper":
            origin = ", ".join(part for part in (record.outlet, record.published) if part)
        else:
            origin = f"({record.published})" if record.published else ""
        return origin + (f"[{record.accessed}]" if self._accessed(record) else "")

    def _accessed(self, record: Record) -> bool:
        return record.accessed is not None and (record.kind == "web" or self.newspaper_accessed)

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
            "引用日期": record.accessed is None and (not newspaper or self.newspaper_accessed),
        }
        return [name for name, is_lacking in lacks.items() if is_lacking]

    def _notes(self, record: Record) -> list[str]:
        notes = []
        if record.accessed and not self._accessed(record):
            notes.append(f"{self.edition} 版的报纸文章不著录引用日期，故从略。")
        if record.authors.inverted:
            notes.append("西文责任者已按“姓 名缩写”著录：汉语拼音姓名的写法请核对。")
        elif any(" " in name for name in record.authors.names) and not record.authors.is_han:
            notes.append("西文责任者照录：如是个人，应姓在前、名缩写。")
        return notes


def _title(record: Record) -> str:
    """The title with every character as printed, a subtitle after a colon.

    2015 8.2.1 and 8.2.3, 2025 7.2.1 and 7.2.3. Quotation marks, a dash pair and the space between
    the two halves of a title stay (2025 7.3, example 2; 7.2.3, example 5). The eyebrow (肩题) of a
    newspaper's headline is no part of the title proper.
    """
    return ": ".join(part for part in (record.title, record.subtitle) if part)


def _closed(parts: Iterable[str]) -> str:
    """Elements each closed by one full stop (marks: 2015 clause 7, 2025 clause 6)."""
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts)


GBT7714_2025 = Numeric(2025, newspaper_accessed=False, family_in_capitals=False)
GBT7714_2015 = Numeric(2015, newspaper_accessed=True, family_in_capitals=True)
