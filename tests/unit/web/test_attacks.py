"""A sample of 200 attack strings through every door; ``make prove-walk`` has all of them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from attacks import ATTACKS, as_answers, as_requests, documents, harm_in
from oracles import cases
from search.documents.document import passages_of
from walk import Collection, Site

from .corpus import index_of

DOCUMENTS = tuple(documents())


@pytest.fixture(scope="module")
def site() -> Site:
    """Where two hundred documents are served that are nothing but attacks."""
    ids = (next(passages_of(DOCUMENTS[0])).passage_id, DOCUMENTS[0].document_id)
    collection = Collection("attacks", Path(), Path(), (), ids)
    return Site(collection, index_of(*DOCUMENTS))


def test_what_documents_say_is_text_on_every_page_and_in_every_file(site: Site) -> None:
    assert len(ATTACKS) == len(set(ATTACKS)) == 200
    client = site.app.test_client()
    chosen = DOCUMENTS[:: 200 // cases(40)]
    addresses = dict.fromkeys(address for each in chosen for address in as_answers(each))
    found = [(address, harm_in(client, "GET", address)) for address in addresses]
    assert len(found) > 60
    assert [case for case in found if case[1]] == []


def test_what_is_asked_is_text_wherever_it_is_asked(site: Site) -> None:
    client = site.app.test_client()
    asked = islice(as_requests(site, DOCUMENTS[7]), cases(1_500))
    found = [(case, harm_in(client, *case)) for case in asked]
    assert [case for case in found if case[1]] == []
