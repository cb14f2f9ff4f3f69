"""An entry in BibTeX, as biblatex, Zotero and the GB/T 7714 styles for LaTeX read it.

A newspaper's article is ``@article`` with ``entrysubtype = {newspaper}`` (biblatex manual, 2.1.1
and 2.2.3), a web page ``@online``. ``mark`` and ``medium`` give the type code to gbt7714.bst.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .entries import Item

_SPECIAL = {
    # \{ would still count as a brace where BibTeX balances them; these do not.
    "{": r"{\lbrace}",
    "}": r"{\rbrace}",
    "\\": r"{\textbackslash}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{sign: f"\\{sign}" for sign in "%#&$_"},
}
_SIGNS = re.compile(r"[{}\\~^%#&$_]")
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')|(?<=[?!])(?=`)|(?<=,)(?=,)")
_MARKS = {"newspaper": "N", "web": "EB"}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def bibtex(item: Item) -> str:
    """One entry, a field a line."""
    kind = "article" if item.kind == "newspaper" else "online"
    fields = "".join(f"  {name} = {value},\n" for name, value in _fields(item))
    return f"@{kind}{{{item.key},\n{fields}}}\n"


def escaped(text: str) -> str:
    """Text that LaTeX prints as it is: signs as commands, ligatures apart."""
    return _LIGATURES.sub("{}", _SIGNS.sub(lambda sign: _SPECIAL[sign[0]], text))


def _fields(item: Item) -> Iterator[tuple[str, str]]:
    if item.authors.names:
        yield "author", f"{{{_authors(item)}}}"
    if item.title:
        yield "title", f"{{{escaped(item.title)}}}"
    if item.container:
        name = "journal" if item.kind == "newspaper" else "organization"
        yield name, f"{{{escaped(item.container)}}}"
    if item.published:
        yield "date", f"{{{item.published}}}"
        year, *rest = item.published.split("-")
        yield "year", f"{{{year}}}"
        if rest:
            yield "month", _MONTHS[int(rest[0]) - 1] if 0 < int(rest[0]) <= 12 else f"{{{rest[0]}}}"
    if item.url:
        # Read verbatim, so its signs stay; only what would end the field is percent-encoded.
        yield "url", f"{{{_url(item.url)}}}"
    if item.accessed:
        yield "urldate", f"{{{item.accessed}}}"
    if item.kind == "newspaper":
        yield "entrysubtype", "{newspaper}"
    yield "mark", f"{{{_MARKS[item.kind]}}}"
    yield "medium", "{OL}"
    yield "language", f"{{{item.language}}}"
    yield "langid", "{english}" if item.language == "en" else "{chinese}"
    if item.note:
        yield "note", f"{{{escaped(item.note)}}}"


def _authors(item: Item) -> str:
    """Persons given as ``Family, Given``; every other name in braces, so that it is never split."""
    inverted = dict(item.authors.inverted)
    names = [
        ", ".join(map(escaped, inverted[i])) if i in inverted else f"{{{escaped(name)}}}"
        for i, name in enumerate(item.authors.names)
    ]
    return " and ".join([*names, "others"] if item.authors.more else names)


def _url(url: str) -> str:
    return url.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
