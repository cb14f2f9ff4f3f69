"""Is each quotation judged rightly, and its source named? Against quotations made of known texts.

Texts are cut from real passages and changed in one known way; absent ones come from documents that
are left out of the index, and count only where a scan of everything indexed finds nothing like
them. The judge is a plain scan, which shares no code with what is judged.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import opencc

from proofs.page import Proof
from search.analysis.words import Analyzer
from search.citing.quotes.checking import Checker
from search.citing.quotes.reports import CheckedQuote
from search.documents.document import Document, passages_of
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.facets.topic import Taxonomy
from search.reading.document import read_document
from search.reading.files import find_files, read_bytes
from search.searching.index import Index

KINDS = (
    "exact",
    "punctuation changed",
    "one character changed",
    "one character inserted",
    "one character dropped",
    "two characters swapped",
    "traditional",
    "stitched, ellipsis",
    "stitched, no mark",
    "absent",
)
_SHORTEST, _LONGEST = 12, 80
_HALF = 16
_SEAM = 40
"""Absent quotations share fewer than this percentage of their fours with any passage."""
_MARKS = "，、；：。"
_TO_TRADITIONAL = opencc.OpenCC("s2t")


@dataclass(frozen=True, slots=True)
class Case:
    """A quotation, how it was made, and the texts of which."""

    kind: str
    quote: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with what was said of it, and what is wrong with that; empty where nothing is."""

    case: Case
    found: CheckedQuote
    wrong: str


