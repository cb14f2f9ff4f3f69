"""What every test can use: where things are, how random tests run, and what CI makes of a skip.

On anybody's machine a test that lacks something (the folder ../shared, a browser) skips and says
why. With ``CI=true`` in the environment a skip is a failure: there everything has been installed,
so a skip would hide a test that has stopped running. ``make test`` leaves CI out of the
environment, as it must pass on a machine that has nothing but Python.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import is_hypothesis_test, settings

if TYPE_CHECKING:
    from cluster.nodes import Cluster

ROOT = Path(__file__).resolve().parent.parent

# The same examples in every run: few of them in `make test`, which has three minutes, and all in
# .ci/run, which names the profile. HYPOTHESIS_PROFILE=thorough make test tries others.
settings.register_profile(
    "quick", deadline=None, derandomize=True, database=None, print_blob=True, max_examples=6
)
settings.register_profile("ci", settings.get_profile("quick"), max_examples=100)
settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# Settings of the person who runs the tests are none of the tests' business.
for _name in [name for name in os.environ if name.startswith("DUANSOU_")]:
    del os.environ[_name]
os.environ["DUANSOU_LANG"] = "en"
# A process that reads takes a second to start: commands read in their own, but for the tests of
# what such a process is for (fixture read_apart).
os.environ["DUANSOU_READ_PROCESSES"] = "0"
# What tests write need not outlast a loss of power. Those of what is synchronised put theirs here.
os.fsync = lambda fd: None
# Nor that they keep no bytecode: every process of the tests, and there are hundreds, would compile
# what it imports, and each of pytest rewrite all assertions.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _skip_fails() -> bool:
    return os.environ.get("CI") == "true"


def _reason(longrepr: object) -> str:
    """The reason of a skip: the last of (file, line, reason)."""
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skips has failed where CI=true; an expected failure has not."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and _skip_fails():
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must run where CI=true: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips as a whole."""
    report = yield
    if report.skipped and _skip_fails():
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} must run where CI=true: {_reason(report.longrepr)}"
    return report


def pytest_collection() -> None:
    """Nothing that is made here is garbage."""
    gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for the cluster, and what has more cases in another profile, is marked so, before
    marks decide what runs.
    """
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.cluster)
        if is_hypothesis_test(getattr(item, "obj", None)) or hasattr(
            getattr(item, "module", None), "cases"
        ):
            item.add_marker(pytest.mark.generated)


def pytest_collection_finish() -> None:
    """Compile a template, and the address of a route, and pack a file once for all applications
    that tests make, which are hundreds: it took most of their time. What is there now lives to the
    end: no collection of garbage has to look at it again.
    """
    gc.freeze()
    gc.enable()
    templating = sys.modules.get("search.web.templating")
    if templating is None:
        return
    templating._asset = cache(templating._asset)  # type: ignore[attr-defined]
    _compile_routes_once()
    environment = templating.SpokenEnvironment
    compiled: dict[tuple[Any, ...], Any] = {}
    anew = environment.compile

    def once(self: Any, *source: Any, **options: Any) -> Any:
        key = (self.spoken, *source, *options.items())
        if key not in compiled:
            compiled[key] = anew(self, *source, **options)
        return compiled[key]

    environment.compile = once


def _compile_routes_once() -> None:
    """What builds the address of a route is made of its rule; the rule it is of comes later."""
    from werkzeug.routing import Rule

    made: dict[tuple[Any, ...], Any] = {}
    anew = Rule._compile_builder

    def once(self: Rule, append_unknown: bool = True) -> Any:
        key = (self.rule, *self._trace, *(self.defaults or {}).items(), append_unknown)
        if key not in made:
            made[key] = anew(self, append_unknown)
        return made[key]

    Rule._compile_builder = once  # type: ignore[method-assign]


@pytest.fixture
def read_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read in processes of their own, as users have it."""
    monkeypatch.delenv("DUANSOU_READ_PROCESSES")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that skipped in the file SKIPPED_TESTS, where the environment names one."""
    if "SKIPPED_TESTS" in os.environ:
        skipped = dict.fromkeys(r.nodeid for r in terminalreporter.stats.get("skipped", ()))
        Path(os.environ["SKIPPED_TESTS"]).write_text("\n".join(skipped), encoding="utf-8")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def seeds_dir(repository: Path) -> Path:
    """The five documents."""
    return repository / "seeds"


@pytest.fixture(scope="session")
def shared_dir(repository: Path) -> Path:
    """The folder of real documents beside the checkout; tests that use it are marked `shared`."""
    folder = repository.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"there is no folder {folder} of real documents")
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Three real OpenSearch nodes, one cluster for all tests, green. A test that kills restarts."""
    from cluster.nodes import Cluster
    from cluster.server import UnavailableError

    try:
        nodes = Cluster(3, short_lived=True)
    except UnavailableError as unavailable:
        pytest.skip(f"{unavailable} (then `make cluster` starts the same cluster by hand)")
    with nodes:
        yield nodes


@pytest.fixture(scope="session")
def opensearch_url(cluster: Cluster) -> str:
    """Where the first node of the cluster answers."""
    return cluster.nodes[0].url
