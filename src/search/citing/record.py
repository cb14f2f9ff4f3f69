"""Who is responsible for a text, when and where it appeared: the facts that every style cites."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol
from urllib.parse import urlsplit

from ..analysis.text import HAN
from ..documents.document import Document
from ..errors import UsageError

_QUOTES = '“”"「」『』＂ '


@dataclass(frozen=True, slots=True)
class Locator:
    """A paragraph from 1; ``item`` names one member of a long enumeration in it (六是)."""

    paragraph: int
    item: str | None = None

    @property
    def in_chinese(self) -> str:
        """``第23段“六是”``."""
        return f"第{self.paragraph}段" + (f"“{self._named}”" if self._named else "")

    def in_english(self, abbreviation: str = "para.") -> str:
        """``para. 23, “six”``; MLA abbreviates par."""
        return f"{abbreviation} {self.paragraph}" + (f", “{self._named}”" if self._named else "")

    @property
    def _named(self) -> str:
        return " ".join((self.item or "").split()).strip(_QUOTES)


_LABEL = re.compile(r"(?:\A|(?<=[\s、，,;；]))(?:作\s*者|撰\s*文|撰\s*稿人?|文)\s*[:：/]\s*(?=\S)")
_ROLE = re.compile(
    r"(?:\A|(?<=[\s、，,;；]))"
    r"(?:[\u4e00-\u9fff]{2,8}(?:社|网|台|报))?(?:本报|本网|本刊|本台|特约|见习|实习|首席|全媒体|融媒体)*"
    r"(?:记者|通讯员|实习生|特约撰稿人?)\s*[:：/]?\s*(?![站部团协组])"
    rf"(?=[{HAN}])"
)
_COUNTRY = re.compile(r"\A[\[(（〔【][\u4e00-\u9fff]{1,3}[\])）〕】]\s*(?=\S)")
_OTHERS = re.compile(r"\s*(?:等人?|,?\s*et al\.?)\Z")
_OUTSIDE_BRACKETS = r"(?![^(（]{0,100}[)）])"
_HAN_SEPARATOR = re.compile(rf"[、，,；;/|]{_OUTSIDE_BRACKETS}")
_OTHER_SEPARATOR = re.compile(rf"[；;、]{_OUTSIDE_BRACKETS}")
_HAS_HAN = re.compile(f"[{HAN}]")
_HAN_NAME = re.compile(rf"[{HAN}]{{2,3}}\Z")
_SPACED_NAME = re.compile(rf"([{HAN}])\s+([{HAN}]{{1,2}})\Z")
_ORGANISATION = re.compile(r"[委局办院部厅会社报网台处科队组校所府站室司团中心]\Z")
_INVERTED = re.compile(
    r"(?P<family>(?:(?:van|von|der|den|de|du|la|le)\s+)*[^\W\d_][\w'’-]*),"
    r"\s*(?P<given>[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,2})\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Names:
    """Names in the order of the source; ``more`` where the source itself says 等.

    ``inverted`` are those given as ``Family, Given``: index → (family, given).
    """

    names: tuple[str, ...] = ()
    more: bool = False
    inverted: tuple[tuple[int, tuple[str, str]], ...] = ()

    @property
    def is_han(self) -> bool:
        """Whether any of them is written in Han characters."""
        return any(_HAS_HAN.search(name) for name in self.names)

    @property
    def as_csl(self) -> list[dict[str, str]]:
        """As CSL-JSON has them: persons in two parts, every other name as one."""
        inverted = dict(self.inverted)
        return [
            dict(zip(("family", "given"), inverted[i], strict=True))
            if i in inverted
            else {"literal": name}
            for i, name in enumerate(self.names)
        ]


def csl_date(date: str | None) -> dict[str, list[list[int]]] | None:
    """A padded date, to whatever precision, as CSL-JSON has it."""
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None


def split_names(text: str | None) -> Names:
    """The names of an author field.

    Words that tell a role (作者：, 本报记者) and a country ([美]) are no part of a name. An
    institution and a collective without a name (本报评论员) stay as printed. Western names are
    turned only where the field has them as ``Family, Given``: others might be an institution.
    """
    stripped = re.sub(r"\s+", " ", text or "").strip(" ,，、;；")
    cut = _OTHERS.search(stripped)
    more = cut is not None and cut.start() > 0
    stripped = stripped[: cut.start()] if cut and more else stripped
    if not stripped:
        return Names()
    if not _HAS_HAN.search(stripped):
        return _western(stripped, more=more)
    names: list[str] = []
    for part in _HAN_SEPARATOR.split(_ROLE.sub("、", _LABEL.sub("", stripped))):
        for name in _spaced(part.strip()):
            cleaned = _COUNTRY.sub("", name).strip()
            if cleaned and cleaned not in names:
                names.append(cleaned)
    return Names(tuple(names), more)


def _spaced(part: str) -> list[str]:
    """张三 李四 is two names, 张 三 is one, anything else is one as it stands."""
    single = _SPACED_NAME.match(part)
    if single:
        return [single[1] + single[2]]
    tokens = part.split(" ")
    if all(_HAN_NAME.match(token) and not _ORGANISATION.search(token) for token in tokens):
        return tokens
    return [part]


def _western(text: str, *, more: bool) -> Names:
    parts = [part.strip() for part in _OTHER_SEPARATOR.split(text) if part.strip()]
    inverted = tuple(
        (i, (match["family"].strip(), match["given"].strip()))
        for i, part in enumerate(parts)
        for match in (_INVERTED.match(part),)
        if match
    )
    return Names(tuple(parts), more, inverted)


Kind = Literal["newspaper", "web"]
"""A newspaper's article or a web page: what decides the type code where it is disputable."""

