"""What is stored in the cluster: fields of an index version, records of a document, tokens.

Passages, labels (titles, headings, captions) and documents are records of one index, told apart by
``kind``. The records of a document have its id as routing, so they lie on one shard and distinct
documents add up over shards; ``unit`` joins them, so that the shard can count documents exactly.
``born`` is the generation a record belongs to (``state``). Everything shown comes from ``record``;
the fields beside it are only searched and are not kept in the source.

The cluster never segments: it splits at SEPARATOR, a line break, which folding takes out of every
text, and at nothing else. So what is a token is decided by ``analysis`` alone, on both engines.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from ...analysis.text import fold
from ...analysis.words import Analyzer, characters, pairs
from ...documents.document import (
    ARTICLE,
    Document,
    Passage,
    forms,
    passage_from,
    passages_of,
    sha256_hex,
)
from ...documents.facets import (
    ALL_FACETS,
    BY_NAME,
    DOCUMENT_FACETS,
    UNKNOWN,
    Facet,
    FacetName,
    Value,
)
from ...errors import IndexBrokenError
from ...index.answers import LabelHit
from ..formula import FIELD_WEIGHTS, FLOORS, ITEM_FLOORS, K1, WITH_CONTEXT, B

SEPARATOR = "\n"
"""Stands between tokens; folded texts have no white space but single spaces."""
HOLE = "_"
"""Stands for a pair that a phrase does not ask for; every token of a pair field is longer."""
LONGEST_CHARS = 200
"""Longer words are sent shortened, with a hash of the whole: Lucene bounds what a term may be."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_STAND_IN = "\ud7ff"
"""The last code point before the surrogates, never assigned: what it begins sorts where they do."""


def safe(text: str) -> str:
    """The text without lone surrogates, which UTF-8 cannot write; different texts stay different.

    Each becomes a character that no text has, and its number. The order of code points stays.
    """
    if _SURROGATE.search(text) is None:
        return text
    return _SURROGATE.sub(lambda found: f"{_STAND_IN}{ord(found.group()):04x}", text)


def word(term: str) -> str:
    """The token of a term of the analyzer."""
    if len(term) <= LONGEST_CHARS:
        return term
    return f"{term[:LONGEST_CHARS]}{hashlib.sha256(term.encode()).hexdigest()}"


def exact_characters(folded: str) -> list[str]:
    """Every character of a folded text, punctuation and spaces too, as tokens."""
    return [safe(character) for character in folded]


def exact_pairs(folded: str) -> list[str]:
    """Every two adjacent characters of a folded text, as tokens."""
    return [safe(folded[at : at + 2]) for at in range(len(folded) - 1)]


def joined(tokens: Iterable[str]) -> str:
    """The text that the cluster splits into these tokens again."""
    return SEPARATOR.join(tokens)


UNKNOWN_YEAR = -(2**31)
"""The number that stands for a year not known: no range of years reaches it."""

_ESCAPE = "~"


def stored_value(value: Value, facet: str = "") -> str | int:
    """A text as it is, but one that begins like the word for unknown gets a sign more before it.

    ``facet`` says whether unknown is the number for years.
    """
    if value is None:
        return UNKNOWN_YEAR if facet and BY_NAME[facet].kind == "year" else UNKNOWN
    if isinstance(value, int):
        return value
    return safe(f"{_ESCAPE}{value}" if value.startswith(_ESCAPE) else value)


def read_value(stored: str | int) -> Value:
    """The value that ``stored_value`` wrote."""
    if stored in (UNKNOWN, UNKNOWN_YEAR):
        return None
    if isinstance(stored, str) and stored.startswith(_ESCAPE):
        return stored[1:]
    return stored


FORMAT = "duansou-opensearch"
FORMAT_VERSION = 2
"""Of what is written here; a reader refuses a newer one."""

BOOKKEEPING_ROUTING = "duansou"
"""The routing of state, manifest and vocabulary: one shard has them all."""

_LABEL_KINDS = frozenset({"caption", "eyebrow", "note", "subtitle"})
_TOKEN_CHARS = 1000
"""Above all that ``word`` makes: the cluster must not split one."""

# Frequencies only: what scores. Places of tokens: what phrases and distances are asked of.
_SCORED = {"type": "text", "analyzer": "tokens", "similarity": "passages"}
_SCORED |= {"index_options": "freqs"}
_FOUND = {"type": "text", "analyzer": "tokens", "index_options": "docs", "norms": False}
_PLACED = {"type": "text", "analyzer": "tokens", "index_options": "positions", "norms": False}
_PLACED_PAIRS = {**_PLACED, "search_analyzer": "phrases"}
_KEYWORD = {"type": "keyword"}
_INTEGER = {"type": "integer"}
_SHOWN = {"type": "keyword", "index": False, "doc_values": False}
_FOLDED = {"type": "binary", "doc_values": True}

