"""Choose the hits shown where not all are: one of each text, or one of each document.

Of each text that was reprinted, the original is shown if it matches.

The hits are walked in their order up to a bound; what lies beyond it is listed as it is. So pages
stay exact and partition what is shown, and a count never depends on the switch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..documents.document import Passage
from ..index.answers import Answer, Found
from ..index.engine import Plan, Reader

WALK_LIMIT = 1000
"""Hits among which reprints are collapsed; further ones are listed one by one."""


@dataclass(frozen=True, slots=True)
class Collapsed:
    """One slice of collapsed hits, and what else was asked with it.

    ``shown`` is how many there are on all pages, ``hidden`` how many matching passages stand behind
    others there, and ``behind`` has those of this slice by the passage that stands for them, the
    nearest to the original first. ``further`` has, by the passage that stands for its document, how
    many more of it match.
    """

    answer: Answer
    shown: int
    hidden: int
    behind: Mapping[str, tuple[Passage, ...]]
    further: Mapping[str, int] = field(default_factory=dict)

    @property
    def found(self) -> Found:
        """The slice."""
        return self.answer.found


def uncollapsed(reader: Reader, plan: Plan) -> Collapsed:
    """The slice of a plan as it is."""
    answer = reader.answer(plan)
    return Collapsed(answer, answer.found.total, 0, {})


def best_of_documents(reader: Reader, plan: Plan) -> Collapsed:
    """The slice of a plan with the best passage of each document."""
    answer = reader.answer(replace(plan, search=replace(plan.search, by_document=True)))
    found = answer.found
    counts = zip(found.hits, found.further, strict=True)
    return Collapsed(
        answer,
        shown=found.documents,
        hidden=found.total - found.documents,
        behind={},
        further={passage.passage_id: more for (passage, _), more in counts if more},
    )


def collapse_reprints(
    reader: Reader, plan: Plan, groups: Mapping[str, tuple[str, ...]]
) -> Collapsed:
    """The slice of a plan with each text once. ``groups`` are by passage, originals first."""
    request = plan.search
    first = replace(request, offset=0, limit=WALK_LIMIT)
    answer = reader.answer(replace(plan, search=first))
    walked = answer.found
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
    shown = slice(request.offset, request.offset + request.limit)
    hits = [entry[0] for entry in entries[shown]]
    repeats = _repeats([entry[0][0].text for entry in entries])[shown] if walked.repeats else []
    if len(hits) < request.limit and walked.total > WALK_LIMIT:
        beyond = max(request.offset - len(entries), 0) + WALK_LIMIT
        left = request.limit - len(hits)
        rest = replace(request, offset=beyond, limit=left, facets=False, named=False)
        beyond_walk = reader.search(rest)
        hits.extend(beyond_walk.hits)
        repeats.extend(beyond_walk.repeats)
    heads = {passage.passage_id for passage, _ in hits}
    return Collapsed(
        replace(answer, found=replace(walked, hits=tuple(hits), repeats=tuple(repeats))),
        shown=walked.total - hidden,
        hidden=hidden,
        behind={
            entry[0][0].passage_id: tuple(passage for passage, _ in entry[1:])
            for entry in entries
            if len(entry) > 1 and entry[0][0].passage_id in heads
        },
    )


def _repeats(texts: list[str]) -> list[bool]:
    """Which texts stand above. Hits change places here, so what the walk says does not hold."""
    seen: set[str] = set()
    repeats = []
    for text in texts:
        repeats.append(text in seen)
        seen.add(text)
    return repeats
