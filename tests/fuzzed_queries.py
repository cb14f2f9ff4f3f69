"""Query texts made of what is hard for a parser, and what must hold of each.

A text is a row of pieces: operators, brackets, quotation marks of all kinds, fields, wildcards,
Han, characters beyond the BMP, control characters. Half of the texts are a few pieces repeated.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from search.analysis.words import Analyzer
from search.query.nodes import And, Node, Not, Or, Query
from search.query.parser import NODES_LIMIT, parse_query

LIMIT_MS = 50
"""The most processor time that parsing one text may take."""

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
    began = time.thread_time()
    try:
        query = parse_query(text, analyzer, any_term=any_term)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    took_ms = (time.thread_time() - began) * 1000
    if took_ms > LIMIT_MS:
        # Once more: what else the machine does is not the parser's.
        began = time.thread_time()
        parse_query(text, analyzer, any_term=any_term)
        took_ms = min(took_ms, (time.thread_time() - began) * 1000)
    if took_ms > LIMIT_MS:
        return f"took {took_ms:.0f} ms"
    return _problem(query, text)


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
