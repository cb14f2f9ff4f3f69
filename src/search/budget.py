"""Bound the work of one request: its time, the memory of its steps, its turn among others.

One budget is in force for a request, from the door it came in by to the last piece of its answer.
Work asks it between steps: ``is_spent`` where a part of an answer is an answer (what is left out
makes every count a lower bound), ``spend`` where it is none. What asks has steps of at most some
50 ms, because a step of an array cannot be interrupted.

Time is that of the processor in the thread of the request, so that a busy machine leaves out no
more than an idle one. What is waited for elsewhere (``waiting``) counts by the wall, but less: it
holds a thread and no processor.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from .errors import BusyError, OverBudgetError
from .languages.sentences import Sentence

S = TypeVar("S")
T = TypeVar("T")
P = ParamSpec("P")

STEP_MEMORY_MB = 256
"""The most that the arrays of one step may take. Steps are cut to far less wherever they can be;
what is asked of a million passages at once takes some 100 MB."""
SHORT_S = 0.06
"""Longer work waits for its turn. An ordinary search of a third of a million passages takes 10
ms, and several times that on a machine that is busy with much else."""
WAITING = 0.2
"""What a second of waiting costs, in seconds: a cluster has five times as long to answer."""
_AT_ONCE = 2
"""So many threads work at short requests at the same time, and others that have begun wait: they
would only take the interpreter from each other, and from the thread that refuses."""
_PLACE_S = 0.03
"""One that works longer goes on beside the next, which is likely an ordinary search of 10 ms."""
_PLACE_WAIT_S = 1.0
"""So long one waits for its place at most: those at work may be waiting for the disk."""
_POLL_S = 0.05
"""Who waits for a turn looks so often whether the client is still there; and so long, between two
steps, long work gives way to short."""
_GIVING_WAY_S = 3.0
"""So long in all: where short work never ends, long work goes on beside it."""

STAGES = ("understanding", "finding", "reading", "rewording", "rendering")
"""The stages of a search whose time is noted: of its query, of what matches and in which order, of
the texts that are shown, of what else may be meant, of the page."""

_LOOK_S = 0.001
"""So long by the wall, which is at most so long by the processor, a budget that is not spent is not
looked at again: to read the clock of a thread asks the system, and a search asks a hundred times.
"""

_mb = 1_000_000
_clock = time.thread_time
_wall = time.monotonic


def _never() -> bool:
    return False


class _Turn(Protocol):
    def take(self, wait_s: float) -> bool: ...
    def give_back(self) -> None: ...


class LongWork:
    """The turns of a server at work that takes long.

    At most ``turns`` requests do such work at the same time, ``queue`` more wait for it at most
    ``wait_s`` seconds, and all others are refused at once: what waits holds a thread, and
    some have to be free for who asks for little. Between its steps long work lets short work go
    first, as one thread of the interpreter works at a time.

    Processes that do so side by side share ``large``: the turn of those whose steps take much
    memory, of which the machine has no more because there are several.
    """

    def __init__(self, turns: int, queue: int, wait_s: float, large: _Turn | None = None) -> None:
        self._turns = threading.Semaphore(turns)
        self._queue = threading.Semaphore(queue)
        self._wait_s = wait_s
        self._large = large
        self._changed = threading.Condition()
        self.places = threading.Semaphore(_AT_ONCE)
        """Of short requests that have the interpreter."""
        self.short = 0
        """How many requests work, or wait for a place, that have not taken long so far."""

    def begin_short(self) -> None:
        """Count a request among the short ones."""
        with self._changed:
            self.short += 1

    def end_short(self) -> None:
        """Count it no more: it has ended, or takes long."""
        with self._changed:
            self.short -= 1
            if not self.short:
                self._changed.notify_all()

    def give_way(self) -> float:
        """Wait a moment until no short work is left; gives how long, in seconds."""
        began = _wall()
        with self._changed:
            self._changed.wait_for(lambda: not self.short, _POLL_S)
        return _wall() - began

    def take(self, is_gone: Callable[[], bool]) -> bool:
        """Wait for a turn; False where the client went away meanwhile. Raises BusyError."""
        if self._turns.acquire(blocking=False):
            return True
        if not self._queue.acquire(blocking=False):
            raise BusyError("busy")
        try:
            return self._wait(lambda: self._turns.acquire(timeout=_POLL_S), is_gone)
        finally:
            self._queue.release()

    def give_back(self) -> None:
        """End a turn."""
        self._turns.release()

    def take_large(self, is_gone: Callable[[], bool]) -> bool:
        """With a turn, wait for the one of large steps, as in ``take``."""
        large = self._large
        return large is None or self._wait(lambda: large.take(_POLL_S), is_gone)

    def give_back_large(self) -> None:
        """End the turn of large steps."""
        if self._large is not None:
            self._large.give_back()

    def _wait(self, take: Callable[[], bool], is_gone: Callable[[], bool]) -> bool:
        end = _wall() + self._wait_s
        while not take():
            if is_gone():
                return False
            if _wall() > end:
                raise BusyError("busy")
        return True


class _Request:
    """What all budgets of one request share: its client, and its turn at long work."""

    __slots__ = (
        "_gave_way_s",
        "_had_place",
        "_has_large_turn",
        "_has_place",
        "_has_turn",
        "_is_short",
        "begun",
        "is_gone",
        "long_work",
        "stages",
    )

    def __init__(
        self, begun: float, long_work: LongWork | None, is_gone: Callable[[], bool] | None
    ) -> None:
        self.begun = begun
        self.long_work = long_work
        self.is_gone = is_gone or _never
        self._has_turn = self._has_large_turn = self._is_short = False
        self._had_place = self._has_place = False
        self._gave_way_s = 0.0
        self.stages: dict[str, float] = {}

    def begin(self) -> None:
        """It is worked at, shortly as far as is known."""
        if self.long_work is not None and not self._is_short:
            self._is_short = True
            self.long_work.begin_short()
            # What is made already is handed on without one.
            if not self._had_place:
                self._had_place = True
                self._has_place = self.long_work.places.acquire(timeout=_PLACE_WAIT_S)

    def end(self) -> None:
        """It is not worked at for now."""
        self._end_short()
        if self._has_large_turn and self.long_work is not None:
            self._has_large_turn = False
            self.long_work.give_back_large()
        if self._has_turn and self.long_work is not None:
            self._has_turn = False
            self.long_work.give_back()

    def leave_place(self) -> None:
        """Have another short request begin; this one goes on beside it."""
        if self._has_place and self.long_work is not None:
            self._has_place = False
            self.long_work.places.release()

    def _end_short(self) -> None:
        self.leave_place()
        if self._is_short and self.long_work is not None:
            self._is_short = False
            self.long_work.end_short()

    def may_go_on(self, now: float, *, is_large: bool = False) -> bool:
        """Whether somebody still wants the answer, once it is this request's turn."""
        if self.is_gone():
            return False
        if self.long_work is None:
            return True
        if now - self.begun > _PLACE_S:
            self.leave_place()
        if not self._has_turn and (is_large or now - self.begun > SHORT_S):
            self._end_short()
            self._has_turn = self.long_work.take(self.is_gone)
            if not self._has_turn:
                return False
        if is_large and not self._has_large_turn:
            self._has_large_turn = self.long_work.take_large(self.is_gone)
            if not self._has_large_turn:
                return False
        if self._has_turn and self.long_work.short and self._gave_way_s < _GIVING_WAY_S:
            self._gave_way_s += self.long_work.give_way()
        return True


