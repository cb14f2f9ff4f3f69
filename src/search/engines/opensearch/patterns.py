"""What cannot be asked of the places of tokens: patterns with gaps, numbers that stand alone.

The candidates have all the texts, which the index tells; a script then reads the folded text of
each and decides as ``query.Wildcard`` and ``query.Alike`` do, so that a count is exact. Distances
between tokens cannot: of several gaps each has a least length and a border that it must not cross,
and the nearest end before a text is not always part of a smallest interval.

A filter that is asked often is cached for all records of a segment, so a script meets records
without the field too. Painless counts in units of UTF-16, so characters are counted where a text
has any that take two.
"""

from __future__ import annotations

from typing import Any

from ...equivalence.numbers import NUMERALS
from ...query import SENTENCE_ENDS, Alike, Wildcard
from .filters import Clause
from .tokens import safe

__all__ = ["alike_alone", "matches_pattern"]

_WILDCARD = """
if (doc[params.field].size() == 0) { return false; }
String text = doc[params.field].value.utf8ToString();
int size = text.length();
boolean wide = text.codePointCount(0, size) != size;
List texts = params.texts;
List ends = new ArrayList();
String first = texts.get(0);
int found = text.indexOf(first);
while (found >= 0) {
  int before = wide ? text.codePointCount(0, found) : found;
  if (before >= params.before) { ends.add(found + first.length()); }
  found = text.indexOf(first, found + 1);
}
for (int n = 1; n < texts.size() && !ends.isEmpty(); n++) {
  String next = texts.get(n);
  int least = params.least.get(n - 1);
  int more = params.more.get(n - 1);
  List further = new ArrayList();
  int nearest = -1;
  found = text.indexOf(next);
  while (found >= 0) {
    while (nearest + 1 < ends.size()) {
      int end = ends.get(nearest + 1);
      if (end > found) { break; }
      int between = wide ? text.codePointCount(end, found) : found - end;
      if (between < least) { break; }
      nearest++;
    }
    if (nearest >= 0) {
      int end = ends.get(nearest);
      int run = wide ? text.offsetByCodePoints(end, least) : end + least;
      int between = wide ? text.codePointCount(run, found) : found - run;
      if (between <= more) {
        boolean crossed = false;
        for (int i = run; i < found && !crossed; i++) {
          crossed = params.borders.indexOf(text.substring(i, i + 1)) >= 0;
        }
        if (!crossed) { further.add(found + next.length()); }
      }
    }
    found = text.indexOf(next, found + 1);
  }
  ends = further;
}
if (ends.isEmpty()) { return false; }
int end = ends.get(0);
return (wide ? text.codePointCount(end, size) : size - end) >= params.after;
"""

_ALONE = """
if (doc[params.field].size() == 0) { return false; }
String text = doc[params.field].value.utf8ToString();
int size = text.length();
List same = params.same;
for (int start = 0; start < size; start++) {
  int end = start;
  boolean here = true;
  for (int n = 0; n < same.size() && here; n++) {
    if (end >= size) { here = false; break; }
    int width = Character.isHighSurrogate(text.charAt(end)) && end + 1 < size ? 2 : 1;
    here = same.get(n).contains(text.substring(end, end + width));
    end += width;
  }
  if (!here) { continue; }
  if (params.opens && start > 0) {
    String before = text.substring(start - 1, start);
    if (params.numerals.contains(before) || before == '.') { continue; }
    if (before == ',' && start > 1 && params.digits.contains(text.substring(start - 2, start - 1)))
    { continue; }
  }
  if (params.closes && end < size) {
    String after = text.substring(end, end + 1);
    if (params.numerals.contains(after)) { continue; }
    if ((after == '.' || after == ',') && end + 1 < size
        && params.digits.contains(text.substring(end + 1, end + 2))) { continue; }
  }
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
