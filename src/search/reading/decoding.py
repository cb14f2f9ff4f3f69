"""Bytes to characters: which encoding they are in, and what of them fits none; which script."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from itertools import accumulate, islice
from typing import NamedTuple

from ..analysis.text import HAN
from ..errors import UnreadableFileError

_SIMPLIFIED = "国会这来为时说们对发动经还进过后业东车长门问关见现实义书学样里无与产电开机点"
_TRADITIONAL = "國會這來為時說們對發動經還進過後業東車長門問關見現實義書學樣裡無與產電開機點"
_ANY_TRADITIONAL = re.compile(f"[{_TRADITIONAL}]")
_SAMPLE_CHARS = 20_000
_FEWEST = 3
"""So many characters of a script tell it."""


def script_of(text: str) -> str | None:
    """ISO 15924 "Hans" or "Hant" by common characters that differ; None where too few tell."""
    sample = text[:_SAMPLE_CHARS]
    traditional = len(_ANY_TRADITIONAL.findall(sample))
    # In most texts the first of them tell.
    for simplified in accumulate(map(sample.count, _SIMPLIFIED)):
        if simplified >= max(traditional, _FEWEST - traditional):
            return "Hans"
    return "Hant" if simplified + traditional >= _FEWEST else None


_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ["gb18030", "big5hkscs", "utf_16_le", "utf_16_be"]
"""The Big5 of Hong Kong has all characters of the others, and those of ETEN."""
_CHINESE_SHARE = 0.7
"""Share of Han, ASCII and East Asian punctuation that a guessed encoding must give."""
_OF_SCRIPTS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Sk"})
_TINY_CHARS = 40
"""A text with no more characters that are not ASCII may be a text in two encodings."""
_CLEAR = 0.3
"""By so large a share of common characters one encoding is likelier than another all the same."""
_NEIGHBOURS = 50
_LOOKED_AT = 500
"""So many other files of a folder say what encoding a tiny one is in, of so many looked at."""
_EXPECTED = re.compile(rf"[\x09-\x7e\u2010-\u2027\u20ac\u3000-\u30ff\uff01-\uff5e{HAN}]+")
_HAN = re.compile(f"[{HAN}]")
_SIGNS = re.compile("[\x09-\x7e\u2010-\u2027\u20ac\u3000-\u303f\uff01-\uff5e]")
_CONTROL = re.compile(r"[^\t\n\r\f\v\x1a\x1b\x20-\U0010ffff]")
_BINARY_SHARE = 0.02
"""Share of control characters above which decoded bytes are no text."""
_BAD_SHARE = 0.01
"""So few characters may be damaged and the rest still be what was written."""
_FAULTS_TOLD = 5
_LOST = "\ufffd"

_WESTERN = frozenset(("LATIN", "GREEK", "MICRO", "OHM", "FEMININE", "MASCULINE"))


class Decoded(NamedTuple):
    """A text, the encoding it was in, and what did not fit it, in Chinese, with its place."""

    text: str
    encoding: str
    faults: tuple[str, ...] = ()


def decode(
    data: bytes, *, declared: str = "", neighbours: Callable[[], str | None] | None = None
) -> Decoded:
    """Text of bytes, a byte-order mark left out; line ends as they are.

    ``declared`` is the encoding that they say they are in, which is tried first; ``neighbours``
    gives the one that files beside them are in, and is asked where they are too few to tell.

    Knows UTF-8, UTF-16 and UTF-32 with or without a mark, GB18030 (so GBK and GB2312, with the €
    of Windows) and Big5. Where hardly anything does not fit, it becomes U+FFFD and is named; NUL is
    left out. Raises UnreadableFileError for bytes that are no text in any of them.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            found = _fitting(data, encoding) or _repaired(data, encoding)
            if found is None:
                raise UnreadableFileError("file-encoding-misfit", encoding=encoding)
            return found
    for encoding in filter(None, (declared, "utf-8")):
        found = _fitting(data, encoding)
        if found is not None and not found.faults:
            return found if declared else _tiny(data, found, neighbours)
    if found is None and _has_runs_of_utf8(data):
        found = _repaired(data, "utf-8")
    if found is not None:
        return found
    if not _fits(data, "gb18030"):
        with_euro = data.decode("gb18030", _WINDOWS)
        data = data if _LOST in with_euro else with_euro.encode("gb18030")
    best = _likeliest(data, neighbours)
    if best is None and declared:
        best = _repaired(data, declared)
    if best is None:
        raise UnreadableFileError("file-no-text")
    name = "big5" if best.encoding == "big5hkscs" and _fits(data, "big5") else best.encoding
    return best._replace(encoding=name.replace("_", "-"))


