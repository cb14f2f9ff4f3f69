"""Does a quoted text find exactly the passages that have it? Against a scan of all texts.

Texts of 1 to 12 characters are cut from real passages, every place alike: letters, digits, marks,
both scripts, characters outside the basic plane. Each is asked as it is and with both scripts taken
as one; the scan folds both sides character by character.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path

import opencc

from proofs.page import Proof
from search.analysis.equivalence import Equivalences, Synonyms
from search.analysis.text import fold
from search.analysis.words import Analyzer
from search.documents.document import Document, Paragraph, sha256_hex
from search.engines.whoosh.engine import WhooshReader, open_engine
from search.engines.whoosh.writer import open_writer
from search.evaluation.sets import read_corpus
from search.index.engine import EngineRequest
from search.query.parser import parse_query

_LONGEST = 12
_LOOKED_AT = 1000
"""So many of the passages found are compared one by one, of the rest their number."""
_MARKS = "\"'“”‘’「」『』«»„‟‚‛"
_CLOSES = re.compile(rf"[{_MARKS}](?=\s|~)")
"""A mark that would end the quotation it is asked in."""
_RARE = "𠮷𡈽𣎴𪚥㐂"

Checked = tuple[str, int, int, int]
"""(what was asked how, texts, passages to find, passages missed or wrongly found)."""


def scripts_mixed(texts: Iterable[str], seed: int) -> list[str]:
    """A third of the texts in traditional script, and here and there a rare character."""
    chance = random.Random(seed)
    to_traditional = opencc.OpenCC("s2t")
    mixed = []
    for text in texts:
        if chance.random() < 1 / 3:
            text = to_traditional.convert(text)
        if chance.random() < 1 / 50:
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(_RARE) + text[at:]
        mixed.append(text)
    return mixed


def sampled(texts: Sequence[str], count: int, seed: int) -> list[str]:
    """Texts to ask for, cut anywhere; none begins or ends with a space, and none is all marks of
    quotation, which are operators."""
    chance = random.Random(seed)
    found: list[str] = []
    while len(found) < count:
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        piece = text[start : start + chance.randint(1, _LONGEST)].strip()
        if piece and not set(piece) <= set(_MARKS) and not _CLOSES.search(piece):
            found.append(piece)
    return found


def check_texts(folder: Path, texts: Sequence[str], asked: Sequence[str]) -> list[Checked]:
    """Index the texts, ask for each piece in both ways, and compare with the scan."""
    with open_writer(folder, Analyzer()) as writer:
        for number in range(0, len(texts), 50):
            writer.put(_document(number, texts[number : number + 50]))
        writer.commit({})
    reader = open_engine(folder).reader()
    order = [passage.text for passage in reader.passages()]
    off, on = Equivalences(), Equivalences.of(("script",), Synonyms())
    return [
        _checked("as written", reader, order, asked, off, fold),
        _checked("both scripts as one", reader, order, asked, on, _plain),
    ]


def _checked(
    name: str,
    reader: WhooshReader,
    order: Sequence[str],
    asked: Sequence[str],
    equivalences: Equivalences,
    folded: object,
) -> Checked:
    assert callable(folded)
    joined = [folded(text) for text in order]
    ends = list(accumulate(len(text) + 1 for text in joined))
    # One text for all passages: a line break is in none of the pieces.
    whole = "\n".join(joined)
    expected_of_all = wrong = 0
    for piece in asked:
        wanted = folded(piece)
        expected: list[str] = []
        at = whole.find(wanted)
        last = -1
        while at >= 0:
            number = bisect_right(ends, at)
            if number != last:
                expected.append(order[number])
            last = number
            at = whole.find(wanted, max(at + 1, ends[number]))
        query = parse_query(f'"{piece}"', reader.analyzer, equivalences=equivalences)
        request = EngineRequest(query, limit=_LOOKED_AT, facets=False, sort="document")
        answer = reader.search(request)
        found = Counter(passage.text for passage, _ in answer.hits)
        first = Counter(expected[:_LOOKED_AT])
        expected_of_all += len(expected)
        difference = (first - found).total() + (found - first).total()
        difference += abs(answer.total - len(expected))
        if difference:
            print(f"{name}: {piece!r} differs in {difference} passages", file=sys.stderr)
        wrong += difference
    return name, len(asked), expected_of_all, wrong


_TO_SIMPLIFIED = opencc.OpenCC("t2s")
_ONE: dict[str, str] = {}


def _plain(text: str) -> str:
    """A folded text in characters each of which stands for all that are alike to it."""
    return "".join(_one(character) for character in fold(text))


def _one(character: str) -> str:
    known = _ONE.get(character)
    if known is None:
        known = _TO_SIMPLIFIED.convert(character)
        _ONE[character] = known = fold(known)
    return known


def _document(number: int, texts: Sequence[str]) -> Document:
    paragraphs, start = [], 0
    for ordinal, text in enumerate(texts, 1):
        end = start + len(text)
        paragraphs.append(
            Paragraph(start, end, role="body", kind="body", reason="", number=ordinal)
        )
        start = end + 1
    whole = "\n".join(texts)
    return Document(
        document_id=f"{number:016x}",
        paths=(f"{number:09}.txt",),
        text=whole,
        paragraphs=tuple(paragraphs),
        sha256=sha256_hex(whole),
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.exactness", description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path, help="folders with a corpus.jsonl.gz")
    parser.add_argument("--texts", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    proof = Proof()
    texts = [
        " ".join(text.split())
        for folder in options.sets
        for _, _, text in read_corpus(folder)
        if text.strip()
    ]
    texts = scripts_mixed(texts, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        asked = sampled(texts, options.texts, options.seed)
        checked = check_texts(Path(folder), texts, asked)
    proof.add(*((name, cases, wrong) for name, cases, _, wrong in checked))
    return proof.write(
        "Exactness",
        "A case is a text of 1 to 12 characters cut from one of "
        f"{len(texts):,} passages, a third of them in traditional script. It must find the "
        "passages that have it, all and no others (recall and precision 1.000); failures are "
        "passages missed or wrongly found.",
        f"Passages to find: {', '.join(f'{many:,} {name}' for name, _, many, _ in checked)}.",
    )


if __name__ == "__main__":
    sys.exit(main())
