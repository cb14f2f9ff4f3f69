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

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from search.web import facet_page, wording
from search.web.languages import CATALOGUE
from search.web.openapi.operations import OPERATIONS

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
    for one in wanted:
        before = known.get(key(one)) if one.id else None
        if before is not None and isinstance(before.id, str) == isinstance(one.id, str):
            one.string = before.string
    without = [key(one) for one in wanted if one.id and not all(texts(one))]
    gone = {key(one) for one in known if one.id} - {key(one) for one in wanted if one.id}
    if "--check" not in arguments:
        body = BytesIO()
        write_po(body, wanted, width=100, omit_header=True)
        CATALOGUE.write_text(_HEADER + body.getvalue().decode("utf-8"), encoding="utf-8")
    for message in without:
        print(f"no English: {message}")
    for message in sorted(gone):
        print(f"not used: {message}")
    return 1 if without or ("--check" in arguments and gone) else 0


def key(message: Message) -> str:
    """The Chinese wording, which is one for all numbers."""
    return message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> tuple[str, ...]:
    """The English, for one and for several."""
    found = message.string or ""
    return (found,) if isinstance(found, str) else tuple(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
