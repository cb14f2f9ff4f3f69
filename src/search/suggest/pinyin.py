"""How is a text read aloud? The only module that knows pypinyin.

Loading it takes 0.2 s, so that happens with the first text that is asked for, not with the import.
"""

from __future__ import annotations

from functools import cache

__all__ = ["readings", "syllables"]


@cache
def readings(character: str) -> tuple[str, ...]:
    """Every way to read one character, without tones, the commonest first; none if not Han.

    ü is written v, as it is typed.
    """
    from pypinyin import Style, pinyin

    ((*found,),) = pinyin(
        character, style=Style.NORMAL, heteronym=True, errors=lambda _: [[""]]
    ) or [[""]]
    return tuple(dict.fromkeys(reading for reading in found if reading))


def syllables(text: str) -> list[str]:
    """(characters,) how each character of a text is read where it stands; "" where it is not Han.

    Words of several characters decide between several readings: 重庆 is chong qing.
    """
    every = [readings(character) for character in text]
    if all(len(found) < 2 for found in every):
        return [found[0] if found else "" for found in every]
    from pypinyin import lazy_pinyin

    read = lazy_pinyin(text, errors=lambda run: [""] * len(run))
    return read if len(read) == len(text) else [found[0] if found else "" for found in every]
