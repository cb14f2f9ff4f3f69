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

from ...analysis.equivalence.numbers import NUMERALS
from ...query.alike import Alike
from ...query.wildcards import SENTENCE_ENDS, Wildcard
from .filters import Clause
from .tokens import safe

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
