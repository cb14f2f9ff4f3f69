"""Other extractors of the main text of a page, for comparison only."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import DuansouError, InputError
from ..reading.extract import Extract
from ..reading.formats import extract_text
from ..reading.layout import lay_out
from .sets import read_records, text_field

Peer = Callable[[str], str]
"""A page's source → its main text; raises ImportError where the library is not installed."""


def trafilatura_text(source: str) -> str:
    """What trafilatura extracts with its defaults."""
    import trafilatura

    return trafilatura.extract(source) or ""


def readability_text(source: str) -> str:
    """What readability-lxml extracts with its defaults, without tags."""
    import lxml.html
    import readability

    return str(lxml.html.fromstring(readability.Document(source).summary()).text_content())


PEERS: dict[str, Peer] = {"trafilatura": trafilatura_text, "readability": readability_text}
"""The peers by name."""


_SPACE = re.compile(r"\s+")
OWN = "duansou"


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page and its F1 by system."""

    page_id: str
    kind: str
    f1: dict[str, float]


@dataclass(slots=True)
class PagesResult:
    """F1 by page, seconds by system, systems left out and why, pages that could not be read."""

    pages: list[PageResult] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    without_gold: int = 0

    def f1(self, kind: str, system: str = OWN) -> float:
        """The mean of a kind."""
        values = [page.f1[system] for page in self.pages if page.kind == kind]
        return sum(values) / len(values)

    @property
    def kinds(self) -> list[str]:
        """The kinds of pages, in order of names."""
        return sorted({page.kind for page in self.pages})

    def to_json(self) -> dict[str, Any]:
        """The answer of ``evaluate --json`` on such a set."""
        systems = [OWN, *(name for name in PEERS if name not in self.left_out)]
        return {
            "kinds": {
                kind: {
                    "pages": sum(page.kind == kind for page in self.pages),
                    **{f"f1_{system}": round(self.f1(kind, system), 4) for system in systems},
                }
                for kind in self.kinds
            },
            "pages_per_s": {
                system: round(len(self.pages) / max(self.seconds[system], 1e-9), 1)
                for system in systems
            },
            "left_out": self.left_out,
            "failed": self.failed,
            "without_gold": self.without_gold,
            "pages": [
                {"id": page.page_id, "kind": page.kind}
                | {f"f1_{name}": round(value, 4) for name, value in page.f1.items()}
                for page in self.pages
            ],
        }


def is_page_set(set_dir: Path) -> bool:
    """Whether a folder holds pages with gold text."""
    return (set_dir / "gold.jsonl").is_file()


def evaluate_pages(set_dir: Path, *, peers: bool = True) -> PagesResult:
    """Read every page of a set with our reader and, with ``peers``, with those that are installed.

    A page without gold text is counted and not measured. Raises InputError for a set that lacks a
    page or whose gold cannot be read.
    """
    from ..reading.formats.page import decode_page

    result = PagesResult()
    systems = dict(PEERS) if peers else {}
    result.left_out.update({} if peers else dict.fromkeys(PEERS, "not asked for"))
    for name in list(systems):
        try:
            systems[name]("<html><body><p>试。</p></body></html>")
        except ImportError:
            result.left_out[name] = "not installed"
            del systems[name]
    for record in _gold(set_dir):
        data = _page(set_dir, record)
        gold = record.get("text") or ""
        if not gold.strip():
            result.without_gold += 1
            continue
        page = PageResult(str(record.get("id")), str(record.get("kind") or "page"), {})
        started = time.perf_counter()
        try:
            text = _own_text(extract_text(data, str(record["file"])))
        except DuansouError as error:
            text = ""
            result.failed[page.page_id] = error.message
        _add(result, page, OWN, text, gold, started)
        source = decode_page(data)[0]
        for name, peer in systems.items():
            started = time.perf_counter()
            try:
                text = peer(source)
            except Exception as error:  # a peer's failure is a page without text
                text = ""
                result.failed[f"{page.page_id} ({name})"] = str(error)[:200]
            _add(result, page, name, text, gold, started)
        result.pages.append(page)
    if not result.pages:
        raise InputError("pages-without-gold", path=set_dir / "gold.jsonl")
    return result


def _own_text(extract: Extract) -> str:
    """Body and headings, one a line, as they would be indexed."""
    return "\n".join(
        extract.text[paragraph.start : paragraph.end]
        for paragraph in lay_out(extract.text, extract.guide).paragraphs
        if paragraph.role in ("body", "heading")
    )


def pair_f1(text: str, gold: str) -> float:
    """F1 of the multisets of adjacent characters, white space aside: 0 to 1."""
    found, wanted = _pairs(text), _pairs(gold)
    common = sum((found & wanted).values())
    if not common:
        return 0.0
    precision, recall = common / sum(found.values()), common / sum(wanted.values())
    return 2 * precision * recall / (precision + recall)


def _pairs(text: str) -> Counter[str]:
    plain = _SPACE.sub("", text)
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1))


def _add(
    result: PagesResult, page: PageResult, system: str, text: str, gold: str, started: float
) -> None:
    result.seconds[system] = result.seconds.get(system, 0.0) + time.perf_counter() - started
    page.f1[system] = pair_f1(text, gold)


def _gold(set_dir: Path) -> list[dict[str, Any]]:
    path = set_dir / "gold.jsonl"
    lines = read_records(path)
    return [record for number, record in lines if text_field(path, number, record, "file")]


def _page(set_dir: Path, record: dict[str, Any]) -> bytes:
    path = (set_dir / record["file"]).resolve()
    if not path.is_relative_to(set_dir.resolve()):
        raise InputError("page-outside", path=set_dir / "gold.jsonl", file=record["file"])
    try:
        data: bytes = path.read_bytes()
    except OSError as error:
        raise InputError("page-unreadable", path=path, reason=error.strerror) from error
    return data
