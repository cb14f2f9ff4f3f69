"""The index as a Whoosh index: its schema, its analyzer, and how Whoosh opens it.

A commit writes the table of contents that ``whoosh.index.open_dir`` reads beside our own (``toc``).
What Whoosh unpickles there are calls of two functions of this module, so that it holds for every
release of Whoosh and names no class of either. ``open_whoosh`` reads our table of contents alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import analysis as whoosh_analysis
from whoosh import fields as whoosh_fields
from whoosh import index as whoosh_index
from whoosh import qparser as whoosh_qparser
from whoosh import query as whoosh_query
from whoosh import reading as whoosh_reading
from whoosh import searching as whoosh_searching
from whoosh.filedb import filestore as whoosh_filestore

from ...analysis.text import fold
from ...analysis.words import Analyzer, Token
from ...documents.facets import ALL_FACETS, Facet, ancestors
from ...errors import IndexTooOldError, QueryError
from ...facets.gazetteer import Gazetteer
from .codec import ArraySegment, refuse_to_write, shared_analyzer
from .container import VERSION, Ints
from .segment import Segment
from .toc import SegmentEntry, Toc, entry_of, read_checked, read_toc, too_old

# Releases of Whoosh differ in how far they are typed.
analysis: Any = whoosh_analysis
fields: Any = whoosh_fields
filestore: Any = whoosh_filestore
index: Any = whoosh_index
qparser: Any = whoosh_qparser
queries: Any = whoosh_query
reading: Any = whoosh_reading
searching: Any = whoosh_searching


class JiebaAnalyzer(analysis.Tokenizer):  # type: ignore[misc]
    """A tokenizer of Whoosh that gives jieba's words, for any schema.

    Of a text to index it gives every word and the dictionary words inside of longer ones, which
    have the position of their word; of a query the words alone. Offsets are those of the text as it
    is; the words are folded (full-width letters, case). Filters follow with ``|``.
    """

    __module__ = "search"  # the name under which a schema that has one is pickled

    def __init__(self, user_words: Sequence[str] = ()) -> None:
        self.user_words = tuple(user_words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JiebaAnalyzer) and self.user_words == other.user_words

    def __hash__(self) -> int:
        return hash(self.user_words)

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **others: Any,
    ) -> Iterator[Any]:
        """The tokens of a text; it is one token, folded, where ``tokenize`` is False."""
        token = analysis.Token(positions, chars, removestops=removestops, mode=mode, **others)
        found: Sequence[Token] = [Token(fold(value), 0, 0, len(value))]
        if tokenize:
            found = shared_analyzer(self.user_words).tokens(value, inner=mode != "query")
        # Of tokens that begin together the longest first, as what is marked goes on behind it.
        for each in sorted(found, key=lambda each: (each.start_char, -each.end_char)):
            token.text, token.boost, token.stopped = each.term, 1.0, False
            if keeporiginal:
                token.original = value[each.start_char : each.end_char]
            if positions:
                token.pos = start_pos + each.position
            if chars:
                token.startchar = start_char + each.start_char
                token.endchar = start_char + each.end_char
            yield token


class _PlaceAnalyzer(analysis.Tokenizer):  # type: ignore[misc]
    """Of a place to index its path and what is above it, of a query the paths that it may mean.

    贵港 means 广西壮族自治区/贵港市, which is indexed as that and as 广西壮族自治区.
    """

    def __init__(self, places: Callable[[], Gazetteer]) -> None:
        self._places = places

    def __call__(self, value: str, positions: bool = False, **others: Any) -> Iterator[Any]:
        mode, paths = others.get("mode") if others.get("tokenize", True) else None, [value]
        if mode == "index":
            paths = list(map(str, ancestors(value)))
        elif mode == "query":
            meant = self._places().resolve(value)
            paths = ["/".join(filter(None, place)) for place in meant] or paths
        token = analysis.Token(positions, **others)
        for number, path in enumerate(paths):
            token.text, token.boost, token.stopped, token.pos = path, 1.0, False, number
            token.startchar, token.endchar = 0, len(value)
            yield token


class _Year(fields.NUMERIC):  # type: ignore[misc]
    """A year, None where it is unknown."""

    def __init__(self, *, stored: bool) -> None:
        # Without coarser terms for ranges: there are few years.
        super().__init__(int, 32, stored=stored, sortable=True, shift_step=0)

    def from_column_value(self, x: Any) -> int | None:
        """The year of a key that columns sort by."""
        year = super().from_column_value(x)
        return None if year == self.max_value else int(year)


def schema(user_words: Sequence[str] = (), places: Callable[[], Gazetteer] = Gazetteer.load) -> Any:
    """The fields of a passage as Whoosh knows them; of ``places`` only queries ask."""
    words = JiebaAnalyzer(user_words)

    def text() -> Any:
        # What is typed without a space between is a phrase, as everywhere in Chinese.
        field = fields.TEXT(analyzer=words, stored=True)
        field.multitoken_query = "phrase"
        return field

    def of_facet(facet: Facet) -> Any:
        is_stored = not facet.named
        if facet.kind == "year":
            return _Year(stored=is_stored)
        if facet.kind == "place":
            field = fields.ID(stored=is_stored, sortable=is_stored, analyzer=_PlaceAnalyzer(places))
            field.multitoken_query = "or"
            return field
        if facet.several:
            return fields.KEYWORD(stored=True, commas=True, sortable=True)
        return fields.ID(stored=True, sortable=True)

    return fields.Schema(
        text=text(),
        title=text(),
        headings=text(),
        passage_id=fields.ID(stored=True, unique=True),
        document_id=fields.ID(stored=True),
        published=fields.ID(stored=True, sortable=True),
        **{each.name: of_facet(each) for each in ALL_FACETS},
        **{name: fields.STORED() for name in ("path", "paragraph", "site", "author", "url")},
    )


def schema_of_commit(record: str) -> Any:
    """The schema that a table of contents names (``toc.whoosh_toc``)."""
    return schema(_readable(record)["user_words"])


def segments_of_commit(record: str) -> list[ArraySegment]:
    """The segments that a table of contents names; one of nothing where there is none.

    It is there because Whoosh asks it, and nothing else, before it writes: so it can refuse.
    """
    commit = _readable(record)
    words = tuple(commit["user_words"])
    return _segments(tuple(map(entry_of, commit["segments"])), words)


def _readable(record: str) -> Any:
    """The record of a commit; raises IndexTooOldError where another Duansou made it."""
    commit = json.loads(record)
    analyzer = Analyzer(commit["user_words"])
    if commit["version"] != VERSION or commit["analyzer_digest"] != analyzer.digest:
        raise IndexTooOldError("whoosh-index-too-old")
    return commit


def _segments(entries: Sequence[SegmentEntry], words: tuple[str, ...]) -> list[ArraySegment]:
    return [ArraySegment(entry, words) for entry in entries] or [ArraySegment(None)]


def open_whoosh(index_dir: str | Path = "index") -> Any:
    """The newest commit of an index in a folder as a ``whoosh.index.Index``, for reading.

    Nothing is unpickled: unlike ``whoosh.index.open_dir`` it may be asked for a folder of somebody
    else. Raises what opening an index raises.
    """
    return ArrayIndex(Path(index_dir))


class ArrayIndex(index.Index):  # type: ignore[misc]
    """A folder as a Whoosh index, for reading; each reader is of the commit of its time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.schema = schema(self._toc().user_words, self._places)

    def _toc(self) -> Toc:
        toc = read_toc(self._folder)
        if Analyzer(toc.user_words).digest != toc.analyzer_digest:
            raise too_old(self._folder, "was segmented with an older dictionary")
        return toc

    def _places(self) -> Gazetteer:
        manifest = json.loads(read_checked(self._folder, self._toc().manifest))
        return Gazetteer.with_places(manifest.get("places") or "")

    def latest_generation(self) -> int:
        """Number of the newest commit."""
        return self._toc().generation

    def is_empty(self) -> bool:
        """Whether it has no segment."""
        return not self._toc().segments

    def reader(self, reuse: Any = None) -> Any:
        """A reader of all segments."""
        toc = self._toc()
        while True:
            segments = _segments(toc.segments, toc.user_words)
            storage = filestore.FileStorage(str(self._folder))
            try:
                return _reader(storage, self.schema, segments, toc.generation)
            except FileNotFoundError:
                # A later commit has removed its files.
                before, toc = toc, self._toc()
                if toc == before:
                    raise

    def writer(self, **others: Any) -> Any:
        """Refuses."""
        refuse_to_write()


