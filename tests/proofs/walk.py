"""``python -m proofs.walk``: every address and command with whatever they can be given."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from attacks import as_answers, as_requests, documents, harm_in
from proofs.page import Proof
from search.documents.document import passages_of
from unit.web.corpus import index_of
from walk import Collection, Site, command_cases, make_collections, web_cases


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.walk", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--commands", type=int, default=4_000)
    parser.add_argument("--attacks", type=int, default=10**9, help="requests with attack strings")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    checked = Proof()
    with tempfile.TemporaryDirectory() as scratch:
        for collection in make_collections(Path(scratch)):
            desk = Path(scratch, "desk", collection.name)
            for kind, walked in (
                ("requests", web_cases(collection, options.seed, options.requests // 2)),
                (
                    "commands",
                    command_cases(collection, desk, options.seed, options.commands // 2),
                ),
            ):
                for case, problem in walked:
                    name = f"{kind} on the {collection.name} collection"
                    checked.note(name, problem and f"{problem!r}: {case!a}")
        for name, problem in _attacks(options.attacks):
            checked.note(name, problem)
    return checked.write(
        "Walk",
        "A case is one request to a route of the page or the API, or one command, with parameters, "
        "filters, exclusions and switches by themselves and in pairs: values that mean something "
        "in the collection, and empty, unknown, repeated, huge, wrongly typed and hostile ones. "
        "Routes and parameters are read from the application's map and its OpenAPI document, "
        "commands and options from the command tree. One collection has places, records, an "
        "archive, superseded and erased passages; the other is empty.",
        "No request may be answered with 5xx or a status that is not documented; no command may "
        "end with a traceback, without a sentence where it ends with 2 or 4, or send a control "
        "character of a document to a terminal. Of 200 strings that mean harm none may become "
        "markup, a header, a formula, a file that is read or a place that is led to.",
    )


def _attacks(number: int) -> Iterator[tuple[str, str | None]]:
    """So many of the requests, and all answers, with what is wrong with each."""
    attacked = tuple(documents())
    first = next(passages_of(attacked[0]))
    ids = (first.passage_id, first.document_id)
    site = Site(Collection("attacks", Path(), Path(), (), ids), index_of(*attacked))
    client = site.app.test_client()
    shown = (("GET", address, None) for each in attacked for address in as_answers(each))
    asked = islice(as_requests(site, attacked[0]), number)
    for name, walked in (
        ("attack strings in documents, on every page and in every file", shown),
        ("attack strings in every parameter and path", asked),
    ):
        for case in walked:
            problem = harm_in(client, *case)
            yield name, problem and f"{problem}: {case!a}"


if __name__ == "__main__":
    sys.exit(main())
