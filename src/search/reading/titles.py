"""Where does a text's title stand, and where does its article begin?"""

from __future__ import annotations

from dataclasses import replace

from . import metadata
from .furniture import furniture, opens_tail
from .headings import is_prose
from .lines import Line, bare

HEAD_LINES = 40
"""Title and header fields stand in the first so many lines, or nowhere."""


def adjacent_repeats(lines: list[Line]) -> set[int]:
    """Lines that stand twice in a row, both of them: captions beside their pictures do."""
    pairs = [i for i in range(1, len(lines)) if lines[i].text == lines[i - 1].text]
    return {i for pair in pairs for i in (pair - 1, pair)}


def first_prose(lines: list[Line], front: int, head: set[int]) -> int:
    """The first line that reads as a paragraph of the article, or a regulation's first part.

    Neither the first ``front`` lines nor those in ``head`` are the article's.
    """
    for i, line in enumerate(lines):
        text = line.text
        if i < front or i in head:
            continue
        if metadata.is_promulgation(text) and i < HEAD_LINES:
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


def title_line(lines: list[Line], front: int, body_start: int) -> int | None:
    """Where the title stands: marked as one, or the last before the line with source and date."""
    # Settings keep their places in the numbering, but hold neither title nor header.
    head = [replace(line, text="") if i < front else line for i, line in enumerate(lines)]
    head = head[: min(body_start, HEAD_LINES)]
    header = next((i for i, line in enumerate(head) if _is_header(line.text)), None)
    for i, line in enumerate(head):
        if metadata.labelled_title(line.text):
            return i
    marked = next((i for i, line in enumerate(head) if line.level == 1), None)
    if marked is not None:
        return marked
    repeats = adjacent_repeats(head)
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


def is_eyebrow(lines: list[Line], i: int, repeats: set[int]) -> bool:
    """Whether a line is the eyebrow (肩题) above the title: the article speaks of it."""
    text = lines[i].text
    if i in repeats or not 8 <= len(text) <= 40 or not _may_be_title(text):
        return False
    following = "".join(
        bare(line.text)
        for line in lines[i + 2 :]
        if is_prose(line.text) and furniture(line.text) is None
    )
    return _overlap(text, following) >= 0.5
