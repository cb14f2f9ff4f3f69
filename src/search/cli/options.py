"""Options and output that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..config import load_settings
from ..facets.topic import Taxonomy

__all__ = ["index_folder", "index_option", "json_option", "print_json", "taxonomy"]

T = TypeVar("T", bound=Callable[..., Any])


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
