"""Every error a user can meet, in one tree.

    DuansouError                    exit 2, HTTP 400
    ├── UsageError                  exit 2, HTTP 400   an option or address parameter is wrong
    │   ├── QueryError              the query text cannot be searched
    │   ├── FilterError             a filter names no value, or several
    │   └── OtherSiteError          exit 2, HTTP 403   a page of another site sent something
    ├── InputError                  exit 2, HTTP 400   a file or folder handed in cannot be used
    │   └── UnreadableFileError     one file is not text we can read (the others go on)
    ├── NotFoundError               exit 1, HTTP 404   no such passage or document
    │   └── GoneError               exit 1, HTTP 410   it was erased on request
    └── IndexStateError             exit 4, HTTP 503   the index itself is the problem
        ├── IndexMissingError       there is no index at this place
        ├── IndexBusyError          another process is writing it
        ├── IndexBrokenError        its files are damaged or not ours
        ├── IndexTooNewError        a newer version of Duansou wrote it
        ├── IndexUnreachableError   its server does not answer, or cannot be used
        ├── IndexForbiddenError     its server does not let us in
        └── IndexIncompleteError    a part of it cannot be reached for now

A message is one sentence: what was wrong, where, what to do. ``zh`` is the same sentence for the
page, which speaks Chinese first.
"""

from __future__ import annotations

__all__ = [
    "DuansouError",
    "FilterError",
    "GoneError",
    "IndexBrokenError",
    "IndexBusyError",
    "IndexForbiddenError",
    "IndexIncompleteError",
    "IndexMissingError",
    "IndexStateError",
    "IndexTooNewError",
    "IndexUnreachableError",
    "InputError",
    "NotFoundError",
    "OtherSiteError",
    "QueryError",
    "UnreadableFileError",
    "UsageError",
]


class DuansouError(Exception):
    """Root of the tree; never raised itself."""

    exit_code = 2
    http_status = 400

    def __init__(self, message: str, *, zh: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.zh = zh or message


class UsageError(DuansouError):
    """An option or an address parameter is wrong."""


class QueryError(UsageError):
    """The query text cannot be searched."""


class FilterError(UsageError):
    """A filter names no value, or several."""


class OtherSiteError(UsageError):
    """A page of another site sent something to be checked."""

    http_status = 403


class InputError(DuansouError):
    """A file or folder handed in cannot be used."""


class UnreadableFileError(InputError):
    """One file is not text we can read; the others go on."""


class NotFoundError(DuansouError):
    """No such passage or document."""

    exit_code = 1
    http_status = 404


class GoneError(NotFoundError):
    """A passage or document was erased on request."""

    http_status = 410


class IndexStateError(DuansouError):
    """The index itself is the problem."""

    exit_code = 4
    http_status = 503


class IndexMissingError(IndexStateError):
    """There is no index at this place."""


class IndexBusyError(IndexStateError):
    """Another process is writing the index."""


class IndexBrokenError(IndexStateError):
    """The files are damaged, or were not written by Duansou.

    ``damaged_file`` is the name of a file that ``duansou index`` mends. Unlike the message it has
    no folder in it, which would concern nobody but who runs the machine.
    """

    def __init__(self, message: str, *, zh: str | None = None, damaged_file: str = "") -> None:
        super().__init__(message, zh=zh)
        self.damaged_file = damaged_file


class IndexTooNewError(IndexStateError):
    """A newer version of Duansou wrote the index."""


class IndexUnreachableError(IndexStateError):
    """The server of the index does not answer, or is none that we can use."""


class IndexForbiddenError(IndexStateError):
    """The server of the index does not let us in, or not do what has to be done."""


class IndexIncompleteError(IndexStateError):
    """A part of the index cannot be reached for now; what was committed is not lost by that."""
