"""The command that checks the quotations of a draft: check-quotes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ..citing.formats import FORMATS, write_citations
from ..citing.quotes.checking import Checker
from ..citing.quotes.drafts import Draft, lines_of, quotations_of, read_draft
from ..citing.quotes.reports import (
    VERDICT_WORDS,
    CitedQuote,
    Verdict,
    cited,
    entries_of,
    html_report,
    markdown_report,
    quotes_json,
    text_report,
)
from ..config import terminal_language
from ..errors import InputError, UnreadableFileError
from ..languages.sentences import Sentence
from ..reading.decoding import decode
from ..reading.reading import ReadingLimits
from .options import Where, index_option, json_option, style_option
from .terminal import Styled, bytes_of, echo, phrase, print_json

EXIT_NOT_AS_QUOTED = 1


@click.command("check-quotes")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--lines", is_flag=True, help="Each line is one quotation.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a report, .html or .md.",
)
@click.option(
    "--bibliography",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the sources, each once: .bib, .ris, .json (CSL-JSON), .txt, .md or .html.",
)
@style_option("Style of the references of a .txt, .md or .html bibliography.")
@json_option
@index_option
def check_quotes_command(
    file: Path,
    lines: bool,
    report: Path | None,
    bibliography: Path | None,
    style: str,
    as_json: bool,
    where: Where,
) -> None:
    """Check the quotations of a draft against what their sources say.

    FILE is .txt, .md or .docx, or - for a text on stdin. What stands between quotation marks
    (“ ” 「 」 『 』 " ") is checked; with --lines, each line. Tracked changes of a .docx count as
    accepted, its notes are checked too. Verdicts: exact; punctuation (only punctuation, width,
    letter case or quotation marks differ); altered (characters differ: [-quoted-]{+source+});
    stitched (parts of several places); absent; unchecked (time ran out). Quotations shorter than 8
    characters are never altered. Exit code 1 if any is altered, stitched, absent or unchecked.
    """
    settings = where.settings()
    if report is not None and report.suffix.lower() not in (".html", ".md"):
        raise InputError("report-kind-unknown", report=report)
    form = _format(bibliography) if bibliography is not None else None
    draft = _draft(
        file,
        lines=lines,
        limits=ReadingLimits(
            settings.file_limit_mb, settings.read_timeout_s, settings.read_memory_mb
        ),
    )
    with where.open() as index:
        checker = Checker(index)
        quotes = cited(index, checker.check_all(draft.texts))
    if report is not None:
        made = markdown_report if report.suffix.lower() == ".md" else html_report
        text = made(quotes, draft.notes)
        _write(report, text, Sentence("the-report"))
    if bibliography is not None and form is not None:
        _write(bibliography, _bibliography(quotes, form, style), Sentence("the-bibliography"))
    if as_json:
        print_json(quotes_json(quotes, draft.notes))
    else:
        for line in text_report(quotes, draft.notes, language=terminal_language()):
            echo(*_coloured(line))
    if draft.unclosed:
        listed = ", ".join(map(str, draft.unclosed[:20]))
        echo(
            phrase("quote-never-closed", listed=listed),
            err=True,
        )
    if not all(one.checked.is_good for one in quotes):
        sys.exit(EXIT_NOT_AS_QUOTED)


_COLOURS: dict[Verdict, str] = {
    "exact": "green",
    "punctuation": "cyan",
    "altered": "red",
    "stitched": "magenta",
    "absent": "red",
    "unchecked": "yellow",
}
_LOOKS = {
    **{verdict.upper(): colour for verdict, colour in _COLOURS.items()},
    **{VERDICT_WORDS[verdict]: colour for verdict, colour in _COLOURS.items()},
}
_VERDICT = re.compile(rf"(?<=\. )({'|'.join(_LOOKS)})(?=  “)")
_CHANGE = re.compile(r"(\[-.*?-\]|\{\+.*?\+\})")


def _coloured(line: str) -> Iterator[str | Styled]:
    """A line of the report: the verdict in its colour, what was quoted red, what stands there
    green."""
    is_difference = line.lstrip().startswith(("difference", "改动"))
    for piece in (_CHANGE if is_difference else _VERDICT).split(line):
        if is_difference and piece.startswith(("[-", "{+")):
            yield Styled(piece, fg="red" if piece.startswith("[-") else "green")
        elif not is_difference and piece in _LOOKS:
            yield Styled(piece, fg=_LOOKS[piece], bold=True)
        else:
            yield piece


def _format(file: Path) -> str:
    """The format that the suffix of a file names."""
    for name, form in FORMATS.items():
        if file.suffix.lower() == form.suffix:
            return name
    listed = ", ".join(form.suffix for form in FORMATS.values())
    raise InputError("bibliography-kind-unknown", file=file, listed=listed)


def _bibliography(quotes: Sequence[CitedQuote], form: str, style: str) -> str:
    return "".join(write_citations(entries_of(quotes), form, style=style))


def _write(file: Path, text: str, what: Sentence) -> None:
    try:
        # RIS has line ends of its own.
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError("file-unwritable", what=what, file=file, reason=error.strerror) from error


def _draft(file: Path, *, lines: bool, limits: ReadingLimits) -> Draft:
    if str(file) == "-":
        try:
            text, is_markdown = decode(bytes_of(file)).text, False
        except UnreadableFileError as error:
            raise InputError("stdin-unreadable", reason=error) from error
    else:
        text, is_markdown = read_draft(file, limits), file.suffix.lower() == ".md"
    return lines_of(text) if lines else quotations_of(text, is_markdown=is_markdown)
