"""Report on quotations: verdict, sources, changes; as values, JSON, text, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Annotated, Any, Literal, NamedTuple, get_args

from ...analysis.differences import Change, notation
from ...documents.declared import MAYBE, TEXT, Member, PassageId, Rounded, json_of, view
from ...documents.document import Document, Passage, Recognised
from ...errors import NotFoundError
from ...index.answers import LabelHit
from ...languages.sentences import CHINESE, ENGLISH, Sentence
from ...searching.index import Index
from ..formats import Entry
from ..styles import Citation, cite

Verdict = Literal["exact", "punctuation", "altered", "stitched", "absent", "unchecked"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

UNCHECKED = Sentence("quote-unchecked")
"""Said of what is unchecked, which may well be in the collection."""

DifferenceKind = Literal[
    "characters", "part", "script", "script and characters", "punctuation", "case"
]
"""In what a quotation differs: ``script`` where it is the same in the other script, ``part`` where
only its beginning, or its end, is found."""

Arrangement = Literal["in order", "out of order", "several documents"]
"""Whether the parts of a quotation stand in one document, and in the order quoted."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a quotation stands: ``text[start:end]`` of a passage, or of a label of a document.

    ``found_in`` is "text", or what the label is: "title", "eyebrow", "subtitle", "heading",
    "caption", "note" or another kind; then ``passage_id`` and ``paragraph`` are None.
    """

    passage_id: PassageId | None
    document_id: Annotated[str, MAYBE]
    path: Annotated[str, MAYBE]
    title: str | None
    paragraph: int | None
    found_in: Annotated[str, MAYBE]
    text: str
    start: int
    end: int
    recognised: Recognised = None

    JSON = view("passage_id document_id path title paragraph found_in recognised")

    @property
    def wording(self) -> str:
        """What the source says there."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """One part of a quotation, judged by itself."""

    quote: str
    verdict: Annotated[Verdict, TEXT]
    source: Source | None
    changes: tuple[Change, ...] = ()

    JSON = view(
        "quote verdict",
        Member("difference", lambda part: notation(part.changes) or None, str | None),
        "*source",
    )


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """A quotation with its verdict.

    ``source`` is where it stands (its first part, where it is stitched); None where it is absent.
    ``changes`` are both texts side by side where they differ. ``others`` are further places with
    the same verdict, not all of them. ``similarity`` is the share of its characters that
    needed no edit. ``notes`` are to be read before trusting it.
    """

    quote: str
    verdict: Verdict
    source: Source | None = None
    changes: tuple[Change, ...] = ()
    kind: Annotated[DifferenceKind, TEXT] | None = None
    similarity: Annotated[float, Rounded(4)] = 0.0
    others: tuple[Source, ...] = ()
    parts: tuple[CheckedPart, ...] = ()
    arrangement: Annotated[Arrangement, TEXT] | None = None
    notes: tuple[Sentence, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the source says it: exactly, or but for its punctuation."""
        return self.verdict in ("exact", "punctuation")


def passage_source(passage: Passage, start: int, end: int) -> Source:
    """A stretch of a passage."""
    return Source(
        passage.passage_id,
        passage.document_id,
        passage.path,
        passage.title,
        passage.paragraph,
        "text",
        passage.text,
        start,
        end,
        passage.recognised,
    )


def label_source(label: LabelHit, start: int, end: int) -> Source:
    """A stretch of a title, heading or caption."""
    named = {"title", "eyebrow", "subtitle", "caption", "note"}
    found_in = label.kind if label.kind in named else label.role
    return Source(
        None, label.document_id, label.path, label.title, None, found_in, label.text, start, end
    )


