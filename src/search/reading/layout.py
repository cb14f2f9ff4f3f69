"""Give each line of a document its role: title, heading, metadata, body or boilerplate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ..documents.document import Evidence, Role
from ..facets.year import year_of_issue
from . import closing, metadata
from .acts import is_effective_date, is_promulgation, wrapped_entries
from .bylines import Byline, byline, closing_byline, dateline, is_outlet, lone_names
from .days import Days
from .extract import Guide, Line, any_of, bare, ends_sentence, split_lines
from .formats.records import DEFAULT_FIELDS, valid
from .headings import (
    HEAD_LINES,
    HeadingPath,
    adjacent_repeats,
    first_prose,
    furniture_at,
    heading_style,
    is_eyebrow,
    is_item,
    is_prose,
    lines_of_title,
    opens_tail,
    starts_numbered,
    title_line,
)
from .wrapping import join_wrapped, joined_lines

_MAY_HAVE_FIELDS = any_of(r"\d:：】丨｜|年月日a-zA-Z稿", "来源", "來源", "作者")
"""Stands in every line of labels or with a date; most items of lists have nothing of it."""

_PUBLISHED = re.compile("(?:发布|发表|发文|公开)(?:时间|日期)")
"""A date with such a label or a source counts before one without any a few lines above."""

_SET = frozenset(("title", "published", "author", "source", "url"))
"""What settings at the top of a text may say of it."""

_AROUND = ("note", "running-head")

_BYLINE_LINES = 4
"""A name or an outlet alone in a line is whose text it is so near below the title."""
_MOST_BYLINES = 2

_DATELINE_PARAGRAPHS = 3
"""A dateline may stand below a summary or an editor's note."""

_TAIL_SHARE = 0.35
"""A list of other articles may follow this share of the text at the earliest."""


@dataclass(slots=True)
class Layout:
    """The verdict on a text: its paragraphs and the fields its own lines offer.

    ``fields`` maps a field of Document (title, source, author, published ...) to its value and
    ``evidence`` to where it was read; ``inferred`` are probable ones; ``breadcrumbs`` is the text
    of navigation paths. On a forum page (``is_forum``) a labelled author is the account that
    posted.
    """

    paragraphs: list[Placed] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    inferred: dict[str, tuple[str, Evidence]] = field(default_factory=dict)
    breadcrumbs: str | None = None
    is_forum: bool = False

    def read(self, name: str, value: str | None, line: Line, note: str) -> None:
        """Keep the first value read for a field, with the line it stands in."""
        if value and name not in self.fields:
            self.fields[name] = " ".join(value.split())
            self.evidence[name] = (Evidence(note, line.number, line.text[:200]),)

    def signed(self, byline: Byline | None, line: Line, note: str) -> None:
        """Keep who wrote a text and, as probable, the outlet that a byline names beside them."""
        if byline is not None:
            self.read("author", byline.authors, line, note)
            self.infer("source", byline.outlet, line, note)

    def infer(self, name: str, value: str | None, line: Line, note: str) -> None:
        """Keep what a field probably is, for the case that nothing tells it outright."""
        if value and name not in self.inferred:
            evidence = Evidence(note, line.number, line.text[:200], "probable")
            self.inferred[name] = (value, evidence)

    def date(self, fields: metadata.Fields, line: Line, note: str) -> None:
        """Keep the first date of publication, or note that there is one that cannot be read."""
        self.read("published", fields.published, line, note)
        if fields.unread and "published" not in self.evidence:
            self.evidence["published"] = (
                metadata.unread_date("发布日期", fields.unread, line.number),
            )


class _Verdict(NamedTuple):
    role: Role
    kind: str
    reason: str


_IS_BODY = _Verdict("body", "body", "正文段落")


class Placed(NamedTuple):
    """A paragraph before it is known what it is about, with the first fields of Paragraph."""

    start: int
    end: int
    role: Role
    kind: str
    reason: str
    number: int | None
    headings: tuple[str, ...]