Language = Literal["zh", "en"]
"""The language of an item, Chinese or one in Latin letters, whose terms are English."""

_ISO = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?(?=T|\s|\Z)"
)
_CLOCK = re.compile(r"[T ](?P<clock>[0-9]{2}:[0-9]{2})")
_NEWSPAPER = re.compile(
    r"[报報](?:社|业集团|\s*[（(]?(?:海外版|电子版|数字报)[）)]?)?\Z|参考消息\Z|南方周末\Z"
)
_NOT_NEWSPAPER = re.compile(
    # 物理学报 and 国务院公报 are no newspapers; 中国科学报, 北京青年报 and 大公报 are.
    r"(?:(?<![科文中小大数])[学學][报報]|(?<!青)年[报報]|(?<!大)公[报報]|[情简通月季海画][报報]"
    r"|周刊|杂志|期刊|月刊|季刊)社?\Z"
)
_PUBLISHING_HOUSE = re.compile(
    r"(?:[报報]社|出版社|杂志社|期刊社|通讯社|(?:[报報]业|传媒|出版|新闻)(?:传媒)?集团)\Z"
)
"""A house has a site of its own; what its papers print stands under their names."""
_BARE_PAGE = re.compile(r"/?(?:(?:index|default|home|main)\.[a-z]{2,5})?\Z", re.IGNORECASE)
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f<>\"“”]")
_HAS_LATIN = re.compile("[A-Za-z\u00c0-\u024f]{2}")
_DASHES = "—–-－─ \u3000"


@dataclass(frozen=True, slots=True)
class Record:
    """One item as a style sees it; None is unknown.

    ``published`` is ISO 8601, padded, to the precision that is known (2018, 2018-12, 2018-12-18),
    ``clock`` the time of day that stood with it. ``url`` is the article's own address, ``site``
    where it was seen, ``language`` that of the item: it decides between 等 and et al.
    """

    kind: Kind
    language: Language
    authors: Names
    title: str | None
    subtitle: str | None
    outlet: str | None
    site: str | None
    published: str | None
    clock: str | None
    accessed: str | None
    url: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """What a style makes of a record: the reference, what is missing in it, and what to know."""

    text: str
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Style(Protocol):
    """A citation style."""

    @property
    def is_numbered(self) -> bool:
        """Whether the entries of a list have numbers, which the text points at."""
        ...

    @property
    def is_listed_once(self) -> bool:
        """Whether a source has one entry; footnotes are written for each of its passages."""
        ...

    def reference(self, record: Record, locator: Locator | None) -> Reference:
        """The entry in the list of references, without a number.

        Only a style of footnotes prints the locator in it.
        """
        ...

    def in_text(self, record: Record, number: int, locator: Locator) -> str:
        """What stands in the running text to point at one paragraph of the entry."""
        ...


def record_of(
    document: Document,
    *,
    accessed: str | None = None,
    url: str | None = None,
    kind: Kind | None = None,
) -> Record:
    """The facts of a document, with what the reader adds.

    Raises UsageError for an access date that is none and an address that is no article's.
    """
    accessed = checked_accessed(accessed) if accessed else None
    address = checked_address(url) if url else article_address(document.url)
    published, clock = _date(document.published)
    outlet = _one_line(document.source)
    chosen: Kind = kind or _kind(document)
    notes = list(_notes(document, chosen, outlet, clock))
    if accessed and published and accessed < published:
        notes.append(f"引用日期 {accessed} 早于发布日期 {published}，请核对。")
    title, subtitle = _one_line(document.title), _one_line(document.subtitle)
    if subtitle:
        subtitle = subtitle.lstrip(_DASHES) or None
    if title and subtitle and title.endswith(subtitle):
        subtitle = None
    authors = split_names(document.author or document.contributor)
    return Record(
        kind=chosen,
        language=_language(title, outlet, *authors.names),
        authors=authors,
        title=title,
        subtitle=subtitle,
        outlet=outlet,
        site=_one_line(document.site),
        published=published,
        clock=clock,
        accessed=accessed,
        url=address,
        notes=tuple(notes),
    )


