"""Addresses of all pages, pagers, and what a reader may add to a citation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote, urlencode

from ..citing.basket import Basket
from ..citing.record import Kind, checked_kind
from ..citing.styles import Citation, cite
from ..documents.document import Document, Passage, TextRange
from ..documents.facets import FacetName
from ..query.request import SearchRequest
from ..searching.compare import CompareRequest
from ..searching.concordance import ConcordanceRequest

_PAGES_AROUND = 2


@dataclass(frozen=True, slots=True)
class Pager:
    """Links to other pages: numbers in order, None where some are left out."""

    page: int
    pages: int
    previous: str | None
    next: str | None
    numbers: tuple[tuple[int, str] | None, ...]


def pager_of(page: int, pages: int, address: Callable[[int], str]) -> Pager:
    """The pager of a page, from the address of each page by its number."""
    around = range(max(1, page - _PAGES_AROUND), min(pages, page + _PAGES_AROUND) + 1)
    numbers: list[tuple[int, str] | None] = []
    last = 0
    for number in sorted({1, pages, *around}):
        if number - last == 2:
            numbers.append((number - 1, address(number - 1)))
        elif number - last > 2:
            numbers.append(None)
        numbers.append((number, address(number)))
        last = number
    return Pager(
        page=page,
        pages=pages,
        previous=address(page - 1) if page > 1 else None,
        next=address(page + 1) if page < pages else None,
        numbers=tuple(numbers),
    )


_NO_SEARCH = SearchRequest()
_Request = SearchRequest | CompareRequest | ConcordanceRequest


# Every link of a page to a passage or document ends with the same search.
@lru_cache(maxsize=256)
def _written(request: _Request) -> str:
    return urlencode(request.to_params())


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses below ``root``, the path at which the application is mounted ("" at the top)."""

    root: str = ""

    def search(self, request: SearchRequest) -> str:
        """A state of the search page."""
        return self.of("", request)

    def of(self, page: str, request: _Request) -> str:
        """The page of that name (``kwic``, ``export.csv``, ``api/v1/search``) for a search."""
        written = _written(request)
        return f"{self.root}/{page}" + (f"?{written}" if written else "")

    def compare(self, request: SearchRequest) -> str:
        """The comparison of what a search finds."""
        return self.of("compare", CompareRequest(request))

    def kwic(self, request: SearchRequest) -> str:
        """Every occurrence of what a search asks for."""
        return self.of("kwic", ConcordanceRequest(replace(request, page=1, limit=None)))

    def facet(
        self, facet: FacetName, request: SearchRequest, extra: Sequence[tuple[str, str]] = ()
    ) -> str:
        """All values of one facet for a search; ``extra`` says in which order and which of them."""
        params = replace(request, page=1).to_params()
        return self._with_query(f"facet/{facet}", [*params, *extra])

    def basket(self, basket: Basket, suffix: str = "", *, kept: bool = False) -> str:
        """A basket; as a file with a suffix. ``kept`` is the one that the browser keeps."""
        params = basket.to_params() + ([("kept", "1")] if kept else [])
        return self._with_query(f"basket{suffix}", params)

    def basket_with(self, *passage_ids: str) -> str:
        """A basket of these passages."""
        return self.basket(Basket(passage_ids))

    def like(self, passage_id: str, origin: SearchRequest = _NO_SEARCH) -> str:
        """The passages like one, under the filters of a search."""
        return self.of(f"p/{quote(passage_id, safe='')}/like", origin)

    def like_api(self, passage_id: str, origin: SearchRequest = _NO_SEARCH) -> str:
        """The same as JSON."""
        return self.of(f"api/v1/passages/{quote(passage_id, safe='')}/like", origin)

    def passage(
        self,
        passage_id: str,
        origin: SearchRequest = _NO_SEARCH,
        chosen: TextRange | None = None,
    ) -> str:
        """A passage, seen from a search; with a range of it marked."""
        page = f"p/{quote(passage_id, safe='')}"
        if chosen is None:
            return self.of(page, origin)
        return self._with_query(page, chosen.to_params() + origin.to_params())

    def proof(self, passage_id: str, chosen: TextRange | None = None) -> str:
        """The file that proves the wording of a passage, or of a range of it."""
        page = f"p/{quote(passage_id, safe='')}/proof.json"
        return self._with_query(page, chosen.to_params() if chosen else [])

    def document_api(self, document_id: str) -> str:
        """A document as JSON."""
        return f"{self.root}/api/v1/documents/{quote(document_id, safe='')}"

    def citation(self, cited: str, params: list[tuple[str, str]]) -> str:
        """The citation as a file of what has the address ``cited``."""
        return f"{cited}/cite?{urlencode(params)}"

    def why(self, passage_id: str, origin: SearchRequest) -> str:
        """Why a passage matches a search."""
        return self.of(f"p/{quote(passage_id, safe='')}/why", origin)

    def document(
        self,
        document_id: str,
        origin: SearchRequest = _NO_SEARCH,
        *,
        everything: bool = False,
        paragraph: int | None = None,
    ) -> str:
        """A document, seen from a search; with its boilerplate; at one of its paragraphs."""
        page = f"d/{quote(document_id, safe='')}"
        if everything:
            address = self._with_query(page, [*origin.to_params(), ("all", "1")])
        else:
            address = self.of(page, origin)
        return address + (f"#p{paragraph}" if paragraph is not None else "")

    def _with_query(self, page: str, params: list[tuple[str, str]]) -> str:
        return f"{self.root}/{page}" + (f"?{urlencode(params)}" if params else "")


@dataclass(frozen=True, slots=True)
class Added:
    """What the reader chooses or adds, as it stands in the address; "" is nothing."""

    style: str = ""
    accessed: str = ""
    url: str = ""
    kind: str = ""
    item: str = ""

    @property
    def checked_kind(self) -> Kind | None:
        """The kind that was chosen. Raises UsageError for one that does not exist."""
        return checked_kind(self.kind) if self.kind else None

    def cite(self, document: Document, passage: Passage | None, style: str) -> Citation:
        """The citation with what was added. Raises UsageError."""
        return cite(
            document,
            passage,
            style=style,
            accessed=self.accessed or None,
            url=self.url or None,
            item=self.item or None,
            kind=self.checked_kind,
        )

    def to_params(self) -> list[tuple[str, str]]:
        """The same in an address."""
        named = {"style": self.style, "accessed": self.accessed, "url": self.url}
        named |= {"kind": self.kind, "item": self.item}
        return [(name, value) for name, value in named.items() if value]
