"""Link near-identical passages of different documents to the original.

MinHash (Broder, On the resemblance and containment of documents, SEQUENCES 1997) proposes, the true
resemblance of the sets of adjacent character pairs decides. Texts that differ in a figure report
different things and are no reprints of each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

try:
    from rensa import RMinHash, RMinHashLSH
except ImportError:  # There is no wheel for every system.
    from .sketches import RMinHash, RMinHashLSH

from ..analysis.text import fold
from ..documents.document import Passage, passage_id

REPRINTS = "reprints"
"""The key of a manifest under which links between passages stand."""

_MIN_CHARS = 20
"""Shorter texts (本条例自公布之日起施行) say nothing on where they come from."""
_RESEMBLANCE = 0.9
_HASHES, _BANDS = 64, 16
"""With 16 bands of 4, two texts of resemblance 0.9 meet in one but for 1 in 10,000,000."""

_LETTERS = re.compile(r"[^\W_]+")
_FIGURES = re.compile(r"[0-9]+")
_NO_DATE = "9999"


@dataclass(frozen=True, slots=True)
class Reprints:
    """Groups of passage ids, in each the original first.

    ``compared`` is the number of passages that were compared; ``current`` says that they are those
    of the index, which has not changed since.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    compared: int = 0
    current: bool = False

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> Reprints:
        """What an index remembers; nothing where its passages were never compared."""
        record = manifest.get(REPRINTS)
        if not record:
            return cls()
        groups = tuple(tuple(group) for group in record["groups"])
        return cls(groups, record["compared"], record["current"])

    def changed_in(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """A manifest with these links in it, all else as it was."""
        groups = [list(group) for group in self.groups]
        record = {"groups": groups, "compared": self.compared, "current": self.current}
        return {**manifest, REPRINTS: record}

    @property
    def linked(self) -> int:
        """How many passages are in a group."""
        return sum(map(len, self.groups))

    def by_passage(self) -> dict[str, tuple[str, ...]]:
        """Passage id → its group, the original first."""
        return {passage_id: group for group in self.groups for passage_id in group}

    def group_of(self, passage_id: str) -> tuple[str, ...]:
        """The group of one passage, the original first; nothing where it is in none."""
        return next((group for group in self.groups if passage_id in group), ())


def outdated_links(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What of a manifest goes into that of a changed index: the links, no longer current."""
    record = manifest.get(REPRINTS)
    return {REPRINTS: {**record, "current": False}} if record else {}


def links_without(manifest: Mapping[str, Any], document_ids: Iterable[str]) -> dict[str, Any]:
    """What of a manifest goes into that of an index without some documents: the other links."""
    record = manifest.get(REPRINTS)
    if not record:
        return {}
    gone = {passage_id("", document_id).split("-")[1] for document_id in document_ids}
    kept = ([m for m in group if m.split("-")[1] not in gone] for group in record["groups"])
    return {REPRINTS: {**record, "groups": [group for group in kept if len(group) > 1]}}


def link_reprints(
    passages: Iterable[Passage], progress: Callable[[int], None] = lambda done: None
) -> Reprints:
    """Compare every passage with those before it in order of publication.

    The first of a text is taken for the original: by date, of one day the one that names its
    outlet, then in the order given. Each further passage joins the original it resembles most, so
    that no chain of small changes links what is different. A text that stands in one document only
    is not linked.
    """
    order = sorted(map(_compared, passages), key=lambda text: (text.day, text.nameless))
    groups: list[list[_Text]] = []
    same: dict[str, int] = {}
    index = RMinHashLSH(threshold=_RESEMBLANCE, num_perm=_HASHES, num_bands=_BANDS)
    for done, text in enumerate(order, start=1):
        if len(text.folded) >= _MIN_CHARS:
            number = same.get(text.folded)
            if number is None:
                number = _nearest(text.folded, groups, index)
            groups[number].append(text)
            same.setdefault(text.folded, number)
        progress(done)
    return Reprints(
        tuple(
            tuple(text.passage_id for text in group)
            for group in groups
            if len({text.document_id for text in group}) > 1
        ),
        len(order),
        current=True,
    )


def is_reprint(text: str, other: str) -> bool:
    """Whether two texts, of any length, would be linked: nearly the same, every figure the same."""
    one, two = fold(text), fold(other)
    return one == two or _resemblance(one, two) >= _RESEMBLANCE


@dataclass(frozen=True, slots=True)
class _Text:
    """What of a passage is compared: all passages are held at once."""

    passage_id: str
    document_id: str
    folded: str
    day: str
    nameless: bool


def _compared(passage: Passage) -> _Text:
    return _Text(
        passage.passage_id,
        passage.document_id,
        fold(passage.text),
        (passage.published or _NO_DATE)[:10],
        passage.source is None,
    )


def _nearest(text: str, groups: list[list[_Text]], index: RMinHashLSH) -> int:
    """The number of the group a text belongs to, a new one where it resembles no original."""
    pairs = _pairs(text)
    sketch = RMinHash(num_perm=_HASHES, seed=1)
    sketch.update(list(pairs))
    best, number = 0.0, -1
    for candidate in sorted(index.query(sketch)):
        alike = _resemblance(groups[candidate][0].folded, text)
        if alike >= _RESEMBLANCE and alike > best:
            best, number = alike, candidate
    if number < 0:
        number = len(groups)
        groups.append([])
        index.insert(number, sketch)
    return number


def _resemblance(original: str, text: str) -> float:
    """Of two folded texts: the share of pairs in common of all pairs, 0 where figures differ."""
    if _FIGURES.findall(original) != _FIGURES.findall(text):
        return 0.0
    pairs, others = _pairs(text), _pairs(original)
    return len(pairs & others) / max(len(pairs | others), 1)


def _pairs(text: str) -> frozenset[str]:
    """Adjacent characters two by two, punctuation and space left out."""
    letters = "".join(_LETTERS.findall(text))
    return frozenset(map(str.__add__, letters, letters[1:])) or frozenset((letters,))
