"""Which settings are there? Each declared once, with unit, default and help.

The environment is read here and nowhere else: ``DUANSOU_`` and the name in capitals.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .errors import UsageError

ENGINES = ("whoosh", "opensearch")
"""The first has its index in a folder, the second in a cluster of servers."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Name (its unit at the end), default and one line of help."""

    name: str
    default: int | str
    help: str


SETTINGS = (
    Setting("engine", "whoosh", "engine of the index: whoosh (a folder) or opensearch (a server)"),
    Setting("index_dir", "index", "folder of the index"),
    Setting(
        "opensearch_url",
        "http://127.0.0.1:9200",
        "addresses of OpenSearch nodes, with commas between",
    ),
    Setting("opensearch_name", "duansou", "name of the index in OpenSearch"),
    Setting("opensearch_user", "", "user name for OpenSearch"),
    Setting("opensearch_password", "", "password for OpenSearch"),
    Setting("opensearch_api_key", "", "API key for OpenSearch, instead of a user and a password"),
    Setting("opensearch_ca_file", "", "file of the certificates that OpenSearch's is signed with"),
    Setting("opensearch_verify", 1, "whether the certificate of OpenSearch is verified, 0 for no"),
    Setting("opensearch_shards", 1, "shards of a new version of the index in OpenSearch"),
    Setting("opensearch_replicas", 1, "further copies of each shard in OpenSearch"),
    Setting("opensearch_keep", 2, "versions of the index in OpenSearch that are kept"),
    Setting("opensearch_timeout_s", 30, "longest wait for an answer of OpenSearch, in seconds"),
    Setting(
        "opensearch_dfs",
        1,
        "whether scores count terms over all shards of OpenSearch, 0 for each by itself",
    ),
    Setting("host", "127.0.0.1", "address the page is served on"),
    Setting("port", 8765, "port the page is served on"),
    Setting(
        "processes",
        0,
        "processes that serve the page; 0 for one for each core, at most 4, and 1 on macOS",
    ),
    Setting("threads", 8, "requests that each process serves at the same time"),
    Setting("page_size", 10, "passages on one page of results"),
    Setting("page_size_limit", 100, "largest page of results an address may ask for"),
    Setting("query_limit_chars", 2_000, "longest query, in characters"),
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
        "address at which readers reach the page, such as https://duansou.example.org, for links "
        "in exported files",
    ),
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
    Setting("postings_cache_mb", 640, "most memory for decoded postings, in megabytes"),
    Setting("index_memory_mb", 512, "memory that indexing takes, about, in megabytes"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force; the fields are those of ``SETTINGS``. Secrets are not printed."""

    engine: str
    index_dir: Path
    opensearch_url: str
    opensearch_name: str
    opensearch_user: str
    opensearch_password: str = field(repr=False)
    opensearch_api_key: str = field(repr=False)
    opensearch_ca_file: str
    opensearch_verify: int
    opensearch_shards: int
    opensearch_replicas: int
    opensearch_keep: int
    opensearch_timeout_s: int
    opensearch_dfs: int
    host: str
    port: int
    processes: int
    threads: int
    page_size: int
    page_size_limit: int
    query_limit_chars: int
    query_budget_ms: int
    kwic_limit: int
    export_limit: int
    public_url: str
    filter_limit: int
    file_limit_mb: int
    watch_rest_ms: int
    read_timeout_s: int
    read_memory_mb: int
    read_processes: int
    record_fields: str
    postings_cache_mb: int
    index_memory_mb: int


def load_settings(**overrides: Any) -> Settings:
    """Defaults, then the environment, then ``overrides`` that are not None.

    Where a folder or the address of a server is among the overrides and no engine is, it is the
    engine that has such a place. Raises UsageError for a value that is not of the setting's kind,
    an unknown override, or a place that the engine has no use for.
    """
    unknown = overrides.keys() - {f.name for f in fields(Settings)}
    if unknown:
        raise UsageError(f"There is no setting called {sorted(unknown)[0]}.")
    overrides = {**overrides, "engine": _engine_of(overrides)}
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        value: Any = overrides.get(setting.name)
        origin = setting.name
        if value is None:
            origin = f"DUANSOU_{setting.name.upper()}"
            value = os.environ.get(origin, setting.default)
        if isinstance(setting.default, int):
            try:
                value = int(value)
            except (TypeError, ValueError):
                raise UsageError(
                    f"{origin} is {value!r}, but {setting.help} must be a whole number."
                ) from None
            if value < 0:
                raise UsageError(f"{origin} is {value}, but {setting.help} cannot be negative.")
        values[setting.name] = value
    address = str(values["public_url"]).rstrip("/")
    if address and not re.fullmatch(r"https?://[^\s/?#]+(?:/[^\s?#]*)?", address):
        raise UsageError(
            f"DUANSOU_PUBLIC_URL is {address!r}; it must begin with http:// or https:// and have "
            "no question mark."
        )
    values["public_url"] = address
    values["index_dir"] = Path(values["index_dir"])
    _check_engine(values)
    return Settings(**values)


def _engine_of(overrides: Mapping[str, Any]) -> str | None:
    """The engine that overrides name, or that their place belongs to."""
    engine: str | None = overrides.get("engine")
    places = {ENGINES[0]: overrides.get("index_dir"), ENGINES[1]: overrides.get("opensearch_url")}
    named = [name for name, place in places.items() if place is not None]
    if engine is None and len(named) == 1:
        return named[0]
    if len(named) == 2 or (engine in ENGINES and named and named != [engine]):
        raise UsageError(
            "An index is in a folder (--index, with the engine whoosh) or in OpenSearch "
            "(--opensearch-url, with the engine opensearch): leave one of the two out."
        )
    return engine


def _check_engine(values: Mapping[str, Any]) -> None:
    if values["engine"] not in ENGINES:
        raise UsageError(
            f"There is no engine {values['engine']!r}: say whoosh or opensearch (--engine, or "
            "DUANSOU_ENGINE)."
        )
    name = values["opensearch_name"]
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,99}", name):
        raise UsageError(
            f"DUANSOU_OPENSEARCH_NAME is {name!r}; it may have small letters, digits, -, _ and ., "
            "and begins with a letter or a digit."
        )
    least = {"opensearch_shards": 1, "opensearch_keep": 1, "opensearch_timeout_s": 1}
    for setting, fewest in least.items():
        if values[setting] < fewest:
            raise UsageError(f"DUANSOU_{setting.upper()} must be at least {fewest}.")
    if values["opensearch_api_key"] and values["opensearch_user"]:
        raise UsageError(
            "Both a user and an API key are set for OpenSearch: take DUANSOU_OPENSEARCH_USER or "
            "DUANSOU_OPENSEARCH_API_KEY away."
        )
