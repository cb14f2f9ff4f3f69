"""Run the same work in several processes: replace one that dies, end all of them together.

They are forked, so that what was made before is there once for all of them. The process that
starts them does nothing else and has no threads, so that it may fork at any time.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .. import platforms
from ..config import Settings, terminal_language
from ..errors import DuansouError

_MOST_BY_DEFAULT = 4
"""More take memory that a machine may need for others; who serves many says how many."""
_SOON_S = 10.0
"""A process that dies sooner than that will do so again: the next is started later each time."""
_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 30.0
_ENDING_S = 8.0
"""What has not ended by then is killed; running requests have five seconds (see ``serve``)."""


def process_count(settings: Settings) -> int:
    """How many processes serve the page, by the settings and what this system can do.

    Says so where several are asked for and cannot be. On macOS there is one unless more are asked
    for, because its own libraries do not promise to work after a fork.
    """
    if not platforms.CAN_FORK:
        if settings.processes > 1:
            _say("One process serves the page: this system cannot share it between several.")
        return 1
    if settings.processes:
        return settings.processes
    return 1 if sys.platform == "darwin" else min(platforms.cores(), _MOST_BY_DEFAULT)


def run_processes(count: int, work: Callable[[int], None]) -> None:
    """Run ``work`` in so many processes, told their numbers from 0, until Ctrl-C or SIGTERM.

    They are sent SIGTERM then, and also when the process that started them is gone. To be called
    in the main thread of a process without others.
    """
    with _Supervisor(count, work) as supervisor:
        supervisor.run()


@dataclass(slots=True)
class _Place:
    """The place of one process: which it is now, or when the next one is due."""

    number: int
    pid: int | None = None
    begun: float = 0.0
    due: float = 0.0
    delay_s: float = 0.0

    def died(self) -> None:
        """Make the next one due, the later the sooner this one died."""
        now = time.monotonic()
        if now - self.begun > _SOON_S:
            self.delay_s = 0.0
        else:
            self.delay_s = min(max(self.delay_s * 2, _FIRST_DELAY_S), _LONGEST_DELAY_S)
        self.pid, self.due = None, now + self.delay_s


class _Supervisor:
    """Starts the processes, waits for signals and deaths, and ends what is left."""

    def __init__(self, count: int, work: Callable[[int], None]) -> None:
        self._work = work
        self._places = [_Place(number) for number in range(count)]
        self._is_stopping = False

    def __enter__(self) -> _Supervisor:
        self._woken, self._wake = os.pipe()
        # Held open by this process alone: whoever reads its end is told that it is gone.
        self._lifeline, self._alive = os.pipe()
        for end in (self._woken, self._wake):
            platforms.never_wait(end)
        handlers = dict.fromkeys(platforms.CHILD_ENDED, self._noted)
        handlers.update(dict.fromkeys(platforms.STOPPING, self._stop))
        self._before = {number: signal.signal(number, do) for number, do in handlers.items()}
        self._wakeup = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._end()
        finally:
            self._forget_signals()
            for end in (self._woken, self._wake, self._lifeline, self._alive):
                os.close(end)

    def run(self) -> None:
        """Keep every place taken until a signal says to stop."""
        while not self._is_stopping:
            now = time.monotonic()
            for place in self._places:
                if place.pid is None and place.due <= now:
                    self._start(place)
            due = [place.due for place in self._places if place.pid is None]
            self._wait(min(due) - now if due else None)
            for place, status in self._ended():
                if not self._is_stopping:
                    pid = place.pid
                    place.died()
                    _say(f"Process {pid} of the page {_how(status)}; {_next(place.delay_s)}.")
                place.pid = None

    def _start(self, place: _Place) -> None:
        place.begun = time.monotonic()
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal must not come between the fork and the moment when it means something there.
        platforms.hold_signals_back()
        try:
            pid = platforms.fork()
            if not pid:
                self._be_one_of_them(place.number)
            place.pid = pid
        except OSError as error:
            place.died()
            _say(f"A process of the page cannot be started ({error.strerror}); it is tried again.")
        finally:
            platforms.let_signals_come()

    def _be_one_of_them(self, number: int) -> None:
        """Work, in a new process, and end it: nothing of what started it may run on here."""
        code = 1
        try:
            self._forget_signals()
            # Ctrl-C reaches every process of a terminal; the first one tells the others.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            for end in (self._woken, self._wake, self._alive):
                os.close(end)
            platforms.let_signals_come()
            threading.Thread(target=_end_without, args=(self._lifeline,), daemon=True).start()
            self._work(number)
            code = 0
        except DuansouError as error:
            _say(error.sentence.said(terminal_language()))
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _wait(self, timeout_s: float | None) -> None:
        """Sleep until a signal comes or something is due."""
        select.select([self._woken], [], [], timeout_s if timeout_s is None else max(timeout_s, 0))
        with contextlib.suppress(BlockingIOError):
            while os.read(self._woken, 512):
                pass

    def _ended(self) -> Iterator[tuple[_Place, int]]:
        for place in self._places:
            if place.pid is not None:
                status: int | None = platforms.ended_status(place.pid)
                if status is not None:
                    yield place, status

    def _end(self) -> None:
        """End all of them, in peace if they do so in time."""
        self._each(lambda pid: os.kill(pid, signal.SIGTERM))
        end = time.monotonic() + _ENDING_S
        while any(place.pid for place in self._places):
            left_s = end - time.monotonic()
            if left_s < 0:
                self._each(platforms.kill)
            self._wait(max(left_s, 0.1))
            for place, _ in self._ended():
                place.pid = None

    def _each(self, act: Callable[[int], None]) -> None:
        for place in self._places:
            if place.pid is not None:
                act(place.pid)

    def _forget_signals(self) -> None:
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _noted(self, number: int, frame: object) -> None:
        """A signal that has a handler wakes who waits."""

    def _stop(self, number: int, frame: object) -> None:
        self._is_stopping = True


def _end_without(lifeline: int) -> None:
    """Wait until the process that started this one is gone, then stop as if it had said so."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"


