"""Which places does each paragraph of a document name? Another question than what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..documents.document import NamedPlace, Place
from .divisions import contains
from .gazetteer import Gazetteer
from .mentions import Mention


def named_places(
    title: str | None, paragraphs: Sequence[str], known: Iterable[Place] = ()
) -> list[tuple[NamedPlace, ...]]:
    """For each paragraph the places it names, each once with its words, in order of naming.

    The document is read as one text, so that a full name anywhere settles a short one elsewhere;
    ``known`` places count as named. Of a chain (湖南省常德市) only the last place is meant. What
    stays ambiguous is left out.
    """
    parts = [title or "", *paragraphs]
    mentions = Gazetteer.load().mentions("\n".join(parts), known)
    found: list[dict[Place, list[str]]] = [{} for _ in parts]
    at, end = 0, len(parts[0])
    for mention, following in zip(mentions, (*mentions[1:], None), strict=False):
        while mention.start >= end:
            at += 1
            end += 1 + len(parts[at])
        if not _leads_on(mention, following):
            words = found[at].setdefault(mention.place, [])
            if mention.name not in words:
                words.append(mention.name)
    return [
        tuple(NamedPlace(place, tuple(words)) for place, words in places.items())
        for places in found[1:]
    ]


def _leads_on(mention: Mention, following: Mention | None) -> bool:
    """Whether the next mention only says more exactly where in this place."""
    return (
        following is not None
        and following.start == mention.end
        and following.place != mention.place
        and contains(mention.place, following.place)
    )
