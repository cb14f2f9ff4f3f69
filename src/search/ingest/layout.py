"""Which line of a text is what? Title, heading, body, metadata or boilerplate, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..documents import Evidence, Paragraph, Role
from . import metadata
from .furniture import furniture, opens_tail
from .headings import HeadingPath, heading_style, is_prose
from .lines import Line, bare, ends_sentence, split_lines

__all__ = ["Layout", "lay_out"]

_HEAD_LINES = 40
"""Title and header fields stand in the first so many lines, or nowhere."""

_TAIL_SHARE = 0.35
"""A list of other articles may follow this share of the text at the earliest."""


@dataclass(slots=True)
class Layout:
    """The verdict on a text: its paragraphs and the fields its own lines offer.

    ``fields`` maps a field of Document (title, source, author, published ...) to its value and
    ``evidence`` to where it was read; ``breadcrumbs`` is the text of navigation paths. On a forum
    page (``is_forum``) a labelled author is the account that posted.
    """

    paragraphs: list[Paragraph] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    breadcrumbs: str | None = None
    is_forum: bool = False

    def read(self, name: str, value: str | None, line: Line, note: str) -> None:
        """Keep the first value read for a field, with the line it stands in."""
        if value and name not in self.fields:
            self.fields[name] = " ".join(value.split())
            self.evidence[name] = (Evidence(note, line.number, line.text[:200]),)


@dataclass(frozen=True, slots=True)
class _Verdict:
    role: Role
    kind: str
    reason: str


def lay_out(source: str) -> Layout:
    """Judge every line of a text that is not blank."""
    lines = split_lines(source)
    layout = Layout(is_forum=any(metadata.is_forum_footer(line.text) for line in lines[-8:]))
    verdicts: dict[int, _Verdict] = {}
    repeats = _adjacent_repeats(lines)
    front = _front_matter(lines)
    verdicts.update(
        {i: _Verdict("metadata", "front-matter", "文件头部的设置") for i in range(front)}
    )
    body_start = _first_prose(lines, front)
    title = _title_line(lines, front, body_start)
    tail = _tail_start(lines, body_start)
    for i, line in enumerate(lines[:tail]):
        if i < front:
            continue
        verdict = None
        if i == title:
            verdict = _title_verdict(layout, line)
        elif title is not None and i < body_start:
            verdict = _judge_head(layout, lines, i, title, repeats)
        if verdict is None:
            verdict = _judge_anywhere(layout, line, in_head=i < body_start, repeated=i in repeats)
        if verdict is None and layout.fields.get("title"):
            verdict = _repeated_title(line, layout.fields["title"])
        if verdict is not None:
            verdicts[i] = verdict
    for i in range(tail, len(lines)):
        verdicts[i] = _judge_tail(layout, lines[i])
    _judge_body(layout, lines, verdicts)
    _closing_author(layout, lines, verdicts)
    return layout


def _adjacent_repeats(lines: list[Line]) -> set[int]:
    """Lines that stand twice in a row, both of them: captions beside their pictures do."""
    pairs = [i for i in range(1, len(lines)) if lines[i].text == lines[i - 1].text]
    return {i for pair in pairs for i in (pair - 1, pair)}


def _front_matter(lines: list[Line]) -> int:
    """How many lines at the top are settings between two lines of ``---``, as Markdown has them."""
    if not lines or lines[0].text != "---":
        return 0
    closing = next((i for i in range(1, min(len(lines), _HEAD_LINES)) if lines[i].text == "---"), 0)
    return closing + 1 if closing else 0


def _first_prose(lines: list[Line], front: int) -> int:
    """The first line that reads as a paragraph of the article, or a regulation's first part."""
    for i, line in enumerate(lines):
        text = line.text
        if i < front:
            continue
        if metadata.is_promulgation(text) and i < _HEAD_LINES:
            continue
        if line.level > 1 or (
            is_prose(text)
            and not metadata.is_caption(text)
            and metadata.read_fields(text) is None
            and furniture(text) is None
            and metadata.labelled_title(text) is None
        ):
            return i
    return len(lines)


def _title_line(lines: list[Line], front: int, body_start: int) -> int | None:
    """Where the title stands: marked as one, or the last before the line with source and date."""
    # Settings keep their places in the numbering, but hold neither title nor header.
    head = [replace(line, text="") if i < front else line for i, line in enumerate(lines)]
    head = head[: min(body_start, _HEAD_LINES)]
    header = next((i for i, line in enumerate(head) if _is_header(line.text)), None)
    for i, line in enumerate(head):
        if metadata.labelled_title(line.text):
            return i
    marked = next((i for i, line in enumerate(head) if line.level == 1), None)
    if marked is not None:
        return marked
    repeats = _adjacent_repeats(head)
    candidates = [
        i
        for i, line in enumerate(head)
        if i not in repeats and i != header and _may_be_title(line.text)
    ]
    if not candidates:
        return None
    before = [i for i in candidates if header is not None and i < header]
    if before:
        return before[-1]
    if header is not None:
        return candidates[0]
    return _best_title(lines, candidates, body_start)


