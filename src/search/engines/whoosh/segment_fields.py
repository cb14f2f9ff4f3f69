"""How do texts become the fields of a segment? Every text is folded, segmented, inverted."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis import Analyzer
from ...text import fold
from .container import ArrayFileWriter
from .inversion import WordInverter, invert_characters, write_field
from .segment_layout import FieldSizes

__all__ = ["AnalyzedFields"]


class _Texts:
    """Folded texts of one kind, with their words inverted."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._folded: list[str] = []
        self._words = WordInverter()

    def add(self, text: str) -> None:
        folded = fold(text)
        self._folded.append(folded)
        self._words.add(self._analyzer.terms(folded))

    def write(self, file: ArrayFileWriter, name: str) -> dict[str, dict[str, int]]:
        sizes = {"words": write_field(file, f"{name}.words", self._words.invert())}
        characters, pairs = invert_characters(self._folded)
        self._folded.clear()
        sizes["characters"] = write_field(file, f"{name}.characters", characters)
        sizes["pairs"] = write_field(file, f"{name}.pairs", pairs)
        return sizes


class AnalyzedFields:
    """Hears of every unit in order, then writes the fields."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._passages = _Texts(analyzer)
        self._labels = _Texts(analyzer)
        self._titles = WordInverter()
        self._headings = WordInverter()

    def add_title(self, title: str) -> None:
        """The next document begins; its title may be empty."""
        self._titles.add(self._analyzer.terms(fold(title)))

    def add_section(self, headings: Sequence[str]) -> None:
        """The next section begins."""
        terms = [term for heading in headings for term in self._analyzer.terms(fold(heading))]
        self._headings.add(terms)

    def add_passage(self, text: str) -> None:
        """The next passage."""
        self._passages.add(text)

    def add_label(self, text: str) -> None:
        """The next title, heading or caption."""
        self._labels.add(text)

    def write(self, file: ArrayFileWriter) -> FieldSizes:
        """Write all fields."""
        return {
            "passage": self._passages.write(file, "passage"),
            "label": self._labels.write(file, "label"),
            "document": {"title": write_field(file, "document.title", self._titles.invert())},
            "section": {"headings": write_field(file, "section.headings", self._headings.invert())},
        }
