"""The rule of tests/conftest.py: where CI=true, a skip is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.maintainers

SKIPS = """
import pytest

def test_passes():
    pass

def test_skips():
    pytest.skip("no browser here")

@pytest.mark.xfail(reason="known")
def test_expected_failure():
    raise AssertionError
"""

SKIPS_AS_A_WHOLE = "import pytest\npytest.skip('no module here', allow_module_level=True)\n"


def run(folder: Path, repository: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Pytest in a folder that has this project's conftest.py."""
    shutil.copy(repository / "tests" / "conftest.py", folder)
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--rootdir=."],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_is_a_skip_on_anybodys_machine(tmp_path: Path, repository: Path) -> None:
    (tmp_path / "test_some.py").write_text(SKIPS, encoding="utf-8")
    (tmp_path / "test_whole.py").write_text(SKIPS_AS_A_WHOLE, encoding="utf-8")
    result = run(tmp_path, repository)
    assert result.returncode == 0, result.stdout
    assert "1 passed, 2 skipped, 1 xfailed" in result.stdout


@pytest.mark.parametrize(
    ("source", "reason"),
    [(SKIPS, "no browser here"), (SKIPS_AS_A_WHOLE, "no module here")],
    ids=["test", "module"],
)
def test_a_skip_fails_where_ci_is_true(
    source: str, reason: str, tmp_path: Path, repository: Path
) -> None:
    (tmp_path / "test_some.py").write_text(source, encoding="utf-8")
    result = run(tmp_path, repository, CI="true")
    assert result.returncode != 0
    assert f"must run where CI=true: Skipped: {reason}" in result.stdout
    assert "skipped" not in result.stdout.splitlines()[-1]
