"""Our tree and filters as clauses of the cluster's query language, exact to the character.

What cannot be asked of the places of tokens, patterns with gaps and numbers that stand alone, is
left to a script: the candidates have all the texts, which the index tells; the script then reads
the folded text of each and decides as ``query.Wildcard`` and ``query.Alike`` do, so that a count is
exact. Distances between tokens cannot: of several gaps each has a least length and a border that it
must not cross, and the nearest end before a text is not always part of a smallest interval.

A filter that is asked often is cached for all records of a segment, so a script meets records
without the field too. Painless counts in units of UTF-16, so characters are counted where a text
has any that take two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ...analysis.equivalence.numbers import NUMERALS
from ...documents.facets import ALL_FACETS, BY_NAME, DOCUMENT_FACETS
from ...query.nodes import (
    SENTENCE_ENDS,
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
    Query,
    Wildcard,
    Word,
)
from ...query.request import Filters
from ..formula import FIELD_WEIGHTS, K1, OPENING_CHARS, SIGN_WEIGHTS, definitions_of, scored_terms
from .schema import (
    HOLE,
    SCORED,
    SEPARATOR,
    UNKNOWN_YEAR,
    exact_characters,
    exact_pairs,
    field_of,
    is_in_every_record,
    joined,
    safe,
    stored_value,
    word,
)

Clause = dict[str, Any]
"""A query of the cluster that is only asked whether it matches."""

NOTHING: Clause = {"match_none": {}}

_LARGEST_YEAR = 2**31 - 1


def has_value(facet: str, choices: Iterable[Any]) -> Clause:
    """Matches what has one of some values, or of the years in some ranges; None is unknown."""
    choices, field = dict.fromkeys(choices), field_of(facet)
    either: list[Clause] = []
    if None in choices and not is_in_every_record(facet):
        either.append({"bool": {"must_not": [{"exists": {"field": field}}]}})
    if BY_NAME[facet].kind != "year":
        chosen: Clause = {"terms": {field: [stored_value(choice) for choice in choices]}}
        return {"bool": {"should": [chosen, *either]}} if either else chosen
    for choice in choices:
        if choice is None:
            either.append({"term": {field: UNKNOWN_YEAR}})
            continue
        first, last = max(choice[0], UNKNOWN_YEAR + 1), min(choice[1], _LARGEST_YEAR)
        if first <= last:
            either.append({"range": {field: {"gte": first, "lte": last}}})
    return {"bool": {"should": either}} if either else NOTHING


def passing(
    filters: Filters,
    *,
    but: str | None = None,
    remaining: Sequence[Any] = (),
    facets: Iterable[str] | None = None,
) -> list[Clause]:
    """The clauses of all filters, or of those by some facets.

    Of the facet ``but`` only the exclusions that ``remaining`` gives hold.
    """
    clauses: list[Clause] = []
    for name in facets if facets is not None else (facet.name for facet in ALL_FACETS):
        chosen = () if name == but else filters.chosen(name)
        excluded = remaining if name == but else filters.excluded(name)
        if chosen:
            clauses.append(has_value(name, chosen))
        if excluded:
            clauses.append({"bool": {"must_not": [has_value(name, excluded)]}})
    return clauses


def every_filter(clauses: Sequence[Clause]) -> Clause:
    """Matches what all clauses match; everything where there are none."""
    if not clauses:
        return {"match_all": {}}
    return clauses[0] if len(clauses) == 1 else {"bool": {"filter": list(clauses)}}


def of_documents(filters: Filters) -> list[Clause]:
    """The clauses of the filters that say something of a title, heading or caption."""
    return passing(filters, facets=[facet.name for facet in DOCUMENT_FACETS])


# The server lets each call of a function loop a million times: no loop stands in another. Time is
# linear in the text, whatever it is.
_WILDCARD = """
boolean atLeast(String text, int start, int end, int count, boolean wide) {
  int units = end - start;
  if (!wide || units < count || units >= 2 * count) { return units >= count; }
  return text.codePointCount(start, end) >= count;
}
boolean atMost(String text, int start, int end, int count, boolean wide) {
  return !atLeast(text, start, end, count + 1, wide);
}
int nextBorder(String text, int from, String borders) {
  int at = from;
  while (at < text.length() && borders.indexOf(text.substring(at, at + 1)) < 0) { at++; }
  return at;
}
List begin(String text, String first, int before, boolean wide) {
  List ends = new ArrayList();
  for (int at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    if (atLeast(text, 0, at, before, wide)) { ends.add(at + first.length()); }
  }
  return ends;
}
List follow(String text, List ends, String next, int least, int more, String borders, boolean wide)
{
  List further = new ArrayList();
  int nearest = -1;
  int run = 0;
  int border = -1;
  for (int at = text.indexOf(next); at >= 0; at = text.indexOf(next, at + 1)) {
    int before = nearest;
    while (nearest + 1 < ends.size()) {
      int end = ends.get(nearest + 1);
      if (end > at || !atLeast(text, end, at, least, wide)) { break; }
      nearest++;
    }
    if (nearest < 0) { continue; }
    if (nearest != before) {
      int end = ends.get(nearest);
      run = wide ? text.offsetByCodePoints(end, least) : end + least;
      if (border < run) { border = nextBorder(text, run, borders); }
    }
    if (border >= at && atMost(text, run, at, more, wide)) { further.add(at + next.length()); }
  }
  return further;
}
if (doc[params.field].size() == 0) { return false; }
String text = doc[params.field].value.utf8ToString();
int size = text.length();
boolean wide = text.codePointCount(0, size) != size;
List ends = begin(text, params.texts.get(0), params.before, wide);
for (int n = 1; n < params.texts.size() && !ends.isEmpty(); n++) {
  ends = follow(text, ends, params.texts.get(n), params.least.get(n - 1), params.more.get(n - 1),
                params.borders, wide);
}
if (ends.isEmpty()) { return false; }
int end = ends.get(0);
return atLeast(text, end, size, params.after, wide);
"""

_ALONE = """
int endOf(String text, int start, List same) {
  int end = start;
  for (int n = 0; n < same.size(); n++) {
    if (end >= text.length()) { return -1; }
    int width = Character.isHighSurrogate(text.charAt(end)) && end + 1 < text.length() ? 2 : 1;
    if (!same.get(n).contains(text.substring(end, end + width))) { return -1; }
    end += width;
  }
  return end;
}
boolean goesOnBefore(String text, int start, List numerals, List digits) {
  if (start == 0) { return false; }
  String before = text.substring(start - 1, start);
  if (numerals.contains(before) || before == '.') { return true; }
  return before == ',' && start > 1 && digits.contains(text.substring(start - 2, start - 1));
}
boolean goesOnAfter(String text, int end, List numerals, List digits) {
  if (end == text.length()) { return false; }
  String after = text.substring(end, end + 1);
  if (numerals.contains(after)) { return true; }
  return (after == '.' || after == ',') && end + 1 < text.length()
      && digits.contains(text.substring(end + 1, end + 2));
}
if (doc[params.field].size() == 0) { return false; }
String text = doc[params.field].value.utf8ToString();
for (int start = 0; start < text.length(); start++) {
  int end = endOf(text, start, params.same);
  if (end < 0) { continue; }
  if (params.opens && goesOnBefore(text, start, params.numerals, params.digits)) { continue; }
  if (params.closes && goesOnAfter(text, end, params.numerals, params.digits)) { continue; }
  return true;
}
return false;
"""


def matches_pattern(pattern: Wildcard, field: str) -> Clause:
    """Of records that have a folded text in ``field``: those in which the pattern matches."""
    return _script(
        _WILDCARD,
        field=field,
        texts=[safe(text) for text in pattern.texts],
        least=[gap.least for gap in pattern.gaps],
        more=[gap.more for gap in pattern.gaps],
        before=pattern.before,
        after=pattern.after,
        borders=SENTENCE_ENDS,
    )


def alike_alone(alike: Alike, field: str) -> Clause:
    """Likewise: those in which the text stands without a sign of a number beside it."""
    return _script(
        _ALONE,
        field=field,
        same=[[safe(character) for character in same] for same in alike.characters],
        opens=not set(alike.characters[0]).isdisjoint(NUMERALS),
        closes=not set(alike.characters[-1]).isdisjoint(NUMERALS),
        numerals=list(NUMERALS),
        digits=list("0123456789"),
    )


def _script(source: str, **params: Any) -> Clause:
    # The source is always the same, so that the cluster compiles it once.
    return {"script": {"script": {"lang": "painless", "source": source, "params": params}}}


EVERYTHING: Clause = {"match_all": {}}

_FARTHEST = 10_000_000
"""No text is longer, so a greater distance asks for no less."""
_NO_TOKEN = HOLE * 2
"""Longer than any character."""
_PAIRS_OF_ALIKE = 200
"""With more pairs of characters that are alike, single characters are asked for."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched: the fields of its words and its text; only passages have all facets."""

    words: str
    text: str
    has_own_facets: bool = True


