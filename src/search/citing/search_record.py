"""The record of a search: what was asked, on which state, with which counts; as text and JSON.

``check`` runs a recorded search again and names every difference.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar, cast, get_type_hints
from urllib.parse import urlencode

from ..analysis.equivalence import Kind
from ..documents.declared import Count, Member, Says, json_of, view
from ..documents.document import sha256_hex
from ..documents.facets import ALL_FACETS, UNKNOWN, YearRange
from ..errors import InputError, UsageError
from ..index.answers import FacetCount, SomeFacetCounts
from ..languages.sentences import Sentence
from ..query.nodes import (
    Alike,
    And,
    Equivalent,
    Every,
    FacetIs,
    InField,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Said,
    Tree,
    Wildcard,
    Word,
)
from ..query.request import NOT, SearchRequest
from ..searching.collection import CollectionState, state_of
from ..searching.index import Index
from ..searching.results import SearchResults

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

    passages: Count
    documents: Count
    literally: Count
    labels: Count
    wider: Count | None
    partial: bool
    facets: SomeFacetCounts = field(default_factory=dict)

    JSON = view("passages documents literally labels with_other_writings=wider partial")


_FACTS = view(
    Member("type", lambda _: KIND, Annotated[str, Says(const=KIND)]),
    Member("version", lambda _: VERSION, Annotated[int, Says(const=VERSION)]),
    "id=record_id made program search=request formula",
)
_PLACE = view("collection address record_address command")
_SHORT = view(*_FACTS, "notices equivalents counts", *_PLACE)
_STABLE = view("search=request counts collection program")


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """What was asked, how it was understood, what was counted, on what, when and with what.

    ``request`` is the search without page and page size. ``understood`` is the tree of the query as
    JSON types, ``formula`` the same on one line, ``notices`` say what was repaired,
    ``equivalents`` are other writings that counted. ``base`` is the
    address of the site, empty where it is not known; then addresses are relative.
    """

    request: SearchRequest
    understood: Tree
    formula: Annotated[str, "How the query is understood, on one line."]
    notices: tuple[Said, ...]
    equivalents: tuple[Equivalent, ...]
    counts: Counts
    collection: CollectionState
    program: str
    made: Annotated[str, "UTC, ISO 8601."]
    base: str = ""

    JSON = view(
        *_FACTS,
        "understood notices equivalents counts facets=counts.facets",
        *_PLACE,
    )

    @property
    def record_id(self) -> Annotated[str, Says(pattern="^[0-9a-f]{16}$")]:
        """16 hex digits: the same for the same search with the same counts on the same state."""
        stable = json_of(self, _STABLE)
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
    def command(self) -> Annotated[str, "Runs the search again, quoted for a shell."]:
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
        return json_of(self, _SHORT if short else None)

    def _address(self, path: str) -> str:
        # What a terminal could not decode has no address: it stands as a question mark.
        query = urlencode(self.request.to_params(), errors="replace")
        return f"{self.base}{path}" + (f"?{query}" if query else "")


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
    notices = [
        Said(n.code, n.message, n.message_en) for n in results.notices if n.code != "page-past-end"
    ]
    # "all" may come to mean more kinds: those that counted are named.
    also = results.request.writings
    return SearchRecord(
        request=replace(results.request, also=also, page=1, limit=None),
        understood=results.query.tree,
        formula=expression(results.query.match),
        notices=tuple(notices),
        equivalents=results.query.equivalents,
        counts=counts,
        collection=state_of(index.reader),
        program=program,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        base=base.rstrip("/"),
    )


_FACET_VALUES = 20
"""So many values of a facet stand in a text; the JSON has them all."""


def record_text(record: SearchRecord) -> str:
    """The record as a text file, with the counts of facets, the commonest values first."""
    return "\n".join([*record_lines(record), *_facet_lines(record)]) + "\n"


def record_lines(record: SearchRecord) -> Iterator[str]:
    """What stands above an exported list: the record without its facets, a statement a line."""
    request, counts, collection = record.request, record.counts, record.collection
    least = "至少 at least " if counts.partial else ""
    yield f"段搜检索记录 Duansou search record {record.record_id}"
    yield f"检索时间 searched: {record.made}"
    yield f"检索式 query: {_one_line(request.query) or '（空，全部段落 none: every passage)'}"
    yield f"理解为 understood as: {_one_line(record.formula)}"
    if request.any_term:
        yield "匹配 matching: 含任一词 any of the words"
    if request.also:
        yield f"也算作符合的写法 other writings that count: {', '.join(request.writings)}"
    for each in record.equivalents:
        yield f"　　{_one_line(each.written)} = {_one_line(each.text)} ({each.kind})"
    for facet in ALL_FACETS:
        if chosen := request.chosen(facet.name):
            values = " | ".join(map(_one_line, chosen))
            yield f"筛选 filter: {facet.label} {facet.name} = {values}"
        if excluded := request.excluded(facet.name):
            values = " | ".join(map(_one_line, excluded))
            yield f"不含 left out: {facet.label} {facet.name} = {values}"
    shown = "，合并转载 reprints collapsed" if request.collapse else ""
    if request.by_document:
        shown = "，按文献 by document"
    yield f"排序 order: {request.sort}{shown}"
    for _, zh, en in record.notices:
        yield f"说明 notice: {_one_line(zh)} {_one_line(en)}"
    yield (
        f"结果 found: {least}{counts.passages:,} 个段落 passages, "
        f"{counts.documents:,} 篇文献 documents; 原样含有 literally: {counts.literally:,}; "
        f"标题与图注 titles and captions: {counts.labels:,}"
    )
    if counts.wider is not None:
        yield f"算上其他写法 with other writings: {counts.wider:,} 个段落 passages"
    yield (
        f"文献库 collection: {collection.passages:,} 个段落 passages, "
        f"{collection.documents:,} 篇文献 documents; 收录至 indexed at: "
        f"{collection.indexed_at or '?'}; {collection.format}, commit {collection.generation}"
    )
    yield f"文件校验 files: {collection.files or '-'}"
    yield (
        f"词典 dictionary: {collection.dictionary}; "
        f"主题词表 taxonomy: {collection.taxonomy or '-'}; "
        f"同义词 synonyms: {collection.synonyms or '-'}; 人工指定 overrides: "
        f"{collection.overrides or '-'}; 行政区划 gazetteer: {collection.gazetteer}; "
        f"读取程序 reader: {collection.reader}"
    )
    yield f"软件 program: {record.program}"
    yield f"地址 address: {record.address}"
    yield f"命令 command: {_one_line(record.command)}"


def _facet_lines(record: SearchRecord) -> Iterator[str]:
    for facet in ALL_FACETS:
        counts = record.counts.facets.get(facet.name, ())
        if not counts:
            continue
        yield ""
        yield f"{facet.label} {facet.name}"
        for count in counts[:_FACET_VALUES]:
            value = "未知 unknown" if count.value is None else _one_line(str(count.value))
            yield f"　　{value}: {count.count:,} / {count.documents:,}"
        if len(counts) > _FACET_VALUES:
            yield f"　　……另有 {len(counts) - _FACET_VALUES} 项 more values"


def _one_line(text: str) -> str:
    """On one line, and without what would command a terminal."""
    return "".join(" " if c.isspace() or not c.isprintable() else c for c in text)


def expression(node: Node) -> str:
    """A query's tree: “text” is literal, word(…) a token, pattern(…) and near(…) as written."""
    match node:
        case Every():
            return "every passage"
        case Literal(text):
            return f"“{text}”"
        case Alike():
            return f"{'whole ' if node.is_whole else ''}“{node.pattern}”"
        case Near(first, second, distance):
            return f"near(“{first}”, “{second}”, {distance})"
        case Word(term):
            return f"word({term})"
        case Wildcard():
            return f"pattern({node.pattern})"
        case InField(field, text):
            return f"{field}:{expression(text)}"
        case FacetIs(facet, values):
            return f"{facet}:{'|'.join(map(_value, values)) or 'no such value'}"
        case And(children):
            return _joined(children, " AND ")
        case Or(children):
            return _joined(children, " OR ")
        case Not(child):
            return f"NOT {expression(child)}"


