"""Writes signs of symbol fonts as Unicode: what ``w:sym`` names by a font and a code.

The tables hold the signs that documents use: Greek and mathematics of Symbol, boxes, ticks, stars,
arrows and numbers of the Wingdings fonts. What is not known is shown as 〓, the mark that printers
set for a sign they lack.
"""

from __future__ import annotations

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


def sign_of(font: str | None, code: str | None) -> str:
    """The character of a code in hexadecimal digits; fonts of symbols have theirs from F000."""
    try:
        number = int(code or "", 16)
    except ValueError:
        return UNKNOWN_SIGN
    signs = _FONTS.get((font or "").strip().lower())
    private = 0xF000 <= number <= 0xF0FF
    if signs is None and not private:
        known = 0x20 < number < 0x110000 and not 0xD800 <= number < 0xF900
        return chr(number) if known and chr(number).isprintable() else UNKNOWN_SIGN
    low = number - 0xF000 if private else number
    known_sign = (signs or {}).get(low)
    if known_sign is None and (font or "").strip().lower() == "symbol" and 0x20 < low < 0x41:
        return chr(low)  # digits and punctuation are where ASCII has them
    return known_sign or UNKNOWN_SIGN
