"""compose.yaml and Dockerfile speak of settings, files and a server version that there are."""

from __future__ import annotations

import re
from pathlib import Path

from search.config import SETTINGS
from search.engines.opensearch.registration import ENGINE

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def test_every_variable_of_the_page_is_a_setting() -> None:
    named = set(re.findall(r"^ +(DUANSOU_[A-Z_]+):", COMPOSE, re.MULTILINE))
    assert "DUANSOU_OPENSEARCH_URL" in named
    assert named <= {f"DUANSOU_{setting.name.upper()}" for setting in (*SETTINGS, *ENGINE.settings)}


def test_the_nodes_are_of_the_version_that_the_tests_run_on() -> None:
    images = set(re.findall(r"image: opensearchproject/opensearch:(\S+)", COMPOSE))
    tested = (ROOT / "tests" / "cluster" / "pom.xml").read_text(encoding="utf-8")
    assert images == set(re.findall(r"<opensearch.version>(.*)</", tested))


def test_every_variable_that_may_be_set_is_explained_at_the_top() -> None:
    head, _, body = COMPOSE.partition("x-node:")
    used = set(re.findall(r"\$\{([A-Z_]+)", body))
    assert used == set(re.findall(r"^#   ([A-Z_]{4,})", head, re.MULTILINE)) | set(
        re.findall(r"([A-Z_]+)=", head)
    )


def test_the_page_alone_is_reached_from_outside_and_on_this_machine_only() -> None:
    assert re.findall(r'- "(.*:8765)"', COMPOSE) == ["127.0.0.1:${PORT:-8765}:8765"]
    assert COMPOSE.count("ports:") == 1
    assert "nodes:\n    internal: true" in COMPOSE


def test_all_that_the_image_copies_is_there_and_sent_to_the_builder() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    sent = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = {
        name for line in re.findall(r"^COPY (.+) \S+$", dockerfile, re.M) for name in line.split()
    }
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)
