"""Generated collections, queries and histories: what the oracles are asked about."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import strategies as st

from search.analysis.text import fold
from search.analysis.words import Analyzer, characters, pairs
from search.documents.document import Document, NamedPlace, NamedYears, Paragraph, Role
from search.documents.facets import FacetName
from search.index.engine import EngineRequest
from search.query.nodes import (
    Alike,
    And,
    Every,
    FacetIs,
    InField,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Query,
    Wildcard,
    Word,
    wildcard,
)
from search.query.request import Filters

ANALYZER = Analyzer()

# Few characters, so that phrases overlap, repeat and cross every kind of border.
ALPHABET = "安全管理网格市的人民政府ab1，。 \n“”Ａ𠀀\x00㎡⽂\u200b"
TEXTS = st.text(ALPHABET, max_size=14)
WORDS = st.sampled_from(
    ["安全", "管理", "网格", "人民", "政府", "人民政府", "的", "市", "ab", "无"]
)
TOPICS = st.lists(st.sampled_from(["治安防控", "网格化管理", "信访工作"]), max_size=3).map(
    lambda topics: tuple(dict.fromkeys(topics))
)
PLACES = st.sampled_from(
    [
        (None, None, None),
        ("山西省", "大同市", None),
        ("山西省", None, None),
        ("湖南省", "常德市", "津市市"),
        ("湖南省", "常德市", None),
    ]
)
NAMED_PLACES = st.lists(
    st.builds(NamedPlace, PLACES.filter(any), st.just(("大同", "大同市"))), max_size=2
).map(tuple)
NAMED_YEARS = st.sampled_from(
    [
        (),
        (),
        (NamedYears(2016, 2020, "2016—2020年"),),
        (NamedYears(2018, 2018, "2018年"), NamedYears(1937, 1937, "民国二十六年")),
    ]
)
ROLES: list[Role] = ["body", "body", "body", "title", "heading", "metadata"]
YEARS = st.sampled_from([None, 2009, 2017, 2018])
SOURCES = st.sampled_from([None, "贵港日报", "山西法制报"])
DATES = st.sampled_from([None, "2017-01-02", "2018-12-18", "2018-12-18T21:52"])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """One of six ids, with up to seven paragraphs of any role."""
    number = draw(st.integers(0, 5))
    text, paragraphs, body = "", [], 0
    headings: tuple[str, ...] = ()
    for content in draw(st.lists(TEXTS, max_size=7)):
        role: Role = draw(st.sampled_from(ROLES))
        kind = draw(st.sampled_from(["caption", "byline"])) if role == "metadata" else role
        if role == "heading":
            headings = (*headings[:1], content)
        body += role == "body"
        paragraphs.append(
            Paragraph(
                start=len(text),
                end=len(text) + len(content),
                role=role,
                kind=kind,
                reason="",
                number=body if role == "body" else None,
                headings=headings if role == "body" else (),
                topics=draw(TOPICS) if role == "body" else (),
                named_places=draw(NAMED_PLACES) if role == "body" else (),
                named_years=draw(NAMED_YEARS) if role == "body" else (),
            )
        )
        text += content + "\n"
    return Document(
        document_id=f"document-{number}",
        paths=(f"{draw(st.sampled_from('aZ文𠀀'))}/{number % 3}.txt",),
        text=text,
        paragraphs=tuple(paragraphs),
        sha256="",
        title=draw(st.one_of(st.none(), TEXTS)),
        author=draw(st.sampled_from([None, "安全", "管理网格 a"])),
        source=draw(SOURCES),
        published=draw(DATES),
        city=draw(PLACES),
        source_city=draw(PLACES),
        year=draw(YEARS),
        source_kind=draw(st.sampled_from([None, "newspaper", "web", "regulation"])),
    )


def document_of(document_id: str, *bodies: str, **fields: object) -> Document:
    """A document of body paragraphs only."""
    text, paragraphs = "", []
    for number, content in enumerate(bodies, 1):
        end = len(text) + len(content)
        paragraphs.append(Paragraph(len(text), end, "body", "body", "", number))
        text += content + "\n"
    return Document(
        document_id=document_id,
        paths=(str(fields.pop("path", document_id)),),
        text=text,
        paragraphs=tuple(paragraphs),
        sha256="",
        **fields,  # type: ignore[arg-type]
    )


LITERALS = (
    st.one_of(
        st.text(ALPHABET, min_size=1, max_size=6).filter(fold),
        st.sampled_from(["人民政府", "市", "，", "a", "网格管理", "m2", "㎡"]),
    )
    .map(fold)
    .map(Literal)
)
NEARS = st.builds(
    lambda first, second, distance: Near(first.text, second.text, distance),
    LITERALS,
    LITERALS,
    st.sampled_from([0, 1, 2, 5, 10**12]),
)
PATTERNS = cast(
    "st.SearchStrategy[Wildcard]",
    st.text(ALPHABET + "??**", min_size=1, max_size=8)
    .map(lambda text: wildcard(fold(text)))
    .filter(lambda found: isinstance(found, Wildcard)),
)
ALIKES = st.builds(
    Alike,
    st.lists(
        st.text(ALPHABET, min_size=1, max_size=3).map(
            lambda same: "".join(sorted(set(fold(same) or "a")))
        ),
        min_size=1,
        max_size=4,
    ).map(tuple),
    st.booleans(),
)
IN_FIELDS = st.builds(InField, st.sampled_from(["title", "author"]), st.one_of(LITERALS, PATTERNS))
IN_CITIES = st.sampled_from([None, "山西省", "湖南省/常德市", "湖南省/常德市/津市市", "没有"])
IN_YEARS = st.sampled_from([None, (2009, 2017), (2018, 2018), (1, 2016), (1, 9999)])


def facet_is(facet: FacetName, values: st.SearchStrategy[Any]) -> st.SearchStrategy[FacetIs]:
    """One facet with one or two choices."""
    several = st.lists(values, min_size=1, max_size=2).map(tuple)
    return several.map(lambda chosen: FacetIs(facet, chosen))


FACETS_ARE = st.one_of(
    facet_is("city", IN_CITIES),
    facet_is("place", IN_CITIES),
    facet_is("year", IN_YEARS),
    facet_is("named_year", IN_YEARS),
    facet_is("topic", st.sampled_from(["治安防控", "信访工作", "未分类", None])),
    facet_is("source", st.sampled_from([None, "贵港日报", "没有"])),
    facet_is("kind", st.sampled_from([None, "新闻", "没有"])),
)
NODES: st.SearchStrategy[Node] = st.recursive(
    st.one_of(
        LITERALS, ALIKES, NEARS, PATTERNS, WORDS.map(Word), IN_FIELDS, FACETS_ARE, st.just(Every())
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda nodes: And(tuple(nodes))),
        st.lists(inner, min_size=1, max_size=3).map(lambda nodes: Or(tuple(nodes))),
        inner.map(Not),
    ),
    max_leaves=6,
)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """A tree that decides and a text that scores, independent of each other."""
    folded = fold(draw(TEXTS))
    scored = draw(st.booleans())
    return Query(
        text=folded,
        match=draw(NODES),
        words=tuple(ANALYZER.terms(folded)) if scored else (),
        pairs=tuple(pairs(folded)) if scored else (),
        characters=tuple(characters(folded)) if scored else (),
    )


NAMED_PLACE_CHOICES = st.one_of(
    st.just(()),
    st.lists(
        st.sampled_from([None, "山西省", "湖南省/常德市", "湖南省/常德市/津市市", "没有"]),
        max_size=2,
    ).map(tuple),
)
NAMED_YEAR_CHOICES = st.one_of(
    st.just(()),
    st.lists(st.sampled_from([None, (2018, 2018), (1990, 2016), (1, 2)]), max_size=2).map(tuple),
)
CITY_CHOICES = st.lists(
    st.sampled_from([None, "山西省", "湖南省", "湖南省/常德市", "湖南省/常德市/津市市", "没有"]),
    max_size=2,
).map(tuple)
YEAR_CHOICES = st.lists(st.sampled_from([None, (2009, 2017), (2018, 2018)]), max_size=2).map(tuple)
TOPIC_CHOICES = st.lists(st.sampled_from(["治安防控", "信访工作", "未分类", None]), max_size=2).map(
    tuple
)
SOURCE_CHOICES = st.lists(st.sampled_from([None, "贵港日报"]), max_size=1).map(tuple)

KIND_CHOICES = st.lists(st.sampled_from([None, "新闻", "法规"]), max_size=1).map(tuple)


def often_none(choices: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What is left out; mostly nothing, or nothing would be found."""
    return st.one_of(st.just(()), choices)


