"""What does a query match, and what does it score? Query text → an engine-neutral tree.

Matching is separate from scoring. An unquoted item of Han characters matches a passage in which it
occurs literally or in which all its words occur; quoted phrases, single characters and items with
digits, letters or symbols match literally only. Character fields add score, never matches.

``lexer`` reads items and operators, ``parser`` makes the tree (``nodes``), ``items`` says what one
item matches, ``fields`` knows the names before colons, ``wildcards`` what a pattern matches, and
``notices`` how it is said that something was understood otherwise than it may have been meant.
"""

from .fields import Resolve, Resolved, as_written, is_unknown, parse_year_value
from .alike import Alike
from .nodes import And, Equivalent, Every, FacetIs, InField, Literal, Near, Node, Not, Notice, Or, Part, Query, TextField, Word
from .parser import NODES_LIMIT, QUERY_LIMIT_CHARS, parse_query
from .wildcards import GAPS_LIMIT, RUN_CHARS, SENTENCE_ENDS, Gap, Wildcard, places, wildcard

__all__ = [
    "GAPS_LIMIT",
    "NODES_LIMIT",
    "QUERY_LIMIT_CHARS",
    "RUN_CHARS",
    "SENTENCE_ENDS",
    "Alike",
    "And",
    "Equivalent",
    "Every",
    "FacetIs",
    "Gap",
    "InField",
    "Literal",
    "Near",
    "Node",
    "Not",
    "Notice",
    "Or",
    "Part",
    "Query",
    "Resolve",
    "Resolved",
    "TextField",
    "Wildcard",
    "Word",
    "as_written",
    "is_unknown",
    "parse_query",
    "parse_year_value",
    "places",
    "wildcard",
]
