"""What a proof checks is counted here, and becomes its section of ``docs/proofs.md``."""

from __future__ import annotations

import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proofs.md"

Row = tuple[str, int, int]
"""What was checked, how many cases, how many of them failed."""

_HEAD = """# Proofs 验证

What the `make prove-…` commands found in their last run. \
A small fixed sample of each is part of `make test` or `make test-cluster`. \
每次验证的最近结果；固定的小样本随 `make test` 或 `make test-cluster` 运行。
"""


class Proof:
    """What a run has checked since it began, by kind: the cases, and how many of them failed."""

    def __init__(self, *rows: Row) -> None:
        self.cases: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self._began = time.monotonic()
        self.add(*rows)

    @property
    def seconds(self) -> float:
        """How long the run has taken."""
        return time.monotonic() - self._began

    @property
    def rows(self) -> list[Row]:
        """Everything, in the order in which it was checked first."""
        return [(kind, cases, self.failures[kind]) for kind, cases in self.cases.items()]

    def add(self, *rows: Row) -> None:
        """Count what was counted elsewhere."""
        for kind, cases, failures in rows:
            self.cases[kind] += cases
            self.failures[kind] += failures

    def note(self, kind: str, problem: str | None) -> None:
        """Count one case, and say what is wrong with it."""
        self.add((kind, 1, problem is not None))
        if problem is not None:
            print(problem, file=sys.stderr)

    def repeat(self, kind: str, cases: int, check: Callable[[int], object]) -> None:
        """So many cases by their numbers; one that raises has failed."""
        for number in range(cases):
            problem = None
            try:
                check(number)
            except Exception:
                problem = traceback.format_exc()
            self.note(kind, problem)
            print(f"\r{kind}: {number + 1}, {self.failures[kind]} failed", end="", file=sys.stderr)
        print(file=sys.stderr)

    def write(self, title: str, about: str, *notes: str) -> int:
        """Replace, or add, the section of a proof; gives the exit code, 1 if anything failed."""
        lines = [f"## {title}", "", about, "", "| checked | cases | failures |", "|---|---:|---:|"]
        lines += [f"| {name} | {cases:,} | {failures} |" for name, cases, failures in self.rows]
        cases, failures = self.cases.total(), self.failures.total()
        lines += [f"| **in all** | **{cases:,}** | **{failures}** |", ""]
        lines += [f"Duration: {self.seconds / 60:.0f} minutes.", *(f"\n{n}" for n in notes), ""]
        old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else _HEAD
        _, *sections = re.split(r"^(?=## )", old, flags=re.M)
        kept = [s.rstrip() + "\n" for s in sections if not s.startswith(f"## {title}\n")]
        page = "\n".join([_HEAD, *sorted([*kept, "\n".join(lines)])])
        PAGE.write_text(page, encoding="utf-8")
        return int(failures > 0)
