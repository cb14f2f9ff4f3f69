"""How are many texts folded at once? As one array of code points, without a step per text.

``fold_texts`` gives what ``text.fold`` gives for each text (a test holds them to it). What a code
point folds to and what it is, ``text`` and ``analysis`` say; it is asked once for each and kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...analysis.text import fold, is_han
from ...analysis.words import characters as scored_characters
from .container import Bools, Ints

ENCODING = "utf-32-le"
BREAK = ord("\n")
"""Stands after every text. No folded text contains it, folding leaves no other space than " "."""

_CODE_POINTS = 0x110000
_KNOWN, _SPACE, _HAN, _SCORED = 1, 2, 4, 8
_kinds = np.zeros(_CODE_POINTS, np.uint8)
"""Flags of every code point met so far."""
_folded = np.zeros(_CODE_POINTS, np.uint32)


def fold_texts(texts: Sequence[str]) -> Ints:
    """The folded texts one after another as code points, dtype uint32, each followed by BREAK."""
    codes = np.frombuffer("".join(texts).encode(ENCODING, "surrogatepass"), "<u4")
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    _look_at(codes)
    breaks = ends + np.arange(len(texts))
    is_text = np.ones(len(codes) + len(texts), np.bool_)
    is_text[breaks] = False
    result = np.full(len(is_text), BREAK, np.uint32)
    result[is_text] = _folded[codes]
    # A break is no space, so that no run of spaces goes beyond its text.
    space = is_text & (_kinds[result] & _SPACE != 0)
    if not space.any():
        return result
    before, after = np.zeros_like(space), np.zeros_like(space)
    before[1:], after[:-1] = space[:-1], space[1:]
    firsts, lasts = np.flatnonzero(space & ~before), np.flatnonzero(space & ~after)
    # At 0 there is nothing before; what stands at -1 is a break, so it is not Han.
    between_han = is_han_code(result[firsts - 1]) & is_han_code(result[lasts + 1])
    kept = ~space
    kept[firsts[~between_han]] = True
    result[firsts] = ord(" ")
    kept_codes: Ints = result[kept]
    return kept_codes


def is_han_code(codes: Ints) -> Bools:
    """Which code points of folded texts are Han."""
    han: Bools = _kinds[codes] & _HAN != 0
    return han


def is_scored_code(codes: Ints) -> Bools:
    """Which code points of folded texts score: letters, digits, Han."""
    scored: Bools = _kinds[codes] & _SCORED != 0
    return scored


def _look_at(codes: Ints) -> None:
    """Find out about code points, and what they fold to, not met before."""
    new = codes[_kinds[codes] & _KNOWN == 0]
    if len(new) > _CODE_POINTS >> 6:
        # Flags take as long for many as for few; sorting does not.
        met = np.zeros(_CODE_POINTS, np.bool_)
        met[new] = True
        new = np.flatnonzero(met)
    for code in dict.fromkeys(new.tolist()):
        folded = fold(chr(code))
        for character in (folded, chr(code)):
            flags = _KNOWN
            flags |= _SPACE if folded == " " else 0
            flags |= _HAN if is_han(character) else 0
            flags |= _SCORED if scored_characters(character) else 0
            _folded[ord(character)] = ord(fold(character))
            _kinds[ord(character)] = flags
