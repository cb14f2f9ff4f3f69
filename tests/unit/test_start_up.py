"""What a command loads: only what its answer needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from search.analysis import equivalence
from unit.collection import Desk

_LOADED = """
import sys
from search.cli import main
try:
    main()
finally:
    within = sys.modules.keys() & {"numpy.ma", "search.reading", "search.web"}
    print(*sorted({name.partition(".")[0] for name in sys.modules} | within), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, seeds_dir: Path) -> Path:
    """An index of the seeds."""
    desk = Desk(tmp_path_factory.mktemp("seeds"))
    for path in seeds_dir.glob("*.txt"):
        desk.write(path.name, path.read_text(encoding="utf-8"))
    desk.index()
    return desk.index_dir


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (["网格化"], set()),
        (["综治 -信访", "--json"], set()),
        (["安全感满意度"], {"rjieba"}),  # where its words stand is looked for in each hit
        (["網格化"], {"opencc", "rjieba"}),
        (["--whoosh", "网格化"], {"rjieba", "whoosh"}),
    ],
)
def test_a_search_loads_what_its_answer_needs(
    index: Path, arguments: list[str], more: set[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, "search", *arguments, "--index", str(index)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    loaded = set(done.stderr.splitlines()[-1].split())
    spared = {"whoosh", "jieba", "rjieba", "opencc", "tqdm", "flask", "lxml", "babel", "rich"}
    spared |= {"numpy.ma", "search.reading", "search.web"}
    assert loaded & spared == more
    assert "numpy" in loaded  # the index is arrays


def test_importing_the_package_loads_nothing_and_the_page_not_what_reads_files() -> None:
    program = "import search, sys; print(*sys.modules); import search.web; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    package, page = map(str.split, done.stdout.splitlines())
    assert {"whoosh", "numpy", "search.searching"}.isdisjoint(package)
    assert "search.searching" in page
    assert {"search.reading", "multiprocessing.connection"}.isdisjoint(page)


def test_the_table_of_scripts_is_what_opencc_makes_of_each_character() -> None:
    """Else run tools/build_scripts.py."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
    try:
        import build_scripts
    finally:
        sys.path.pop(0)
    assert build_scripts.contents() == build_scripts.TABLE.read_text(encoding="utf-8")
    assert (equivalence.simplified("糾"), equivalence.same_in_scripts("干")[0]) == ("纠", "干")
