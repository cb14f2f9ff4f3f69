"""Print results, documents and passages in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ..analysis.differences import notation
from ..analysis.punctuation import adapt_punctuation
from ..config import load_settings, terminal_language
from ..documents.declared import json_of
from ..documents.document import (
    UNCLASSIFIED,
    Document,
    NamedYears,
    Passage,
    TextRange,
    permanent_path,
    place_path,
)
from ..documents.history import Superseded
from ..index.answers import Explanation, FacetCount, NodeMatch
from ..languages.sentences import Sentence
from ..query.described import asks_for
from ..searching.results import Correction, Hit, Narrower, ReadingKind, SearchResults
from .terminal import (
    Styled,
    columns,
    cut,
    echo,
    has_looks,
    is_terminal,
    label,
    named,
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


NAMES = (
    # of the record of ``stats``
    *("documents", "passages", "size_bytes", "format_version", "indexed_at", "roots"),
    *("dictionary", "user_words", "taxonomy", "synonyms", "overrides", "superseded_passages"),
    *(
        "forgotten",
        "gazetteer",
        "unknown",
        "places",
        "year_gaps",
        "provinces",
        "cities",
        "counties",
    ),
    # facets
    *("city", "year", "topic", "source", "kind", "place", "named_year"),
    # of what is suggested for a text
    "word",
    # of the metadata of a document
    *("title", "site", "author", "posted_by", "contributor", "published", "url"),
    # roles of paragraphs, and kinds of labels
    *("body", "heading", "metadata", "boilerplate", "eyebrow", "subtitle", "caption", "note"),
    # kinds of other writings
    *("script", "variants", "numbers", "years", "everyday"),
    # what is scored
    *("words", "pairs", "characters", "definition", "opening"),
)
"""What lines begin with, which is English here and called otherwise in another language."""

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
        for found in results.labels:
            echo(f"  {named(found.role)}: {_one_line(found.text)}  ({_one_line(found.path)})")
    if results.total:
        echo()
        for name, counts in results.facets.items():
            if listed := _counts(counts, everything=all_facets):
                echo(f"{label(name, 10)}: {listed}")
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
        if reading.counts_writings:
            what = Sentence("with-writings", text=what)
        least = Sentence("at-least") if reading.partial else ""
        echo("\n" + phrase("reading-found", what=what, least=least, passages=reading.total))
        for hit in reading.hits:
            echo()
            _print_line(hit)
            echo(*_marked(hit))
            _print_id(hit.passage_id)


def _narrowed(narrower: Narrower) -> str:
    """The filters that a query names, what is searched for with them, and what that finds."""
    names = ", ".join(f"{named(facet)} {value}" for facet, value in narrower.names)
    text = phrase("text-with", text=narrower.rest, names=names) if narrower.rest else names
    if narrower.counts_writings:
        text = phrase("with-writings", text=text)
    return phrase("with-passages", text=text, passages=narrower.total)


def _print_closest(results: SearchResults) -> None:
    """What comes closest where nothing was found."""
    if results.closest:
        is_in_words = any(not near.lacks for near in results.closest)
        echo("\n" + (phrase("closest-in-words") if is_in_words else phrase("closest")))
    for closest in results.closest:
        echo()
        _print_line(closest.hit)
        parts = (closest.has, closest.around, closest.absent)
        has, around, lacks = map("、".join, parts)
        said = [phrase("closest-has", parts=has)] if has else []
        said += [phrase("closest-around", parts=around)] if around else []
        said += [phrase("closest-lacks", parts=lacks)] if lacks else []
        echo("  " + "  ".join(said))
        echo(*_marked(closest.hit))
        _print_id(closest.hit.passage_id)


def _print_writings(results: SearchResults) -> None:
    """Which other writings counted, and which would add passages."""
    if results.query.equivalents:
        texts = dict.fromkeys(f"{e.text} ({named(e.kind)})" for e in results.query.equivalents)
        echo("\n" + phrase("also-counted", texts=tuple(texts)))
    if results.wider is not None:
        wider = results.wider
        texts = dict.fromkeys(f"{e.text} ({named(e.kind)})" for e in wider.equivalents)
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
            phrase("passages-in", passages=document.passage_count),
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
        where = "; ".join(
            f"{e.note} ({phrase('at-line', line=e.line)})" if e.line else e.note for e in evidence
        )
        echo(f"{label(name, 12)}  {value or named('unknown')}{'  ← ' + where if where else ''}")
    place = place_path(document.city)
    echo(f"{label('city', 12)}  {place or named('unknown')}")
    _print_evidence(document, "city", 14)
    if place_path(document.source_city):
        echo(f"{label('source_city', 12)}  {place_path(document.source_city)}")
    echo(f"{label('year', 12)}  {document.year or named('unknown')}")
    _print_evidence(document, "year", 14)
    _print_evidence(document, "topics", 14)
    echo(f"{label('encoding', 12)}  {document.encoding}")
    _print_evidence(document, "encoding", 14)
    echo()
    for paragraph in document.paragraphs:
        line = document.text.count("\n", 0, paragraph.start) + 1
        text = "".join(document.slice(paragraph).splitlines())
        number = f"¶{paragraph.number}" if paragraph.number else ""
        role = named(paragraph.role)
        role += " " * (11 - columns(role))
        secho(f"{line:>5} {role} {number:<5}", nl=False, bold=True)
        echo(cut(text, _LINE_COLUMNS))
        secho(f"{'':>24}{paragraph.reason}", dim=True, nl=False)
        secho(f"  {'、'.join(paragraph.topics)}" if paragraph.topics else "", fg="cyan")
        names = [place_path(n.place) or "" for n in paragraph.named_places]
        names += [_years(n) for n in paragraph.named_years]
        if names:
            secho(f"{'':>24}{named('names')} {', '.join(names)}", fg="cyan")


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
        via = f" {named('via')} "
        where = via.join(dict.fromkeys(filter(None, (printed.source, printed.site))))
        first = label("printed in" if number == 0 else "", 12)
        date = _day(printed.published)
        echo(f"{first}  {date}  {where or phrase('source-unknown')}  {here}")
    echo(f"\n{label('city', 6)}  {place_path(passage.city) or named('unknown')}")
    _print_evidence(document, "city", 8)
    echo(f"{label('year', 6)}  {passage.year or named('unknown')}")
    _print_evidence(document, "year", 8)
    for topic in passage.topics:
        words = [e.words for e in passage.topic_evidence if e.topic == topic]
        echo(f"{label('topic', 6)}  {topic}" + (f"  ← {'、'.join(words[0])}" if words else ""))
    _print_evidence(document, "topics", 8)
    for place in passage.named_places:
        echo(f"{label('names', 6)}  {place_path(place.place)}  ← {'、'.join(place.words)}")
    for years in passage.named_years:
        echo(f"{label('names', 6)}  {_years(years)}  ← {years.words}")
    for citation in citations:
        echo(f"\n{citation.style}\n  {citation.text}")
        if citation.in_text:
            echo("  " + phrase("in-text", text=citation.in_text))
        if citation.missing:
            secho("  " + phrase("missing", fields="、".join(citation.missing)), fg="yellow")
        for note in citation.notes:
            secho(f"  {note}", fg="yellow")
    secho(f"\n{passage.passage_id}  sha256 {passage.sha256}", dim=True)


def _print_range(shown: Shown, chosen: TextRange) -> None:
    """What is quoted, and its address."""
    echo(f"\n{named('quoted')} {chosen.start}–{chosen.end}  {chosen.quote}")
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
            value = _readable(name, value)
        elif isinstance(value, Mapping):
            value = ", ".join(f"{named(key)} {count}" for key, count in value.items())
        elif isinstance(value, list):
            value = ", ".join(map(str, value))
        rows.append((name, value))
    for name, values in record["facets"].items():
        counts = [FacetCount(v["value"], v["count"], v["documents"]) for v in values]
        rows.append((name, _counts(counts)))
    if is_terminal():
        print_table([(Styled(_heading(name), bold=True), value) for name, value in rows if value])
    else:
        for name, value in rows:
            echo(f"{label(name, 15)}  {'' if value is None else value}".rstrip())
    skipped = collection.skipped
    for path, reason in skipped.told(terminal_language()):
        secho(phrase("skipped", path=_one_line(path), reason=_one_line(reason)), fg="yellow")
    if skipped.scanned_pages:
        echo(phrase("pages-waiting", pages=skipped.scanned_pages))
    if more := skipped.count - len(skipped.files):
        echo(phrase("and-more-listed", count=more))


def _heading(name: str) -> str:
    return named(name).removesuffix("_bytes").replace("_", " ")


def _readable(name: str, value: Any) -> str:
    """A value of the statistics as a person reads it, empty where it says nothing."""
    if name.endswith("_bytes"):
        return f"{value / 1_000_000:,.1f} MB"
    if isinstance(value, Mapping):
        value = ", ".join(f"{named(key)} {count:,}" for key, count in value.items() if count)
    elif isinstance(value, list):
        value = ", ".join(map(str, value))
    elif isinstance(value, int):
        value = f"{value:,}" if value else ""
    return value or ""


def _print_explanation(explanation: Explanation) -> None:
    """The tree of the query with what holds, then the terms that occur, by share."""

    def print_node(found: NodeMatch, depth: int) -> None:
        echo(f"  {'✓' if found.matches else '✗'} {'  ' * depth}{told(asks_for(found.node))}")
        for child in found.children:
            print_node(child, depth + 1)

    print_node(explanation.match, 0)
    echo(f"  {named('score')} {explanation.score:.4f}")
    for term in sorted(explanation.terms, key=lambda term: -term.share):
        if term.frequency:
            share = phrase(
                "term-share",
                field=named(term.field),
                term=term.term,
                frequency=term.frequency,
                length=term.length,
                idf=f"{term.idf:.3f}",
                weight=f"{term.weight:g}",
            )
            echo(f"  {term.share:10.4f}  {share}")


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
    return ", ".join([*shown, *([phrase("and-n-more", count=more)] if more > 0 else [])])


def _facet_value(value: str | int | None, *, whole: bool) -> str:
    if value is None:
        return named("unknown")
    return str(value) if whole or not is_terminal() else str(value).rpartition("/")[2]
