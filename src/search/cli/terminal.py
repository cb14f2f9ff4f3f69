"""Write to the terminal, in its language: the one way out, on which no text commands it.

Documents, file names and queries are hostile: an escape character in one could clear the screen,
forge a line or hide one, and a bidirectional override could show a quotation backwards. So every
control character is written as what it is (``\\x1b``, ``\\u202e``); only line breaks and tabs stay.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import click

from ..config import terminal_language
from ..languages.sentences import Sentence

_CONTROLS = "\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
"""C0 and C1, and what turns the direction of the text after it."""
_CONTROL = re.compile(rf"(?![\t\n])[{_CONTROLS}]")
_CONTROL_OR_BREAK = re.compile(f"[{_CONTROLS}\u2028\u2029]")
_UNESCAPED_BY_JSON = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Styled:
    """A piece of text with a look of its own."""

    text: str
    fg: str | None = None
    bold: bool | None = None
    dim: bool | None = None
    underline: bool | None = None


def visible(text: str, *, on_one_line: bool = False) -> str:
    """A text with its control characters written out; ``on_one_line`` line breaks and tabs too."""
    if on_one_line:
        return _CONTROL_OR_BREAK.sub(_escaped, text)
    return _CONTROL.sub(_escaped, text.replace("\r\n", "\n"))


def echo(*pieces: str | Styled, nl: bool = True, err: bool = False) -> None:
    """Write a line made of pieces."""
    shown = "".join(
        visible(piece)
        if isinstance(piece, str)
        else click.style(
            visible(piece.text),
            fg=piece.fg,
            bold=piece.bold,
            dim=piece.dim,
            underline=piece.underline,
        )
        for piece in pieces
    )
    click.echo(shown, nl=nl, err=err)


def secho(text: str, *, nl: bool = True, err: bool = False, **look: Any) -> None:
    """Write a line that has one look: ``fg``, ``bold``, ``dim``, ``underline``."""
    echo(Styled(text, **look), nl=nl, err=err)


def phrase(code: str, /, **values: object) -> str:
    """The sentence of a code in the language of the terminal."""
    return told(Sentence(code, **values))


def told(sentence: Sentence | str) -> str:
    """A sentence in the language of the terminal; a text as it is."""
    return sentence.said(terminal_language()) if isinstance(sentence, Sentence) else sentence


def say(sentence: str) -> None:
    """Write one sentence to standard error, on one line whatever it quotes."""
    click.echo(visible(sentence, on_one_line=True), err=True)


def print_json(value: Any) -> None:
    """Write a JSON value, indented, Chinese as it is; it says the same with controls escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo(_UNESCAPED_BY_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def write_exact(lines: Iterable[str]) -> None:
    """Write a file to standard output byte for byte; a terminal gets it as ``visible`` shows it."""
    stream = sys.stdout
    if stream is None:  # It was closed before we began.
        return
    stream.flush()
    is_terminal = stream.isatty()
    for line in lines:
        stream.buffer.write((visible(line) if is_terminal else line).encode("utf-8", "replace"))
    stream.buffer.flush()


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: a Han character two, a combining mark none."""
    return sum(map(_width, text))


def cut(text: str, limit: int) -> str:
    """A text in at most so many columns, with … where something was left out."""
    if len(text) * 2 <= limit or columns(text) <= limit:
        return text
    taken = 0
    for at, character in enumerate(text):
        taken += _width(character)
        if taken >= limit:
            return f"{text[:at]}…"
    return text


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(match[0]) or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    )