def lay_out(source: str, guide: Guide | None = None) -> Layout:
    """Judge every line of a text that is not blank.

    ``guide`` is what the file's format says of its lines; plain text has none, and its lines are
    joined where it was wrapped at a fixed width.
    """
    if guide is None:
        guide = Guide(apart={})
        every = join_wrapped(split_lines(source), source)
        front = _front_matter(every)
        guide = _settings(every[1 : front - 1]) if front else guide
    else:
        every = [_with_level(line, guide) for line in split_lines(source, markdown=False)]
        front = 0
    lines = [line for line in every if line.number not in guide.apart]
    is_forum = any(metadata.is_forum_footer(line.text) for line in every[-8:])
    layout = Layout(is_forum=is_forum or guide.is_forum)
    settings = _Verdict("metadata", "front-matter", "文件头部的设置")
    verdicts = dict.fromkeys(range(front), settings)
    repeats = adjacent_repeats(lines)
    head = {i for i, line in enumerate(lines) if line.number in guide.head}
    body_start = first_prose(lines, front, head)
    title = _marked_title(layout, lines, guide, verdicts)
    if title is None and "title" not in guide.fields:
        title = _title_among(lines, guide.rows, front, body_start)
        if title is not None:
            title = _read_title(layout, lines, lines_of_title(lines, title, body_start), verdicts)
    tail = _tail_start(lines, body_start)
    # What stands around a printed text divides nothing; a day that tags give needs no other.
    is_divided = any(kind not in _AROUND for _, kind, _ in guide.apart.values())
    is_divided = is_divided or "published" in guide.fields
    texts = tuple(line.text for line in lines)
    if title is not None:
        for entry, said in wrapped_entries(texts, title + 1):
            verdicts.update(dict.fromkeys(entry, _promulgated(layout, lines[entry[0]], said)))
    days = Days.of(texts, body_start, title, frozenset(head), is_divided=is_divided)
    # One row alone is a line of source and date, or a signature, that a table sets apart.
    rows = {n for n in guide.rows - guide.head if n - 1 in guide.rows or n + 1 in guide.rows}
    for i, line in enumerate(lines[:tail]):
        if i in verdicts:
            continue
        verdict = None
        is_row = line.number in rows and (title is None or i > title)
        if is_row:
            verdict = _furniture_verdict(layout, lines, i)
        elif title is not None and i < body_start:
            verdict = _judge_head(layout, lines, i, title, repeats)
        if verdict is None and not is_row:
            is_twice = i in repeats and body_start < len(lines)
            verdict = _judge_anywhere(layout, lines, i, days, is_twice=is_twice)
        name = layout.fields.get("title") or guide.fields.get("title")
        if verdict is None and name:
            verdict = _repeated_title(line, name)
        if (verdict is None or verdict is _IS_BODY) and i in head:
            verdict = _Verdict("boilerplate", "page-head", "正文之外的页面内容")
        if verdict is not None:
            verdicts[i] = verdict
    for i in range(tail, len(lines)):
        verdicts.setdefault(i, _judge_tail(layout, lines, i))
    styles = _judge_body(layout, lines, verdicts, guide, rows)
    _first_words(layout, lines, verdicts)
    _last_words(layout, lines, verdicts)
    judged = {line.number: (line, verdicts[i], styles.get(i)) for i, line in enumerate(lines)}
    for line in every:
        if line.number in guide.apart:
            judged[line.number] = (line, _Verdict(*guide.apart[line.number]), None)
    _number(layout, [judged[line.number] for line in every], guide)
    _add_offered(layout, guide)
    return layout


def _with_level(line: Line, guide: Guide) -> Line:
    return line._replace(level=guide.levels.get(line.number, 0))


def _marked_title(
    layout: Layout, lines: list[Line], guide: Guide, verdicts: dict[int, _Verdict]
) -> int | None:
    """The first of the lines that the format marks as the title; each gets its verdict."""
    marked = [i for i, line in enumerate(lines) if line.number in guide.title]
    if not marked:
        return None
    note = guide.title_note
    text = "".join(lines[i].text for i in marked)
    span = metadata.labelled_title(text)
    layout.read("title", text[slice(*span)] if span else text, lines[marked[0]], note)
    verdicts.update({i: _Verdict("title", "title", note) for i in marked})
    return marked[-1]


