"""Write to the terminal, in its language: the one way out, on which no text commands it.

Documents, file names and queries are hostile: an escape character in one could clear the screen,
forge a line or hide one, and a bidirectional override could show a quotation backwards. So every
control character is written as what it is (``\\x1b``, ``\\u202e``); only line breaks and tabs stay.

Where the output is a terminal it may be paged, coloured and set in tables; what goes into a pipe or
a file has none of that, and programs that read it rely on what it is.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..config import pager, terminal_color, terminal_language
from ..errors import InputError
from ..languages.sentences import Sentence, translated
from ..platforms import IS_WINDOWS

if TYPE_CHECKING:
    from subprocess import Popen

_CONTROLS = "\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
"""C0 and C1, and what turns the direction of the text after it."""
_CONTROL = re.compile(rf"(?![\t\n])[{_CONTROLS}]")
_CONTROL_OR_BREAK = re.compile(f"[{_CONTROLS}\u2028\u2029]")
_UNESCAPED_BY_JSON = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Styled:
    """A piece of text with a look of its own; a terminal may lead from it to an ``address``."""

    text: str
    fg: str | None = None
    bold: bool | None = None
    dim: bool | None = None
    underline: bool | None = None
    address: str | None = None


def visible(text: str, *, on_one_line: bool = False) -> str:
    """A text with its control characters written out; ``on_one_line`` line breaks and tabs too."""
    if on_one_line:
        return _CONTROL_OR_BREAK.sub(_escaped, text)
    return _CONTROL.sub(_escaped, text.replace("\r\n", "\n"))


_pagers: list[Popen[bytes]] = []
"""The one that runs, if any."""


def is_terminal() -> bool:
    """Whether somebody reads the standard output at a terminal, in a pager or without one."""
    return bool(_pagers) or sys.stdout.isatty()


def page_output() -> None:
    """From now on a pager gets the standard output, if it is a terminal; see ``paging``."""
    command = shlex.split(pager())
    if not command or command == ["cat"] or _pagers or not is_terminal() or IS_WINDOWS:
        return
    from subprocess import PIPE, Popen

    with suppress(OSError):  # There is none: the terminal gets it.
        _pagers.append(Popen(command, stdin=PIPE))  # noqa: S603


@contextmanager
def paging() -> Iterator[None]:
    """What is inside may ``page_output``; at its end the reader has the time to read."""
    try:
        yield
    finally:
        if _pagers:
            _end_pager(_pagers.pop())


def _end_pager(running: Popen[bytes]) -> None:
    # An interrupt while it is read is for the pager, which takes it for the end of a search.
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(BrokenPipeError):
        running.communicate()
    signal.signal(signal.SIGINT, previous)


def print_table(
    rows: Iterable[Sequence[str | Styled]], headings: Sequence[str] = (), numbers: bool = False
) -> None:
    """Write a table as wide as the terminal at most; ``numbers`` are all columns but the first."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    def cell(piece: str | Styled) -> Text:
        styled = piece if isinstance(piece, Styled) else Styled(piece)
        looks = ("bold" if styled.bold else "", "dim" if styled.dim else "", styled.fg or "")
        return Text(visible(styled.text, on_one_line=True), " ".join(filter(None, looks)))

    table = Table(box=None, show_header=bool(headings), pad_edge=False, header_style="bold")
    rows = list(rows)
    for at in range(max(map(len, rows), default=0)):
        heading = cell(headings[at]) if at < len(headings) else ""
        table.add_column(heading, justify="right" if numbers and at else "left")
    for row in rows:
        table.add_row(*map(cell, row))
    console = Console(color_system="standard", force_terminal=True, width=width())
    with console.capture() as written:
        console.print(table)
    lines = (line.rstrip() for line in written.get().splitlines())
    _write("".join(f"{line}\n" for line in lines))


def width() -> int:
    """Columns of the terminal, 80 where it does not say."""
    return shutil.get_terminal_size().columns


def has_looks() -> bool:
    """Whether somebody reads at a terminal that may be given more than text."""
    return is_terminal() and _color() is not False


