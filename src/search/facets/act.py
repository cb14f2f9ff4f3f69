"""The place of a regulation: of the body that passed it, or the first one in its title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..documents.document import WHOLE_COUNTRY, Evidence, Place
from .clues import (
    ACT_TITLE,
    GIVEN_TO_THE_CONGRESS,
    ISSUER,
    NATIONAL_ACT,
    NATIONAL_ISSUER,
    NATIONAL_PAPER,
    NATIONALLY_PASSED,
    REPORT_TITLE,
    PlaceClues,
)
from .gazetteer import Gazetteer, contains
from .mentions import NamesInText


def place_of_act(
    clues: PlaceClues, gazetteer: Gazetteer, names: NamesInText
) -> tuple[Place, tuple[Evidence, ...]] | None:
    """The place with its evidence; None for what is no regulation, or names no place."""
    title = (clues.title or "").strip()
    if report := _given_to_the_congress(title, clues):
        return (WHOLE_COUNTRY, None, None), (Evidence("全国：向全国人大作的报告", quote=report),)
    passed = [line for line in clues.promulgation if ISSUER.search(line)]
    issued = NATIONAL_ISSUER.match(title) is not None
    is_national = issued and (
        NATIONAL_ACT.search(title) is not None
        # The State Council's paper on one province is of that province.
        or (
            NATIONAL_PAPER.search(title) is not None
            and not NamesInText(title, gazetteer).mentions()
        )
    )
    if (
        not passed
        and not is_national
        and not (ACT_TITLE.search(title) and _has_articles(clues.body))
    ):
        return None
    if issued:
        return _nationally(title) if is_national else None
    named = [mention.place for mention in names.mentions()]
    in_title = _first_place(title, gazetteer, named)
    for line in passed:
        match = ISSUER.search(line)
        issuer = _first_place(match["who"], gazetteer, ()) if match else None
        if issuer is None:
            continue
        if in_title is None or in_title[0] != issuer[0] or _depth(in_title) < _depth(issuer):
            return issuer, (Evidence(f"{name_of(issuer)}：制定机关所在", quote=line.strip()),)
        break
    if in_title is None:
        national = next(filter(NATIONALLY_PASSED.search, clues.promulgation), None)
        return _nationally(national) if national and ACT_TITLE.search(title) else None
    return in_title, (Evidence(f"{name_of(in_title)}：法规名称中有", quote=title),)


def _given_to_the_congress(title: str, clues: PlaceClues) -> str | None:
    """The line that says so, if it is a report to the National People's Congress."""
    if not REPORT_TITLE.search(title):
        return None
    head = (clues.subtitle or "", *clues.promulgation, *clues.captions, *clues.headings[:3])
    lines = (*head, *clues.body[:3])
    return next((line.strip()[:200] for line in lines if GIVEN_TO_THE_CONGRESS.search(line)), None)


def _nationally(quote: str) -> tuple[Place, tuple[Evidence, ...]]:
    return (WHOLE_COUNTRY, None, None), (Evidence("全国：全国性的法规", quote=quote.strip()),)


def _has_articles(body: Sequence[str]) -> bool:
    """Whether it is a regulation itself and not the news of one."""
    return any(text.lstrip().startswith("第一条") for text in body)


def _first_place(text: str, gazetteer: Gazetteer, known: Iterable[Place]) -> Place | None:
    """The place a name begins with; 安徽省池州市 is the city, 山东省台儿庄古城 the province."""
    place: Place | None = None
    end = 0
    for mention in NamesInText(text, gazetteer).mentions(known):
        if place is None:
            if mention.start > len("中华人民共和国（"):
                return None
        elif (
            mention.start != end
            or not contains(place, mention.place)
            or mention.name != name_of(mention.place)
        ):
            break
        place, end = mention.place, mention.end
    return place


def _depth(place: Place) -> int:
    return sum(name is not None for name in place)


def name_of(place: Place) -> str:
    """The name of the deepest level that is known, empty for an unknown place."""
    return place[2] or place[1] or place[0] or ""
