"""Every search state survives the way through an address."""

from __future__ import annotations

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from search.documents.facets import ALL_FACETS
from search.query.request import SearchRequest

# A real address is UTF-8, which has no lone surrogates.
text = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.lists(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10),
    unique=True,
    max_size=4,
).map(tuple)
requests = st.builds(
    SearchRequest,
    query=text,
    any_term=st.booleans(),
    city=values,
    year=values,
    topic=values,
    source=values,
    place=values,
    named_year=values,
    not_city=values,
    not_year=values,
    not_named_year=values,
    sort=st.sampled_from(["relevance", "date", "document"]),
    collapse=st.booleans(),
    by_document=st.booleans(),
    page=st.integers(1, 10**9 - 1),
    limit=st.none() | st.integers(1, 10**9 - 1),
)


@given(requests)
def test_a_state_becomes_an_address_and_back(request: SearchRequest) -> None:
    address = request.to_query_string()
    params = parse_qsl(address, keep_blank_values=True, strict_parsing=bool(address))
    assert SearchRequest.from_params(params) == request
    assert SearchRequest.from_params(request.to_params()) == request


@given(requests, st.sampled_from([facet.name for facet in ALL_FACETS]), text)
def test_toggling_twice_comes_back(request: SearchRequest, facet: str, value: str) -> None:
    name = next(f.name for f in ALL_FACETS if f.name == facet)
    once = request.toggled(name, value)
    assert (value in once.chosen(name)) != (value in request.chosen(name))
    back = once.toggled(name, value)
    assert sorted(back.chosen(name)) == sorted(request.chosen(name))


@given(requests, st.sampled_from([facet.name for facet in ALL_FACETS]), text)
def test_nothing_is_chosen_and_left_out_by_one_step(
    request: SearchRequest, facet: str, value: str
) -> None:
    name = next(f.name for f in ALL_FACETS if f.name == facet)
    out = request.without(name, value)
    assert (value in out.excluded(name)) != (value in request.excluded(name))
    assert value not in out.chosen(name)
    assert value not in out.toggled(name, value).excluded(name)