PASSAGES = Searched("words", "text")
LABELS = Searched("label_words", "label", has_own_facets=False)


def compile_match(node: Node, searched: Searched = PASSAGES) -> Clause:
    """The clause that decides what matches."""
    match node:
        case Every():
            return EVERYTHING
        case Word(term):
            return {"term": {searched.words: word(term)}}
        case InField():
            return _in_field(node)
        case FacetIs(facet, values):
            if BY_NAME[facet].scope == "passage" and not searched.has_own_facets:
                return NOTHING
            return has_value(facet, values)
        case And(children):
            return {"bool": {"filter": [compile_match(child, searched) for child in children]}}
        case Or(children):
            return {"bool": {"should": [compile_match(child, searched) for child in children]}}
        case Not(child):
            return {"bool": {"must_not": [compile_match(child, searched)]}}
        case Literal() | Near() | Alike() | Wildcard():
            return _in_text(node, searched.text)


def scoring_clauses(query: Query, only: frozenset[str] | None = None) -> list[Clause]:
    """The terms and signs that score, as optional clauses; ``only`` leaves all others out.

    Lucene's BM25 leaves the constant factor K1 + 1 of the formula out, so the boost has it. Signs
    are named: which of them a passage has is not told by its score.
    """
    return [
        {"term": {f"{SCORED}{field}": {"value": word(term), "boost": boost * (K1 + 1)}}}
        if field in FIELD_WEIGHTS
        else {
            "constant_score": {
                "filter": _sign(field, term),
                "boost": boost,
                "_name": sign_name(field, term),
            }
        }
        for field, term, boost in scored_terms(query, only)
        if field in FIELD_WEIGHTS or field in SIGN_WEIGHTS
    ]


