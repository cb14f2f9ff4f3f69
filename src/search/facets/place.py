"""The place that a document is about: its clues vote, and the evidence is kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from ..documents.document import UNKNOWN_PLACE, Evidence, Place
from .act import name_of, place_of_act
from .clues import (
    OUTLET,
    PRINTED_IN,
    PlaceClues,
    bears_its_name,
    countries,
    dateline_end,
    is_abroad,
    is_of_no_place,
    is_of_teams,
    is_of_the_state,
    is_office,
    is_only_quoted,
    is_where_it_begins,
    is_where_it_is_played,
    is_where_it_was_given,
    only_sits_there,
    same_continuation,
    self_references,
)
from .gazetteer import Gazetteer, Kind, Level, contains, level_of
from .mentions import Mention, NamesInText, leads_on

_CAPITAL = "北京"
_NO_PLACE: Place = ("国外", None, None)
"""What rivals all places: a text on other countries, or of the state, is about none of these."""

# Votes. A title counts as much as sixteen mentions in the body.
_TITLE = 8.0
_CONTRIBUTOR = 8.0
_DATELINE = 6.0
OUTLET_VOTES = 4.0
_SECOND_TITLE = 3.0
_LEAD = 1.5
_CAPTION = 1.0
_BODY = 0.5
_COUNTRY = 0.25
_COUNTRY_IN_TITLE = 4.0

_LEAD_MENTIONS = 4
_LONG_LIST = 4
_BODY_MENTIONS = 24
_COUNTRIES_CHARS = 4000
_CAPTION_MENTIONS = 2
_LEAD_CHARS = 400

_ENOUGH_OF_SHORT = 3.5
_ENOUGH_OF_ANY = 8.0
_ENOUGH_OF_A_PART = 4.0
_ENOUGH_OF_GAMES = 6.0
_CHARS_FOR_A_VOTE = 400.0
_BEGINNING_CHARS = 200
_FIRST_CHARS, _FEW_TIMES = 60, 2
_SHORT_CHARS, _OFTEN = 200, 4
"""What a text is about it names early on or often, what it names only twice in its first words."""


@dataclass(slots=True)
class Votes:
    """Votes per place, and where each place was named, ``named_at`` how far into the body first.

    ``full`` are those that the body calls by their full name.
    """

    score: defaultdict[Place, float] = field(default_factory=lambda: defaultdict(float))
    body: Counter[Place] = field(default_factory=Counter)
    full: set[Place] = field(default_factory=set)
    named_at: dict[Place, int] = field(default_factory=dict)
    title: list[Place] = field(default_factory=list)
    dateline: Place | None = None
    outlet: Place | None = None
    contributor: Place | None = None
    chars: int = 0
    of_teams: bool = False

    def within(self, place: Place) -> float:
        """The votes for a place and everything in it."""
        return sum(votes for other, votes in self.score.items() if contains(place, other))

    def begins_with(self, place: Place) -> bool:
        """Whether the title or the first words name a place or a part of it."""
        if any(contains(place, p) for p in self.title):
            return True
        begin = min((at for p, at in self.named_at.items() if contains(place, p)), default=0)
        times = sum(count for p, count in self.body.items() if contains(place, p))
        first = _FIRST_CHARS if times <= _FEW_TIMES else _BEGINNING_CHARS
        return begin < min(first, _BEGINNING_CHARS)

    def is_told_of(self, place: Place) -> bool:
        """Whether a place is more than alluded to: named outright, or again and again."""
        told = (*self.title, *self.full, self.dateline, self.contributor)
        times = sum(count for p, count in self.body.items() if contains(place, p))
        is_told = any(p is not None and contains(place, p) for p in told)
        return is_told or times >= _OFTEN or self.chars <= _SHORT_CHARS

    def names_one(self, place: Place) -> bool:
        """Whether the votes in a place are for itself or for one part of it."""
        named = [other for other, votes in self.score.items() if votes and contains(place, other)]
        return place in named or len(named) == 1

    @property
    def enough(self) -> float:
        """Votes below which nothing is said: few mentions say something of a short text only.

        Where no other province is named, half as many do.
        """
        provinces = {place[0] for place, votes in self.score.items() if votes >= _BODY}
        chars = _CHARS_FOR_A_VOTE * (2 if len(provinces) == 1 else 1)
        least = _ENOUGH_OF_GAMES if self.of_teams else _ENOUGH_OF_SHORT
        return min(_ENOUGH_OF_ANY, max(least, self.chars / chars + 2.0))


@dataclass(frozen=True, slots=True)
class CluesInText:
    """The clues as one text, so that a full name anywhere settles a short one elsewhere.

    ``parts`` are (start, end, kind), in order; the body comes last.
    """

    clues: PlaceClues
    text: str
    parts: tuple[tuple[int, int, str], ...]

    @classmethod
    def of(cls, clues: PlaceClues) -> CluesInText:
        """The clues joined, a line each."""
        pieces = [("title", PRINTED_IN.sub("", clues.title or ""))]
        pieces += [("second", text) for text in (clues.eyebrow, clues.subtitle) if text]
        pieces += [("caption", text) for text in (*clues.captions, *clues.headings)]
        pieces += [("body", text) for text in clues.body]
        parts, start = [], 0
        for kind, text in pieces:
            parts.append((start, start + len(text), kind))
            start += len(text) + 1
        return cls(clues, "\n".join([text for _, text in pieces]), tuple(parts))

    @property
    def lead_start(self) -> int:
        """Where the body begins."""
        return next((start for start, _, kind in self.parts if kind == "body"), len(self.text))

    @property
    def body(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each body paragraph."""
        return tuple((start, end) for start, end, kind in self.parts if kind == "body")