def _title_among(
    lines: list[Line], rows: frozenset[int], front: int, body_start: int
) -> int | None:
    """Where the title stands; a row of a table is the title only where no other line is."""
    others = [line._replace(text="") if line.number in rows else line for line in lines]
    found = title_line(others, front, body_start) if rows else None
    return title_line(lines, front, body_start) if found is None else found


def _add_offered(layout: Layout, guide: Guide) -> None:
    """Fields from the format's own metadata, where no line says it; an address always."""
    for name, value in guide.fields.items():
        is_told = guide.is_certain and guide.evidence[name].sure == "certain"
        if is_told or name == "url" or name not in layout.fields:
            layout.fields[name] = value
            layout.evidence[name] = (guide.evidence[name],)
    for name, (value, told) in layout.inferred.items():
        if name not in layout.fields:
            layout.fields[name], layout.evidence[name] = value, (told,)
    if "published" in guide.evidence:  # without a value: it could not be read
        layout.evidence.setdefault("published", (guide.evidence["published"],))


def _front_matter(lines: list[Line]) -> int:
    """How many lines at the top are settings between two lines of ``---``, as Markdown has them."""
    if not lines or lines[0].text != "---":
        return 0
    closing = next((i for i in range(1, min(len(lines), HEAD_LINES)) if lines[i].text == "---"), 0)
    return closing + 1 if closing else 0


def _settings(lines: list[Line]) -> Guide:
    """What settings at the top of a text say of it, by the names that fields of records have."""
    named = [(line, *line.text.partition(":")) for line in lines]
    held = {name.strip(): value.strip("\"' ") for _, name, _, value in named}
    at = {name.strip(): line for line, name, _, _ in named}
    fields, evidence = {}, {}
    for field_name, names in DEFAULT_FIELDS.items():
        name = next((each for each in names if held.get(each)), None)
        if name is None or field_name not in _SET:
            continue
        line, value = at[name], valid(field_name, held[name])
        if value:
            fields[field_name] = value
            note = f"文件头部的设置 {name}"
            evidence[field_name] = Evidence(note, line.number, line.text[:200])
        elif field_name == "published":
            evidence[field_name] = metadata.unread_date(name, held[name], line.number)
    return Guide(apart={}, fields=fields, evidence=evidence, is_certain=True)


def _tail_start(lines: list[Line], body_start: int) -> int:
    """The line from which on a list of other articles, a share box or a footer follows."""
    total = sum(len(line.text) for line in lines) or 1
    seen = 0
    prose: list[int] = []
    for i, line in enumerate(lines):
        if i > body_start and seen >= _TAIL_SHARE * total and opens_tail(line.text):
            prose = prose or _prose_from(lines)
            if prose[i] < seen:
                return i
        seen += len(line.text)
    return len(lines)


def _prose_from(lines: list[Line]) -> list[int]:
    """The characters of prose in each line and all after it."""
    sizes = (len(line.text) if is_prose(line.text) else 0 for line in reversed(lines))
    return list(accumulate(sizes))[::-1]


def _read_title(
    layout: Layout, lines: list[Line], title: range, verdicts: dict[int, _Verdict]
) -> int:
    """The last line of a title; each gets its verdict."""
    line = lines[title[0]]
    span = metadata.labelled_title(line.text)
    note = "标有“标题”" if span else "一级标题" if line.level else "正文和来源行之前的标题行"
    text = line.text[slice(*span)] if span else joined_lines([lines[i].text for i in title])
    layout.read("title", text, line, note)
    verdicts.update({i: _Verdict("title", "title", note) for i in title})
    return title[-1]