def sign_name(sign: str, item: str) -> str:
    """What a clause of a sign is called; never a number."""
    return f"{sign}:{item}"


def _sign(sign: str, item: str) -> Clause:
    if sign == "definition":
        return {"bool": {"should": [_phrase(text, "text") for text in definitions_of(item)]}}
    places = [{"span_term": {"text_pairs": pair}} for pair in exact_pairs(item)]
    one, *more = places
    run = {"span_near": {"clauses": places, "slop": 0, "in_order": True}} if more else one
    # A span ends after its last pair, and so many pairs after it begins.
    near = {"span_first": {"match": run, "end": OPENING_CHARS + len(places)}}
    return _all({"term": {"is_article": True}}, near)


def _in_text(node: Literal | Near | Alike | Wildcard, text: str) -> Clause:
    match node:
        case Literal(""):
            return EVERYTHING
        case Literal(literal):
            return _phrase(literal, text)
        case Near(first, second, distance):
            near = {
                "any_of": {
                    "intervals": [
                        _followed(first, second, distance),
                        _followed(second, first, distance),
                    ]
                }
            }
            return _all(
                *(_phrase(part, text) for part in dict.fromkeys((first, second))),
                {"intervals": {f"{text}_exact": near}},
            )
        case Alike():
            places = _alike(node, text)
            return _all(places, alike_alone(node, f"{text}_folded")) if node.is_whole else places
        case Wildcard(texts):
            return _all(
                *(_phrase(part, text) for part in dict.fromkeys(texts)),
                matches_pattern(node, f"{text}_folded"),
            )


def _in_field(node: InField) -> Clause:
    """Title and author stand in the record of the document, which is asked for its passages."""
    if node.text == Literal(""):
        asked: Clause = {"exists": {"field": f"{node.field}_folded"}}
    else:
        asked = _in_text(node.text, node.field)
    return {"has_parent": {"parent_type": "document", "query": asked}}


def _phrase(literal: str, text: str) -> Clause:
    if SEPARATOR in literal:
        return NOTHING
    if len(literal) == 1:
        return {"term": {f"{text}_exact": safe(literal)}}
    pairs = exact_pairs(literal)
    if len(pairs) == 1:
        return {"term": {f"{text}_pairs": pairs[0]}}
    last = len(pairs) - 1
    covering = (pair if at % 2 == 0 or at == last else HOLE for at, pair in enumerate(pairs))
    return {"match_phrase": {f"{text}_pairs": joined(covering)}}


def _followed(first: str, second: str, distance: int) -> Clause:
    """Two texts in this order, with at most so many characters between."""
    left, right = _run(first), _run(second)
    if first == second:
        # Lucene takes two equal sources together and then lets their places overlap; one that may
        # also be a token that no text has is another source with the same places.
        right = {"any_of": {"intervals": [right, {"match": {"query": _NO_TOKEN}}]}}
    return {
        "all_of": {
            "ordered": True,
            "max_gaps": min(distance, _FARTHEST),
            "intervals": [left, right],
        }
    }


def _run(literal: str) -> Clause:
    tokens = joined(exact_characters(literal))
    return {"match": {"query": tokens, "max_gaps": 0, "ordered": True}}


def _alike(alike: Alike, text: str) -> Clause:
    characters = alike.characters
    if len(characters) == 1:
        return {"terms": {f"{text}_exact": [safe(character) for character in characters[0]]}}
    if all(len(same) == 1 for same in characters):
        return _phrase("".join(characters), text)
    pairs = [[safe(a + b) for a in first for b in second] for first, second in pairwise(characters)]
    if sum(map(len, pairs)) <= _PAIRS_OF_ALIKE:
        return _one_of_each(f"{text}_pairs", pairs)
    return _one_of_each(f"{text}_exact", [[safe(c) for c in same] for same in characters])


def _one_of_each(field: str, places: list[list[str]]) -> Clause:
    """One token of each list, side by side.

    Spans, because intervals multiply alternatives out, which the server does up to 1,024 of them.
    """
    each = [[{"span_term": {field: token}} for token in tokens] for tokens in places]
    near = [{"span_or": {"clauses": terms}} for terms in each]
    return {"span_near": {"clauses": near, "slop": 0, "in_order": True}}


def _all(*clauses: Clause) -> Clause:
    return {"bool": {"filter": list(clauses)}}
