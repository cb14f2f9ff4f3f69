"""Follows the fields of a Word document: which text is their result, and what those show that have
none.

A field begins, may have a result, and ends, in runs that may lie paragraphs apart; fields nest.
The instructions before the result are not seen. A field that never ends is none, or the rest of
the document would be its instruction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .formulas import equation
from .package import NAMES, Element, child, number_of, value

_BUTTON = re.compile(r"\s*(?:MACROBUTTON|GOTOBUTTON)\s+\S+\s(.*)", re.IGNORECASE | re.DOTALL)
_EQUATION = re.compile(r"\s*EQ\b", re.IGNORECASE)
_CONTENTS = re.compile(r"\s*TOC\b", re.IGNORECASE)
_DEEPEST = 20
"""Fields in fields, as Word takes them."""
_LONGEST_CHARS = 10_000
"""Of an equation's code; Word takes no more than a few hundred."""


@dataclass(slots=True)
class _Open:
    begin: Element
    code: list[str] = field(default_factory=list)
    has_result: bool = False
    is_contents: bool = False


class Fields:
    """The fields that are open at one place of a story."""

    def __init__(self, root: Element | None) -> None:
        self._open: list[_Open] = []
        self._begins: dict[Element, Element] = {}
        if root is not None:
            self._pair(root)

    def _pair(self, root: Element) -> None:
        """Find for each mark the beginning of its field."""
        begun: list[tuple[Element, list[Element]]] = []
        for mark in root.iter("{*}fldChar"):
            kind = value(mark, "fldCharType")
            if kind == "begin":
                begun.append((mark, []))
            elif begun and kind == "separate":
                begun[-1][1].append(mark)
            elif begun and kind == "end":
                begin, marks = begun.pop()
                # The elements are kept, or lxml would make others for the same marks.
                self._begins |= dict.fromkeys((begin, *marks, mark), begin)

    @property
    def is_shown(self) -> bool:
        """Whether text here is a result, or stands in no field."""
        return all(each.has_result for each in self._open)

    @property
    def is_contents(self) -> bool:
        """Whether text here is of a table of contents."""
        return any(each.is_contents for each in self._open)

    def instruct(self, text: str) -> None:
        """Pass a piece of an instruction."""
        if self._open and not self._open[-1].has_result:
            self._open[-1].code.append(text)

    def mark(self, element: Element) -> str:
        """Pass a mark; gives what the field shows that ends here without a result."""
        begin = self._begins.get(element)
        kind = value(element, "fldCharType")
        if begin is None:
            return ""
        if kind == "begin":
            if len(self._open) < _DEEPEST:
                self._open.append(_Open(begin))
        elif self._open and self._open[-1].begin is begin:
            ended = self._open[-1]
            if kind == "separate":
                ended.has_result = True
                ended.is_contents = _CONTENTS.match("".join(ended.code)) is not None
            else:
                self._open.pop()
                if not ended.has_result and self.is_shown:
                    return _shown("".join(ended.code), ended.begin)
        return ""


def _shown(code: str, begin: Element) -> str:
    """What a field without a result shows: an equation, a button's text, the choice of a form."""
    if _EQUATION.match(code):
        return equation(code[:_LONGEST_CHARS])
    button = _BUTTON.match(code)
    if button:
        return button[1].strip()
    form = child(begin, "w:ffData")
    box, choices = child(form, "w:checkBox"), child(form, "w:ddList")
    if box is not None:
        state = child(box, "w:checked")
        state = child(box, "w:default") if state is None else state
        return "☑" if state is not None and value(state) not in ("0", "false", "off") else "☐"
    if choices is None:
        return ""
    chosen = child(choices, "w:result")
    chosen = child(choices, "w:default") if chosen is None else chosen
    entries = [value(each) or "" for each in choices if NAMES[each.tag] == "w:listEntry"]
    at = number_of(value(chosen), 0, len(entries))
    return entries[at] if at < len(entries) else ""