def _judge_head(
    layout: Layout,
    lines: list[Line],
    i: int,
    title: int,
    repeats: set[int],
) -> _Verdict | None:
    """Lines around the title that only make sense there."""
    line = lines[i]
    if i == title - 1 and is_eyebrow(lines, i, repeats):
        layout.read("eyebrow", line.text, line, "紧接在标题之上、内容与正文呼应的肩题")
        return _Verdict("metadata", "eyebrow", "标题上方的肩题")
    if i < title:
        return None
    if i == title + 1 and line.text.startswith(("——", "—", "──")) and not ends_sentence(line.text):
        layout.read("subtitle", line.text.strip("—─ "), line, "紧接在标题之下、以破折号起头的副题")
        return _Verdict("metadata", "subtitle", "标题下方的副题")
    # Further down, or where there are several, such lines are what the text lists.
    is_near = i <= title + _BYLINE_LINES
    if is_near and is_outlet(line.text):
        layout.infer("source", line.text, line, "标题与正文之间单独一行的媒体名")
        return _Verdict("metadata", "byline", "标题与正文之间单独一行的媒体名")
    names = lone_names(line.text) if is_near else ()
    if names and not _are_listed(lines[title + 1 : title + 1 + 2 * _BYLINE_LINES]):
        if _are_spoken_of(names, lines, i):
            return _Verdict("metadata", "caption", "图片说明")
        layout.read("author", "、".join(names), line, "标题与正文之间单独一行的署名")
        return _Verdict("metadata", "byline", "单独一行的署名")
    if is_effective_date(line.text):
        return _Verdict("metadata", "effective", "开始施行的日期")
    fields = metadata.read_fields(line.text)
    # 2021年8月26日 来源：某网 【公告概要】 says nothing of an act.
    if is_promulgation(line.text) and not (fields and fields.source):
        return _promulgated(layout, line, line.text)
    return None


def _promulgated(layout: Layout, line: Line, said: str) -> _Verdict:
    entry = Evidence("公布或修正的日期", line.number, said)
    layout.evidence["promulgated"] = (*layout.evidence.get("promulgated", ()), entry)
    return _Verdict("metadata", "promulgation", "制定、公布或修正的经过")


def _are_listed(lines: list[Line]) -> bool:
    """Whether more lines are names alone than bylines take."""
    return sum(bool(lone_names(line.text)) for line in lines) > _MOST_BYLINES


def _are_spoken_of(names: Sequence[str], lines: list[Line], i: int) -> bool:
    """Whether other lines have names of one: then it is of whom a picture shows, no byline."""
    others = [line.text for j, line in enumerate(lines) if j != i]
    return any(name in other for name in names for other in others)


def _judge_anywhere(
    layout: Layout, lines: list[Line], i: int, days: Days, *, is_twice: bool
) -> _Verdict | None:
    """What a line says of itself wherever it stands; ``is_twice`` is one that stands above prose,
    and again beside itself.
    """
    line, in_head = lines[i], i < days.body_start
    text = line.text
    if verdict := _furniture_verdict(layout, lines, i):
        return verdict
    fields = metadata.read_fields(text) if _MAY_HAVE_FIELDS.search(text) else None
    if fields is not None and starts_numbered(text):
        fields = None  # （二）审核：… is what a plan says, not what is said of it
    if days.is_told(i, fields):
        if fields is not None and days.may_date(i):
            layout.infer("published", fields.published, line, "正文之前写明的日期")
        return _IS_BODY
    if fields is not None:
        if days.is_signed(i):
            layout.infer("published", fields.published, line, "落款")
        return _take_fields(layout, line, days.dated(i, fields))
    signed = byline(text)
    if (in_head or len(text) <= 120) and metadata.is_caption(text):
        layout.signed(signed, line, "署名“记者”的一行")
        return _Verdict("metadata", "caption", "图片说明" + ("和署名" if signed else ""))
    if signed and len(text) <= 60:
        layout.signed(signed, line, "署名“记者”的一行")
        return _Verdict("metadata", "byline", "署名")
    if is_twice and in_head and not is_prose(text):
        return _Verdict("metadata", "caption", "连写两遍的图片说明")
    if in_head and (ending := closing.signature(text)):
        layout.date(ending, line, "单独一行的日期")
        return _Verdict("metadata", "date", "单独一行的日期")
    return None


