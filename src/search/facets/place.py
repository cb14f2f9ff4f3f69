"""The place that a document is about: its clues vote, and the evidence is kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..documents.document import UNKNOWN_PLACE, WHOLE_COUNTRY, Evidence, Place
from .clues import (
    ACT_TITLE,
    ISSUER,
    NATIONAL_ACT,
    NATIONAL_ISSUER,
    NATIONALLY_PASSED,
    NO_LOCAL_OUTLET,
    OUTLET,
    PRINTED_IN,
    PlaceClues,
    dateline_end,
    self_references,
)
from .gazetteer import Gazetteer, Level, Mention, contains, level_of

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


_ENOUGH = 4.0
"""Votes below which nothing is said: a few passing mentions prove nothing."""
_MAJORITY = 0.6
_MAJORITY_WITH_TITLE = 0.35
_SELF_REFERENCES = 2


def infer_place(clues: PlaceClues) -> tuple[Place, tuple[Evidence, ...]]:
    """The place a document is about with the evidence; ``UNKNOWN_PLACE`` where it stays open.

    No input is an error; without clues the place is unknown.
    """
    gazetteer = Gazetteer.load()
    act = _place_of_act(clues, gazetteer)
    if act is not None:
        return act
    votes = count_votes(clues, gazetteer)
    text = "\n".join(clues.body)
    selves = self_references(text)
    place = _elect(votes, selves)
    if place == UNKNOWN_PLACE:
        return _from_outlet(clues, gazetteer, votes, selves)
    return place, (*_reasons(place, votes, selves), *_misleading(place, clues, gazetteer))


def place_of_outlet(source: str | None) -> Place:
    """Where an outlet or office sits, by its name; unknown where the name does not tell."""
    return office(source, Gazetteer.load(), ()) or UNKNOWN_PLACE


def _place_of_act(
    clues: PlaceClues, gazetteer: Gazetteer
) -> tuple[Place, tuple[Evidence, ...]] | None:
    """The place of a regulation: of the body that passed it, or the first one in its title."""
    title = (clues.title or "").strip()
    passed = [line for line in clues.promulgation if ISSUER.search(line)]
    is_national = NATIONAL_ISSUER.match(title) and NATIONAL_ACT.search(title)
    if (
        not passed
        and not is_national
        and not (ACT_TITLE.search(title) and _has_articles(clues.body))
    ):
        return None
    if NATIONAL_ISSUER.match(title):
        return _nationally(title) if is_national else None
    named = [mention.place for mention in gazetteer.mentions("\n".join(clues.body))]
    in_title = _first_place(title, gazetteer, named)
    for line in passed:
        match = ISSUER.search(line)
        issuer = _first_place(match["who"], gazetteer, ()) if match else None
        if issuer is None:
            continue
        if in_title is None or in_title[0] != issuer[0] or _depth(in_title) < _depth(issuer):
            return issuer, (Evidence(f"{_name(issuer)}：制定机关所在", quote=line.strip()),)
        break
    if in_title is None:
        national = next(filter(NATIONALLY_PASSED.search, clues.promulgation), None)
        return _nationally(national) if national and ACT_TITLE.search(title) else None
    return in_title, (Evidence(f"{_name(in_title)}：法规名称中有", quote=title),)


def _nationally(quote: str) -> tuple[Place, tuple[Evidence, ...]]:
    return (WHOLE_COUNTRY, None, None), (Evidence("全国：全国性的法规", quote=quote.strip()),)


def _has_articles(body: Sequence[str]) -> bool:
    """Whether it is a regulation itself and not the news of one."""
    return any(text.lstrip().startswith("第一条") for text in body)


def _first_place(text: str, gazetteer: Gazetteer, known: Iterable[Place]) -> Place | None:
    """The place a name begins with; 安徽省池州市 is the city, 山东省台儿庄古城 the province."""
    place: Place | None = None
    end = 0
    for mention in gazetteer.mentions(text, known):
        if place is None:
            if mention.start > len("中华人民共和国（"):
                return None
        elif (
            mention.start != end
            or not contains(place, mention.place)
            or mention.name != _name(mention.place)
        ):
            break
        place, end = mention.place, mention.end
    return place


def _elect(votes: Votes, selves: dict[str, int]) -> Place:
    """From the country down, as long as one place keeps the majority."""
    place = UNKNOWN_PLACE
    total = sum(votes.score.values())
    if total < _ENOUGH:
        return place
    place = _title_subject(votes.title)
    if place != UNKNOWN_PLACE and votes.within(place) < _MAJORITY_WITH_TITLE * total:
        return UNKNOWN_PLACE
    if place == UNKNOWN_PLACE and votes.title:
        # Several places in the title, with nothing above them all: a document about neither.
        return place
    while (child := _best_child(place, votes)) is not None:
        own, inside = votes.score[place], votes.within(child)
        rivals = votes.within(place) - own - inside
        if inside < _ENOUGH or inside < _MAJORITY * (inside + rivals):
            break
        if place != UNKNOWN_PLACE and not _goes_deeper(place, child, own, inside, votes, selves):
            break
        place = child
    return _level_by_self_reference(place, votes, selves)


def _title_subject(places: list[Place]) -> Place:
    """What all places of a title lie in."""
    if not places:
        return UNKNOWN_PLACE
    common: list[str | None] = []
    for level in Level:
        names = {place[level] for place in places}
        if len(names) > 1:
            break
        common.append(names.pop())
    padded = (*common, None, None, None)
    return padded[0], padded[1], padded[2]


def _best_child(place: Place, votes: Votes) -> Place | None:
    """The next level's place with most votes."""
    level = level_of(place)
    depth = 1 if level is None else level + 2
    if depth > len(Level):
        return None
    children: defaultdict[Place, float] = defaultdict(float)
    for other, count in votes.score.items():
        if contains(place, other) and other != place and other[depth - 1]:
            known = (*other[:depth], None, None)
            child = (known[0], known[1], known[2])
            if depth == 1 and child[0] and other[0] == other[1]:
                child = (other[0], other[1], None)
            children[child] += count
    return min(children, key=lambda c: (-children[c], str(c))) if children else None


