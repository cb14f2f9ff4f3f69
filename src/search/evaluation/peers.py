"""Other extractors of the main text of a page, for comparison only."""

from __future__ import annotations

from collections.abc import Callable

Peer = Callable[[str], str]
"""A page's source → its main text; raises ImportError where the library is not installed."""


def trafilatura_text(source: str) -> str:
    """What trafilatura extracts with its defaults."""
    import trafilatura

    return trafilatura.extract(source) or ""


def readability_text(source: str) -> str:
    """What readability-lxml extracts with its defaults, without tags."""
    import lxml.html
    import readability

    return str(lxml.html.fromstring(readability.Document(source).summary()).text_content())


PEERS: dict[str, Peer] = {"trafilatura": trafilatura_text, "readability": readability_text}
"""The peers by name."""