def count_votes(text: CluesInText, names: NamesInText, gazetteer: Gazetteer) -> Votes:
    """What the places named in a text, its outlet and its contributor say for each place."""
    clues, whole = text.clues, text.text
    contributor = office(clues.contributor, gazetteer, ())
    outlet = office(clues.source, gazetteer, ())
    known = [place for place in (contributor, outlet) if place]
    mentions = names.mentions(known)
    lead_start = text.lead_start
    votes = Votes(chars=len(whole) - lead_start)
    votes.of_teams = bool(mentions) and is_of_teams(whole)
    title_end = text.parts[0][1]
    silent = _bearers_of_names(mentions, whole, title_end, of_teams=votes.of_teams)
    listed = _listed(mentions, whole)
    captions: Counter[Place] = Counter()
    titles: list[Mention] = []
    part = 0
    above: list[Mention] = []
    for at, mention in enumerate(mentions):
        while mention.start >= text.parts[part][1]:
            part += 1
        kind = text.parts[part][2]
        following = _next(mentions, at)
        if leads_on(mention, following):
            # Of a chain (湖南省常德市) only the deepest place is meant.
            votes.body[mention.place] += kind == "body"
            above.append(mention)
            continue
        chain, above = above, []
        full_chain = any(outer.is_full for outer in chain)
        if at in silent:
            continue
        place = mention.place
        votes.named_at.setdefault(place, mention.start - lead_start)
        if kind == "title":
            # A title that runs on into the text has the dateline too.
            if not dateline_end(whole[: mention.start][-12:], whole[mention.end :][:20]):
                titles.append(mention)
        elif kind == "second":
            votes.score[place] += _SECOND_TITLE
        elif kind == "caption":
            captions[place] += 1
            votes.score[place] += _CAPTION * (captions[place] <= _CAPTION_MENTIONS)
        else:
            before = whole[max(lead_start, mention.start - 12) : mention.start]
            after = whole[mention.end : mention.end + 48]
            leading = mention.start - lead_start < _LEAD_CHARS and at not in listed
            dateline = dateline_end(before, after[:20])
            if mention.name == _CAPITAL and (dateline or is_where_it_was_given(before, after)):
                # 新华社北京电, 在北京举行: where the news was given, not what it is about.
                votes.body[place] += 1
                continue
            is_full = mention.is_full and not after.startswith("中心")
            if is_full or chain:
                votes.full.add(place)
            # 深圳市一市场起火: what a short text begins with, no other place behind it.
            alone = following is None or contains(place, following.place)
            start = chain[0].start if chain else mention.start
            is_short = votes.chars <= (_LEAD_CHARS if is_full else _SHORT_CHARS)
            begins = is_short and alone and (is_full or place[1] is not None)
            begins = begins and is_where_it_begins(whole[lead_start:start])
            weight = 2.0 if full_chain or begins or is_office(after, short=not is_full) else 1.0
            _count_body(votes, place, weight, dateline=dateline and leading, leading=leading)
    _count_title(votes, titles)
    _without_bureau(votes, gazetteer.capitals)
    if mentions:
        begin = whole[: lead_start + _COUNTRIES_CHARS]
        abroad = countries(begin, ((m.start, m.end) for m in mentions))
        times = min(sum(at >= lead_start for at in abroad), _BODY_MENTIONS)
        in_title = any(at < title_end for at in abroad)
        votes.score[_NO_PLACE] = _COUNTRY * times + _COUNTRY_IN_TITLE * in_title
        votes.score[_NO_PLACE] += _TITLE * is_of_the_state(whole[:title_end])
    if contributor:
        votes.contributor = contributor
        votes.score[contributor] += _CONTRIBUTOR
    votes.outlet = outlet or office(clues.source, gazetteer, votes.score)
    if votes.outlet:
        votes.score[votes.outlet] += OUTLET_VOTES
    return votes


