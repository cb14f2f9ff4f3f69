"""A fresh application on the small collection for every test."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search.searching.index import Index
from search.web import create_app

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
