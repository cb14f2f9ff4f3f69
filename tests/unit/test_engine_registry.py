"""Engines are found by name: one that is registered from outside serves command line and page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from naive_registered import STORES
from search import open_index, opened
from search.cli import main
from search.config import load_settings
from search.errors import UsageError
from search.web import create_app
from source_tree import modules

TEXT = "贵港市推进网格化管理。\n\n网格员每天巡逻三次。\n"


@pytest.fixture
def _registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package is installed that has the engine ``naive``; commands forget its options again."""
    context = click.Context(main)
    commands = [main.get_command(context, name) for name in main.list_commands(context)]
    options = [(command, [*command.params]) for command in commands if command is not None]
    installed = tmp_path / "site" / "naive_engine-1.0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: naive-engine\nVersion: 1.0\n")
    points = "[duansou.engines]\nnaive = naive_registered:ENGINE\nbroken = nowhere_at_all:ENGINE\n"
    (installed / "entry_points.txt").write_text(points)
    monkeypatch.syspath_prepend(str(installed.parent))
    monkeypatch.chdir(tmp_path)
    STORES.clear()
    yield
    for command, own in options:
        command.params[:] = own


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "papers"
    made.mkdir()
    (made / "a.txt").write_text(TEXT, encoding="utf-8")
    return made


def run(*arguments: object) -> Result:
    done = CliRunner().invoke(main, [*map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.mark.usefixtures("_registered")
def test_the_command_line_and_the_page_work_on_an_engine_from_outside(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUANSOU_ENGINE", "naive")
    assert "memory one" in run("index", folder).stderr
    assert "网格员每天巡逻三次" in run("search", "巡逻").stdout
    assert json.loads(run("stats", "--json").stdout)["passages"] == 2
    assert run("check").stdout == "The index memory one is complete.\n"
    assert "up to date" in run("upgrade").stdout
    settings = load_settings()
    client = create_app(opened(settings), settings).test_client()
    assert "网格员每天" in client.get("/", query_string={"q": "巡逻"}).text
    assert client.get("/api/v1/search", query_string={"q": "网格"}).get_json()["total"] == 2
    (document,) = STORES["one"].documents
    assert "nothing in memory lasts" in run("forget", document).stdout
    assert run("search", "巡逻").exit_code == 1


@pytest.mark.usefixtures("_registered")
def test_its_settings_options_and_commands_are_those_it_registers(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The option says which engine it is; it is offered like the commands.
    assert run("index", folder, "--naive-store", "two").exit_code == 0
    assert list(STORES) == ["two"]
    assert "--naive-store" in run("search", "-h").stdout
    assert "forgetful" in run("--help").stdout
    assert open_index(naive_store="two").search("巡逻").total == 1
    assert run("search", "巡逻", "--naive-store=two").exit_code == 0
    monkeypatch.setenv("DUANSOU_NAIVE_STORE", "two")
    assert run("search", "巡逻", "--engine", "naive").exit_code == 0
    assert run("forgetful").stdout == "All is forgotten.\n"
    assert run("search", "巡逻", "--engine", "naive").exit_code == 1
    monkeypatch.setenv("DUANSOU_NAIVE_COPIES", "2")
    assert "one copy" in run("search", "巡逻", "--engine", "naive").stderr
    monkeypatch.setenv("DUANSOU_NAIVE_COPIES", "many")
    assert "DUANSOU_NAIVE_COPIES" in run("search", "巡逻", "--engine", "naive").stderr


@pytest.mark.usefixtures("_registered")
def test_an_index_moves_to_it_and_back(folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("index", folder, "--index", first).exit_code == 0
    assert (
        "in memory x"
        in run("migrate", "--from", first, "--to", "naive", "--naive-store", "x").stdout
    )
    assert run("migrate", "--from", "naive", "--to", second, "--naive-store", "x").exit_code == 0
    found = [run("search", "巡逻", "--json", "--index", each).stdout for each in (first, second)]
    assert found[0] == found[1]
    refused = run("migrate", "--from", first, "--to", second)
    assert refused.exit_code == 2
    assert "naive, opensearch, whoosh" in refused.stderr


@pytest.mark.usefixtures("_registered")
def test_a_name_that_nobody_registered_is_one_sentence_with_those_there_are() -> None:
    refused = run("search", "x", "--engine", "solr")
    assert refused.exit_code == 2
    assert refused.stderr == (
        "duansou: There is no engine 'solr': say one of broken, naive, opensearch, whoosh "
        "(--engine, or DUANSOU_ENGINE).\n"
    )
    with pytest.raises(UsageError, match="naive_store says where"):
        load_settings(index_dir="x", naive_store="y")
    with pytest.raises(UsageError, match="naive_store says where"):
        load_settings(engine="whoosh", naive_store="y")


@pytest.mark.usefixtures("_registered")
def test_an_engine_that_cannot_be_loaded_is_in_nobodys_way() -> None:
    assert run("--help").exit_code == 0
    assert "--naive-store" in run("search", "--help").stdout
    refused = run("search", "x", "--engine", "broken")
    assert refused.exit_code == 2
    assert "The engine broken cannot be loaded (No module named" in refused.stderr


def test_nothing_outside_an_engine_knows_the_cluster() -> None:
    # What browsers call an OpenSearch description is something else.
    else_ = {"search.web.pages", "search.web.safety"}
    knows = [
        module.name
        for module in modules().values()
        if not module.name.startswith("search.engines.opensearch")
        and module.name not in else_
        and "opensearch" in module.path.read_text(encoding="utf-8").lower()
    ]
    assert not knows
