"""Say what a node of a query asks for, as a sentence in any language."""

from __future__ import annotations

from collections.abc import Mapping

from ..documents.facets import FacetName, YearRange
from ..languages.sentences import Sentence
from .nodes import Alike, And, Every, FacetIs, InField, Literal, Near, Node, Not, Or, Wildcard, Word

FACETS: Mapping[FacetName, Sentence] = {
    "city": Sentence("facet-city"),
    "year": Sentence("facet-year"),
    "topic": Sentence("facet-topic"),
    "source": Sentence("facet-source"),
    "kind": Sentence("facet-kind"),
    "place": Sentence("facet-place"),
    "named_year": Sentence("facet-named-year"),
}


def asks_for(node: Node) -> Sentence:
    """What a node asks for; of one with others below it, how these go together."""
    match node:
        case Every():
            return Sentence("asks-everything")
        case Literal(text):
            return Sentence("asks-text", text=text)
        case Alike(is_whole=True):
            return Sentence("asks-number", text=node.pattern)
        case Alike():
            return Sentence("asks-alike", text=node.pattern)
        case Near(first, second, distance):
            return Sentence("asks-near", first=first, second=second, n=distance)
        case Word(term):
            return Sentence("asks-word", term=term)
        case Wildcard():
            return Sentence("asks-pattern", pattern=node.pattern)
        case InField("title", text):
            return Sentence("asks-in-title", asked=asks_for(text))
        case InField(_, text):
            return Sentence("asks-in-author", asked=asks_for(text))
        case FacetIs(facet, ()):
            return Sentence("asks-no-value", facet=FACETS[facet])
        case FacetIs(facet, values):
            return Sentence("asks-value", facet=FACETS[facet], values=tuple(map(_value, values)))
        case And():
            return Sentence("asks-all")
        case Or():
            return Sentence("asks-any")
        case Not():
            return Sentence("asks-not")


def _value(value: str | YearRange | None) -> str | Sentence:
    if value is None:
        return Sentence("asks-unknown")
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else f"{value[0]}–{value[1]}"
    return value
