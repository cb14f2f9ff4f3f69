"""Indexes of every format with the answers they gave, made by the code of their time.

``make`` runs with the code of any version, so it asks for nothing that came later without looking.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from search import open_index
from search.analysis.words import Analyzer
from search.cli import main
from search.documents.document import Document
from search.engines.whoosh import container, writer
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.searching.index import Index

FOLDER = Path(__file__).parent / "data" / "older-indexes"

ERASED = "此件内容后来应当全部抹去，任何文件里都不应再有紫云英三个字。"
"""A passage of a document that is forgotten, by versions that can."""

QUERIES = (
    "矛盾纠纷",
    '"网格员"',
    "网",
    "综治 经费",
    "联防联控队",
    "紫云英",
    "志愿者",
    '"三百余起"',
)

_ANSWERS = "answers.json"
_ASKED = 4
_SHOWN = ("text", "sha256", "document_id", "paragraph", "headings", "city", "year", "topics")
_SHOWN_SINCE = ("topic_evidence", "named_places", "named_years", "superseded")


def _article(title: str, *paragraphs: str, date: str = "2020-01-02", of: str = "青河日报") -> str:
    return "\n\n".join((title, f"{date} 来源：{of}", *paragraphs)) + "\n"


_TWICE = "各乡镇要把排查工作抓实抓细，做到底数清、情况明、责任实、措施硬，件件有人管。"
_REPRINTED = (
    "全县今年新招志愿者五百二十人，分成四十支小队，走村入户宣讲政策，化解邻里纠纷八十余件。"
)

FIRST = {
    "排查.txt": _article(
        "青河县开展矛盾排查",
        "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八，无一起上行。",
        _TWICE,
        "县综治办每月通报一次进展，对工作不力的单位点名批评，限期整改，结果存档备查。",
        _TWICE,
    ),
    "网格/网格化.md": "# 网格化管理的三年\n\n2018-05-06 来源：青河日报\n\n## 人员\n\n"
    "全县配备网格员五千人，建成视频监控平台九个，群众安全感明显提升，治安形势平稳。\n\n## 平台\n\n"
    "平台于2017年在广西贵港建成，联防联控队凭手机上报，二〇一六年至二〇一八年处置事件一万余件。\n",
    "网格/duansou.toml": '[[override]]\npath = "网格化.md"\ncity = "广西/贵港"\n'
    'author = "周文清"\n',
    "经费.txt": _article(
        "综治经费列入预算",
        "县财政将综治经费列入预算，今年拨付三百八十万元，专款专用，逐级审计，按季公开。",
        "各单位要严格执行财经纪律，不得挤占挪用，违者追究主要负责人责任。",
        date="2019-03-04",
    ),
    "转载甲.txt": _article("志愿者进村", _REPRINTED, date="2021-02-03"),
    "转载乙.txt": _article("又见志愿者", _REPRINTED, date="2021-02-08", of="河西晚报"),
    "旧闻.txt": _article("旧闻一则", "这是一则后来撤下的旧闻，讲的是十年前修桥的往事和几位老人。"),
    "无题.txt": "一份没有题名的记录，开头一段说的是村里修路的经过，前后历时两年有余才告完成。\n\n"
    "第二段说的是通车那天的情形，全村老少都来看，鞭炮从早放到晚，热闹了一整天。\n",
    "机密.txt": _article("一件机密", ERASED, "另一段也一并抹去，只留下编号，说明它曾经在这里。"),
    # Long enough for several blocks of text and of records, whatever their size.
    "年鉴.txt": _article(
        "青河年鉴",
        *(
            f"第{number}条，青河县{1900 + number}年修路{number * 7 % 90}里、植树{number * 31}株，"
            f"另筑堤{number * 13 % 50}处，{'综治经费' if number % 9 == 0 else '工料银'}"
            f"{number * 17}元，由县署{number % 12 + 1}月造册报省，存档备查。"
            for number in range(1, 101)
        ),
        date="2022-01-01",
    ),
}

_TOPICS = """
[[topic]]
name = "矛盾化解"
[topic.words]
"矛盾纠纷" = 3
"调处" = 2

[[topic]]
name = "网格"
[topic.words]
"网格员" = 3
"视频监控" = 3

