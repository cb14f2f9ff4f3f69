"""Help, usage and refusals of commands in the language of the terminal."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from click.testing import CliRunner, Result
from tqdm import tqdm

import naive_registered
from search import open_index
from search.analysis.equivalence import KINDS
from search.cli import main
from search.cli.listing import NAMES
from search.cli.speaking import texts
from search.cli.terminal import columns
from search.documents.document import Role
from search.documents.facets import BY_NAME
from search.languages.sentences import ENGLISH, languages, translated
from search.searching.about import Collection

_NAME = re.compile(r"--[a-z][a-z-]*|\b[A-Z][A-Z_]{2,}\b|\.[a-z]{2,}\b|\b(?:duansou|docs/)[a-z./]*")
"""What a text names that is the same in any language: options, what is given, suffixes."""
OF_TESTS = {option.help for option in naive_registered.ENGINE.options}
_SAME = {"JSON", "NOT", "AND", "CSV", "TOML", "TAB"}


def run(arguments: str, language: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setenv("DUANSOU_LANG", language)
    return CliRunner().invoke(main, arguments.split(), terminal_width=78)


@pytest.mark.parametrize("language", [each for each in languages() if each != ENGLISH])
def test_every_text_of_help_has_a_translation_that_names_the_same(language: str) -> None:
    for text in {*texts(main, click.Context(main, info_name="duansou"))} - OF_TESTS:
        said = translated(text, language)
        assert said != text, text
        missing = {n for n in _NAME.findall(text) if n not in said and "docs/en" not in n} - _SAME
        assert not missing, (text, missing)


@pytest.mark.parametrize("command", ["", "search ", "index ", "cluster ", "serve ", "evaluate "])
def test_help_in_chinese_is_as_wide_as_the_terminal_at_most(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = run(f"{command}--help", "zh", monkeypatch)
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    assert lines[0].startswith("用法：")
    assert "选项：" in lines
    # What no break fits into, such as the choices of an option, may stand out.
    wide = [line for line in lines if columns(line) > 78 and not line.lstrip().startswith("-")]
    assert wide == []
    # No sign that closes stands at the beginning of a line, none that opens at its end.
    assert not [line for line in lines if line.strip()[:1] in tuple("，。；、）”")]
    assert not [line for line in lines if line.rstrip()[-1:] in tuple("（“《")]


def test_commands_are_listed_with_all_of_their_first_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "..." not in run("--help", "en", monkeypatch).output.partition("Commands:")[2]
    shown = run("--help", "zh", monkeypatch).output
    assert "  index         把文献读入索引。" in shown
    assert "  cluster       照管 OpenSearch 里的索引" in shown


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        ("serve --port abc", "--port 要是 0 到 65535 的整数", "a whole number from 0 to 65535"),
        ("search 网格 --limit 0", "--limit 要是不小于 1 的整数", "at least 1"),
        ("search 网格 --sort old", "relevance、date、document", "relevance, date, document"),
        ("search 网格 --foo", "没有选项 --foo", "there is no option --foo"),
        ("search 网格 --limitt 3", "您是说 --limit？", "Did you mean --limit?"),
        ("search 网格 --limit", "--limit 后面要有一个值", "--limit needs a value"),
        ("search 网格 --json=1", "--json 后面不带值", "--json takes no value"),
        ("show", "缺少 PASSAGE_ID", "PASSAGE_ID is missing"),
        ("show a b", "多出了参数：b", "unexpected argument: b"),
        ("serch 网格", "没有命令“serch”", "no command"),
        ("words sugest", "suggest", "suggest"),
    ],
)
def test_what_is_mistyped_is_refused_in_the_language_of_the_terminal(
    arguments: str, chinese: str, english: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language, said in (("zh", chinese), ("en", english)):
        refused = run(arguments, language, monkeypatch)
        assert refused.exit_code == 2
        assert said in refused.output
        if language == "zh":
            assert not re.search(r"Error|Usage|Try ", refused.output)


def test_a_mistyped_name_commands_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUANSOU_LANG", "zh")
    refused = CliRunner().invoke(main, ["search", "x", "--\x1b[2J"])
    assert refused.exit_code == 2
    assert "\x1b" not in refused.output


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory, seeds_dir: Path) -> Path:
    folder = tmp_path_factory.mktemp("speaking") / "index"
    done = CliRunner().invoke(main, ["index", str(seeds_dir), "--index", str(folder), "--quiet"])
    assert done.exit_code == 0, done.output
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        "stats",
        "search 网格化 --explain --limit 2",
        "search --also all --facets --limit 1 网格化",
        "documents",
        "show {passage}",
        "inspect {file}",
    ],
)
def test_a_chinese_terminal_reads_no_english_words_of_ours(
    arguments: str, index_dir: Path, seeds_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUANSOU_LANG", "zh")
    with open_index(index_dir) as index:
        passage = index.search("网格化").hits[0].passage_id
    file = next(seeds_dir.glob("003*"))
    words = [word.format(passage=passage, file=file) for word in arguments.split()]
    where = [] if words[0] == "inspect" else ["--index", str(index_dir)]
    shown = CliRunner().invoke(main, [words[0], *where, *words[1:]])
    assert shown.exit_code == 0, shown.output
    # What the collection, a style and a term are called is no wording of ours.
    theirs = {"whoosh", "gbt", "idf", "sha", "utf", "txt", "seeds", "duansou", "None"}
    left = re.sub(r"https?://\S+|\S*(?:/|\.txt|\.html|[0-9a-f]{8})\S*", "", shown.output)
    assert set(re.findall(r"[A-Za-z]{3,}", left)) <= theirs | {"APP", "http", "www"}


@pytest.mark.parametrize("arguments", ["backup {kept}", "upgrade", "reprints", "export -o {file}"])
def test_progress_is_told_in_the_language_of_the_terminal(
    arguments: str, index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            told.extend(str(options.get(name, "")) for name in ("desc", "unit"))
            super().__init__(*args, **options)

    for module in ("tqdm", "search.cli.exporting"):
        monkeypatch.setattr(f"{module}.tqdm", Bar)
    words = arguments.format(kept=tmp_path / "kept", file=tmp_path / "all.csv").split()
    shown = run(" ".join((*words, "--index", str(index_dir))), "zh", monkeypatch)
    assert shown.exit_code == 0, shown.output
    assert set(re.findall("[A-Za-z]+", "".join(told))) <= {"B"}
    assert told


def test_names_of_values_are_known_to_be_translated() -> None:
    with_values = {field.name for field in fields(Collection)} | set(BY_NAME) | set(KINDS)
    assert with_values - {"skipped", "facets"} <= set(NAMES) | set(get_args(Role))