def _bearers_of_names(
    mentions: Sequence[Mention], text: str, title_end: int, *, of_teams: bool
) -> frozenset[int]:
    """The mentions that only are part of the name of something else."""
    silent: set[int] = set()
    places: defaultdict[Place, list[int]] = defaultdict(list)
    for at, mention in enumerate(mentions):
        is_short = not mention.is_full
        places[mention.place].append(at)
        before = text[max(0, mention.start - 12) : mention.start]
        after = text[mention.end : mention.end + 24]
        is_team = is_short and of_teams and not is_where_it_is_played(before, after)
        is_quoted = mention.start >= title_end and is_only_quoted(after, short=is_short)
        is_city = mention.place[1] is not None and mention.place[1] != mention.place[0]
        only_sits = is_short and is_city and only_sits_there(after)
        if is_team or is_quoted or only_sits or bears_its_name(before, after, short=is_short):
            silent.add(at)
    for place, where in places.items():
        # Provinces and their like are named often enough: 北京楼市 is that of the city.
        if place[1] is None or place[0] == place[1]:
            continue
        if not any(mentions[at].is_full for at in where):
            last = [at for at in where if not leads_on(mentions[at], _next(mentions, at))]
            followers = [text[mentions[at].end : mentions[at].end + 6] for at in last]
            first = mentions[where[0]].start
            if is_abroad(text[max(0, first - 6) : first]) or same_continuation(followers):
                silent.update(where)
    return frozenset(silent)


def _next(mentions: Sequence[Mention], at: int) -> Mention | None:
    return mentions[at + 1] if at + 1 < len(mentions) else None


def _listed(mentions: Sequence[Mention], text: str) -> frozenset[int]:
    """The mentions that are members of a long list: 营口、辽阳、盘锦等地 are mentioned, no more."""
    listed: set[int] = set()
    row: list[int] = []
    for at, mention in enumerate(mentions):
        if row and text[mentions[at - 1].end : mention.start] not in ("、", "和"):
            row = []
        row.append(at)
        if len(row) >= _LONG_LIST:
            listed.update(row)
    return frozenset(listed)


def _count_body(
    votes: Votes, place: Place, weight: float, *, dateline: bool, leading: bool
) -> None:
    votes.body[place] += 1
    if dateline and votes.dateline is None:
        votes.dateline = place
    if votes.body[place] <= _BODY_MENTIONS:
        votes.score[place] += _BODY * weight
    if leading and votes.body[place] <= _LEAD_MENTIONS:
        votes.score[place] += _LEAD * weight
    if dateline and votes.dateline == place:
        votes.score[place] += _DATELINE


