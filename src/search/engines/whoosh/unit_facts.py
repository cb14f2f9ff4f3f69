"""What is known of a unit besides its characters: facet values, text, fields of its document.

For the nodes of a query that ask for these. Everything is of one segment, deleted documents
included; masks are made anew for each query, as they cost about as much as reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np

from ...analysis.text import fold
from ...budget import current
from ...documents.facets import BY_NAME
from ...query.nodes import FacetIs, InField, Literal
from .container import Bools, Ints
from .facet_values import CELL_FACET, OF_DOCUMENTS, SegmentColumns
from .named_facets import SegmentNames

_TEXTS_AT_ONCE = 1000
"""So many titles are compared with a pattern in some 10 ms."""


class DocumentFields:
    """The folded titles and authors of the documents of a segment, read when first asked for."""

    def __init__(self, documents: int, records: Callable[[], Iterator[dict[str, Any]]]) -> None:
        self._documents = documents
        self._records = records

    def matching(self, node: InField) -> Bools:
        """(documents,) True where the field has the text."""
        values = self._values[node.field]
        mask = np.zeros(self._documents, np.bool_)
        budget = current()
        for at in range(0, len(values), _TEXTS_AT_ONCE):
            budget.spend()
            some = values[at : at + _TEXTS_AT_ONCE]
            if isinstance(node.text, Literal):
                text = node.text.text
                mask[[n for n, value in some if text in value]] = True
            else:
                mask[[n for n, value in some if node.text.matches(value)]] = True
        return mask

    @cached_property
    def _values(self) -> dict[str, list[tuple[int, str]]]:
        """Field → (document, folded value) of the documents that have it."""
        values: dict[str, list[tuple[int, str]]] = {"title": [], "author": []}
        for number, record in enumerate(self._records()):
            for name, known in values.items():
                if record[name] is not None:
                    known.append((number, fold(record[name])))
        return values


class UnitFacts:
    """What passages and labels have in common: a document and a text."""

    def __init__(
        self,
        columns: Callable[[], SegmentColumns],
        fields: DocumentFields,
        text: Callable[[int], str],
    ) -> None:
        self._columns = columns
        self._fields = fields
        self._text = text

    def folded_text(self, unit: int) -> str:
        """The folded text of a unit."""
        return fold(self._text(unit))

    def with_field(self, node: InField) -> Bools:
        """(units,) True where the document's field has the text."""
        return self._spread(self._fields.matching(node))

    def with_value(self, node: FacetIs) -> Bools:
        """(units,) True where the facet has one of the values."""
        columns = self._columns()
        if node.facet in OF_DOCUMENTS:
            accepted = _accepted(node, columns.values(node.facet))
            return self._spread(accepted.take(columns.of_documents[node.facet]))
        return self._with_own_value(node)

    def _spread(self, documents: Bools) -> Bools:
        raise NotImplementedError

    def _with_own_value(self, node: FacetIs) -> Bools:
        raise NotImplementedError


class PassageFacts(UnitFacts):
    """Of passages, which have topics, places and years of their own."""

    def __init__(
        self,
        columns: Callable[[], SegmentColumns],
        fields: DocumentFields,
        text: Callable[[int], str],
        names: Callable[[], SegmentNames],
    ) -> None:
        super().__init__(columns, fields, text)
        self._names = names

    def _spread(self, documents: Bools) -> Bools:
        return self._columns().spread(documents)

    def _with_own_value(self, node: FacetIs) -> Bools:
        if node.facet == CELL_FACET:
            columns = self._columns()
            sets = columns.topics.sets_with(_accepted(node, columns.values(CELL_FACET)))
            return columns.spread_cells(sets.take(columns.topics.set_of))
        of = self._names().of[node.facet]
        return of.sets.having(_accepted(node, of.values)).take(of.set_of)


class LabelFacts(UnitFacts):
    """Of titles, headings and captions, given by the document of each."""

    def __init__(
        self,
        columns: Callable[[], SegmentColumns],
        fields: DocumentFields,
        text: Callable[[int], str],
        document_of: Callable[[], Ints],
    ) -> None:
        super().__init__(columns, fields, text)
        self._document_of = document_of

    def _spread(self, documents: Bools) -> Bools:
        return documents.take(self._document_of())

    def _with_own_value(self, node: FacetIs) -> Bools:
        return np.zeros(len(self._document_of()), np.bool_)


def _accepted(node: FacetIs, values: Any) -> Bools:
    """(values of the segment,) True where one of the choices lets the value pass."""
    facet = BY_NAME[node.facet]
    return np.array([facet.has(value, node.values) for value in values], np.bool_)
