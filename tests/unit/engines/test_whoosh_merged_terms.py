"""Merged dictionaries are the sorted set of their terms, as numbers or not."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles import cases
from search.engines.whoosh.container import ArrayFile, ArrayFileWriter
from search.engines.whoosh.postings import TermDictionary
from search.engines.whoosh.segment_merge import merge_terms

CHARACTERS = st.sampled_from("ab\x00é人民𠀀\ud800")


def dictionary(path: Path, terms: list[bytes]) -> TermDictionary:
    with ArrayFileWriter(path) as file:
        file.add("x.terms", np.frombuffer(b"".join(terms), np.uint8))
        file.add("x.term_ends", np.cumsum([len(term) for term in terms], dtype=np.uint32))
        size, _ = file.finish({})
    return TermDictionary(ArrayFile(path, size), "x")


@settings(max_examples=cases(100))
@given(data=st.data(), low=st.integers(1, 3), more=st.integers(0, 1))
def test_merged_terms(data: st.DataObject, low: int, more: int) -> None:
    texts = st.sets(st.text(CHARACTERS, min_size=low, max_size=low + more), max_size=9)
    lists = [
        sorted(text.encode("utf-8", "surrogatepass") for text in each)
        for each in data.draw(st.lists(texts, min_size=1, max_size=4))
    ]
    with tempfile.TemporaryDirectory() as folder:
        made = [dictionary(Path(folder) / str(n), terms) for n, terms in enumerate(lists)]
        terms, places = merge_terms(made)
        expected = sorted({term for terms in lists for term in terms})
        assert len(terms) == len(expected)
        blob, ends = terms.encoded(np.arange(len(expected)))
        assert blob.tobytes() == b"".join(expected)
        assert ends.tolist() == np.cumsum([len(t) for t in expected], dtype=int).tolist()
        for each, place in zip(lists, places, strict=True):
            assert [expected[p] for p in place.tolist()] == each
