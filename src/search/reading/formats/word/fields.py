"""What fields, formulas and symbol fonts of a Word document show.

Formulas are written in one line, x^2, (a+b)/2, √x, ∑_(i=1)^n, of both kinds: Office Math
(``m:oMath``), and the ``EQ`` fields by which Word writes characters in circles (带圈字符), combined
characters and readings above characters.

Signs are what ``w:sym`` names by a font and a code. The tables hold those that documents use: Greek
and mathematics of Symbol, boxes, ticks, stars, arrows and numbers of the Wingdings fonts. What is
not known is shown as 〓, the mark that printers set for a sign they lack.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..package import NAMES, Element, child, number_of, value

UNKNOWN_SIGN = "〓"

_SYMBOL_FROM_0X41 = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_FROM_0XA1 = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"
_SYMBOL_OTHERS = {0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0xF2: "∫"}
_WINGDINGS = {
    **dict(enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩", start=0x80)),
    **dict(enumerate("⓿❶❷❸❹❺❻❼❽❾❿", start=0x8B)),
    **dict(enumerate("←→↑↓↖↗↙↘", start=0xDF)),
    **dict(enumerate("⇦⇨⇧⇩⬄⇳", start=0xEF)),
    0x22: "✂",
    0x28: "☎",
    0x29: "✆",
    0x2A: "✉",
    0x4A: "☺",
    0x4C: "☹",
    0x6C: "●",
    0x6D: "❍",
    0x6E: "■",
    0x6F: "□",
    0x70: "□",
    0x71: "❑",
    0x72: "❒",
    0x73: "⬧",
    0x74: "⧫",
    0x75: "◆",
    0x76: "❖",
    0x77: "⬥",
    0x78: "⌧",
    0x9E: "·",
    0x9F: "•",
    0xA1: "○",
    0xA4: "◉",
    0xA7: "▪",
    0xA8: "□",
    0xAB: "★",
    0xD8: "➢",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}
_WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□"}
_WINGDINGS_2 |= dict(enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿", start=0x69))
_WINGDINGS_3 = {0x70: "▲", 0x71: "▼", 0x74: "◀", 0x75: "▶", 0x7D: "▶"}
_FONTS = {
    "symbol": dict(enumerate(_SYMBOL_FROM_0X41, start=0x41))
    | dict(enumerate(_SYMBOL_FROM_0XA1, start=0xA1))
    | _SYMBOL_OTHERS,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": _WINGDINGS_3,
}


PRIVATE = re.compile("[\uf020-\uf0ff]")
"""Characters of symbol fonts."""


def symbol(element: Element) -> str:
    """The character that ``w:sym`` names by a font and a code in hexadecimal digits."""
    try:
        code = int(value(element, "char") or "", 16)
    except ValueError:
        return UNKNOWN_SIGN
    return sign_of(value(element, "font") or "", code)


def signs_in(font: str, text: str) -> str:
    """A text in which characters of a font of symbols are the signs that they are seen as."""
    return PRIVATE.sub(lambda found: sign_of(font, ord(found[0])), text)


def sign_of(font: str, code: int) -> str:
    """The character of a code in a font; those of symbols have theirs from F000."""
    font = font.strip().lower()
    signs = _FONTS.get(font)
    private = 0xF000 <= code <= 0xF0FF
    if signs is None and not private:
        known = 0x20 < code < 0x110000 and not 0xD800 <= code < 0xF900
        return chr(code) if known and chr(code).isprintable() else UNKNOWN_SIGN
    low = code - 0xF000 if private else code
    known_sign = (signs or {}).get(low)
    if known_sign is None and font == "symbol" and 0x20 < low < 0x41:
        return chr(low)  # digits and punctuation are where ASCII has them
    return known_sign or UNKNOWN_SIGN


_Inner = Callable[[Element], str]
_KEYWORD = re.compile(r"\A\s*EQ\b", re.IGNORECASE)
_CONTENTS = re.compile(r"\s*TOC\b", re.IGNORECASE)
CODE_CHARS = 10_000
"""Of the instruction of a field; Word takes no more than a few hundred."""
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


def is_equation(code: str) -> bool:
    """Whether a field with this instruction shows a formula."""
    return _KEYWORD.match(code) is not None


def is_contents(code: str) -> bool:
    """Whether a field with this instruction shows a table of contents."""
    return _CONTENTS.match(code) is not None


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


_BUTTON = re.compile(r"\s*(?:MACROBUTTON|GOTOBUTTON)\s+\S+\s(.*)", re.IGNORECASE | re.DOTALL)
_DEEPEST = 20
"""Fields in fields, as Word takes them."""


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
                ended.is_contents = is_contents("".join(ended.code))
            else:
                self._open.pop()
                if not ended.has_result and self.is_shown:
                    return _shown("".join(ended.code), ended.begin)
        return ""


def _shown(code: str, begin: Element) -> str:
    """What a field without a result shows: an equation, a button's text, the choice of a form."""
    if is_equation(code):
        return equation(code[:CODE_CHARS])
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
