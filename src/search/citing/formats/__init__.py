"""In which formats are citations taken away? One writer for all; each format is a value.

Everything is written as a stream, so that a set of any size needs the memory of one entry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ...errors import UsageError
from ..styles import DEFAULT_STYLE, checked_style
from .bibtex import bibtex
from .csl_json import csl_item
from .entries import Entry, Item, item_of
from .prose import as_html, as_markdown, as_text
from .ris import ris

Writer = Callable[[Iterable[Entry], str, str | None], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its media type and the suffix of its files."""

    media_type: str
    suffix: str
    write: Writer


def _items(entries: Iterable[Entry], accessed: str | None) -> Iterator[Item]:
    """Each entry once: a key that comes twice would make a file that cannot be read."""
    seen: set[str] = set()
    for entry in entries:
        if entry.key not in seen:
            seen.add(entry.key)
            yield item_of(entry, accessed=accessed)


def _bibtex(entries: Iterable[Entry], _: str, accessed: str | None) -> Iterator[str]:
    return (bibtex(item) + "\n" for item in _items(entries, accessed))


def _ris(entries: Iterable[Entry], _: str, accessed: str | None) -> Iterator[str]:
    return (ris(item) + "\r\n" for item in _items(entries, accessed))


def _csl_json(entries: Iterable[Entry], _: str, accessed: str | None) -> Iterator[str]:
    before = "[\n"
    for item in _items(entries, accessed):
        yield before + json.dumps(csl_item(item), ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before != "[\n" else "[]\n"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "text": Format("text/plain; charset=utf-8", ".txt", as_text),
        "bibtex": Format("application/x-bibtex; charset=utf-8", ".bib", _bibtex),
        "ris": Format("application/x-research-info-systems; charset=utf-8", ".ris", _ris),
        "csl-json": Format("application/vnd.citationstyles.csl+json", ".json", _csl_json),
        "markdown": Format("text/markdown; charset=utf-8", ".md", as_markdown),
        "html": Format("text/html; charset=utf-8", ".html", as_html),
    }
)
"""Format name → format, in the order they are offered."""


def checked_format(name: str) -> Format:
    """The format of that name. Raises UsageError with the names there are."""
    if name not in FORMATS:
        listed = ", ".join(FORMATS)
        raise UsageError(
            f"There is no citation format {name!r}; choose one of {listed}.",
            zh=f"没有“{name}”这种引文格式：可用 {listed}。",
        )
    return FORMATS[name]


def write_citations(
    entries: Iterable[Entry],
    format: str,  # noqa: A002
    *,
    style: str = DEFAULT_STYLE,
    accessed: str | None = None,
) -> Iterator[str]:
    """The entries in a format, piece by piece: one entry each in BibTeX and RIS, an array in JSON.

    ``style`` counts for text, Markdown and HTML. ``accessed`` is the day the pages were opened.
    Raises UsageError at once for a format or style that does not exist, and while it is read as
    ``cite`` does.
    """
    chosen = checked_format(format)
    checked_style(style)
    return chosen.write(entries, style, accessed)
