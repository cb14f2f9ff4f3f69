"""Which places do the clues of a document vote for?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..documents.document import Place
from .clues import NO_LOCAL_OUTLET, OUTLET, PRINTED_IN, PlaceClues, dateline_end
from .divisions import Level, contains, level_of
from .gazetteer import Gazetteer
from .mentions import Mention

_CAPITAL = "北京"

# Votes. A title counts as much as sixteen mentions in the body.
_TITLE = 8.0
_CONTRIBUTOR = 8.0
_DATELINE = 6.0
OUTLET_VOTES = 4.0
_SECOND_TITLE = 3.0
_LEAD = 1.5
_CAPTION = 1.0
_BODY = 0.5

_LEAD_MENTIONS = 4
_BODY_MENTIONS = 24
_CAPTION_MENTIONS = 2
_LEAD_CHARS = 400


@dataclass(slots=True)
class Votes:
    """Votes per place, and where each place was named."""

    score: defaultdict[Place, float] = field(default_factory=lambda: defaultdict(float))
    body: Counter[Place] = field(default_factory=Counter)
    title: list[Place] = field(default_factory=list)
    dateline: Place | None = None
    outlet: Place | None = None
    contributor: Place | None = None

    def within(self, place: Place) -> float:
        """The votes for a place and everything in it."""
        return sum(votes for other, votes in self.score.items() if contains(place, other))


def count_votes(clues: PlaceClues, gazetteer: Gazetteer) -> Votes:
    """Reads the clues as one text, so that a full name anywhere settles a short one elsewhere."""
    votes = Votes()
    parts: list[tuple[str, str]] = [("title", PRINTED_IN.sub("", clues.title or ""))]
    parts += [("second", text) for text in (clues.eyebrow, clues.subtitle) if text]
    parts += [("caption", text) for text in (*clues.captions, *clues.headings)]
    parts += [("body", text) for text in clues.body]
    bounds, start = [], 0
    for kind, text in parts:
        bounds.append((start, start + len(text), kind))
        start += len(text) + 1
    whole = "\n".join(text for _, text in parts)
    contributor = office(clues.contributor, gazetteer, ())
    outlet = office(clues.source, gazetteer, ())
    known = [place for place in (contributor, outlet) if place]
    mentions = gazetteer.mentions(whole, known)
    lead_start = next((start for start, _, kind in bounds if kind == "body"), len(whole))
    used: Counter[tuple[str, Place]] = Counter()
    part = 0
    titles: list[Mention] = []
    for mention, following in zip(mentions, (*mentions[1:], None), strict=False):
        while mention.start >= bounds[part][1]:
            part += 1
        if following and following.start == mention.end and _inside(following, mention):
            # Of a chain (湖南省常德市) only the deepest place is meant.
            votes.body[mention.place] += bounds[part][2] == "body"
            continue
        kind = bounds[part][2]
        place = mention.place
        if kind == "title":
            titles.append(mention)
        elif kind == "second":
            votes.score[place] += _SECOND_TITLE
        elif kind == "caption":
            used[kind, place] += 1
            votes.score[place] += _CAPTION * (used[kind, place] <= _CAPTION_MENTIONS)
        else:
            before = whole[max(lead_start, mention.start - 12) : mention.start]
            dateline = dateline_end(before, whole[mention.end : mention.end + 20])
            leading = mention.start - lead_start < _LEAD_CHARS
            _count_body(votes, mention, dateline=dateline and leading, leading=leading)
    _count_title(votes, titles)
    if contributor:
        votes.contributor = contributor
        votes.score[contributor] += _CONTRIBUTOR
    votes.outlet = outlet or office(clues.source, gazetteer, votes.score)
    if votes.outlet:
        votes.score[votes.outlet] += OUTLET_VOTES
    return votes


def _count_body(votes: Votes, mention: Mention, *, dateline: bool, leading: bool) -> None:
    place = mention.place
    votes.body[place] += 1
    if dateline and votes.dateline is None:
        votes.dateline = place
    if mention.name == _CAPITAL:
        # 新华社北京电, 在北京举行: where the news was given, not what it is about.
        return
    if votes.body[place] <= _BODY_MENTIONS:
        votes.score[place] += _BODY
    if leading and votes.body[place] <= _LEAD_MENTIONS:
        votes.score[place] += _LEAD
    if dateline and votes.dateline == place:
        votes.score[place] += _DATELINE


def _inside(inner: Mention, outer: Mention) -> bool:
    return inner.place != outer.place and contains(outer.place, inner.place)


def _count_title(votes: Votes, titles: list[Mention]) -> None:
    """Of a place and a part of it (湖南: 常德市…) the part is meant."""
    places = dict.fromkeys(mention.place for mention in titles)
    above = {
        outer
        for place in places
        for outer in ((place[0], None, None), (place[0], place[1], None))
        if outer != place
    }
    for place in places:
        if place not in above:
            votes.title.append(place)
            votes.score[place] += _TITLE


def office(text: str | None, gazetteer: Gazetteer, known: Iterable[Place]) -> Place | None:
    """The place in the name of an outlet or office: 贵港日报, 贵池区委政法委, 人民网-广西频道."""
    if not text or NO_LOCAL_OUTLET.match(text):
        return None
    mentions = gazetteer.mentions(text, known)
    if mentions:
        return mentions[-1].place if contains(mentions[0].place, mentions[-1].place) else None
    match = OUTLET.search(text)
    candidates = gazetteer.resolve(text[: match.start()]) if match else ()
    cities = [p for p in candidates if level_of(p) is not Level.COUNTY]
    return cities[0] if len(cities) == 1 else candidates[0] if len(candidates) == 1 else None
