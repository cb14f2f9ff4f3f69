"""The cluster that other tests rely on is three real nodes, and loses one without losing data."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from cluster.nodes import Cluster
from cluster.server import UnavailableError, find_java_home, find_server


def ask(url: str, method: str = "GET", body: object = None) -> Any:
    """What a node answers."""
    request = urllib.request.Request(  # noqa: S310 # http, loopback
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def test_three_nodes_of_the_server_that_is_supported_answer_as_one_cluster(
    cluster: Cluster,
) -> None:
    assert {ask(url)["version"]["number"] for url in cluster.urls} == {"3.8.0"}
    health = ask(f"{cluster.urls[2]}/_cluster/health")
    assert (health["status"], health["number_of_nodes"]) == ("green", 3)


def test_a_node_is_killed_and_comes_back_on_its_own_data(cluster: Cluster) -> None:
    index = f"{cluster.urls[1]}/killed"
    shards = {"number_of_shards": 3, "number_of_replicas": 1}
    ask(index, "PUT", {"settings": shards})
    try:
        ask(f"{index}/_doc/1?refresh=true", "PUT", {"text": "段"})
        cluster.wait()
        cluster.kill(0)
        assert ask(f"{index}/_doc/1")["found"]
        assert cluster.wait("yellow")["number_of_nodes"] == 2
        cluster.restart(0)
        assert ask(f"{cluster.urls[0]}/killed/_search")["hits"]["total"]["value"] == 1
    finally:
        ask(index, "DELETE")


def _processes_with(folder: Path) -> list[str]:
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True)
    return [
        line for line in listed.stdout.splitlines() if str(folder) in line and "TestNode" in line
    ]


@pytest.mark.cluster
@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGKILL])
def test_no_node_outlives_the_one_who_started_it(tmp_path: Path, ended_by: signal.Signals) -> None:
    try:
        find_server()
    except UnavailableError as unavailable:
        pytest.skip(str(unavailable))
    starting = [sys.executable, "-m", "cluster.nodes", "--nodes", "1", "--data", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(starting, env=environment, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        assert "1 nodes, green" in starter.stdout.readline()
        assert len(_processes_with(tmp_path)) == 1
        starter.send_signal(ended_by)
    until = time.monotonic() + 30
    while _processes_with(tmp_path) and time.monotonic() < until:
        time.sleep(0.2)
    assert _processes_with(tmp_path) == []


def test_a_machine_without_a_new_java_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cluster.server._USUAL_PLACES", (str(tmp_path / "*"),))
    monkeypatch.setattr("cluster.server.shutil.which", lambda name: None)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
    with pytest.raises(UnavailableError, match="Java 21 or newer, and there is none here"):
        find_java_home()


def test_the_newest_java_is_taken_where_java_home_is_too_old(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for version in ("17.0.15", "21.0.2", "25"):
        compiler = tmp_path / f"jdk-{version}" / "bin" / "javac"
        compiler.parent.mkdir(parents=True)
        compiler.write_text(f"#!/bin/sh\necho javac {version}\n")
        compiler.chmod(0o755)
    monkeypatch.setattr("cluster.server._USUAL_PLACES", (str(tmp_path / "jdk-*"),))
    monkeypatch.setattr("cluster.server.shutil.which", lambda name: None)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk-17.0.15"))
    assert find_java_home() == tmp_path / "jdk-25"
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk-21.0.2"))
    assert find_java_home() == tmp_path / "jdk-21.0.2"
