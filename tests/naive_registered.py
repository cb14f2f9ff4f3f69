"""The naive engine as somebody else would register it: indexes in memory, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from typing import Any, ClassVar

import click

from naive_engine import NaiveStore
from search.analysis.words import Analyzer
from search.config import Setting, Settings
from search.errors import UsageError
from search.index.engine import Engine, Writer
from search.index.registry import EngineKind, EngineOption

STORES: defaultdict[str, NaiveStore] = defaultdict(NaiveStore)


class Naive(EngineKind):
    """An engine that its package knows nothing of."""

    place = "naive_store"
    settings = (
        Setting("naive_store", "one", "name of the store in memory"),
        Setting("naive_copies", 1, "copies of it"),
    )
    options = (EngineOption("--naive-store", "naive_store", "NAME", "Store.", ("", "migrate")),)
    commands: ClassVar[Mapping[str, str]] = {"forgetful": "naive_registered:forgetful_command"}
    after_erasing = "nothing in memory lasts"

    def check_settings(self, values: Mapping[str, Any]) -> None:
        if values["naive_copies"] != 1:
            raise UsageError("The engine naive has one copy.")

    def place_of(self, settings: Settings) -> str:
        return f"memory {settings.of_engine['naive_store']}"

    def open_engine(
        self, settings: Settings, *, sharers: int = 1, sound_only: bool = False
    ) -> Engine:
        return STORES[settings.of_engine["naive_store"]].engine()

    def open_writer(
        self, settings: Settings, analyzer: Analyzer, *, passing_over: Container[str] = ()
    ) -> Writer:
        return STORES[settings.of_engine["naive_store"]].writer()


@click.command("forgetful")
def forgetful_command() -> None:
    """Forget every store."""
    STORES.clear()
    click.echo("All is forgotten.")


ENGINE = Naive()
