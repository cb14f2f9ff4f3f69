"""How do texts become the fields of a segment? Folded, segmented and inverted in batches."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ...analysis.words import Analyzer
from .character_inversion import CharacterInverter
from .container import ArrayFileWriter
from .folding import fold_texts
from .inversion import write_field
from .segment_layout import FieldSizes
from .spill import Spills
from .word_inversion import WordInverter

_BATCH_CHARS = 250_000
_HEADING_BREAK = "\0"
"""Between the headings of a section: no word goes beyond it."""


class _Texts:
    """Texts of one kind of unit, folded and handed on in batches."""

    def __init__(self, words: WordInverter, characters: CharacterInverter | None = None) -> None:
        self.words = words
        self.characters = characters
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
        if self.characters is not None:
            self.characters.add(codes)


class AnalyzedFields:
    """Hears of every unit in order, then writes the fields. The pool has one thread."""

    def __init__(self, analyzer: Analyzer, pool: ThreadPoolExecutor, spills: Spills) -> None:
        def words() -> WordInverter:
            return WordInverter(analyzer, pool, spills)

        self._titles, self._headings = _Texts(words()), _Texts(words())
        self._passages, self._labels = (_Texts(words(), CharacterInverter()) for _ in range(2))

    def add_title(self, title: str) -> None:
        """The next document begins; its title may be empty."""
        self._titles.add((title,))

    def add_section(self, headings: Sequence[str]) -> None:
        """The next section begins."""
        self._headings.add((_HEADING_BREAK.join(headings),))

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
            "document": self._titles,
            "section": self._headings,
        }
        for texts in kinds.values():
            texts.hand_on()
        sizes: FieldSizes = {kind: {} for kind in kinds}
        # Characters first: meanwhile the last batches are segmented.
        for kind, texts in kinds.items():
            if texts.characters is not None:
                characters, pairs = texts.characters.invert()
                sizes[kind]["characters"] = write_field(file, f"{kind}.characters", characters)
                sizes[kind]["pairs"] = write_field(file, f"{kind}.pairs", pairs)
        names = {"document": "title", "section": "headings"}
        for kind, texts in kinds.items():
            name = names.get(kind, "words")
            sizes[kind][name] = write_field(file, f"{kind}.{name}", texts.words.invert())
        return sizes