def usual_encoding(data: bytes) -> str | None:
    """The encoding, UTF-8 aside, in which all of the bytes are the most usual Chinese."""
    found = _likeliest(data, None)
    return found.encoding if found is not None and not found.faults else None


def encoding_of_all(samples: Iterable[bytes]) -> str | None:
    """The encoding that most of some files are in, of those that are long enough to tell."""
    found: Counter[str] = Counter()
    for data in islice(samples, _LOOKED_AT):
        if sum(byte > 0x7F for byte in data[: 16 * _TINY_CHARS]) <= 2 * _TINY_CHARS:
            continue
        try:
            found[decode(data).encoding] += 1
        except UnreadableFileError:
            continue
        if found.total() == _NEIGHBOURS:
            break
    return found.most_common(1)[0][0] if found else None


def _likeliest(data: bytes, neighbours: Callable[[], str | None] | None) -> Decoded | None:
    """The text in the encoding in which the bytes are the most usual Chinese."""
    names = [name for name in _CANDIDATES if _fits(data, name)] or _CANDIDATES[:2]
    tried = [_fitting(data, name) or _repaired(data, name) for name in names]
    fitting = [one for one in tried if one is not None]
    fitting = [one for one in fitting if _chinese_share(one.text) >= _CHINESE_SHARE]
    # Any two bytes are a character of UTF-16, and most are one of GB 18030: what nobody writes.
    fitting = [one for one in fitting if _usual_share(one) >= _least_usual(one)]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    fewest = min(one.text.count(_LOST) for one in fitting)
    fitting = [one for one in fitting if one.text.count(_LOST) == fewest]
    usual = {one.encoding: _usual_share(one) for one in fitting}
    best = max(fitting, key=lambda one: usual[one.encoding])
    if neighbours is not None and _is_tiny(best.text):
        beside = _candidate(neighbours())
        for one in fitting:
            if one.encoding == beside and usual[beside] > usual[best.encoding] - _CLEAR:
                return one
    return best


def _tiny(data: bytes, found: Decoded, neighbours: Callable[[], str | None] | None) -> Decoded:
    """A tiny text that is UTF-8, maybe by chance: 通知 in GBK is ֪ͨ in UTF-8.

    By chance it has no Han, and of what it has nobody writes a word.
    """
    text = found.text
    if text.isascii() or len(text) > 16 * _TINY_CHARS or _HAN.search(text):
        return found
    if not _is_tiny(text) or _chinese_share(text) >= _CHINESE_SHARE:
        return found
    other = _likeliest(data, neighbours)
    if other is None or other.faults or _usual_share(other) < 1:
        return found
    beside = _candidate(neighbours()) if neighbours else None
    if beside == "utf-8" or (beside is None and not _is_of_many_scripts(text)):
        return found
    name = "big5" if other.encoding == "big5hkscs" and _fits(data, "big5") else other.encoding
    return other._replace(encoding=name)


def _least_usual(found: Decoded) -> float:
    """The share that is usual in a text in an encoding at least; traditional text is half of it in
    GB 18030, and two rare characters are none of it.
    """
    if found.encoding.startswith("utf"):
        return 0.5
    return 0.0 if _is_tiny(found.text) else 0.2


def _candidate(encoding: str | None) -> str | None:
    """The name under which an encoding is tried."""
    return (
        "big5hkscs" if encoding == "big5" else encoding and encoding.replace("utf-16-", "utf_16_")
    )


def _is_tiny(text: str) -> bool:
    return sum(not c.isascii() for c in text[: 16 * _TINY_CHARS]) <= _TINY_CHARS


