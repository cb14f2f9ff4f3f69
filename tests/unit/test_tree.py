"""The shape of the tree: names, docstrings, requirements, and what no file may say."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from search.documents.facets import ALL_FACETS
from source_tree import ROOT, definitions, exported, modules

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


def project_files() -> Iterator[Path]:
    """Every text file of the project: not its documents, not what tools leave behind."""
    for top in sorted(ROOT.iterdir()):
        if top.name in NOT_OURS or (
            top.name.startswith(".") and top.is_dir() and top.name not in (".ci", ".github")
        ):
            continue
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            generated = "__pycache__" in path.parts or any(
                part.endswith(".egg-info") for part in path.parts
            )
            if path.is_file() and not generated:
                yield path


def test_names_say_what_a_thing_is() -> None:
    names = [
        name
        for module in modules().values()
        for name in (
            module.name.rsplit(".", 1)[-1],
            *(node.name for node in definitions(module)),
        )
    ]
    assert not [name for name in names if BANNED.search(name)]


def test_everything_public_has_a_docstring() -> None:
    missing = []
    for module in modules().values():
        if len(ast.get_docstring(module.tree) or "") < 10:
            missing.append(module.name)
        for node in definitions(module):
            if node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                missing.append(f"{module.name}.{node.name}")
            if isinstance(node, ast.ClassDef):
                missing += [
                    f"{module.name}.{node.name}.{inner.name}"
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
                    and not inner.name.startswith("_")
                    and not ast.get_docstring(inner)
                ]
    assert not missing


def test_a_docstring_of_a_module_states() -> None:
    asking = [
        module.name
        for module in modules().values()
        if "?" in (ast.get_docstring(module.tree) or "").splitlines()[0]
    ]
    assert not asking


def test_nothing_is_defined_that_nothing_uses() -> None:
    """A name that stands once in all code and templates is that of its definition."""
    texts = [
        path
        for folder in ("src", "templates", "tests", "bench", "tools")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".svg", ".xml")
    ]
    used = Counter(re.findall(r"\w+", "\n".join(p.read_text(encoding="utf-8") for p in texts)))
    unused = []
    for module in modules().values():
        for name in set(_defined(module.tree)):
            listed = (exported(module) or []).count(name)
            if used[name] <= 1 + listed and not name.startswith("__"):
                unused.append(f"{module.name}.{name}")
    assert not unused


def _defined(node: ast.AST) -> Iterator[str]:
    """Functions, classes, their methods and fields, but for what others call by its name.

    That is what a decorator of a library takes, and what overrides a method of a base class.
    """
    for inner in ast.iter_child_nodes(node):
        match inner:
            case (
                ast.FunctionDef(decorator_list=decorators)
                | ast.AsyncFunctionDef(decorator_list=decorators)
            ):
                if not any(isinstance(d, ast.Call | ast.Attribute) for d in decorators):
                    yield inner.name
            case ast.ClassDef(bases=bases):
                yield inner.name
                if all(isinstance(b, ast.Name) and b.id == "Protocol" for b in bases):
                    yield from _defined(inner)
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


EXTRAS = {
    "search.engines.opensearch.": "opensearch",
    "search.evaluation.pages": "bench",
    "search.reading.formats.archive": "archives",
    "search.reading.recognition": "ocr",
}
"""Modules that are loaded only where an extra is asked for, by what their names begin with."""


def test_every_distribution_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {_normal(each) for each in project["dependencies"]}
    providers = packages_distributions()
    undeclared = set()
    for module in modules().values():
        extras = [extra for begin, extra in EXTRAS.items() if module.name.startswith(begin)]
        more = {_normal(d) for extra in extras for d in project["optional-dependencies"][extra]}
        for name, line in module.imports():
            top = name.partition(".")[0]
            if top == "search" or top in sys.stdlib_module_names:
                continue
            if extras and top not in providers:
                continue  # an extra that is not installed here
            if not (required | more) & {_normal(each) for each in providers.get(top, [])}:
                undeclared.add(f"{module.name}:{line}: {top}")
    assert not undeclared


def test_every_requirement_has_bounds() -> None:
    """A release that is not known yet is taken on purpose, not by whoever installs that day."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    required = [*project["dependencies"], *(each for extra in extras for each in extra)]
    open_ended = [each for each in required if not re.search(r"==|>=.*,<", each)]
    assert not open_ended


def _normal(requirement: str) -> str:
    """The name of a distribution as registries compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~\[ ;]", requirement)[0]).lower()


def test_the_kind_of_a_facet_is_told_by_the_facet() -> None:
    """A list of the facets of one kind, or a part of a name, would not know the next facet."""
    kinds: dict[str, set[str]] = {}
    for facet in ALL_FACETS:
        kinds.setdefault(facet.kind, set()).add(facet.name)
    names = {facet.name for facet in ALL_FACETS}
    found = []
    for module in modules().values():
        for node in module.nodes:
            match node:
                case ast.Tuple(elts=elts) | ast.Set(elts=elts) | ast.List(elts=elts):
                    listed = {e.value for e in elts if isinstance(e, ast.Constant)}
                    told = len(listed) == len(elts) and listed in (kinds["place"], kinds["year"])
                case ast.Compare(left=ast.Constant(value=value), ops=[ast.In()], comparators=[of]):
                    told = value in names and isinstance(of, ast.Name) and of.id == "facet"
                case _:
                    told = False
            if told:
                found.append(f"{module.name}:{node.lineno}")  # type: ignore[attr-defined]
    assert not found


def test_the_state_of_a_collection_is_read_off_its_manifest_in_one_place() -> None:
    told = {"indexed_at", "reader_version", "taxonomy_digest"}
    readers = {
        module.name
        for module in modules().values()
        for node in module.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr == "get" and node.args and isinstance(node.args[0], ast.Constant)
        if node.args[0].value in told
    }
    # Who writes the manifest reads what to read again.
    assert readers == {"search.searching.collection", "search.index.state"}


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
