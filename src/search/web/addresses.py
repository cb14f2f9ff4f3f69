"""What is the address of a search, a passage, a document? Always relative to this site.

A passage or document opened from a search carries the search along, so that its words stay marked
and the way back is a plain link; its permanent address is the one without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote, urlencode

from ..citing.basket import Basket
from ..documents.ranges import TextRange
from ..query.request import FacetName, SearchRequest
from ..searching.compare.request import CompareRequest
from ..searching.concordance.request import ConcordanceRequest

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
        return self._of_search(f"{self.root}/", request)

    def api(self, request: SearchRequest) -> str:
        """The same state as JSON."""
        return self._of_search(f"{self.root}/api/v1/search", request)

    def compare(self, request: CompareRequest, form: str = "") -> str:
        """The table of a search by two facets; as a file where ``form`` is ``.csv``, ``.svg``."""
        return self._of_search(f"{self.root}/compare{form}", request)

    def compare_api(self, request: CompareRequest) -> str:
        """The same state as JSON."""
        return self._of_search(f"{self.root}/api/v1/compare", request)

    def facet(
        self, facet: FacetName, request: SearchRequest, extra: Sequence[tuple[str, str]] = ()
    ) -> str:
        """All values of one facet for a search; ``extra`` says in which order and which of them."""
        params = replace(request, page=1).to_params()
        return self._with_query(f"{self.root}/facet/{facet}", [*params, *extra])

    def kwic(self, request: ConcordanceRequest, form: str = "") -> str:
        """The lines of a concordance; as a file where ``form`` is ``.csv`` or ``.jsonl``."""
        return self._of_search(f"{self.root}/kwic{form}", request)

    def kwic_api(self, request: ConcordanceRequest) -> str:
        """The same state as JSON."""
        return self._of_search(f"{self.root}/api/v1/kwic", request)

    def record(self, request: SearchRequest, form: str = "") -> str:
        """The record of a search; as a file where ``form`` is ``.json`` or ``.txt``."""
        return self._of_search(f"{self.root}/record{form}", request)

    def record_api(self, request: SearchRequest) -> str:
        """The same as JSON."""
        return self._of_search(f"{self.root}/api/v1/record", request)

    def export(self, request: SearchRequest, suffix: str) -> str:
        """All that a search finds, as a file; ``suffix`` is that of a form of export."""
        return self._of_search(f"{self.root}/export{suffix}", request)

    def feed(self, request: SearchRequest) -> str:
        """The passages of a search that were published last, as a feed."""
        return self._of_search(f"{self.root}/feed.atom", request)

    def basket(self, basket: Basket, suffix: str = "", *, kept: bool = False) -> str:
        """A basket; as a file with a suffix. ``kept`` is the one that the browser keeps."""
        params = basket.to_params() + ([("kept", "1")] if kept else [])
        return self._with_query(f"{self.root}/basket{suffix}", params)

    def basket_with(self, *passage_ids: str) -> str:
        """A basket of these passages."""
        return self.basket(Basket(passage_ids))

    def like(self, passage_id: str, origin: SearchRequest = _NO_SEARCH) -> str:
        """The passages like one, under the filters of a search."""
        path = f"{self.root}/p/{quote(passage_id, safe='')}/like"
        return self._of_search(path, origin)

    def like_api(self, passage_id: str, origin: SearchRequest = _NO_SEARCH) -> str:
        """The same as JSON."""
        path = f"{self.root}/api/v1/passages/{quote(passage_id, safe='')}/like"
        return self._of_search(path, origin)

    def passage(
        self,
        passage_id: str,
        origin: SearchRequest = _NO_SEARCH,
        chosen: TextRange | None = None,
    ) -> str:
        """A passage, seen from a search; with a range of it marked."""
        path = f"{self.root}/p/{quote(passage_id, safe='')}"
        if chosen is None:
            return self._of_search(path, origin)
        return self._with_query(path, chosen.to_params() + origin.to_params())

    def proof(self, passage_id: str, chosen: TextRange | None = None) -> str:
        """The file that proves the wording of a passage, or of a range of it."""
        path = f"{self.root}/p/{quote(passage_id, safe='')}/proof.json"
        return self._with_query(path, chosen.to_params() if chosen else [])

    def passage_api(self, passage_id: str) -> str:
        """A passage as JSON."""
        return f"{self.root}/api/v1/passages/{quote(passage_id, safe='')}"

    def document_api(self, document_id: str) -> str:
        """A document as JSON."""
        return f"{self.root}/api/v1/documents/{quote(document_id, safe='')}"

    def passage_citation(self, passage_id: str, params: list[tuple[str, str]]) -> str:
        """The citation of a passage as a file."""
        return self._with_query(f"{self.root}/p/{quote(passage_id, safe='')}/cite", params)

    def document_citation(self, document_id: str, params: list[tuple[str, str]]) -> str:
        """The citation of a document as a file."""
        return self._with_query(f"{self.root}/d/{quote(document_id, safe='')}/cite", params)

    def why(self, passage_id: str, origin: SearchRequest) -> str:
        """Why a passage matches a search."""
        return self._of_search(f"{self.root}/p/{quote(passage_id, safe='')}/why", origin)

    def document(
        self,
        document_id: str,
        origin: SearchRequest = _NO_SEARCH,
        *,
        everything: bool = False,
        paragraph: int | None = None,
    ) -> str:
        """A document, seen from a search; with its boilerplate; at one of its paragraphs."""
        path = f"{self.root}/d/{quote(document_id, safe='')}"
        if everything:
            address = self._with_query(path, [*origin.to_params(), ("all", "1")])
        else:
            address = self._of_search(path, origin)
        return address + (f"#p{paragraph}" if paragraph is not None else "")

    @staticmethod
    def _of_search(path: str, request: _Request) -> str:
        written = _written(request)
        return f"{path}?{written}" if written else path

    @staticmethod
    def _with_query(path: str, params: list[tuple[str, str]]) -> str:
        return f"{path}?{urlencode(params)}" if params else path