def _is_of_many_scripts(text: str) -> bool:
    """Whether letters of several scripts stand together, or marks beside none of their letters."""
    signs = [c for c in text if not c.isascii() and unicodedata.category(c) in _OF_SCRIPTS]
    scripts = {unicodedata.name(c, "?").split()[0] for c in signs}
    if scripts & _WESTERN:  # 10 µΩ, α and é: letters of formulas stand beside any of them
        scripts = scripts - _WESTERN | {"LATIN"}
    return len(scripts) > 1 or any(unicodedata.category(c)[0] != "L" for c in signs)


@cache
def _is_usual(character: str, encoding: str) -> bool:
    """Whether a Han character is one of the more frequent half of its standard.

    GB 2312 has 3,755 on its first level (rows from B0 to D7), Big5 5,401 (A4 to C6).
    """
    for name, last in (("gb2312", 0xD7), ("big5", 0xC6)):
        if encoding.startswith("utf") or encoding[:2] == name[:2]:
            try:
                if character.encode(name)[0] <= last:
                    return True
            except UnicodeEncodeError:
                continue
    return False


def _usual_share(found: Decoded) -> float:
    """The share of a text that is usual where Chinese is written in its encoding."""
    sample = found.text[:_SAMPLE_CHARS]
    usual = sum(
        count
        for character, count in Counter(sample).items()
        if (
            _is_usual(character, found.encoding)
            if _HAN.match(character)
            else _SIGNS.match(character)
        )
    )
    return usual / max(len(sample), 1)


def _fitting(data: bytes, encoding: str) -> Decoded | None:
    """The text where every byte fits; a NUL here and there is left out."""
    try:
        text = data.decode(encoding)
    except (LookupError, ValueError):
        return None
    nul = text.count("\x00")
    if nul > _BAD_SHARE * len(text) + 1:
        # Of UTF-16 it is every other byte.
        return None
    faults = _told(text, "\x00", "有空字符（NUL），没有读进正文") if nul else ()
    return Decoded(_checked(text.replace("\x00", "")), encoding, faults)


def _repaired(data: bytes, encoding: str) -> Decoded | None:
    """The text with what does not fit as U+FFFD; None where that is more than a little."""
    cut = None
    try:
        data.decode(encoding)
    except LookupError:
        return None
    except UnicodeDecodeError as error:
        if error.end == len(data) and error.start >= len(data) - 3 and error.start > 0:
            cut = error.start
    text = data[:cut].decode(encoding, "replace")
    bad = text.count(_LOST)
    if bad > max(1, _BAD_SHARE * len(text)):
        return None
    faults = _told(text, _LOST, f"有字节不合 {encoding.upper()}，显示为 {_LOST}")
    if cut is not None:
        faults = (*faults, "文件在一个字的中间断了，最后一个字没有读出")
    return Decoded(_checked(text.replace("\x00", "")), encoding, faults)


def _windows_euro(error: UnicodeError) -> tuple[str, int]:
    """Byte 80 of Windows' GBK is €; anything else that does not fit is lost."""
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - it is only given to decode
    if error.object[error.start] == 0x80:
        return "€", error.start + 1
    return _LOST, error.end


_WINDOWS = "duansou_windows_euro"
codecs.register_error(_WINDOWS, _windows_euro)


def lost_in(encoding: str) -> str:
    """How bytes that do not fit an encoding are handled: as U+FFFD, but for the € of Windows."""
    return _WINDOWS if encoding == "gb18030" else "replace"


def _told(text: str, sign: str, what: str) -> tuple[str, ...]:
    """In which lines a sign stands."""
    lines = [n for n, line in enumerate(text.split("\n"), start=1) if sign in line]
    told = "、".join(map(str, lines[:_FAULTS_TOLD]))
    more = f"…（{len(lines)}）" if len(lines) > _FAULTS_TOLD else ""
    return (f"第 {told}{more} 行{what}",) if lines else ()


_UTF8_RUN = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){2}")


def _has_runs_of_utf8(data: bytes) -> bool:
    """Whether Han characters stand side by side in UTF-8, as hardly ever by chance in others."""
    return _UTF8_RUN.search(data) is not None


def _chinese_share(text: str) -> float:
    return sum(map(len, _EXPECTED.findall(text))) / max(len(text), 1)


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _checked(text: str) -> str:
    if len(_CONTROL.findall(text)) > _BINARY_SHARE * max(len(text), 1):
        raise UnreadableFileError("file-binary")
    return text
