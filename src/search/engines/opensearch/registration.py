"""The engine ``opensearch`` as it is registered: its settings, its options, its doors."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ...analysis.words import Analyzer
from ...config import Setting, Settings
from ...errors import IndexBrokenError, UsageError
from ...index.engine import Engine, Reader, Writer
from ...index.registry import Copied, EngineKind, EngineOption
from ...languages.sentences import Sentence

if TYPE_CHECKING:
    from .connection import Connection

T = TypeVar("T")

URL_OPTION = EngineOption(
    "--opensearch-url",
    "opensearch_url",
    "URL",
    "Addresses of the cluster, with commas between (default: http://127.0.0.1:9200, or "
    "DUANSOU_OPENSEARCH_URL).",
    commands=("", "migrate"),
)


class OpenSearch(EngineKind):
    """The distributed engine."""

    place = "opensearch_url"
    settings = (
        Setting(
            "opensearch_url",
            "http://127.0.0.1:9200",
            "addresses of OpenSearch nodes, with commas between",
        ),
        Setting("opensearch_name", "duansou", "name of the index in OpenSearch"),
        Setting("opensearch_user", "", "user name for OpenSearch"),
        Setting("opensearch_password", "", "password for OpenSearch"),
        Setting(
            "opensearch_api_key", "", "API key for OpenSearch, instead of a user and a password"
        ),
        Setting(
            "opensearch_ca_file", "", "file of the certificates that OpenSearch's is signed with"
        ),
        Setting(
            "opensearch_verify", 1, "whether the certificate of OpenSearch is verified, 0 for no"
        ),
        Setting(
            "opensearch_shards", 1, "shards of a new version of the index in OpenSearch", least=1
        ),
        Setting("opensearch_replicas", 1, "further copies of each shard in OpenSearch"),
        Setting("opensearch_keep", 2, "versions of the index in OpenSearch that are kept", least=1),
        Setting(
            "opensearch_timeout_s",
            30,
            "longest wait for an answer of OpenSearch, in seconds",
            least=1,
        ),
        Setting(
            "opensearch_dfs",
            1,
            "whether scores count terms over all shards of OpenSearch, 0 for each by itself",
        ),
    )
    options = (
        URL_OPTION,
        EngineOption(
            "--keep",
            "opensearch_keep",
            "N",
            "Versions in OpenSearch to keep, the new one among them (default: 2).",
            commands=("migrate",),
        ),
    )
    commands: ClassVar[Mapping[str, str]] = {
        "cluster": "search.engines.opensearch.commands:cluster_command"
    }
    after_erasing = Sentence("snapshots-hold-it")

    def check_settings(self, values: Mapping[str, Any]) -> None:
        """The name is one that an index can have."""
        name = values["opensearch_name"]
        if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,99}", name):
            raise UsageError("index-name-unusable", name=name)
        if values["opensearch_api_key"] and values["opensearch_user"]:
            raise UsageError("credentials-ambiguous")

    def place_of(self, settings: Settings) -> str:
        """Name and addresses."""
        return "{opensearch_name} at {opensearch_url}".format_map(settings.of_engine)

    def open_engine(
        self, settings: Settings, *, sharers: int = 1, sound_only: bool = False
    ) -> Engine:
        """Reads the index in the cluster, which mends itself from its copies."""
        connection = _connect(settings)
        from .engine import open_engine

        return _or_closed(connection, lambda: open_engine(connection))

    def open_writer(
        self, settings: Settings, analyzer: Analyzer, *, passing_over: Container[str] = ()
    ) -> Writer:
        """Changes the index in the cluster."""
        connection = _connect(settings)
        from .writer import open_writer

        return _or_closed(connection, lambda: open_writer(connection, analyzer))

    def copy(
        self,
        settings: Settings,
        source: Reader,
        *,
        restart: bool = False,
        progress: Callable[[int, int], None] = lambda done, resumed: None,
    ) -> Copied:
        """Into a new version."""
        with connected(settings) as connection:
            from .writer import load

            return load(connection, source, restart=restart, progress=progress)

    def check(self, settings: Settings, say: Callable[[str | Sentence], None]) -> None:
        """Nodes, disks, copies, mapping, counts, lock."""
        findings = []
        with connected(settings) as connection:
            from .operating import check

            for finding in check(connection):
                findings.append(finding)
                say(str(finding))
        if wrong := [finding.name for finding in findings if finding.verdict == "wrong"]:
            raise IndexBrokenError(
                "cluster-unsound", place=self.place_of(settings), wrong=tuple(wrong)
            )


@contextlib.contextmanager
def connected(settings: Settings) -> Iterator[Connection]:
    """A connection to the cluster, closed at the end; raises as ``registry.open_engine``."""
    with contextlib.closing(_connect(settings)) as connection:
        yield connection


def _connect(settings: Settings) -> Connection:
    try:
        from .connection import connect
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != "opensearchpy":
            raise
        raise UsageError("opensearch-library-missing") from error
    return connect(settings)


def _or_closed(connection: Connection, make: Callable[[], T]) -> T:
    """What is made with a connection, which is closed where that fails."""
    try:
        return make()
    except BaseException:
        connection.close()
        raise


ENGINE = OpenSearch()