def _joined(children: tuple[Node, ...], operator: str) -> str:
    if len(children) == 1:
        return expression(children[0])
    return f"({operator.join(map(expression, children))})"


def _value(value: str | YearRange | None) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else f"{value[0]}..{value[1]}"
    return value


RECORD_LIMIT_BYTES = 20_000_000
"""No record is so large."""

T = TypeVar("T")


def read_record(text: str, name: str) -> SearchRecord:
    """The record in a JSON text, or in the first line of an exported JSON Lines file.

    ``name`` is what the text is called in errors. Raises InputError where it is none.
    """
    value = _json(text, name)
    if not isinstance(value, dict) or value.get("type") != KIND:
        raise InputError("record-of-other-kind", name=name)
    if value.get("version") != VERSION:
        raise InputError(
            "record-version-unknown", name=name, version=value.get("version"), known=VERSION
        )
    try:
        return _record(value)
    except (KeyError, TypeError, ValueError, AttributeError, UsageError) as error:
        raise InputError("record-damaged", name=name, error=str(error)) from None


def _json(text: str, name: str) -> Any:
    for candidate in (text, text.partition("\n")[0]):
        try:
            return json.loads(candidate.lstrip("\ufeff"))
        except (ValueError, RecursionError):
            continue
    raise InputError("record-not-json", name=name)


