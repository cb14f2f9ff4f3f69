"""Characters that are one in simplified and traditional script, by OpenCC's tables.

Two characters are alike where OpenCC's ``t2s`` makes the same of each standing alone: 糾 and 纠,
also 乾, 幹 and 干. This is coarser than its conversion of whole texts, which tells 乾燥 from 乾隆
by its dictionary, so that nothing is missed: a text alike character by character is found.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc

_TRADITIONAL = ("s2t", "s2tw", "s2hk")


@cache
def _converter(name: str) -> opencc.OpenCC:
    # Its dictionaries take 25 ms each, and few searches need one.
    import opencc

    return opencc.OpenCC(name)


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """(character → its simplified one, where another; simplified → all that become it).

    The file is what OpenCC makes, written by tools/build_scripts.py: converting all takes 60 ms.
    """
    text = files(__package__).joinpath("scripts.tsv").read_text(encoding="utf-8")
    to = dict(zip(*text.splitlines(), strict=True))
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
