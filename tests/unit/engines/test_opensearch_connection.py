"""How OpenSearch is reached: addresses, settings, what its failures mean, which versions stay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from opensearchpy import exceptions as client_errors

from search.cli import main
from search.config import SETTINGS, load_settings
from search.engines.opensearch.connection import (
    _require_supported,
    is_passing,
    parse_addresses,
    translation,
)
from search.engines.opensearch.registration import ENGINE
from search.engines.opensearch.state import (
    State,
    counts_chunks,
    joined_json,
    json_chunks,
    merged_counts,
    pack,
    unpack,
    visible,
)
from search.engines.opensearch.versions import Version, superfluous, version_name, version_number
from search.errors import (
    DuansouError,
    IndexBusyError,
    IndexForbiddenError,
    IndexIncompleteError,
    IndexMissingError,
    IndexStateError,
    IndexUnreachableError,
    UsageError,
)
from search.index.registry import place_of


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in (*SETTINGS, *ENGINE.settings):
        monkeypatch.delenv(f"DUANSOU_{setting.name.upper()}", raising=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://127.0.0.1:9200", ["http://127.0.0.1:9200"]),
        ("localhost", ["http://localhost:9200"]),
        ("https://a.example:443/os/, http://b:1", ["https://a.example:443/os", "http://b:1"]),
        ("http://[::1]:9200,", ["http://[::1]:9200"]),
    ],
)
def test_addresses(text: str, expected: list[str]) -> None:
    assert [str(node) for node in parse_addresses(text)] == expected


@pytest.mark.parametrize(
    "text", ["", " , ", "ftp://a", "http://", "http://a:port", "http://a/?x=1"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_addresses(text)


def test_an_address_with_a_password_is_refused_without_repeating_it() -> None:
    done = CliRunner().invoke(main, ["search", "x", "--opensearch-url", "https://me:hunter2@host"])
    assert done.exit_code == 2
    assert "DUANSOU_OPENSEARCH_PASSWORD" in done.stderr
    assert "hunter2" not in done.output


def test_the_place_that_is_named_decides_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().engine == "whoosh"
    assert load_settings(opensearch_url="http://a").engine == "opensearch"
    monkeypatch.setenv("DUANSOU_ENGINE", "opensearch")
    assert load_settings().engine == "opensearch"
    assert place_of(load_settings()) == "duansou at http://127.0.0.1:9200"
    assert load_settings(index_dir="here").engine == "whoosh"
    assert place_of(load_settings(index_dir="here")) == "here"


@pytest.mark.parametrize(
    "options",
    [
        ["--index", "x", "--engine", "opensearch"],
        ["--opensearch-url", "http://a", "--engine", "whoosh"],
        ["--index", "x", "--opensearch-url", "http://a"],
    ],
)
def test_a_place_that_the_engine_has_no_use_for_is_refused(options: list[str]) -> None:
    done = CliRunner().invoke(main, ["search", "x", *options])
    assert done.exit_code == 2
    assert "leave one of the two out" in done.stderr


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("engine", "solr"),
        ("opensearch_name", "Big"),
        ("opensearch_name", "a*"),
        ("opensearch_shards", "0"),
        ("opensearch_keep", "0"),
        ("opensearch_timeout_s", "0"),
    ],
)
def test_settings_that_cannot_be(setting: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUANSOU_ENGINE", "opensearch")
    monkeypatch.setenv(f"DUANSOU_{setting.upper()}", value)
    with pytest.raises(UsageError):
        load_settings()


def test_a_user_and_a_key_at_once_are_refused_and_no_secret_is_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DUANSOU_ENGINE", "opensearch")
    monkeypatch.setenv("DUANSOU_OPENSEARCH_API_KEY", "hunter2")
    assert "hunter2" not in repr(load_settings())
    monkeypatch.setenv("DUANSOU_OPENSEARCH_USER", "me")
    with pytest.raises(UsageError) as refused:
        load_settings()
    assert "hunter2" not in refused.value.message


@pytest.mark.parametrize(
    "about",
    [
        {"version": {"distribution": "opensearch", "number": "2.19.1"}},
        {"version": {"distribution": "opensearch", "number": "new"}},
        {"version": {"number": "9.1.0"}},
        {},
        "hello",
    ],
)
def test_a_server_that_will_not_do(about: Any) -> None:
    with pytest.raises(IndexUnreachableError, match=r"3\.0 or newer"):
        _require_supported(about, "http://a:9200")


def test_a_server_that_will_do() -> None:
    about = {"version": {"distribution": "opensearch", "number": "3.0.0-beta1"}}
    assert _require_supported(about, "http://a:9200") == "3.0.0-beta1"


def said(kind: str) -> dict[str, Any]:
    return {"error": {"type": kind, "reason": "because\n of it", "root_cause": []}}


@pytest.mark.parametrize(
    ("error", "expected", "passing"),
    [
        (client_errors.ConnectionError("N/A", "", OSError()), IndexUnreachableError, True),
        (client_errors.ConnectionTimeout("TIMEOUT", "", OSError()), IndexUnreachableError, True),
        (client_errors.SSLError("N/A", "", OSError()), IndexUnreachableError, False),
        (client_errors.AuthenticationException(401, "", {}), IndexForbiddenError, False),
        (
            client_errors.AuthorizationException(403, "", said("security_exception")),
            IndexForbiddenError,
            False,
        ),
        (
            client_errors.TransportError(429, "", said("cluster_block_exception")),
            IndexStateError,
            True,
        ),
        (client_errors.TransportError(429, "", said("rejected")), IndexUnreachableError, True),
        (
            client_errors.NotFoundError(404, "", said("index_not_found_exception")),
            IndexMissingError,
            False,
        ),
        (client_errors.ConflictError(409, "", said("conflict")), IndexBusyError, False),
        (
            client_errors.TransportError(503, "", said("no_shard_available")),
            IndexIncompleteError,
            True,
        ),
        (
            client_errors.TransportError(500, "", said("node_not_connected_exception")),
            IndexIncompleteError,
            True,
        ),
        (client_errors.RequestError(400, "", said("parsing_exception")), IndexStateError, False),
        (client_errors.RequestError(400, "", None), IndexStateError, False),
        (client_errors.SerializationError("x"), IndexStateError, False),
    ],
)
def test_what_a_failure_means(
    error: Exception, expected: type[DuansouError], passing: bool
) -> None:
    ours = translation(error, "duansou at http://a:9200", "http://a:9200")
    assert type(ours) is expected
    assert is_passing(error) is passing
    assert "\n" not in ours.message
    assert "http://a:9200" in ours.message
    assert ours.sentence.said("zh") != ours.message


def test_the_newest_versions_stay_beside_the_current_one() -> None:
    state = State(generation=1, analyzer_digest="x")
    finished = [Version(version_name("n", number), number == 4, state) for number in (1, 2, 4, 5)]
    half = [Version(version_name("n", number), False, None) for number in (3, 6)]
    versions = sorted([*finished, *half], key=lambda version: version.number)
    assert superfluous(versions, 1) == [version_name("n", n) for n in (1, 2, 3, 5)]
    assert superfluous(versions, 2) == [version_name("n", n) for n in (1, 2, 3)]
    assert superfluous(versions, 9) == [version_name("n", 3)]
    assert superfluous([replace(v, is_current=False) for v in versions], 1) == []


def test_only_versions_have_a_number() -> None:
    assert version_number("duansou-v000012") == 12
    assert version_number("duansou-control") is None
    assert version_number("duansou-v12") is None


def test_chunks_give_back_what_they_were_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.opensearch.state.CHUNK_CHARS", 7)
    value = {"段": ["搜", None, 1.5, "\ud800"], "长": "x" * 100}
    chunks = json_chunks(value)
    assert len(chunks) > 10
    assert joined_json(chunks) == value
    assert unpack(pack([1, "二"])) == [1, "二"]
    for damaged in ("", "段", "AAAA", pack([1])[:-4]):
        with pytest.raises(ValueError, match=r"\w"):
            unpack(damaged)


def test_counts_add_up_over_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.opensearch.state._COUNTS_IN_CHUNK", 2)
    runs = [
        list(counts_chunks([("a", 1), ("b", 2), ("c", 1)])),
        list(counts_chunks([("b", -2), ("c", 4)])),
    ]
    assert [len(run) for run in runs] == [2, 1]
    assert list(merged_counts(runs)) == [("a", 1), ("c", 5)]


def test_a_void_generation_is_never_used_nor_seen() -> None:
    state = State(generation=3, analyzer_digest="x", dead=("d",))
    voided = state.voiding(4)
    assert (state.next_generation, voided.next_generation) == (4, 5)
    assert {"terms": {"born": [4]}} in visible(voided)["bool"]["must_not"]
    many = state
    for generation in range(4, 300):
        many = many.voiding(generation)
    assert len(many.voided) == 64
    assert many.next_generation == 300