def bare(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


def letters(text: str) -> str:
    """A text's letters and digits alone."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def cases_of(texts: Sequence[str], absent: Sequence[str], count: int, seed: int) -> Iterator[Case]:
    """As many cases, every kind in turn."""
    chance = random.Random(seed)
    long_enough = [text for text in texts if len(bare(text)) >= 2 * _HALF]
    strangers = iter(_strangers(texts, absent, count // len(KINDS) + 1, chance))
    makers: dict[str, Callable[[str], str | None]] = {
        "exact": lambda q: q,
        "punctuation changed": lambda q: _other_punctuation(q, chance),
        "one character changed": lambda q: _changed(q, chance, "changed"),
        "one character inserted": lambda q: _changed(q, chance, "inserted"),
        "one character dropped": lambda q: _changed(q, chance, "dropped"),
        "two characters swapped": lambda q: _changed(q, chance, "swapped"),
        "traditional": _TO_TRADITIONAL.convert,
    }
    made = 0
    while made < count:
        kind = KINDS[made % len(KINDS)]
        if kind == "absent":
            yield Case(kind, next(strangers), ())
        elif kind.startswith("stitched"):
            one, other = chance.choice(long_enough), chance.choice(long_enough)
            seam = "……" if kind.endswith("ellipsis") else ""
            quote = _cut(one, chance, _HALF, 30) + seam + _cut(other, chance, _HALF, 30)
            if bare(quote.replace("……", "")) in bare(one) or one == other:
                continue
            yield Case(kind, quote, (one, other))
        else:
            text = chance.choice(long_enough)
            piece = _cut(text, chance, _SHORTEST, _LONGEST)
            quote_made = makers[kind](piece)
            if quote_made is None or (kind != "exact" and bare(quote_made) == bare(piece)):
                continue
            yield Case(kind, quote_made, (text,))
        made += 1


def _cut(text: str, chance: random.Random, shortest: int, longest: int) -> str:
    """A piece of a text that begins and ends with a letter."""
    while True:
        size = min(chance.randint(shortest, longest), len(text))
        start = chance.randint(0, len(text) - size)
        piece = re.sub(r"\A[\W_]+|[\W_]+\Z", "", text[start : start + size])
        if len(letters(piece)) >= min(shortest, len(letters(text))) - 3 >= 9:
            return piece
        shortest = max(12, shortest - 1)


def _other_punctuation(quote: str, chance: random.Random) -> str | None:
    """A mark left out, exchanged, made half as wide, or one added between Han characters."""
    places = [at for at, c in enumerate(quote) if c in _MARKS]
    way = chance.choice(["left out", "exchanged", "added"])
    if way == "added" or not places:
        at = chance.randrange(3, len(quote) - 3)
        if not all("\u4e00" <= c <= "\u9fff" for c in quote[at - 1 : at + 1]):
            return None
        return quote[:at] + chance.choice("，、") + quote[at:]
    at = chance.choice(places)
    if quote[at - 1].isdigit() and quote[at + 1].isdigit():
        return None
    mark = "" if way == "left out" else chance.choice(_MARKS.replace(quote[at], "") + ",;")
    return quote[:at] + mark + quote[at + 1 :]


def _changed(quote: str, chance: random.Random, way: str) -> str | None:
    at = chance.randrange(2, len(quote) - 2)
    if not all("\u4e00" <= c <= "\u9fff" for c in quote[at - 1 : at + 2]):
        return None
    other = chance.choice(
        "的了不在有人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"
    )
    if way == "changed":
        return quote[:at] + other + quote[at + 1 :]
    if way == "inserted":
        return quote[:at] + other + quote[at:]
    if way == "dropped":
        return quote[:at] + quote[at + 1 :]
    return quote[:at] + quote[at + 1] + quote[at] + quote[at + 2 :]


def _strangers(
    texts: Sequence[str], absent: Sequence[str], count: int, chance: random.Random
) -> list[str]:
    """Quotations of which no text has more than a part, by the fours that they share."""
    asked = []
    wanted = [text for text in absent if len(letters(text)) >= 2 * _HALF]
    for _ in range(3 * count):
        asked.append(_cut(chance.choice(wanted), chance, _HALF, 60))
    fours: dict[str, set[int]] = defaultdict(set)
    sizes = []
    for number, quote in enumerate(asked):
        own = letters(quote)
        pieces = {own[at : at + 4] for at in range(len(own) - 3)}
        sizes.append(len(pieces))
        for piece in pieces:
            fours[piece].add(number)
    most = [0] * len(asked)
    for text in texts:
        plain = letters(text)
        shared: dict[int, int] = defaultdict(int)
        for piece in {plain[at : at + 4] for at in range(len(plain) - 3)} & fours.keys():
            for number in fours[piece]:
                shared[number] += 1
        for number, many in shared.items():
            most[number] = max(most[number], many)
    strangers = [
        quote
        for quote, size, many in zip(asked, sizes, most, strict=True)
        if 100 * many < _SEAM * size
    ]
    if len(strangers) < count:
        raise ValueError(f"only {len(strangers)} of {count} absent quotations are strangers")
    return strangers


def judge(case: Case, found: CheckedQuote, everything: str) -> str:
    """What is wrong with a verdict; ``everything`` is all texts without white space, lines."""
    verdict = found.verdict
    if verdict == "exact" and not (
        found.source and bare(case.quote) in bare(found.source.text).replace("\n", "")
    ):
        return "FALSE EXACT"
    if bare(case.quote) in everything:
        return "" if verdict == "exact" else f"exact, called {verdict}"
    if case.kind == "absent":
        return "" if verdict == "absent" else f"absent, called {verdict}"
    wanted = {
        "exact": "exact",
        "punctuation changed": "punctuation",
        "traditional": "altered",
    }.get(case.kind, "stitched" if case.kind.startswith("stitched") else "altered")
    if verdict != wanted:
        return f"{wanted}, called {verdict}"
    if wanted == "stitched":
        return _wrong_parts(case, found)
    assert found.source is not None
    if case.kind == "traditional":
        is_right = _simplified(case.quote) in _simplified(found.source.text)
        return "" if is_right and found.kind == "script" else "another source"
    if wanted == "punctuation":
        return "" if letters(case.quote) in letters(found.source.text) else "another source"
    # The source itself, or one from which the quotation differs in as little.
    edits = sum(max(len(c.quote), len(c.source)) for c in found.changes if not c.is_same)
    return "" if found.source.text in case.sources or edits <= 2 else "another source"


def _wrong_parts(case: Case, found: CheckedQuote) -> str:
    for part in found.parts:
        if part.source is None or letters(part.quote) not in letters(part.source.text):
            return "a part is not there"
    joined = "".join(letters(part.quote) for part in found.parts)
    return "" if len(joined) >= 0.9 * len(letters(case.quote)) else "parts are missing"


_T2S = opencc.OpenCC("t2s")


def _simplified(text: str) -> str:
    return letters("".join(map(_T2S.convert, text)))


def index_texts(folder: Path, documents: Iterable[Document]) -> Index:
    """An index of documents."""
    with open_writer(folder, Analyzer()) as writer:
        for document in documents:
            writer.put(document)
        writer.commit({})
    return Index(open_engine(folder))


def _read(folder: Path, files_limit: int, seed: int) -> list[Document]:
    taxonomy = Taxonomy.load()
    _, files, _ = find_files(folder)
    chance = random.Random(seed)
    chosen = sorted(chance.sample(range(len(files)), min(files_limit, len(files))))
    documents: dict[str, Document] = {}
    for number in chosen:
        data = read_bytes(files[number], 100)
        document = read_document(data, files[number].path, taxonomy)
        documents.setdefault(document.document_id, document)
    return list(documents.values())


def check_all(
    index: Index, absent: Sequence[str], count: int, seed: int
) -> tuple[list[Judged], list[float]]:
    """Every case judged, and the milliseconds that each took, ascending."""
    texts = [passage.text for passage in index.passages()]
    everything = "\n".join(map(bare, texts))
    checker = Checker(index)
    judged, times = [], []
    for case in cases_of(texts, absent, count, seed):
        began = time.perf_counter()
        found = checker.check(case.quote)
        times.append(1000 * (time.perf_counter() - began))
        judged.append(Judged(case, found, judge(case, found, everything)))
    return judged, sorted(times)


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 below 0.99 or for a false exact."""
    parser = argparse.ArgumentParser(prog="python -m proofs.quotes", description=__doc__)
    parser.add_argument("documents", type=Path, help="a folder of documents")
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--files", type=int, default=10**9, help="at most so many documents")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    checked = Proof()
    documents = _read(options.documents, options.files, options.seed)
    left_out = documents[7::20]
    kept = [d for number, d in enumerate(documents) if number % 20 != 7]
    absent = [p.text for document in left_out for p in passages_of(document)]
    with tempfile.TemporaryDirectory() as folder:
        index = index_texts(Path(folder), kept)
        with index:
            passages = index.stats().passages
            judged, times = check_all(index, absent, options.cases, options.seed)
    checked.add(*((kind, 0, 0) for kind in KINDS))
    for one in judged:
        told = f"{one.case.kind}: {one.wrong}: {one.case.quote!r}"
        checked.note(one.case.kind, told if one.wrong else None)
    wrong = checked.failures.total()
    checked.write(
        "Quotes",
        f"A case is a quotation cut from one of {passages:,} passages, changed in one known way; "
        "absent ones are of documents left out of the index and like nothing in it. Verdict and "
        "source must be right: at least 0.99 of all, and none wrongly called exact.",
        f"Right: {1 - wrong / len(judged):.4f}. Wrongly called exact: "
        f"{sum(one.wrong == 'FALSE EXACT' for one in judged)}.",
        f"One quotation took {times[len(times) // 2]:.0f} ms in the middle of all, "
        f"{times[int(len(times) * 0.95)]:.0f} ms at the 95th percentile.",
    )
    false_exact = any(one.wrong == "FALSE EXACT" for one in judged)
    return int(false_exact or wrong > 0.01 * len(judged))


if __name__ == "__main__":
    sys.exit(main())
