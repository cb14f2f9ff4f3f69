"""Bring the English catalogue of the page up to date with its Chinese wording.

    python tools/messages.py            add what is new (to be translated), drop what is gone
    python tools/messages.py --check    only say what is missing; exit code 1 where something is

The wording is read from ``templates/`` and ``src/search/web``: what is given to ``_``, ``_n`` and
``counted``, and the names and texts that are translated where they are used. The page reads the
catalogue as it is, so nothing is compiled.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from search.web import facet_page, wording
from search.web.languages import CATALOGUE
from search.web.openapi import OPERATIONS

ROOT = Path(__file__).resolve().parent.parent

# One message is both forms: Chinese has no plural.
_KEYWORDS = {**DEFAULT_KEYWORDS, "_n": (1, 1), "counted": (1, 1)}

_HEADER = """\
# What the page says, in English. The keys are its Chinese wording; tools/messages.py keeps them.
msgid ""
msgstr ""
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def messages() -> Catalog:
    """Every message of the page, without translations."""
    catalogue = Catalog(locale="en", domain="messages", charset="utf-8")
    for folder, method in ((ROOT / "templates", "jinja2"), (ROOT / "src/search/web", "python")):
        found = extract_from_dir(
            folder,
            [("**.html" if method == "jinja2" else "**.py", method)]
            + ([("**.svg", method), ("**.xml", method)] if method == "jinja2" else []),
            {"**": {"trimmed": "true"}},
            keywords=_KEYWORDS,
        )
        for _file, _line, message, _comments, _context in found:
            catalogue.add(message)
    for message in sorted(set(_named())):
        if message not in catalogue:
            catalogue.add(message)
    return catalogue


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
    """0 where every message has its English."""
    wanted = messages()
    with CATALOGUE.open("rb") as source:
        known = read_po(source, locale="en")
    untranslated = [
        message.id for message in wanted if message.id and not _translation(known, message.id)
    ]
    wanted_ids = {_key(message.id) for message in wanted}
    obsolete = [m.id for m in known if m.id and _key(m.id) not in wanted_ids]
    if "--check" not in arguments:
        for message in wanted:
            before = known.get(_key(message.id)) if message.id else None
            if before is not None and isinstance(before.id, str) == isinstance(message.id, str):
                message.string = before.string
        body = BytesIO()
        write_po(body, wanted, width=100, omit_header=True)
        CATALOGUE.write_text(_HEADER + body.getvalue().decode("utf-8"), encoding="utf-8")
    for message in untranslated:
        print(f"no English: {message}")
    for message in obsolete:
        print(f"not used: {message}")
    return 1 if untranslated or ("--check" in arguments and obsolete) else 0


def _key(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _translation(known: Catalog, message: str | tuple[str, ...] | list[str]) -> bool:
    found = known.get(_key(message))
    if found is None or found.fuzzy:
        return False
    texts = [found.string] if isinstance(found.string, str) else list(found.string)
    return all(texts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
