"""Print results, documents and passages in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ..analysis.differences import notation
from ..analysis.punctuation import adapt_punctuation
from ..config import load_settings, terminal_language
from ..documents.declared import json_of
from ..documents.document import UNCLASSIFIED, Document, NamedYears, Passage, place_path
from ..documents.history import Superseded
from ..documents.ranges import TextRange, permanent_path
from ..index.answers import Explanation, FacetCount, NodeMatch
from ..languages.sentences import Sentence
from ..query.nodes import (
    Alike,
    And,
    Every,
    FacetIs,
    InField,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Wildcard,
    Word,
)
from ..searching.results import Correction, Hit, Narrower, ReadingKind, SearchResults
from .terminal import (
    Styled,
    cut,
    echo,
    has_looks,
    is_terminal,
    phrase,
    print_table,
    secho,
    told,
    visible,
)

if TYPE_CHECKING:
    from ..citing.showing import Shown
    from ..citing.styles import Citation
    from ..searching.about import Collection

_FACET_VALUES = 8
_FACET_VALUES_AT_ONCE = 5
"""Of a facet at a terminal: with their names they are one line."""
_LINE_COLUMNS = 120
"""Of a paragraph, where every one is listed."""


_ANSWERED_S = 0.3
"""So long the page on this computer may take to say whether it has a passage."""


def print_results(
    results: SearchResults,
    explanations: Mapping[str, Explanation] | None = None,
    meant: Sequence[Correction] = (),
    *,
    all_facets: bool = False,
) -> None:
    """Counts, hits with the matched words marked, facets, notices.

    ``explanations`` are those of the hits, by passage id; each is printed under its hit;
    ``meant`` is what may have been meant instead. ``all_facets`` are all their values.
    """
    for notice in results.notices:
        secho(told(notice), fg="yellow", err=True)
    echo(phrase("passages-found", passages=results.total, documents=results.documents), nl=False)
    echo(phrase("page-of", page=results.page, pages=results.pages) if results.pages > 1 else "")
    if meant:
        secho(phrase("did-you-mean", meant=tuple(map(_correction, meant))), fg="yellow")
    for known in results.readings.documents:
        title = " ".join(filter(None, (known.title, known.article)))
        line = phrase("known-document", title=_one_line(title), id=known.document_id)
        secho(line, fg="cyan")
    if results.readings.narrower is not None:
        line = phrase("narrower-search", search=_narrowed(results.readings.narrower))
        secho(line, fg="cyan")
    for hit in results.hits:
        echo()
        _print_line(hit)
        if hit.lead_in:
            secho(_one_line(hit.lead_in), dim=True)
        echo(*_marked(hit))
        _print_id(hit.passage_id)
        if hit.repeats:
            secho("  " + phrase("same-text-above"), dim=True)
        if more := results.further.get(hit.passage_id):
            secho("  " + phrase("more-in-document", more=more), dim=True)
        _print_reprints(results.reprints.get(hit.passage_id, ()))
        if explanations:
            _print_explanation(explanations[hit.passage_id])
    if results.literal_total != results.total:
        echo("\n" + phrase("word-for-word", count=results.literal_total))
    _print_writings(results)
    if results.hidden:
        by_document = results.request.by_document
        echo(
            "\n"
            + phrase(
                "hidden-by-document" if by_document else "hidden-reprints", count=results.hidden
            )
        )
    if results.labels_total:
        echo("\n" + phrase("also-in-labels", count=results.labels_total))
        for label in results.labels:
            echo(f"  {label.role}: {_one_line(label.text)}  ({_one_line(label.path)})")
    if results.total:
        echo()
        for name, counts in results.facets.items():
            if listed := _counts(counts, everything=all_facets):
                echo(f"{name:>10}: {listed}")
    _print_otherwise(results)
    if not results.total:
        _print_closest(results)
        echo(phrase("nothing-found"))


_READINGS: Mapping[ReadingKind, Sentence] = {
    "punctuation": Sentence("reading-punctuation"),
    "writings": Sentence("reading-writings"),
    "article": Sentence("reading-article"),
    "narrower": Sentence("reading-narrower"),
    "pinyin": Sentence("reading-pinyin"),
    "correction": Sentence("reading-correction"),
}


def _print_id(passage_id: str) -> None:
    """The id of a passage; at a terminal it leads to its page, where that is served."""
    site = _site(passage_id) if has_looks() and not _sites else next(iter(_sites), None)
    address = f"{site}{permanent_path(passage_id)}" if site else None
    echo("  ", Styled(passage_id, dim=True, address=address))


_sites: list[str] = []
"""Where the passages that are printed are served, once it was asked."""


def _site(passage_id: str) -> str:
    """``DUANSOU_PUBLIC_URL``, else this computer if it serves that passage now, else nothing."""
    from http.client import HTTPConnection, HTTPException

    settings = load_settings()
    site = settings.public_url
    if not site:
        asking = HTTPConnection(settings.host, settings.port, timeout=_ANSWERED_S)
        try:
            asking.request("HEAD", permanent_path(passage_id))
            if asking.getresponse().status == HTTPStatus.OK:
                site = f"http://{settings.host}:{settings.port}"
        except (OSError, HTTPException):
            pass
        finally:
            asking.close()
    _sites.append(site)
    return site


def _print_otherwise(results: SearchResults) -> None:
    """What other readings find where little was found."""
    for reading in results.readings.otherwise:
        kind = _READINGS[reading.kind]
        what = Sentence("reading-of", kind=kind, text=reading.text) if reading.text else kind
        echo("\n" + phrase("reading-found", what=what, passages=reading.total))
        for hit in reading.hits:
            echo()
            _print_line(hit)
            echo(*_marked(hit))
            _print_id(hit.passage_id)


def _narrowed(narrower: Narrower) -> str:
    """The filters that a query names, what is searched for with them, and what that finds."""
    names = ", ".join(f"{facet} {value}" for facet, value in narrower.names)
    text = phrase("text-with", text=narrower.rest, names=names) if narrower.rest else names
    return phrase("with-passages", text=text, passages=narrower.total)


def _print_closest(results: SearchResults) -> None:
    """What comes closest where nothing was found."""
    if results.closest:
        echo("\n" + phrase("closest"))
    for closest in results.closest:
        echo()
        _print_line(closest.hit)
        echo(
            "  "
            + phrase("has-and-lacks", has="、".join(closest.has), lacks="、".join(closest.lacks))
        )
        echo(*_marked(closest.hit))
        _print_id(closest.hit.passage_id)


def _print_writings(results: SearchResults) -> None:
    """Which other writings counted, and which would add passages."""
    if results.query.equivalents:
        texts = dict.fromkeys(f"{e.text} ({e.kind})" for e in results.query.equivalents)
        echo("\n" + phrase("also-counted", texts=tuple(texts)))
    if results.wider is not None:
        wider = results.wider
        texts = dict.fromkeys(f"{e.text} ({e.kind})" for e in wider.equivalents)
        echo(
            "\n"
            + phrase(
                "more-in-writings",
                count=wider.total - results.total,
                texts=tuple(texts),
                kinds=",".join(wider.request.also),
            )
        )


def _correction(correction: Correction) -> str:
    what = correction.text
    if correction.kind == "place":
        what = phrase("documents-about", value=correction.value)
    return phrase("with-passages", text=what, passages=correction.passages)


def _print_reprints(others: Sequence[Passage]) -> None:
    """The documents in which a text stands as well."""
    if others:
        count = len({other.document_id for other in others})
        secho("  " + phrase("also-in-documents", n=count), dim=True)
    for other in others[:_FACET_VALUES]:
        where = other.source or other.site or phrase("source-unknown")
        secho(f"    {other.passage_id}  {other.title or other.path} · {where}", dim=True)


def print_documents(documents: Iterable[Document]) -> None:
    """One document after another, two lines each."""
    for document in documents:
        secho(_one_line(document.title or phrase("no-title")), bold=True)
        described = [
            document.source or phrase("source-unknown"),
            (document.published or phrase("date-unknown")).replace("T", " "),
            place_path(document.city) or phrase("place-not-known"),
            phrase("passages", passages=document.passage_count),
            *map(_one_line, document.paths),
        ]
        echo(f"  {document.document_id}  {' · '.join(described)}")


def print_inspection(document: Document) -> None:
    """Metadata with where each was read, then every paragraph with its verdict."""
    for name in (
        "title",
        "source",
        "site",
        "author",
        "posted_by",
        "contributor",
        "published",
        "url",
    ):
        value = getattr(document, name)
        evidence = document.evidence.get(name, ())
        where = "; ".join(f"{e.note} (line {e.line})" if e.line else e.note for e in evidence)
        echo(f"{name:>12}  {value or 'unknown'}{'  ← ' + where if where else ''}")
    place = place_path(document.city)
    echo(f"{'city':>12}  {place or 'unknown'}")
    _print_evidence(document, "city", 14)
    if place_path(document.source_city):
        echo(f"{'source_city':>12}  {place_path(document.source_city)}")
    echo(f"{'year':>12}  {document.year or 'unknown'}")
    _print_evidence(document, "year", 14)
    _print_evidence(document, "topics", 14)
    echo(f"{'encoding':>12}  {document.encoding}")
    _print_evidence(document, "encoding", 14)
    echo()
    for paragraph in document.paragraphs:
        line = document.text.count("\n", 0, paragraph.start) + 1
        text = "".join(document.slice(paragraph).splitlines())
        number = f"¶{paragraph.number}" if paragraph.number else ""
        secho(f"{line:>5} {paragraph.role:<11} {number:<5}", nl=False, bold=True)
        echo(cut(text, _LINE_COLUMNS))
        secho(f"{'':>24}{paragraph.reason}", dim=True, nl=False)
        secho(f"  {'、'.join(paragraph.topics)}" if paragraph.topics else "", fg="cyan")
        named = [place_path(n.place) or "" for n in paragraph.named_places]
        named += [_years(n) for n in paragraph.named_years]
        if named:
            secho(f"{'':>24}names {', '.join(named)}", fg="cyan")


def print_passage(
    shown: Shown, citations: Sequence[Citation], chosen: TextRange | None = None
) -> None:
    """The passage between its neighbours, what is quoted of it, its facets and its citations."""
    passage, document = shown.passage, shown.document
    if shown.superseded:
        _print_superseded(shown, shown.superseded)
    _print_line(passage)
    for other in shown.before:
        secho(f"¶{other.paragraph} {other.text}", dim=True)
    before = passage.text[: chosen.start] if chosen else passage.text
    after = passage.text[chosen.end :] if chosen else ""
    quoted = Styled(chosen.quote if chosen else "", underline=True)
    echo(f"¶{passage.paragraph} {before}", quoted, after)
    for other in shown.after:
        secho(f"¶{other.paragraph} {other.text}", dim=True)
    if chosen:
        _print_range(shown, chosen)
    for number, printed in enumerate(shown.chain):
        here = (
            phrase("this-passage")
            if printed.passage_id == passage.passage_id
            else printed.passage_id
        )
        where = " via ".join(dict.fromkeys(filter(None, (printed.source, printed.site))))
        label = "printed in" if number == 0 else ""
        date = _day(printed.published)
        echo(f"{label:>12}  {date}  {where or 'source unknown'}  {here}")
    echo(f"\n  city  {place_path(passage.city) or 'unknown'}")
    _print_evidence(document, "city", 8)
    echo(f"  year  {passage.year or 'unknown'}")
    _print_evidence(document, "year", 8)
    for topic in passage.topics:
        words = [e.words for e in passage.topic_evidence if e.topic == topic]
        echo(f" topic  {topic}" + (f"  ← {'、'.join(words[0])}" if words else ""))
    _print_evidence(document, "topics", 8)
    for place in passage.named_places:
        echo(f" names  {place_path(place.place)}  ← {'、'.join(place.words)}")
    for years in passage.named_years:
        echo(f" names  {_years(years)}  ← {years.words}")
    for citation in citations:
        echo(f"\n{citation.style}\n  {citation.text}")
        if citation.in_text:
            echo("  " + phrase("in-text", text=citation.in_text))
        if citation.missing:
            secho(f"  缺：{'、'.join(citation.missing)}", fg="yellow")
        for note in citation.notes:
            secho(f"  {note}", fg="yellow")
    secho(f"\n{passage.passage_id}  sha256 {passage.sha256}", dim=True)


def _print_range(shown: Shown, chosen: TextRange) -> None:
    """What is quoted, and its address."""
    echo(f"\nquoted {chosen.start}–{chosen.end}  {chosen.quote}")
    adapted = adapt_punctuation(chosen.quote)
    if adapted.replacements:
        echo("  " + phrase("in-standard-punctuation", text=adapted.text))
    secho(f"  {permanent_path(shown.passage.passage_id, chosen)}", dim=True)
    original = shown.original_page(chosen)
    if original:
        secho(f"  {original}", dim=True)


def _years(named: NamedYears) -> str:
    return str(named.first) if named.first == named.last else f"{named.first}–{named.last}"


def _print_superseded(shown: Shown, old: Superseded) -> None:
    edited = old.reason == "edited"
    said = phrase("superseded-edited" if edited else "superseded-pruned", day=old.superseded[:10])
    secho(said, fg="yellow")
    if shown.present:
        secho(
            phrase("now", passage_id=shown.present.passage_id, text=shown.present.text),
            fg="yellow",
        )
        echo(phrase("changed", changes=notation(shown.changes)))
    elif shown.successor:
        secho(phrase("now-in-document", id=shown.successor.document_id), fg="yellow")


def _print_evidence(document: Document, name: str, indent: int) -> None:
    for item in document.evidence.get(name, ()):
        echo(f"{'':>{indent}}← {item.note}")


def print_candidates(passage_id: str, passages: Sequence[Passage]) -> None:
    """The same text in several documents, where its own document is gone."""
    echo(phrase("no-longer-under", passage_id=passage_id))
    for passage in passages:
        _print_line(passage)
        secho(f"  {passage.passage_id}", dim=True)


def print_stats(collection: Collection) -> None:
    """The record of ``stats``, the facets cut short, then what was skipped; a terminal gets what
    says something, as a table, with sizes in MB."""
    rows, record = [], json_of(collection)
    for name, value in record.items():
        if name in ("facets", "skipped"):
            continue
        if is_terminal():
            name, value = _readable(name, value)
        elif isinstance(value, Mapping):
            value = ", ".join(f"{key} {count}" for key, count in value.items())
        elif isinstance(value, list):
            value = ", ".join(map(str, value))
        rows.append((name, value))
    for name, values in record["facets"].items():
        counts = [FacetCount(v["value"], v["count"], v["documents"]) for v in values]
        rows.append((name, _counts(counts)))
    if is_terminal():
        print_table([(Styled(name, bold=True), value) for name, value in rows if value])
    else:
        for name, value in rows:
            echo(f"{name:>15}  {value}")
    skipped = collection.skipped
    for path, reason in skipped.told(terminal_language()):
        secho(phrase("skipped", path=_one_line(path), reason=_one_line(reason)), fg="yellow")
    if skipped.scanned_pages:
        echo(phrase("pages-waiting", pages=skipped.scanned_pages))
    if more := skipped.count - len(skipped.files):
        echo(phrase("and-more-listed", count=more))


def _readable(name: str, value: Any) -> tuple[str, str]:
    """A value of the statistics as a person reads it, empty where it says nothing."""
    if name.endswith("_bytes"):
        return name.removesuffix("_bytes"), f"{value / 1_000_000:,.1f} MB"
    if isinstance(value, Mapping):
        value = ", ".join(f"{key} {count:,}" for key, count in value.items() if count)
    elif isinstance(value, list):
        value = ", ".join(map(str, value))
    elif isinstance(value, int):
        value = f"{value:,}" if value else ""
    return name.replace("_", " "), value or ""


def _print_explanation(explanation: Explanation) -> None:
    """The tree of the query with what holds, then the terms that occur, by share."""

    def print_node(found: NodeMatch, depth: int) -> None:
        echo(f"  {'✓' if found.matches else '✗'} {'  ' * depth}{_described(found.node)}")
        for child in found.children:
            print_node(child, depth + 1)

    print_node(explanation.match, 0)
    echo(f"  score {explanation.score:.4f}")
    for term in sorted(explanation.terms, key=lambda term: -term.share):
        if term.frequency:
            echo(
                f"  {term.share:10.4f}  {term.field} {term.term}  × {term.frequency} of "
                f"{term.length}, idf {term.idf:.3f}, weight {term.weight:g}"
            )


def _described(node: Node) -> str:
    match node:
        case Every():
            return "every passage"
        case Literal(text):
            return f"the text “{text}”"
        case Near(first, second, distance):
            return f"“{first}” and “{second}” at most {distance} apart"
        case Word(term):
            return f"the word {term}"
        case Alike():
            return f"the text “{node.pattern}”{' as a number by itself' if node.is_whole else ''}"
        case Wildcard():
            return f"the pattern {node.pattern}"
        case InField(field, text):
            return f"{_described(text)} in the {field}"
        case FacetIs(facet, values):
            return f"{facet} {' or '.join(map(_value, values))}"
        case And():
            return "all of"
        case Or():
            return "any of"
        case Not():
            return "not"


def _value(value: str | tuple[int, int] | None) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else f"{value[0]}–{value[1]}"
    return value or "unknown"


def _day(published: str | None) -> str:
    return published[:10] if published else phrase("date-unknown")


def _one_line(text: str) -> str:
    """For what is one line of a list: a line break in it would forge another."""
    return visible(text, on_one_line=True)


def _print_line(passage: Passage) -> None:
    described = [
        passage.source or phrase("source-unknown"),
        _day(passage.published),
        *passage.headings,
        f"¶{passage.paragraph}",
        *([phrase("recognised")] if passage.recognised is not None else []),
    ]
    secho(_one_line(passage.title or passage.path), bold=True, nl=False)
    echo(f"  {_one_line(' · '.join(described))}")


def _marked(hit: Hit) -> Iterator[str | Styled]:
    done = 0
    for start, end in hit.highlights:
        yield hit.text[done:start]
        yield Styled(hit.text[start:end], fg="red", bold=True)
        done = end
    yield hit.text[done:]


def _counts(counts: Sequence[FacetCount], *, everything: bool = False) -> str:
    """The values of a facet; at a terminal as few as a line has, places by their last name, what
    has none at the end, and nothing where no value is known."""
    limit = len(counts) if everything else _FACET_VALUES
    if is_terminal():
        unknown = [c for c in counts if c.value in (None, UNCLASSIFIED)]
        known = [c for c in counts if c not in unknown]
        limit = limit if everything or not known else min(len(known), _FACET_VALUES_AT_ONCE)
        counts = [*known[:limit], *unknown, *known[limit:]] if known else []
        limit += len(unknown)
    shown = [f"{_facet_value(c.value, whole=everything)} {c.count}" for c in counts[:limit]]
    more = len(counts) - len(shown)
    return ", ".join(shown) + (f", and {more} more" if more > 0 else "")


def _facet_value(value: str | int | None, *, whole: bool) -> str:
    if value is None:
        return "unknown"
    return str(value) if whole or not is_terminal() else str(value).rpartition("/")[2]