def _is_header(text: str) -> bool:
    fields = metadata.read_fields(text)
    return fields is not None and bool(
        fields.published or fields.source or fields.author or fields.posted_by
    )


def _may_be_title(text: str) -> bool:
    return (
        4 <= len(text) <= 80
        and len(bare(text)) >= 3
        and furniture(text) is None
        and not opens_tail(text)
        and not metadata.is_caption(text)
        and metadata.read_fields(text) is None
        and metadata.byline_authors(text) is None
        and not metadata.is_promulgation(text)
        and not metadata.is_personal_name(text)
        and not text.endswith(("。", "；", ";", "，", ",", ":", "："))
    )


def _best_title(lines: list[Line], candidates: list[int], body_start: int) -> int | None:
    """Without a header line to stand before: the candidate that the article speaks about most."""
    if body_start >= len(lines):
        return candidates[0]
    body = "".join(bare(line.text) for line in lines[body_start : body_start + 40])
    scores = {i: _overlap(lines[i].text, body) * min(len(lines[i].text), 20) for i in candidates}
    best = max(scores.values())
    return next(i for i in candidates if scores[i] >= 0.999 * best)


def _overlap(text: str, body: str) -> float:
    """The share of a text's character pairs that stand in the body."""
    plain = bare(text)
    pairs = [plain[i : i + 2] for i in range(len(plain) - 1)]
    return sum(pair in body for pair in pairs) / len(pairs) if pairs else 0.0


def _tail_start(lines: list[Line], body_start: int) -> int:
    """The line from which on a list of other articles, a share box or a footer follows."""
    total = sum(len(line.text) for line in lines) or 1
    seen = 0
    for i, line in enumerate(lines):
        if i > body_start and opens_tail(line.text):
            prose_after = sum(len(after.text) for after in lines[i:] if is_prose(after.text))
            if seen >= _TAIL_SHARE * total and prose_after < seen:
                return i
        seen += len(line.text)
    return len(lines)


def _title_verdict(layout: Layout, line: Line) -> _Verdict:
    span = metadata.labelled_title(line.text)
    title = line.text[slice(*span)] if span else line.text
    note = (
        "标有“标题”" if span else "Markdown 一级标题" if line.level else "正文和来源行之前的标题行"
    )
    layout.read("title", title, line, note)
    return _Verdict("title", "title", note)


def _judge_head(
    layout: Layout,
    lines: list[Line],
    i: int,
    title: int,
    repeats: set[int],
) -> _Verdict | None:
    """Lines around the title that only make sense there."""
    line = lines[i]
    if i == title - 1 and _is_eyebrow(lines, i, repeats):
        layout.read("eyebrow", line.text, line, "紧接在标题之上、内容与正文呼应的肩题")
        return _Verdict("metadata", "eyebrow", "标题上方的肩题")
    if i < title:
        return None
    if i == title + 1 and line.text.startswith(("——", "—", "──")) and not ends_sentence(line.text):
        layout.read("subtitle", line.text.strip("—─ "), line, "紧接在标题之下、以破折号起头的副题")
        return _Verdict("metadata", "subtitle", "标题下方的副题")
    if metadata.is_personal_name(line.text) and len(line.text.replace(" ", "")) <= 4:
        layout.read("author", "".join(line.text.split()), line, "标题与正文之间单独一行的署名")
        return _Verdict("metadata", "byline", "单独一行的署名")
    if metadata.is_effective_date(line.text):
        return _Verdict("metadata", "effective", "开始施行的日期")
    if metadata.is_promulgation(line.text):
        layout.evidence.setdefault("promulgated", ())
        layout.evidence["promulgated"] += (Evidence("公布或修正的日期", line.number, line.text),)
        return _Verdict("metadata", "promulgation", "制定、公布或修正的经过")
    return None


def _is_eyebrow(lines: list[Line], i: int, repeats: set[int]) -> bool:
    text = lines[i].text
    if i in repeats or not 8 <= len(text) <= 40 or not _may_be_title(text):
        return False
    following = "".join(
        bare(line.text)
        for line in lines[i + 2 :]
        if is_prose(line.text) and furniture(line.text) is None
    )
    return _overlap(text, following) >= 0.5


