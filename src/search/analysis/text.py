"""Fold a text into the form that is compared literally, and lead every place back to the original.

A query occurs literally in a passage when ``fold(query) in fold(text)``; nothing else decides what
is the same, in a search or in a check of quotations. Character by character:

* What is not seen (categories Cf and Cc, variation selectors, fillers) counts for nothing.
* A compatibility form becomes what it stands for: NFKC of the one character, and the unified
  ideograph of a radical. So full width is half width, ⽂ is 文, ㎡ is m2, Ⅱ is ii, ① is 1.
* Letters become lower case; the listed quotation marks, dashes and brackets one of their kind.
* White space and line breaks count for nothing, but between two letters that are not Han, or
  between two digits, a run of them is one space.

Nothing is composed across characters and no script converted. A part of a text that is cut at
characters folds to a part of the folded text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import RLock

HAN = (
    "\u2e80-\u2fdf"  # radicals, as some PDF texts have them
    "\u3005-\u3007"  # 々 〆 〇
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003fffd"
)
"""Inside of a regular-expression class: every Han character."""

NUMERALS = "一二三四五六七八九十百千零〇两"
"""Likewise: what numbers of articles are written with."""

_KINDS = {
    '"': "“”„‟「」『』〝〞〟«»",
    "'": "‘’‚‛",
    "-": "‐‑‒–—―−─━",
    "(": "[〔【〖",
    ")": "]〕】〗",
    # As the vertical sign is used in practice, against its name.
    ":": "︰",
}
_LISTED = {sign: kind for kind, signs in _KINDS.items() for sign in signs}
"""Signs that count as one of their kind. Of brackets those in which numbers of documents stand."""

_RADICALS = dict(
    zip(
        "⺁⺂⺃⺄⺅⺆⺈⺉⺊⺋⺌⺍⺎⺏⺐⺒⺓⺔⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺬⺭⺯⺰⺱⺲⺶⺹⺺⺻⺼⺽⺾⺿⻀"
        "⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乛乚乙亻冂刀刂卜㔾小小尢尣尢巳幺彑忄㣺扌攵旡日月歺母民氵氺灬爫爫丬牛犭王示礻糹纟罓罒羊耂肀聿肉臼艹艹艹"
        "虎衤覀西见角讠贝车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
"""Of the radicals' supplement, whose forms have no decomposition but two (⺟ ⻳), those that look
like a unified ideograph."""

_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
_UNSEEN = re.compile(f"[{_FILLERS}\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""What is not seen and neither Cf nor Cc: joiner, fillers, selectors of variants."""

_LETTER = rf"[^\W\d_{HAN}]"
_COUNTED_SPACE = re.compile(rf"(?<={_LETTER}) +(?={_LETTER})|(?<=\d) +(?=\d)")
_IS_LETTER = re.compile(_LETTER)
_HAN_RUN = re.compile(rf"[{HAN}]+\Z")


class _Forms(dict[int, str]):
    """What each code point counts as, found out on demand: mostly one character, a space for white
    space, nothing for what is not seen. ``longer`` are those met that count as several."""

    def __init__(self) -> None:
        super().__init__()
        self.longer: set[str] = set()
        self._uneven = {" "}
        self._any_uneven: re.Pattern[str] | None = None
        self._lock = RLock()

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        with self._lock:
            form = self._of(character)
            if len(form) > 1:
                self.longer.add(character)
            if len(form) != 1 or form == " ":
                self._uneven.add(character)
                self._any_uneven = None
            # Last, so that who finds it finds all else.
            self[code_point] = form
        return form

    def uneven(self, text: str) -> Iterator[int]:
        """Where characters of a folded text's original stand that may not count as one."""
        pattern = self._any_uneven
        if pattern is None:
            with self._lock:
                pattern = re.compile(f"[{re.escape(''.join(self._uneven))}]")
                self._any_uneven = pattern
        return (found.start() for found in pattern.finditer(text))

    def _of(self, character: str) -> str:
        if character.isspace():
            return " "
        if unicodedata.category(character) in ("Cf", "Cc") or _UNSEEN.match(character):
            return ""
        if character in _LISTED:
            return _LISTED[character]
        plain = _RADICALS.get(character) or unicodedata.normalize("NFKC", character)
        if " " in plain:
            plain = character  # an accent that stands alone
        elif len(plain) > 1 and set(plain) == {"."}:
            plain = "…"  # the end of a sentence; decimals have dots
        if plain != character:
            return "".join(self[ord(one)] for one in plain)
        lower = character.lower()
        # Only what is fully folded by it: İ would become two characters, ϒ and others another one.
        return lower if len(lower) == 1 else character


