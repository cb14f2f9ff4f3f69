"""Commands for whoever runs an index in OpenSearch: cluster check, versions, rollback ..."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ...cli.options import chosen_of_engine, engine_option, json_option
from ...cli.terminal import Styled, echo, phrase, print_json
from ...config import load_settings
from ...errors import IndexStateError
from .registration import URL_OPTION, connected

if TYPE_CHECKING:
    from .connection import Connection

EXIT_WRONG = IndexStateError.exit_code
_COLOURS = {"ok": "green", "note": "yellow", "wrong": "red"}


@click.group("cluster")
def cluster_command() -> None:
    """Look after an index in OpenSearch: its health, versions and snapshots.

    Which index and where, DUANSOU_OPENSEARCH_URL and DUANSOU_OPENSEARCH_NAME say; see
    docs/en/cluster.md.
    """


def _url_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that says where the cluster is."""
    vars(command).setdefault("__click_params__", []).append(engine_option(URL_OPTION))
    return command


def _connected(**others: Any) -> AbstractContextManager[Connection]:
    """A connection to the cluster that the command means, closed at the end."""
    return connected(load_settings(engine="opensearch", **chosen_of_engine(), **others))


@cluster_command.command("check")
@_url_option
@json_option
def check_command(as_json: bool) -> None:
    """Look whether the index is whole: nodes, disks, copies, mapping, counts, lock.

    Exit code 4 if anything is wrong; what is only worth knowing (a copy that is missing for now) is
    no error.
    """
    findings = []
    with _connected() as connection:
        from .operating import check

        for finding in check(connection):
            findings.append(finding)
            if not as_json:
                mark = Styled(f"{finding.verdict:>5}", fg=_COLOURS[finding.verdict])
                echo(mark, f"  {finding.name:<11} {finding.text}")
    if as_json:
        print_json([asdict(finding) for finding in findings])
    if any(finding.verdict == "wrong" for finding in findings):
        sys.exit(EXIT_WRONG)


@cluster_command.command("versions")
@_url_option
@json_option
def versions_command(as_json: bool) -> None:
    """List the versions of the index; readers use the one marked with an arrow."""
    with _connected() as connection:
        from .versions import list_versions

        versions = list_versions(connection)
    if as_json:
        print_json(
            [
                {
                    "number": version.number,
                    "index": version.index,
                    "current": version.is_current,
                    "finished": version.state is not None,
                    "documents": version.state.documents if version.state else None,
                    "passages": version.state.passages if version.state else None,
                    "generation": version.state.generation if version.state else None,
                    "committed_at": version.state.committed_at if version.state else None,
                    "size_bytes": version.size_bytes,
                    "health": version.health,
                }
                for version in versions
            ]
        )
        return
    for version in versions:
        what = "never finished"
        if version.state is not None:
            state = version.state
            what = (
                f"{state.documents} documents, {state.passages} passages, commit "
                f"{state.generation} of {state.committed_at}"
            )
        arrow = "→" if version.is_current else " "
        size_mb = version.size_bytes / 1_000_000
        echo(f"{arrow} {version.number:>4}  {size_mb:10.1f} MB  {version.health:<6} {what}")
    if not versions:
        echo(phrase("no-version"))


@cluster_command.command("rollback")
@click.option("--to", "number", type=int, metavar="N", help="That version, not the one before.")
@_url_option
def rollback_command(number: int | None) -> None:
    """Let readers use the version before the present one again, at once. Nothing is deleted."""
    with _connected() as connection:
        from .operating import roll_back

        version = roll_back(connection, number)
        state = version.state
        passages = state.passages if state else 0
        echo(
            phrase("rolled-back", place=connection.place, number=version.number, passages=passages)
        )


@cluster_command.command("clean")
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help="Versions to keep.")
@_url_option
def clean_command(keep: int | None) -> None:
    """Remove what nobody uses: old versions, unfinished loads, records that were replaced.

    Files that hold deleted records are written anew. Versions beyond the newest two, or --keep, go.
    """
    with _connected(opensearch_keep=keep) as connection:
        from .operating import clean_up

        removed = clean_up(connection)
        listed = ", ".join(removed) or "none"
        echo(phrase("cluster-clean", place=connection.place, listed=listed))


@cluster_command.command("snapshot")
@click.argument("name", required=False)
@click.option(
    "--repository", default="duansou", show_default=True, metavar="NAME", help="Its repository."
)
@click.option(
    "--location",
    metavar="FOLDER",
    help="Make the repository one of this folder, which every node has in its path.repo.",
)
@click.option("--list", "listing", is_flag=True, help="Only list the snapshots there are.")
@_url_option
def snapshot_command(
    name: str | None,
    repository: str,
    location: str | None,
    listing: bool,
) -> None:
    """Keep the version in use as a snapshot NAME (default: with date and time)."""
    with _connected() as connection:
        from .operating import list_snapshots, take_snapshot

        if listing:
            for each in list_snapshots(connection, repository):
                echo(f"{each.name}  {each.taken_at}  {each.index}  {each.state}")
            return
        taken = take_snapshot(connection, repository, name=name, location=location)
        echo(phrase("snapshot-taken", name=taken.name, index=taken.index))


@cluster_command.command("restore")
@click.argument("name")
@click.option(
    "--repository", default="duansou", show_default=True, metavar="NAME", help="Its repository."
)
@_url_option
def restore_command(name: str, repository: str) -> None:
    """Bring the snapshot NAME back as a new version, which readers then use."""
    with _connected() as connection:
        from .operating import restore_snapshot

        state = restore_snapshot(connection, repository, name)
        echo(
            phrase(
                "snapshot-restored",
                place=connection.place,
                name=name,
                documents=state.documents,
                passages=state.passages,
                moment=state.committed_at,
            )
        )