def _furniture_verdict(layout: Layout, lines: list[Line], i: int) -> _Verdict | None:
    plain = furniture_at(lines, i)
    if plain is None:
        return None
    line = lines[i]
    if plain[0] == "breadcrumb" and layout.breadcrumbs is None:
        layout.breadcrumbs = line.text
    layout.read("site", metadata.site_in_footer(line.text), line, "页脚“欢迎光临”之后的站名")
    return _Verdict("boilerplate", *plain)


def _take_fields(layout: Layout, line: Line, fields: metadata.Fields) -> _Verdict:
    layout.read("source", fields.source, line, f"“来源”一栏写明 {fields.source}")
    posted_by = fields.posted_by or (fields.author if layout.is_forum else None)
    layout.read("posted_by", posted_by, line, f"“作者”一栏是发帖账号 {posted_by}")
    if not layout.is_forum:
        layout.read("author", fields.author, line, f"“作者”一栏写明 {fields.author}")
    if fields.published:
        if beside := metadata.beside_day(line.text):
            layout.infer("source", beside.outlet, line, "日期旁边单独的媒体名")
            layout.infer("author", beside.authors, line, "日期旁边单独的署名")
        told = layout.evidence.get("published", ())
        near = told and line.number - (told[0].line or 0) <= _BYLINE_LINES
        is_sure = _PUBLISHED.search(metadata.simplified(line.text)) or (
            fields.source and "更新" not in line.text
        )
        quote = (told[0].quote or "") if told else ""
        # When it was published says more than when it was changed.
        is_better = "更新" in quote and not _PUBLISHED.search(quote)
        if near and is_sure and (is_better or not metadata.has_label(quote)):
            del layout.fields["published"], layout.evidence["published"]
    layout.date(fields, line, "来源行或发布行的日期")
    layout.read("editors", fields.editors, line, "责编一栏")
    layout.read("contributor", fields.contributor, line, f"供稿：{fields.contributor}")
    layout.read("site", fields.site, line, f"来源行指明的网站 {fields.site}")
    layout.read("url", fields.url, line, "来源行里文章自己的网址")
    if fields.contributor:
        return _Verdict("metadata", "contributor", "供稿单位")
    if fields.editors and not fields.source:
        return _Verdict("metadata", "editors", "责任编辑")
    return _Verdict("metadata", "header", "来源、作者、日期等信息")


def _repeated_title(line: Line, title: str) -> _Verdict | None:
    span = metadata.labelled_title(line.text)
    text = line.text[slice(*span)] if span else line.text
    said = _bare_title(title)
    first = _WORD.search(text)
    if (first.group().lower() if first else "") != said[:1]:
        return None  # most lines
    if bare(text) == said:
        return _Verdict("boilerplate", "repeated-title", "标题重复出现")
    return None


_WORD = re.compile(r"[^\W_]")
_bare_title = lru_cache(maxsize=8)(bare)
"""A title may be as long as its document, and is compared to every line."""


def _judge_tail(layout: Layout, lines: list[Line], i: int) -> _Verdict:
    line = lines[i]
    fields = metadata.read_fields(line.text)
    if fields is not None and (fields.editors or fields.contributor) and len(line.text) <= 60:
        return _take_fields(layout, line, fields)
    layout.read("site", metadata.site_in_footer(line.text), line, "页脚“欢迎光临”之后的站名")
    plain = furniture_at(lines, i)
    if plain:
        return _Verdict("boilerplate", *plain)
    if opens_tail(line.text):
        return _Verdict("boilerplate", "link-list", "正文之后的推荐、分享或评论栏")
    kind = "teaser" if is_prose(line.text) else "link-list"
    return _Verdict("boilerplate", kind, "正文之后推荐栏里的内容")


