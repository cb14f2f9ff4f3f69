"""Which passages are exported, in which order? All that a search finds, a part at a time.

What is held at once does not grow with what is found. All of it is of one commit. An export is
whole, or it fails: where time runs out, it ends in an error instead of in a list that looks whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...budget import ensured
from ...documents.document import Passage
from ...errors import IndexBusyError, UsageError
from ...index.engine import EngineRequest
from ...query.request import SearchRequest
from ...searching.index import Index
from ..search_record.record import SearchRecord, record_search

AT_ONCE = 2_000
"""Passages that are held at the same time."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be exported: the first ``size`` passages of what the search of ``record`` finds.

    ``record`` is of the search with every reprint by itself, as each passage is exported.
    """

    index: Index
    record: SearchRecord
    size: int

    @property
    def is_whole(self) -> bool:
        """Whether all that was found is exported."""
        return self.size == self.record.counts.passages

    def passages(self) -> Iterator[Passage]:
        """The passages in the order of the search.

        Raises IndexBusyError where a part of the search takes too long: what was given before is
        not the whole.
        """
        index, request = self.index, self.record.request
        query = index.parse(request)
        if request.sort != "relevance":
            # Nothing is ranked, so nothing needs to score.
            query = replace(query, words=(), pairs=(), characters=())
        asked = EngineRequest(
            query=query,
            filters=index.filters(request, []),
            sort=request.sort,
            facets=False,
        )
        offset = 0
        while offset < self.size:
            limit = min(AT_ONCE, self.size - offset)
            with ensured(index.query_budget_ms or None):
                part = index.reader.search(replace(asked, offset=offset, limit=limit))
            if part.partial:
                raise _late()
            for passage, _ in part.hits:
                yield passage
            offset += len(part.hits)


def prepare(
    index: Index,
    request: SearchRequest,
    *,
    limit: int,
    program: str,
    base: str,
    first: int | None = None,
) -> Export:
    """Verify, search, record, and say what would be exported; no passage is read yet.

    ``first`` takes only so many from the beginning of the order. Raises UsageError where more than
    ``limit`` passages would be exported, or the search did not finish; and what ``Index.run`` does.
    """
    # So that no export ends in the middle.
    index.reader.verify()
    record = record_search(
        index, replace(request, collapse=False, by_document=False), program=program, base=base
    )
    found = record.counts.passages
    if record.counts.partial:
        raise UsageError(
            f"The search did not finish within {index.query_budget_ms} ms, so what it finds cannot "
            "be exported whole: narrow it, or raise DUANSOU_QUERY_BUDGET_MS.",
            zh="检索没有在限定时间内完成，无法完整导出：请缩小检索范围，或调高 "
            "DUANSOU_QUERY_BUDGET_MS。",
        )
    size = found if first is None else min(first, found)
    if size > limit:
        raise UsageError(
            f"The search finds {found:,} passages, and at most {limit:,} are exported at once: "
            "narrow it by place, year, topic or source and export the parts, raise "
            f"DUANSOU_EXPORT_LIMIT, or take the first with `duansou export --limit {limit}`.",
            zh=f"检索到 {found:,} 个段落，一次最多导出 {limit:,} 个：请用地区、年份、主题或来源"
            "缩小范围，分几次导出，或请维护者调高 DUANSOU_EXPORT_LIMIT。",
        )
    return Export(index, record, size)


def _late() -> IndexBusyError:
    return IndexBusyError(
        "A part of the search took longer than DUANSOU_QUERY_BUDGET_MS, so the export is not "
        "whole: run it again, or raise that setting."
    )
