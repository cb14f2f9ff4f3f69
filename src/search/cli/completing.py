"""The command that makes a shell complete commands and options: completion."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import get_completion_class

from ..config import shell
from ..errors import InputError, UsageError
from .terminal import echo, phrase

_PLACES = {
    # Where each looks by itself; zsh looks in folders that it is told of.
    "bash": ".local/share/bash-completion/completions/duansou",
    "fish": ".config/fish/completions/duansou.fish",
    "zsh": ".zfunc/_duansou",
}
_ZSH = "fpath+=(~/.zfunc); autoload -Uz compinit && compinit  # duansou completion"


@click.command("completion")
@click.argument("name", metavar="[SHELL]", type=click.Choice(list(_PLACES)), required=False)
@click.option("--print", "to_print", is_flag=True, help="Print the script, and install nothing.")
def completion_command(name: str | None, to_print: bool) -> None:
    """Make your shell complete commands and options at the Tab key.

    SHELL is bash, zsh or fish (default: the one in use). The script goes to the place in your home
    folder where the shell looks for it, which is said; for zsh a line of ~/.zshrc names the folder.
    """
    name = name or shell()
    kind = get_completion_class(name)
    if name not in _PLACES or kind is None:
        raise UsageError("shell-unknown", name=name, shells=tuple(_PLACES))
    script = kind(
        click.get_current_context().find_root().command, {}, "duansou", "_DUANSOU_COMPLETE"
    )
    if to_print:
        echo(script.source())
        return
    file = Path.home() / _PLACES[name]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(script.source(), encoding="utf-8")
        if name == "zsh":
            _add_line(Path.home() / ".zshrc")
    except OSError as error:
        raise InputError("output-unwritable", output=file, reason=error.strerror) from None
    echo(phrase("completion-installed", shell=name, file=file))


def _add_line(settings: Path) -> None:
    """Once, however often it is installed."""
    present = settings.read_text(encoding="utf-8") if settings.exists() else ""
    if _ZSH not in present:
        with settings.open("a", encoding="utf-8") as file:
            file.write(f"\n{_ZSH}\n")
