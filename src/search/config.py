"""Settings: each declared once, with unit, default and help; those of an engine by the engine.

The environment is read here and nowhere else: ``DUANSOU_`` and the name in capitals. So is what is
installed: engines are entry points of the group ``duansou.engines``.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import UsageError
from .languages.sentences import ENGLISH, language_of

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

DEFAULT_ENGINE = "whoosh"
TOC_NAME = "duansou.toc"
LOCK_NAME = "duansou-writer.lock"
"""A folder that has either is an index, made or being made."""
RECOGNISED_NAME = "recognised"
"""The folder in it of texts that were recognised on scans."""

SEGMENTERS = ("jieba", "rjieba")
"""They give the same words; the second is compiled, and has no wheels for rare machines."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Name (its unit at the end), default, one line of help, and the least of a number."""

    name: str
    default: int | str
    help: str
    least: int = 0


SETTINGS = (
    Setting(
        "engine",
        DEFAULT_ENGINE,
        "engine of the index: whoosh (in a folder) or another that is installed",
    ),
    Setting("index_dir", "index", "folder of the index, for the engine whoosh"),
    Setting("host", "127.0.0.1", "address the page is served on"),
    Setting("port", 8765, "port the page is served on"),
    Setting(
        "processes",
        0,
        "processes that serve the page; 0 for one for each core, at most 4, and 1 on macOS",
    ),
    Setting("threads", 8, "requests that each process serves at the same time"),
    Setting("connections", 1000, "connections that each process keeps open at the same time"),
    Setting(
        "connection_timeout_s",
        30,
        "seconds that a connection may be silent, take to ask, or not take its answer",
    ),
    Setting(
        "waiting",
        16,
        "requests of each process that wait for a thread, at least 1; further get 503",
    ),
    Setting("exports", 2, "exports that each process writes at the same time; further get 503"),
    Setting(
        "rate_limit",
        1200,
        "requests a minute that each process answers to one address other than this computer's; "
        "0 for any",
    ),
    Setting("draft_limit_mb", 2, "largest draft whose quotations are checked, in megabytes"),
    Setting("page_size", 10, "passages on one page of results", least=1),
    Setting("page_size_limit", 100, "largest page of results an address may ask for"),
    Setting("query_limit_chars", 2_000, "longest query, in characters", least=1),
    Setting(
        "query_budget_ms",
        800,
        "milliseconds of one processor that a request may take; then it is partial, 0 for no limit",
    ),
    Setting("kwic_limit", 50_000, "most occurrences that a concordance lists and sorts"),
    Setting("export_limit", 100_000, "most passages that one export of a search may have"),
    Setting(
        "public_url",
        "",
        "address at which readers reach the page, such as https://example.org/duansou: the page "
        "answers below its path, and links that are taken away begin with it",
    ),
    Setting("hosts", "", "further names that the page answers to, apart by commas; * for any"),
    Setting(
        "proxies",
        "",
        "addresses or networks of the proxies whose X-Forwarded headers count, apart by commas",
    ),
    Setting(
        "access",
        "local",
        "who may read: local (this computer), open (who reaches the page), token or proxy",
    ),
    Setting("access_token_file", "", "file with the token that readers show, with access token"),
    Setting(
        "access_header",
        "",
        "header in which a proxy of DUANSOU_PROXIES names the reader, with access proxy",
    ),
    Setting("metrics", 0, "1 for counts and times at /metrics, as Prometheus reads them"),
    Setting("log", "", "json for a line of JSON for each request; empty for none"),
    Setting("log_queries", 1, "whether these lines say what was asked and read, 0 for not"),
    Setting("slow_ms", 1000, "milliseconds from which such a line has the stages and the plan"),
    Setting("filter_limit", 50, "most choices in one facet of one search"),
    Setting("file_limit_mb", 100, "largest file that is read, in megabytes"),
    Setting(
        "watch_rest_ms",
        2000,
        "milliseconds without a change after which a watched folder is read",
    ),
    Setting("read_timeout_s", 60, "longest time that one document may take to read, in seconds"),
    Setting(
        "read_memory_mb", 1024, "most memory that the reading processes take together, in megabytes"
    ),
    Setting("read_processes", 2, "processes that read documents at the same time"),
    Setting(
        "record_fields",
        "",
        "names of the fields in .jsonl and .csv records, such as title=标题,text=正文",
    ),
    Setting("segmenter", "", "what segments: jieba or rjieba; empty for rjieba where it is there"),
    Setting("postings_cache_mb", 320, "most memory for decoded postings, in megabytes"),
    Setting("index_memory_mb", 512, "memory that indexing takes, about, in megabytes"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force; the fields are those of ``SETTINGS``, then those of the engine.

    These may be secrets, and are not printed.
    """

    engine: str
    index_dir: Path
    host: str
    port: int
    processes: int
    threads: int
    connections: int
    connection_timeout_s: int
    waiting: int
    exports: int
    rate_limit: int
    draft_limit_mb: int
    page_size: int
    page_size_limit: int
    query_limit_chars: int
    query_budget_ms: int
    kwic_limit: int
    export_limit: int
    public_url: str
    hosts: str
    proxies: str
    access: str
    access_token_file: str
    access_header: str
    metrics: int
    log: str
    log_queries: int
    slow_ms: int
    filter_limit: int
    file_limit_mb: int
    watch_rest_ms: int
    read_timeout_s: int
    read_memory_mb: int
    read_processes: int
    record_fields: str
    segmenter: str
    postings_cache_mb: int
    index_memory_mb: int
    of_engine: Mapping[str, Any] = field(repr=False)


def load_settings(**overrides: Any) -> Settings:
    """Defaults, then the environment, then ``overrides`` that are not None.

    Where the place of an index is among the overrides and no engine is, it is the engine that has
    such a place. Raises UsageError for an unknown engine, a value that is not of the setting's
    kind, an unknown override, or a place that the engine has no use for.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    values: dict[str, Any] = {setting.name: _value(setting, given) for setting in SETTINGS}
    values["engine"] = name = _engine_of(given) or values["engine"]
    engine = registered_engine(name)
    unknown = given.keys() - values.keys() - {setting.name for setting in engine.settings}
    if unknown:
        raise UsageError("setting-unknown", setting=min(unknown), engine=name)
    if values["segmenter"] not in ("", *SEGMENTERS):
        raise UsageError("segmenter-unknown", name=values["segmenter"])
    address = str(values["public_url"]).rstrip("/")
    if address and not re.fullmatch(r"https?://[^\s/?#]+(?:/[^\s?#]*)?", address):
        raise UsageError("public-url-unusable", address=address)
    values["public_url"] = address
    values["index_dir"] = Path(values["index_dir"])
    of_engine = {setting.name: _value(setting, given) for setting in engine.settings}
    engine.check_settings(of_engine)
    return Settings(**values, of_engine=of_engine)


def registered_engine(name: str) -> Any:
    """What is registered under a name, an ``EngineKind``. Raises UsageError where nothing is."""
    if name == DEFAULT_ENGINE:
        # It is part of the package; to look through all that is installed takes 30 ms.
        return import_module("search.engines.whoosh.registration").ENGINE
    points = _entry_points()
    if name not in points:
        raise UsageError("engine-unknown", name=name, engines=tuple(points))
    try:
        return points[name].load()
    except (ImportError, AttributeError) as error:
        raise UsageError("engine-unloadable", name=name, error=str(error)) from error


def registered_engines() -> dict[str, Any]:
    """Whatever is registered and can be loaded, by its name, in the order of names."""
    engines = {}
    for name in _entry_points():
        with contextlib.suppress(UsageError):
            engines[name] = registered_engine(name)
    return engines


def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    points = entry_points(group="duansou.engines")
    return {point.name: point for point in sorted(points, key=lambda point: point.name)}


def _value(setting: Setting, given: Mapping[str, Any]) -> Any:
    value: Any = given.get(setting.name)
    origin = setting.name
    if value is None:
        origin = f"DUANSOU_{setting.name.upper()}"
        value = os.environ.get(origin, setting.default)
    if isinstance(setting.default, int):
        try:
            value = int(value)
        except (TypeError, ValueError):
            raise UsageError(
                "setting-no-number", origin=origin, value=value, help=setting.help
            ) from None
        if value < 0:
            raise UsageError("setting-negative", origin=origin, value=value, help=setting.help)
        if value < setting.least:
            raise UsageError("setting-too-small", origin=origin, least=setting.least)
    return value


def terminal_language() -> str:
    """The language of the terminal: as set, else as the system has it, if there is a catalogue.

    Read without the other settings, as it is needed to say that one of them is wrong.
    """
    for name in ("DUANSOU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if tag := os.environ.get(name):
            return language_of(tag) or ENGLISH
    return ENGLISH


def terminal_color() -> bool | None:
    """Whether a terminal gets colours: not with NO_COLOR (no-color.org); None where it decides."""
    return False if os.environ.get("NO_COLOR") else None


def pager() -> str:
    """The program that long answers are read with, empty for none.

    less ends by itself where one screen is enough, shows colours, and leaves the text standing;
    with LESS its reader says otherwise.
    """
    os.environ.setdefault("LESS", "FRX")
    return os.environ.get("PAGER", "less").strip()


def shell() -> str:
    """The name of the shell in use, empty where it is not known."""
    return Path(os.environ.get("SHELL", "")).name


def _engine_of(given: Mapping[str, Any]) -> str | None:
    """The engine that overrides name, or that their place belongs to."""
    name: str | None = given.get("engine")
    known = {setting.name for setting in SETTINGS}
    engines = {named: registered_engine(named) for named in (DEFAULT_ENGINE, name) if named}
    if not given.keys() <= known:
        engines |= registered_engines()
    placed = [named for named, engine in engines.items() if engine.place in given]
    chosen = name or next(iter(placed), None)
    for other in placed:
        if other != chosen:
            raise UsageError(
                "index-place-ambiguous", place=engines[other].place, other=other, engine=chosen
            )
    return chosen