class Budget:
    """What one request may cost, from now; ``time_ms`` None is any time.

    ``is_gone`` says whether nobody waits for the answer any more: then all is spent. With
    ``long_work``, a request that goes on for longer than ``SHORT_S`` does so in its turn. To be
    made and used in the thread of the request.
    """

    def __init__(
        self,
        time_ms: float | None = None,
        *,
        memory_mb: int = STEP_MEMORY_MB,
        long_work: LongWork | None = None,
        is_gone: Callable[[], bool] | None = None,
    ) -> None:
        self.time_ms = time_ms
        self.memory_mb = memory_mb
        self.was_spent = False
        """Whether nothing remains."""
        self.left_out = False
        """Whether anything was left out, here or where a part of it was spent."""
        self._begun = _clock()
        self._looked_until = 0.0
        self._request = _Request(self._begun, long_work, is_gone)
        self._parent: Budget | None = None
        self._waited_s = 0.0

    @property
    def stages(self) -> dict[str, float]:
        """Stage → the seconds by the wall that the request has spent in it."""
        return self._request.stages

    @property
    def left_ms(self) -> float | None:
        """The time that remains; None is any."""
        if self.time_ms is None:
            return None
        return self.time_ms - (_clock() - self._begun + self._waited_s) * 1000

    @property
    def left_waiting_s(self) -> float | None:
        """How long somebody else may be waited for, in seconds; None is any time."""
        left = self.left_ms
        return None if left is None else max(left, 0) / 1000 / WAITING

    def is_spent(self) -> bool:
        """Whether the next step is to be left out; once it is, every later one is too.

        Raises BusyError where it is nobody's turn for long work within reason.
        """
        if not self.was_spent and _wall() >= self._looked_until:
            now = _clock()
            spent_ms = (now - self._begun + self._waited_s) * 1000
            is_late = self.time_ms is not None and spent_ms > self.time_ms
            self.was_spent = is_late or not self._request.may_go_on(now)
            self._looked_until = _wall() + _LOOK_S
            self.left_out |= self.was_spent
        return self.was_spent

    def spend(self) -> None:
        """Go on with work of which a part is no answer. Raises OverBudgetError, BusyError."""
        if self.is_spent():
            raise self.refusal()

    def require_memory(self, size_bytes: float) -> None:
        """Go on with a step whose arrays take so much. Raises OverBudgetError, BusyError.

        A large one is long work, so that few are in memory at the same time.
        """
        if size_bytes > self.memory_mb * _mb:
            raise OverBudgetError("over-memory", memory_mb=self.memory_mb)
        if size_bytes * 8 > self.memory_mb * _mb and not self._request.may_go_on(
            _clock(), is_large=True
        ):
            self.was_spent = True
            raise self.refusal()

    def refusal(self) -> OverBudgetError:
        """The error for work that is not done because the time is spent."""
        within = (
            Sentence("time-of-request")
            if self.time_ms is None
            else Sentence("milliseconds", time_ms=self.time_ms)
        )
        return OverBudgetError("over-time", within=within)

    def pass_over(self, seconds: float) -> None:
        """Do not count so much of the time: it went into what everybody uses."""
        budget: Budget | None = self
        while budget is not None:
            budget._begun += seconds
            budget = budget._parent

    def renew(self) -> None:
        """Begin again with the whole time: for a stream, each piece of which is bounded alone."""
        self._begun, self._waited_s, self._looked_until = _clock(), 0.0, 0.0
        self.was_spent = self.left_out = False

    @contextmanager
    def in_force(self) -> Iterator[Budget]:
        """Be the budget of what is done inside; its turn at long work ends with that."""
        token = _in_force.set(self)
        if self._parent is None:
            self._request.begin()
        try:
            yield self
        finally:
            _in_force.reset(token)
            if self._parent is None:
                self._request.end()

    @contextmanager
    def part(self, time_ms: float) -> Iterator[Budget]:
        """A budget for one of several pieces of work, in force inside: at most what remains."""
        left = self.left_ms
        part = Budget(time_ms if left is None else min(time_ms, left), memory_mb=self.memory_mb)
        part._request, part._parent = self._request, self
        try:
            with part.in_force():
                yield part
        finally:
            self.left_out |= part.left_out

    @contextmanager
    def share(self, part: float) -> Iterator[Budget]:
        """A budget of a part of what remains, from 0 to 1, so that something is left after it."""
        left = self.left_ms
        if left is None:
            yield self
            return
        with self.part(left * part) as budget:
            yield budget

    def leave_place(self) -> None:
        """Have others begin: what comes now may take long, or is waited for."""
        self._request.leave_place()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Count what is done inside as waiting: somebody else is at work."""
        # For good: who has a lock by now must not wait for those who want it.
        self._request.leave_place()
        wall, own = _wall(), _clock()
        try:
            yield
        finally:
            waited_s = (_wall() - wall) - (_clock() - own)
            budget: Budget | None = self
            while budget is not None:
                budget._waited_s += max(0.0, waited_s) * WAITING
                budget = budget._parent


_in_force: ContextVar[Budget | None] = ContextVar("budget", default=None)
_UNBOUNDED = Budget()


def current() -> Budget:
    """The budget in force; where there is none, one without a bound on time."""
    return _in_force.get() or _UNBOUNDED


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Note the time of what is done inside with the request in force, if there is one."""
    budget = _in_force.get()
    began = _wall()
    try:
        yield
    finally:
        if budget is not None:
            budget.stages[name] = budget.stages.get(name, 0.0) + _wall() - began


@contextmanager
def ensured(time_ms: float | None) -> Iterator[Budget]:
    """The budget in force, or where there is none a new one of so much time, for what is inside."""
    budget = _in_force.get()
    if budget is not None:
        yield budget
        return
    with Budget(time_ms).in_force() as budget:
        yield budget


def budgeted(
    time_ms: Callable[[S], float | None],
) -> Callable[[Callable[Concatenate[S, P], T]], Callable[Concatenate[S, P], T]]:
    """Has a method ``ensured`` a budget of the time that its object gives."""

    def bound(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
        @wraps(method)
        def bounded(one: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
            with ensured(time_ms(one)):
                return method(one, *args, **kwargs)

        return bounded

    return bound