def _color() -> bool | None:
    context = click.get_current_context(silent=True)
    color = context.color if context else None
    return terminal_color() if color is None else color


def _write(text: str, *, err: bool = False) -> None:
    """The one way out."""
    color = _color()
    if err or not _pagers:
        click.echo(text, nl=False, err=err, color=color)
        return
    shown = click.unstyle(text) if color is False else text
    stream = _pagers[-1].stdin
    if stream is not None:
        stream.write(shown.encode("utf-8", "replace"))


def bytes_of(file: str | Path, at_most: int = -1) -> bytes:
    """What a file holds, or standard input where it is ``-``: so many bytes at most.

    Raises OSError, and InputError where standard input is closed.
    """
    if str(file) == "-":
        # Nothing promises that it is open.
        if sys.stdin is None:
            raise InputError("stdin-closed")
        return sys.stdin.buffer.read(at_most)
    with Path(file).open("rb") as opened:
        return opened.read(at_most)


def echo(*pieces: str | Styled, nl: bool = True, err: bool = False) -> None:
    """Write a line made of pieces."""
    shown = "".join(visible(p) if isinstance(p, str) else _styled(p) for p in pieces)
    _write(f"{shown}\n" if nl else shown, err=err)


def _styled(piece: Styled) -> str:
    shown = click.style(
        visible(piece.text),
        fg=piece.fg,
        bold=piece.bold,
        dim=piece.dim,
        underline=piece.underline,
    )
    if piece.address is None or not has_looks():
        return shown
    # What terminals agreed on (OSC 8); those that do not know it show the text alone.
    address = visible(piece.address, on_one_line=True)
    return f"\x1b]8;;{address}\x1b\\{shown}\x1b]8;;\x1b\\"


def secho(text: str, *, nl: bool = True, err: bool = False, **look: Any) -> None:
    """Write a line that has one look: ``fg``, ``bold``, ``dim``, ``underline``."""
    echo(Styled(text, **look), nl=nl, err=err)


def phrase(code: str, /, **values: object) -> str:
    """The sentence of a code in the language of the terminal."""
    return told(Sentence(code, **values))


def told(sentence: Sentence | str) -> str:
    """A sentence in the language of the terminal; a text as it is."""
    return sentence.said(terminal_language()) if isinstance(sentence, Sentence) else sentence


def named(text: str) -> str:
    """A short English text, such as what a value is called, in the language of the terminal."""
    return translated(text, terminal_language())


def label(text: str, width: int) -> str:
    """A name before its value, in the language of the terminal, at the right of so many columns."""
    said = named(text)
    return " " * (width - columns(said)) + said


def say(sentence: str) -> None:
    """Write one sentence to standard error, on one line whatever it quotes."""
    _write(visible(sentence, on_one_line=True) + "\n", err=True)


def print_json(value: Any) -> None:
    """Write a JSON value, indented, Chinese as it is; it says the same with controls escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    _write(_UNESCAPED_BY_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")


def write_exact(lines: Iterable[str]) -> None:
    """Write a file to standard output byte for byte; a terminal gets it as ``visible`` shows it."""
    stream = sys.stdout
    if is_terminal():
        for line in lines:
            _write(visible(line))
        return
    stream.flush()
    for line in lines:
        stream.buffer.write(line.encode("utf-8", "replace"))
    stream.buffer.flush()


@contextmanager
def progress_bar(
    what: str, unit: str = "", *, hidden: bool = False
) -> Iterator[Callable[..., None]]:
    """A bar with rate and time left, where there is a terminal and it takes more than a moment.

    What it gives moves it: ``show(done, total, resumed)``.
    """
    from tqdm import tqdm

    # None: where nobody looks at a terminal there is nothing to move.
    hide, scale = hidden or None, unit == "B"
    with tqdm(desc=what, unit=unit, unit_scale=scale, disable=hide, delay=0.5) as bar:

        def show(done: int, total: int, resumed: int = 0) -> None:
            # What was there before must not make the rate look better than it is.
            bar.total, bar.initial = total or None, resumed
            bar.update(done - bar.n)

        yield show


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
