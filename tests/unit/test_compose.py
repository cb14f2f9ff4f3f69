"""compose.yaml and Dockerfile speak of settings, files and a server version that there are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from search.config import SETTINGS
from search.engines.opensearch.registration import ENGINE

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
EMBEDDED = (ROOT / "compose.embedded.yaml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_every_variable_of_the_page_is_a_setting() -> None:
    named = set(re.findall(r"^ +(DUANSOU_[A-Z_]+):", COMPOSE + EMBEDDED, re.MULTILINE))
    named |= set(re.findall(r"(DUANSOU_[A-Z_]+)=", DOCKERFILE))
    assert {"DUANSOU_OPENSEARCH_URL", "DUANSOU_LOG", "DUANSOU_HOST"} <= named
    assert named <= {f"DUANSOU_{setting.name.upper()}" for setting in (*SETTINGS, *ENGINE.settings)}


def test_the_nodes_are_of_the_version_that_the_tests_run_on() -> None:
    images = set(re.findall(r"image: opensearchproject/opensearch:(\S+)", COMPOSE))
    tested = (ROOT / "tests" / "cluster" / "pom.xml").read_text(encoding="utf-8")
    assert images == set(re.findall(r"<opensearch.version>(.*)</", tested))


@pytest.mark.parametrize(("text", "begin"), [(COMPOSE, "x-node:"), (EMBEDDED, "x-duansou:")])
def test_every_variable_that_may_be_set_is_explained_at_the_top(text: str, begin: str) -> None:
    head, _, body = text.partition(begin)
    used = set(re.findall(r"\$\{([A-Z_]+)", body))
    assert used == set(re.findall(r"^#   ([A-Z_]{4,})", head, re.MULTILINE)) | set(
        re.findall(r"([A-Z_]+)=", head)
    )


@pytest.mark.parametrize("text", [COMPOSE, EMBEDDED])
def test_the_page_alone_is_reached_from_outside_and_on_this_machine_only(text: str) -> None:
    assert re.findall(r'- "(.*:8765)"', text) == ["127.0.0.1:${PORT:-8765}:8765"]
    assert text.count("ports:") == 1
    for bound in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert text.count(bound) == 1


def test_nothing_outside_reaches_the_nodes() -> None:
    assert "nodes:\n    internal: true" in COMPOSE


def test_all_that_the_image_copies_is_there_and_sent_to_the_builder() -> None:
    sent = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M)
        for name in line.split()
    }
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_is_pinned_runs_as_nobody_and_looks_after_itself() -> None:
    bases = re.findall(r"^(?:ARG BASE=|FROM )(\S+)", DOCKERFILE, re.MULTILINE)
    assert bases[1:] == ["${BASE}", "${BASE}"]
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", bases[0])
    user = re.search(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    assert user
    assert f"install -d -o {user[1]} -g {user[1]} /index" in DOCKERFILE
    assert "HEALTHCHECK" in DOCKERFILE
    # Who may read is not said by the image: without it the page does not start.
    assert "DUANSOU_ACCESS=open" not in re.sub(r"^#.*$", "", DOCKERFILE, flags=re.MULTILINE)


def test_every_library_that_is_installed_with_the_image_is_pinned_and_has_its_licence() -> None:
    pinned = dict(
        line.split("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for text in (*project["dependencies"], *extras["opensearch"], *extras["gunicorn"]):
        requirement = Requirement(text)
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        assert requirement.specifier.contains(pinned[name]), text
    table = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| ([\w-]+) \| ", table, re.MULTILINE)) - {"library"} == set(pinned)
