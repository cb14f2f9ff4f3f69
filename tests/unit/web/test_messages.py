"""Every sentence is in every language, and none stands outside of the catalogues."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from search.languages import sentences
from search.languages.sentences import FOLDER, languages

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "templates").iterdir())
SCRIPTS = sorted((ROOT / "src/search/web/static").glob("*.js"))
HAN = re.compile("[\u3400-\u9fff]")
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|<[a-z/][^>]*>")

PLAIN = {
    "page-below-one",
    "page-outside",
    "setting-unknown",
    "whoosh-query-unanswerable",
}
"""Codes of what says no more than what is wrong."""

WORDS_OF_NO_LANGUAGE = ("{{ zh() }}>段</span>", "<span{{ zh() }}>段搜</span>")
"""The seal, and the name of the program beside its Latin one."""


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """``tools/messages.py``, which reads the wording out of templates and code."""
    path = ROOT / "tools/messages.py"
    spec = importlib.util.spec_from_file_location("duansou_messages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def known(tool: ModuleType) -> Catalog:
    """What only the page says, in English."""
    read = _catalogue("en")
    page = Catalog(locale=None)
    page.mime_headers = read.mime_headers
    for message in read:
        if message.id and not CODE.fullmatch(tool.key(message)):
            page[message.id] = message
    return page


def _catalogue(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as source:
        return read_po(source, abort_invalid=True)


@pytest.mark.parametrize("language", languages())
def test_every_message_is_in_every_language_and_nothing_else_is_kept(
    tool: ModuleType, language: str
) -> None:
    known = _catalogue(language)
    wanted = {tool.key(message) for message in tool.messages(language, known) if message.id}
    assert {tool.key(message) for message in known if message.id} == wanted
    assert len(wanted) > 300
    assert [tool.key(m) for m in known if m.id and not all(tool.texts(m))] == []


def test_sentences_ask_for_the_values_that_they_are_given(tool: ModuleType) -> None:
    asked = {
        language: {
            tool.key(message): {frozenset(_values(text)) for text in tool.texts(message)}
            for message in _catalogue(language)
            if message.id
        }
        for language in languages()
    }
    wrong = []
    for code, given in tool.sentences().items():
        (names,) = given if len(given) == 1 else (frozenset(),)
        used = frozenset().union(*(form for each in asked.values() for form in each[code]))
        if len(given) > 1 or used | {"n"} != names | {"n"}:
            wrong.append((code, given, used))
    assert wrong == []


def test_what_is_said_of_an_error_says_what_to_do(tool: ModuleType) -> None:
    english = {tool.key(m): tool.texts(m)[0] for m in _catalogue("en") if m.id}
    # What is wrong with one file, or one value in it, stands inside of another sentence.
    raised = tool.sentences(tool.ERRORS - {"Sentence", "UnreadableFileError", "BadValue"})
    said = {code: english[code] for code in raised if code not in tool.UNNAMED}
    assert len(said) > 150
    plain = {code for code, text in said.items() if not re.search(r"(?:[:;,(]|must).*\.\Z", text)}
    assert plain == PLAIN


def _values(text: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_placeholders_and_elements(
    tool: ModuleType, known: Catalog
) -> None:
    different = []
    for message in known:
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(tool.key(message)))
        for text in tool.texts(message):
            # The English names the language of its Chinese examples; one thing needs no number.
            found = set(PLACEHOLDER.findall(text.replace(" lang='zh-Hans'", "")))
            found -= {"<span>", "</span>"} - wanted
            if found != wanted and not (
                wanted - found == {"%(num)s"} and not isinstance(message.id, str)
            ):
                different.append((tool.key(message), text))
    assert different == []


def test_what_counts_has_a_singular_and_a_plural(tool: ModuleType, known: Catalog) -> None:
    counted = [message for message in known if not isinstance(message.id, str)]
    assert len(counted) > 50
    assert [tool.key(m) for m in counted if len(tool.texts(m)) != 2] == []
    assert known.plural_expr == "(n != 1)"


def test_chinese_in_english_sentences_says_that_it_is_chinese(
    tool: ModuleType, known: Catalog
) -> None:
    bare = []
    for message in known:
        for text in tool.texts(message) if message.id else ():
            plain = re.sub(r"<(\w+) lang='zh-Hans'>.*?</\1>", "", text)
            if HAN.search(plain):
                bare.append(plain)
    # Examples in attributes, which cannot have a language of their own, and one that is marked
    # where it is shown.
    assert sorted(bare) == [
        "Search, e.g. 网格化 管理",
        "one item of a long passage, e.g. 六是",
        "which item of a long passage, e.g. “六是”",
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_chinese_outside_of_messages(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for allowed in WORDS_OF_NO_LANGUAGE:
        text = text.replace(allowed, "")
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"""\b(_|_n)\((?:"[^"]*"|'[^']*')""", "", text)
    assert [line for line in text.splitlines() if HAN.search(line)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_has_chinese(path: Path) -> None:
    assert not HAN.search(path.read_text(encoding="utf-8"))


def test_a_catalogue_is_read_as_gettext_reads_it(tool: ModuleType) -> None:
    read = [each for each in _catalogue("en") if each.id]
    assert len(read) > 1000
    for each in read:
        forms = tool.texts(each)
        key = tool.key(each)
        assert sentences.message(key, "en") == sentences.message(key, "en", 1) == forms[0]
        assert sentences.message(key, "en", 2) == sentences.message(key, "eo", 2) == forms[-1]
        assert sentences.message(key, "zh", 2) == key


def test_what_a_tool_guessed_is_not_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = '#, fuzzy\nmsgid "帮助"\nmsgstr "faux"\n\nmsgid "检索"\nmsgstr "chercher"\n'
    (tmp_path / "fr.po").write_text(f'msgid ""\nmsgstr ""\n\n{catalogue}', encoding="utf-8")
    (tmp_path / "en.po").write_text('msgid "帮助"\nmsgstr "Help"\n', encoding="utf-8")
    monkeypatch.setattr(sentences, "FOLDER", tmp_path)
    assert sentences.message("检索", "fr") == "chercher"
    assert sentences.message("帮助", "fr") == "Help"
