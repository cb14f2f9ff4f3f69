"""Options and output that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .. import opened
from ..config import Settings, load_settings
from ..documents.facets import BY_NAME
from ..index.registry import EngineOption, engine_kinds
from ..query.request import CHOICES, NOT, SearchRequest
from ..searching.index import Index
from .terminal import phrase, say

if TYPE_CHECKING:
    from ..facets.topic import Taxonomy

T = TypeVar("T", bound=Callable[..., Any])

_ALONE = 10
"""On the command line nobody else waits, so a search may take so many times as long."""

_OF_ENGINE = "duansou.of_engine"
_PLACE_NAMES = {"index_dir", "engine"}

_UNDECODED = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Where:
    """Where the index is, as far as the command line says; None leaves it to the environment.

    ``of_engine`` are settings of an engine that were given as options.
    """

    index_dir: Path | None = None
    engine: str | None = None
    of_engine: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_named(self) -> bool:
        """Whether the command line says anything of it."""
        return self != Where()

    def settings(self, **others: Any) -> Settings:
        """The settings with this in them. Raises UsageError."""
        return load_settings(
            index_dir=self.index_dir, engine=self.engine, **self.of_engine, **others
        )

    def open(self) -> Index:
        """The index; raises what ``search.open_index`` raises. Where it is empty, that is said: it
        is why nothing is found.
        """
        settings = self.settings()
        alone_ms = settings.query_budget_ms * _ALONE
        index = opened(replace(settings, query_budget_ms=alone_ms))
        if not index.stats().documents:
            say(phrase("index-empty"))
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
        metavar="NAME",
        help="Engine of the index: whoosh (in a folder, the default) or another that is installed; "
        "also DUANSOU_ENGINE.",
    ),
)


def index_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options --index and --engine, which the command gets as ``where``.

    Those by which an engine is told where its index is come to them with ``add_engine_options``.
    """

    @wraps(command)
    def with_where(*args: Any, index_dir: Path | None, engine: str | None, **others: Any) -> Any:
        return command(*args, where=Where(index_dir, engine, chosen_of_engine()), **others)

    for option in reversed(_PLACE):
        with_where = option(with_where)
    return with_where


def add_engine_options(command: click.Command) -> None:
    """Give a command the options that engines have for it."""
    there = {flag for parameter in command.params for flag in parameter.opts}
    asks_an_index = {parameter.name for parameter in command.params} >= _PLACE_NAMES
    for kind in engine_kinds().values():
        for option in kind.options:
            fits = command.name in option.commands or (asks_an_index and "" in option.commands)
            if fits and option.flag not in there:
                command.params.append(engine_option(option))


def engine_option(option: EngineOption) -> click.Option:
    """An option for a setting of an engine; what was chosen gives ``chosen_of_engine``."""

    def remember(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            context.meta.setdefault(_OF_ENGINE, {})[option.setting] = value

    return click.Option(
        [option.flag],
        metavar=option.metavar,
        help=option.help,
        expose_value=False,
        callback=remember,
    )


def chosen_of_engine() -> dict[str, Any]:
    """The settings of engines that options of the present command gave."""
    chosen: dict[str, Any] = click.get_current_context().meta.get(_OF_ENGINE, {})
    return chosen


def add_color_option(command: click.Command) -> None:
    """Give a command the option --color, which counts for all that it writes."""

    def choose(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            context.color = {"auto": None, "always": True, "never": False}[value]

    if not any("--color" in parameter.opts for parameter in command.params):
        option = click.Option(
            ["--color"],
            type=click.Choice(["auto", "always", "never"]),
            help="Colours: on a terminal (auto) unless NO_COLOR is set, always, or never.",
            expose_value=False,
            is_eager=True,
            callback=choose,
        )
        command.params.append(option)


def json_option(command: T) -> T:
    """The option --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


_WORDS = (
    click.option("--any", "any_term", is_flag=True, help="Any of the words is enough."),
    click.option(
        "--also",
        metavar="KINDS",
        default="",
        help="Other writings that count: script, variants, numbers, years, places, synonyms, "
        "everyday, with commas between, or all.",
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


def style_option(said: str = "Of text, markdown and html.") -> Callable[[T], T]:
    """The option --style; ``said`` is its help."""
    from ..citing.styles import DEFAULT_STYLE, STYLES

    return click.option(
        "--style",
        type=click.Choice(list(STYLES)),
        default=DEFAULT_STYLE,
        show_default=True,
        help=said,
    )


def record_option(command: T) -> T:
    """The option --record of ``search``."""
    return click.option(
        "--record",
        "record_to",
        metavar="FILE",
        help="Write a record of the search: JSON, or text where FILE ends in .txt; - prints the "
        "JSON in place of the results.",
    )(command)


def taxonomy(chosen: Path | None, recorded: str | None) -> Taxonomy:
    """The taxonomy named now, else the one recorded in the index, else the shipped one."""
    from ..facets.topic import Taxonomy

    if chosen is not None:
        return Taxonomy.load() if str(chosen) == "built-in" else Taxonomy.load(chosen)
    return Taxonomy.parse(recorded, "the taxonomy in the index") if recorded else Taxonomy.load()