_FORMS = _Forms()
_USUAL = tuple((sign, _FORMS[ord(sign)]) for sign in "，；：（）“”？！")
"""What else but itself most texts have, and what it counts as."""
_MAY_DIFFER = re.compile(
    "[^\u3400-\u4dbf\u4e00-\u9fff 0-9a-z!-/:-@\\\\^-`{-~。、《》…·〇]"  # these count as themselves
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text with the way back.

    ``offsets[i]`` is the offset in the original text of folded character ``i``, the same for all
    that one character of it became; ``offsets[len(text)]`` is the length of the original.
    """

    text: str
    offsets: Sequence[int]

    def original_range(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text that folded ``[start, end)`` stands for (start < end)."""
        return self.offsets[start], self.offsets[end - 1] + 1


def is_han(character: str) -> bool:
    """Whether one character is Han."""
    return _HAN_RUN.match(character) is not None


def is_han_run(text: str) -> bool:
    """Whether the text is not empty and Han characters only."""
    return _HAN_RUN.match(text) is not None


def is_letter(character: str) -> bool:
    """Whether one folded character is a letter that white space can part from another."""
    return _IS_LETTER.match(character) is not None


def form_of(code_point: int) -> str:
    """What a character counts as by itself; a space for white space."""
    return _FORMS[code_point]


def without_unseen(text: str) -> str:
    """The text without the characters of which nothing is seen; white space stays."""
    return "".join(character for character in text if _FORMS[ord(character)])


def fold(text: str) -> str:
    """The form of ``text`` that literal matching compares."""
    folded = text
    # Most texts have nothing else that differs: half the time of looking up every character.
    for sign, form in _USUAL:
        folded = folded.replace(sign, form)
    if _MAY_DIFFER.search(folded):
        folded = folded.translate(_FORMS)
    if " " not in folded:
        return folded
    return _COUNTED_SPACE.sub("\n", folded).replace(" ", "").replace("\n", " ")


def fold_with_offsets(text: str) -> Folded:
    """``fold(text)`` together with the original offset of each folded character."""
    folded = fold(text)
    if len(folded) == len(text) and _FORMS.longer.isdisjoint(text):
        return Folded(folded, range(len(text) + 1))
    offsets: list[int] = []
    done = 0
    for offset in _FORMS.uneven(text):
        offsets.extend(range(done, offset))
        form = _FORMS[ord(text[offset])]
        # Of white space that counts the first one stands for all.
        if form != " " or folded.startswith(" ", len(offsets)):
            offsets.extend([offset] * len(form))
        done = offset + 1
    offsets.extend(range(done, len(text) + 1))
    return Folded(folded, offsets)


def seen_with_offsets(text: str) -> Folded:
    """The text's own characters without what counts for nothing, and the offset of each.

    Only a Han character written as a radical or compatibility ideograph is replaced, by itself.
    """
    offsets = dict.fromkeys(fold_with_offsets(text).offsets)
    del offsets[len(text)]
    return Folded("".join(_seen(text[at]) for at in offsets), (*offsets, len(text)))


def _seen(character: str) -> str:
    form = _FORMS[ord(character)]
    return form if form == " " or (is_han(form) and is_han(character)) else character
