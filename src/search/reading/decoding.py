"""Bytes to characters: which encoding they are in, and what of them fits none; which script."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from charset_normalizer import from_bytes

from ..analysis.text import HAN
from ..errors import UnreadableFileError

_SIMPLIFIED = "国会这来为时说们对发动经还进过后业东车长门问关见现实义书学样里无与产电开机点"
_TRADITIONAL = "國會這來為時說們對發動經還進過後業東車長門問關見現實義書學樣裡無與產電開機點"
_SAMPLE_CHARS = 20_000


def script_of(text: str) -> str | None:
    """ISO 15924 "Hans" or "Hant" by common characters that differ; None where too few tell."""
    sample = text[:_SAMPLE_CHARS]
    simplified = sum(sample.count(c) for c in _SIMPLIFIED)
    traditional = sum(sample.count(c) for c in _TRADITIONAL)
    if simplified + traditional < 3:
        return None
    return "Hant" if traditional > simplified else "Hans"


_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ["gb18030", "big5hkscs", "utf_16_le", "utf_16_be"]
"""The Big5 of Hong Kong has all characters of the others, and those of ETEN."""
_SAMPLE_BYTES = 1 << 16
_CHINESE_SHARE = 0.7
"""Share of Han, ASCII and East Asian punctuation that a guessed encoding must give."""
_EXPECTED = re.compile(rf"[\x09-\x7e\u2010-\u2027\u20ac\u3000-\u30ff\uff01-\uff5e{HAN}]+")
_BINARY_SHARE = 0.02
"""Share of control characters above which decoded bytes are no text."""
_BAD_SHARE = 0.01
"""So few characters may be damaged and the rest still be what was written."""
_FAULTS_TOLD = 5
_LOST = "\ufffd"


class Decoded(NamedTuple):
    """A text, the encoding it was in, and what did not fit it, in Chinese, with its place."""

    text: str
    encoding: str
    faults: tuple[str, ...] = ()


def decode(data: bytes, *, declared: str = "") -> Decoded:
    """Text of bytes, a byte-order mark left out; line ends as they are.

    ``declared`` is the encoding that they say they are in, which is tried first.

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
            return found
    if found is None and _has_runs_of_utf8(data):
        found = _repaired(data, "utf-8")
    if found is not None and found.text.count("\x00") == 0:
        return found
    if not _fits(data, "gb18030"):
        with_euro = data.decode("gb18030", _WINDOWS)
        data = data if _LOST in with_euro else with_euro.encode("gb18030")
    possible = [encoding for encoding in _CANDIDATES if _fits(data, encoding)]
    if len(possible) > 1:
        guess = from_bytes(_sample(data), cp_isolation=possible).best()
        possible = [guess.encoding if guess else possible[0]]
    names = possible or _CANDIDATES[:2]
    tried = [_fitting(data, name) or _repaired(data, name) for name in names]
    best = min(
        (one for one in tried if one is not None and _chinese_share(one.text) >= _CHINESE_SHARE),
        key=lambda one: one.text.count(_LOST),
        default=None,
    )
    if best is None and declared:
        best = _repaired(data, declared)
    if best is None:
        raise UnreadableFileError("file-no-text")
    name = "big5" if best.encoding == "big5hkscs" and _fits(data, "big5") else best.encoding
    return best._replace(encoding=name.replace("_", "-"))


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


def _told(text: str, sign: str, what: str) -> tuple[str, ...]:
    """In which lines a sign stands."""
    lines = [n for n, line in enumerate(text.split("\n"), start=1) if sign in line]
    told = "、".join(map(str, lines[:_FAULTS_TOLD]))
    more = f"等 {len(lines)} 行" if len(lines) > _FAULTS_TOLD else "行"
    return (f"第 {told} {more}{what}",) if lines else ()


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


def _sample(data: bytes) -> bytes:
    """The beginning up to the end of a line, so that no character is cut; else all of it."""
    end = data.rfind(b"\n\x00" if b"\x00" in data[:64] else b"\n", 0, _SAMPLE_BYTES)
    return data[: end + 2 if b"\x00" in data[:64] else end + 1] if end > 0 else data


def _checked(text: str) -> str:
    controls = sum(text.count(chr(c)) for c in range(32) if chr(c) not in "\t\n\r\f\v\x1a\x1b")
    if controls > _BINARY_SHARE * max(len(text), 1):
        raise UnreadableFileError("file-binary")
    return text