def _without_bureau(votes: Votes, capitals: Collection[Place]) -> None:
    """An agency reports from the capital of a province on it, or on another city: 新华社长沙电.

    The votes of a dateline are nobody's where the text tells of another city of the province, and
    those of the province where the title has it, or the text as often as the capital.
    """
    city = votes.dateline
    if city is None or city not in capitals or city in votes.title:
        return
    province: Place = (city[0], None, None)
    times = sum(count for p, count in votes.body.items() if contains(city, p))
    others = [p for p in votes.score if p[0] == city[0] and p[1] and not contains(city, p)]
    if times == 1 and any(votes.body[p] > 1 or p in votes.title for p in others):
        del votes.score[city]
        votes.dateline = None
    elif (
        province in votes.title
        or (votes.score.get(province) and times <= votes.body[province])
        or (times == 1 and not votes.full.isdisjoint(others))
    ):
        votes.score[city] -= _BODY + _LEAD + _DATELINE
        votes.score[province] += _BODY + _LEAD + _DATELINE
        votes.dateline = province


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
    if not text:
        return None
    mentions = NamesInText(text, gazetteer).mentions(known)
    if mentions:
        last = mentions[-1]
        is_there = contains(mentions[0].place, last.place) and not is_of_no_place(text[last.end :])
        return last.place if is_there else None
    match = OUTLET.search(text)
    begin = text[: match.start()] if match else ""
    candidates = gazetteer.resolve(begin)
    cities = [p for p in candidates if level_of(p) is not Level.COUNTY]
    if len(cities) == 1:
        return cities[0]
    if len(candidates) != 1:
        return None
    # 光明日报 and 解放日报 are not of the districts that are called so.
    readings = gazetteer.names.get(begin, ())
    is_word = any(r.kind is Kind.SHORT and r.division.common for r in readings)
    return None if is_word else candidates[0]


_MAJORITY = 0.6
_MAJORITY_OF_PARTS = 0.75
"""Of a place that is never named, only several parts of it."""
_MAJORITY_WITH_TITLE = 0.35
_SELF_REFERENCES = 2
_CLEARLY = 3
"""So many times the mentions of another place make the difference clear."""


def infer_place(
    clues: PlaceClues, text: CluesInText | None = None, names: NamesInText | None = None
) -> tuple[Place, tuple[Evidence, ...]]:
    """The place a document is about with the evidence; ``UNKNOWN_PLACE`` where it stays open.

    ``text`` and ``names`` are the clues as one text and the names in it, where they are known. No
    input is an error; without clues the place is unknown.
    """
    gazetteer = Gazetteer.load()
    text = text or CluesInText.of(clues)
    names = names or NamesInText(text.text, gazetteer)
    act = place_of_act(clues, gazetteer, names)
    if act is not None:
        return act
    votes = count_votes(text, names, gazetteer)
    selves = self_references(text.text[text.lead_start :])
    place = _elect(votes, selves)
    if place == UNKNOWN_PLACE:
        return _from_outlet(clues, votes, selves)
    return place, (*_reasons(place, votes, selves), *_misleading(place, clues, gazetteer))


def place_of_outlet(source: str | None) -> Place:
    """Where an outlet or office sits, by its name; unknown where the name does not tell."""
    return office(source, Gazetteer.load(), ()) or UNKNOWN_PLACE


