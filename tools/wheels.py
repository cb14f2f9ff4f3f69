"""Say for which systems and Pythons every library that Duansou needs has a wheel.

    python tools/wheels.py                       ask the package index, by pip; exit code 1 where
                                                 one is missing, 3 where the index does not answer
    python tools/wheels.py --all                 also of systems that lack some: ten minutes
    python tools/wheels.py --requirements win32  what is needed there, and what tests need

Asked are the libraries that are compiled, in the ranges of ``pyproject.toml``, and those that these
need in turn; what is pure Python is the same everywhere.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
_GLIBC = ("manylinux2014", *(f"manylinux_2_{minor}" for minor in (17, 24, 26, 27, 28)))
# Name → tags of wheels that it takes, its markers. The first five are promised.
SYSTEMS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "Linux x64": (
        tuple(f"{tag}_x86_64" for tag in _GLIBC),
        {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
    ),
    "Linux arm64": (
        tuple(f"{tag}_aarch64" for tag in _GLIBC),
        {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "aarch64"},
    ),
    "macOS arm64": (
        ("macosx_14_0_arm64", "macosx_14_0_universal2"),
        {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"},
    ),
    "macOS Intel": (
        ("macosx_14_0_x86_64", "macosx_14_0_universal2"),
        {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "x86_64"},
    ),
    "Windows x64": (
        ("win_amd64",),
        {"sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"},
    ),
    "Windows arm64": (
        ("win_arm64",),
        {"sys_platform": "win32", "platform_system": "Windows", "platform_machine": "ARM64"},
    ),
    "Linux x64, musl": (
        ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"),
        {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
    ),
}
PROMISED = 5
STANDS_IN = {"ahocorasick-rs", "opencc", "rensa", "rjieba"}
"""What does without a wheel where there is none (``tests/unit/test_without.py``)."""
_UNREACHED = ("connection", "resolve", "timed out", "network", "ssl", "max retries")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requirements", choices=["win32"])
    parser.add_argument("--all", action="store_true")
    chosen = parser.parse_args()
    if chosen.requirements:
        for requirement in sorted(_for_windows()):
            print(requirement)
        return 0
    systems = list(SYSTEMS) if chosen.all else list(SYSTEMS)[:PROMISED]
    return _check(list(_compiled(_declared("dependencies"))), systems)


def _declared(extra: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = project["dependencies"] if extra == "dependencies" else []
    return [Requirement(each) for each in found or project["optional-dependencies"][extra]]


def _for_windows() -> Iterator[str]:
    """Markers are judged for Windows here: pip judges them for the system that it runs on."""
    environment = SYSTEMS["Windows x64"][1] | {"platform_python_implementation": "CPython"}
    yield from ("colorama", "tzdata")  # what click, pytest and dateparser need on Windows
    for requirement in [*_declared("dependencies"), *_declared("test")]:
        if requirement.name != "jieba" and _is_for(requirement, environment):
            yield f"{requirement.name}{requirement.specifier}"


def _is_for(requirement: Requirement, environment: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": "", **environment})


def _compiled(requirements: Sequence[Requirement]) -> Iterator[Requirement]:
    """Those with compiled parts as they are installed here, and those that they need."""
    waiting, seen = list(requirements), set[str]()
    while waiting:
        requirement = waiting.pop(0)
        name = canonicalize_name(requirement.name)
        if name in seen:
            continue
        seen.add(name)
        try:
            installed = distribution(requirement.name)
        except PackageNotFoundError:
            continue  # its marker is of another system
        if "Root-Is-Purelib: false" in (installed.read_text("WHEEL") or ""):
            yield requirement
        needed = map(Requirement, installed.requires or ())
        waiting += [each for each in needed if _is_for(each, {})]


def _check(compiled: Sequence[Requirement], systems: Sequence[str]) -> int:
    names = ", ".join(sorted(requirement.name for requirement in compiled))
    print(f"compiled: {names}")
    failed = False
    for number, system in enumerate(systems):
        tags, environment = SYSTEMS[system]
        wanted = [each for each in compiled if _is_for(each, environment)]
        lacking = {python: _lacking(wanted, tags, python) for python in PYTHONS}
        if not any(lacking.values()):
            print(f"{system}: all of them, Python {PYTHONS[0]} to {PYTHONS[-1]}")
            continue
        for python, missing in lacking.items():
            if missing:
                print(f"{system}, Python {python}: no wheel of {', '.join(missing)}")
        lacked = {name for missing in lacking.values() for name in missing}
        failed |= bool(lacked if number < PROMISED else lacked - STANDS_IN)
    return 1 if failed else 0


def _lacking(wanted: Sequence[Requirement], tags: Sequence[str], python: str) -> list[str]:
    """Those of some libraries that have no wheel for one system and Python."""
    if _has_wheels(wanted, tags, python):
        return []
    return [each.name for each in wanted if not _has_wheels([each], tags, python)]


def _has_wheels(wanted: Sequence[Requirement], tags: Sequence[str], python: str) -> bool:
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps"]
        command += ["--ignore-installed", "--only-binary", ":all:", "--target", folder]
        command += ["--python-version", python]
        command += [option for tag in tags for option in ("--platform", tag)]
        command += [f"{each.name}{each.specifier}" for each in wanted]
        done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    if done.returncode and "no matching distribution" not in done.stderr.lower():
        said = done.stderr.strip()
        print(said, file=sys.stderr)
        raise SystemExit(3 if any(word in said.lower() for word in _UNREACHED) else 1)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
