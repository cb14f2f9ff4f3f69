"""Commands that move a whole index: to another engine, to the present format, to a safe place."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from ..config import Settings, load_settings
from ..errors import UsageError
from ..index.registry import Kept, engine_kinds, kind_of, place_of, reading
from ..languages.sentences import Sentence
from .options import Where, chosen_of_engine, index_option, json_option
from .terminal import echo, phrase, print_json, progress_bar


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
        progress_bar(phrase("moving"), phrase("unit-passage"), hidden=quiet or as_json) as show,
    ):
        total = reader.stats().passages
        done = kind_of(goal).copy(
            goal,
            reader,
            restart=restart,
            progress=lambda done, resumed: show(done, total, resumed),
        )
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
        before = done.resumed_documents
        echo(
            phrase("there-already", where=where)
            if done.was_there
            else phrase(
                "migrated",
                documents=done.documents,
                passages=done.passages,
                where=where,
                before=Sentence("migrated-before", documents=before) if before else "",
            )
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
    with progress_bar(phrase("upgrading"), phrase("unit-passage"), hidden=quiet) as show:
        done = kind_of(settings).upgrade(
            settings, lambda done, resumed, total: show(done, total, resumed)
        )
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


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
@index_option
@json_option
def backup_command(target: Path, quiet: bool, where: Where, as_json: bool) -> None:
    """Keep a copy of the newest commit of the index in DIR, a new or empty folder.

    The same again brings it up to date: only files that are new are copied, the others are held to
    their checksums. The index may be read and written meanwhile. DIR is an index itself, and can be
    searched. A document that is forgotten is in it until the next backup.
    """
    settings = where.settings()
    with progress_bar(phrase("backing-up"), "B", hidden=quiet or as_json) as show:
        kept = kind_of(settings).back_up(settings, target, show)
    if not quiet:
        _say_kept(kept, settings, target, as_json=as_json, is_made=True)


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--force", is_flag=True, help="Over the index that is there.")
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
@index_option
@json_option
def restore_command(source: Path, force: bool, quiet: bool, where: Where, as_json: bool) -> None:
    """Make the index of what `duansou backup` has kept in DIR.

    All of it is held to its checksums before anything is written. Readers see the restored index at
    once. An index that is there stays unless --force is given.
    """
    settings = where.settings()
    with progress_bar(phrase("restoring"), "B", hidden=quiet or as_json) as show:
        kept = kind_of(settings).restore(settings, source, show, force=force)
    if not quiet:
        _say_kept(kept, settings, source, as_json=as_json, is_made=False)


def _say_kept(
    kept: Kept, settings: Settings, folder: Path, *, as_json: bool, is_made: bool
) -> None:
    place = place_of(settings)
    if as_json:
        print_json({"index": place, "backup": str(folder), **asdict(kept)})
    else:
        echo(
            phrase(
                "backup-made" if is_made else "backup-restored",
                index=place,
                folder=folder,
                files=kept.files,
                mb=kept.bytes / 1_000_000,
                copied=kept.copied_files,
                copied_mb=kept.copied_bytes / 1_000_000,
            )
        )