def _elect(votes: Votes, selves: dict[str, int]) -> Place:
    """From the country down, as long as one place keeps the majority."""
    place = UNKNOWN_PLACE
    total = sum(votes.score.values())
    # What an outlet writes need not be on its own place.
    if total - (OUTLET_VOTES if votes.outlet else 0.0) < votes.enough:
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
        majority = _MAJORITY if votes.names_one(child) else _MAJORITY_OF_PARTS
        if inside < majority * (inside + rivals):
            break
        if not _is_only_city(place, child, rivals, votes):
            if inside < min(votes.enough, _ENOUGH_OF_A_PART):
                break
            if place != UNKNOWN_PLACE and not _goes_deeper(
                place, child, own, inside, votes, selves
            ):
                break
        place = child
    if place == _NO_PLACE or votes.within((place[0], None, None)) < votes.enough:
        return UNKNOWN_PLACE
    if not votes.is_told_of(place):
        return UNKNOWN_PLACE
    if votes.within(place) < 2 * votes.enough and not votes.begins_with(place):
        return UNKNOWN_PLACE
    return _level_by_self_reference(place, votes, selves)


def _is_only_city(place: Place, child: Place, rivals: float, votes: Votes) -> bool:
    """Whether a province is named for one city in it: once beside it, and not for an office."""
    if place == UNKNOWN_PLACE or child[1] is None or child[2] is not None or rivals:
        return False
    own = votes.score[place] - _TITLE * (place in votes.title)
    inside = votes.within(child)
    return own <= (inside / 2 if child in votes.full else min(_BODY + _LEAD, inside))


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
        if votes.body[child] >= _CLEARLY * max(votes.body[place], 1):
            return True
        unit = child[2][-1]
        speaks = selves.get(unit, 0) >= _SELF_REFERENCES or votes.dateline == child
        return inside > 2 * own and (speaks or own == 0)
    return inside > own


def _level_by_self_reference(place: Place, votes: Votes, selves: dict[str, int]) -> Place:
    """A text that says 全市 throughout and names its county only in passing is about the city, one
    that says 全省 about the province."""
    named = (*votes.title, votes.contributor, votes.dateline)
    for part, above, outer in (
        (place[2], "市", (place[0], place[1], None)),
        (place[1], "省", (place[0], None, None)),
    ):
        if part is None or place in named or outer == place or part[-1] == above:
            continue
        own = selves.get(part[-1], 0)
        if selves.get(above, 0) >= 2 * own + _SELF_REFERENCES:
            place = outer
    return place


def _from_outlet(
    clues: PlaceClues, votes: Votes, selves: dict[str, int]
) -> tuple[Place, tuple[Evidence, ...]]:
    """A text that says 我市 and names no place at all is its outlet's own."""
    outlet = votes.outlet
    if outlet is None or votes.title or any(not contains(outlet, p) for p in votes.body):
        return UNKNOWN_PLACE, ()
    deepest = next(name for name in reversed(outlet) if name)
    if selves.get(deepest[-1], 0) < _SELF_REFERENCES:
        return UNKNOWN_PLACE, ()
    note = f"{deepest}：正文自称“我{deepest[-1]}”或“全{deepest[-1]}”，来源是{clues.source}"
    return outlet, (Evidence(note, sure="probable"),)


def _reasons(place: Place, votes: Votes, selves: dict[str, int]) -> tuple[Evidence, ...]:
    name = name_of(place)
    facts = []
    count = votes.body[place]
    if count:
        facts.append(f"正文出现 {count} 次")
    in_title = any(contains(place, other) for other in votes.title)
    if place in votes.title:
        facts.append("标题中有")
    elif in_title:
        inner = "、".join(name_of(p) for p in votes.title if contains(place, p))
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
        listed = "、".join(f"{name_of(p)}（{n} 次）" for p, n in inside.most_common(3))
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
        named = NamesInText(clues.breadcrumbs, gazetteer).mentions((place,))
        others = {mention.place for mention in named}
        apart = sorted(name_of(p) for p in others if not contains(p, place))
        if apart:
            notes.append(Evidence(f"栏目名中的{'、'.join(apart)}不作依据", quote=clues.breadcrumbs))
    return tuple(notes)


def _starts_with_place(text: str | None, gazetteer: Gazetteer) -> Place | None:
    """沙市秘书: good enough to warn of, not to vote."""
    for size in (4, 3, 2):
        if text and len(text) > size and (found := gazetteer.resolve(text[:size])):
            return found[0]
    return None
