"""The command that checks a proof file: verify."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..citing.proof.files import LIMIT_BYTES, read_proof
from ..citing.proof.verifying import Verification, verify, verify_in
from ..errors import InputError
from .options import Where, index_option, json_option
from .terminal import echo, print_json, secho

EXIT_NOT_PROVEN = 1


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@json_option
@index_option
def verify_command(file: Path, as_json: bool, where: Where) -> None:
    """Check a proof file: that its wording is the one its passage id names.

    FILE is what 凭据文件 on the page of a passage gives, or duansou show ID --proof; - is stdin. No
    index is needed: the hashes, the passage id and the quotation are computed again. With --index
    or --engine, the index says whether it has the wording, superseded it and when, was told to
    forget it, or never had it. Exit codes: 0 proven, 1 not, 2 the file cannot be used.
    """
    proof = read_proof(_bytes_of(file), "stdin" if str(file) == "-" else str(file))
    if not where.is_named:
        found = verify(proof)
    else:
        with where.open() as index:
            found = verify_in(proof, index)
    if as_json:
        print_json(found.to_json())
    else:
        _print(found)
    if not found.is_proven:
        sys.exit(EXIT_NOT_PROVEN)


def _bytes_of(file: Path) -> bytes:
    """At most one byte more than is allowed, so that nothing endless is read."""
    if str(file) == "-":
        return sys.stdin.buffer.read(LIMIT_BYTES + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(LIMIT_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"The proof file {file} cannot be read ({error.strerror}): check its name."
        ) from error


def _print(found: Verification) -> None:
    for reason in found.reasons:
        secho(f"Not proven: {reason}.", fg="red")
    if found.difference is not None:
        where = found.difference
        stated, there = where.stated or "the end", where.found or "the end"
        echo(f"First difference at character {where.at}: file {stated!r}, source {there!r}.")
    if found.is_proven:
        looked = ", ".join(check.name for check in found.checks)
        secho(f"Proven: {found.passage_id} ({looked}).", fg="green")
    if found.index == "present":
        echo("The index has this wording today.")
    elif found.index == "superseded":
        echo(f"The index had this wording; it is superseded since {found.superseded_at}.")
    elif found.index is None:
        echo("No index was asked: that it was indexed, and when, only an index tells.")
    for note in found.notes:
        secho(f"Note: {note}.", fg="yellow")
