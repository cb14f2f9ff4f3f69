"""Options and output that several commands share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from ..config import load_settings
from ..facets.topic import Taxonomy
from ..request import SearchRequest

__all__ = [
    "chosen_request",
    "facet_options",
    "filter_options",
    "index_folder",
    "index_option",
    "json_option",
    "print_json",
    "taxonomy",
]

T = TypeVar("T", bound=Callable[..., Any])

_UNDECODED = re.compile("[\ud800-\udfff]")


def index_option(command: T) -> T:
    """The option --index, which every command takes."""
    return click.option(
        "--index",
        "index_dir",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Folder of the index (default: index/, or DUANSOU_INDEX_DIR).",
    )(command)


def json_option(command: T) -> T:
    """The option --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


_FACETS = (
    click.option(
        "--city", multiple=True, metavar="NAME", help="Place by name or path; repeatable."
    ),
    click.option("--year", multiple=True, metavar="YEAR", help="2017 or 2017..2021; repeatable."),
    click.option("--topic", multiple=True, metavar="TOPIC", help="Topic; repeatable."),
    click.option("--source", multiple=True, metavar="NAME", help="Outlet; repeatable."),
    click.option(
        "--place", multiple=True, metavar="NAME", help="Place the passage itself names; repeatable."
    ),
    click.option(
        "--named-year", multiple=True, metavar="YEAR", help="Year the passage names; repeatable."
    ),
)
_LEFT_OUT = (
    click.option("--not-city", multiple=True, metavar="NAME", help="Leave this place out."),
    click.option("--not-year", multiple=True, metavar="YEAR", help="Leave these years out."),
    click.option("--not-topic", multiple=True, metavar="TOPIC", help="Leave this topic out."),
    click.option("--not-source", multiple=True, metavar="NAME", help="Leave this outlet out."),
    click.option(
        "--not-place", multiple=True, metavar="NAME", help="Leave out passages naming this place."
    ),
    click.option(
        "--not-named-year", multiple=True, metavar="YEAR", help="Leave out passages naming a year."
    ),
)
_WORDS = (
    click.option("--any", "any_term", is_flag=True, help="Any of the words is enough."),
    click.option(
        "--also",
        metavar="KINDS",
        default="",
        help="Other writings that count: script, variants, numbers, years, places, synonyms, with "
        "commas between, or all.",
    ),
)


def facet_options(command: T) -> T:
    """The options that choose values of facets, and that leave some out."""
    for option in reversed((*_FACETS, *_LEFT_OUT)):
        command = option(command)
    return command


def filter_options(command: T) -> T:
    """The options that say what counts: the facets, --any and --also (see ``chosen_request``)."""
    for option in reversed(_WORDS):
        command = option(command)
    return facet_options(command)


def chosen_request(query: str, *, any_term: bool, also: str, **facets: Any) -> SearchRequest:
    """The search of a query with what ``filter_options`` gave. Raises UsageError."""
    request = SearchRequest.from_params([("also", also)])
    # What the terminal sent in no encoding that is known can be in no passage either.
    query = _UNDECODED.sub("\ufffd", query)
    return replace(request, query=query, any_term=any_term, **facets)


def index_folder(index_dir: Path | None) -> Path:
    """The folder of the index: the option, else the environment, else ``index/``."""
    return load_settings(index_dir=index_dir).index_dir


def print_json(value: Any) -> None:
    """A JSON value, indented, Chinese as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def taxonomy(chosen: Path | None, recorded: str | None) -> Taxonomy:
    """The taxonomy named now, else the one recorded in the index, else the shipped one."""
    if chosen is not None:
        return Taxonomy.load() if str(chosen) == "built-in" else Taxonomy.load(chosen)
    return Taxonomy.parse(recorded, "the taxonomy in the index") if recorded else Taxonomy.load()
