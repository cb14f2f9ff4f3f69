"""Imports point one way, each library is known in one place, engines are found by name."""

from __future__ import annotations

import sys
from graphlib import TopologicalSorter

from source_tree import PACKAGE, Module, modules

# From the ground up; ARCHITECTURE.md draws it. A module imports from the rooms below its own and
# from its own room, never sideways or upwards. The empty name is the package itself.
ROOMS = (
    "languages",
    "errors",
    "budget",
    "config",
    "platforms",
    "documents",
    "facets",
    "analysis",
    "reading",
    "query",
    "index",
    ("searching", "engines"),
    "citing",
    "evaluation",
    "",
    "web",
    "cli",
    "__main__",
)
RANK = {
    room: rank
    for rank, rooms in enumerate(ROOMS)
    for room in ([rooms] if isinstance(rooms, str) else rooms)
}

# Where each library may be imported: that module or package and what is inside it. What the main
# text of pages is compared with stands in evaluation.peers.
HOMES: dict[str, str | tuple[str, ...]] = {
    "ahocorasick_rs": "search.facets",
    "citeproc": "search.citing.csl",
    "click": ("search.cli", "search.engines.opensearch.commands"),
    "flask": "search.web",
    "jinja2": "search.web",
    "libarchive": "search.reading.formats.archive",
    "lxml": ("search.reading", "search.evaluation.pages"),
    "markupsafe": "search.web",
    "numpy": (
        "search.engines.facet_order",
        "search.engines.whoosh",
        "search.reading.recognition",
        "search.searching.suggest.corrections",
        "search.searching.vocabulary",
    ),
    "olefile": "search.reading.formats.ole",
    "cv2": "search.reading.recognition",
    "opencc": "search.analysis.equivalence",
    "zstandard": "search.engines.whoosh",
    "opensearchpy": "search.engines.opensearch",
    "pypdfium2": "search.reading.formats.pdf",
    "pypinyin": "search.searching.suggest.completion",
    "readability": "search.evaluation.pages",
    "rapidocr": "search.reading.recognition",
    "rensa": "search.index.reprints",
    "rich": "search.cli.terminal",
    "jieba": "search.analysis.segmenters",
    "rjieba": "search.analysis.segmenters",
    "tqdm": "search.cli",
    "trafilatura": ("search.reading.formats.main_text", "search.evaluation.pages"),
    "waitress": "search.web",
    "werkzeug": "search.web",
    "whoosh": "search.engines.whoosh",
    "xlrd": "search.reading.formats.sheets",
}

# Who names an engine: this command makes an index for itself, and the public names have the
# analyzer and the index as Whoosh knows them.
CHOOSERS = {"search", "search.cli.evaluating"}


def inside(name: str, packages: str | tuple[str, ...]) -> bool:
    """Whether a module is a package, or one of several, or in it."""
    several = (packages,) if isinstance(packages, str) else packages
    return any(name == package or name.startswith(f"{package}.") for package in several)


def room(module: Module) -> str:
    """The room it belongs to: what an engine registers as commands is of the command line."""
    return "cli" if module.name.endswith(".commands") else module.part


def own_imports(module: Module) -> list[tuple[Module, int]]:
    """The project's own modules that a module imports, with the line."""
    return [(modules()[name], line) for name, line in module.imports() if inside(name, PACKAGE)]


def test_every_module_is_in_a_room() -> None:
    assert {module.part for module in modules().values()} == RANK.keys()


def test_imports_point_downwards() -> None:
    wrong = [
        f"{module.name}:{line} imports {imported.name}"
        for module in modules().values()
        for imported, line in own_imports(module)
        if room(imported) != room(module) and RANK[room(imported)] >= RANK[room(module)]
    ]
    assert not wrong


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module.name: {imported.name for imported, _ in own_imports(module)} - {module.name}
        for module in modules().values()
    }
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError, naming the circle
    assert set(order) == set(graph)


def test_libraries_stay_in_their_place() -> None:
    wrong = []
    for module in modules().values():
        for imported, line in module.imports():
            library = imported.split(".")[0]
            if library in sys.stdlib_module_names or library == PACKAGE:
                continue
            if library not in HOMES:
                wrong.append(f"{module.name}:{line} imports {library}, which has no place yet")
            elif not inside(module.name, HOMES[library]):
                wrong.append(f"{module.name}:{line} imports {library} outside {HOMES[library]}")
    assert not wrong


def test_engines_are_found_by_name() -> None:
    wrong = [
        f"{module.name}:{line} imports {imported.name}"
        for module in modules().values()
        if module.name not in CHOOSERS and module.part != "engines"
        for imported, line in own_imports(module)
        if imported.part == "engines"
    ]
    assert not wrong


def test_the_environment_is_read_in_one_place() -> None:
    wrong = [
        module.name
        for module in modules().values()
        if module.part != "config"
        and any(
            word in module.path.read_text(encoding="utf-8")
            for word in ("os.environ", "os.getenv", "from os import environ")
        )
    ]
    assert not wrong