FILTERS = st.builds(
    Filters,
    city=CITY_CHOICES,
    year=YEAR_CHOICES,
    topic=TOPIC_CHOICES,
    source=SOURCE_CHOICES,
    kind=often_none(KIND_CHOICES),
    place=NAMED_PLACE_CHOICES,
    named_year=NAMED_YEAR_CHOICES,
    not_city=often_none(CITY_CHOICES),
    not_year=often_none(YEAR_CHOICES),
    not_topic=often_none(TOPIC_CHOICES),
    not_source=often_none(SOURCE_CHOICES),
    not_kind=often_none(KIND_CHOICES),
    not_place=often_none(NAMED_PLACE_CHOICES),
    not_named_year=often_none(NAMED_YEAR_CHOICES),
)
FEW_FILTERS = st.builds(
    Filters,
    not_city=often_none(CITY_CHOICES),
    not_topic=often_none(TOPIC_CHOICES),
    not_place=often_none(NAMED_PLACE_CHOICES),
    not_named_year=often_none(NAMED_YEAR_CHOICES),
)
REQUESTS = st.builds(
    EngineRequest,
    query=queries(),
    filters=st.one_of(FILTERS, FEW_FILTERS),
    sort=st.sampled_from(["relevance", "date", "document"]),
    offset=st.sampled_from([0, 0, 1, 4]),
    limit=st.sampled_from([0, 1, 3, 50]),
    named=st.booleans(),
)
CHANGES = st.lists(
    st.one_of(documents(), st.integers(0, 5).map(lambda number: f"document-{number}")), max_size=8
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.integers(0, 1), CHANGES),
        st.tuples(st.sampled_from(["commit", "commit", "cancel"]), st.integers(0, 1), st.none()),
        st.tuples(st.just("refresh"), st.integers(0, 1), st.none()),
        st.tuples(st.just("ask"), st.integers(0, 1), REQUESTS),
    ),
    min_size=5,
    max_size=40,
)
"""Turns of two writers and two readers; a writer who has not begun begins instead."""
