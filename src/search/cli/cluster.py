"""Commands for whoever runs an index in OpenSearch: cluster check, versions, rollback ..."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ..config import Settings, load_settings
from ..engines.opening import distributed_connection
from ..errors import IndexStateError
from .options import json_option, opensearch_option
from .terminal import Styled, echo, print_json

if TYPE_CHECKING:
    from ..engines.opensearch.connection import Connection

EXIT_WRONG = IndexStateError.exit_code
_COLOURS = {"ok": "green", "note": "yellow", "wrong": "red"}


@click.group("cluster")
def cluster_command() -> None:
    """Look after an index in OpenSearch: its health, versions and snapshots.

    Which index and where, DUANSOU_OPENSEARCH_URL and DUANSOU_OPENSEARCH_NAME say; see
    docs/cluster.md.
    """


@contextmanager
def _connected(settings: Settings) -> Iterator[Connection]:
    with distributed_connection(settings) as connection:
        yield connection


def _chosen(opensearch_url: str | None, **others: Any) -> Settings:
    return load_settings(engine="opensearch", opensearch_url=opensearch_url, **others)


@cluster_command.command("check")
@opensearch_option
@json_option
def check_command(opensearch_url: str | None, as_json: bool) -> None:
    """Look whether the index is whole: nodes, disks, copies, mapping, counts, lock.

    Exit code 4 if anything is wrong; what is only worth knowing (a copy that is missing for now) is
    no error.
    """
    check_cluster(_chosen(opensearch_url), as_json=as_json)


def check_cluster(settings: Settings, *, as_json: bool = False) -> None:
    """Print what was found, and exit with 4 if anything is wrong."""
    findings = []
    with _connected(settings) as connection:
        from ..engines.opensearch.checking import check

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
@opensearch_option
@json_option
def versions_command(opensearch_url: str | None, as_json: bool) -> None:
    """List the versions of the index; readers use the one marked with an arrow."""
    with _connected(_chosen(opensearch_url)) as connection:
        from ..engines.opensearch.versions import list_versions

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
        echo("There is no version yet.")


@cluster_command.command("rollback")
@click.option("--to", "number", type=int, metavar="N", help="That version, not the one before.")
@opensearch_option
def rollback_command(number: int | None, opensearch_url: str | None) -> None:
    """Let readers use the version before the present one again, at once. Nothing is deleted."""
    with _connected(_chosen(opensearch_url)) as connection:
        from ..engines.opensearch.operations import roll_back_locked

        version = roll_back_locked(connection, number)
        state = version.state
        passages = state.passages if state else 0
        echo(f"{connection.place} is version {version.number} again, with {passages} passages.")


@cluster_command.command("clean")
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help="Versions to keep.")
@opensearch_option
def clean_command(keep: int | None, opensearch_url: str | None) -> None:
    """Remove what nobody uses: old versions, unfinished loads, records that were replaced.

    Files that hold deleted records are written anew. Versions beyond the newest two, or --keep, go.
    """
    with _connected(_chosen(opensearch_url, opensearch_keep=keep)) as connection:
        from ..engines.opensearch.operations import clean_up

        removed = clean_up(connection)
        listed = ", ".join(removed) or "none"
        echo(f"{connection.place} is clean; versions removed: {listed}.")


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
@opensearch_option
def snapshot_command(
    name: str | None,
    repository: str,
    location: str | None,
    listing: bool,
    opensearch_url: str | None,
) -> None:
    """Keep the version in use as a snapshot NAME (default: with date and time)."""
    with _connected(_chosen(opensearch_url)) as connection:
        from ..engines.opensearch.snapshots import list_snapshots, take_snapshot

        if listing:
            for each in list_snapshots(connection, repository):
                echo(f"{each.name}  {each.taken_at}  {each.index}  {each.state}")
            return
        taken = take_snapshot(connection, repository, name=name, location=location)
        echo(f"The snapshot {taken.name} holds {taken.index}.")


@cluster_command.command("restore")
@click.argument("name")
@click.option(
    "--repository", default="duansou", show_default=True, metavar="NAME", help="Its repository."
)
@opensearch_option
def restore_command(name: str, repository: str, opensearch_url: str | None) -> None:
    """Bring the snapshot NAME back as a new version, which readers then use."""
    with _connected(_chosen(opensearch_url)) as connection:
        from ..engines.opensearch.snapshots import restore_snapshot

        state = restore_snapshot(connection, repository, name)
        echo(
            f"{connection.place} is the snapshot {name} now: {state.documents} documents with "
            f"{state.passages} passages, committed {state.committed_at}."
        )
