"""Read what the tags of a page say of its title, outlet, author, date and address.

Only tags that are marked as such count: the names that government sites must use, Open Graph,
Dublin Core, schema.org (JSON-LD). No date is guessed from a text or an address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from ...documents.document import Evidence
from .. import metadata
from ..dates import date_in, recorded_date
from ..metadata import article_address
from .page_lines import NO_XML

_META = {
    "title": "articletitle citation_title og:title twitter:title dc.title dcterms.title title",
    "published": (
        "pubdate publishdate article:published_time og:release_date datepublished dc.date "
        "dcterms.created dc.date.issued citation_publication_date publish_time publishtime pubtime"
    ),
    "source": (
        "contentsource citation_journal_title source article:publisher_name dc.source mediaid "
        "og:article:source"
    ),
    "site": "sitename og:site_name application-name",
    "author": "citation_author author article:author dc.creator byl og:article:author",
    "url": "url og:url",
}
_NAMES = {
    name: (field, rank) for field, names in _META.items() for rank, name in enumerate(names.split())
}
_DESCRIPTIONS = ("description", "og:description")
TITLES_LIMIT = 40
"""A page that claims more titles is not looked through for each of them."""
UNTITLED = re.compile(r"(?:无标题|未命名)\S{0,4}\Z|(?:untitled|unknown|new page)\b", re.IGNORECASE)
"""What programs put where nobody gave a title."""
SITE_SUFFIX = re.compile(r"\s*[_|｜—–-]+\s*")
"""What parts a title from the name of its site."""
_IN_BRACKETS = re.compile(r"[（(]([^（()）]{2,12})[)）]\s*\Z")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S{8,2000}?)\s*-->")
_WECHAT_DATE = re.compile(
    r"""\bvar (?:ct|createTime|oriCreateTime) ?= ?["']([0-9][0-9 :/-]{7,19})["']"""
)
_WECHAT_ACCOUNT = re.compile(r"""\bvar nickname ?= ?(?:htmlDecode\()?["']([^"'\n]{1,60})["']""")
_FORUM = re.compile(r"discuz|phpwind|phpbb|vbulletin", re.IGNORECASE)
_PUBLISHED_TIME = re.compile(r"datePublished|\b(?:published|entry-date|post-date|pubdate)\b")
_ARTICLE_TYPES = re.compile(r"article|posting|report|webpage|blog", re.IGNORECASE)
_FORUM_TYPE = "DiscussionForumPosting"
_LONGEST_JSON_CHARS = 200_000
_LONGEST_CHARS = 300


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """``titles`` are what the title may be, likeliest first; ``site_title`` is what <title> has
    behind them; the rest is for ``Guide``."""

    titles: tuple[str, ...]
    fields: dict[str, str]
    evidence: dict[str, Evidence]
    is_forum: bool
    description: str
    site_title: str


def read_page_metadata(
    root: etree._Element, source: str, address: str | None, record: Mapping[str, Any]
) -> PageMetadata:
    """The fields that the tags of a page offer, and the ``record`` of an article in its scripts;
    ``address`` is the one its envelope names.
    """
    found: dict[str, list[tuple[int, str, str]]] = {}  # field → (rank, value, tag)

    def offer(field: str, rank: int, value: Any, tag: str) -> None:
        text = " ".join(NO_XML.sub(" ", value).split()) if isinstance(value, str) else ""
        if text and (len(text) <= _LONGEST_CHARS or field == "url"):
            found.setdefault(field, []).append((rank, text, tag))

    is_forum = False
    description = ""
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").lower()
        name = name or (element.get("itemprop") or "").lower().replace("url", "")
        content = element.get("content")
        if name == "generator" and content and _FORUM.search(content):
            is_forum = True
        if name in _DESCRIPTIONS and content:
            description = description or content[:_LONGEST_CHARS]
        if name in _NAMES:
            field, rank = _NAMES[name]
            offer(field, rank, content, f"<meta {name}>")
    for key, value in record.items():
        if key.lower() in _NAMES:
            field, rank = _NAMES[key.lower()]
            offer(field, rank, value, f"script {key}")
    for record in _json_ld(root):
        is_forum = is_forum or _FORUM_TYPE in _types(record)
        offer("title", 2, record.get("headline"), "JSON-LD headline")
        offer("published", 1, record.get("datePublished"), "JSON-LD datePublished")
        offer("author", 1, _names(record.get("author")), "JSON-LD author")
        offer("site", 3, _names(record.get("publisher")), "JSON-LD publisher")
        offer("url", 2, record.get("url"), "JSON-LD url")
    for field, value, tag in _wechat(root, source):
        offer(field, -1, value, tag)
    for value, tag in _times(root):
        offer("published", 20, value, tag)
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

    element = next(root.iter("title"), None)
    window = " ".join((element.text or "").split()) if element is not None else ""
    titles = _titles(found, root, window)
    if titles:
        keep("title", titles[0][0], titles[0][1], titles[0][0])
    for field in ("published", "source", "author", "site", "url"):
        offered = sorted(found.get(field, ()), key=lambda offer: offer[0])
        for rank, value, tag in offered:
            if not (kept := _valid(field, value)):
                if field == "published" and field not in evidence:
                    evidence[field] = metadata.unread_date(tag, value[:40], None)
                continue
            if field == "author":
                # One tag for each of several.
                each = (_valid(field, v) for r, v, t in offered if (r, t) == (rank, tag))
                value = kept = "、".join(dict.fromkeys(filter(None, each)))
            keep(field, kept, tag, value)
            break
    if "site" not in fields and "url" in fields:
        host = (urlsplit(fields["url"]).hostname or "").removeprefix("www.")
        keep("site", host, evidence["url"].note.removeprefix("网页标签 "), fields["url"])
    if "author" in fields and not metadata.are_authors(fields["author"]):
        # A site's own name for who posted: an outlet's account, not who wrote.
        told = evidence.pop("author")
        note = told.note.removeprefix("网页标签 ")
        keep("posted_by", fields.pop("author"), note, told.quote or "")
    named = tuple(title for title, _ in titles)
    site_title = " ".join(SITE_SUFFIX.split(window)[1:] + _IN_BRACKETS.findall(window))
    return PageMetadata(named, fields, evidence, is_forum, description, site_title)


