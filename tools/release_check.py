"""Is everything ready for a release? Says what is not; exit code 1 where anything is.

    python tools/release_check.py

The version has its dated section in CHANGELOG.md, nothing is left uncommitted, two copies of the
commit give byte for byte the same wheel and source distribution, the wheel that is made from the
source distribution is that of the tree, and it works where there is no checkout (wheel_smoke.py).
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def version() -> str:
    """The version of the tree."""
    text = (ROOT / "src" / "search" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    return found[1] if found else ""


def told(changelog: str, wanted: str) -> Iterator[str]:
    """What the changelog lacks for a release of this version."""
    sections = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", wanted):
        yield f"the version is {wanted!r}: write three numbers"
    dated = re.fullmatch(rf"{re.escape(wanted)} - ([0-9-]+)", sections[0]) if sections else None
    if dated is None:
        first = sections[0] if sections else "nothing"
        yield f"CHANGELOG.md begins with {first!r}: give the section its version and date,"
        yield f"    ## {wanted} - {date.today().isoformat()}"
        return
    try:
        date.fromisoformat(dated[1])
    except ValueError:
        yield f"CHANGELOG.md: {dated[1]} is no date"


def built(commit: str, folder: Path) -> dict[str, str]:
    """File → SHA-256 of what a copy of the commit in a new folder gives."""
    tree = folder / "tree"
    tree.mkdir(parents=True)
    packed = subprocess.run(  # noqa: S603
        ["git", "archive", commit],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    archive = folder / "tree.tar"
    archive.write_bytes(packed)
    with tarfile.open(archive) as members:
        members.extractall(tree, filter="data")
    build = [sys.executable, "-m", "build", "--outdir", str(folder / "dist"), str(tree)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"{done.stdout[-2000:]}{done.stderr[-2000:]}the build fails")
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "dist").iterdir())
    }


def main() -> int:
    """0 where all is ready."""
    wrong = list(told((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version()))
    status = ["git", "status", "--porcelain"]
    if subprocess.run(status, cwd=ROOT, check=True, capture_output=True).stdout:  # noqa: S603
        wrong.append("there are changes that are not committed")
    with tempfile.TemporaryDirectory() as folder:
        first, second = (built("HEAD", Path(folder) / name) for name in ("one", "another one"))
        for name, digest in first.items():
            same = second.get(name) == digest
            print(f"{name} {digest}{'' if same else ' DIFFERS'}")
            if not same:
                wrong.append(f"{name} is not the same when it is built again")
        if not all(f"-{version()}" in name for name in first):
            wrong.append(f"what is built is not version {version()}")
        smoke = [sys.executable, str(ROOT / "tools" / "wheel_smoke.py")]
        smoke.append(str(Path(folder) / "one" / "dist"))
        if subprocess.run(smoke, check=False).returncode:  # noqa: S603
            wrong.append("the wheel does not work where there is no checkout")
    print("\n".join(wrong) or f"{version()} is ready")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
