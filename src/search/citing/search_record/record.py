"""The record of a search: a value, made of results, that becomes JSON."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from ...documents.document import sha256_hex
from ...index.answers import FacetCount
from ...query.request import SearchRequest
from ...searching.collection_state import CollectionState, state_of
from ...searching.index import Index
from ...searching.results import SearchResults, node_json
from .formula import expression

KIND = "duansou-search-record"
"""The value of ``type`` by which a record is known."""
VERSION = 1

_ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Counts:
    """What a search counted.

    ``literally`` passages have the items as they are written; ``labels`` are titles, headings and
    captions, which are no passages; ``wider`` is the total with all other writings, None where
    they add nothing. Where ``partial``, time ran out, and all are lower bounds. ``facets`` is empty
    in the short form that stands in exported files.
    """

    passages: int
    documents: int
    literally: int
    labels: int
    wider: int | None
    partial: bool
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """What was asked, how it was understood, what was counted, on what, when and with what.

    ``request`` is the search without page and page size. ``understood`` is the tree of the query as
    JSON types, ``formula`` the same on one line, ``notices`` (code, Chinese, English) say what was
    repaired, ``equivalents`` (written, text, kind) are other writings that counted. ``base`` is the
    address of the site, empty where it is not known; then addresses are relative.
    """

    request: SearchRequest
    understood: Mapping[str, Any]
    formula: str
    notices: tuple[tuple[str, str, str], ...]
    equivalents: tuple[tuple[str, str, str], ...]
    counts: Counts
    collection: CollectionState
    program: str
    made: str
    base: str = ""

    @property
    def record_id(self) -> str:
        """16 hex digits: the same for the same search with the same counts on the same state."""
        stable = {**self._search(), **self._counted(), "collection": asdict(self.collection)}
        stable["program"] = self.program
        return sha256_hex(json.dumps(stable, sort_keys=True, ensure_ascii=True))[:_ID_DIGITS]

    @property
    def address(self) -> str:
        """Where the search is shown."""
        return self._address("/")

    @property
    def record_address(self) -> str:
        """Where the record is made anew."""
        return self._address("/record")

    @property
    def command(self) -> str:
        """The command line that runs the search again, quoted for a POSIX shell."""
        request = self.request
        words = ["duansou", "search"]
        for name, value in request.filter_params():
            # With = a value that begins with a hyphen is no option.
            words.append(f"--{name.replace('_', '-')}={value}")
        if request.any_term:
            words.append("--any")
        if request.also:
            words.append(f"--also={','.join(request.also)}")
        if request.sort != "relevance":
            words.append(f"--sort={request.sort}")
        if request.collapse:
            words.append("--collapse")
        if request.by_document:
            words.append("--by-document")
        if request.query:
            words += ["--", request.query] if request.query.startswith("-") else [request.query]
        return shlex.join(words)

    def to_json(self, *, short: bool = False) -> dict[str, Any]:
        """As JSON types; ``short`` leaves the facets and the tree out."""
        tree = {} if short else {"understood": dict(self.understood)}
        facets = {} if short else {"facets": _facets_json(self.counts.facets)}
        return {
            "type": KIND,
            "version": VERSION,
            "id": self.record_id,
            "made": self.made,
            "program": self.program,
            **self._search(),
            "formula": self.formula,
            **tree,
            "notices": [{"code": c, "message": zh, "message_en": en} for c, zh, en in self.notices],
            "equivalents": [
                {"written": written, "text": text, "kind": kind}
                for written, text, kind in self.equivalents
            ],
            **self._counted(),
            **facets,
            "collection": asdict(self.collection),
            "address": self.address,
            "record_address": self.record_address,
            "command": self.command,
        }

    def _address(self, path: str) -> str:
        # What a terminal could not decode has no address: it stands as a question mark.
        query = urlencode(self.request.to_params(), errors="replace")
        return f"{self.base}{path}" + (f"?{query}" if query else "")

    def _search(self) -> dict[str, Any]:
        request = self.request
        return {
            "search": {
                "query": request.query,
                "any": request.any_term,
                "also": list(request.writings),
                "filters": request.filters_json(),
                "sort": request.sort,
                "collapse": request.collapse,
                "by_document": request.by_document,
            }
        }

    def _counted(self) -> dict[str, Any]:
        counts = self.counts
        return {
            "counts": {
                "passages": counts.passages,
                "documents": counts.documents,
                "literally": counts.literally,
                "labels": counts.labels,
                "with_other_writings": counts.wider,
                "partial": counts.partial,
            }
        }


def record_search(index: Index, request: SearchRequest, *, program: str, base: str) -> SearchRecord:
    """Run a search and record it. Raises what ``Index.run`` does."""
    results = index.run(replace(request, page=1, limit=1))
    return record_of(index, results, program=program, base=base)


def record_of(index: Index, results: SearchResults, *, program: str, base: str) -> SearchRecord:
    """The record of a search that was run on the present state of an index."""
    counts = Counts(
        passages=results.total,
        documents=results.documents,
        literally=results.literal_total,
        labels=results.labels_total,
        wider=results.wider.total if results.wider else None,
        partial=results.partial,
        facets=results.facets,
    )
    notices = [(n.code, n.zh, n.en) for n in results.notices if n.code != "page-past-end"]
    # "all" may come to mean more kinds: those that counted are named.
    also = results.request.writings
    return SearchRecord(
        request=replace(results.request, also=also, page=1, limit=None),
        understood=node_json(results.query.match),
        formula=expression(results.query.match),
        notices=tuple(notices),
        equivalents=tuple((e.written, e.text, e.kind) for e in results.query.equivalents),
        counts=counts,
        collection=state_of(index.reader),
        program=program,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        base=base.rstrip("/"),
    )


def _facets_json(facets: Mapping[str, tuple[FacetCount, ...]]) -> dict[str, Any]:
    return {
        name: [{"value": c.value, "count": c.count, "documents": c.documents} for c in counts]
        for name, counts in facets.items()
    }
