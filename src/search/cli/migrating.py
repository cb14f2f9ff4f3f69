"""Commands that move a whole index to another engine or to the present format: migrate, upgrade."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from ..config import Settings, load_settings
from ..errors import UsageError
from ..index.registry import engine_kinds, kind_of, place_of, reading
from .options import Where, chosen_of_engine, index_option, json_option
from .terminal import echo, phrase, print_json


@click.command("migrate")
@click.option(
    "--from",
    "origin",
    required=True,
    metavar="WHERE",
    help="What is moved: a folder, or the name of an engine.",
)
@click.option(
    "--to",
    "target",
    required=True,
    metavar="WHERE",
    help="Where to: the name of an engine, or a new folder.",
)
@click.option("--restart", is_flag=True, help="Begin anew, even where a former run was cut short.")
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
@json_option
def migrate_command(origin: str, target: str, restart: bool, quiet: bool, as_json: bool) -> None:
    """Move a whole index between a folder and another engine, without its source files.

    Passages, ids, histories, synonyms and all else stay the same. Readers see the new index when it
    is whole, at once; the old one stays. A run that was cut short, even by a power failure, goes on
    where it was; one that is done already does nothing.
    """
    source, goal = _settings(origin), _settings(target)
    if source.engine == goal.engine:
        raise UsageError("migrate-needs-two-engines", engines=tuple(engine_kinds()))
    with (
        reading(source) as reader,
        _bar("moving", reader.stats().passages, hidden=quiet or as_json) as show,
    ):
        done = kind_of(goal).copy(goal, reader, restart=restart, progress=show)
    where = place_of(goal)
    if as_json:
        print_json(
            {
                "from": place_of(source),
                "to": where,
                "documents": done.documents,
                "passages": done.passages,
                "resumed_documents": done.resumed_documents,
                "was_there": done.was_there,
            }
        )
    elif not quiet:
        gone_on = f", {done.resumed_documents} of them by the run before"
        echo(
            phrase("there-already", where=where)
            if done.was_there
            else f"{done.documents} documents with {done.passages} passages are in {where}"
            f"{gone_on if done.resumed_documents else ''}."
        )


def _settings(where: str) -> Settings:
    """The settings of one end: the name of an engine, or a folder."""
    engine = engine_kinds().get(where)
    if engine is None:
        return load_settings(index_dir=Path(where))
    known = {setting.name for setting in engine.settings}
    chosen = {name: value for name, value in chosen_of_engine().items() if name in known}
    return load_settings(engine=where, **chosen)


@click.command("upgrade")
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
@index_option
def upgrade_command(quiet: bool, where: Where) -> None:
    """Bring an index that an older version made up to date, without its source files.

    Passages, ids, old wordings, what was erased, links of reprints and all else stay the same.
    Readers see the new index when it is whole, at once; needs as much room again meanwhile. A run
    that was cut short loses nothing and goes on where it was. duansou index does this by itself.
    """
    settings = where.settings()
    if not brought_up_to_date(settings, quiet=quiet) and not quiet:
        echo(phrase("index-up-to-date", place=place_of(settings)))


def brought_up_to_date(settings: Settings, *, quiet: bool) -> bool:
    """Upgrade an index and say so in one line; whether anything had to be done."""
    with _bar("upgrading", 0, hidden=quiet) as show:
        done = kind_of(settings).upgrade(settings, show)
    if done is not None and not quiet:
        echo(
            phrase(
                "index-upgraded",
                place=place_of(settings),
                documents=done.documents,
                passages=done.passages,
            ),
            err=True,
        )
    return done is not None


@contextmanager
def _bar(what: str, passages: int, *, hidden: bool) -> Iterator[Any]:
    """A bar with rate and time left, moved by what it is told: (passages there, of them before)."""
    with tqdm(
        total=passages,
        unit="passage",
        desc=what,
        disable=hidden or None,
        mininterval=0.5,
        delay=0.5,
    ) as bar:

        def show(done: int, resumed: int, total: int = passages) -> None:
            # What was there before must not make the rate look better than it is.
            bar.total, bar.initial = total, resumed
            bar.update(done - bar.n)

        yield show
