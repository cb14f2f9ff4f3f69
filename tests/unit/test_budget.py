"""What a request may cost: its time, the memory of a step, its turn at long work."""

from __future__ import annotations

import threading
import time

import pytest

from search import budget
from search.budget import Budget, LongWork, current, ensured
from search.errors import BusyError, OverBudgetError
from search.index.engine import OncePerCommit


class Clock:
    """Stands still until it is set."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(budget, "_clock", clock)
    monkeypatch.setattr(budget, "_LOOK_S", 0.0)
    return clock


def test_time_is_spent_once_and_for_good(clock: Clock) -> None:
    one = Budget(100)
    clock.now_s = 0.1
    assert not one.is_spent()
    clock.now_s = 0.2
    assert one.is_spent()
    clock.now_s = 0
    assert one.is_spent()
    with pytest.raises(OverBudgetError, match="within 100 ms"):
        one.spend()
    one.renew()
    one.spend()


def test_without_a_budget_there_is_no_bound(clock: Clock) -> None:
    clock.now_s = 1e9
    assert not current().is_spent()
    with ensured(None) as one:
        clock.now_s = 2e9
        assert not one.is_spent()


def test_the_outermost_budget_holds() -> None:
    with ensured(100) as outer, ensured(5) as inner:
        assert inner is outer is current()
    assert current() is not outer


def test_a_part_has_at_most_what_remains(clock: Clock) -> None:
    with Budget(100).in_force() as whole:
        clock.now_s = 0.07
        with whole.part(50) as part:
            assert current() is part
            clock.now_s = 0.11
            assert part.is_spent()
        assert whole.is_spent()
        whole.renew()
        with whole.part(20) as part:
            clock.now_s = 0.14
            assert part.is_spent()
        assert current() is whole
        assert not whole.is_spent()


def test_waiting_counts_by_the_wall_but_less(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = Clock()
    monkeypatch.setattr(budget, "_wall", wall)
    with Budget(1000).in_force() as whole, whole.part(500) as part:
        with part.waiting():
            wall.now_s += 3
        assert whole.left_ms == pytest.approx(400, abs=50)
        assert part.is_spent()
        assert not whole.is_spent()
        with whole.waiting():
            assert whole.left_waiting_s == pytest.approx(2, abs=0.3)
            wall.now_s += 3
        assert whole.is_spent()


def test_no_step_takes_more_memory_than_there_is() -> None:
    one = Budget(memory_mb=10)
    one.require_memory(10_000_000)
    with pytest.raises(OverBudgetError, match="10 MB"):
        one.require_memory(10_000_001)


def test_work_ends_when_nobody_waits_for_it() -> None:
    one = Budget(is_gone=lambda: True)
    assert one.is_spent()
    with pytest.raises(OverBudgetError):
        one.spend()


@pytest.mark.parametrize("waits", [True, False])
def test_a_third_short_request_waits_for_a_place(clock: Clock, waits: bool) -> None:
    turns, begun = LongWork(turns=1, queue=0, wait_s=0), threading.Event()
    first, second, third = (Budget(long_work=turns) for _ in range(3))

    def work() -> None:
        with third.in_force():
            begun.set()

    thread = threading.Thread(target=work)
    with first.in_force(), second.in_force():
        thread.start()
        assert not begun.wait(0.05)
        # Who waits for somebody else, or takes longer than most, gives it away.
        if waits:
            with first.waiting():
                assert begun.wait(5)
        else:
            clock.now_s = 0.04
            assert not first.is_spent()
            assert begun.wait(5)
    thread.join()
    for _ in range(2):
        with Budget(long_work=turns).in_force(), Budget(long_work=turns).in_force():
            pass


def test_who_is_at_work_without_calculating_holds_nobody_up_for_long(clock: Clock) -> None:
    turns, began_s = LongWork(turns=1, queue=0, wait_s=0), time.monotonic()
    places = [Budget(long_work=turns) for _ in range(3)]
    with places[0].in_force(), places[1].in_force(), places[2].in_force():
        assert time.monotonic() - began_s < 5
    # Whoever began without a place gives none back.
    assert turns.places.acquire(blocking=False)
    assert turns.places.acquire(blocking=False)
    assert not turns.places.acquire(blocking=False)


def test_what_is_made_is_handed_on_without_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "_PLACE_WAIT_S", 60.0)
    turns = LongWork(turns=1, queue=0, wait_s=0)
    made, first, second = (Budget(long_work=turns) for _ in range(3))
    with made.in_force():
        pass
    with first.in_force(), second.in_force():
        began_s = time.monotonic()
        with made.in_force():
            assert time.monotonic() - began_s < 30
            assert turns.short == 3
    assert turns.short == 0


def test_what_is_made_once_is_waited_for_without_a_place() -> None:
    turns, once = LongWork(turns=1, queue=0, wait_s=0), OncePerCommit()
    making, may_end = threading.Event(), threading.Event()

    def make() -> int:
        making.set()
        assert may_end.wait(5)
        return 1

    def work() -> None:
        with Budget(long_work=turns).in_force():
            assert once.get("x", make) == 1

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert making.wait(5)
    # Both wait, and both places are free.
    for _ in range(2):
        assert turns.places.acquire(timeout=5)
    may_end.set()
    for thread in threads:
        thread.join()


def test_long_work_is_done_in_turns(clock: Clock) -> None:
    turns = LongWork(turns=1, queue=0, wait_s=0)
    first, second = Budget(long_work=turns), Budget(long_work=turns)
    with first.in_force():
        assert not first.is_spent()
        clock.now_s = 2 * budget.SHORT_S
        assert not first.is_spent()
        with second.in_force(), pytest.raises(BusyError):
            second.is_spent()
        # A second look takes no second turn, and short work needs none.
        assert not first.is_spent()
        short = Budget(long_work=turns)
        assert not short.is_spent()
        with pytest.raises(BusyError):
            short.require_memory(short.memory_mb * 1_000_000 // 2)
    with second.in_force():
        assert not second.is_spent()


class OnlyTurn:
    """A turn that is had or not."""

    is_taken = False

    def take(self, wait_s: float) -> bool:
        self.is_taken, was_taken = True, self.is_taken
        return not was_taken

    def give_back(self) -> None:
        self.is_taken = False


def test_servers_side_by_side_do_large_steps_one_at_a_time(clock: Clock) -> None:
    large = OnlyTurn()
    first, second = (
        Budget(long_work=LongWork(turns=1, queue=0, wait_s=0, large=large)) for _ in range(2)
    )
    half = first.memory_mb * 1_000_000 // 2
    with first.in_force():
        first.require_memory(half)
        first.require_memory(half)
        with second.in_force():
            second.require_memory(half // 8)
            # Long work that takes little memory goes on beside it.
            clock.now_s = 1
            assert not second.is_spent()
            with pytest.raises(BusyError):
                second.require_memory(half)
    with second.in_force():
        second.require_memory(half)
    assert not large.is_taken


def test_a_turn_is_waited_for(clock: Clock) -> None:
    turns = LongWork(turns=1, queue=1, wait_s=10)
    first, waited = Budget(long_work=turns), []
    second = Budget(long_work=turns)
    third = Budget(long_work=turns)
    clock.now_s = 1

    def wait() -> None:
        with second.in_force():
            waited.append(second.is_spent())

    with first.in_force():
        assert not first.is_spent()
        thread = threading.Thread(target=wait)
        thread.start()
        end = time.monotonic() + 5
        # Only one may wait; whoever comes then is refused at once.
        while turns._queue._value and time.monotonic() < end:
            time.sleep(0.001)
        with third.in_force(), pytest.raises(BusyError):
            third.is_spent()
        assert not waited
    thread.join(5)
    assert waited == [False]


def test_who_waits_for_too_long_is_refused_and_who_is_gone_stops(clock: Clock) -> None:
    turns = LongWork(turns=1, queue=1, wait_s=0.01)
    first, late = Budget(long_work=turns), Budget(long_work=turns)
    looks = iter([False, True])
    gone = Budget(long_work=turns, is_gone=lambda: next(looks))
    clock.now_s = 1
    with first.in_force():
        assert not first.is_spent()
        with late.in_force(), pytest.raises(BusyError):
            late.is_spent()
        with gone.in_force():
            assert gone.is_spent()