class Place(NamedTuple):
    """A document that a quotation, or a part of it, stands in, and how it is cited there.

    ``number`` is its number among the sources. Without a paragraph it is a title, heading or
    caption.
    """

    document: Document
    number: int
    paragraph: int | None
    citation: Citation

    @property
    def mark(self) -> str:
        """What points at it from the text."""
        return self.citation.in_text or f"[{self.number}]"


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """A checked quotation with every place that it, or its parts, stand in.

    ``draft_notes`` are on the whole draft.
    """

    checked: CheckedQuote
    places: tuple[Place, ...] = ()
    draft_notes: tuple[Sentence, ...] = ()

    JSON = view(
        "quote=checked.quote verdict=checked.verdict passage_id=checked.source.passage_id"
        " path=checked.source.path",
        Member("difference", lambda one: difference_of(one.checked), str | None),
        "difference_kind=checked.kind",
        Member(
            "changes",
            lambda one: [each for each in one.checked.changes if not each.is_same],
            tuple[Change, ...],
        ),
        "similarity=checked.similarity document_id=checked.source.document_id"
        " title=checked.source.title paragraph=checked.source.paragraph"
        " found_in=checked.source.found_in source_text=checked.source.wording"
        " arrangement=checked.arrangement parts=checked.parts others=checked.others",
        Member(
            "notes",
            lambda one: [str(n) for n in one.checked.notes + one.draft_notes],
            tuple[str, ...],
        ),
        "citation",
    )

    @property
    def citation(self) -> Annotated[Citation, view("style text in_text")] | None:
        """That of the first source; None where there is none."""
        return self.places[0].citation if self.places else None

    def place(self, source: Source | None) -> Place | None:
        """The place of a source, None where there is none."""
        wanted = source and (source.document_id, source.paragraph)
        return next((p for p in self.places if (p[0].document_id, p.paragraph) == wanted), None)


@dataclass(frozen=True, slots=True)
class CitedSource:
    """One source of a draft: its number, its reference, the paragraphs that are quoted."""

    number: int
    document: Document
    citation: Citation
    paragraphs: tuple[int, ...]


def cited(index: Index, checked: Iterable[CheckedQuote]) -> tuple[CitedQuote, ...]:
    """Each with the citation of the document, and the paragraph, that it stands in.

    Sources are numbered from 1 as they first appear, those of parts too.
    """
    documents = _Documents(index)
    return tuple(_cited(index, one, documents) for one in checked)


