"""Engines by name: what each registers, and how an index is opened, whatever its engine.

An engine is an entry point of the group ``duansou.engines``, of this package or of any other that
is installed: its name is what ``DUANSOU_ENGINE`` says, its object an ``EngineKind``. What it needs
is imported when it is asked for: nobody who has a folder needs the client of a cluster.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from ..analysis.words import Analyzer
from ..config import Setting, Settings, registered_engine, registered_engines
from ..errors import IndexBusyError, UsageError
from ..languages.sentences import Sentence
from .engine import Engine, Reader, Writer


@dataclass(frozen=True, slots=True)
class EngineOption:
    """An option of the command line that gives one of the engine's settings.

    The ``commands`` that are named have it; "" are all that ask an index.
    """

    flag: str
    setting: str
    metavar: str
    help: str
    commands: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy of a whole index made; ``resumed_documents`` were there when it went on.

    ``was_there``: the same had been copied before, and nothing was done.
    """

    documents: int
    passages: int
    resumed_documents: int = 0
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that was made or restored: its commit, and what of it had to be copied.

    ``documents`` counts those that are not live any more, but not cleared away either.
    """

    generation: int
    documents: int
    files: int
    bytes: int
    copied_files: int
    copied_bytes: int


class EngineKind(ABC):
    """What is registered under the name of an engine.

    The values of ``settings`` come to it in ``Settings.of_engine``. ``place`` names the setting,
    of these or of those that all have, that says where an index is. ``commands`` are names of
    further commands, with module and object as an entry point has them. ``after_erasing`` is what
    else to know when a document was erased.
    """

    place: ClassVar[str]
    settings: ClassVar[tuple[Setting, ...]] = ()
    options: ClassVar[tuple[EngineOption, ...]] = ()
    commands: ClassVar[Mapping[str, str]] = {}
    after_erasing: ClassVar[str | Sentence] = ""

    def check_settings(self, values: Mapping[str, Any]) -> None:  # noqa: B027  # most need none
        """Raise UsageError for values of ``settings`` that cannot be, alone or together."""

    @abstractmethod
    def place_of(self, settings: Settings) -> str:
        """Where the index is, for messages."""

    def folder_of(self, settings: Settings) -> Path | None:
        """The folder of the index, where it is in one; processes then share it."""
        return None

    @abstractmethod
    def open_engine(
        self, settings: Settings, *, sharers: int = 1, sound_only: bool = False
    ) -> Engine:
        """See ``open_engine`` of this module."""

    @abstractmethod
    def open_writer(
        self, settings: Settings, analyzer: Analyzer, *, passing_over: Container[str] = ()
    ) -> Writer:
        """See ``open_writer`` of this module."""

    def copy(
        self,
        settings: Settings,
        source: Reader,
        *,
        restart: bool = False,
        progress: Callable[[int, int], None] = lambda done, resumed: None,
    ) -> Copied:
        """Copy a whole index here, with its manifest; all is seen at once, or nothing.

        ``progress`` is told the passages that are there, and how many of them were when the copy
        went on; ``restart`` begins anew. Raises what the engines raise.
        """
        documents = passages = 0
        with self.open_writer(settings, source.analyzer) as writer:
            for document in source.documents():
                writer.put(document)
                documents, passages = documents + 1, passages + document.passage_count
                progress(passages, 0)
            writer.commit(source.manifest())
        return Copied(documents, passages)

    def upgrade(
        self, settings: Settings, progress: Callable[[int, int, int], None]
    ) -> Copied | None:
        """Bring an index of an older format up to date; None where it is.

        Raises as ``open_engine``: IndexTooOldError where only an older version can.
        """
        self.open_engine(settings).close()
        return None

    def back_up(
        self, settings: Settings, target: Path, progress: Callable[[int, int], None]
    ) -> Kept:
        """Keep a copy of the newest commit in a folder; ``progress`` is told bytes, done and all.

        Raises UsageError where an index is in no folder, or ``target`` is no place for it, and
        what ``open_engine`` raises.
        """
        raise UsageError("backup-needs-folder", engine=settings.engine)

    def restore(
        self,
        settings: Settings,
        source: Path,
        progress: Callable[[int, int], None],
        *,
        force: bool = False,
    ) -> Kept:
        """Make the index of what ``back_up`` has kept; over another one with ``force`` only.

        Raises UsageError, IndexBrokenError where the copy is damaged, and IndexBusyError.
        """
        raise UsageError("backup-needs-folder", engine=settings.engine)

    def check(self, settings: Settings, say: Callable[[str | Sentence], None]) -> None:
        """Look whether the index is whole and ``say`` each thing; IndexBrokenError if not."""
        with contextlib.closing(self.open_engine(settings)) as engine, engine.reader() as reader:
            reader.verify()
        say(Sentence("index-whole", place=self.place_of(settings)))


def kind_of(settings: Settings) -> EngineKind:
    """What is registered of the engine that settings name."""
    kind: EngineKind = registered_engine(settings.engine)
    return kind


def engine_kinds() -> dict[str, EngineKind]:
    """Every engine by its name. Takes 30 ms, for which all that is installed is looked through."""
    return registered_engines()


def place_of(settings: Settings) -> str:
    """Where the index is, for messages."""
    return kind_of(settings).place_of(settings)


def open_engine(settings: Settings, *, sharers: int = 1, sound_only: bool = False) -> Engine:
    """Open the index for reading; ``sound_only`` passes over damaged segments, to mend them.

    ``sharers`` processes have the memory together that the settings allow for what is remembered.
    Raises IndexMissingError, IndexBrokenError, IndexTooNewError or IndexTooOldError; of a server
    also IndexUnreachableError or IndexForbiddenError, and UsageError without its client.
    """
    return kind_of(settings).open_engine(settings, sharers=sharers, sound_only=sound_only)


def open_writer(
    settings: Settings, analyzer: Analyzer, *, passing_over: Container[str] = ()
) -> Writer:
    """Begin to change the index, which is made if missing, without some damaged segments.

    Raises IndexBusyError and what ``open_engine`` raises.
    """
    return kind_of(settings).open_writer(settings, analyzer, passing_over=passing_over)


@contextlib.contextmanager
def reading(settings: Settings, *, sound_only: bool = False) -> Iterator[Reader]:
    """A reader of the newest commit, let go at the end; arguments and errors as ``open_engine``."""
    with (
        contextlib.closing(open_engine(settings, sound_only=sound_only)) as engine,
        engine.reader() as reader,
    ):
        yield reader


@contextlib.contextmanager
def changing(settings: Settings) -> Iterator[tuple[Reader, Writer]]:
    """A writer that keeps the dictionary, with a reader of the commit that it changes.

    Raises as ``open_engine`` and ``open_writer``, IndexBusyError also where another writer gave it
    another dictionary meanwhile.
    """
    with contextlib.closing(open_engine(settings)) as engine:
        with engine.reader() as reader:
            analyzer = reader.analyzer
        # Only under the lock of the writer does the newest commit stay the newest.
        with open_writer(settings, analyzer) as writer, engine.reader() as reader:
            if reader.analyzer.digest != analyzer.digest:
                raise IndexBusyError("index-changed", place=place_of(settings))
            yield reader, writer