[[topic]]
name = "经费"
[topic.words]
"经费" = 3
"矛盾纠纷" = 1
"财政" = 2
"""


def make(work: Path, target: Path) -> str:
    """Make an index with a history in a folder that is new, and keep it; gives its format.

    The archive ``target`` has the index, its documents, and what the code that made it answered.
    """
    documents, index = work / "documents", work / "index"
    for path, text in FIRST.items():
        _write(documents / path, text)
    words = _write(work / "words.txt", "联防联控队\n")
    topics = _write(work / "topics.toml", _TOPICS)
    synonyms = _write(work / "synonyms.txt", "志愿者 = 义工\n")
    # Nothing is merged, so that there are several segments with deletions, and blocks share a
    # dictionary as those of a large index do.
    vars(writer)["_MERGE_BELOW_PASSAGES"] = 0
    with contextlib.suppress(ModuleNotFoundError):
        compression = importlib.import_module("search.engines.whoosh.blocks")
        vars(compression)["_DICTIONARY_FROM"] = 8
    has = {p.opts[-1] for p in main.get_command(None, "index").params}  # type: ignore[arg-type,union-attr]
    given: list[str | Path] = ["--dictionary", words, "--topics", topics]
    if "--synonyms" in has:
        given += ["--synonyms", synonyms]
    _index(index, documents, *given)
    ids = _ids_to_ask(index)

    _write(documents / "排查.txt", FIRST["排查.txt"].replace("三百余起", "三百一十二起"))
    _write(documents / "无题.txt", FIRST["无题.txt"].replace("两年有余", "将近三年"))
    (documents / "旧闻.txt").unlink()
    _index(index, documents, *(["--prune"] if "--prune" in has else []))
    ids += _ids_to_ask(index)

    commands = main.list_commands(None)  # type: ignore[arg-type]
    if "forget" in commands:
        run(index, "forget", _document_id(index, "机密.txt"))
        (documents / "机密.txt").unlink()
    if "reprints" in commands:
        run(index, "reprints", "--quiet")
    _write(documents / "经费.txt", FIRST["经费.txt"].replace("三百八十万元", "四百一十万元"))
    _index(index, documents)
    ids += _ids_to_ask(index)

    name = format_of(index)
    kept = {"root": str(documents), **answers(index, dict.fromkeys(ids))}
    text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
    _write(work / _ANSWERS, text + "\n")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        for file in [work / _ANSWERS, *sorted(documents.rglob("*")), *sorted(index.iterdir())]:
            if file.is_file() and file.name != "duansou-writer.lock":
                archive.write(file, file.relative_to(work).as_posix())
    return name


def format_of(index: Path) -> str:
    """The version of the table of contents and, after a point, that of the segments."""
    version = json.loads((index / "duansou.toc").read_bytes())["version"]
    (magic,) = {file.read_bytes()[7] for file in index.glob("*.segment")}
    return f"{version}.{magic}"


def answers(index: Path, ids: Iterable[str]) -> dict[str, Any]:
    """What an index says of its documents, of some passage ids, and of a few searches."""
    with contextlib.closing(open_engine(index)) as engine:
        documents = [document.to_record() for document in engine.reader().documents()]
        manifest = dict(engine.reader().manifest())
        generation = engine.snapshot().toc.generation
    with open_index(index) as opened:
        searches = {query: _found(opened, query) for query in QUERIES}
    return {
        "documents": json.loads(json.dumps(documents)),
        "manifest": manifest,
        "generation": generation,
        "passages": _ids(index),
        "shown": {passage_id: _shown(index, passage_id) for passage_id in ids},
        "searches": searches,
    }


def broken_promises(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Of what ``answers`` gave of an older index, what is not so of the index it became."""
    documents = [[Document.from_record(d) for d in of["documents"]] for of in (before, after)]
    broken = [] if documents[0] == documents[1] else ["documents"]
    broken += [name for name in ("passages", "manifest") if before[name] != after[name]]
    for kind in ("shown", "searches"):
        for asked, said in before[kind].items():
            # What a later version says besides is no promise of this one.
            if not _holds(said, after[kind][asked]):
                broken.append(f"{kind} {asked}")
    return broken


def _holds(before: Any, after: Any) -> bool:
    """Whether all that was said is said, in the same words."""
    if isinstance(before, dict):
        return all(name in after and _holds(value, after[name]) for name, value in before.items())
    return bool(before == after)


