"""What an item behind a field's name matches: a text in titles or authors, or values of a facet."""

from __future__ import annotations

import re

from ..analysis.equivalence import Equivalences
from ..analysis.text import fold
from ..documents.facets import BY_NAME
from .fields import (
    FieldName,
    Resolve,
    any_of,
    is_text_field,
    listed,
    parse_year_value,
    quoted,
    resolve_each,
    year_value,
)
from .items import Understood, Writings, either, size_of, told_wildcard
from .lexer import Item
from .nodes import And, InField, Literal, Node, Notice, TextField, Wildcard
from .notices import shortened

_IN_TITLE_MARKS = re.compile("[《〈]([^《》〈〉]+)[》〉]")


def field_item(
    item: Item, resolve: Resolve, notices: list[Notice], equivalences: Equivalences
) -> Understood:
    """An item behind a field's name."""
    field = item.field
    assert field is not None  # noqa: S101 - the caller looked
    if item.distance is not None:
        notices.append(Notice("near-malformed"))
    if is_text_field(field):
        if item.sign != ":":
            notices.append(Notice("read-as", written=f"{field}{item.sign}", meant=f"{field}:"))
        writings = Writings(equivalences)
        value = " ".join(item.folded)
        values = quoted((value, *map(fold, item.more))) if item.quoted else listed(value)
        nodes = [_in_field(field, one, item, writings, notices) for one in values]
        match = nodes[0] if len(nodes) == 1 else And(tuple(nodes))
        equivalents = tuple(writings.equivalents)
        return Understood(match, size_of(match), equivalents=equivalents, is_field=True)
    facet, value = field, item.text.strip()
    several = quoted((value, *item.more)) if item.quoted else [value]
    if item.sign != ":":
        if BY_NAME[facet].kind == "year":
            years = parse_year_value(value, item.sign)
            value = value if years is None else year_value(years)
        notices.append(
            Notice(
                "read-as",
                written=shortened(f"{field}{item.sign}{item.text}"),
                meant=shortened(f"{field}:{value}"),
            )
        )
    if len(several) > 1:
        resolved = any_of(resolve, facet, several)
    elif item.quoted or item.sign not in (":", "="):
        resolved = resolve(facet, value)
    else:
        resolved = resolve_each(resolve, facet, value)
    notices.extend(resolved.notices)
    return Understood(resolved.node, size_of(resolved.node), is_field=True)


def _in_field(
    field: FieldName, folded: str, item: Item, writings: Writings, notices: list[Notice]
) -> Node:
    """A text in a field of text, in each of its usual writings; patterns where it is unquoted."""
    name: TextField = "author" if field == "author" else "title"
    in_marks = None if item.quoted else _IN_TITLE_MARKS.fullmatch(folded)
    texts: list[Literal | Wildcard] = []
    for text in writings.texts(in_marks[1] if in_marks else folded):
        is_pattern = not item.quoted and ("?" in text or "*" in text)
        found = told_wildcard(text, item, notices) if is_pattern else text
        texts.append(found if isinstance(found, Wildcard) else Literal(found or text))
    return either(tuple(InField(name, text) for text in texts))
