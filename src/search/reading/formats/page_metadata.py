"""What do a page's tags say of it: title, outlet, site, author, date, address?

Only tags that are marked as such count: the names that government sites must use, Open Graph,
Dublin Core, schema.org (JSON-LD). No date is guessed from a text or an address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from ...documents.document import Evidence
from ..dates import date_in
from ..metadata import article_address, is_personal_name

_META = {
    "title": "articletitle og:title twitter:title dc.title dcterms.title title",
    "published": (
        "pubdate publishdate article:published_time og:release_date datepublished dc.date "
        "dcterms.created dc.date.issued citation_publication_date publish_time"
    ),
    "source": "contentsource source article:publisher_name dc.source mediaid og:article:source",
    "site": "sitename og:site_name application-name",
    "author": "author article:author dc.creator byl og:article:author",
    "url": "url og:url",
}
_NAMES = {
    name: (field, rank) for field, names in _META.items() for rank, name in enumerate(names.split())
}
_SITE_SUFFIX = re.compile(r"\s*[_|｜—–-]+\s*")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S{8,2000}?)\s*-->")
_FORUM = re.compile(r"discuz|phpwind|phpbb|vbulletin", re.IGNORECASE)
_ARTICLE_TYPES = re.compile(r"article|posting|report|webpage|blog", re.IGNORECASE)
_FORUM_TYPE = "DiscussionForumPosting"
_LONGEST_JSON_CHARS = 200_000
_LONGEST_CHARS = 300


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """``titles`` are what the title may be, likeliest first; the rest is for ``Guide``."""

    titles: tuple[str, ...]
    fields: dict[str, str]
    evidence: dict[str, Evidence]
    is_forum: bool


def read_page_metadata(root: etree._Element, source: str, address: str | None) -> PageMetadata:
    """The fields that the tags of a page offer; ``address`` is the one its envelope names."""
    found: dict[str, list[tuple[int, str, str]]] = {}  # field → (rank, value, tag)

    def offer(field: str, rank: int, value: Any, tag: str) -> None:
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if text and (len(text) <= _LONGEST_CHARS or field == "url"):
            found.setdefault(field, []).append((rank, text, tag))

    is_forum = False
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").lower()
        name = name or (element.get("itemprop") or "").lower().replace("url", "")
        content = element.get("content")
        if name == "generator" and content and _FORUM.search(content):
            is_forum = True
        if name in _NAMES:
            field, rank = _NAMES[name]
            offer(field, rank, content, f"<meta {name}>")
    for record in _json_ld(root):
        is_forum = is_forum or _FORUM_TYPE in _types(record)
        offer("title", 2, record.get("headline"), "JSON-LD headline")
        offer("published", 1, record.get("datePublished"), "JSON-LD datePublished")
        offer("author", 1, _names(record.get("author")), "JSON-LD author")
        offer("site", 3, _names(record.get("publisher")), "JSON-LD publisher")
        offer("url", 2, record.get("url"), "JSON-LD url")
    for element in root.iter("link"):
        if (element.get("rel") or "").lower() == "canonical":
            offer("url", 0, element.get("href"), "<link canonical>")
    saved = _SAVED_FROM.search(source[:4000])
    offer("url", 4, saved[1] if saved else None, "浏览器保存网页时写下的网址")
    offer("url", 3, address, "网页归档里写明的网址")
    fields: dict[str, str] = {}
    evidence: dict[str, Evidence] = {}

    def keep(field: str, value: str, tag: str, quote: str) -> None:
        fields[field] = value
        evidence[field] = Evidence(f"网页标签 {tag}", None, quote[:200])

    headings = list(_headings(root))
    titles = _titles(found, root, headings)
    if titles:
        keep("title", titles[0][0], titles[0][1], titles[0][0])
    for field in ("published", "source", "author", "site", "url"):
        for _, value, tag in sorted(found.get(field, ())):
            kept = _valid(field, value)
            if kept:
                keep(field, kept, tag, value)
                break
    if "site" not in fields and "url" in fields:
        host = (urlsplit(fields["url"]).hostname or "").removeprefix("www.")
        keep("site", host, evidence["url"].note.removeprefix("网页标签 "), fields["url"])
    if "author" in fields and not _are_persons(fields["author"]):
        # A site's own name for who posted: an outlet's account, not who wrote.
        keep("posted_by", fields.pop("author"), *_told(evidence.pop("author")))
    return PageMetadata(tuple(title for title, _ in titles), fields, evidence, is_forum)


def _valid(field: str, value: str) -> str | None:
    if field == "published":
        dated = date_in(value[:40])
        return dated[0] if dated and dated[1][0] <= 1 else None
    if field == "url":
        return article_address(value)
    if field == "author" and re.fullmatch(r"[\W\d_]+|[a-z@./_-]+", value, re.IGNORECASE):
        return None  # a number or the program that made the page
    return None if value.startswith(("http://", "https://")) or "{" in value else value


def _titles(
    found: dict[str, list[tuple[int, str, str]]], root: etree._Element, headings: list[str]
) -> list[tuple[str, str]]:
    """(title, tag): as named in tags, then headings that <title> begins with, then <title> cut."""
    element = next(root.iter("title"), None)
    window = " ".join((element.text or "").split()) if element is not None else ""
    titles = [(value, tag) for _, value, tag in sorted(found.get("title", ()))]
    titles += [(text, "<h1>") for text in headings if text and window.startswith(text)]
    window = window[:_LONGEST_CHARS]
    if window:
        pieces = _SITE_SUFFIX.split(window)
        # A site's name stands last, or first; a title may itself hold a dash.
        cuts = [window, *(window[: m.start()] for m in _SITE_SUFFIX.finditer(window))]
        titles += [(cut, "<title>") for cut in reversed(cuts) if len(cut) >= 4]
        titles += [(piece, "<title>") for piece in pieces[1:] if len(piece) >= 8]
    if len(headings) == 1 and headings[0]:
        titles.append((headings[0], "<h1>"))
    # The tags' own titles may carry the site's name too.
    cut_too = [
        (value[: m.start()], tag)
        for value, tag in titles
        if tag.startswith(("<meta", "JSON"))
        for m in _SITE_SUFFIX.finditer(value)
        if m.start() >= 8
    ]
    return list(dict.fromkeys((*titles, *cut_too)))


def _headings(root: etree._Element) -> Iterator[str]:
    """The headings of the first level; one within another is a part of it."""
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end"), tag="h1"):
        if event == "start" and depth == 0:
            yield _heading(element)
        depth += 1 if event == "start" else -1


def _heading(element: etree._Element) -> str:
    """The text of a heading; nothing for one that is empty or too long for a title."""
    pieces: list[str] = []
    chars = 0
    for piece in element.itertext():
        chars += len(piece)
        if chars > 10 * _LONGEST_CHARS:  # white space included
            return ""
        pieces.append(piece)
    text = " ".join("".join(pieces).split())
    return text if len(text) <= _LONGEST_CHARS else ""


def _json_ld(root: etree._Element) -> Iterator[dict[str, Any]]:
    """The articles in a page's JSON-LD; damaged or huge JSON is passed over."""
    for element in root.iter("script"):
        if (element.get("type") or "").lower() != "application/ld+json":
            continue
        text = element.text or ""
        if len(text) > _LONGEST_JSON_CHARS:
            continue
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        values = value if isinstance(value, list) else [value]
        for each in values:
            graph = each.get("@graph") if isinstance(each, dict) else None
            for record in graph if isinstance(graph, list) else [each]:
                if isinstance(record, dict) and _ARTICLE_TYPES.search(_types(record)):
                    yield record


def _types(record: dict[str, Any]) -> str:
    kinds = record.get("@type")
    return " ".join(map(str, kinds)) if isinstance(kinds, list) else str(kinds or "")


def _are_persons(names: str) -> bool:
    return all(is_personal_name(name) for name in re.split(r"[\s、,，;；/]+", names) if name)


def _told(evidence: Evidence) -> tuple[str, str]:
    return evidence.note.removeprefix("网页标签 "), evidence.quote or ""


def _names(value: Any) -> str | None:
    """The names of a schema.org person or organisation, or of several."""
    if isinstance(value, list):
        return "、".join(filter(None, map(_names, value[:10]))) or None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else None
