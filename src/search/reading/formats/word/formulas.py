"""Writes the formulas of a Word document in one line: x^2, (a+b)/2, √x, ∑_(i=1)^n.

Both kinds: Office Math (``m:oMath``), and the ``EQ`` fields by which Word writes characters in
circles (带圈字符), combined characters and readings above characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .package import NAMES, Element, child, value

_Inner = Callable[[Element], str]
_KEYWORD = re.compile(r"\A\s*EQ\b", re.IGNORECASE)
_FORMAT_SWITCH = re.compile(r"\\\*\s*(?:\"[^\"]*\"|[^\s\\]+)")
_PIECE = re.compile(
    r"\\(?P<switch>[a-zA-Z]+)\s*-?[0-9]*|\\(?P<escaped>.)|[(),;]|[^\\(),;]+|\\", re.DOTALL
)
_SCRIPTS = {
    "m:sSup": (("", "m:e"), ("^", "m:sup")),
    "m:sSub": (("", "m:e"), ("_", "m:sub")),
    "m:sSubSup": (("", "m:e"), ("_", "m:sub"), ("^", "m:sup")),
    "m:sPre": (("_", "m:sub"), ("^", "m:sup"), ("", "m:e")),
    "m:limLow": (("", "m:e"), ("_", "m:lim")),
    "m:limUpp": (("", "m:e"), ("^", "m:lim")),
}


def formula(element: Element, inner: _Inner) -> str:
    """A construct of Office Math in one line; ``inner`` gives the text inside of an element."""
    name = NAMES[element.tag]

    def part(which: str) -> str:
        found = child(element, which)
        return "" if found is None else inner(found)

    if name in _SCRIPTS:
        pieces = ((mark, part(which)) for mark, which in _SCRIPTS[name])
        return "".join(mark + (_grouped(text) if mark else text) for mark, text in pieces if text)
    if name == "m:f":
        above, below = part("m:num"), part("m:den")
        return f"{_grouped(above)}/{_grouped(below)}" if above and below else above + below
    if name == "m:rad":
        degree = part("m:deg")
        return f"{degree}√{_grouped(part('m:e'))}"
    if name == "m:nary":
        sign = value(child(child(element, "m:naryPr"), "m:chr")) or "∫"
        bounds = ((mark, part(which)) for mark, which in (("_", "m:sub"), ("^", "m:sup")))
        return sign + "".join(m + _grouped(t) for m, t in bounds if t) + part("m:e")
    if name == "m:d":
        properties = child(element, "m:dPr")
        opens, closes, between = (
            value(child(properties, which)) for which in ("m:begChr", "m:endChr", "m:sepChr")
        )
        items = [inner(each) for each in element if NAMES[each.tag] == "m:e"]
        separator = "|" if between is None else between
        text = separator.join(items)
        return f"{'(' if opens is None else opens}{text}{')' if closes is None else closes}"
    rows = (inner(each) for each in element if NAMES[each.tag] in ("m:e", "m:mr"))
    return " ".join(filter(None, rows))  # m:eqArr, m:m, m:mr


def _grouped(text: str) -> str:
    """A text that a mark binds as a whole."""
    return text if len(text) < 2 or text.isalnum() else f"({text})"


def equation(code: str) -> str:
    """What an EQ field shows: its characters, without the readings and circles around them.

    Each command is a letter with its arguments in brackets; options between are passed over.
    """
    frames: list[tuple[str, list[tuple[str, bool]]]] = [("", [("", False)])]
    command = ""

    def add(text: str, *, is_script: bool = False) -> None:
        before, was_script = frames[-1][1][-1]
        is_script = was_script or is_script if not before.strip() else was_script and is_script
        frames[-1][1][-1] = (before + text, is_script)

    for found in _PIECE.finditer(_FORMAT_SWITCH.sub("", _KEYWORD.sub("", code))):
        piece = found.group()
        if found["switch"]:
            command = found["switch"].lower() if len(found["switch"]) == 1 else command
        elif piece == "(":
            frames.append((command, [("", False)]))
            command = ""
        elif piece == ")" and len(frames) > 1:
            of, arguments = frames.pop()
            add(_applied(of, arguments), is_script=of == "s")
        elif piece in (",", ";") and frames[-1][0]:
            frames[-1][1].append(("", False))
        else:
            add(found["escaped"] or piece)
    while len(frames) > 1:  # brackets that never close
        of, arguments = frames.pop()
        add(_applied(of, arguments))
    return frames[0][1][0][0].strip()


def _applied(command: str, arguments: list[tuple[str, bool]]) -> str:
    """The text of a command with its arguments, each with whether it stands above or below."""
    texts = [text.strip() for text, _ in arguments]
    if command == "o":  # one over the other: what is read is the last, the rest is around it
        plain = [text.strip() for text, is_script in arguments if not is_script]
        return plain[-1] if plain else "".join(texts)
    if command == "f":
        return "/".join(map(_grouped, texts))
    if command == "r":
        return f"{texts[0] if len(texts) > 1 else ''}√{_grouped(texts[-1])}"
    if command in ("", "b"):
        return f"({','.join(texts)})"
    return " ".join(filter(None, texts))
