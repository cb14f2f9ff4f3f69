"""A fresh application on the small collection for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search import open_index
from search.searching.index import Index
from search.web import create_app
from unit.collection import Desk

from .corpus import DATONG, GUIGANG, HOSTILE, index_of


@pytest.fixture
def index() -> Index:
    return index_of(GUIGANG, DATONG, HOSTILE)


@pytest.fixture
def app(index: Index) -> Flask:
    return create_app(index, config={"TESTING": True})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def reworded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, str, str]]:
    """A page where ``1.txt`` was edited and ``2.txt`` forgotten, and the ids both had before."""
    desk = Desk(tmp_path_factory.mktemp("reworded"))
    for number in (1, 2):
        text = f"第{number}号\n\n信访工作要依法化解第{number}类矛盾纠纷，满意度提高。\n"
        desk.write(f"{number}.txt", text)
    desk.index()
    with open_index(desk.index_dir) as index:
        before = {p.path: p for p in index.passages()}
    desk.write("1.txt", "第1号\n\n信访工作要依法化解第1类矛盾纠纷，满意度大大提高。\n")
    desk.index()
    assert desk.run("forget", before["2.txt"].document_id).code == 0
    with open_index(desk.index_dir) as index:
        client = create_app(index, config={"TESTING": True}).test_client()
        yield client, before["1.txt"].passage_id, before["2.txt"].passage_id
