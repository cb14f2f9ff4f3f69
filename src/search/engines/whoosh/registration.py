"""The engine ``whoosh`` as it is registered: an index in a folder, mapped into memory."""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path
from typing import TYPE_CHECKING

from ...analysis.words import Analyzer
from ...config import Settings
from ...errors import IndexBrokenError
from ...index.engine import Engine, Reader, Writer
from ...index.registry import Copied, EngineKind, Kept
from ...languages.sentences import Sentence

if TYPE_CHECKING:
    from .integrity import Damage


class Whoosh(EngineKind):
    """The embedded engine."""

    place = "index_dir"

    def place_of(self, settings: Settings) -> str:
        """The folder."""
        return str(settings.index_dir)

    def folder_of(self, settings: Settings) -> Path | None:
        """The folder."""
        return settings.index_dir

    def open_engine(
        self, settings: Settings, *, sharers: int = 1, sound_only: bool = False
    ) -> Engine:
        """Reads the folder."""
        from .engine import open_engine

        return open_engine(
            settings.index_dir,
            cache_mb=settings.postings_cache_mb,
            sharers=sharers,
            sound_only=sound_only,
        )

    def open_writer(
        self, settings: Settings, analyzer: Analyzer, *, passing_over: Container[str] = ()
    ) -> Writer:
        """Changes the folder."""
        from .writer import open_writer

        return open_writer(
            settings.index_dir,
            analyzer,
            memory_mb=settings.index_memory_mb,
            passing_over=passing_over,
        )

    def copy(
        self,
        settings: Settings,
        source: Reader,
        *,
        restart: bool = False,
        progress: Callable[[int, int], None] = lambda done, resumed: None,
    ) -> Copied:
        """Into a folder that is not there yet."""
        from ..unloading import unload

        memory_mb = settings.index_memory_mb
        return unload(
            source, settings.index_dir, memory_mb=memory_mb, restart=restart, progress=progress
        )

    def upgrade(
        self, settings: Settings, progress: Callable[[int, int, int], None]
    ) -> Copied | None:
        """In place."""
        from ..upgrading import upgrade

        return upgrade(settings.index_dir, memory_mb=settings.index_memory_mb, progress=progress)

    def back_up(
        self, settings: Settings, target: Path, progress: Callable[[int, int], None]
    ) -> Kept:
        """File by file."""
        from .backup import back_up

        return back_up(settings.index_dir, target, progress)

    def restore(
        self,
        settings: Settings,
        source: Path,
        progress: Callable[[int, int], None],
        *,
        force: bool = False,
    ) -> Kept:
        """File by file."""
        from .backup import restore

        return restore(source, settings.index_dir, force=force, progress=progress)

    def check(self, settings: Settings, say: Callable[[str | Sentence], None]) -> None:
        """Compare every file with its checksum."""
        from .integrity import check_index, is_seen_by_whoosh

        folder = settings.index_dir
        damaged = check_index(folder)
        for damage in damaged:
            say(_said_of(damage))
        if damaged:
            mended = all(damage.can_be_mended for damage in damaged)
            raise IndexBrokenError(
                "index-files-damaged",
                folder=folder,
                count=len(damaged),
                files=tuple(damage.path.name for damage in damaged),
                how=Sentence("mended-by-index" if mended else "into-empty-folder"),
            )
        say(Sentence("index-complete", folder=folder))
        if not is_seen_by_whoosh(folder):
            say(Sentence("whoosh-table-lacking"))


def _said_of(damage: Damage) -> Sentence:
    """A line about one damaged file: where, and how many documents are concerned."""
    where = Sentence("damaged-in", sections=damage.sections) if damage.sections else ""
    concerned = Sentence("damaged-documents", count=damage.documents) if damage.documents else ""
    lost = Sentence("damaged-unreadable", count=damage.unreadable) if damage.unreadable else ""
    return Sentence(
        "file-damaged", file=damage.path.name, where=where, concerned=concerned, lost=lost
    )


ENGINE = Whoosh()