def _times(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """The day of an element for times that is called that of publication, or is the only one."""
    times = [each for each in islice(root.iter("time"), TITLES_LIMIT) if each.get("datetime")]
    for each in times:
        called = f"{each.get('itemprop', '')} {each.get('class', '')}"
        if len(times) == 1 or each.get("pubdate") is not None or _PUBLISHED_TIME.search(called):
            yield each.get("datetime"), "<time>"


def _wechat(root: etree._Element, source: str) -> Iterator[tuple[str, str, str]]:
    """(field, value, where) of an article of a WeChat account, which has them for its script."""
    if root.find(".//*[@id='js_content']") is None:
        return
    name = root.find(".//*[@id='js_name']")
    account = "" if name is None else " ".join("".join(name.itertext()).split())
    nickname = _WECHAT_ACCOUNT.search(source)
    if not account and nickname:
        account = unescape(nickname[1]).strip()
    if account:
        yield "source", account, "#js_name"
        yield "site", account, "#js_name"
    if date := _WECHAT_DATE.search(source):
        yield "published", date[1], "var ct"


def _valid(field: str, value: str) -> str | None:
    if field == "published":
        dated = date_in(value[:40])
        # A date further on is of something that the tag tells of.
        return recorded_date(value) if dated is None or dated.span[0] <= 1 else None
    if field == "url":
        return article_address(value)
    if field == "author" and re.fullmatch(r"[\W\d_]+|[a-z@./_-]+|.*@.*", value, re.IGNORECASE):
        return None  # a number, an address or the program that made the page
    if value.startswith(("http://", "https://")) or "{" in value:
        return None
    return metadata.recorded_name(value) if field in ("source", "author") else value


def _titles(
    found: dict[str, list[tuple[int, str, str]]], root: etree._Element, window: str
) -> list[tuple[str, str]]:
    """(title, tag): as named in tags, then headings that <title> begins with, then <title> cut."""
    headings = list(_headings(root))
    window = "" if UNTITLED.match(window) else window
    titles = [(value, tag) for _, value, tag in sorted(found.get("title", ()))]
    titles += [(text, "<h1>") for text in headings if text and window.startswith(text)]
    for tag in ("h2", "h3"):
        said = map(_heading, islice(root.iter(tag), TITLES_LIMIT))
        titles += [
            (text, f"<{tag}>")
            for text in said
            if len(text) >= 8 and window.startswith(text) and not window[len(text) :][:1].isalnum()
        ]
    window = window[:_LONGEST_CHARS]
    if window:
        pieces = SITE_SUFFIX.split(window)
        # A site's name stands last, or first; a title may itself hold a dash.
        cuts = [window, *(window[: m.start()] for m in SITE_SUFFIX.finditer(window))]
        titles += [(cut, "<title>") for cut in reversed(cuts) if len(cut) >= 4]
        titles += [(piece, "<title>") for piece in pieces[1:] if len(piece) >= 8]
    if len(headings) == 1 and headings[0]:
        titles.append((headings[0], "<h1>"))
    # The tags' own titles may carry the site's name too.
    cut_too = [
        (value[: m.start()], tag)
        for value, tag in titles
        if tag.startswith(("<meta", "JSON"))
        for m in SITE_SUFFIX.finditer(value)
        if m.start() >= 8
    ]
    return list(dict.fromkeys((*titles, *cut_too)))[:TITLES_LIMIT]


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


def _names(value: Any) -> str | None:
    """The names of a schema.org person or organisation, or of several."""
    if isinstance(value, list):
        return "、".join(filter(None, map(_names, value[:10]))) or None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else None
