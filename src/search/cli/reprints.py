"""The command that links reprints: reprints."""

from __future__ import annotations

import click
from tqdm import tqdm

from ..engines.opening import changing
from ..index.reprints import link_reprints
from .options import Where, index_option, json_option
from .terminal import echo, print_json


@click.command("reprints")
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
@json_option
@index_option
def reprints_command(quiet: bool, as_json: bool, where: Where) -> None:
    """Link passages of different documents that are the same or nearly the same.

    Searches can then show each text once (search --collapse, or the switch on the page). Run it
    again after indexing; links between passages that are still there hold until then.
    """
    settings = where.settings()
    with changing(settings) as (reader, writer):
        total = reader.stats().passages
        silent = quiet or as_json
        with tqdm(total=total, unit="passage", desc="comparing", disable=silent or None) as bar:
            reprints = link_reprints(reader.passages(), lambda done: bar.update(done - bar.n))
        writer.commit(reprints.changed_in(reader.manifest()))
    if as_json:
        print_json(
            {
                "compared": reprints.compared,
                "groups": [list(group) for group in reprints.groups],
                "linked": reprints.linked,
            }
        )
    elif not quiet:
        echo(
            f"{reprints.compared} passages compared: {reprints.linked} of them are "
            f"{len(reprints.groups)} texts that stand in several documents."
        )
