"""Which settings are there? Each declared once, with unit, default and help.

The environment is read here and nowhere else: ``DUANSOU_`` and the name in capitals.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from .errors import UsageError

__all__ = ["SETTINGS", "Setting", "Settings", "load_settings"]


@dataclass(frozen=True, slots=True)
class Setting:
    """Name (its unit at the end), default and one line of help."""

    name: str
    default: int | str
    help: str


SETTINGS = (
    Setting("index_dir", "index", "folder of the index"),
    Setting("host", "127.0.0.1", "address the page is served on"),
    Setting("port", 8765, "port the page is served on"),
    Setting("threads", 8, "requests served at the same time"),
    Setting("page_size", 10, "passages on one page of results"),
    Setting("page_size_limit", 100, "largest page of results an address may ask for"),
    Setting("query_limit_chars", 2_000, "longest query, in characters"),
    Setting(
        "query_budget_ms",
        5000,
        "milliseconds after which a search returns what it has found, 0 for no limit",
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
    Setting("read_memory_mb", 1024, "most memory that reading one document may take, in megabytes"),
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
    """The settings in force; the fields are those of ``SETTINGS``."""

    index_dir: Path
    host: str
    port: int
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

    Raises UsageError for a value that is not of the setting's kind or an unknown override.
    """
    unknown = overrides.keys() - {f.name for f in fields(Settings)}
    if unknown:
        raise UsageError(f"There is no setting called {sorted(unknown)[0]}.")
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
    return Settings(**values)
