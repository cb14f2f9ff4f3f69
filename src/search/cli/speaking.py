"""Help, usage and refusals of commands, in the language of the terminal and as wide as its letters.

Commands say in English what they do; another language has it by that text in its catalogue.
``click`` writes all of it, and knows neither the language nor that a Han character is two columns.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

import click

from ..analysis.text import HAN
from ..config import terminal_language
from ..languages.sentences import ENGLISH, translated
from .terminal import columns, echo, phrase, say, visible

_EXTRA = re.compile(r"(?:\A|  )(?=\[[^\[\]]*\]\Z)")
"""What click adds to the help of an option: its default, its bounds."""
_OPENS, _CLOSES = "（“《「‘(", "，。；：、？！）”》」’…,;:)"
_UNIT = re.compile(
    rf"\s+|[{_OPENS}]*(?:[{HAN}]|[^\s{HAN}{_OPENS}{_CLOSES}]+|(?=[{_CLOSES}]))[{_CLOSES}]*|."
)
"""What stands together on a line."""
_ADDITIONS = ("[default: ", "[required]")
WORDS_OF_CLICK = ("[OPTIONS]", "COMMAND [ARGS]...", "Options:", "Commands:", *_ADDITIONS)
"""What click writes by itself, beside the help of commands."""
_KEPT = "\b\n"
"""Begins a paragraph whose lines are kept."""
_FIRST_COLUMN = 30
_APART = 2


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for placeholder in ("[OPTIONS]", "COMMAND [ARGS]..."):
            args = args.replace(placeholder, translated(placeholder, terminal_language()))
        super().write_usage(prog, args, prefix or f"{phrase('help-usage')} ")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{translated(f'{heading}:', terminal_language())}\n")

    def write_text(self, text: str) -> None:
        language = terminal_language()
        if language == ENGLISH:
            super().write_text(text)
            return
        indent = " " * self.current_indent
        for number, paragraph in enumerate(translated(text, language).split("\n\n")):
            if number:
                self.write("\n")
            for line in _lines(paragraph, self.width - self.current_indent):
                self.write(f"{indent}{line}".rstrip() + "\n")

    def write_dl(
        self,
        rows: Iterable[tuple[str, str]],
        col_max: int = _FIRST_COLUMN,
        col_spacing: int = _APART,
    ) -> None:
        language = terminal_language()
        if language == ENGLISH:
            super().write_dl(rows, col_max, col_spacing)
            return
        rows = list(rows)
        widest = min(max(columns(name) for name, _ in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for name, about in rows:
            lines = _lines(_said(about, language), self.width - self.current_indent - widest)
            head = f"{indent}{name}"
            if lines and columns(name) > widest - col_spacing:
                self.write(f"{head}\n")
                head = indent + " " * widest
            elif lines:
                head += " " * (widest - columns(name))
            self.write(f"{head}{lines[0] if lines else ''}\n")
            for line in lines[1:]:
                self.write(f"{indent}{' ' * widest}{line}\n")


def _said(about: str, language: str) -> str:
    """The help of an option in a language; click's addition in brackets stays beside it."""
    text, *extra = _EXTRA.split(about, maxsplit=1)
    said = [translated(text, language)] if text else []
    for addition in extra:
        for word in _ADDITIONS:
            addition = addition.replace(word, translated(word, language))
        said.append(addition)
    return "  ".join(said)