def _language(*texts: str | None) -> Language:
    """That of the first text that has letters of either kind (2015 clause 6, 2025 5.1); else zh."""
    for text in texts:
        if text and _HAS_HAN.search(text):
            return "zh"
        if text and _HAS_LATIN.search(text):
            return "en"
    return "zh"


def checked_accessed(value: str) -> str:
    """An access date as YYYY-MM-DD. Raises UsageError."""
    stripped = value.strip()
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", stripped):
            raise ValueError
        return date.fromisoformat(stripped).isoformat()
    except ValueError:
        raise UsageError("access-date-unreadable", value=value) from None


def checked_address(value: str) -> str:
    """The address of an article. Raises UsageError for another scheme or a bare site address."""
    stripped = value.strip()
    parts = _web_address(stripped)
    if parts is None:
        raise UsageError("cited-address-unusable", value=value)
    if _is_bare(parts):
        raise UsageError("cited-address-home-page", value=value)
    return stripped


def checked_kind(value: str) -> Kind:
    """A kind of item by its name. Raises UsageError."""
    kinds: dict[str, Kind] = {"newspaper": "newspaper", "web": "web"}
    if value in kinds:
        return kinds[value]
    raise UsageError("cited-kind-unknown", value=value)


def article_address(value: str | None) -> str | None:
    """The address if it is an article's, else None: a site's home page is not the article."""
    parts = _web_address((value or "").strip())
    return None if value is None or parts is None or _is_bare(parts) else value.strip()


def _web_address(value: str) -> tuple[str, str, str] | None:
    """(path, query, fragment) of an http or https address; None for anything else."""
    if _UNSAFE.search(value):
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
        parts.port  # noqa: B018  (asking for a malformed port raises)
    except ValueError:
        return None
    return (parts.path, parts.query, parts.fragment) if usable else None


def _is_bare(parts: tuple[str, str, str]) -> bool:
    path, query, fragment = parts
    # Pages drawn by script keep the article in the fragment: https://site/#/article/5.
    return not query and "/" not in fragment and _BARE_PAGE.match(path) is not None


def _date(published: str | None) -> tuple[str | None, str | None]:
    """(date part, clock time) of an ISO date or date and time."""
    match = _ISO.match(published or "")
    if match is None:
        return None, None
    padded = "-".join(
        [match["year"], *(part.zfill(2) for part in (match["month"], match["day"]) if part)]
    )
    clock = _CLOCK.match(published or "", match.end())
    return padded, clock["clock"] if clock else None


def _kind(document: Document) -> Kind:
    """By the outlet: a newspaper's article, or a web page for everything else."""
    source = document.source or ""
    if _NOT_NEWSPAPER.search(source):
        return "web"
    if _PUBLISHING_HOUSE.search(source) and _CLOCK.search(document.published or ""):
        return "web"  # printed papers have no clock: the house put it on its site
    if document.source_kind is not None:
        return "newspaper" if document.source_kind == "newspaper" else "web"
    return "newspaper" if _NEWSPAPER.search(source) else "web"


def _notes(document: Document, kind: Kind, outlet: str | None, clock: str | None) -> list[str]:
    notes = []
    if kind == "newspaper" and clock:
        notes.append(
            f"日期带钟点（{clock}），是网站发布时间，与报纸见报日期可能不同；版次未知，从略。"
        )
    if kind == "newspaper" and document.site and document.site != outlet:
        notes.append(
            f"所见为 {document.site} 转载的{outlet or '报纸'}文章："
            "文字以原报为准；按所见网页著录则用 [EB/OL]。"
        )
    reposted = document.posted_by is not None or document.source_kind == "forum"
    if reposted and (outlet is None or outlet == document.site):
        poster = f"（发帖者 {document.posted_by}）" if document.posted_by else ""
        notes.append(f"转贴{poster}，原始出处不明：引用前请查找原载。")
    if not document.author and document.contributor:
        notes.append(f"没有署名，以供稿单位“{_one_line(document.contributor)}”为责任者。")
    for field, name in (("author", "责任者"), ("source", "出处")):
        if any(each.sure == "probable" for each in document.evidence.get(field, ())):
            notes.append(f"{name}是从电头、署名或文件属性推断的，请与原文核对。")
    return notes


def _one_line(text: str | None) -> str | None:
    """White space as single spaces, the characters as they are; None for nothing."""
    return re.sub(r"\s+", " ", text or "").strip() or None