def _record(value: dict[str, Any]) -> SearchRecord:
    counts = value["counts"]
    address = _of(str, value["address"])
    return SearchRecord(
        request=_request(value["search"]),
        understood=_of(dict, value.get("understood", {})),
        formula=_of(str, value["formula"]),
        notices=tuple(
            Said(_of(str, n["code"]), _of(str, n["message"]), _of(str, n["message_en"]))
            for n in value["notices"]
        ),
        equivalents=tuple(
            Equivalent(
                _of(str, e["written"]), _of(str, e["text"]), cast("Kind", _of(str, e["kind"]))
            )
            for e in value["equivalents"]
        ),
        counts=Counts(
            passages=_of(int, counts["passages"]),
            documents=_of(int, counts["documents"]),
            literally=_of(int, counts["literally"]),
            labels=_of(int, counts["labels"]),
            wider=None
            if counts["with_other_writings"] is None
            else _of(int, counts["with_other_writings"]),
            partial=_of(bool, counts["partial"]),
            facets={
                _of(str, facet): tuple(_count(c) for c in values)
                for facet, values in value.get("facets", {}).items()
            },
        ),
        collection=_collection_of(value["collection"]),
        program=_of(str, value["program"]),
        made=_of(str, value["made"]),
        base=address.partition("?")[0].rstrip("/"),
    )


def _request(search: dict[str, Any]) -> SearchRequest:
    """The search as the parameters of an address, so that it is checked like one."""
    params = [("q", _of(str, search["query"])), ("any", "1" if _of(bool, search["any"]) else "")]
    params += [("also", _of(str, kind)) for kind in search["also"]]
    filters = search["filters"]
    for name in (f"{start}{facet.name}" for start in ("", NOT) for facet in ALL_FACETS):
        params += [(name, _of(str, value)) for value in filters.get(name, ())]
    params.append(("sort", _of(str, search["sort"])))
    params.append(("collapse", "1" if _of(bool, search["collapse"]) else ""))
    params.append(("by", "document" if _of(bool, search["by_document"]) else ""))
    return SearchRequest.from_params(params)


def _count(count: dict[str, Any]) -> FacetCount:
    value = count["value"]
    if value is not None and not isinstance(value, str | int):
        raise TypeError("the value of a facet is a text, a number or null")
    return FacetCount(value, _of(int, count["count"]), _of(int, count["documents"]))


