"""Bring the catalogues of all languages up to date with what the program says.

    python tools/messages.py            add what is new (to be translated), drop what is gone
    python tools/messages.py --check    only say what is missing; exit code 1 where something is

Sentences with a code are read from the source: the first argument of an error, a ``Sentence``, a
``Notice`` or ``phrase``. What only the page says is Chinese and stands in ``templates/`` and
``src/search/web``: what is given to ``_``, ``_n`` and ``counted``, and the names and texts that are
translated where they are used. Help of commands is English and stands with them. So Chinese has a
catalogue of codes and help, English of codes and pages. Catalogues are read as
they are, so nothing is compiled; ``src/search/languages/xx.po`` is all that a language needs.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from search import cli, errors
from search.cli.listing import NAMES
from search.cli.speaking import WORDS_OF_CLICK
from search.cli.speaking import texts as texts_of_help
from search.languages.sentences import CHINESE, ENGLISH, FOLDER
from search.web import facet_page, wording
from search.web.openapi import OPERATIONS

ROOT = Path(__file__).resolve().parent.parent

# One message is both forms: Chinese has no plural.
_KEYWORDS = {**DEFAULT_KEYWORDS, "_n": (1, 1), "counted": (1, 1)}

ERRORS = frozenset(name for name, value in vars(errors).items() if inspect.isclass(value))
SAYING = ERRORS | {"Notice", "NotRead", "BadValue", "_CrashedError", "phrase"}
"""What is called with the code of a sentence (``Sentence`` is known to ``errors``)."""

_NO_VALUES = {"damaged_file"}
"""Named arguments that are not values of the sentence."""

UNNAMED = {"list-separator"}
"""Codes that stand nowhere but in ``sentences``."""


def sentences(saying: frozenset[str] = SAYING) -> dict[str, set[frozenset[str]]]:
    """Every code in the source, with the names of its values wherever it is said."""
    found: dict[str, set[frozenset[str]]] = {code: {frozenset()} for code in UNNAMED}
    for node in _calls():
        if _name(node.func) in saying:
            names = {each.arg for each in node.keywords if each.arg} - _NO_VALUES
            for code in _constants(node.args[0]):
                found.setdefault(code, set()).add(frozenset(names))
    return found


@cache
def _calls() -> list[ast.Call]:
    """What is called with a text that may be a code, anywhere in the source."""
    trees = (ast.parse(p.read_text("utf-8")) for p in sorted((ROOT / "src").rglob("*.py")))
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [node for node in calls if node.args and _constants(node.args[0])]


def _constants(node: ast.expr) -> list[str]:
    """The text that an expression is, or the texts that it may be."""
    if isinstance(node, ast.IfExp):
        return [*_constants(node.body), *_constants(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Name):
        return called.id
    return called.attr if isinstance(called, ast.Attribute) else ""


def messages(language: str, known: Catalog) -> Catalog:
    """Everything that a language has to say; what is ``known`` of it is filled in."""
    # The number of plural forms follows from the language.
    catalogue = Catalog(locale=language, domain="messages", charset="utf-8")
    for code in sorted(sentences()):
        before = known.get(code)
        catalogue.add(before.id if before else code)
    others = [*(_of_page() if language != CHINESE else ())]
    others += help_texts() if language != ENGLISH else ()
    for message in others:
        if message not in catalogue:
            catalogue.add(message)
    for one in catalogue:
        before = known.get(key(one)) if one.id else None
        if before is not None and isinstance(before.id, str) == isinstance(one.id, str):
            one.string = before.string
    return catalogue


def _of_page() -> Iterator[str | tuple[str, ...]]:
    for folder, method in ((ROOT / "templates", "jinja2"), (ROOT / "src/search/web", "python")):
        found = extract_from_dir(
            folder,
            [("**.html" if method == "jinja2" else "**.py", method)]
            + ([("**.svg", method), ("**.xml", method)] if method == "jinja2" else []),
            {"**": {"trimmed": "true"}},
            keywords=_KEYWORDS,
        )
        for _file, _line, message, _comments, _context in found:
            yield message
    yield from sorted(set(_named()))


@cache
def help_texts() -> tuple[str, ...]:
    """What the help of every command says, what click says there by itself, and names of values."""
    root = click.Context(cli.main, info_name="duansou", **cli.main.context_settings)
    found = [*WORDS_OF_CLICK, *texts_of_help(cli.main, root), *NAMES]
    for path in sorted((ROOT / "src/search/cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in ("named", "label") and node.args:
                found += filter(None, _constants(node.args[0]))
    assert not sentences().keys() & set(found), "a code is no text"  # noqa: S101 - for maintainers
    return tuple(dict.fromkeys(found))


def _named() -> Iterator[str]:
    """What is translated where it is used, and stands elsewhere."""
    for module in (wording, facet_page):
        for _name, value in inspect.getmembers(module):
            if isinstance(value, wording.Names):
                yield from value.messages.values()
    for operation in OPERATIONS:
        yield from (parameter.zh for parameter in operation.parameters)
        yield from (meaning for meaning, _schema in operation.answers.values())


def main(arguments: list[str]) -> int:
    """0 where every message has its translation in every language."""
    lacking = False
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as source:
            known = read_po(source)
        wanted = messages(path.stem, known)
        without = [key(one) for one in wanted if one.id and not all(texts(one))]
        gone = {key(one) for one in known if one.id} - {key(one) for one in wanted if one.id}
        if "--check" not in arguments:
            head, _, _ = path.read_text(encoding="utf-8").partition("\n\n")
            body = BytesIO()
            write_po(body, wanted, width=100, omit_header=True)
            path.write_text(f"{head}\n\n{body.getvalue().decode('utf-8')}", encoding="utf-8")
        for message in without:
            print(f"{path.name} lacks: {message}")
        for message in sorted(gone):
            print(f"{path.name} has what nobody says: {message}")
        lacking |= bool(without or ("--check" in arguments and gone))
    return int(lacking)


def key(message: Message) -> str:
    """A code, or the Chinese wording, which is one for all numbers."""
    return message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> tuple[str, ...]:
    """The wording, in each of its forms."""
    found = message.string or ""
    return (found,) if isinstance(found, str) else tuple(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
