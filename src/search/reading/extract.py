"""What does a reader of one format hand over? The text, and what the format says of its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..documents.document import Evidence, Role


@dataclass(frozen=True, slots=True)
class Guide:
    """What a format knows of the lines of its text, by line number from 1.

    ``apart`` are lines judged already: (role, kind, reason in Chinese). ``title`` are the lines of
    the title and ``title_note`` says how they were known. Lines in ``head`` may hold metadata, but
    are never body. ``levels`` are those of headings, 1 to 6. ``fields`` are values from the
    format's own metadata (tags, properties), each with its evidence: for what no line says, or for
    good if ``is_certain``.
    """

    apart: Mapping[int, tuple[Role, str, str]]
    title: tuple[int, ...] = ()
    title_note: str = "标题"
    head: frozenset[int] = frozenset()
    levels: Mapping[int, int] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    is_certain: bool = False
    is_forum: bool = False


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of a file, one line per block; ``guide`` is None for plain text.

    ``has_revisions`` says that tracked changes were in it, and that this is the text with them.
    """

    text: str
    encoding: str
    guide: Guide | None = None
    has_revisions: bool = False
