"""SQLite FTS5: words in a contentless table beside the texts, or trigrams for substrings.

Facets come from one GROUP BY over the combination of all three, from which Python adds up each
facet with its own filter left out: one pass instead of one for each facet.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from search.analysis.text import fold

from ..corpus import BenchDocument, Corpus
from ..values import Answer, Cell, Question, Series, disjunctive_counts
from .peer_text import joined_words, rows

_TABLES = """
create table passage (id integer primary key, text text not null, cell integer not null);
create table cell (id integer primary key, city text, year integer, topic text);
create virtual table words using
  fts5(body, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '.%'");
"""
_TRIGRAM_TABLES = """
create table passage (id integer primary key, text text not null);
create virtual table trigrams using fts5(body, content='', tokenize='trigram');
"""
_BEST = """
select p.text from words join passage p on p.id = words.rowid {join}
where words match ? {where} order by words.rank limit 10
"""


def _connect(folder: str, *, reading: bool = False) -> sqlite3.Connection:
    file = Path(folder).absolute() / "passages.db"
    connection = sqlite3.connect(f"{file.as_uri()}?mode={'ro' if reading else 'rwc'}", uri=True)
    connection.execute("pragma mmap_size = 8000000000")
    connection.execute("pragma cache_size = -200000")
    return connection


class _Sqlite:
    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None

    def read(self, document: BenchDocument) -> BenchDocument:
        """As it is."""
        return document

    @property
    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError("open first")
        return self._connection


class SqliteWords(_Sqlite):
    """Words, filters and facets."""

    def __init__(self) -> None:
        super().__init__()
        self._cells: dict[int, Cell] = {}

    def build(self, documents: Iterable[BenchDocument], folder: str) -> None:
        """One transaction, then FTS5's own optimize."""
        connection = _connect(folder)
        connection.executescript(_TABLES)
        cells: dict[Cell, int] = {}
        with connection:
            for number, (text, folded, cell) in enumerate(rows(documents)):
                at = cells.setdefault(cell, len(cells))
                connection.execute("insert into passage values (?, ?, ?)", (number, text, at))
                connection.execute(
                    "insert into words (rowid, body) values (?, ?)", (number, joined_words(folded))
                )
            connection.executemany(
                "insert into cell values (?, ?, ?, ?)", [(at, *c) for c, at in cells.items()]
            )
            connection.execute("insert into words (words) values ('optimize')")
        connection.close()

    def open(self, folder: str, corpus: Corpus) -> None:
        """The file, and the few hundred combinations of facet values."""
        self._connection = _connect(folder, reading=True)
        self._cells = {
            at: (city, year, topic)
            for at, city, year, topic in self._db.execute("select * from cell")
        }

    def ask(self, question: Question, series: Series) -> Answer:
        """The ten best by FTS5's rank, then a count or a GROUP BY."""
        match = (" OR " if series.any_term else " AND ").join(f'"{w}"' for w in question.words)
        values: list[str | int] = [match]
        join = where = ""
        if series.filtered:
            join = "join cell c on c.id = p.cell"
            if question.city:
                where += " and (c.city = ? or c.city like ?)"
                values += [question.city, f"{question.city}/%"]
            if question.years:
                where += " and c.year between ? and ?"
                values += question.years
        best = self._db.execute(_BEST.format(join=join, where=where), values)
        texts = tuple(text for (text,) in best)
        if series.task == "top" and not series.filtered:
            count = self._db.execute("select count(*) from words where words match ?", (match,))
            return Answer(int(count.fetchone()[0]), texts)
        groups = self._db.execute(
            "select p.cell, count(*) from words join passage p on p.id = words.rowid "
            "where words match ? group by p.cell",
            (match,),
        )
        cells = ((self._cells[at], count) for at, count in groups)
        total, facets = disjunctive_counts(cells, question, filtered=series.filtered)
        return Answer(total, texts, facets if series.task == "facets" else None)

    def matches(self, phrase: str) -> Iterable[str]:
        """Not asked of it."""
        raise NotImplementedError


class SqliteTrigrams(_Sqlite):
    """Literal substrings of three or more characters of the folded text."""

    def build(self, documents: Iterable[BenchDocument], folder: str) -> None:
        """One transaction, then FTS5's own optimize."""
        connection = _connect(folder)
        connection.executescript(_TRIGRAM_TABLES)
        with connection:
            for number, (text, folded, _) in enumerate(rows(documents)):
                connection.execute("insert into passage values (?, ?)", (number, text))
                connection.execute(
                    "insert into trigrams (rowid, body) values (?, ?)", (number, folded)
                )
            connection.execute("insert into trigrams (trigrams) values ('optimize')")
        connection.close()

    def open(self, folder: str, corpus: Corpus) -> None:
        """The file."""
        self._connection = _connect(folder, reading=True)

    def ask(self, question: Question, series: Series) -> Answer:
        """The ten best by FTS5's rank and the count."""
        match = _quoted(question.text)
        best = self._db.execute(
            "select p.text from trigrams t join passage p on p.id = t.rowid "
            "where trigrams match ? order by t.rank limit 10",
            (match,),
        )
        texts = tuple(text for (text,) in best)
        count = self._db.execute("select count(*) from trigrams where trigrams match ?", (match,))
        return Answer(int(count.fetchone()[0]), texts)

    def matches(self, phrase: str) -> Iterable[str]:
        """Every hit of the phrase."""
        found = self._db.execute(
            "select p.text from trigrams t join passage p on p.id = t.rowid where trigrams match ?",
            (_quoted(phrase),),
        )
        return (text for (text,) in found)


def _quoted(phrase: str) -> str:
    doubled = fold(phrase).replace('"', '""')
    return f'"{doubled}"'
