"""How is a file sent that is written while it is sent? Some lines at a time, never as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from flask import Response

from ..budget import current

_WRITTEN_AT_ONCE = 500


def attachment(lines: Iterable[str], content_type: str, name: str) -> Response:
    """A file to be kept under a name.

    What fails within its first lines is an error like any other; what fails later breaks the
    connection off, so that a browser does not take a part for the whole.
    """
    parts = _joined(lines)
    first = next(parts, b"")
    response = Response(chain([first], parts), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _joined(lines: Iterable[str]) -> Iterator[bytes]:
    """Some lines at a time: a call for each would take longer than writing it.

    Each piece has the whole budget: what is bounded is how long nothing comes, not how much.
    """
    budget = current()
    waiting: list[str] = []
    budget.renew()
    for line in lines:
        waiting.append(line)
        left_ms = budget.left_ms
        is_late = left_ms is not None and left_ms * 2 < (budget.time_ms or 0)
        if is_late or len(waiting) >= _WRITTEN_AT_ONCE:
            budget.spend()
            yield "".join(waiting).encode("utf-8", "replace")
            waiting.clear()
            budget.renew()
    yield "".join(waiting).encode("utf-8", "replace")
