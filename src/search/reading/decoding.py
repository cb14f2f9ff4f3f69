"""Is a text in simplified or traditional characters?"""

from __future__ import annotations

import codecs
import re

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
_CANDIDATES = ["gb18030", "big5", "utf_16_le", "utf_16_be"]
_SAMPLE_BYTES = 1 << 16
_CHINESE_SHARE = 0.7
"""Share of Han, ASCII and East Asian punctuation that a guessed encoding must give."""
_EXPECTED = re.compile(rf"[\x09-\x7e\u2010-\u2027\u3000-\u30ff\uff01-\uff5e{HAN}]+")
_BINARY_SHARE = 0.02
"""Share of control characters above which decoded bytes are no text."""


def decode(data: bytes) -> tuple[str, str]:
    """Text and the encoding it was in, a byte-order mark left out; line ends as they are.

    Knows UTF-8, UTF-16 and UTF-32 with or without a mark, GB18030 (so GBK and GB2312) and Big5.
    Raises UnreadableFileError for bytes that are no text in any of them.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding), encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if "\x00" not in text:
            return _checked(text), "utf-8"
    possible = [encoding for encoding in _CANDIDATES if _decodes(data, encoding)]
    if not possible:
        raise UnreadableFileError("it is not text in a known encoding")
    encoding = possible[0]
    if len(possible) > 1:
        guess = from_bytes(_sample(data), cp_isolation=possible).best()
        encoding = guess.encoding if guess else encoding
    text = _strict(data, encoding)
    if _chinese_share(text) < _CHINESE_SHARE:
        raise UnreadableFileError("it is not text in a known encoding")
    return text, encoding.replace("_", "-")


def _chinese_share(text: str) -> float:
    return sum(map(len, _EXPECTED.findall(text))) / max(len(text), 1)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _sample(data: bytes) -> bytes:
    """The beginning up to the end of a line, so that no character is cut; else all of it."""
    end = data.rfind(b"\n\x00" if b"\x00" in data[:64] else b"\n", 0, _SAMPLE_BYTES)
    return data[: end + 2 if b"\x00" in data[:64] else end + 1] if end > 0 else data


def _strict(data: bytes, encoding: str) -> str:
    try:
        return _checked(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"it looks like {encoding} but byte {error.start} does not fit"
        ) from error


def _checked(text: str) -> str:
    controls = sum(text.count(chr(c)) for c in range(32) if chr(c) not in "\t\n\r\f\v\x1a\x1b")
    if controls > _BINARY_SHARE * max(len(text), 1):
        raise UnreadableFileError("it is not text (binary data)")
    return text
