"""How was a query understood, on one line? A tree of nodes → a formula."""

from __future__ import annotations

from ...query.alike import Alike
from ...query.nodes import And, Every, FacetIs, InField, Literal, Near, Node, Not, Or, Word
from ...query.request import UNKNOWN, YearRange
from ...query.wildcards import Wildcard


def expression(node: Node) -> str:
    """A query's tree: “text” is literal, word(…) a token, pattern(…) and near(…) as written."""
    match node:
        case Every():
            return "every passage"
        case Literal(text):
            return f"“{text}”"
        case Alike():
            return f"{'whole ' if node.is_whole else ''}“{node.pattern}”"
        case Near(first, second, distance):
            return f"near(“{first}”, “{second}”, {distance})"
        case Word(term):
            return f"word({term})"
        case Wildcard():
            return f"pattern({node.pattern})"
        case InField(field, text):
            return f"{field}:{expression(text)}"
        case FacetIs(facet, values):
            return f"{facet}:{'|'.join(map(_value, values)) or 'no such value'}"
        case And(children):
            return _joined(children, " AND ")
        case Or(children):
            return _joined(children, " OR ")
        case Not(child):
            return f"NOT {expression(child)}"


def _joined(children: tuple[Node, ...], operator: str) -> str:
    if len(children) == 1:
        return expression(children[0])
    return f"({operator.join(map(expression, children))})"


def _value(value: str | YearRange | None) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else f"{value[0]}..{value[1]}"
    return value