SCORED = "scored_"
"""Before the name of a field as it scores: with what is around a passage, and filled up with HOLE,
which nobody asks for, to the length that counts."""

_TEXTS = ("text", "label", "title", "author")
"""What literals, patterns and distances are asked of; fields ``…_exact``, ``…_pairs``,
``…_folded``."""

_SEARCHED: dict[str, Any] = {
    "words": _FOUND,
    **{f"{SCORED}{name}": _SCORED for name in FIELD_WEIGHTS},
    "label_words": _FOUND,
    **{f"{name}_exact": _PLACED for name in _TEXTS},
    **{f"{name}_pairs": _PLACED_PAIRS for name in _TEXTS},
    **{f"{name}_folded": _FOLDED for name in _TEXTS},
}

_STORED: dict[str, Any] = {
    "kind": _KEYWORD,
    "born": _INTEGER,
    "unit": {"type": "join", "relations": {"document": ["passage", "label"]}},
    "document_id": _KEYWORD,
    "passage_id": _KEYWORD,
    "path": _KEYWORD,
    "paragraph": _INTEGER,
    "is_article": {"type": "boolean"},
    "published": _KEYWORD,
    "passages": _INTEGER,
    "part": _INTEGER,
    "record": _SHOWN,
    "title_shown": _SHOWN,
    "has_title": {"type": "boolean"},
}
_OF_PASSAGES = tuple(facet for facet in ALL_FACETS if facet not in DOCUMENT_FACETS)


_EVER = frozenset(("city", "year", "topic", "source", "place", "named_year"))
"""The facets that every record of this format has: one written before another lacks that one."""


def field_of(facet: FacetName) -> str:
    """The field of a facet; one that records use themselves is not taken for it."""
    return f"{facet}_of_document" if facet in _STORED else facet


def is_in_every_record(facet: FacetName) -> bool:
    """Whether what is not known has the value for that, in place of no field."""
    return facet in _EVER


FACET_FIELDS = {field_of(f.name): _INTEGER if f.kind == "year" else _KEYWORD for f in ALL_FACETS}
"""The fields of all facets."""


def facet_values(of: Document | Passage, facets: Iterable[Facet]) -> dict[str, list[str | int]]:
    """The fields of some facets, for a document or a passage."""
    return {
        field_of(facet.name): [stored_value(value, facet.name) for value in facet.values(of)]
        for facet in facets
    }


def index_body(shards: int, replicas: int) -> dict[str, Any]:
    """Settings and mapping of a new index version.

    It refreshes only when told to: a commit does, and what is written before is not to be seen.
    """
    tokenizer = {
        "type": "char_group",
        "tokenize_on_chars": [SEPARATOR],
        "max_token_length": _TOKEN_CHARS,
    }
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                "refresh_interval": "-1",
                "similarity": {"passages": {"type": "BM25", "k1": K1, "b": B}},
                "analysis": {
                    "tokenizer": {"separated": tokenizer},
                    "filter": {"holes": {"type": "stop", "stopwords": [HOLE]}},
                    "analyzer": {
                        "tokens": {"type": "custom", "tokenizer": "separated"},
                        "phrases": {
                            "type": "custom",
                            "tokenizer": "separated",
                            "filter": ["holes"],
                        },
                    },
                },
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_routing": {"required": True},
            "_source": {"excludes": list(_SEARCHED)},
            "properties": {**_STORED, **FACET_FIELDS, **_SEARCHED},
        },
    }


class Record(NamedTuple):
    """One record as a bulk request indexes it."""

    id: str
    routing: str
    source: dict[str, Any]


