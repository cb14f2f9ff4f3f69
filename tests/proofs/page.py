"""Where do the figures of a proof go? Into its section of ``docs/proofs.md``; others stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proofs.md"

Row = tuple[str, int, int]
"""What was checked, how many cases, how many of them failed."""

_HEAD = """# Proofs 验证

What the `make prove-…` commands found in their last run. \
A small fixed sample of each is part of `make test` or `make test-cluster`. \
每次验证的最近结果；固定的小样本随 `make test` 或 `make test-cluster` 运行。
"""


def write_section(
    title: str, about: str, rows: Iterable[Row], seconds: float, notes: Sequence[str] = ()
) -> None:
    """Replace, or add, the section of one proof."""
    rows = list(rows)
    lines = [f"## {title}", "", about, "", "| checked | cases | failures |", "|---|---:|---:|"]
    lines += [f"| {name} | {cases:,} | {failures} |" for name, cases, failures in rows]
    cases, failures = sum(row[1] for row in rows), sum(row[2] for row in rows)
    lines += [f"| **in all** | **{cases:,}** | **{failures}** |", ""]
    lines += [f"Duration: {seconds / 60:.0f} minutes.", *(f"\n{note}" for note in notes), ""]
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else _HEAD
    _, *sections = re.split(r"^(?=## )", old, flags=re.M)
    kept = [s.rstrip() + "\n" for s in sections if not s.startswith(f"## {title}\n")]
    page = "\n".join([_HEAD, *sorted([*kept, "\n".join(lines)])])
    PAGE.write_text(page, encoding="utf-8")
