"""Make the fields of a segment from texts: folded, segmented and inverted in batches."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ...analysis.words import Analyzer
from .character_inversion import CharacterInverter
from .container import ArrayFileWriter
from .folding import fold_texts
from .inversion import without_offsets, write_field
from .segment_layout import FieldSizes
from .spill import Spills
from .word_inversion import WordInverter

_BATCH_CHARS = 250_000
_HEADING_BREAK = "；"
"""Between title and headings of a section: no word goes beyond it."""


class _Texts:
    """Texts of one kind of unit, folded and handed on in batches."""

    def __init__(self, words: WordInverter) -> None:
        self.words = words
        self.characters = CharacterInverter()
        self._batch: list[str] = []
        self._batch_chars = 0

    def add(self, texts: Sequence[str]) -> None:
        self._batch += texts
        self._batch_chars += sum(map(len, texts))
        if self._batch_chars >= _BATCH_CHARS:
            self.hand_on()

    def hand_on(self) -> None:
        if not self._batch:
            return
        codes = fold_texts(self._batch)
        self._batch.clear()
        self._batch_chars = 0
        self.words.add(codes)
        self.characters.add(codes)


class AnalyzedFields:
    """Hears of every unit in order, then writes the fields. The pool has one thread."""

    def __init__(self, analyzer: Analyzer, pool: ThreadPoolExecutor, spills: Spills) -> None:
        self._passages, self._labels, self._sections = (
            _Texts(WordInverter(analyzer, pool, spills)) for _ in range(3)
        )

    def add_section(self, title: str, headings: Sequence[str]) -> None:
        """The next section begins; the title of its document may be empty."""
        self._sections.add((_HEADING_BREAK.join((title, *headings)),))

    def add_passages(self, texts: Sequence[str]) -> None:
        """The next passages."""
        self._passages.add(texts)

    def add_labels(self, texts: Sequence[str]) -> None:
        """The next titles, headings and captions."""
        self._labels.add(texts)

    def write(self, file: ArrayFileWriter) -> FieldSizes:
        """Write all fields."""
        kinds = {
            "passage": self._passages,
            "label": self._labels,
            "section": self._sections,
        }
        for texts in kinds.values():
            texts.hand_on()
        sizes: FieldSizes = {kind: {} for kind in kinds}
        # Characters first: meanwhile the last batches are segmented.
        for kind, texts in kinds.items():
            characters, pairs = texts.characters.invert()
            if kind == "section":
                # Nothing is sought there by its place or by one character.
                pairs = without_offsets(pairs)
            else:
                sizes[kind]["characters"] = write_field(file, f"{kind}.characters", characters)
            sizes[kind]["pairs"] = write_field(file, f"{kind}.pairs", pairs)
        for kind, texts in kinds.items():
            sizes[kind]["words"] = write_field(file, f"{kind}.words", texts.words.invert())
        return sizes
