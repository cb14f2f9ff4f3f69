"""Readings of a text in pinyin. The only module that knows pypinyin.

Loading it takes 0.2 s, so that happens with the first text that is asked for, not with the import.
"""

from __future__ import annotations

import re
from functools import cache

from ...analysis.text import HAN, is_han

_PIECES = re.compile(rf"[{HAN}]+|[^{HAN}]+", re.DOTALL)


@cache
def readings(character: str) -> tuple[str, ...]:
    """Every way to read one character, without tones, the commonest first; none if not Han.

    ü is written v, as it is typed.
    """
    if not is_han(character):
        return ()
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0])) if found else ()


def syllables(text: str) -> list[str]:
    """(characters,) how each character of a text is read where it stands; "" where it is not read.

    Words of several characters decide between several readings: 重庆 is chong qing.
    """
    read: list[str] = []
    for piece in _PIECES.findall(text):
        every = [readings(character) for character in piece]
        read += (found[0] if found else "" for found in every)
        if any(len(found) > 1 for found in every):
            from pypinyin import lazy_pinyin

            together = lazy_pinyin(piece, errors="default")
            # Characters without a reading would come as one.
            if len(together) == len(piece) and all(every):
                read[-len(piece) :] = together
    return read
