"""What does one item match? Its alternatives, made in one place."""

from __future__ import annotations

from dataclasses import dataclass

from ..analysis import Analyzer
from ..text import is_han_run
from . import notices as said
from .fields import Resolve, Resolved, as_facet, is_text_field, parse_year_value, year_value
from .lexer import Item
from .nodes import And, InField, Literal, Near, Node, Notice, Or, Part, Word
from .wildcards import GAPS_LIMIT, Wildcard, wildcard

__all__ = ["Understood", "field_item", "text_item"]


@dataclass(frozen=True, slots=True)
class Understood:
    """An item as a tree, how many nodes that has, and what of it is marked in a text.

    ``parts`` are what a partial match may have of it; ``is_field`` says that it asks for no text.
    """

    match: Node
    size: int = 1
    literals: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    wildcards: tuple[Wildcard, ...] = ()
    scored: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    is_field: bool = False


def text_item(
    item: Item, analyzer: Analyzer, notices: list[Notice], *, any_term: bool, most_nodes: int
) -> Understood:
    """An item that asks for a text; ``item.text`` stays what was written.

    Unquoted Han text matches literally or by all its words (by any, with ``any_term``), everything
    else literally, ``?`` and ``*`` beside text as a pattern.
    """
    folded = item.folded
    exact = _exact(item, folded)
    written = (Part(item.text, exact),)
    if item.quoted:
        return Understood(exact, 1, folded, scored=folded, parts=written)
    if "?" in folded[0] or "*" in folded[0]:
        found = _pattern(item, folded[0], notices, any_term=any_term)
        if isinstance(found, Wildcard):
            part = Part(item.text, found)
            return Understood(found, 1, (), (), (found,), found.texts, (part,))
        if found is not None:
            folded = (found,)
            exact = Literal(found)
            written = (Part(item.text, exact),)
    else:
        notice = said.about_word(item.text)
        if notice is not None:
            notices.append(notice)
    words: tuple[str, ...] = ()
    if any_term or (len(folded[0]) > 1 and is_han_run(folded[0])):
        words = tuple(dict.fromkeys(analyzer.words(folded[0])))
    several = len(words) > 1 and is_han_run(folded[0])
    if len(words) + 3 > most_nodes and (several or any_term):
        notices.append(said.words_left_out(item.text))
        words, several = (), False
    if any_term and words:
        of_each = tuple(Word(term) for term in words)
        match: Node = of_each[0] if len(of_each) == 1 else Or(of_each)
        return Understood(match, len(words) + 1, folded, words, scored=folded, parts=written)
    if not several:
        return Understood(exact, 1, folded, scored=folded, parts=written)
    of_each = tuple(Word(term) for term in words)
    return Understood(
        Or((exact, And(of_each))),
        len(words) + 3,
        folded,
        words,
        scored=folded,
        parts=tuple(Part(term, Word(term)) for term in words),
    )


def field_item(item: Item, resolve: Resolve, notices: list[Notice]) -> Understood:
    """An item behind a field's name."""
    field = item.field
    assert field is not None  # noqa: S101 - the caller looked
    if item.distance is not None:
        notices.append(said.near_malformed())
    if is_text_field(field):
        if item.sign != ":":
            notices.append(said.read_as(f"{field}{item.sign}", f"{field}:"))
        folded = " ".join(item.folded)
        text: Literal | Wildcard = Literal(folded)
        if not item.quoted and ("?" in folded or "*" in folded):
            found = wildcard(folded)
            if found is None:
                notices.append(said.wildcard_as_text(item.text, GAPS_LIMIT))
            else:
                text = Literal(found) if isinstance(found, str) else found
        return Understood(InField("author" if field == "author" else "title", text), is_field=True)
    facet, value = as_facet(field), item.text.strip()
    if item.sign != ":":
        if facet in ("year", "named_year"):
            years = parse_year_value(_plain(value), item.sign)
            value = value if years is None else year_value(years)
        notices.append(said.read_as(f"{field}{item.sign}{item.text}", f"{field}:{value}"))
    resolved: Resolved = resolve(facet, _plain(value) if "year" in facet else value)
    notices.extend(resolved.notices)
    return Understood(resolved.node, is_field=True)


def _exact(item: Item, folded: tuple[str, ...]) -> Node:
    """An item as it is written: literally, or its two parts near each other."""
    if item.distance is None:
        return Literal(folded[0])
    first, second = folded
    return Near(first, second, item.distance)


def _pattern(
    item: Item, folded: str, notices: list[Notice], *, any_term: bool
) -> Wildcard | str | None:
    """The pattern of an item, the text that it comes to, None where the signs are text.

    One question mark at the end ends a question: the full-width one, and any where the words count.
    """
    if "://" in folded:
        return None
    ends_question = folded.endswith("?") and (any_term or item.text.endswith("？"))
    if ends_question and "?" not in folded[:-1] and "*" not in folded:
        return None
    notice = said.about_word(item.text)
    if notice is not None:
        notices.append(notice)
    found = wildcard(folded)
    if found is None:
        notices.append(said.wildcard_as_text(item.text, GAPS_LIMIT))
    return found


def _plain(value: str) -> str:
    """Digits and signs of full width as those of ASCII."""
    return "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in value)