def _judge_anywhere(
    layout: Layout, line: Line, *, in_head: bool, repeated: bool
) -> _Verdict | None:
    """What a line says of itself wherever it stands."""
    text = line.text
    plain = furniture(text)
    if plain:
        kind, reason = plain
        if kind == "breadcrumb" and layout.breadcrumbs is None:
            layout.breadcrumbs = text
        layout.read("site", metadata.site_in_footer(text), line, "页脚“欢迎光临”之后的站名")
        return _Verdict("boilerplate", kind, reason)
    fields = metadata.read_fields(text)
    if fields is not None:
        return _take_fields(layout, line, fields)
    authors = metadata.byline_authors(text)
    if metadata.is_caption(text) and (in_head or len(text) <= 120):
        layout.read("author", authors, line, "署名“记者”的一行")
        return _Verdict("metadata", "caption", "图片说明" + ("和署名" if authors else ""))
    if authors and len(text) <= 60:
        layout.read("author", authors, line, "署名“记者”的一行")
        return _Verdict("metadata", "byline", "署名")
    if repeated and in_head and not is_prose(text):
        return _Verdict("metadata", "caption", "连写两遍的图片说明")
    if in_head and metadata.is_signature(text):
        return _Verdict("metadata", "date", "单独一行的日期")
    return None


def _take_fields(layout: Layout, line: Line, fields: metadata.Fields) -> _Verdict:
    layout.read("source", fields.source, line, f"“来源”一栏写明 {fields.source}")
    posted_by = fields.posted_by or (fields.author if layout.is_forum else None)
    layout.read("posted_by", posted_by, line, f"“作者”一栏是发帖账号 {posted_by}")
    if not layout.is_forum:
        layout.read("author", fields.author, line, f"“作者”一栏写明 {fields.author}")
    layout.read("published", fields.published, line, "来源行或发布行的日期")
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
    if bare(text) == bare(title):
        return _Verdict("boilerplate", "repeated-title", "标题重复出现")
    return None


def _judge_tail(layout: Layout, line: Line) -> _Verdict:
    fields = metadata.read_fields(line.text)
    if fields is not None and (fields.editors or fields.contributor) and len(line.text) <= 60:
        return _take_fields(layout, line, fields)
    layout.read("site", metadata.site_in_footer(line.text), line, "页脚“欢迎光临”之后的站名")
    plain = furniture(line.text)
    if plain:
        return _Verdict("boilerplate", *plain)
    if opens_tail(line.text):
        return _Verdict("boilerplate", "link-list", "正文之后的推荐、分享或评论栏")
    kind = "teaser" if is_prose(line.text) else "link-list"
    return _Verdict("boilerplate", kind, "正文之后推荐栏里的内容")


def _judge_body(layout: Layout, lines: list[Line], verdicts: dict[int, _Verdict]) -> None:
    """Headings and body among the lines not judged yet; then every paragraph in order."""
    has_title = any(verdict.role == "title" for verdict in verdicts.values())
    open_lines = [i for i in range(len(lines)) if i not in verdicts]
    first_body = next((i for i in open_lines if is_prose(lines[i].text)), None)
    titled = next((i for i, v in verdicts.items() if v.role == "title"), None)
    styles: dict[int, str] = {}
    last_body = open_lines[-1] if open_lines else None
    for at, i in enumerate(open_lines):
        line = lines[i]
        if has_title and titled is not None and i < titled and first_body is not None:
            verdicts[i] = _Verdict("boilerplate", "page-head", "标题之前的页面内容")
            continue
        if i == last_body and metadata.is_signature(line.text):
            verdicts[i] = _Verdict("metadata", "signature", "落款")
            continue
        style = heading_style(line, [lines[j] for j in open_lines[at + 1 : at + 4]])
        if style:
            styles[i] = style
            verdicts[i] = _Verdict("heading", style, "正文段落之上的小标题")
        else:
            verdicts[i] = _Verdict("body", "body", "正文段落")
    path = HeadingPath()
    number = 0
    for i, line in enumerate(lines):
        verdict = verdicts[i]
        start, end = line.start, line.end
        span = metadata.labelled_title(line.text) if verdict.role == "title" else None
        if span:
            start, end = line.start + span[0], line.start + span[1]
        paragraph = Paragraph(start, end, verdict.role, verdict.kind, verdict.reason)
        if verdict.role == "heading":
            path.heading(styles[i], " ".join(line.text.split()))
        elif verdict.role == "body":
            number += 1
            paragraph = replace(paragraph, number=number, headings=path.paragraph())
        layout.paragraphs.append(paragraph)


def _closing_author(layout: Layout, lines: list[Line], verdicts: dict[int, _Verdict]) -> None:
    """The name in brackets that ends the last paragraph."""
    body = [i for i in range(len(lines)) if verdicts[i].role == "body"]
    if body:
        line = lines[body[-1]]
        layout.read("author", metadata.closing_author(line.text), line, "文末括号里的署名")
