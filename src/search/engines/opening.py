"""How is an index opened, for reading and for writing, whatever its engine? The settings decide.

An engine is imported when it is asked for: nobody who has a folder needs the client of a cluster.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Container, Iterator
from typing import TYPE_CHECKING

from ..analysis.words import Analyzer
from ..config import Settings
from ..errors import UsageError
from ..index.engine import Engine, Reader, Writer

if TYPE_CHECKING:
    from .opensearch.connection import Connection
    from .opensearch.loading import Loaded


def is_distributed(settings: Settings) -> bool:
    """Whether the index is in a cluster, not in a folder."""
    return settings.engine == "opensearch"


def place_of(settings: Settings) -> str:
    """Where the index is, for messages."""
    if is_distributed(settings):
        return f"{settings.opensearch_name} at {settings.opensearch_url}"
    return str(settings.index_dir)


def open_engine(settings: Settings, *, sharers: int = 1, sound_only: bool = False) -> Engine:
    """Open the index for reading; ``sound_only`` passes over damaged segments, to mend them.

    ``sharers`` processes have the memory together that the settings allow for what is remembered.
    Raises IndexMissingError, IndexBrokenError, IndexTooNewError or IndexTooOldError; of a cluster
    also IndexUnreachableError or IndexForbiddenError, and UsageError without its client.
    """
    if is_distributed(settings):
        with _client_needed():
            from .opensearch.connection import connect
            from .opensearch.engine import open_engine as open_distributed
        connection = connect(settings)
        try:
            return open_distributed(connection)
        except BaseException:
            connection.close()
            raise
    from .whoosh.engine import open_engine as open_embedded

    return open_embedded(
        settings.index_dir,
        cache_mb=settings.postings_cache_mb,
        sharers=sharers,
        sound_only=sound_only,
    )


def open_writer(
    settings: Settings, analyzer: Analyzer, *, passing_over: Container[str] = ()
) -> Writer:
    """Begin to change the index, which is made if missing, without some damaged segments.

    Raises IndexBusyError and what ``open_engine`` raises.
    """
    if is_distributed(settings):
        with _client_needed():
            from .opensearch.connection import connect
            from .opensearch.writer import open_writer as open_distributed
        connection = connect(settings)
        try:
            return open_distributed(connection, analyzer)
        except BaseException:
            connection.close()
            raise
    from .whoosh.writer import open_writer as open_embedded

    return open_embedded(
        settings.index_dir,
        analyzer,
        memory_mb=settings.index_memory_mb,
        passing_over=passing_over,
    )


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

    Raises as ``open_engine`` and ``open_writer``.
    """
    with contextlib.closing(open_engine(settings)) as engine:
        with engine.reader() as reader:
            analyzer = reader.analyzer
        # Only under the lock of the writer does the newest commit stay the newest.
        with open_writer(settings, analyzer) as writer, engine.reader() as reader:
            yield reader, writer


@contextlib.contextmanager
def distributed_connection(settings: Settings) -> Iterator[Connection]:
    """A connection to the cluster, closed at the end; raises as ``open_engine``."""
    with _client_needed():
        from .opensearch.connection import connect
    connection = connect(settings)
    try:
        yield connection
    finally:
        connection.close()


def load_distributed(
    settings: Settings, source: Reader, *, restart: bool, progress: Callable[[int, int], None]
) -> Loaded:
    """Copy an index into the cluster; ``progress`` is told as by ``unloading.unload``."""
    with distributed_connection(settings) as connection:
        from .opensearch.loading import load

        return load(
            connection,
            source,
            restart=restart,
            progress=lambda loading: progress(loading.passages, loading.resumed),
        )


@contextlib.contextmanager
def _client_needed() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != "opensearchpy":
            raise
        raise UsageError(
            "The engine opensearch needs the library opensearch-py: install it with pip install "
            "'duansou[opensearch]'.",
            zh="opensearch 引擎需要 opensearch-py：请用 pip install 'duansou[opensearch]' 安装。",
        ) from error
