"""The shape of the tree: module sizes, names, docstrings, exports, and what no file may say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from source_tree import ROOT, Module, definitions, exported, modules, top_level_names

LINE_LIMIT = 600
# A module that has to be longer stands here with the reason.
LONGER: dict[str, str] = {}

BANNED = re.compile(r"(^|_)(utils?|helpers?|managers?)(_|$)|(Utils?|Helpers?|Manager)$")

# Spelled in pieces, as this file is searched too.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("crates", "io"),
        ("proxy", "golang"),
        ("maven", "org"),
        ("maven", "apache"),
        ("deb", "debian"),
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:work|root|home|Users)/\w")

# In a linked worktree .git is a file that names a folder.
NOT_OURS = {".git", "build", "dist", "index", "node_modules", "seeds"}

ALL = list(modules().values())


def project_files() -> Iterator[Path]:
    """Every text file of the project: not its documents, not what tools leave behind."""
    for top in sorted(ROOT.iterdir()):
        if top.name in NOT_OURS or (
            top.name.startswith(".") and top.is_dir() and top.name != ".ci"
        ):
            continue
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            generated = "__pycache__" in path.parts or any(
                part.endswith(".egg-info") for part in path.parts
            )
            if path.is_file() and not generated:
                yield path


@pytest.mark.parametrize("module", ALL, ids=lambda module: module.name)
def test_a_module_can_be_read_at_once(module: Module) -> None:
    assert module.lines <= LINE_LIMIT or module.name in LONGER


def test_the_list_of_longer_modules_is_not_out_of_date() -> None:
    assert all(modules()[name].lines > LINE_LIMIT for name in LONGER)


@pytest.mark.parametrize("module", ALL, ids=lambda module: module.name)
def test_names_say_what_a_thing_is(module: Module) -> None:
    names = [module.name.rsplit(".", 1)[-1], *(node.name for node in definitions(module))]
    assert not [name for name in names if BANNED.search(name)]


@pytest.mark.parametrize("module", ALL, ids=lambda module: module.name)
def test_everything_public_has_a_docstring(module: Module) -> None:
    missing = []
    if len(ast.get_docstring(module.tree) or "") < 10:
        missing.append("the module")
    for node in definitions(module):
        if node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            missing.append(node.name)
        if isinstance(node, ast.ClassDef):
            missing += [
                f"{node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
                and not inner.name.startswith("_")
                and not ast.get_docstring(inner)
            ]
    assert not missing


@pytest.mark.parametrize("module", ALL, ids=lambda module: module.name)
def test_all_names_what_a_module_offers(module: Module) -> None:
    """What is exported exists; what is defined without an underscore is exported.

    Functions that a decorator registers (commands, views) need not be.
    """
    public = {
        node.name
        for node in definitions(module)
        if not node.name.startswith("_")
        and not (isinstance(node, ast.FunctionDef) and node.decorator_list)
    }
    names = exported(module)
    if names is None:
        assert not public, "defines public names but no __all__"
        return
    assert len(names) == len(set(names))
    assert set(names) <= top_level_names(module)
    assert public <= set(names)


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    found = []
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture, or a document in another encoding
        for number, line in enumerate(text.splitlines(), start=1):
            if any(host in line for host in REGISTRIES) or MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not found