def _goes_deeper(
    place: Place,
    child: Place,
    own: float,
    inside: float,
    votes: Votes,
    selves: dict[str, int],
) -> bool:
    """Whether a part of the place, not the place itself, is the subject."""
    if votes.outlet == place:
        # A city's paper writes about the city's districts as well.
        own -= OUTLET_VOTES
    if child[2] and votes.title and place in votes.title:
        # The title names the city: a county needs the document's own word that it is meant.
        return votes.contributor == child and inside > own
    if child[2] and child not in votes.title and child != votes.contributor:
        unit = child[2][-1]
        speaks = selves.get(unit, 0) >= _SELF_REFERENCES or votes.dateline == child
        return inside > 2 * own and (speaks or own == 0)
    return inside > own


def _level_by_self_reference(place: Place, votes: Votes, selves: dict[str, int]) -> Place:
    """A text that says 全市 throughout and names its county only in passing is about the city."""
    if place[2] is None or place in votes.title or place in (votes.contributor, votes.dateline):
        return place
    unit = place[2][-1]
    own, above = selves.get(unit, 0), selves.get("市", 0)
    if unit != "市" and above >= 2 * own + _SELF_REFERENCES:
        return place[0], place[1], None
    return place


def _from_outlet(
    clues: PlaceClues, gazetteer: Gazetteer, votes: Votes, selves: dict[str, int]
) -> tuple[Place, tuple[Evidence, ...]]:
    """A text that says 我市 and names no place at all is its outlet's own."""
    outlet = votes.outlet
    if outlet is None or votes.title or any(not contains(outlet, p) for p in votes.score):
        return UNKNOWN_PLACE, ()
    deepest = next(name for name in reversed(outlet) if name)
    if selves.get(deepest[-1], 0) < _SELF_REFERENCES:
        return UNKNOWN_PLACE, ()
    note = f"{deepest}：正文自称“我{deepest[-1]}”或“全{deepest[-1]}”，来源是{clues.source}"
    return outlet, (Evidence(note, sure="probable"),)


def _reasons(place: Place, votes: Votes, selves: dict[str, int]) -> tuple[Evidence, ...]:
    name = _name(place)
    facts = []
    count = votes.body[place]
    if count:
        facts.append(f"正文出现 {count} 次")
    in_title = any(contains(place, other) for other in votes.title)
    if place in votes.title:
        facts.append("标题中有")
    elif in_title:
        inner = "、".join(_name(p) for p in votes.title if contains(place, p))
        facts.append(f"标题中的{inner}属于这里")
    if votes.dateline and contains(place, votes.dateline):
        facts.append("电头中有")
    if votes.contributor and contains(place, votes.contributor):
        facts.append("供稿单位在此")
    if votes.outlet and contains(place, votes.outlet):
        facts.append("来源是当地媒体")
    unit = name[-1]
    if selves.get(unit, 0) >= _SELF_REFERENCES:
        facts.append(f"自称“全{unit}”“我{unit}”等 {selves[unit]} 次")
    plain = in_title or votes.contributor == place
    reasons = [Evidence(f"{name}：{'，'.join(facts)}", sure="certain" if plain else "probable")]
    above = place[1] if place[2] else None
    if above and not any(p[1] == above and not p[2] for p in votes.body):
        reasons.append(Evidence(f"{above}：文中没有出现，由{name}的隶属关系得出", sure="probable"))
    inside = Counter({p: n for p, n in votes.body.items() if p != place and contains(place, p)})
    if inside:
        listed = "、".join(f"{_name(p)}（{n} 次）" for p, n in inside.most_common(3))
        reasons.append(Evidence(f"也写到{listed}，都属{name}"))
    return tuple(reasons)


def _misleading(place: Place, clues: PlaceClues, gazetteer: Gazetteer) -> tuple[Evidence, ...]:
    """What a reader might take for the place, and why it is not."""
    notes = []
    for text, what in (
        (clues.site_name, "发布网站"),
        (clues.posted_by, "发布账号"),
        (clues.author, "发布账号"),
    ):
        other = office(text, gazetteer, (place,)) or _starts_with_place(text, gazetteer)
        if text and other and not contains(other, place) and not contains(place, other):
            note = Evidence(f"{text}是{what}，不是所写的地方", quote=text)
            if note not in notes:
                notes.append(note)
    if clues.breadcrumbs:
        others = {m.place for m in gazetteer.mentions(clues.breadcrumbs, (place,))}
        named = sorted(_name(p) for p in others if not contains(p, place))
        if named:
            notes.append(Evidence(f"栏目名中的{'、'.join(named)}不作依据", quote=clues.breadcrumbs))
    return tuple(notes)


def _starts_with_place(text: str | None, gazetteer: Gazetteer) -> Place | None:
    """沙市秘书: good enough to warn of, not to vote."""
    for size in (4, 3, 2):
        if text and len(text) > size and (found := gazetteer.resolve(text[:size])):
            return found[0]
    return None


def _depth(place: Place) -> int:
    return sum(name is not None for name in place)


def _name(place: Place) -> str:
    return next(name for name in reversed(place) if name)
