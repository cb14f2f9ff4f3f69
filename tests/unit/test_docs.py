"""What the documents say is there: links, commands, settings, the screenshot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click import Context

from search.cli import main
from search.config import SETTINGS
from search.engines.opensearch.registration import ENGINE

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"^duansou ([a-z-]+)", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_both_readmes_name_every_command_and_no_other(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert set(COMMAND.findall(text)) == set(main.list_commands(Context(main)))


def test_every_setting_is_documented_with_its_default() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for setting in (*SETTINGS, *ENGINE.settings):
        row = f"| `DUANSOU_{setting.name.upper()}` | `{setting.default}` | {setting.help} |"
        assert row in text


def test_every_module_of_the_package_has_its_question_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for module in (ROOT / "src" / "search").iterdir():
        if module.suffix == ".py" and not module.name.startswith("__"):
            assert f"`{module.stem}`" in text, module.name
        elif module.is_dir() and (module / "__init__.py").exists() and module.name != "engines":
            assert f"`{module.name}/`" in text or f"`{module.name}`" in text, module.name
