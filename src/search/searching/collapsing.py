"""Which hits are shown where not all are: one of each text, or one of each document?

Of each text that was reprinted, the original is shown if it matches.

The hits are walked in their order up to a bound; what lies beyond it is listed as it is. So pages
stay exact and partition what is shown, and a count never depends on the switch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..documents.document import Passage
from ..index.answers import Found
from ..index.engine import EngineRequest, Reader

WALK_LIMIT = 1000
"""Hits among which reprints are collapsed; further ones are listed one by one."""


@dataclass(frozen=True, slots=True)
class Collapsed:
    """One slice of collapsed hits.

    ``shown`` is how many there are on all pages, ``hidden`` how many matching passages stand behind
    others there, and ``behind`` has those of this slice by the passage that stands for them, the
    nearest to the original first. ``further`` has, by the passage that stands for its document, how
    many more of it match.
    """

    found: Found
    shown: int
    hidden: int
    behind: Mapping[str, tuple[Passage, ...]]
    further: Mapping[str, int] = field(default_factory=dict)


def uncollapsed(reader: Reader, request: EngineRequest) -> Collapsed:
    """The slice of ``request`` as it is."""
    found = reader.search(request)
    return Collapsed(found, found.total, 0, {})


def best_of_documents(reader: Reader, request: EngineRequest) -> Collapsed:
    """The slice of ``request`` with the best passage of each document."""
    found = reader.search(replace(request, by_document=True))
    counts = zip(found.hits, found.further, strict=True)
    return Collapsed(
        found,
        shown=found.documents,
        hidden=found.total - found.documents,
        behind={},
        further={passage.passage_id: more for (passage, _), more in counts if more},
    )


def collapse_reprints(
    reader: Reader, request: EngineRequest, groups: Mapping[str, tuple[str, ...]]
) -> Collapsed:
    """The slice of ``request`` with each text once. ``groups`` are by passage, originals first."""
    walked = reader.search(replace(request, offset=0, limit=WALK_LIMIT))
    entries: list[list[tuple[Passage, float]]] = []
    of_group: dict[tuple[str, ...], int] = {}
    for passage, score in walked.hits:
        group = groups.get(passage.passage_id)
        if group is None or group not in of_group:
            if group is not None:
                of_group[group] = len(entries)
            entries.append([(passage, score)])
        else:
            entries[of_group[group]].append((passage, score))
    for entry in entries:
        if len(entry) > 1:
            order = groups[entry[0][0].passage_id]
            entry.sort(key=lambda hit: order.index(hit[0].passage_id))
    hidden = len(walked.hits) - len(entries)
    hits = [entry[0] for entry in entries[request.offset : request.offset + request.limit]]
    if len(hits) < request.limit and walked.total > WALK_LIMIT:
        beyond = max(request.offset - len(entries), 0) + WALK_LIMIT
        left = request.limit - len(hits)
        rest = replace(request, offset=beyond, limit=left, facets=False, named=False)
        hits.extend(reader.search(rest).hits)
    heads = {passage.passage_id for passage, _ in hits}
    return Collapsed(
        found=replace(walked, hits=tuple(hits), repeats=()),
        shown=walked.total - hidden,
        hidden=hidden,
        behind={
            entry[0][0].passage_id: tuple(passage for passage, _ in entry[1:])
            for entry in entries
            if len(entry) > 1 and entry[0][0].passage_id in heads
        },
    )