def _reader(storage: Any, of: Any, segments: Sequence[ArraySegment], generation: int) -> Any:
    readers = [reading.SegmentReader(storage, of, each, generation) for each in segments]
    return readers[0] if len(readers) == 1 else reading.MultiReader(readers, generation)


def _searcher_of(toc: Toc, segments: Sequence[Segment]) -> Any:
    """A searcher of Whoosh on segments that are open."""
    words = toc.user_words
    opened = [ArraySegment(each.entry, words, each) for each in segments] or [ArraySegment(None)]
    return searching.Searcher(_reader(None, schema(words), opened, toc.generation))


def parse_whoosh(text: str, user_words: Sequence[str], places: Gazetteer) -> Any:
    """A text in the query language of Whoosh as its query; ``text`` is the field without a name.

    Raises QueryError where it is not one, such as a year that is no number.
    """
    parser = qparser.QueryParser("text", schema(user_words, lambda: places))
    parser.add_plugin(qparser.FuzzyTermPlugin())
    # Normalizing would drop the mark of what could not be read.
    query = parser.parse(text, normalize=False)
    for leaf in query.leaves():
        error = getattr(leaf, "error", None)
        if error is not None:
            raise QueryError("whoosh-query-unreadable", query=text, error=str(error))
    return query.normalize()


def text_terms(query: Any) -> list[str]:
    """The words of the passage that a query of Whoosh asks for, in its order, repeats kept."""
    return [
        term for name, term in query.iter_all_terms() if name == "text" and isinstance(term, str)
    ]


def units_of_query(toc: Toc, segments: Sequence[Segment], query: Any) -> Callable[[Segment], Ints]:
    """Segment → its passages that a query of Whoosh matches, as Whoosh says, ascending, intp.

    The function raises QueryError for what Whoosh cannot answer on this index.
    """
    searcher = _searcher_of(toc, segments)
    leaves = dict(zip(segments, searcher.leaf_searchers(), strict=False))

    def units(segment: Segment) -> Ints:
        leaf, _ = leaves[segment]
        try:
            matcher = query.matcher(leaf, leaf.boolean_context())
            return np.fromiter(matcher.all_ids(), np.intp)
        except queries.QueryError as error:
            raise QueryError("whoosh-query-unanswerable", query=query, error=str(error)) from error

    return units
