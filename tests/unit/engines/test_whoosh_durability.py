"""A small fixed part of ``python -m proofs.durability``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from durability import FAULTS, check_fault, check_kills
from oracles import cases


def test_a_killed_writer(tmp_path: Path) -> None:
    kills = cases(20)
    assert len(list(check_kills(tmp_path, kills, random.Random(5)))) == kills


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("first", [3, 5], ids=["merging", "new segment"])
def test_a_failing_disk(tmp_path: Path, kind: str, first: int) -> None:
    calls = 120 if kind in ("disk full", "short write") else 4
    struck = 0
    for at in range(1, calls, 1 + calls // 3):
        struck += check_fault(tmp_path / str(at), kind, at, first)
    assert struck