class _Documents:
    """The documents asked for so far, with their numbers."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[str, Document] = {}
        self._numbers: dict[str, int] = {}

    def get(self, document_id: str) -> Document | None:
        """None where a commit in between took it out."""
        if document_id not in self._known:
            try:
                self._known[document_id] = self._index.document(document_id)
            except NotFoundError:
                return None
            self._numbers[document_id] = len(self._known)
        return self._known[document_id]

    def number(self, document_id: str) -> int:
        """From 1, as they were first asked for."""
        return self._numbers[document_id]


def _cited(index: Index, checked: CheckedQuote, documents: _Documents) -> CitedQuote:
    places: dict[tuple[str, int | None], Place] = {}
    for source in (checked.source, *(part.source for part in checked.parts)):
        document = documents.get(source.document_id) if source else None
        if source is None or document is None:
            continue
        try:
            passage = index.get(source.passage_id) if source.passage_id else None
        except NotFoundError:  # a commit in between took it out
            continue
        number = documents.number(document.document_id)
        citation = cite(document, passage, number=number)
        key = (source.document_id, source.paragraph)
        places.setdefault(key, Place(document, number, source.paragraph, citation))
    return CitedQuote(checked, tuple(places.values()))


def sources_of(quotes: Sequence[CitedQuote]) -> tuple[CitedSource, ...]:
    """The sources of a draft in the order of their numbers."""
    documents: dict[str, Document] = {}
    paragraphs: dict[str, set[int]] = {}
    for place in (place for one in quotes for place in one.places):
        documents.setdefault(place.document.document_id, place.document)
        found = paragraphs.setdefault(place.document.document_id, set())
        if place.paragraph is not None:
            found.add(place.paragraph)
    return tuple(
        CitedSource(number, document, cite(document), tuple(sorted(paragraphs[identity])))
        for number, (identity, document) in enumerate(documents.items(), start=1)
    )


def entries_of(
    quotes: Sequence[CitedQuote], address: Callable[[Document], str | None] = lambda _: None
) -> tuple[Entry, ...]:
    """The sources as entries for ``write_citations``; ``address`` is where each is served."""
    return tuple(
        Entry(source.document, address=address(source.document), quoted=source.paragraphs)
        for source in sources_of(quotes)
    )


Notes = Sequence[Sentence]

VERDICT_WORDS = {
    "exact": "一字不差",
    "punctuation": "只差标点",
    "altered": "文字有改动",
    "stitched": "由几处拼接",
    "absent": "没有找到",
    "unchecked": "未核对",
}
FOUND_IN = {
    "text": "正文",
    "title": "标题",
    "eyebrow": "肩题",
    "subtitle": "副题",
    "heading": "小标题",
    "caption": "图注",
    "note": "注释",
}
KINDS = {
    "characters": "文字不同",
    "part": "只找到其中一部分",
    "script": "只是繁简不同",
    "script and characters": "繁简和文字不同",
    "punctuation": "标点不同",
    "case": "大小写不同",
}
ARRANGEMENTS = {
    "in order": "同一篇文献，次序相同",
    "out of order": "同一篇文献，次序不同",
    "several documents": "不同的文献",
}


def difference_of(checked: CheckedQuote) -> str | None:
    """The difference in one line; None where there is none to tell."""
    if checked.changes:
        return notation(checked.changes)
    differing = [notation(part.changes) for part in checked.parts if part.changes]
    return "；".join(differing) or None


def quotes_json(quotes: Iterable[CitedQuote], notes: Notes = ()) -> list[dict[str, Any]]:
    """The answer of ``check-quotes --json``, one value a quotation, in order.

    ``notes``, here and in the other reports, are those on the whole draft.
    """
    return [json_of(replace(one, draft_notes=tuple(notes))) for one in quotes]


def summary(quotes: Sequence[CheckedQuote]) -> dict[str, int]:
    """How many quotations have each verdict."""
    return {verdict: sum(q.verdict == verdict for q in quotes) for verdict in VERDICTS}


def _place(source: Source) -> str:
    where = f"¶{source.paragraph}" if source.paragraph else f"found in: {source.found_in}"
    return f"{source.title or source.path} {where}"


def text_report(
    quotes: Sequence[CitedQuote], notes: Notes = (), *, language: str = ENGLISH
) -> Iterator[str]:
    """Lines for a terminal, Chinese or English, the notes in any language."""
    for note in notes:
        yield note.said(language)
    if language == CHINESE:
        yield from _chinese_report(quotes)
        return
    for number, one in enumerate(quotes, start=1):
        checked = one.checked
        yield f"{number}. {checked.verdict.upper()}  “{' '.join(checked.quote.split())}”"
        if checked.source and not checked.parts:
            yield f"   {_place(checked.source)}  [{checked.source.path}]"
            if checked.source.passage_id:
                yield f"   passage {checked.source.passage_id}"
        if checked.changes:
            yield f"   difference ({checked.kind}): {notation(checked.changes)}"
        if checked.arrangement:
            yield f"   parts: {checked.arrangement}"
        for part in checked.parts:
            place = f": {_place(part.source)}  [{part.source.path}]" if part.source else ""
            yield f"   - {part.verdict} “{part.quote}”{place}"
            if part.changes:
                yield f"     difference: {notation(part.changes)}"
        if checked.others:
            also = "; ".join(_place(other) for other in checked.others)
            yield f"   also: {also}"
        for note in checked.notes:
            yield f"   note: {note.said(language)}"
        for cited_at in one.places:
            yield f"   {cited_at.citation.text}  {cited_at.citation.in_text or ''}".rstrip()
        yield ""
    yield from _numbered_sources(quotes)
    counts = summary([one.checked for one in quotes])
    listed = ", ".join(
        f"{count} {verdict}" for verdict, count in counts.items() if count or verdict != "unchecked"
    )
    yield f"{len(quotes)} quotations: {listed}"


def _numbered_sources(quotes: Sequence[CitedQuote]) -> Iterator[str]:
    for source in sources_of(quotes):
        yield f"[{source.number}] {source.citation.text}"
        if source.citation.missing:
            yield f"    缺：{'、'.join(source.citation.missing)}"
    if any(one.places for one in quotes):
        yield ""


def _chinese_report(quotes: Sequence[CitedQuote]) -> Iterator[str]:
    for number, one in enumerate(quotes, start=1):
        checked = one.checked
        yield f"{number}. {VERDICT_WORDS[checked.verdict]}  “{' '.join(checked.quote.split())}”"
        if checked.source and checked.source.passage_id and not checked.parts:
            yield f"   段落：{checked.source.passage_id}"
        if checked.changes:
            yield f"   改动：{notation(checked.changes)}"
        yield from (f"   {name}：{value}" for name, value in _facts(one))
        yield ""
    yield from _numbered_sources(quotes)
    yield _headline(quotes)


def _found_in(source: Source) -> str:
    place = f"第 {source.paragraph} 段" if source.paragraph else ""
    return f"{FOUND_IN.get(source.found_in, '说明')}{place}"


def _facts(one: CitedQuote) -> Iterator[tuple[str, str]]:
    """What is to be said of a quotation, name and value, in Chinese."""
    checked = one.checked
    if checked.source and not checked.parts:
        title = checked.source.title or checked.source.path
        yield "出处", f"{title}（{_found_in(checked.source)}）"
    if checked.kind:
        yield "差异", KINDS[checked.kind]
    if checked.arrangement:
        yield "各部分", ARRANGEMENTS[checked.arrangement]
    for part in checked.parts:
        where = "没有找到"
        if part.source:
            where = f"{part.source.title or part.source.path}（{_found_in(part.source)}）"
        yield VERDICT_WORDS[part.verdict], f"“{part.quote}”：{where}"
    if checked.others:
        also = "；".join(f"{o.title or o.path}（{_found_in(o)}）" for o in checked.others)
        yield "也见于", also
    for note in checked.notes:
        yield "注意", note.said(CHINESE)
    for place in one.places:
        yield "引文", f"{place.citation.text} {place.citation.in_text or ''}".rstrip()


def _headline(quotes: Sequence[CitedQuote]) -> str:
    counts = summary([one.checked for one in quotes])
    listed = "，".join(f"{VERDICT_WORDS[v]} {n}" for v, n in counts.items() if n)
    return f"共 {len(quotes)} 条引文：{listed}" if quotes else "没有引文"


def markdown_report(quotes: Sequence[CitedQuote], notes: Notes = ()) -> str:
    """A file to keep, in Markdown."""
    said = (f"{_headline(quotes)}。", *(note.said(CHINESE) for note in notes))
    lines = ["# 引文核对", "", *(line for each in said for line in (each, ""))]
    for number, one in enumerate(quotes, start=1):
        checked = one.checked
        lines += [
            f"## {number}. {VERDICT_WORDS[checked.verdict]}",
            "",
            f"> {_plain(checked.quote)}",
        ]
        if checked.changes:
            shown = "".join(
                c.quote and _plain(c.quote) if c.is_same else _changed(c) for c in checked.changes
            )
            lines += ["", f"引文 ~~删~~、原文 **增**：{shown}"]
        lines += ["", *(f"- {name}：{_plain(value)}" for name, value in _facts(one)), ""]
    references = list(_references(quotes))
    if references:
        lines += ["## 参考文献", "", *(f"- {_plain(line)}" for line in references), ""]
    return "\n".join(lines)


def _references(quotes: Sequence[CitedQuote]) -> Iterator[str]:
    for source in sources_of(quotes):
        missing = source.citation.missing
        beside = f"（缺：{'、'.join(missing)}）" if missing else ""
        yield f"[{source.number}] {source.citation.text}{beside}"


def _changed(change: Change) -> str:
    quoted = f"~~{_plain(change.quote)}~~" if change.quote else ""
    return quoted + (f"**{_plain(change.source)}**" if change.source else "")


def _plain(text: str) -> str:
    """Text in which Markdown and HTML mean nothing."""
    one_line = " ".join(text.split())
    marked = "".join(f"\\{c}" if c in "\\`*_{}[]#|~!" else c for c in one_line)
    return escape(marked, quote=False)


_STYLE = """
body { font: 16px/1.8 system-ui, "Noto Sans CJK SC", sans-serif; color: #22262b; }
body { max-width: 50em; margin: 2em auto; padding: 0 1em; }
h2 { font-size: 1.1em; margin: 2em 0 .3em; }
blockquote { margin: 0; padding: .5em 1em; border-left: 4px solid #8a857a; background: #f7f5f0; }
del { background: #f7d4d0; } ins { background: #cfe8d0; }
dt { color: #565d66; } dd { margin: 0 0 .3em 1em; }
"""


def html_report(quotes: Sequence[CitedQuote], notes: Notes = ()) -> str:
    """A file to keep, in HTML, whole in itself."""
    parts = [
        '<!doctype html>\n<html lang="zh-Hans"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>引文核对</title><style>{_STYLE}</style></head><body>",
        f"<h1>引文核对</h1><p>{escape(_headline(quotes))}。</p>",
        *(f"<p>{escape(note.said(CHINESE))}</p>" for note in notes),
    ]
    for number, one in enumerate(quotes, start=1):
        checked = one.checked
        body = "".join(
            escape(c.quote)
            if c.is_same
            else (f"<del>{escape(c.quote)}</del>" if c.quote else "")
            + (f"<ins>{escape(c.source)}</ins>" if c.source else "")
            for c in checked.changes
        )
        parts.append(
            f"<h2>{number}. {VERDICT_WORDS[checked.verdict]}</h2>"
            f"<blockquote>{body or escape(checked.quote)}</blockquote><dl>"
        )
        parts += [f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>" for n, v in _facts(one)]
        parts.append("</dl>")
    references = list(_references(quotes))
    if references:
        items = "".join(f"<p>{escape(line)}</p>" for line in references)
        parts.append(f"<h2>参考文献</h2>{items}")
    return "\n".join([*parts, "</body></html>\n"])
