"""Turn one item of a query into the alternatives that match it, made in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..analysis.equivalence import Equivalences
from ..analysis.text import is_han_run
from ..analysis.words import Analyzer
from ..documents.facets import BY_NAME
from . import notices as said
from .alike import Alike
from .borders import pieces
from .fields import Resolve, Resolved, is_text_field, parse_year_value, year_value
from .lexer import Item
from .nodes import And, Equivalent, InField, Literal, Node, Notice, Part, TextField, Word
from .question_words import left_out, telling_words
from .wildcards import GAPS_LIMIT, Wildcard, wildcard
from .writings import Writings, either

_LONGEST_WORD_CHARS = 6
"""A longer text before a question mark is a question, not the beginning of a word."""


@dataclass(frozen=True, slots=True)
class Understood:
    """An item as a tree, how many nodes that has, and what of it is marked in a text.

    ``parts`` are what a partial match may have of it; ``is_field`` says that it asks for no text;
    ``left_out`` are the words that only ask.
    """

    match: Node
    size: int = 1
    literals: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    wildcards: tuple[Wildcard, ...] = ()
    alikes: tuple[Alike, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    scored: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    is_field: bool = False
    left_out: tuple[str, ...] = ()


def text_item(
    item: Item,
    analyzer: Analyzer,
    notices: list[Notice],
    equivalences: Equivalences,
    *,
    any_term: bool,
    most_nodes: int,
) -> Understood:
    """An item that asks for a text; ``item.text`` stays what was written.

    Unquoted text matches literally or by all its items, an item of Han characters literally or by
    all its words (the whole by any word, with ``any_term``), other items literally; ``?`` and ``*``
    beside text are a pattern; each in its other writings too.
    """
    folded = item.folded
    writings = Writings(equivalences)
    if item.distance is not None:
        return _understood(
            writings, folded, writings.near(folded[0], folded[1], item.distance), item.text
        )
    if item.quoted:
        return _understood(writings, folded, writings.text(folded[0]), item.text)
    if "?" in folded[0] or "*" in folded[0]:
        found = _pattern(item, folded[0], notices, any_term=any_term)
        if isinstance(found, Wildcard):
            return _any_pattern(writings, folded[0], found, item.text)
        if found is not None:
            folded = (found,)
    else:
        notice = said.about_word(item.text)
        if notice is not None:
            notices.append(notice)
    if any_term:
        return _any_word(writings, folded, item.text, analyzer, notices, most_nodes)
    understood = _by_items(writings, folded[0], item.text, analyzer)
    if understood.size + 3 > most_nodes:
        notices.append(said.words_left_out(item.text))
        return _understood(writings, folded, writings.text(folded[0]), item.text)
    return understood


def _any_word(
    writings: Writings,
    folded: tuple[str, ...],
    written: str,
    analyzer: Analyzer,
    notices: list[Notice],
    most_nodes: int,
) -> Understood:
    """A text of which any word will do."""
    # Where any will do, a word that only asks loses no passage.
    known = writings.known_in(folded[0], analyzer)
    words = tuple(dict.fromkeys((*analyzer.words(folded[0]), *known)))
    if len(words) + 3 > most_nodes:
        notices.append(said.words_left_out(written))
        words = ()
    if not words:
        return _understood(writings, folded, writings.text(folded[0]), written)
    of_each = tuple(node for term in words for node in (Word(term), *writings.word(term)))
    return _understood(writings, folded, of_each, written, words)


def _by_items(writings: Writings, folded: str, written: str, analyzer: Analyzer) -> Understood:
    """A text as it is written; or each of its items, as written or by all its words."""
    exact = writings.text(folded)
    items = pieces(folded, analyzer)
    nodes: list[Node] = []
    parts: list[Part] = []
    marked: list[str] = []
    literals: list[str] = [folded]
    asked: list[str] = []
    for piece in items:
        words: tuple[str, ...] = (piece,)
        asking: tuple[str, ...] = ()
        if is_han_run(piece):
            words, asking = telling_words(piece, analyzer, writings.known_in(piece, analyzer))
        if len(items) > 1 and left_out(piece, analyzer):
            asked += words
            continue
        asked += asking
        itself = exact if piece == folded else writings.text(piece)
        literals.append(piece)
        of_each = [either((Word(word), *writings.word(word))) for word in words]
        if len(words) == 1:
            of_each = [either(writings.text(words[0]))]
        if len(words) + len(asking) == 1:
            nodes.append(either(itself))
            parts.append(Part(piece, nodes[-1]))
            continue
        marked += words
        nodes.append(either((*itself, And(tuple(of_each), is_apart=True))))
        parts += (Part(word, node) for word, node in zip(words, of_each, strict=True))
    if not nodes:
        # Nothing but words that ask, in several items.
        asked, nodes = [], [either(writings.text(piece)) for piece in items]
    if len(items) > 1:
        match = either((*exact, And(tuple(nodes), is_apart=True)))
    else:
        match = nodes[0] if items[0] == folded else either((*exact, *nodes))
    understood = _understood(writings, tuple(literals), (match,), written, tuple(marked))
    return replace(
        understood,
        scored=tuple(dict.fromkeys((folded, *writings.scored))),
        parts=tuple(parts) or understood.parts,
        left_out=tuple(dict.fromkeys(asked)),
    )


def _understood(
    writings: Writings,
    folded: tuple[str, ...],
    nodes: tuple[Node, ...],
    written: str,
    words: tuple[str, ...] = (),
) -> Understood:
    """What any of some nodes matches; ``words`` are marked wherever they stand."""
    match = either(nodes)
    return Understood(
        match,
        _size(match),
        tuple(dict.fromkeys((*folded, *writings.literals))),
        words,
        alikes=tuple(writings.alikes),
        equivalents=tuple(writings.equivalents),
        scored=tuple(dict.fromkeys((*folded, *writings.scored))),
        parts=(Part(written, match),),
    )


def _any_pattern(writings: Writings, folded: str, found: Wildcard, written: str) -> Understood:
    """A pattern, and its texts in their other usual writings."""
    others = (wildcard(text) for text in writings.texts(folded)[1:])
    patterns = (found, *(other for other in others if isinstance(other, Wildcard)))
    match = either(patterns)
    return Understood(
        match,
        _size(match),
        wildcards=patterns,
        equivalents=tuple(writings.equivalents),
        scored=tuple(dict.fromkeys(text for pattern in patterns for text in pattern.texts)),
        parts=(Part(written, match),),
    )


def _size(node: Node) -> int:
    """How many nodes a tree has."""
    return 1 + sum(map(_size, getattr(node, "children", ())))


def field_item(
    item: Item, resolve: Resolve, notices: list[Notice], equivalences: Equivalences
) -> Understood:
    """An item behind a field's name."""
    field = item.field
    assert field is not None  # noqa: S101 - the caller looked
    if item.distance is not None:
        notices.append(said.near_malformed())
    if is_text_field(field):
        if item.sign != ":":
            notices.append(said.read_as(f"{field}{item.sign}", f"{field}:"))
        writings = Writings(equivalences)
        texts: list[Literal | Wildcard] = []
        for folded in writings.texts(" ".join(item.folded)):
            text: Literal | Wildcard = Literal(folded)
            if not item.quoted and ("?" in folded or "*" in folded):
                found = wildcard(folded)
                if found is None:
                    notices.append(said.wildcard_as_text(item.text, GAPS_LIMIT))
                else:
                    text = Literal(found) if isinstance(found, str) else found
            texts.append(text)
        name: TextField = "author" if field == "author" else "title"
        match = either(tuple(InField(name, text) for text in texts))
        used = tuple(writings.equivalents)
        return Understood(match, _size(match), equivalents=used, is_field=True)
    facet, value = field, item.text.strip()
    if item.sign != ":":
        if BY_NAME[facet].kind == "year":
            years = parse_year_value(_plain(value), item.sign)
            value = value if years is None else year_value(years)
        notices.append(said.read_as(f"{field}{item.sign}{item.text}", f"{field}:{value}"))
    resolved: Resolved = resolve(facet, _plain(value) if BY_NAME[facet].kind == "year" else value)
    notices.extend(resolved.notices)
    return Understood(resolved.node, is_field=True)


def _pattern(
    item: Item, folded: str, notices: list[Notice], *, any_term: bool
) -> Wildcard | str | None:
    """The pattern of an item, the text that it comes to, None where the signs are text.

    A question mark ends a question: at the end of an item the full-width one, and any where the
    words count; and after a text longer than any word, wherever it stands.
    """
    if "://" in folded:
        return None
    if "*" not in folded and (any_term or "？" in item.text or folded.endswith("?")):
        texts = [text for text in folded.split("?") if text]
        if max(map(len, texts), default=0) > _LONGEST_WORD_CHARS:
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
