"""Options and output that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from .. import opened
from ..config import ENGINES, Settings, load_settings
from ..documents.facets import BY_NAME
from ..facets.topic import Taxonomy
from ..query.request import CHOICES, NOT, SearchRequest
from ..searching.index import Index
from .terminal import say

T = TypeVar("T", bound=Callable[..., Any])

_ALONE = 10
"""On the command line nobody else waits, so a search may take so many times as long."""

_UNDECODED = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Where:
    """Where the index is, as far as the command line says; None leaves it to the environment."""

    index_dir: Path | None = None
    engine: str | None = None
    opensearch_url: str | None = None

    @property
    def is_named(self) -> bool:
        """Whether the command line says anything of it."""
        return self != Where()

    def settings(self, **others: Any) -> Settings:
        """The settings with this in them. Raises UsageError."""
        return load_settings(
            index_dir=self.index_dir,
            engine=self.engine,
            opensearch_url=self.opensearch_url,
            **others,
        )

    def open(self) -> Index:
        """The index; raises what ``search.open_index`` raises. Where it is empty, that is said: it
        is why nothing is found.
        """
        settings = self.settings()
        alone_ms = settings.query_budget_ms * _ALONE
        index = opened(replace(settings, query_budget_ms=alone_ms))
        if not index.stats().documents:
            say("duansou: The index holds no document: read a folder with duansou index FOLDER.")
        return index


_PLACE = (
    click.option(
        "--index",
        "index_dir",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Folder of the index (default: index/, or DUANSOU_INDEX_DIR).",
    ),
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        help="Where the index is: a folder (whoosh, the default) or a cluster (opensearch); also "
        "DUANSOU_ENGINE.",
    ),
    click.option(
        "--opensearch-url",
        metavar="URL",
        help="Addresses of the cluster, with commas between (default: http://127.0.0.1:9200, or "
        "DUANSOU_OPENSEARCH_URL).",
    ),
)


def opensearch_option(command: T) -> T:
    """The option --opensearch-url alone, for commands of which it is plain where they look."""
    return _PLACE[-1](command)


def index_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options --index, --engine and --opensearch-url, which the command gets as ``where``."""

    @wraps(command)
    def with_where(
        *args: Any,
        index_dir: Path | None,
        engine: str | None,
        opensearch_url: str | None,
        **others: Any,
    ) -> Any:
        return command(*args, where=Where(index_dir, engine, opensearch_url), **others)

    for option in reversed(_PLACE):
        with_where = option(with_where)
    return with_where


def json_option(command: T) -> T:
    """The option --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


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
    for name in reversed(CHOICES):
        facet = BY_NAME[name.removeprefix(NOT)]
        said = f"{facet.about}; repeatable."
        if name != facet.name:
            said = f"Leave out what --{facet.name.replace('_', '-')} would choose; repeatable."
        option = f"--{name.replace('_', '-')}"
        metavar = "YEAR" if facet.kind == "year" else "NAME"
        command = click.option(option, multiple=True, metavar=metavar, help=said)(command)
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
    return replace(request.choosing(facets), query=query, any_term=any_term)


def taxonomy(chosen: Path | None, recorded: str | None) -> Taxonomy:
    """The taxonomy named now, else the one recorded in the index, else the shipped one."""
    if chosen is not None:
        return Taxonomy.load() if str(chosen) == "built-in" else Taxonomy.load(chosen)
    return Taxonomy.parse(recorded, "the taxonomy in the index") if recorded else Taxonomy.load()