def _lines(paragraph: str, width: int) -> list[str]:
    """A paragraph in lines of so many columns; one whose lines are kept has them."""
    if paragraph.startswith(_KEPT):
        return paragraph.removeprefix(_KEPT).split("\n")
    lines: list[str] = []
    line = ""
    for unit in _UNIT.findall(" ".join(paragraph.split("\n"))):
        if line and columns(line) + columns(unit.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += unit if line else unit.lstrip()
    return [*lines, line.rstrip()] if line else lines


class Context(click.Context):
    """Of a command whose help is in the language of the terminal."""

    formatter_class = _Formatter


class Group(click.Group):
    """Commands that speak the language of the terminal, listed with all of their first sentence."""

    context_class = Context

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of the commands, speaking; None where there is none of the name."""
        command = super().get_command(ctx, cmd_name)
        return command and speaking(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant. Raises UsageError with those that may be, where it is none."""
        if not ctx.resilient_parsing and not args[0].startswith("-"):
            self._check_name(ctx, args[0])
        return super().resolve_command(ctx, args)

    def _check_name(self, ctx: click.Context, name: str) -> None:
        """Raises UsageError for a command that is none, with those that may be meant."""
        if self.get_command(ctx, name) is not None:
            return
        from difflib import get_close_matches

        near = tuple(f"“{each}”" for each in get_close_matches(name, self.list_commands(ctx)))
        raise RefusedError(
            phrase("command-unknown-near", name=name, near=near)
            if near
            else phrase("command-unknown", name=name),
            ctx,
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with all of its first sentence."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, summary(command)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def speaking(command: click.Command) -> click.Command:
    """A command that speaks, and whose commands do."""
    if isinstance(command, click.Group) and not isinstance(command, Group):
        command = Group(
            command.name,
            commands=command.commands,
            callback=command.callback,
            params=command.params,
            help=command.help,
        )
    command.context_class = Context
    return command


def summary(command: click.Command) -> str:
    """The first paragraph of the help of a command, in the language of the terminal."""
    about = translated(inspect.cleandoc(command.help or ""), terminal_language())
    return " ".join(about.partition("\n\n")[0].split("\n"))


class RefusedError(click.UsageError):
    """What is wrong with a command as it was typed, said in the language of the terminal."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write how the command is used, where its help is, and what was wrong."""
        if self.ctx is not None:
            echo(self.ctx.get_usage(), err=True)
            name = max(self.ctx.help_option_names, key=len)
            echo(phrase("help-try", command=f"{self.ctx.command_path} {name}"), "\n", err=True)
        say(phrase("help-error", reason=self.message))


def refused(error: click.ClickException) -> click.ClickException:
    """An error of click as it is to be shown."""
    is_ours = isinstance(error, (RefusedError, click.exceptions.NoArgsIsHelpError))
    if is_ours or not isinstance(error, click.UsageError):
        error.message = visible(error.message, on_one_line=True)  # type: ignore[misc]
        return error
    return RefusedError(visible(_reason(error), on_one_line=True), error.ctx)


def _reason(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption(option_name=name, possibilities=near):
            if near:
                return phrase("option-unknown-near", name=name, near=tuple(sorted(near)))
            return phrase("option-unknown", name=name)
        case click.BadOptionUsage(option_name=name):
            # It does not say which, and has no context to ask.
            is_flag = "does not take a value" in error.message
            return phrase("option-without-value" if is_flag else "option-needs-value", name=name)
        case click.MissingParameter(param=click.Parameter() as missing):
            return phrase("parameter-missing", name=_name(missing, error.ctx))
        case click.BadParameter(param=click.Parameter() as wrong):
            return _bad_value(_name(wrong, error.ctx), wrong.type, error.message)
    extra = re.match(r"Got unexpected extra arguments? \((.*)\)\Z", error.message, re.DOTALL)
    return phrase("arguments-unexpected", given=extra[1]) if extra else error.message


def _name(parameter: click.Parameter, context: click.Context | None) -> str:
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.make_metavar(context) if context else parameter.human_readable_name


def _bad_value(name: str, kind: click.ParamType[Any], reason: str) -> str:
    match kind:
        case click.Choice(choices=choices):
            given = re.match(r"(['\"])(.*)\1 is not one of", reason, re.DOTALL)
            said = given[2] if given else ""
            return phrase("value-not-listed", name=name, given=said, choices=tuple(choices))
        case click.IntRange(min=int(low), max=int(high)):
            return phrase("value-not-between", name=name, low=low, high=high)
        case click.IntRange(min=int(low)):
            return phrase("value-below", name=name, low=low)
    if kind.name in ("integer", "float"):
        return phrase("value-no-number", name=name)
    return phrase("value-refused", name=name, reason=reason)


def texts(command: click.Command, context: click.Context) -> Iterator[str]:
    """Every text of the help of a command, and of those that it has."""
    from .options import add_engine_options

    add_engine_options(command)
    yield inspect.cleandoc(command.help or "")
    for parameter in command.get_params(context):
        about = getattr(parameter, "help", None)
        if about:
            yield about
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from texts(inner, click.Context(inner, parent=context, info_name=name))
