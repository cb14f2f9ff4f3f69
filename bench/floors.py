"""Floors: fails when ranking or cleaning gets worse on the labelled sets in ../shared/eval.

python bench/floors.py [FOLDER OF SETS] [INDEX]

Each set is measured with `duansou evaluate --peers`. Its nDCG@10, or the F1 of each kind of page,
must not fall below the floor, nor below that of words alone, pairs alone and their plain fusion, or
the mean F1 of any other extractor that is installed. Graded passages of an index (``short``) are
measured where the index of their documents is named. A floor holds for one set only, so the set is
recognised by its hash first.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SETS = ROOT.parent / "shared" / "eval"


@dataclass(frozen=True, slots=True)
class Floor:
    """The lowest nDCG@10 allowed on one set, and the hash of the set it holds for."""

    ndcg: float
    sha256: str


FLOORS = {
    "cmrc2018": Floor(0.988, "8105e3483fed6aec"),
    "stard": Floor(0.400, "092ffc2d3264a9b5"),
}
JUDGED = "short"
JUDGED_SHA256 = "064b26c019bd62ad"
JUDGED_FLOORS = {"ndcg@10": 0.62, "first_is_best": 0.5}
JUDGED_CEILINGS = {"items_or_short": 0.1, "repeats": 0.0}

PAGES = "html"
PAGES_SHA256 = "d739305037f71a5c"
PAGE_FLOORS = {"article": 0.98, "policy": 0.98, "forum": 0.92}


def hash_of(folder: Path, texts: str = "corpus.jsonl.gz") -> str:
    """16 hex digits of the SHA-256 of a set's three files, the texts as they are packed."""
    digest = hashlib.sha256()
    for name in (texts, "queries.jsonl", "qrels.tsv"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def measure(folder: Path, *options: str) -> dict[str, Any]:
    """What `duansou evaluate` says of a set."""
    done = subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-m", "search", "evaluate", str(folder), "--json", *options],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def peers_below(values: dict[str, Any]) -> bool:
    """Whether the ranking is above every plain one on a set; says by how much."""
    peers = {
        row["name"]: row.get("ndcg@10", row.get("all", {}).get("ndcg@10"))
        for row in values["ablation"]
        if row["name"].startswith("peer")
    }
    print("  " + ", ".join(f"{name} {ndcg:.4f}" for name, ndcg in peers.items()))
    return len(peers) > 0 and all(values["ndcg@10"] > ndcg for ndcg in peers.values())


def judged_holds(folder: Path, index: str) -> bool:
    """Measure graded passages of an index; whether every floor and ceiling holds."""
    if hash_of(folder, "passages.jsonl.gz") != JUDGED_SHA256:
        print(f"{folder.name}: not the set that its floors were made for: measure anew")
        return False
    values = measure(folder, "--peers", "--index", index)
    holds = all(values[name] >= floor for name, floor in JUDGED_FLOORS.items())
    holds = holds and all(values[name] <= most for name, most in JUDGED_CEILINGS.items())
    names = (*JUDGED_FLOORS, *JUDGED_CEILINGS)
    figures = ", ".join(f"{name} {values[name]:.4f}" for name in names)
    holds = peers_below(values) and holds
    print(f"{folder.name}: {figures}: {'ok' if holds else 'BELOW THE FLOOR'}")
    return holds


def pages_hold(folder: Path) -> bool:
    """Measure the set of saved pages; whether every floor holds."""
    digest = hashlib.sha256((folder / "gold.jsonl").read_bytes()).hexdigest()[:16]
    if digest != PAGES_SHA256:
        print(f"{folder.name}: not the set that its floors were made for: measure anew")
        return False
    values = measure(folder)
    kinds = values["kinds"]
    for name, reason in values["left_out"].items():
        print(f"{folder.name}: {name} is left out of the comparison: {reason}")

    def mean(system: str) -> float:
        return float(sum(kinds[kind][f"f1_{system}"] for kind in PAGE_FLOORS) / len(PAGE_FLOORS))

    holds = all(kinds[kind]["f1_duansou"] >= floor for kind, floor in PAGE_FLOORS.items())
    peers = [name for name in ("trafilatura", "readability") if name not in values["left_out"]]
    holds = holds and all(mean("duansou") >= mean(peer) for peer in peers)
    figures = ", ".join(f"{kind} F1 {kinds[kind]['f1_duansou']:.4f}" for kind in sorted(kinds))
    means = ", ".join(f"{name} {mean(name):.4f}" for name in ("duansou", *peers))
    print(
        f"{folder.name}: {figures}; mean of {' and '.join(PAGE_FLOORS)}: {means}: "
        f"{'ok' if holds else 'BELOW THE FLOOR'}"
    )
    return holds


def main() -> int:
    """Measure every set; 1 if one is below its floor or not the set the floor was made for."""
    sets = Path(sys.argv[1]) if len(sys.argv) > 1 else SETS
    passed = 0
    for name, floor in FLOORS.items():
        if hash_of(sets / name) != floor.sha256:
            print(f"{name}: not the set that the floor {floor.ndcg} was made for: measure anew")
            continue
        values = measure(sets / name, "--peers")
        ndcg = values["ndcg@10"]
        holds = peers_below(values) and ndcg >= floor.ndcg
        verdict = "ok" if holds else "BELOW THE FLOOR"
        passed += holds
        print(
            f"{name}: nDCG@10 {ndcg:.4f}, floor {floor.ndcg:.3f}: {verdict}"
            f" (MRR@10 {values['mrr@10']:.4f}, recall@100 {values['recall@100']:.4f},"
            f" {values['passages']} passages, {values['queries']} queries,"
            f" p50 {values['p50_ms']:.1f} ms, p95 {values['p95_ms']:.1f} ms)"
        )
    passed += pages_hold(sets / PAGES)
    wanted = len(FLOORS) + 1
    if len(sys.argv) > 2:
        wanted += 1
        passed += judged_holds(sets / JUDGED, sys.argv[2])
    return 0 if passed == wanted else 1


if __name__ == "__main__":
    sys.exit(main())