def _next(delay_s: float) -> str:
    return f"another takes its place in {delay_s:g} s" if delay_s else "another takes its place"


def _say(sentence: str) -> None:
    print(f"duansou: {sentence}", file=sys.stderr, flush=True)


class Loads:
    """How many connections each of several processes has that are forked after it was made.

    Of processes that wait for connections at one socket the first to wake up would get them all,
    and whoever keeps a connection stays with its process.
    """

    def __init__(self, processes: int) -> None:
        self._counts = memoryview(mmap.mmap(-1, processes * _COUNT_BYTES)).cast("I")

    def note(self, number: int, connections: int) -> None:
        """Tell the others how many this process has."""
        self._counts[number] = connections

    def is_ahead(self, number: int) -> bool:
        """Whether another process has fewer, and had better take the next."""
        return self._counts[number] > min(self._counts) + _EVEN


_COUNT_BYTES = 4
_EVEN = 1
"""So many more connections are no matter."""


OPEN, READERS = "open", "readers"
"""Numbers of what a process has at the moment: requests, and commits that they read."""
_SLOTS = 2_048
"""Numbers that each process has: some 50 routes take 16 each, and 5 stages 12."""
_NUMBER_BYTES = 8


class Tally:
    """Numbers by name, each of several processes in a row of its own, that all of them can add up.

    The processes are forked after it was made. Names get their places in the order in which they
    are declared, which is the same in all. A process that takes the place of another goes on with
    its counts.
    """

    def __init__(self, processes: int = 1) -> None:
        self._all = memoryview(mmap.mmap(-1, processes * _SLOTS * _NUMBER_BYTES)).cast("d")
        self.processes = processes
        self._row = 0
        self._places: dict[tuple[str, ...], int] = {}
        self._lock = threading.Lock()

    def declare(self, *name: str) -> None:
        """Give a name its place."""
        self._places.setdefault(name, len(self._places))
        if len(self._places) > _SLOTS:
            raise OverflowError(f"more than {_SLOTS} numbers")

    def begin(self, process: int) -> None:
        """Count as this process from now on; what its former one held is held no more."""
        self._row = process * _SLOTS
        for name in ((OPEN,), (READERS,)):
            self._all[self._row + self._places[name]] = 0

    def add(self, *name: str, by: float = 1) -> None:
        """Add to a number of this process."""
        with self._lock:
            self._all[self._row + self._places[name]] += by

    def sum(self, *name: str) -> float:
        """A number of all processes."""
        return sum(self._all[self._places[name] :: _SLOTS])


class MachineTurn:
    """A turn that one request at a time has, of all processes forked after it was made.

    The system gives it back for a process that dies.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process lives
        # The lock of a file is that of a process: of its threads one may ask.
        self._mine = threading.Lock()

    def take(self, wait_s: float) -> bool:
        """Take it, waiting so long at most; False where another has it."""
        end = time.monotonic() + wait_s
        if not self._mine.acquire(timeout=wait_s):
            return False
        while True:
            if platforms.try_lock_for_process(self._file.fileno()):
                return True
            if time.monotonic() > end:
                self._mine.release()
                return False
            time.sleep(_LOOK_S)

    def give_back(self) -> None:
        """Let others take it."""
        platforms.unlock_for_process(self._file.fileno())
        self._mine.release()


_LOOK_S = 0.01
"""How often it is looked whether another process has given a turn back."""
