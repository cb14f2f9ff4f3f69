"""Measure whether what people type is answered on the page as it is first shown.

A set is a folder with a file ``natural.jsonl``, one query a line: ``id``, ``kind``, ``text``, and
what answers it: ``documents`` ({"document_id": …}: it or any passage of it) and ``passages``
(passage ids). A query is *answered* if one of these is among the first three results that its page
shows, and *by passage* if it is among the first three passages. Results are links to passages and
documents in reading order; what is folded does not count, and what leads to the same passage or
document counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ..errors import InputError
from .sets import read_records

SHOWN = 3
"""So many results are seen without scrolling."""
_FILE = "natural.jsonl"
_VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query, and the documents and passages that answer it."""

    id_: str
    kind: str
    text: str
    documents: frozenset[str]
    passages: frozenset[str]

    def answers(self, result: tuple[str, str], document_of: Callable[[str], str | None]) -> bool:
        """Whether a result, ("p" or "d", its id), is one of these."""
        kind, id_ = result
        if kind == "d":
            return id_ in self.documents
        return id_ in self.passages or document_of(id_) in self.documents


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page of a query showed first, and whether that answers it."""

    wanted: Wanted
    answered: bool
    by_passage: bool
    shown: tuple[tuple[str, str], ...]


def is_shown_set(set_dir: Path) -> bool:
    """Whether a folder holds queries with what their pages should show."""
    return (set_dir / _FILE).is_file()


def read_wanted(set_dir: Path) -> tuple[Wanted, ...]:
    """The queries of a set. Raises InputError for a line that cannot be read."""
    path = set_dir / _FILE
    wanted = []
    for number, record in read_records(path):
        try:
            wanted.append(
                Wanted(
                    str(record["id"]),
                    str(record.get("kind") or "query"),
                    str(record["text"]),
                    frozenset(str(d["document_id"]) for d in record.get("documents", ())),
                    frozenset(map(str, record.get("passages", ()))),
                )
            )
        except (KeyError, TypeError) as error:
            raise InputError(
                "query-line-unreadable", path=path, number=number, error=str(error)
            ) from error
    if not wanted:
        raise InputError("queries-empty", path=path)
    return tuple(wanted)


def evaluate_shown(
    wanted: Sequence[Wanted],
    page_of: Callable[[str], str],
    document_of: Callable[[str], str | None],
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Outcome, ...]:
    """Ask every query. ``page_of`` gives the HTML of its page; ``document_of`` the document of a
    passage, None for a passage that there is not.
    """
    outcomes = []
    for done, each in enumerate(wanted, start=1):
        results = results_of(page_of(each.text))
        passages = [result for result in results if result[0] == "p"]
        outcomes.append(
            Outcome(
                each,
                any(each.answers(result, document_of) for result in results[:SHOWN]),
                any(each.answers(result, document_of) for result in passages[:SHOWN]),
                tuple(results[:SHOWN]),
            )
        )
        if progress:
            progress(done, len(wanted))
    return tuple(outcomes)


def shown_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The shares, of all and by kind, and each query that is not answered."""

    def shares(of: Sequence[Outcome]) -> dict[str, Any]:
        return {
            "answered": round(sum(o.answered for o in of) / len(of), 4),
            "by_passage": round(sum(o.by_passage for o in of) / len(of), 4),
            "queries": len(of),
        }

    kinds = dict.fromkeys(outcome.wanted.kind for outcome in outcomes)
    return {
        **shares(outcomes),
        "kinds": {kind: shares([o for o in outcomes if o.wanted.kind == kind]) for kind in kinds},
        "not_answered": [
            {"id": o.wanted.id_, "kind": o.wanted.kind, "text": o.wanted.text}
            for o in outcomes
            if not o.answered
        ],
    }


def results_of(page: str) -> list[tuple[str, str]]:
    """("p" or "d", id) of every result that a page shows, in reading order, each once."""
    reader = _Results()
    reader.feed(page)
    reader.close()
    return list(reader.found)


class _Results(HTMLParser):
    """Links in the main part that lead to passages and documents, outside of what is folded.

    In an article, which is one result, the first link is the result.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[tuple[str, str], None] = {}
        self._open: list[tuple[str, bool]] = []
        """The elements around, and whether each is folded."""
        self._in_article = 0
        self._taken = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        values: Mapping[str, str | None] = dict(attrs)
        if tag not in _VOID:
            folded = (tag == "details" and "open" not in values) or "hidden" in values
            self._open.append((tag, folded))
        if tag == "article":
            self._in_article += 1
            self._taken = False
        if tag == "a" and self._is_seen():
            self._link(values.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed, _ = self._open.pop()
            if closed == "article":
                self._in_article -= 1
            if closed == tag:
                break

    def _is_seen(self) -> bool:
        names = [name for name, _ in self._open]
        return "main" in names and not any(folded for _, folded in self._open)

    def _link(self, address: str) -> None:
        parts = unquote(urlsplit(address).path).strip("/").split("/")
        if len(parts) < 2 or parts[-2] not in ("p", "d"):
            return
        if self._in_article and self._taken:
            return
        self._taken = True
        self.found.setdefault((parts[-2], parts[-1]), None)
