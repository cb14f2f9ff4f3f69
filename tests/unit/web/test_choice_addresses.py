"""The addresses that are put together are those of the search with that choice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.documents.facets import ALL_FACETS, Facet
from search.query.request import SearchRequest
from search.web.addresses import Addresses
from search.web.facets import ChoiceAddresses

VALUES = st.text(st.sampled_from("广西贵港/ &=+%#\"'<市2017.~é"), min_size=1, max_size=6)
CHOICES = st.lists(VALUES, max_size=3, unique=True).map(tuple)


@st.composite
def requests(draw: st.DrawFn) -> SearchRequest:
    request = SearchRequest(
        query=draw(st.sampled_from(["", "网格 管理", '"a&b"'])),
        any_term=draw(st.booleans()),
        sort=draw(st.sampled_from(["relevance", "date"])),
        page=draw(st.integers(1, 3)),
        limit=draw(st.sampled_from([None, 20])),
        collapse=draw(st.booleans()),
    )
    facets = draw(st.lists(st.sampled_from(ALL_FACETS), max_size=2, unique=True))
    for facet in facets:
        for value in draw(CHOICES):
            request = request.toggled(facet.name, value)
        for value in draw(CHOICES):
            request = request.without(facet.name, value)
    return request


@given(requests(), st.sampled_from(ALL_FACETS), VALUES, st.sampled_from(["", "/段搜"]))
def test_one_value_more_is_the_search_with_that_value(
    request: SearchRequest, facet: Facet, value: str, root: str
) -> None:
    name = facet.name
    addresses = Addresses(root)
    places = ChoiceAddresses(name, request, addresses)
    assert places.choosing(value) == addresses.search(request.toggled(name, value))
    assert places.without(value) == addresses.search(request.without(name, value))


def test_a_place_replaces_what_it_lies_in_and_what_lies_in_it() -> None:
    addresses = Addresses()
    chosen = SearchRequest("网格", city=("广西", "湖南省"))
    places = ChoiceAddresses("city", chosen, addresses)
    typed = {"广西壮族自治区": "广西", "湖南省": "湖南省"}
    narrower = places.choosing("广西壮族自治区/贵港市", typed)
    wanted = SearchRequest("网格", city=("湖南省", "广西壮族自治区/贵港市"))
    assert narrower == addresses.search(wanted)