def _judge_body(
    layout: Layout,
    lines: list[Line],
    verdicts: dict[int, _Verdict],
    guide: Guide,
    rows: set[int],
) -> dict[int, str]:
    """Headings and body among the lines not judged yet; gives the styles of the headings."""
    open_lines = [i for i in range(len(lines)) if i not in verdicts]
    first_body = next((i for i in open_lines if is_prose(lines[i].text)), None)
    titled = next((i for i in sorted(verdicts) if verdicts[i].role == "title"), None)
    styles: dict[int, str] = {}
    opened = [lines[i] for i in open_lines]
    for at, i in enumerate(open_lines):
        line = lines[i]
        if year_of_issue(line.text) is not None:
            verdicts[i] = _IS_BODY  # a document's number, who cites it searches for it
            continue
        if titled is not None and i < titled and first_body is not None:
            verdicts[i] = _Verdict("boilerplate", "page-head", "标题之前的页面内容")
            continue
        is_last = i == open_lines[-1] and line.number not in rows
        if is_last and (signed := closing.signature(line.text)):
            if "published" not in guide.fields:
                layout.date(signed, line, "落款")
            verdicts[i] = _Verdict("metadata", "signature", "落款")
            continue
        following = opened[at + 1 : at + 4]
        style = heading_style(line, following)
        if style and is_item(lines, i):
            style = None
        if style == "plain" and guide.levels and following[0].level:
            style = None  # where headings are marked, the last line above one is none
        below = lines[i + 1].text if i + 1 < len(lines) else ""
        told = first_body is not None and i > first_body
        if style == "plain" and told and closing.signature(line.text + below):
            style = None  # an office above the day on which it signed
        if style and not (line.number in guide.rows or line.number in guide.plain):
            styles[i] = style
            verdicts[i] = _Verdict("heading", style, "正文段落之上的小标题")
        else:
            verdicts[i] = _IS_BODY
    return styles


def _number(layout: Layout, judged: list[tuple[Line, _Verdict, str | None]], guide: Guide) -> None:
    """Every paragraph in order, body paragraphs with their number and the headings above."""
    path = HeadingPath()
    above = path.paragraph()
    is_first = False
    number = 0
    for line, verdict, style in judged:
        start, end = line.start, line.end
        span = metadata.labelled_title(line.text) if verdict.role == "title" else None
        if span:
            start, end = line.start + span[0], line.start + span[1]
        numbered: int | None = None
        headings: tuple[str, ...] = ()
        if line.number in guide.sections:
            path.heading("#", guide.sections[line.number])
        if verdict.role == "heading" and style:
            path.heading(style, " ".join(line.text.split()))
            is_first = True
        elif verdict.role == "body":
            number += 1
            if is_first:
                above, is_first = path.paragraph(), False
            numbered, headings = number, above
        layout.paragraphs.append(Placed(start, end, *verdict, numbered, headings))


def _first_words(layout: Layout, lines: list[Line], verdicts: dict[int, _Verdict]) -> None:
    """The outlet and the reporters of the dateline, in one of the first paragraphs."""
    body = [lines[i] for i in range(len(lines)) if verdicts[i].role == "body"]
    for line in body[:_DATELINE_PARAGRAPHS]:
        said = dateline(line.text)
        if said is not None:
            layout.infer("source", said.outlet, line, f"电头写明 {said.outlet}")
            layout.infer("author", said.authors, line, f"电头写明 {said.authors}")
            return


def _last_words(layout: Layout, lines: list[Line], verdicts: dict[int, _Verdict]) -> None:
    """The name or the labels in brackets that end the last paragraph."""
    body = [i for i in range(len(lines)) if verdicts[i].role == "body"]
    if body:
        line = lines[body[-1]]
        layout.signed(byline(closing.without_closing_label(line.text)), line, "署名“记者”的一行")
        layout.signed(closing_byline(line.text), line, "文末括号里的署名")
        for fields in closing.closing_fields(line.text):
            _take_fields(layout, line, fields)
