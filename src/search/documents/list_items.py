"""Tell what a passage is in a list or a statute: an item, what leads into it, or an article.

An item (“（六）最低工资标准；”) says nothing without the sentence before the list, which ends in a
colon (“集体合同应当包括下列内容：”).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_NUMERALS = "一二三四五六七八九十百千零〇两0-9０-９"
_ITEM = re.compile(
    rf"\s*(?:[(（][{_NUMERALS}]{{1,4}}[)）]|[一二三四五六七八九十百]{{1,3}}、"
    r"|[0-9０-９]{1,3}[.、．)）](?![0-9])|[①-⑳])"
)
_ARTICLE = re.compile(rf"\s*第[{_NUMERALS}]{{1,8}}条")
_COLON = re.compile(r"[:：]\s*$")

PLAIN, ARTICLE = 0, 1
"""Forms of a passage. A higher one is that of an item: its lead-in stands form - 1 before it."""
FARTHEST_LEAD = 254
"""A longer list loses its lead-in; so a form fits a byte."""


def forms(passages: Iterable[tuple[str, object]]) -> Iterator[int]:
    """The form of each passage of a document, in order, given by its text and its section.

    An item belongs to the last passage before it in its section that is none, if that ends in a
    colon; without one it is a plain text with a number.
    """
    section: object = None
    distance = 0
    leads = False
    for text, here in passages:
        if here != section:
            section, leads = here, False
        distance += 1
        if _ITEM.match(text):
            yield distance + 1 if leads and distance < FARTHEST_LEAD else PLAIN
            continue
        leads, distance = _COLON.search(text) is not None, 0
        yield ARTICLE if _ARTICLE.match(text) else PLAIN


def is_item(text: str) -> bool:
    """Whether a text begins with the number of an item."""
    return _ITEM.match(text) is not None