def check_killed(kept: Kept, work: Path, random_: random.Random) -> None:
    """Kill an upgrade at a random moment: what is there is the old index or the new one, whole."""
    index = kept.unpack(work)
    old = files_of(index)
    process = subprocess.Popen(
        [sys.executable, "-c", _UPGRADE, str(index)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    # An upgrade of so small an index takes about 0.2 to 0.4 s.
    time.sleep(random_.uniform(0, 0.4))
    process.kill()
    process.wait()
    process.stdout.close()
    check_whole(index, old, kept.answers["documents"])


_UPGRADE = """
import sys
from pathlib import Path
from search.engines.upgrading import upgrade
print("begins", flush=True)
upgrade(Path(sys.argv[1]), memory_mb=256)
"""


def check_whole(index: Path, old: dict[str, bytes], documents: list[Any]) -> None:
    """The index is the old or the new one, and the next upgrade makes it the new one."""
    if run(index, "check")[0]:
        assert old.items() <= files_of(index).items()
    code, _, err = run(index, "upgrade", "--quiet")
    assert code == 0, err
    assert run(index, "check")[0] == 0
    with open_index(index) as opened:
        assert list(opened.documents()) == list(map(Document.from_record, documents))
    # What a failure right after the commit leaves goes with the next writer.
    with open_writer(index, Analyzer()):
        pass
    assert run(index, "check")[0] == 0
    assert not (index / ".upgrading").exists()
    assert not old.keys() & files_of(index).keys() - {"duansou.toc"}


def files_of(index: Path) -> dict[str, bytes]:
    """The files of an index but the lock."""
    return {
        path.name: path.read_bytes()
        for path in index.iterdir()
        if path.is_file() and path.name != "duansou-writer.lock"
    }


def run(index: Path, *arguments: str | Path) -> tuple[int, str, str]:
    """A command on an index: exit code, output, messages."""
    done = CliRunner().invoke(
        main, [*map(str, arguments), "--index", str(index)], catch_exceptions=False
    )
    return done.exit_code, done.stdout, done.stderr


@dataclass(frozen=True, slots=True)
class Kept:
    """An index that is kept; ``answers`` is what its own version answered."""

    name: str

    @property
    def is_older(self) -> bool:
        """Whether its format is not the present one."""
        return int(self.name.split(".")[0]) < container.VERSION

    @property
    def has_older_terms(self) -> bool:
        """Whether its texts became terms in another way than today."""
        with zipfile.ZipFile(FOLDER / f"{self.name}.zip") as archive:
            body = json.loads(archive.read("index/duansou.toc"))["body"]
        return bool(body["analyzer_digest"] != Analyzer(tuple(body["user_words"])).digest)

    @property
    def answers(self) -> dict[str, Any]:
        """What ``answers`` gave, and the ``root`` of the documents then."""
        with zipfile.ZipFile(FOLDER / f"{self.name}.zip") as archive:
            value: dict[str, Any] = json.loads(archive.read(_ANSWERS))
        return value

    def unpack(self, work: Path) -> Path:
        """Put the index and its documents into a folder; gives that of the index."""
        with zipfile.ZipFile(FOLDER / f"{self.name}.zip") as archive:
            archive.extractall(work)
        return work / "index"


def kept_indexes() -> list[Kept]:
    """Every index that is kept, the oldest format first."""
    return [Kept(name) for name in sorted(path.stem for path in FOLDER.glob("*.zip"))]


def _index(index: Path, documents: Path, *options: str | Path) -> None:
    code, _, err = run(index, "index", documents, "--quiet", *options)
    # The first versions say of duansou.toml that they skipped it.
    if code not in (0, 3):
        raise RuntimeError(err)


def _ids(index: Path) -> list[str]:
    with contextlib.closing(open_engine(index)) as engine:
        return [passage.passage_id for passage in engine.reader().passages()]


def _ids_to_ask(index: Path) -> list[str]:
    """A few of each document: asking takes longer than all else."""
    with contextlib.closing(open_engine(index)) as engine:
        return [p.passage_id for p in engine.reader().passages() if p.paragraph <= _ASKED]


def _document_id(index: Path, path: str) -> str:
    with contextlib.closing(open_engine(index)) as engine:
        return next(d.document_id for d in engine.reader().documents() if d.path == path)


def _shown(index: Path, passage_id: str) -> dict[str, Any]:
    """What ``show`` says of a passage: the exit code, and its record where there is one."""
    code, out, _ = run(index, "show", passage_id, "--json")
    if code:
        return {"code": code}
    record = json.loads(out)
    shown = {name: record[name] for name in (*_SHOWN, *_SHOWN_SINCE) if name in record}
    if shown.get("superseded"):
        shown["superseded"] = {n: record["superseded"][n] for n in ("at", "reason")}
    return {
        "code": code,
        **shown,
        "captured": record["document"]["captured"],
        "citations": [citation["text"] for citation in record["citations"]],
    }


def _found(opened: Index, query: str) -> dict[str, Any]:
    """All that a search finds, and its counts. Ranking is no promise of a format."""
    results = opened.search(query, limit=100)
    counts = {
        name: sorted(([value.value, value.count] for value in values), key=str)
        for name, values in results.facets.items()
    }
    ids = sorted(hit.passage_id for hit in results.hits)
    return {"total": results.total, "ids": ids, "facets": counts}


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def settle(index: Path, documents: Path, root: str) -> None:
    """Let an older index know its documents where they lie now, as they stand there.

    Only tables of contents and manifests are touched, which are alike in the formats 1 and 2.
    """
    table = index / "duansou.toc"
    envelope = json.loads(table.read_bytes())
    entry = envelope["body"]["manifest"]
    manifest = json.loads((index / entry["name"]).read_bytes())
    known = manifest["files"].pop(root)
    for path, record in known.items():
        if (documents / path).exists():
            status = (documents / path).stat()
            record[2:] = [status.st_mtime_ns, status.st_ctime_ns]
    manifest |= {"files": {str(documents): known}, "roots": [str(documents)]}
    data = json.dumps(manifest).encode()
    (index / entry["name"]).write_bytes(data)
    entry |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    body = json.dumps(envelope["body"], ensure_ascii=True, sort_keys=True)
    envelope["sha256"] = hashlib.sha256(body.encode()).hexdigest()
    table.write_text(json.dumps(envelope))
