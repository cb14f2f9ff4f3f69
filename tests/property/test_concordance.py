"""A concordance against a naive one: the places that str.find finds in folded texts."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from naive_engine import NaiveStore
from search.analysis.text import fold, fold_with_offsets
from search.documents.document import Document, Paragraph, sha256_hex
from search.query.request import SearchRequest
from search.searching.concordance import ConcordanceRequest, neighbours
from search.searching.index import Index

CHARACTERS = "安安全全感访ＡaB1１, ，。\u3000\n𠀀"
texts = st.lists(st.text(alphabet=CHARACTERS, min_size=1, max_size=30), min_size=1, max_size=4)
phrases = st.text(alphabet="安全感访aB1，𠀀", min_size=1, max_size=3)


def index_of(bodies: list[str]) -> Index:
    """One document, each text a passage."""
    text, paragraphs = "", []
    for number, body in enumerate(bodies, 1):
        start = len(text)
        text += body
        paragraphs.append(Paragraph(start, len(text), "body", "body", "", number))
    store = NaiveStore()
    with store.writer() as writer:
        writer.put(
            Document(
                document_id="a" * 16,
                paths=("a.txt",),
                text=text,
                paragraphs=tuple(paragraphs),
                sha256=sha256_hex(text),
            )
        )
        writer.commit({})
    return Index(store.engine())


def naive(body: str, phrase: str) -> list[tuple[int, int]]:
    """Every place of a folded phrase in a text, as offsets of the text."""
    folded, wanted, found = fold_with_offsets(body), fold(phrase), []
    at = folded.text.find(wanted)
    while at >= 0:
        found.append((folded.offsets[at], folded.offsets[at + len(wanted) - 1] + 1))
        at = folded.text.find(wanted, at + 1)
    return found


@given(texts, phrases, st.sampled_from(["document", "left", "right", "match"]), st.integers(0, 30))
def test_the_occurrences_are_those_that_find_finds(
    bodies: list[str], phrase: str, order: str, width: int
) -> None:
    index = index_of(bodies)
    request = ConcordanceRequest(SearchRequest(f'"{phrase}"'), order, width)  # type: ignore[arg-type]
    found = index.concordance(request)
    expected = [
        (number, start, end)
        for number, body in enumerate(bodies, 1)
        for start, end in naive(body, phrase)
    ]
    listed = [(line.passage.paragraph, line.start, line.end) for line in found.lines]
    assert sorted(listed) == expected
    assert found.occurrences == len(expected)
    assert found.passages == found.matching == len({number for number, _, _ in expected})
    for line in found.lines:
        body = bodies[line.passage.paragraph - 1]
        assert line.match == body[line.start : line.end]
        assert line.before(width) == body[max(0, line.start - width) : line.start]
        assert line.after(width) == body[line.end : line.end + width]
    beside = neighbours(found.lines, index.analyzer, 1)
    after = Counter(fold(bodies[n - 1][end : end + 40]).lstrip()[:1] for n, _, end in expected)
    assert {n.text: n.occurrences for n in beside.right} == dict(after)
