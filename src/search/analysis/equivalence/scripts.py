"""Which characters are one in simplified and traditional script? By OpenCC's characters.

Two characters are alike where OpenCC's ``t2s`` makes the same of each standing alone: 糾 and 纠,
also 乾, 幹 and 干. This is coarser than its conversion of whole texts, which tells 乾燥 from 乾隆
by its dictionary, so that nothing is missed: a text alike character by character is found.
"""

from __future__ import annotations

from functools import cache, lru_cache

import opencc

_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))
_TRADITIONAL = ("s2t", "s2tw", "s2hk")


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """(character → its simplified one, where another; simplified → all that become it)."""
    characters = [chr(code) for first, end in _HAN for code in range(first, end)]
    # One call for all, a line each: no word of the dictionary goes across a line break.
    lines = _converter("t2s").convert("\n".join(characters)).split("\n")
    to = {
        one: other
        for one, other in zip(characters, lines, strict=True)
        if one != other and len(other) == 1
    }
    members: dict[str, str] = {}
    for one, other in to.items():
        members[other] = members.get(other, other) + one
    return to, members


def simplified(character: str) -> str:
    """The simplified character that stands for all that are alike."""
    return _tables()[0].get(character, character)


def same_in_scripts(character: str) -> str:
    """All characters alike to a simplified one, itself included and first."""
    return _tables()[1].get(character, character)


@lru_cache(maxsize=256)
def conversions(text: str) -> tuple[str, ...]:
    """A text as it is usually written in simplified and in traditional script, others than itself.

    Traditional as the standard of OpenCC, of Taiwan and of Hong Kong have it.
    """
    plain = _converter("t2s").convert(text)
    others = (plain, *(_converter(name).convert(plain) for name in _TRADITIONAL))
    return tuple(other for other in dict.fromkeys(others) if other != text)
