"""Every way by which a text of somebody else comes in, as a function of that text."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

import search
from search.analysis.punctuation import adapt_punctuation
from search.analysis.text import seen_with_offsets
from search.citing.quotes.drafts import lines_of, quotations_of
from search.citing.quotes.finding import parts_at_ellipses
from search.citing.record import split_names
from search.citing.text_fragments import text_fragment
from search.facets.topic import Taxonomy
from search.reading.document import read_document, to_document
from search.reading.files import parts_in
from search.reading.formats.records import DEFAULT_FIELDS


def doors() -> Mapping[str, Callable[[str], object]]:
    """Readers of files, finders of quotations, and what is made of a text that was read."""
    taxonomy = Taxonomy.load()

    def read(path: str, before: str = "", after: str = "") -> Callable[[str], object]:
        return lambda text: read_document(
            f"{before}{text}{after}".encode("utf-8", "replace"), path, taxonomy
        )

    def records(path: str, before: str, after: str) -> Callable[[str], object]:
        def read_all(text: str) -> None:
            data = f"{before}{text}{after}".encode("utf-8", "replace")
            for part in parts_in(BytesIO(data), path, DEFAULT_FIELDS):
                if part.refusal is None:
                    to_document(part.extract(), part.path, part.sha256(), taxonomy)

        return read_all

    return {
        "text": read("a.txt"),
        "article": read("a.txt", "标题在此\n来源：某报 2020-01-02\n今天，全市召开了会议。\n"),
        "Markdown": read("a.md", "# "),
        "page": read("a.html", "<p>"),
        "title of a page": read("a.html", "<title>", "</title><h1>平安</h1><p>今天，开会。</p>"),
        "CSV": records("a.csv", "text,title\n", "\n"),
        "names of fields": records("a.csv", "", "\n1\n2\n"),
        "JSON": records("a.jsonl", '{"text":"', '"}'),
        "draft": quotations_of,
        "Markdown draft": lambda text: quotations_of(text, is_markdown=True),
        "draft of lines": lines_of,
        "parts of a quotation": parts_at_ellipses,
        "quotation": seen_with_offsets,
        "punctuation": adapt_punctuation,
        "address of a text": lambda text: text_fragment(text, len(text) // 2, len(text)),
        "names": split_names,
    }


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern of the package with where it is."""
    seen: set[int] = set()
    for found in pkgutil.walk_packages(search.__path__, "search."):
        if found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            for pattern in _within(value):
                if isinstance(pattern.pattern, str) and id(pattern) not in seen:
                    seen.add(id(pattern))
                    yield f"{found.name}.{name}", pattern


def _within(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _within(each)
