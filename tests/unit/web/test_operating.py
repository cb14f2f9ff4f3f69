"""What who runs the page sees: whether it is ready, its counts, one line for each request."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from search.budget import STAGES
from search.config import load_settings
from search.engines.whoosh.writer import open_writer
from search.errors import UsageError
from search.searching.index import Index
from search.web import create_app
from search.web.processes import Tally

from .corpus import ANALYZER, DATONG, GUIGANG, index_of
from .test_processes import needs_proc, paused, served

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def client_of(index: Index, **chosen: Any) -> FlaskClient:
    settings = replace(load_settings(), metrics=1, **chosen)
    return create_app(index, settings, {"TESTING": True}).test_client()


def samples(text: str) -> Samples:
    """What another reader of the format makes of it."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def one(found: Samples, name: str, **labels: str) -> float:
    return found.get((f"duansou_{name}", frozenset(labels.items())), 0)


def test_requests_stages_and_the_index_are_counted(index: Index) -> None:
    client = client_of(index)
    for _ in range(3):
        client.get("/?q=信访 OR 没有的")
    client.get("/p/x")
    client.get("/nowhere")
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    found = samples(answer.text)
    assert one(found, "requests_total", route="pages.results", status="2xx") == 3
    assert one(found, "requests_total", route="pages.passage", status="4xx") == 1
    assert one(found, "requests_total", route="none", status="4xx") == 1
    assert one(found, "request_seconds_count", route="pages.results") == 3
    assert one(found, "request_seconds_bucket", route="pages.results", le="+Inf") == 3
    for stage in STAGES:
        assert one(found, "stage_seconds_count", stage=stage) >= 3
        assert one(found, "stage_seconds_sum", stage=stage) > 0
    with index.newest() as newest:
        assert one(found, "index_passages") == newest.stats().passages
        assert one(found, "index_documents") == 3
    assert one(found, "index_segments") >= 1
    assert one(found, "index_readable") == 1
    assert one(found, "requests_open") == 1  # this one


def test_commits_are_counted_for_as_long_as_they_are_read(index: Index) -> None:
    client = client_of(index)

    def readers() -> float:
        return one(samples(client.get("/metrics", buffered=True).text), "readers")

    assert readers() == 0
    export = client.get("/export.csv", buffered=False)
    assert readers() == 1
    export.close()
    for path in ("/p/x", "/?page=x", "/?q=信访"):
        client.get(path, buffered=True)
    assert readers() == 0


def test_a_page_whose_index_is_gone_is_counted_but_not_ready(tmp_path: Path) -> None:
    with open_writer(tmp_path, ANALYZER) as writer:
        writer.put(GUIGANG)
        writer.commit({})
    from search import open_index

    with open_index(tmp_path) as index:
        client = client_of(index)
        assert client.get("/readyz").get_json() == {"status": "ready"}
        (tmp_path / "duansou.toc").write_bytes(b"{}")
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text
        found = samples(client.get("/metrics").text)
        assert one(found, "index_readable") == 0
        assert one(found, "requests_total", route="operating.ready", status="5xx") == 1


def test_counts_are_there_where_they_are_asked_for(index: Index) -> None:
    client = create_app(index, config={"TESTING": True}).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/readyz").status_code == 200


def test_rows_of_processes_add_up_and_what_a_dead_one_held_is_held_no_more() -> None:
    tally = Tally(2)
    for name in ("open", "readers", "asked"):
        tally.declare(name)
    for process, times in ((0, 3), (1, 4)):
        tally.begin(process)
        for _ in range(times):
            tally.add("asked")
            tally.add("readers")
    assert (tally.sum("asked"), tally.sum("readers")) == (7, 7)
    tally.begin(1)
    assert (tally.sum("asked"), tally.sum("readers")) == (7, 3)


@needs_proc
def test_any_process_tells_what_all_have_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUANSOU_METRICS", "1")
    with open_writer(tmp_path, ANALYZER) as writer:
        writer.put(DATONG)
        writer.commit({})
    with served(tmp_path) as server:
        pids = server.children()
        for asleep in pids:
            with paused(asleep):
                for _ in range(3):
                    server.get("robots.txt")
        for asleep in pids:
            with paused(asleep):
                found = samples(server.get("metrics"))
                assert one(found, "processes") == 2
                # What a server asks itself when it starts is no request.
                assert one(found, "requests_total", route="pages.results", status="2xx") == 0
                assert one(found, "requests_total", route="discovery.robots", status="2xx") == 6


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_request_is_a_line_of_json(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    client = client_of(index, log="json", slow_ms=0)
    answer = client.get("/?q=信访 -群众&city=\x1b[31m\x9b")
    client.get("/p/x")
    said = capsys.readouterr().err
    assert said.isascii()
    first, second = lines(said)
    assert first["id"] == answer.headers["X-Request-Id"]
    assert first["route"] == "pages.results"
    assert first["status"] == 200
    assert first["query"]["q"] == ["信访 -群众"]
    assert first["process"] == os.getpid()
    assert set(first["stages_ms"]) == set(STAGES)
    assert "信访" in json.dumps(first["plan"], ensure_ascii=False)
    assert second["path"] == "/p/x"
    assert second["status"] == 404
    assert second["id"] != first["id"]


@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/api/v1/facets"])
def test_a_query_is_read_once_for_the_answer_and_the_log(
    index: Index, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.delattr(Index, "parse")
    assert client_of(index, log="json", slow_ms=0).get(f"{path}?q=信访").status_code == 200
    assert "信访" in str(lines(capsys.readouterr().err)[0]["plan"])


def test_what_is_asked_and_read_is_left_out_where_it_has_to_be(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    client = client_of(index, log="json", log_queries=0, slow_ms=0)
    for path in ("/?q=信访 title:贵港 OR “群众 满意”&city=贵港市", "/p/abcdef-1", "/d/abcdef"):
        client.get(path)
    said = capsys.readouterr().err
    for secret in ("信访", "贵港", "群众", "abcdef"):
        assert secret not in json.dumps(lines(said), ensure_ascii=False)
    assert lines(said)[0]["plan"]["node"]


def test_only_what_is_slow_has_its_plan(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    client_of(index, log="json", slow_ms=100_000).get("/?q=信访")
    assert "plan" not in lines(capsys.readouterr().err)[0]


def test_a_proxy_that_is_believed_names_the_request(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    client = client_of(
        index, log="json", access="proxy", access_header="X-User", proxies="10.0.0.1"
    )
    given = {"X-Request-Id": "from-nginx-7", "X-User": "wang", "X-Forwarded-For": "192.0.2.7"}
    for peer, headers, known in [
        ("10.0.0.1", given, True),
        ("10.0.0.9", given, False),
        ("10.0.0.1", given | {"X-Request-Id": "x" * 81}, False),
    ]:
        answer = client.get("/", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
        assert (answer.headers["X-Request-Id"] == "from-nginx-7") == known
        assert len(answer.headers["X-Request-Id"]) <= 16
    first = lines(capsys.readouterr().err)[0]
    assert (first["user"], first["from"]) == ("wang", "192.0.2.7")


def test_another_way_to_log_is_none() -> None:
    with pytest.raises(UsageError, match="DUANSOU_LOG"):
        client_of(index_of(GUIGANG), log="xml")
