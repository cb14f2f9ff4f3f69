"""A small collection made by hand: two ordinary documents, a hostile one, and a reprint."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from search.analysis.words import Analyzer
from search.documents.document import (
    UNCLASSIFIED,
    Document,
    Evidence,
    Paragraph,
    Place,
    TopicEvidence,
    sha256_hex,
)
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.searching.index import Index

ANALYZER = Analyzer()

Line = tuple[str, str, str]
"""Role, kind, text."""

SCRIPT = "<script>alert(1)</script>"


def document(
    document_id: str,
    lines: Iterable[Line],
    *,
    title: str | None,
    city: Place = (None, None, None),
    year: int | None = None,
    published: str | None = None,
    source: str | None = None,
    url: str | None = None,
    path: str | None = None,
    topics: dict[str, str] | None = None,
    evidence: dict[str, tuple[Evidence, ...]] | None = None,
) -> Document:
    """A document of lines; ``topics`` maps a word to the topic of the paragraphs that have it."""
    text = ""
    paragraphs: list[Paragraph] = []
    number = 0
    headings: tuple[str, ...] = ()
    for role, kind, line in lines:
        start = len(text)
        text += line + "\n\n"
        found = tuple(
            TopicEvidence(topic, (word,), 1.0)
            for word, topic in (topics or {}).items()
            if role == "body" and word in line
        )
        number += role == "body"
        paragraphs.append(
            Paragraph(
                start=start,
                end=start + len(line),
                role=role,  # type: ignore[arg-type]
                kind=kind,
                reason=f"理由：{kind}",
                number=number if role == "body" else None,
                headings=headings if role == "body" else (),
                topics=(tuple(e.topic for e in found) or (UNCLASSIFIED,)) if role == "body" else (),
                topic_evidence=found,
            )
        )
        if role == "heading":
            headings = (line,)
    return Document(
        document_id=document_id,
        paths=(path or f"{document_id}.txt",),
        text=text,
        paragraphs=tuple(paragraphs),
        sha256=sha256_hex(text),
        captured="2026-07-01T08:00:00+00:00",
        title=title,
        city=city,
        year=year,
        published=published,
        source=source,
        url=url,
        evidence=evidence or {},
    )


SHARED_TEXT = "全市建立网格化管理服务中心，化解矛盾纠纷一百二十件。"

GUIGANG = document(
    "aaaaaaaaaaaaaaaa",
    [
        ("boilerplate", "page-head", "贵港新闻 桂平新闻 平南新闻"),
        ("title", "title", "贵港市提升安全感工作综述"),
        ("metadata", "header", "来源:贵港日报 2017-08-10"),
        ("body", "body", "安全不安全  群众说了算,满意不满意关键看民意。"),
        ("heading", "plain", "网格化管理全覆盖"),
        ("metadata", "caption", "网格员走访群众。(资料图)"),
        ("body", "body", SHARED_TEXT),
        ("body", "body", "形成“1+10+N”方案体系，信访总量下降。"),
        ("boilerplate", "footer", "版权所有 扫一扫"),
    ],
    title="贵港市提升安全感工作综述",
    city=("广西壮族自治区", "贵港市", None),
    year=2017,
    published="2017-08-10T10:54",
    source="贵港日报",
    topics={"网格": "网格化管理", "信访": "信访工作", "矛盾": "矛盾纠纷化解"},
    evidence={
        "city": (
            Evidence("正文中“贵港市”出现 19 次", 4, "贵港市提升安全感工作综述"),
            Evidence("网站栏目是桂平新闻，不作依据", 1, None, "probable"),
        ),
        "year": (Evidence("发布日期 2017-08-10 的年份", 3),),
    },
)

DATONG = document(
    "bbbbbbbbbbbbbbbb",
    [
        ("title", "title", "大同市满意度创新高"),
        ("body", "body", "大同市推进网格化服务，加强社区管理。"),
        ("body", "body", "全市信访秩序良好，安全感达到94.01%。"),
    ],
    title="大同市满意度创新高",
    city=("山西省", "大同市", None),
    year=2018,
    published="2018-11-15",
    source="山西法制报",
    url="https://example.org/news/1.html",
    topics={"网格": "网格化管理", "信访": "信访工作"},
)

HOSTILE = document(
    "cccccccccccccccc",
    [
        ("title", "title", f"{SCRIPT}标题"),
        ("heading", "plain", f"{SCRIPT}小标题"),
        ("metadata", "byline", f"{SCRIPT}署名"),
        ("body", "body", f"恶意{SCRIPT}正文 \"><img src=x onerror=alert(2)> &amp; '引号'"),
        ("boilerplate", "footer", f"{SCRIPT}页脚"),
    ],
    title=f"{SCRIPT}标题",
    source=f"{SCRIPT}来源\"'",
    url="javascript:alert(3)",
    path=f"{SCRIPT}.txt",
    evidence={"source": (Evidence(f"{SCRIPT}理由", 1, f"{SCRIPT}引文"),)},
)

REPRINT = document(
    "dddddddddddddddd",
    [("title", "title", "网格经验"), ("body", "body", SHARED_TEXT)],
    title="网格经验",
    year=2019,
    published="2019-01-01",
    source="转载网",
    topics={"网格": "网格化管理"},
)


def index_of(*documents: Document, query_limit_chars: int = 1000) -> Index:
    """An index of these documents in a folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="duansou-test-"))
    shutil.copytree(_folder_of(*map(_Same, documents)), folder, dirs_exist_ok=True)
    index = Index(open_engine(folder), query_limit_chars=query_limit_chars)
    weakref.finalize(index, shutil.rmtree, folder, ignore_errors=True)
    return index


class _Same:
    """A document that is known again as the same object."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.document is other.document

    def __hash__(self) -> int:
        return hash(self.document.document_id)


@lru_cache(maxsize=64)
def _folder_of(*documents: _Same) -> Path:
    """Where an index of these documents is kept, to be copied, until the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="duansou-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with open_writer(folder, ANALYZER) as writer:
        for one in documents:
            writer.put(one.document)
        writer.commit({})
    return folder
