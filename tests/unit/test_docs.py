"""What the documents say is there: links, commands, settings, paths; the tutorial runs."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Command, Context, Group
from click.testing import CliRunner
from werkzeug.exceptions import NotFound

from search import open_index
from search.cli import main
from search.config import SETTINGS, load_settings
from search.engines.opensearch.registration import ENGINE
from search.web import create_app
from source_tree import PACKAGE, ROOT, SOURCE

DOCS = ROOT / "docs"
LANGUAGES = ("en", "zh")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / ".github").rglob("*.md")])
PAGES = sorted(path.name for path in (DOCS / "en").glob("*.md"))

LINK = re.compile(r"(?<!`)\]\(([^)\s]*)\)")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^duansou ([a-z-]+)", re.MULTILINE)
# What a reader would open: a file of the checkout, named from its top.
PATH = re.compile(r"`((?:src|tests|bench|tools|docs|templates|\.ci|\.github)/[\w./-]+)`")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """The anchors that a forge gives the headings of a document."""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", text_of(document)), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_leads_to_a_file_and_a_heading() -> None:
    astray = []
    for document in DOCUMENTS:
        for link in LINK.findall(FENCED.sub("", text_of(document))):
            if link.startswith(("http://", "https://")):
                continue
            path, _, anchor = link.partition("#")
            target = document.parent / path if path else document
            if not target.exists() or (anchor and anchor not in anchors(target)):
                astray.append((named(document), link))
    assert astray == []


def test_every_file_that_is_named_is_there() -> None:
    assert [
        (named(document), path)
        for document in DOCUMENTS
        for path in PATH.findall(text_of(document))
        if not (ROOT / path).exists()
    ] == []


def test_every_page_is_there_in_both_languages_and_leads_to_the_other() -> None:
    assert sorted(path.name for path in (DOCS / "zh").glob("*.md")) == PAGES
    for name in PAGES:
        assert f"(../zh/{name})" in text_of(DOCS / "en" / name), name
        assert f"(../en/{name})" in text_of(DOCS / "zh" / name), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contents_lead_to_every_page(language: str) -> None:
    text = text_of(DOCS / language / "README.md")
    assert [name for name in PAGES if name != "README.md" and f"({name}" not in text] == []


def test_languages_are_not_mixed() -> None:
    """An English page may name Chinese words; sentences of it end with a full stop of theirs."""
    for name in PAGES:
        english = FENCED.sub("", text_of(DOCS / "en" / name))
        assert "。" not in english, name
        chinese = FENCED.sub("", text_of(DOCS / "zh" / name))
        assert not re.search(r"(?:\b[A-Za-z']+,? ){7}", re.sub(r"`[^`]*`", "", chinese)), name


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "ARCHITECTURE.md"])
def test_what_is_read_first_is_one_page(name: str) -> None:
    assert len(text_of(ROOT / name).splitlines()) <= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_listed_and_no_other(language: str) -> None:
    text = text_of(DOCS / language / "commands.md")
    assert set(COMMAND.findall(text)) == set(main.list_commands(Context(main)))


def test_every_setting_is_documented_with_its_default() -> None:
    for language in LANGUAGES:
        text = text_of(DOCS / language / "settings.md")
        for setting in (*SETTINGS, *ENGINE.settings):
            begin = f"| `DUANSOU_{setting.name.upper()}` | `{setting.default}` | "
            assert begin + (f"{setting.help} |" if language == "en" else "") in text


def told_to_users() -> Iterator[tuple[Path, str]]:
    """What stands in code in a page for users: a span, or a block."""
    for document in [*ROOT.glob("README*.md"), *(DOCS / "en").iterdir(), *(DOCS / "zh").iterdir()]:
        text = text_of(document)
        for _, block in FENCED.findall(text):
            yield document, block
        for span in re.findall(r"`([^`\n]+)`", FENCED.sub("", text)):
            yield document, span


def options(command: Command, context: Context) -> set[str]:
    """Every option of a command and of those below it."""
    found = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    if isinstance(command, Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            found |= options(below, context)
    return found


def test_every_option_and_setting_that_is_named_is_there() -> None:
    known = {*options(main, Context(main)), "--help"}
    settings = set(re.findall(r"DUANSOU_\w+", text_of(DOCS / "en" / "settings.md")))
    # Programs that are not ours have options of their own.
    others = re.compile(r"pytest|docker|gunicorn|pip |make |python -m bench")
    wrong = []
    for document, code in told_to_users():
        names = re.findall(r"(?<![\w-])--[a-z][a-z-]+", "" if others.search(code) else code)
        wrong += [(named(document), name) for name in names if name not in known]
        names = re.findall(r"DUANSOU_\w+", code)
        wrong += [(named(document), name) for name in names if name not in settings]
    assert wrong == []


def test_every_address_that_is_named_is_there(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["index", str(ROOT / "seeds"), "--index", str(tmp_path)])
    wrong = []
    with open_index(tmp_path) as index:
        routes = create_app(index, load_settings(metrics=1)).url_map.bind("localhost")
        for document, code in told_to_users():
            if not re.match(r"/(?!usr/)[^\s/]*", code) or " " in code:
                continue
            address = re.sub(r"<[^>]*>|\bID\b|编号", "x", code.partition("?")[0])
            try:
                routes.match(address)
            except NotFound:
                wrong.append((named(document), code))
    assert wrong == []


def test_the_architecture_names_every_room() -> None:
    text = text_of(ROOT / "ARCHITECTURE.md")
    for entry in (SOURCE / PACKAGE).iterdir():
        if entry.suffix == ".py" and not entry.name.startswith("__"):
            assert f"`{entry.stem}`" in text, entry.name
        elif (entry / "__init__.py").exists():
            assert f"`{entry.name}/`" in text, entry.name


def test_every_decision_is_numbered_once_and_listed() -> None:
    decisions = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    listed = re.findall(r"\]\(([0-9]{4}-[a-z0-9-]+\.md)\)", text_of(DOCS / "decisions/README.md"))
    assert listed == [path.name for path in decisions]
    # In order, none twice: numbers are given out before what is decided is written.
    numbers = [int(name[:4]) for name in listed]
    assert numbers == sorted(set(numbers))


def told(language: str) -> Iterator[tuple[str, str]]:
    """The commands of the tutorial, each with what it is said to print."""
    for kind, block in FENCED.findall(text_of(DOCS / language / "tutorial.md")):
        if kind == "console":
            for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                line, _, output = command.partition("\n")
                yield line, output


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tutorial_prints_what_it_says(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    commands = list(told(language))
    assert len(commands) >= 8
    for command, output in commands:
        program, *arguments = shlex.split(command)
        arguments, target = (
            (arguments[:-2], arguments[-1]) if ">" in arguments else (arguments, None)
        )
        if program == "echo":
            kept = " ".join(arguments) + "\n"
            printed = ""
        else:
            assert program == "duansou"
            done = CliRunner().invoke(main, arguments, catch_exceptions=False)
            assert done.exit_code in (0, 1), done.output
            kept = done.stdout
            printed = done.output if target is None else ""
        if target is not None:
            Path(target).write_text(kept, encoding="utf-8")
        pattern = r"(?:.*\n)*".join(re.escape(part) for part in output.split("…\n"))
        assert re.fullmatch(pattern, printed), f"{command}\n{printed}"
    # The example in Python finds the index that the tutorial has made.
    programs = [code for kind, code in FENCED.findall(text_of(DOCS / language / "api.md"))]
    for program in programs:
        exec(compile(program, "api.md", "exec"), {})  # noqa: S102 (the documentation's own)
    assert len(programs) == 1