def _collection_of(value: dict[str, Any]) -> CollectionState:
    kinds = get_type_hints(CollectionState)
    return CollectionState(
        **{f.name: _of(kinds[f.name], value[f.name]) for f in fields(CollectionState)}
    )


def _of(kind: type[T], value: object) -> T:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{str(value)[:40]!r} is not of the kind {kind.__name__}")
    if isinstance(value, str):
        value.encode()  # Half a surrogate pair is no character: a ValueError says so.
    return value


_REASONS = {
    "documents": Sentence("changed-documents"),
    "passages": Sentence("changed-passages"),
    "files": Sentence("changed-files"),
    "dictionary": Sentence("changed-dictionary"),
    "taxonomy": Sentence("changed-taxonomy"),
    "synonyms": Sentence("changed-synonyms"),
    "overrides": Sentence("changed-overrides"),
    "gazetteer": Sentence("changed-gazetteer"),
    "reader": Sentence("changed-reader"),
    "format": Sentence("changed-format"),
    "generation": Sentence("changed-generation"),
    "indexed_at": Sentence("changed-indexed-at"),
}
"""Field of a collection → what its change says, the likeliest cause first."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What was recorded and what is found now; ``why`` says what a change of the state means."""

    name: str
    recorded: str | int | None
    now: str | int | None
    why: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A record, the same search today, the counts that differ, and what changed meanwhile."""

    recorded: SearchRecord
    now: SearchRecord
    counts: tuple[Difference, ...]
    changes: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether every recorded count is what it was."""
        return not self.counts


def check(index: Index, recorded: SearchRecord, *, program: str, base: str) -> Check:
    """Run a recorded search again and compare. Raises what ``Index.run`` does."""
    now = record_search(index, recorded.request, program=program, base=base)
    return compared(recorded, now)


def compared(recorded: SearchRecord, now: SearchRecord) -> Check:
    """What differs between two records of one search; facets only where both have them."""
    counts = list(_counts(recorded.counts, now.counts))
    if recorded.counts.facets:
        counts += _facets(recorded.counts.facets, now.counts.facets)
    changes = list(_collection(recorded.collection, now.collection))
    if recorded.program != now.program:
        why = Sentence("changed-program")
        changes.append(Difference("program", recorded.program, now.program, why))
    if recorded.formula != now.formula:
        why = Sentence("changed-understanding")
        changes.append(Difference("understood", recorded.formula, now.formula, why))
    if recorded.counts.partial or now.counts.partial:
        why = Sentence("changed-partial")
        changes.append(
            Difference("partial", str(recorded.counts.partial), str(now.counts.partial), why)
        )
    return Check(recorded, now, tuple(counts), tuple(changes))


def _counts(recorded: Counts, now: Counts) -> Iterator[Difference]:
    for name in ("passages", "documents", "literally", "labels", "wider"):
        before, after = getattr(recorded, name), getattr(now, name)
        if before != after:
            yield Difference(name, before, after)


def _facets(
    recorded: Mapping[str, tuple[FacetCount, ...]], now: Mapping[str, tuple[FacetCount, ...]]
) -> Iterator[Difference]:
    for facet in dict.fromkeys([*recorded, *now]):
        before = {c.value: c.count for c in recorded.get(facet, ())}
        after = {c.value: c.count for c in now.get(facet, ())}
        for value in dict.fromkeys([*before, *after]):
            if before.get(value, 0) != after.get(value, 0):
                name = f"{facet} {'unknown' if value is None else value}"
                yield Difference(name, before.get(value, 0), after.get(value, 0))


def _collection(recorded: CollectionState, now: CollectionState) -> Iterator[Difference]:
    known = [f.name for f in fields(CollectionState)]
    for name in sorted(known, key=list(_REASONS).index):
        before, after = getattr(recorded, name), getattr(now, name)
        if before != after:
            yield Difference(name, before, after, _REASONS[name])
