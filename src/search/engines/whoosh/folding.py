"""Fold many texts at once, as one array of code points.

``fold_texts`` gives what ``text.fold`` gives for each text (a test holds them to it). What a code
point counts as and what it is, ``text`` and ``analysis`` say; it is asked once for each and kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...analysis.text import fold, form_of, is_han, is_letter
from ...analysis.words import characters as scored_characters
from .container import Bools, Ints

ENCODING = "utf-32-le"
BREAK = ord("\n")
"""Stands after every text. No folded text contains it, folding leaves no other space than " "."""

_CODE_POINTS = 0x110000
_KNOWN, _HAN, _SCORED, _LETTER, _DIGIT, _UNSEEN, _LONGER = (1 << n for n in range(7))
_kinds = np.zeros(_CODE_POINTS, np.uint8)
"""Flags of every code point met so far."""
_folded = np.zeros(_CODE_POINTS, np.uint32)


def fold_texts(texts: Sequence[str]) -> Ints:
    """The folded texts one after another as code points, dtype uint32, each followed by BREAK."""
    codes, ends = _codes(texts)
    kinds = _looked_at(codes)
    longer = np.flatnonzero(kinds & _LONGER)
    if len(longer):
        # Few texts have a character that counts as several.
        texts = list(texts)
        for number in np.unique(np.searchsorted(ends, longer, "right")).tolist():
            texts[number] = fold(texts[number])
        codes, ends = _codes(texts)
        kinds = _looked_at(codes)
    is_text = np.ones(len(codes) + len(texts), np.bool_)
    is_text[ends + np.arange(len(texts))] = False
    result = np.full(len(is_text), BREAK, np.uint32)
    result[is_text] = _folded[codes]
    if (kinds & _UNSEEN).any():
        is_text[is_text] = kinds & _UNSEEN == 0
        is_text |= result == BREAK
        result = result[is_text]
    space = result == ord(" ")
    if not space.any():
        return result
    before, after = np.zeros_like(space), np.zeros_like(space)
    before[1:], after[:-1] = space[:-1], space[1:]
    firsts, lasts = np.flatnonzero(space & ~before), np.flatnonzero(space & ~after)
    # At 0 there is nothing before; what stands at -1 is a break, which is no letter and no digit.
    both = _kinds[result[firsts - 1]] & _kinds[result[lasts + 1]]
    kept = ~space
    kept[firsts[both & (_LETTER | _DIGIT) != 0]] = True
    kept_codes: Ints = result[kept]
    return kept_codes


def _codes(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """(code points of all texts, where each ends among them)."""
    codes = np.frombuffer("".join(texts).encode(ENCODING, "surrogatepass"), "<u4")
    return codes, np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))


def is_han_code(codes: Ints) -> Bools:
    """Which code points of folded texts are Han."""
    han: Bools = _kinds[codes] & _HAN != 0
    return han


def is_scored_code(codes: Ints) -> Bools:
    """Which code points of folded texts score: letters, digits, Han."""
    scored: Bools = _kinds[codes] & _SCORED != 0
    return scored


def _looked_at(codes: Ints) -> Ints:
    """The flags of code points; about those not met before they are found out."""
    kinds: Ints = _kinds[codes]
    new = codes[kinds & _KNOWN == 0]
    if not len(new):
        return kinds
    if len(new) > _CODE_POINTS >> 6:
        # Flags take as long for many as for few; sorting does not.
        met = np.zeros(_CODE_POINTS, np.bool_)
        met[new] = True
        new = np.flatnonzero(met)
    for code in dict.fromkeys(new.tolist()):
        form = form_of(code)
        if len(form) == 1 and form != chr(code):
            _find_out(ord(form), form)
        _find_out(code, form)
    return _kinds[codes]


def _find_out(code: int, form: str) -> None:
    flags = _KNOWN
    if len(form) == 1:
        _folded[code] = ord(form)
        flags |= _HAN if is_han(form) else 0
        flags |= _SCORED if scored_characters(form) else 0
        flags |= _LETTER if is_letter(form) else 0
        flags |= _DIGIT if form.isdecimal() else 0
    else:
        flags |= _LONGER if form else _UNSEEN
    _kinds[code] = flags
