"""What points at a passage from the running text: APA, MLA, Chicago author-date.

Made here and not by the processor, which cannot tell that a mark is unambiguous and would add the
title to MLA's. Chinese items take Chinese terms: 等, 和, 第14段.
"""

from __future__ import annotations

from ..locators import Locator
from ..record import Record


def apa(record: Record, locator: Locator) -> str:
    """``(Fordham et al., 2019, para. 14)``.

    APA 7, 8.11 (author and date), 8.13 (paragraph), 8.14 (the title in quotation marks where there
    is no author), 8.17 (of three or more authors the first), 9.17 (n.d.).
    """
    chinese = record.language == "zh"
    names = short_names(record, " & ", most=2) or _quoted(record, comma=True)
    year = record.published[:4] if record.published else ("无日期" if chinese else "n.d.")
    return f"({_joined(names, year)}, {_place(record, locator)})"


def mla(record: Record, locator: Locator) -> str:
    """``(Fordham et al., par. 14)``: MLA 9, chapter 6."""
    names = "" if publishes_itself(record) else short_names(record, " and ", most=2)
    names = names or _quoted(record, comma=True)
    return f"({_joined(names, _place(record, locator, 'par.'))})"


def chicago(record: Record, locator: Locator) -> str:
    """``(Fordham et al. 2019, para. 14)``: Chicago 18, 13.102 and what follows it."""
    chinese = record.language == "zh"
    names = short_names(record, " and ", most=2) or source_name(record) or _quoted(record)
    year = record.published[:4] if record.published else ("无日期" if chinese else "n.d.")
    place = _place(record, locator)
    return f"({names} {year}, {place})" if names else f"({year}, {place})"


def short_names(record: Record, and_: str, *, most: int) -> str:
    """Family names, or whole ones of Chinese persons and of institutions; "" where there is none.

    More than ``most`` become the first with 等 or et al.
    """
    authors = record.authors
    inverted = dict(authors.inverted)
    names = [inverted[i][0] if i in inverted else n for i, n in enumerate(authors.names)]
    if not names:
        return ""
    if len(names) > most or authors.more:
        return f"{names[0]} {'等' if authors.is_han else 'et al.'}"
    return ("和" if authors.is_han else and_).join(names)


def source_name(record: Record) -> str | None:
    """The newspaper, or the owner of the site, in place of an author; None where unknown."""
    return record.outlet or (record.site if record.kind == "web" else None)


def publishes_itself(record: Record) -> bool:
    """Whether a page's only author is the site, or the institution, that publishes it."""
    return record.kind == "web" and record.authors.names == (source_name(record),)


def _quoted(record: Record, *, comma: bool = False) -> str:
    if record.title is None:
        return ""
    if record.language == "zh":
        return f"《{record.title.translate(str.maketrans('《》', '〈〉'))}》"
    inner = record.title.translate(str.maketrans("“”", "‘’"))
    return f"“{inner}{',' if comma else ''}”"


def _joined(names: str, rest: str) -> str:
    if not names:
        return rest
    return f"{names} {rest}" if names.endswith(",”") else f"{names}, {rest}"


def _place(record: Record, locator: Locator, abbreviation: str = "para.") -> str:
    return locator.in_chinese if record.language == "zh" else locator.in_english(abbreviation)
