"""APA, MLA and Chicago, after the styles of the Citation Style Language project.

The processor, citeproc-py, is loaded when a reference is first made, and never for GB/T 7714. The
four style files in ``styles`` are the project's own, unchanged, under CC BY-SA 3.0 (their authors
and the licence stand in each); the locales are those that come with citeproc-py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..locators import Locator
from ..record import Record, Reference
from .marks import apa, chicago, mla
from .rules import Rules


@dataclass(frozen=True, slots=True)
class CslStyle:
    """A style made by a CSL processor; ``mark`` makes what points at a passage, if not a note."""

    rules: Rules
    mark: Callable[[Record, Locator], str] | None
    is_numbered: bool = False
    is_listed_once: bool = True

    def reference(self, record: Record, locator: Locator | None) -> Reference:
        """The entry in the list of references."""
        from .processing import bibliography_entry

        return Reference(
            text=bibliography_entry(record, self.rules),
            missing=_missing(record),
            notes=(*record.notes, *_notes(record)),
        )

    def in_text(self, record: Record, number: int, locator: Locator) -> str:
        """The mark in brackets; in Chicago's notes the whole note with its number."""
        if self.mark is not None:
            return self.mark(record, locator)
        from .processing import note

        return f"{number}. {note(record, self.rules, locator)}"


def _missing(record: Record) -> tuple[str, ...]:
    """What a reader needs to find the source again; all three manuals print what there is."""
    newspaper = record.kind == "newspaper"
    lacks = {
        "题名": record.title is None,
        "报纸名": newspaper and record.outlet is None,
        "网站名": not newspaper and record.outlet is None and record.site is None,
        "发布日期": record.published is None,
        "网址": record.url is None,
    }
    return tuple(name for name, is_lacking in lacks.items() if is_lacking)


def _notes(record: Record) -> tuple[str, ...]:
    authors = record.authors
    as_printed = any(" " in name for name in authors.names) and not authors.inverted
    if as_printed and not authors.is_han:
        return ("西文责任者照录：如是个人，列表中应姓在前。",)
    return ()


APA = CslStyle(Rules("apa", title_for_author=True), apa)
MLA = CslStyle(
    Rules("modern-language-association", publisher_is_no_author=True, quotes_titles=True),
    mla,
)
CHICAGO = CslStyle(
    Rules("chicago-notes-bibliography", outlet_for_author=True, quotes_titles=True), None
)
CHICAGO_AUTHOR_DATE = CslStyle(
    Rules("chicago-author-date", outlet_for_author=True, quotes_titles=True), chicago
)