def records_of(document: Document, analyzer: Analyzer, born: int) -> Iterator[Record]:
    """The record of a document, then those of its labels and passages, with the generation."""
    identity = safe(document.document_id)
    parent = f"{identity}.{born}"
    title = fold(document.title) if document.title is not None else None
    shared = {
        "born": born,
        "document_id": identity,
        "path": safe(document.path),
        # Unknown is the least text, so that it comes last where the newest comes first.
        "published": safe(document.published or ""),
    }
    facets = facet_values(document, DOCUMENT_FACETS)
    yield Record(
        parent,
        identity,
        {
            **shared,
            **facets,
            "kind": "document",
            "unit": "document",
            "paragraph": 0,
            "passages": document.passage_count,
            "record": _json(document.to_record()),
            **({"title_shown": document.title, "has_title": True} if document.title else {}),
            **_placed("title", title),
            **_placed("author", None if document.author is None else fold(document.author)),
        },
    )
    for number, label in enumerate(_labels(document), 1):
        folded = fold(label.text)
        yield Record(
            f"{identity}.label-{number}.{born}",
            identity,
            {
                **shared,
                **facets,
                "kind": "label",
                "unit": {"name": "label", "parent": parent},
                "paragraph": number,
                "record": _json(asdict(label)),
                "label_words": joined(dict.fromkeys(map(word, analyzer.terms(folded)))),
                **_placed("label", folded),
            },
        )
    passages = list(passages_of(document))
    kinds = forms((passage.text, passage.headings) for passage in passages)
    for number, (passage, form) in enumerate(zip(passages, kinds, strict=True)):
        folded = fold(passage.text)
        before = [title or "", *map(fold, passage.headings)]
        if form > ARTICLE:
            before.append(fold(passages[number - form + 1].text))
        yield Record(
            f"{passage.passage_id}.{born}",
            identity,
            {
                **shared,
                **facets,
                **facet_values(passage, _OF_PASSAGES),
                "kind": "passage",
                "unit": {"name": "passage", "parent": parent},
                "passage_id": passage.passage_id,
                "paragraph": passage.paragraph,
                "record": _json(asdict(passage)),
                "words": joined(map(word, analyzer.terms(folded))),
                "is_article": form == ARTICLE,
                **_scored(analyzer, folded, before, is_item=form > ARTICLE),
                **_placed("text", folded),
            },
        )


def _scored(
    analyzer: Analyzer, folded: str, before: Sequence[str], *, is_item: bool
) -> dict[str, str]:
    """The fields that score, of a folded text and of what stands before it."""
    read: dict[str, Callable[[str], list[str]]] = {
        "words": lambda text: list(map(word, analyzer.terms(text))),
        "pairs": pairs,
        "characters": characters,
    }
    fields = {}
    for name, tokens_of in read.items():
        tokens = tokens_of(folded)
        least = (ITEM_FLOORS if is_item else FLOORS)[name]
        tokens += [HOLE] * (least - len(tokens))
        if name in WITH_CONTEXT:
            tokens += [token for text in before for token in tokens_of(text)]
        fields[f"{SCORED}{name}"] = joined(tokens)
    return fields


def passage_of(source: Mapping[str, Any]) -> Passage:
    """The passage of a record."""
    passage = passage_from(json.loads(source["record"]))
    _require_written(passage)
    return passage


def _require_written(passage: Passage) -> None:
    """Raise IndexBrokenError unless a passage is the one that its id and its hash are of."""
    digest = sha256_hex(passage.text)
    of = sha256_hex(passage.document_id)[:8]
    identity = f"{digest[:20]}-{of}"
    if digest != passage.sha256 or not (
        passage.passage_id == identity or passage.passage_id.startswith(f"{identity}-")
    ):
        raise IndexBrokenError("cluster-passage-altered", passage_id=passage.passage_id)


def document_of(source: Mapping[str, Any]) -> Document:
    """The document of a record."""
    return Document.from_record(json.loads(source["record"]))


def label_of(source: Mapping[str, Any]) -> LabelHit:
    """The label of a record."""
    return LabelHit(**json.loads(source["record"]))


def _labels(document: Document) -> Iterator[LabelHit]:
    for paragraph in document.paragraphs:
        is_label = paragraph.role in ("title", "heading") or (
            paragraph.role == "metadata" and paragraph.kind in _LABEL_KINDS
        )
        if is_label:
            yield LabelHit(
                document_id=document.document_id,
                path=document.path,
                title=document.title,
                role=paragraph.role,
                kind=paragraph.kind,
                text=document.slice(paragraph),
            )


def _placed(name: str, folded: str | None) -> dict[str, str]:
    """The fields in which a folded text is found by its characters."""
    if folded is None:
        return {}
    return {
        f"{name}_exact": joined(exact_characters(folded)),
        f"{name}_pairs": joined(exact_pairs(folded)),
        f"{name}_folded": base64.b64encode(safe(folded).encode()).decode("ascii"),
    }


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate cannot be written as UTF-8, but as an escape of JSON.
    return text if safe(text) == text else json.dumps(value, separators=(",", ":"))
