"""What is wrong for a moment is asked again; what stays wrong is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

client = pytest.importorskip("opensearchpy.exceptions")
patience = pytest.importorskip("search.engines.opensearch.connection")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that pass by waiting alone."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    monkeypatch.setattr(patience.time, "sleep", sleep)
    monkeypatch.setattr(patience.time, "monotonic", lambda: passed[0])
    return passed


def failing(times: int, error: Exception) -> Callable[[], str]:
    left = [times]

    def ask() -> str:
        if left[0]:
            left[0] -= 1
            raise error
        return "answer"

    return ask


def test_a_node_that_went_is_asked_again(clock: list[float]) -> None:
    gone = client.TransportError(503, "no_shard_available_action_exception", {})
    assert patience.patiently(failing(3, gone)) == "answer"
    assert clock[0] == pytest.approx(0.1 + 0.2 + 0.4)


@pytest.mark.parametrize(
    ("causes", "passes"),
    [
        ([], True),
        ([{"type": "node_disconnected_exception"}], True),
        ([{"type": "node_disconnected_exception"}, {"type": "script_exception"}], False),
    ],
)
def test_a_search_that_failed_is_asked_again_only_if_nodes_went(
    causes: list[dict[str, str]], passes: bool
) -> None:
    details = {"type": "search_phase_execution_exception", "root_cause": causes}
    failed = client.TransportError(500, details["type"], {"error": details, "status": 500})
    if passes:
        assert patience.patiently(failing(1, failed)) == "answer"
    else:
        with pytest.raises(client.TransportError):
            patience.patiently(failing(1, failed))


def test_what_stays_away_is_said_in_the_end(clock: list[float]) -> None:
    gone = client.ConnectionError("N/A", "refused", OSError("refused"))
    with pytest.raises(client.ConnectionError):
        patience.patiently(failing(1000, gone), limit_s=2)
    assert clock[0] <= 2


def test_what_will_not_pass_is_said_at_once(clock: list[float]) -> None:
    wrong = client.RequestError(400, "parsing_exception", {})
    with pytest.raises(client.RequestError):
        patience.patiently(failing(1, wrong))
    assert clock[0] == 0


def test_a_part_is_taken_where_no_whole_answer_comes(clock: list[float]) -> None:
    answers = iter(["part", "part", "whole"])
    assert patience.patiently(lambda: next(answers), is_whole=lambda found: found == "whole") == (
        "whole"
    )
    assert patience.patiently(lambda: "part", is_whole=lambda _: False, limit_s=1) == "part"
    assert clock[0] <= 2
