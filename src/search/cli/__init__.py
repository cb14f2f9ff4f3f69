"""The command ``duansou``. Its subcommands are functions of the modules beside this one."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from .. import __version__, opened
from ..errors import DuansouError, UsageError
from ..index.registry import engine_kinds
from .options import Where, add_color_option, add_engine_options, index_option
from .speaking import Group, refused, speaking
from .terminal import page_output, paging, phrase, say, told

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MANUAL = """段搜 Duansou finds, filters and cites the paragraphs of Chinese documents.

\b
  duansou index FOLDER          read the documents of a folder into the index
  duansou search 网格化管理      find paragraphs; --city, --year, --topic narrow
  duansou serve                 the same in a browser
  duansou completion            complete commands and options in your shell

A query finds the paragraphs that have all its words. "quoted text" (also “ ” 「 」) is found
exactly as written, full-width and half-width punctuation counting as the same; -word excludes;
a OR b, parentheses, ? and *, and fields such as title: and year:2017..2021 work too (duansou search
--help); --any is content with any of the words.

\b
Exit codes: 0 found or done, 1 nothing found, 2 wrong usage or input,
3 finished but some files or folders were skipped, 4 index busy, broken, too old or too new,
130 interrupted.
"""


_MODULES = {
    "index": "writing",
    "forget": "writing",
    "migrate": "migrating",
    "upgrade": "migrating",
    "backup": "migrating",
    "restore": "migrating",
    "search": "reading",
    "kwic": "comparing",
    "compare": "comparing",
    "completion": "completing",
    "like": "reading",
    "documents": "reading",
    "show": "reading",
    "cite": "citing",
    "inspect": "inspecting",
    "stats": "reading",
    "check": "reading",
    "check-quotes": "quoting",
    "evaluate": "evaluating",
    "export": "exporting",
    "record": "exporting",
    "suggest": "words",
    "synonyms": "words",
    "verify": "citing",
    "topics": "words",
    "words": "words",
    "reprints": "writing",
}
"""Command → the module that has it."""


_PAGED = frozenset(
    ("search", "kwic", "compare", "like", "documents", "show", "inspect", "stats", "check-quotes")
)
"""Commands whose answer is read, and may be long."""

_EXIT_INTERRUPTED = 130
"""As shells have it: 128 and the number of SIGINT."""


class _Commands(Group):
    """Turns every error of ours into one sentence and its exit code.

    Only the module of the command that is asked for is loaded. Engines are looked for only where a
    command or an option may be of one.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*_MODULES, *_of_engines(), *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command: click.Command | None
        if cmd_name in _MODULES:
            module = import_module(f".{_MODULES[cmd_name]}", __name__)
            command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        else:
            command = super().get_command(ctx, cmd_name)
            if command is None and (there := _of_engines().get(cmd_name)):
                module_name, _, name = there.partition(":")
                command = getattr(import_module(module_name), name)
        if command is not None:
            command = speaking(command)
            add_color_option(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        if name in _PAGED and not ctx.resilient_parsing:
            page_output()
        if command is not None and not isinstance(command, click.Group):
            known = {flag for parameter in command.params for flag in parameter.opts}
            if any(a.startswith("-") and a.partition("=")[0] not in known for a in rest):
                add_engine_options(command)
        return name, command, rest

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names alone: what each does would load the modules of all."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from click.shell_completion import CompletionItem

        return [CompletionItem(n) for n in self.list_commands(ctx) if n.startswith(incomplete)]

    def main(self, *args: Any, **others: Any) -> Any:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is None:
                # It was closed before we began: what is said is said to nobody.
                setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
            elif hasattr(stream, "reconfigure"):
                # A terminal or pipe without UTF-8 must not stop Chinese text.
                stream.reconfigure(encoding="utf-8", errors="replace")
        return super().main(*args, **others)

    def make_context(self, *args: Any, **others: Any) -> click.Context:
        try:
            return super().make_context(*args, **others)
        except click.ClickException as error:
            raise refused(error) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with paging():
                return super().invoke(ctx)
        except DuansouError as error:
            say(f"duansou: {told(error.sentence)}")
            ctx.exit(error.exit_code)
        except click.ClickException as error:
            raise refused(error) from None
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)
        except OSError as error:
            # A path that no file can have, a folder that may not be written, a disk that is full.
            reason = error.strerror or error
            if error.filename:
                failed = phrase("place-unusable", path=error.filename, reason=reason)
            else:
                failed = phrase("output-failed", reason=reason)
            say(f"duansou: {failed}")
            ctx.exit(UsageError.exit_code)
        except MemoryError:
            say(f"duansou: {phrase('memory-lacking')}")
            ctx.exit(UsageError.exit_code)
        except KeyboardInterrupt:
            say(f"duansou: {phrase('interrupted')}")
            ctx.exit(_EXIT_INTERRUPTED)


def _of_engines() -> dict[str, str]:
    """The commands that engines register."""
    return {name: at for kind in engine_kinds().values() for name, at in kind.commands.items()}


@click.group(cls=_Commands, help=MANUAL, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="duansou")
def main() -> None:
    """Entry point."""
    # A short run that reads a list of thousands of files makes much and drops little: looking for
    # cycles after every 700 new objects took a tenth of it.
    gc.set_threshold(50_000, 20, 20)


add_color_option(main)


@main.command("serve")
@click.option("--host", metavar="ADDRESS", help="Address to listen on (default: 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="Port (default: 8765).")
@click.option(
    "--processes",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes that answer (default: one for each core, at most 4; 1 on macOS).",
)
@click.option(
    "--access",
    metavar="WHO",
    help="Who may read: local (this computer, the default), open, token or proxy.",
)
@index_option
def serve_command(
    host: str | None, port: int | None, processes: int | None, access: str | None, where: Where
) -> None:
    """Serve the page until interrupted.

    Only this computer can reach it unless --host says more, and --access that others may read.
    """
    from ..web.processes import process_count
    from ..web.serve import serve

    settings = where.settings(host=host, port=port, processes=processes, access=access)
    count = process_count(settings)
    with opened(settings, sharers=count) as index:
        serve(index, settings, count)
