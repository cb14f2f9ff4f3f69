"""Every error a user can meet, in one tree.

    DuansouError                    exit 2, HTTP 400
    ├── UsageError                  exit 2, HTTP 400   an option or address parameter is wrong
    │   ├── QueryError              the query text cannot be searched
    │   ├── FilterError             a filter names no value, or several
    │   ├── OtherSiteError          exit 2, HTTP 403   a page of another site sent something
    │   ├── NoAccessError           exit 2, HTTP 403   who asks may not read
    │   │   └── TokenMissingError   exit 2, HTTP 401   the token would let him in
    │   ├── TooManyRequestsError    exit 2, HTTP 429   one address asks too often: ask later
    │   └── OverBudgetError         exit 2, HTTP 400   it would cost more than one request may
    │       └── BusyError           exit 2, HTTP 503   others are at such work: ask again
    ├── InputError                  exit 2, HTTP 400   a file or folder handed in cannot be used
    │   └── UnreadableFileError     one file is not text we can read (the others go on)
    ├── NotFoundError               exit 1, HTTP 404   no such passage or document
    │   └── GoneError               exit 1, HTTP 410   it was erased on request
    └── IndexStateError             exit 4, HTTP 503   the index itself is the problem
        ├── CommitGoneError         what was being read has been cleared away by later commits
        ├── IndexMissingError       there is no index at this place
        ├── IndexBusyError          another process is writing it
        ├── IndexBrokenError        its files are damaged or not ours
        ├── IndexTooNewError        a newer version of Duansou wrote it
        ├── IndexUnreachableError   its server does not answer, or cannot be used
        ├── IndexForbiddenError     its server does not let us in
        └── IndexIncompleteError    a part of it cannot be reached for now

What costs too much would cost as much again, so it is the request that has to change (400); a
server that is busy is not to blame on it (503, with Retry-After).

An error is a code with values, as in ``InputError("path-missing", path=path)``. The sentence that
is said of it (what was wrong, where, what to do) stands in the catalogues of ``languages``.
"""

from __future__ import annotations

from .languages.sentences import Sentence

EXIT_NOTHING_FOUND = 1
"""A command did what was asked and found nothing; what goes wrong has the codes above."""


class DuansouError(Exception):
    """Root of the tree; never raised itself."""

    exit_code = 2
    http_status = 400

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.sentence = Sentence(code, **values)

    def __str__(self) -> str:
        return self.message

    @property
    def message(self) -> str:
        """What is said of it, in English."""
        return str(self.sentence)


class UsageError(DuansouError):
    """An option or an address parameter is wrong."""


class QueryError(UsageError):
    """The query text cannot be searched."""


class FilterError(UsageError):
    """A filter names no value, or several."""


class OtherSiteError(UsageError):
    """A page of another site sent something to be checked."""

    http_status = 403


class NoAccessError(UsageError):
    """Who asks is not one of those who may read."""

    http_status = 403


class TokenMissingError(NoAccessError):
    """Who asks has not shown the token."""

    http_status = 401


class TooManyRequestsError(UsageError):
    """One address asks more often than the settings allow; after a while, in seconds, it may."""

    http_status = 429
    retry_after_s = 1


class OverBudgetError(UsageError):
    """It would cost more time or memory than one request may, and a part of it would be wrong."""


class BusyError(OverBudgetError):
    """Other requests that take long are being worked on; asked again, it may be done."""

    http_status = 503


class InputError(DuansouError):
    """A file or folder handed in cannot be used."""


class BadValue(InputError):  # noqa: N818 (it becomes an error with file and line)
    """One value in a file of the keeper cannot be used; the reason alone."""


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


class CommitGoneError(IndexStateError):
    """The commit that is read was cleared away by later ones: ask again."""


class IndexMissingError(IndexStateError):
    """There is no index at this place."""


class IndexBusyError(IndexStateError):
    """Another process is writing the index."""


class IndexBrokenError(IndexStateError):
    """The files are damaged, or were not written by Duansou.

    ``damaged_file`` is the name of a file that ``duansou index`` mends. Unlike the message it has
    no folder in it, which would concern nobody but who runs the machine.
    """

    def __init__(self, code: str, /, *, damaged_file: str = "", **values: object) -> None:
        super().__init__(code, **values)
        self.damaged_file = damaged_file


class IndexTooNewError(IndexStateError):
    """A newer version of Duansou wrote the index."""


class IndexTooOldError(IndexStateError):
    """An older version of Duansou wrote the index; it can be brought up to date in place."""


class IndexUnreachableError(IndexStateError):
    """The server of the index does not answer, or is none that we can use."""


class IndexForbiddenError(IndexStateError):
    """The server of the index does not let us in, or not do what has to be done."""


class IndexIncompleteError(IndexStateError):
    """A part of the index cannot be reached for now; what was committed is not lost by that."""
