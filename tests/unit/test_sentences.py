"""A sentence is said in the language of who reads it; another language is one file."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from search.cli import main as duansou
from search.documents.document import parse_range
from search.errors import IndexMissingError, InputError, UsageError
from search.languages import sentences
from search.languages.sentences import Sentence
from search.web import create_app

from .web.corpus import GUIGANG, index_of
from .web.markup import read

ESPERANTO = r"""
msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=(n > 1);\n"
"Content-Type: text/plain; charset=utf-8\n"

msgid "language-name"
msgstr "Esperanto"

msgid "帮助"
msgstr "Helpo"

msgid "range-empty"
msgstr ""
"De {start} ĝis {end} "
"\"nenio\"."

msgid "range-half"
msgstr "Mankas {nothing}."

msgid "also-in-documents"
msgid_plural "also-in-documents"
msgstr[0] "ankaŭ en {n} dokumento:"
msgstr[1] "ankaŭ en {n} dokumentoj:"
"""


@pytest.fixture
def esperanto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A language more, of which little is known: its file is all that there is of it."""
    folder = tmp_path / "languages"
    folder.mkdir()
    for name in ("zh.po", "en.po"):
        shutil.copy(sentences.FOLDER / name, folder)
    (folder / "eo.po").write_text(ESPERANTO, encoding="utf-8")
    monkeypatch.setattr(sentences, "FOLDER", folder)


@pytest.mark.usefixtures("esperanto")
def test_another_language_is_one_file() -> None:
    client = create_app(index_of(GUIGANG), config={"TESTING": True}).test_client()
    chooser = [a for a in read(client.get("/").text).named("a") if "lang=eo" in (a["href"] or "")]
    assert [a["hreflang"] for a in chooser] == ["eo"]
    page = client.get("/?lang=eo").text
    assert read(page).named("html")[0]["lang"] == "eo"
    assert ">Helpo<" in page
    assert ">Esperanto<" in client.get("/?lang=en").text
    # What it lacks is English.
    assert "Check quotations" in page
    body = client.get("/p/x?lang=eo", headers={"Accept": "text/html"})
    assert "There is no passage x" in body.text


@pytest.mark.usefixtures("esperanto")
def test_what_a_language_lacks_is_said_in_english_and_what_english_lacks_by_its_code() -> None:
    assert Sentence("range-empty", start=3, end=2).said("eo") == 'De 3 ĝis 2 "nenio".'
    assert Sentence("index-empty").said("eo") == str(Sentence("index-empty"))
    # A file that asks for what is not given.
    assert Sentence("range-half", name="to").said("eo").startswith("A range needs both")
    assert Sentence("never-said", path="甲.txt").said("eo") == "never-said (path=甲.txt)"
    assert Sentence("never-said").said("eo") == "never-said"
    said = [Sentence("also-in-documents", n=n).said("eo") for n in (0, 1, 2)]
    assert said == [
        "ankaŭ en 0 dokumento:",
        "ankaŭ en 1 dokumento:",
        "ankaŭ en 2 dokumentoj:",
    ]


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DUANSOU_LANG": "zh"}, "还没有索引"),
        ({"DUANSOU_LANG": "en", "LANG": "zh_CN.UTF-8"}, "There is no index"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "还没有索引"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_GB.UTF-8"}, "还没有索引"),
        ({"LANG": "zh_CN.UTF-8"}, "还没有索引"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "There is no index"),
        ({"LANG": "de_DE.UTF-8"}, "There is no index"),
        ({"DUANSOU_LANG": "../en"}, "There is no index"),
        ({}, "There is no index"),
    ],
)
def test_the_terminal_speaks_the_language_of_the_system(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    unset = dict.fromkeys(("DUANSOU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    done = CliRunner().invoke(
        duansou, ["search", "甲", "--index", str(tmp_path / "none")], env={**unset, **environment}
    )
    assert done.exit_code == 4
    assert said in done.stderr


def test_results_and_notices_are_chinese_on_a_chinese_terminal(
    seeds_dir: Path, tmp_path: Path
) -> None:
    place = ["--index", str(tmp_path / "index")]

    def run(*arguments: str, language: str = "zh") -> str:
        done = CliRunner().invoke(duansou, [*arguments, *place], env={"DUANSOU_LANG": language})
        assert done.exit_code == 0, done.output
        return done.output

    assert "5 篇文献、84 个段落（读入 5、新增 5）。" in run("index", str(seeds_dir))
    found = run("search", "网格化 and 管理")
    assert "and 按运算符 AND 理解" in found
    assert " 个段落" in found
    # What programs read is the same in every language.
    asked = ("search", "网格化 and 管理", "--json")
    assert run(*asked) == run(*asked, language="en")


def test_an_error_is_its_code_and_its_values() -> None:
    with pytest.raises(UsageError) as refused:
        parse_range("贵港市", "2", "2")
    assert refused.value.sentence == Sentence("range-empty", start=2, end=2)
    assert str(refused.value) == refused.value.message == refused.value.sentence.said("en")
    assert refused.value.sentence.said("zh") == "从 2 到 2 一个字也没有：from 要小于 to。"


def test_errors_and_sentences_inside_of_one_are_said_in_its_language() -> None:
    missing = IndexMissingError("index-missing", folder="索引")
    outer = InputError("inspected-no-document", file="甲", reason=missing)
    assert outer.sentence.said("zh") == f"甲 不是文献：{missing.sentence.said('zh')}。"
    places = Sentence("place-ambiguous", name="甲", choices=("乙", Sentence("unknown")))
    assert "乙、未知" in places.said("zh")
    assert "乙, unknown" in places.said("en")


@given(st.text(), st.text())
def test_a_value_is_said_as_it_is_whatever_is_in_it(path: str, reason: str) -> None:
    sentence = Sentence("overrides-unreadable", path=path, reason=reason)
    for language in sentences.languages():
        assert f"{path}" in sentence.said(language)
        assert f"{reason}" in sentence.said(language)
    assert pickle.loads(pickle.dumps(sentence)) == sentence  # noqa: S301 (made a line above)
