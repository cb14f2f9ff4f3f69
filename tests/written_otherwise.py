"""One text written in different ways that count as the same, and what of it stands where.

A text is a list of pieces as they are after folding; ``written`` chooses how each is written, where
white space is added, and where characters that are not seen are. The oracle compares the pieces and
knows nothing of folding.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

HAN = ("文", "工", "首", "长", "晴", "作", "年", "会")
PIECES: dict[str, tuple[str, ...]] = {
    "文": ("文", "⽂"),
    "工": ("工", "⼯"),
    "首": ("首", "⾸"),
    "长": ("长", "⻓"),
    "晴": ("晴", "\ufa12"),
    "作": ("作",),
    "年": ("年",),
    "会": ("会",),
    "1": ("1", "１", "①"),
    "20": ("20", "２０", "⑳"),
    "a": ("a", "A", "ａ"),
    "be": ("be", "BE", "Ｂe"),
    "m2": ("m2", "M２", "㎡", "m²"),
    "ii": ("ii", "II", "Ⅱ", "ⅱ"),
    "°c": ("°c", "℃", "°C"),
    "%": ("%", "％", "﹪"),
    ",": (",", "，", "﹐"),
    "-": ("-", "－", "–", "—"),
    "(": ("(", "（", "〔", "[", "【", "﹝"),
    ")": (")", "）", "〕", "]", "】", "﹞"),
}
SPACES = (" ", "  ", "\u3000", "\u00a0", " \n", "\t")
UNSEEN = ("\u200b", "\u200c", "\u00ad", "\u2060", "\ufeff", "\u202a", "\ufe0f", "\U000e0100")


@dataclass(frozen=True)
class Written:
    """A text, what it is after folding, and where each character of that stands in it."""

    text: str
    plain: str
    spans: tuple[tuple[int, int], ...]

    def places(self, plain: str) -> list[tuple[int, int]]:
        """The ranges of the text that a folded text occurs at."""
        starts = [at for at in range(len(self.plain)) if self.plain.startswith(plain, at)]
        return [(self.spans[at][0], self.spans[at + len(plain) - 1][1]) for at in starts]


def parted(pieces: Sequence[str]) -> list[str]:
    """The pieces with a space of their own between two words and between two numbers."""
    found: list[str] = []
    for piece in pieces:
        if found and (
            (_is_latin(found[-1][-1]) and _is_latin(piece[0]))
            or (found[-1][-1].isdigit() and piece[0].isdigit())
        ):
            found.append(" ")
        found.append(piece)
    return found


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def written(pieces: Sequence[str], chance: random.Random, *, spaced: bool = True) -> Written:
    """One way to write what ``parted`` gave."""
    text, spans = "", []
    for number, piece in enumerate(pieces):
        if chance.random() < 0.2:
            text += chance.choice(UNSEEN)
        if piece == " ":
            form = chance.choice(SPACES)
        else:
            form = chance.choice(PIECES[piece])
            # White space beside a space of its own would be seen with it as one run.
            if spaced and number and pieces[number - 1] != " " and chance.random() < 0.3:
                text += chance.choice(SPACES)
        one_each = len(form) == len(piece)
        for at in range(len(piece)):
            start = len(text) + (at if one_each else 0)
            spans.append((start, start + (1 if one_each else len(form))))
        text += form
        if chance.random() < 0.1:
            text += chance.choice(UNSEEN)
    return Written(text, "".join(pieces), tuple(spans))
