"""Groonga and Datasette with the passages of a corpus, each as its own HTTP server.

Groonga: bigrams, a literal phrase, drilldown of city, year and topic, its cache off. Datasette: a
table with full-text search (FTS5) over the words, and the three facets on its page.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

from .corpus import Corpus
from .process import SystemFailedError
from .serving import Client, Place
from .systems.peer_text import joined_words, rows
from .values import MissingPeerError, Question

_WAIT_S = 60
_SCHEMA = """\
table_create Passages TABLE_NO_KEY
column_create Passages text COLUMN_SCALAR Text
table_create Cities TABLE_HASH_KEY ShortText
table_create Topics TABLE_HASH_KEY ShortText
column_create Passages city COLUMN_SCALAR Cities
column_create Passages year COLUMN_SCALAR Int32
column_create Passages topic COLUMN_SCALAR Topics
table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram \
--normalizer NormalizerAuto
column_create Terms passages_text COLUMN_INDEX|WITH_POSITION Passages text
load --table Passages
[
"""
_TABLES = """
create table passage
  (id integer primary key, text text, words text, city text, year integer, topic text);
create virtual table passage_fts using fts5(words, content='passage', content_rowid='id',
  tokenize="unicode61 remove_diacritics 0 tokenchars '.%'");
create index by_city on passage (city);
create index by_year on passage (year);
create index by_topic on passage (topic);
"""


@contextlib.contextmanager
def groonga(corpus: Corpus, folder: Path) -> Iterator[Place]:
    """Where Groonga answers. Raises MissingPeerError where it is not installed."""
    program = shutil.which("groonga")
    if program is None:
        raise MissingPeerError("Groonga is left out: install Debian's package groonga-bin.")
    database = folder / "passages.grn"
    folder.mkdir(parents=True)
    with (folder / "commands").open("w", encoding="utf-8") as commands:
        commands.write(_SCHEMA)
        for number, (text, _, (city, year, topic)) in enumerate(rows(corpus.documents())):
            record = {"text": text, "city": city, "year": year, "topic": topic}
            commands.write((",\n" if number else "") + json.dumps(record, ensure_ascii=False))
        commands.write("\n]\n")
    with (folder / "commands").open("rb") as read:
        subprocess.run(  # noqa: S603
            [program, "-n", str(database)], stdin=read, stdout=subprocess.DEVNULL, check=True
        )
    command = [program, "-s", "--protocol", "http", "--bind-address", "127.0.0.1"]
    port = _free_port()
    with _started([*command, "-p", str(port), str(database)], port) as place:
        with Client(place) as client:
            client.get("/d/cache_limit?max=0")
        yield place


def groonga_select(question: Question) -> str:
    """The address that finds the text literally: ten best, three facets."""
    phrase = question.text.replace("\\", "\\\\").replace('"', '\\"')
    params = {
        "table": "Passages",
        "match_columns": "text",
        "query": f'"{phrase}"',
        "output_columns": "_id,_score,text",
        "sort_keys": "-_score",
        "limit": "10",
        "drilldown": "city,year,topic",
        "drilldown_limit": "-1",
    }
    return f"/d/select?{urlencode(params)}"


def groonga_total(body: bytes) -> int:
    """How many passages an answer of Groonga counts."""
    return int(json.loads(body)[1][0][0][0])


@contextlib.contextmanager
def datasette(corpus: Corpus, folder: Path) -> Iterator[Place]:
    """Where Datasette answers. Raises MissingPeerError where it is not installed."""
    if find_spec("datasette") is None:
        raise MissingPeerError("Datasette is left out: pip install -e '.[bench]'.")
    folder.mkdir(parents=True)
    file = folder / "passages.db"
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(_TABLES)
        connection.executemany(
            "insert into passage (text, words, city, year, topic) values (?, ?, ?, ?, ?)",
            (
                (text, joined_words(folded), *cell)
                for text, folded, cell in rows(corpus.documents())
            ),
        )
        connection.execute("insert into passage_fts (passage_fts) values ('rebuild')")
        connection.execute("analyze")
    # Its own bounds would leave facets out; what it suggests besides is no part of the job.
    settings = {
        "sql_time_limit_ms": "60000",
        "facet_time_limit_ms": "60000",
        "suggest_facets": "off",
        "default_cache_ttl": "0",
    }
    command = [sys.executable, "-m", "datasette", "serve", str(file)]
    for name, value in settings.items():
        command += ["--setting", name, value]
    port = _free_port()
    with _started([*command, "--port", str(port)], port) as place:
        yield place


def datasette_page(question: Question) -> str:
    """The address of the page with all words: ten rows, three facets."""
    words = " ".join('"{}"'.format(word.replace('"', '""')) for word in question.words)
    params = [("_search", words), ("_searchmode", "raw"), ("_size", "10")]
    params += [("_facet", name) for name in ("city", "year", "topic")]
    return f"/passages/passage?{urlencode(params)}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def _started(command: Sequence[str], port: int) -> Iterator[Place]:
    """A server that says nothing when it is ready. Raises SystemFailedError."""
    place = ("127.0.0.1", port)
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            until = time.monotonic() + _WAIT_S
            while True:
                with contextlib.suppress(OSError), socket.create_connection(place, 1):
                    break
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemFailedError(f"nothing is served by {' '.join(command)}")
                time.sleep(0.05)
            yield place
        finally:
            server.terminate()
