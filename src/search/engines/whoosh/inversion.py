"""How do texts become postings? By whole-array sorting, without a Python step per character.

A *unit* is what a posting points at: a passage, a label, a document (its title) or a section (its
headings). A field is written as these arrays (``name.*``), all in CSR form:

    terms, term_ends       the sorted UTF-8 terms, one after another, and where each ends
    posting_ends           (terms,) where the postings of each term end: units in which it occurs
    gaps, gap_ends         packed, a group per term: its first unit, then the distances to the next
    counts, count_ends     packed, a group per term: occurrences in each of these units, less 1
    offsets, offset_ends   packed, a group per term, pairs only: character offset of each one
    lengths                (units,) scored occurrences in the unit

``packing`` says what packed is.
"""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...analysis import characters as scored_characters
from .container import ArrayFileWriter, Ints, smallest_unsigned
from .packing import pack
from .spill import Spill

__all__ = ["Inverted", "TermRange", "WordInverter", "invert_characters", "write_field"]

_CODE_POINTS = 0x110000
_ENCODING = "utf-32-le"


@dataclass(frozen=True, slots=True)
class TermRange:
    """Consecutive terms with their postings, before packing. Every term has a posting.

    ``terms`` is (UTF-8 bytes, where each term ends); ``posting_ends`` is (terms,); ``units`` and
    ``counts`` are (postings,), the units ascending inside a term; ``offsets`` are (occurrences,) in
    order of the postings, None for fields without positions.
    """

    terms: tuple[Ints, Ints]
    posting_ends: Ints
    units: Ints
    counts: Ints
    offsets: Ints | None = None


@dataclass(frozen=True, slots=True)
class Inverted:
    """A field before packing: its terms in ranges, ascending, and the lengths of its units."""

    ranges: Iterable[TermRange]
    lengths: Ints


def write_field(file: ArrayFileWriter, name: str, field: Inverted) -> dict[str, int]:
    """Write a field; gives the sizes that reading it needs without touching the arrays."""
    with contextlib.ExitStack() as stack:
        spills = {
            column: stack.enter_context(Spill(file.path.parent))
            for column in ("term", "gap", "count", "offset")
        }
        _write_field(file, name, field, spills)
    return {"units": len(field.lengths), "length": int(field.lengths.sum(dtype=np.int64))}


def _write_field(
    file: ArrayFileWriter, name: str, field: Inverted, spills: Mapping[str, Spill]
) -> None:
    columns = {column: _Ends() for column in ("term", "posting", "gap", "count", "offset")}

    def add_packed(column: str, numbers: Ints, ends: Ints) -> None:
        data, data_ends = pack(numbers, ends)
        spills[column].add(data)
        columns[column].add(data_ends)

    for part in field.ranges:
        spills["term"].add(part.terms[0])
        columns["term"].add(part.terms[1])
        ends = part.posting_ends.astype(np.int64)
        columns["posting"].add(ends)
        # Between the last unit of a term and the first of the next this wraps, and is replaced.
        gaps = np.diff(part.units.astype(np.uint32, copy=False), prepend=np.uint32(0))
        gaps[ends[:-1]] = part.units[ends[:-1]]
        add_packed("gap", gaps, ends)
        add_packed("count", part.counts - 1, ends)
        if part.offsets is not None:
            occurrence_ends = np.cumsum(part.counts, dtype=np.int64)[ends - 1]
            add_packed("offset", part.offsets, occurrence_ends)
    file.add_parts(f"{name}.terms", np.uint8, spills["term"].parts())
    _add(file, f"{name}.term_ends", columns["term"].all())
    _add(file, f"{name}.posting_ends", columns["posting"].all())
    for column in ("gap", "count", "offset"):
        if spills[column].size or column != "offset":
            file.add_parts(f"{name}.{column}s", np.uint8, spills[column].parts())
            _add(file, f"{name}.{column}_ends", columns[column].all())
    _add(file, f"{name}.lengths", field.lengths)


class _Ends:
    """Ends of consecutive things, collected part by part, each counting from 0."""

    def __init__(self) -> None:
        self._parts: list[Ints] = []
        self._base = 0

    def add(self, ends: Ints) -> None:
        if len(ends):
            self._parts.append(ends.astype(np.int64) + self._base)
            self._base = int(self._parts[-1][-1])

    def all(self) -> Ints:
        return np.concatenate(self._parts) if self._parts else np.empty(0, np.int64)


def _add(file: ArrayFileWriter, name: str, numbers: Ints) -> None:
    file.add(name, numbers.astype(smallest_unsigned(int(numbers.max(initial=0)))))


