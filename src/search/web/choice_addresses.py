"""Where do the choices of a facet lead? Addresses that differ by one value, most of it made once.

A page has two such links for each of a hundred values, and most of every address is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from ..query.request import FacetName, SearchRequest
from .addresses import Addresses

_quoted = lru_cache(maxsize=4096)(quote_plus)


class ChoiceAddresses:
    """Addresses of a search with one more value of a facet chosen, or left out."""

    def __init__(self, facet: FacetName, request: SearchRequest, addresses: Addresses) -> None:
        self._facet: FacetName = facet
        self._request = request
        self._addresses = addresses
        self._in_force = {*request.chosen(facet), *request.excluded(facet)}
        self._choosing = _around(request, facet, addresses)
        self._without = _around(request, f"not_{facet}", addresses)

    def choosing(self, value: str, typed: Mapping[str, str] | None = None) -> str:
        """With ``value`` chosen, or no longer if it is.

        ``typed`` has the values that choices stand for, with each as typed. A place replaces those
        that lie in it or around it: choosing 贵港市 under a chosen 广西 is meant to narrow, and
        inside one facet any choice may hold.
        """
        request = self._request
        replaced = [
            choice
            for other, choice in (typed or {}).items()
            if value.startswith(f"{other}/") or other.startswith(f"{value}/")
        ]
        if not replaced and value not in self._in_force:
            return f"{self._choosing[0]}{_quoted(value)}{self._choosing[1]}"
        for choice in replaced:
            request = request.toggled(self._facet, choice)
        return self._addresses.search(request.toggled(self._facet, value))

    def without(self, value: str) -> str:
        """With ``value`` left out, or no longer if it is."""
        if value not in self._in_force:
            return f"{self._without[0]}{_quoted(value)}{self._without[1]}"
        return self._addresses.search(self._request.without(self._facet, value))


@lru_cache(maxsize=64)
def choice_addresses(
    facet: FacetName, request: SearchRequest, addresses: Addresses
) -> ChoiceAddresses:
    """The addresses for one facet of a search."""
    return ChoiceAddresses(facet, request, addresses)


def _around(request: SearchRequest, name: str, addresses: Addresses) -> tuple[str, str]:
    """What stands before and after one more value of the parameter ``name``."""
    before, after = request.around(name)
    opening = "".join(f"{part}&" for part in (urlencode(before),) if part)
    rest = urlencode(after)
    return f"{addresses.root}/?{opening}{name}=", f"&{rest}" if rest else ""
