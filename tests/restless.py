"""An index that is committed to before every single question: is each answer of one commit?

Two collections take turns. What a page or command says while they do must be what it says of one of
them at rest. ``index.reader()`` gives that; two questions to two commits would not.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any

import pytest
from click.testing import CliRunner

from search.cli import main
from search.documents.document import Document, passages_of
from search.index.engine import Engine, Writer
from search.searching.index import Index
from search.web import create_app
from unit.web.corpus import document

QUESTIONS = (
    "search",
    "search_all",
    "answer",
    "cross_tabulate",
    "explain",
    "matching_in",
    "occurrences",
    "labels",
    "get",
    "with_text",
    "passages",
    "passages_in",
    "document",
    "described",
    "documents",
    "terms",
    "may_have",
    "titles",
    "manifest",
    "stats",
)
"""What a reader is asked; the names are those of the port."""

_PLACES = (("广西壮族自治区", "贵港市", None), ("山西省", "大同市", None))


def _collection(count: int, word: str) -> tuple[Document, ...]:
    """Documents of which all that is counted differs from one collection to the other.

    The passage of the first is in both, so that its addresses answer in both.
    """
    same = ("body", "body", "网格化管理是基层治理的办法，信访工作要依法进行。")
    return tuple(
        document(
            f"{number:016x}",
            [
                ("title", "title", f"{word}网格化管理第{number}号"),
                same,
                *[
                    ("body", "body", f"{word}网格员{number}{n}排查矛盾纠纷，化解信访积案{n}件。")
                    for n in range(count)
                ],
            ],
            title=f"{word}网格化管理第{number}号",
            city=_PLACES[number % 2] if count > 2 else _PLACES[0],
            year=2010 + number % 2 + count,
            source=f"{word}日报",
        )
        for number in range(1, count + 1)
    )


FIRST, SECOND = _collection(2, "甲"), _collection(4, "乙")

DOCUMENT = FIRST[0].document_id
PASSAGE = next(p.passage_id for p in passages_of(FIRST[0]))
"""It is in both collections, so that its addresses answer in both."""

DRAFT = "据报道，“网格化管理是基层治理的办法”，又说“网格员排查了矛盾纠纷九百件”。"

_ASKED = "q=网格化 管理"
ADDRESSES = (
    "/",
    f"/?{_ASKED}",
    f"/?{_ASKED}&also=script&sort=date",
    f"/?{_ASKED}&by=document",
    f"/?{_ASKED}&collapse=1",
    f"/?{_ASKED}&city=贵港市&not_source=丙报",
    f"/?{_ASKED}&page=99&limit=1",
    "/?q=“没有的话” 网格化",
    "/?q=網格",
    "/p/{passage}?q=网格化",
    "/p/{passage}/proof.json",
    "/p/{passage}/why?q=网格化 管理",
    "/p/{passage}/like",
    "/p/{passage}/cite?style=apa",
    "/d/{document}?q=网格",
    "/d/{document}/cite?format=bibtex",
    "/kwic?q=网格&order=left",
    "/kwic.csv?q=网格",
    "/kwic.jsonl?q=网格",
    "/compare?q=网格&measure=share",
    "/compare.csv?q=网格&measure=share",
    "/compare.svg?q=网格&measure=share",
    f"/facet/source?{_ASKED}",
    f"/facet/place?{_ASKED}",
    "/about",
    "/record?q=网格化",
    "/record.txt?q=网格化",
    "/export.csv?q=网格",
    "/export.jsonl?q=网格",
    "/export.bib?q=网格",
    "/feed.atom?q=网格",
    "/basket?id={passage}",
    "/basket.bib?id={passage}",
    "/api/v1/search?q=网格化 管理",
    "/api/v1/search?q=没有 网格 的",
    "/api/v1/facets?q=网格",
    "/api/v1/suggest?q=网",
    "/api/v1/passages/{passage}",
    "/api/v1/passages/{passage}/why?q=网格",
    "/api/v1/passages/{passage}/like",
    "/api/v1/documents/{document}",
    "/api/v1/kwic?q=网格",
    "/api/v1/compare?q=网格&measure=share",
    "/api/v1/about",
    "/api/v1/record?q=网格",
    "/healthz",
)

COMMANDS = (
    "search 网格化",
    "search 网格化 --json --also script",
    "search '没有的话 网格化'",
    "show {passage}",
    "show {passage} --json",
    "cite {passage} --style mla",
    "export 网格 --format csv",
    "kwic 网格",
    "compare 网格 --measure share",
    "like {passage}",
    "documents",
    "stats",
    "suggest 网",
)


def said(text: str) -> str:
    """An answer without what differs between two of one commit: how long it took, when it was."""
    text = re.sub(r"\d[\d.,]* ?(?:毫秒|ms)\b", "", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[+-]\d\d:\d\d|Z)?", "", text)
    return re.sub(r'"took_ms": ?[\d.]+', "", text)


def write(writer: Writer, documents: tuple[Document, ...]) -> None:
    """Have the index of a writer hold one of the collections, and nothing else."""
    ids = {document.document_id for document in documents}
    with writer:
        for one in documents:
            writer.put(one)
        for other in (*FIRST, *SECOND):
            if other.document_id not in ids:
                writer.delete(other.document_id)
        writer.commit({"indexed_at": f"20{10 + len(documents)}-01-01T00:00:00+00:00"})


class Turns:
    """Commits the collections in turn before each question to a reader, when on.

    ``commit`` has the index hold one of them. Answers are made not to count commits.
    """

    def __init__(
        self,
        patch: pytest.MonkeyPatch,
        engine: type[Engine],
        reader: type[Any],
        commit: Callable[[tuple[Document, ...]], None],
    ) -> None:
        self.commit = commit
        self._next = FIRST
        self.on = False
        stats = reader.stats
        patch.setattr(reader, "stats", lambda one: replace(stats(one), generation=1, size_bytes=1))
        for kind, names in ((engine, ("reader",)), (reader, QUESTIONS)):
            for name in names:
                patch.setattr(kind, name, self._disturbed(getattr(kind, name)))

    def _disturbed(self, question: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(question)
        def ask(*args: Any, **kwargs: Any) -> Any:
            if self.on:
                self._next = SECOND if self._next is FIRST else FIRST
                self.on = False
                try:
                    self.commit(self._next)
                finally:
                    self.on = True
            return question(*args, **kwargs)

        return ask


def torn(turns: Turns, asked: Iterable[str], answer: Callable[[str], str]) -> list[str]:
    """What of all that is asked is answered otherwise than at rest by either of the collections."""
    asked = tuple(asked)
    whole: dict[str, list[str]] = {}
    for documents in (FIRST, SECOND):
        turns.on = False
        turns.commit(documents)
        for one in asked:
            whole.setdefault(one, []).append(said(answer(one)))
    for one, (first, second) in whole.items():
        assert first != second, f"{one} is no question that tells the collections apart"
    turns.on = True
    # Once is enough: the next question sees the other collection, whichever the first one saw.
    return [one for one in asked if said(answer(one)) not in whole[one]]


def torn_on_pages(turns: Turns, index: Index, asked: Iterable[str]) -> list[str]:
    """Likewise, of addresses of the page; ``/quotes`` is given the draft."""
    client = create_app(index, config={"TESTING": True}).test_client()

    def answer(address: str) -> str:
        if address == "/quotes":
            return client.post(address, data={"text": DRAFT}).text
        response = client.get(address.format(passage=PASSAGE, document=DOCUMENT))
        assert response.status_code == 200, response.text
        return response.text

    return torn(turns, asked, answer)


def torn_in_commands(turns: Turns, asked: Iterable[str], *options: str) -> list[str]:
    """Likewise, of commands, each with these options."""

    def answer(command: str) -> str:
        words = shlex.split(command.format(passage=PASSAGE))
        done = CliRunner().invoke(main, [*words, *options], catch_exceptions=False)
        assert done.exit_code in (0, 1), done.output
        return done.output

    return torn(turns, asked, answer)