class _Vocabulary(dict[str, int]):
    """Numbers terms in the order in which they are first met."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


class WordInverter:
    """Takes the terms of one unit after another; ``invert`` gives the field."""

    def __init__(self) -> None:
        self._vocabulary = _Vocabulary()
        self._numbers = array("I")
        self._lengths = array("I")

    def add(self, terms: Sequence[str]) -> None:
        """The next unit has these terms."""
        self._numbers.extend(map(self._vocabulary.__getitem__, terms))
        self._lengths.append(len(terms))

    def invert(self) -> Inverted:
        """The field of everything added."""
        terms = sorted(self._vocabulary)
        rank = np.empty(len(terms), np.uint64)
        rank[np.fromiter(map(self._vocabulary.__getitem__, terms), np.intp, len(terms))] = (
            np.arange(len(terms), dtype=np.uint64)
        )
        lengths = np.frombuffer(self._lengths, np.uint32).astype(np.int64)
        numbers = np.frombuffer(self._numbers, np.uint32)
        unit_of = np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
        keys = (rank[numbers] << np.uint64(32)) | unit_of
        keys.sort()
        posting_ends, units, counts = _postings(keys)
        encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        blob = np.frombuffer(b"".join(encoded), np.uint8)
        terms_ = (blob, ends.astype(np.uint32))
        return Inverted((TermRange(terms_, posting_ends, units, counts),), lengths)


def invert_characters(texts: Sequence[str]) -> tuple[Inverted, Inverted]:
    """Single characters and adjacent pairs of folded texts, all of them, punctuation included.

    ``lengths`` count only what scores (letters, digits, Han). A pair never spans two texts.
    """
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    codes = np.frombuffer("".join(texts).encode(_ENCODING, "surrogatepass"), "<u4")
    unit_of = np.repeat(np.arange(len(texts), dtype=np.uint32), sizes)

    seen = np.zeros(_CODE_POINTS, np.bool_)
    seen[codes] = True
    alphabet = np.flatnonzero(seen)
    rank_of = np.zeros(_CODE_POINTS, np.uint32)
    rank_of[alphabet] = np.arange(len(alphabet), dtype=np.uint32)
    ranks = rank_of[codes]
    scoring = np.fromiter(
        (bool(scored_characters(chr(code))) for code in alphabet.tolist()), np.bool_, len(alphabet)
    )
    scores = scoring[ranks]

    keys = ranks.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= unit_of
    keys.sort()
    lengths = np.bincount(unit_of[scores], minlength=len(texts))
    singles = Inverted((TermRange(_encoded(alphabet[:, None]), *_postings(keys)),), lengths)
    del keys

    inside = unit_of[1:] == unit_of[:-1]
    pair_lengths = np.bincount(
        unit_of[:-1][inside & scores[1:] & scores[:-1]], minlength=len(texts)
    )
    pair, position = _sorted_pairs(ranks, inside, len(alphabet))
    del ranks, scores, inside
    unit = unit_of[position]
    starts = (np.cumsum(sizes) - sizes).astype(np.uint32)
    position -= starts[unit]
    new_posting = np.empty(len(pair), np.bool_)
    new_posting[:1] = True
    np.not_equal(pair[1:], pair[:-1], out=new_posting[1:])
    term_begins = np.flatnonzero(new_posting)
    distinct = pair[term_begins].astype(np.int64)
    new_posting[1:] |= unit[1:] != unit[:-1]
    posting_begins = np.flatnonzero(new_posting).astype(np.uint32)
    size = max(len(alphabet), 1)
    adjacent = TermRange(
        _encoded(np.stack([alphabet[distinct // size], alphabet[distinct % size]], axis=1)),
        np.append(np.searchsorted(posting_begins, term_begins), len(posting_begins))[1:],
        unit[posting_begins],
        np.diff(posting_begins, append=np.uint32(len(pair))),
        position,
    )
    return singles, Inverted((adjacent,), pair_lengths)


def _sorted_pairs(ranks: Ints, inside: Ints, alphabet: int) -> tuple[Ints, Ints]:
    """(pair number, position) of every pair, sorted by pair, then position.

    A pair's number is rank of the first × alphabet + rank of the second. ``inside`` is a mask of
    the positions at which a pair of one text begins.
    """
    pair = ranks[:-1].astype(np.uint64)
    pair *= np.uint64(alphabet)
    pair += ranks[1:]
    bits = len(ranks).bit_length()
    if (alphabet * alphabet).bit_length() + bits > 64:
        begins = np.flatnonzero(inside).astype(np.uint32)
        pair = pair[inside]
        order = np.argsort(pair, kind="stable")
        return pair[order], begins[order]
    # Number and position fit one word: sorting plain words is several times faster.
    pair <<= np.uint64(bits)
    pair |= np.arange(len(pair), dtype=np.uint32)
    keys = pair[inside]
    del pair
    keys.sort()
    position = (keys & np.uint64((1 << bits) - 1)).astype(np.uint32)
    keys >>= np.uint64(bits)
    return keys, position


def _postings(keys: Ints) -> tuple[Ints, Ints, Ints]:
    """(posting_ends, units, counts) of sorted keys: term rank in the high 32 bits, unit below.

    Every rank from 0 to the largest occurs.
    """
    fresh = np.empty(len(keys), np.bool_)
    fresh[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    begins = np.flatnonzero(fresh).astype(np.uint32)
    counts = np.diff(begins, append=np.uint32(len(keys)))
    distinct = keys[begins]
    units = distinct.astype(np.uint32)
    distinct >>= np.uint64(32)
    return np.cumsum(np.bincount(distinct.astype(np.int64))), units, counts


def _encoded(codes: Ints) -> tuple[Ints, Ints]:
    """Terms given as rows of code points, (terms, characters): their UTF-8 and where each ends."""
    text = codes.astype("<u4").tobytes().decode(_ENCODING, "surrogatepass")
    blob = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    widths = 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)
    return blob, np.cumsum(widths.sum(axis=1)).astype(np.uint32)
