"""What has no wheel on some systems can be missing: something of ours stands in."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.equivalence import _ByCharacter
from search.facets.clues import WordFinder, _Pairs
from search.index import sketches

pytestmark = pytest.mark.maintainers

# Run in a new process, where none of them can be imported.
PROGRAM = """
import sys
for name in ("ahocorasick_rs", "opencc", "rensa", "rjieba"):
    sys.modules[name] = None
from search.cli import main
main()
"""


def duansou(*args: str, whole: bool) -> str:
    program = PROGRAM if not whole else "from search.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *args],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_without_all_of_them_the_answers_are_the_same(tmp_path: Path, seeds_dir: Path) -> None:
    answers = []
    for whole in (True, False):
        place = ("--index", str(tmp_path / str(whole)))
        duansou("index", "--quiet", *place, str(seeds_dir), whole=whole)
        found = duansou("search", "矛盾糾紛", "--also", "script", "--json", *place, whole=whole)
        answers.append({k: v for k, v in json.loads(found).items() if k != "took_ms"})
        duansou("reprints", *place, whole=whole)
        listed = json.loads(duansou("documents", "--json", *place, whole=whole))
        answers[-1]["documents"] = [{**each, "captured": None} for each in listed]
    assert answers[0]["total"] > 0
    assert answers[0] == answers[1]


WORDS = ("贵港", "贵港市", "港", "市委", "委书记", "𠮷野", "a", "ab", "abb", "港", "贵港")


@given(st.text(alphabet="贵港市委书记𠮷野ab，", max_size=40))
def test_the_same_words_are_found_by_pairs(text: str) -> None:
    pairs = WordFinder(WORDS)
    pairs._automaton = _Pairs(WORDS)
    assert pairs.find(text) == WordFinder(WORDS).find(text)


def test_sets_that_are_alike_meet_and_others_do_not() -> None:
    index = sketches.RMinHashLSH(threshold=0.9, num_perm=64, num_bands=16)
    rensa = importlib.import_module("rensa")
    theirs = rensa.RMinHashLSH(threshold=0.9, num_perm=64, num_bands=16)
    for number in range(30):
        items = [f"{number}-{n}" for n in range(100)]
        for made, into in ((sketches, index), (rensa, theirs)):
            sketch = made.RMinHash(num_perm=64, seed=1)
            sketch.update(items)
            into.insert(number, sketch)
    for number in range(30):
        alike = [f"{number}-{n}" for n in range(4, 100)]
        for made, into in ((sketches, index), (rensa, theirs)):
            sketch = made.RMinHash(num_perm=64, seed=1)
            sketch.update(alike)
            assert list(into.query(sketch)) == [number]


def test_both_scripts_are_converted_by_a_table() -> None:
    assert _ByCharacter("t2s").convert("矛盾糾紛調處") == "矛盾纠纷调处"
    assert _ByCharacter("s2t").convert("矛盾纠纷调处") == "矛盾糾紛調處"
