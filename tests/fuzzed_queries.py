"""Query texts and addresses made of what is hard for a parser, and what must hold of each.

A text is a row of pieces: operators, brackets, quotation marks of all kinds, fields, wildcards,
Han, characters beyond the BMP, control characters. Half of the texts are a few pieces repeated.
An address has such texts, and what means something there, as values of some of its parameters.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, quote_plus, urlencode

from search.analysis.words import Analyzer
from search.citing.basket import Basket
from search.errors import UsageError
from search.query.nodes import And, Node, Not, Or, Query
from search.query.parser import NODES_LIMIT, parse_query
from search.query.request import CHOICES, SearchRequest
from search.searching.compare import CompareRequest
from search.searching.concordance import ConcordanceRequest

LIMIT_MS = 100
"""The most processor time that parsing one text may take."""
_TRIES = 5

_PIECES = (
    *"()（）|｜-－+&!！*＊?？\"＂“”「」『』:：~～=<>/.,，。;；%[]{}^_#@\\'’",
    *" \t\n\u3000\u00a0\u2028\x00\x01\x1f\x7f\ufeff\u200b\u0301\ud800",
    *"市的网格信访甲乙a1Zé𠀀😀\U0010ffff",
    *("AND", "OR", "NOT", "and", "or", "not", "&&", "||", "NEAR/5", "~5", "~12x", '"~3', "*:*"),
    *(
        "title:",
        "标题：",
        "author:",
        "来源:",
        "city:",
        "地区：",
        "place:",
        "year:",
        "年份>=",
        "topic:",
    ),
    *("2017", "2017..2021", "..", "~unknown", "未知", "site:", "http://", "[2017 TO *]"),
    *("网格化管理", "人民政府", "矛盾 化解", '"矛盾 化解"~5', " OR ", " -", " (", ") "),
)


def fuzzed(count: int, seed: int) -> Iterator[str]:
    """Texts, always the same for a seed: mostly short, some of up to 10,000 characters."""
    random_ = random.Random(seed)
    for _ in range(count):
        size = random_.choice((1, 3, 8, 20, 60)) if random_.random() < 0.998 else 4000
        if random_.random() < 0.5:
            pieces = random_.choices(_PIECES, k=size)
        else:
            some = random_.choices(_PIECES, k=random_.randint(1, 3))
            pieces = some * size
        yield "".join(pieces)[:10_000]


def check_query(text: str, analyzer: Analyzer, *, any_term: bool = False) -> str | None:
    """What is wrong with how a text is parsed; None where nothing is."""
    took_ms = float("inf")
    # Several times: what else the machine does is not the parser's.
    for _ in range(_TRIES):
        began = time.thread_time()
        try:
            query = parse_query(text, analyzer, any_term=any_term)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        took_ms = min(took_ms, (time.thread_time() - began) * 1000)
        if took_ms <= LIMIT_MS:
            break
    if took_ms > LIMIT_MS:
        return f"took {took_ms:.0f} ms"
    return _problem(query, text)


_SEARCH = (*CHOICES, "q", "any", "also", "collapse", "by", "sort", "page", "limit", "lang", "")
_STATES = (
    (SearchRequest, _SEARCH),
    (SearchRequest, _SEARCH),
    (ConcordanceRequest, (*_SEARCH, *("order", "width", "near") * 4)),
    (CompareRequest, (*_SEARCH, *("rows", "columns", "measure", "level") * 4)),
    (Basket, ("id", "id", "add", "style", "accessed", "q")),
)
"""What an address is a state of, and the parameters that it may have; half of the pages are those
of a search."""
_VALUES = (
    *("", "0", "1", "2", "-1", "007", "²", "１", "9" * 30, "1e3", "true", "document", "word"),
    *("script", "all", "script,all", ",", "date", "relevance", "left", "match", "city", "year"),
    *("topic", "source", "district", "share", "2017", "2017..2021", "2021..2017", "..", "~unknown"),
    *(
        "北京市/北京市",
        "gbt7714",
        "a3f1-0b-2",
        "%",
        "%zz",
        "%E4",
        "%00",
        "%EF%BF%BD",
        "+",
        "&",
        "=",
    ),
)


def check_address(text: str, chance: random.Random) -> str | None:
    """What is wrong with how an address is read in which a text may stand; None where nothing is.

    It is refused, or means a state whose own address means that state again.
    """
    state, names = chance.choice(_STATES)
    address = _address(text, names, chance)
    try:
        request = state.from_params(_params(address))
    except UsageError:
        return None
    except Exception as error:
        return f"{address[:200]!r}: {type(error).__name__}: {error}"
    again = urlencode(request.to_params())
    try:
        same = state.from_params(_params(again)) == request
    except Exception as error:
        return f"{address[:200]!r}, as {again!r}: {type(error).__name__}: {error}"
    return None if same else f"{address[:200]!r}, as {again!r}, means something else"


def _address(text: str, names: Sequence[str], chance: random.Random) -> str:
    members = []
    for _ in range(chance.randint(0, 6)):
        value = text if chance.random() < 0.3 else chance.choice(_VALUES)
        # What a browser sends is encoded, what somebody types into an address need not be.
        sent = value if chance.random() < 0.2 else quote_plus(value, errors="replace")
        members.append(f"{chance.choice(names)}={sent}")
    return "&".join(members).encode("utf-8", "replace").decode("utf-8")


def _params(address: str) -> list[tuple[str, str]]:
    return parse_qsl(address, keep_blank_values=True, errors="replace")


def _problem(query: Query, text: str) -> str | None:
    leaves = sum(not isinstance(node, And | Or | Not) for node in nodes_of(query.match))
    if leaves > NODES_LIMIT + 1:
        return f"has {leaves} leaves"
    if query.text != text:
        return "forgot what was written"
    if not all(notice.said("zh") and notice.said("en") for notice in query.notices):
        return "has a notice that says nothing"
    return None


def nodes_of(node: Node) -> Iterator[Node]:
    """All nodes of a tree."""
    left = [node]
    while left:
        node = left.pop()
        yield node
        if isinstance(node, And | Or):
            left.extend(node.children)
        elif isinstance(node, Not):
            left.append(node.child)
