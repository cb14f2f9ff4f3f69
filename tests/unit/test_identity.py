"""A small fixed sample of the proof that no id changes without cause (``make prove-identity``)."""

from __future__ import annotations

import shutil
from pathlib import Path

from proofs.identity import Collection, check_identity, generate

CHANGES = {
    "renamed, new index",
    "re-encoded, same index",
    "other dictionary, new index",
    "another version of the reader",
    "others there from the start",
    "other locale, time zone, hash seed",
}


def test_no_id_changes_without_cause_and_old_ones_answer(tmp_path: Path, seeds_dir: Path) -> None:
    work = tmp_path / "first"
    generate(work / "documents", 12, seed=7)
    shutil.copy(sorted(seeds_dir.glob("*.txt"))[0], work / "documents")
    rows = check_identity(Collection(work, work / "documents"), seed=7, only=CHANGES)
    assert len(rows) == len(CHANGES) + 5
    assert [row for row in rows if row[2] or not row[1]] == []
