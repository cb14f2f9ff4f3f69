"""How is a record read by people? Lines of text, in Chinese and English, one statement a line."""

from __future__ import annotations

from collections.abc import Iterator

from ...query.request import ALL_FACETS
from .record import SearchRecord

_FACET_VALUES = 20
"""So many values of a facet stand in a text; the JSON has them all."""


def record_text(record: SearchRecord) -> str:
    """The record as a text file, with the counts of facets, the commonest values first."""
    return "\n".join([*record_lines(record), *_facets(record)]) + "\n"


def record_lines(record: SearchRecord) -> Iterator[str]:
    """What stands above an exported list: the record without its facets, a statement a line."""
    request, counts, collection = record.request, record.counts, record.collection
    least = "至少 at least " if counts.partial else ""
    yield f"段搜检索记录 Duansou search record {record.record_id}"
    yield f"检索时间 searched: {record.made}"
    yield f"检索式 query: {_one_line(request.query) or '（空，全部段落 none: every passage)'}"
    yield f"理解为 understood as: {_one_line(record.formula)}"
    if request.any_term:
        yield "匹配 matching: 含任一词 any of the words"
    if request.also:
        yield f"也算作符合的写法 other writings that count: {', '.join(request.writings)}"
    for written, text, kind in record.equivalents:
        yield f"　　{_one_line(written)} = {_one_line(text)} ({kind})"
    for facet in ALL_FACETS:
        if chosen := request.chosen(facet.name):
            values = " | ".join(map(_one_line, chosen))
            yield f"筛选 filter: {facet.label} {facet.name} = {values}"
        if excluded := request.excluded(facet.name):
            values = " | ".join(map(_one_line, excluded))
            yield f"不含 left out: {facet.label} {facet.name} = {values}"
    shown = "，合并转载 reprints collapsed" if request.collapse else ""
    if request.by_document:
        shown = "，按文献 by document"
    yield f"排序 order: {request.sort}{shown}"
    for _, zh, en in record.notices:
        yield f"说明 notice: {_one_line(zh)} {_one_line(en)}"
    yield (
        f"结果 found: {least}{counts.passages:,} 个段落 passages, "
        f"{counts.documents:,} 篇文献 documents; 原样含有 literally: {counts.literally:,}; "
        f"标题与图注 titles and captions: {counts.labels:,}"
    )
    if counts.wider is not None:
        yield f"算上其他写法 with other writings: {counts.wider:,} 个段落 passages"
    yield (
        f"文献库 collection: {collection.passages:,} 个段落 passages, "
        f"{collection.documents:,} 篇文献 documents; 收录至 indexed at: "
        f"{collection.indexed_at or '?'}; {collection.format}, commit {collection.generation}"
    )
    yield f"文件校验 files: {collection.files or '-'}"
    yield (
        f"词典 dictionary: {collection.dictionary}; "
        f"主题词表 taxonomy: {collection.taxonomy or '-'}; "
        f"同义词 synonyms: {collection.synonyms or '-'}; 人工指定 overrides: "
        f"{collection.overrides or '-'}; 行政区划 gazetteer: {collection.gazetteer}; "
        f"读取程序 reader: {collection.reader}"
    )
    yield f"软件 program: {record.program}"
    yield f"地址 address: {record.address}"
    yield f"命令 command: {_one_line(record.command)}"


def _facets(record: SearchRecord) -> Iterator[str]:
    for facet in ALL_FACETS:
        counts = record.counts.facets.get(facet.name, ())
        if not counts:
            continue
        yield ""
        yield f"{facet.label} {facet.name}"
        for count in counts[:_FACET_VALUES]:
            value = "未知 unknown" if count.value is None else _one_line(str(count.value))
            yield f"　　{value}: {count.count:,} / {count.documents:,}"
        if len(counts) > _FACET_VALUES:
            yield f"　　……另有 {len(counts) - _FACET_VALUES} 项 more values"


def _one_line(text: str) -> str:
    """On one line, and without what would command a terminal."""
    return "".join(" " if c.isspace() or not c.isprintable() else c for c in text)
