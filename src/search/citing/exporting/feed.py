"""Which passages of a search were published last? An Atom feed (RFC 4287) of them.

Ids are UUIDs made of the passage id or of the search (RFC 4122, version 5), so they do not depend
on the address of the site; a feed reader knows a passage again wherever it is served.
"""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from ...documents.document import UNCLASSIFIED, Passage
from ...searching.results import SearchResults

FEED_ENTRIES = 50
"""Passages in a feed."""

_ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACE = UUID("6f7a1c54-5d0e-5b63-9a39-4a1d6f0f6c11")
"""Ours alone: changing it would give every passage a new id."""

# What XML 1.0 has no way to write, even escaped: control characters, surrogates, non-characters.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<clock>(?:[01][0-9]|2[0-3]):[0-5][0-9])(?P<second>:[0-5][0-9])?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_CHINA = "+08:00"
_UNKNOWN = "1970-01-01T00:00:00Z"


def atom_feed(results: SearchResults, *, indexed_at: str | None, base: str, self_path: str) -> str:
    """The feed of one page of results.

    ``base`` is the absolute address of the site, ``self_path`` that of the feed below it.
    ``indexed_at`` is when the collection last changed, and stands for dates that are not known.
    """
    request = results.request
    query = request.to_query_string()
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-Hans"})
    updated = _moment(indexed_at) or _UNKNOWN
    _add(feed, "id", uuid5(_NAMESPACE, f"search {query}").urn)
    _add(feed, "title", f"段搜：{request.query.strip() or '全部段落'}")
    _add(
        feed, "subtitle", f"{results.total:,} 个段落，{results.documents:,} 篇文献；最近发表的在前"
    )
    _add(feed, "updated", updated)
    _add(SubElement(feed, "author"), "name", "段搜 Duansou")
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=f"{base}{self_path}")
    SubElement(feed, "link", rel="alternate", type="text/html", href=f"{base}/?{query}")
    for hit in results.hits:
        _entry(feed, hit, updated, base)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode") + "\n"


def _entry(feed: Element, passage: Passage, indexed_at: str, base: str) -> None:
    entry = SubElement(feed, "entry")
    published = _moment(passage.published)
    _add(entry, "id", uuid5(_NAMESPACE, f"passage {passage.passage_id}").urn)
    _add(entry, "title", f"{passage.title or passage.path} ¶{passage.paragraph}")
    _add(entry, "updated", published or indexed_at)
    if published:
        _add(entry, "published", published)
    _add(SubElement(entry, "author"), "name", passage.author or passage.source or "作者未知")
    address = f"{base}/p/{passage.passage_id}"
    SubElement(entry, "link", rel="alternate", type="text/html", href=address)
    for topic in passage.topics:
        if topic != UNCLASSIFIED:
            SubElement(entry, "category", term=_allowed(topic))
    _add(entry, "content", passage.text).set("type", "text")


def _add(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = _allowed(text)
    return child


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _moment(value: str | None) -> str | None:
    """A date and time as RFC 3339; a time without a zone is that of China. None for less."""
    match = _MOMENT.fullmatch(value or "")
    if match is None:
        return None
    try:
        date.fromisoformat(match["day"])
    except ValueError:
        return None
    clock = (match["clock"] or "00:00") + (match["second"] or ":00")
    return f"{match['day']}T{clock}{match['zone'] or _CHINA}"
