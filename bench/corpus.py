"""Which passages are searched? The different paragraphs of the regulations, with facets.

A passage is a paragraph of ten or more characters whose text no earlier file has. Province from the
folder, city from the title, year from the date in the file name, source from the folder, topic from
the first of a few words that the text contains. Files are shuffled with a fixed seed before a size
is cut off, so that every size has every province, and are then put in path order again.

Past the collection's own size it is extended: a new passage is the first half of one paragraph and
the second half of another, cut at punctuation, under a copy of the first one's document. Words keep
their shares, texts are all different.
"""

from __future__ import annotations

import json
import random
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

LEAST_CHARS = 10
PLANTED = {
    f"{first}{second}{first}": hits
    for hits, firsts in ((10, "qjzv"), (100, "xwkg"), (1000, "fbhy"))
    for first, second in zip(firsts, "dmtp", strict=True)
}
"""Made-up word → how many of the first 100,000 passages it is appended to; no other has it."""
PLANTED_WITHIN = 100_000

_PROVINCES = {
    "上海": "上海市",
    "北京": "北京市",
    "重庆": "重庆市",
    "山东": "山东省",
    "河南": "河南省",
    "浙江": "浙江省",
    "广东": "广东省",
}
_TOPIC_WORDS = {
    "生态环境": ("环境", "污染", "水资源", "森林"),
    "安全生产": ("安全", "消防", "事故"),
    "土地住房": ("土地", "房屋", "建设工程"),
    "财政税收": ("财政", "预算", "税"),
    "教育科技": ("教育", "学校", "科学技术"),
    "医疗卫生": ("卫生", "医疗", "药品"),
    "劳动保障": ("劳动", "职工", "社会保险"),
    "农业农村": ("农业", "农村", "农民"),
    "交通运输": ("交通", "道路", "运输"),
    "市场经营": ("企业", "市场", "经营"),
    "司法诉讼": ("人民法院", "诉讼", "仲裁"),
    "权力机关": ("人民代表大会", "选举"),
}
_NO_TOPIC = "未分类"
_DATE = re.compile(r"[(（](\d{4})-\d\d-\d\d[)）]$")
_CITY = re.compile(r"([\u4e00-\u9fff]{1,2}[^城]市)(?!场|政|容|民|级|区)")
_BREAK = re.compile(r"[，；。、：]")
_SEED = 20240601


class CorpusError(Exception):
    """The collection is not where it was looked for; the message is for the reader."""


@dataclass(frozen=True, slots=True)
class BenchPassage:
    """One paragraph: its text, the headings above it and its topic."""

    text: str
    headings: tuple[str, ...]
    topic: str


@dataclass(frozen=True, slots=True)
class BenchDocument:
    """One file's passages, with the facets they share. ``city`` is a path; None is unknown."""

    path: str
    title: str
    source: str
    city: str | None
    year: int | None
    passages: tuple[BenchPassage, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A file with one JSON document a line, and how many passages they have."""

    path: Path
    passages: int

    def documents(self) -> Iterator[BenchDocument]:
        """All documents in path order, read as they are asked for."""
        with self.path.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                passages = tuple(
                    BenchPassage(text, tuple(headings), topic)
                    for text, headings, topic in record.pop("passages")
                )
                yield BenchDocument(**record, passages=passages)


def unpack(archive: Path, into: Path) -> Path:
    """The folder of the collection; an archive is unpacked first. Raises CorpusError."""
    if archive.is_dir():
        return archive
    if not archive.is_file():
        raise CorpusError(
            f"There is no collection at {archive}: name an archive or a folder of Markdown files "
            "with --corpus."
        )
    with tarfile.open(archive) as packed:
        packed.extractall(into, filter="data")
    return into


def read_regulations(folder: Path) -> list[BenchDocument]:
    """Every file as a document of its new paragraphs, in an order shuffled with a fixed seed."""
    seen: set[str] = set()
    documents = []
    # What lies in the folder itself is about the collection.
    for file in sorted(folder.glob("*/**/*.md")):
        document = _read(file, file.relative_to(folder), seen)
        if document.passages:
            documents.append(document)
    if not documents:
        raise CorpusError(f"There are no Markdown files with text under {folder}.")
    random.Random(_SEED).shuffle(documents)  # noqa: S311 (a fixed order, not a secret)
    return documents


def generated_documents(passages: int) -> list[BenchDocument]:
    """A small made-up collection, for trying the bench out where there is no real one."""
    chance = random.Random(_SEED)  # noqa: S311 (a fixed order, not a secret)
    openings = ("县级以上地方人民政府应当", "有关部门应当依法", "企业事业单位不得", "公民有权")
    middles = ("加强安全管理", "保护生态环境", "建立健全土地登记制度", "公开财政预算", "培训职工")
    endings = ("，并向社会公布", "，接受人民代表大会监督", "，违反规定的给予处分", "，鼓励科技创新")
    documents = []
    for first in range(0, passages, 20):
        texts = [
            f"第{n}条{chance.choice(openings)}{chance.choice(middles)}{chance.choice(endings)}。"
            for n in range(first, min(first + 20, passages))
        ]
        province = chance.choice(list(_PROVINCES))
        documents.append(
            BenchDocument(
                path=f"{province}/条例{first}.md",
                title=f"{province}条例之{first}",
                source=province,
                city=_PROVINCES[province],
                year=chance.choice((None, *range(1998, 2024))),
                passages=tuple(BenchPassage(text, ("总则",), _topic(text)) for text in texts),
            )
        )
    return documents


def take(documents: list[BenchDocument], size: int) -> list[BenchDocument]:
    """The first ``size`` passages, extended where there are fewer, planted, in path order."""
    chosen: list[BenchDocument] = []
    count = 0
    for document in _extended(documents) if size else ():
        passages = document.passages[: size - count]
        passages = tuple(
            replace(passage, text=_planted(passage.text, count + n))
            for n, passage in enumerate(passages)
        )
        chosen.append(replace(document, passages=passages))
        count += len(passages)
        if count >= size:
            break
    return sorted(chosen, key=lambda document: document.path)


def write_corpus(documents: Iterable[BenchDocument], path: Path) -> Corpus:
    """Write documents to a file that every worker process reads."""
    count = 0
    with path.open("w", encoding="utf-8") as out:
        for document in documents:
            count += len(document.passages)
            record = {name: getattr(document, name) for name in BenchDocument.__slots__}
            record["passages"] = [(p.text, p.headings, p.topic) for p in document.passages]
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return Corpus(path, count)


def _read(file: Path, relative: Path, seen: set[str]) -> BenchDocument:
    title = file.stem
    date = _DATE.search(title)
    title = _DATE.sub("", title)
    source = relative.parts[1] if relative.parts[0] == "DLC" else relative.parts[0]
    province = _PROVINCES.get(source.removesuffix("地方法规"))
    headings: list[str] = []
    passages = []
    for line in file.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith("#"):
            level = len(text) - len(text.lstrip("#"))
            headings[max(0, level - 2) :] = [text.strip("# ")] if level > 1 else []
        elif len(text) >= LEAST_CHARS and text not in seen:
            seen.add(text)
            passages.append(BenchPassage(text, tuple(headings), _topic(text)))
    return BenchDocument(
        path=relative.as_posix(),
        title=title,
        source=source,
        city=_city(province, title),
        year=int(date[1]) if date else None,
        passages=tuple(passages),
    )


def _city(province: str | None, title: str) -> str | None:
    if province is None:
        return None
    if province.endswith("市"):
        return f"{province}/{province}"
    named = _CITY.match(title)
    return f"{province}/{named[1]}" if named else province


def _topic(text: str) -> str:
    found = (topic for topic, words in _TOPIC_WORDS.items() if any(w in text for w in words))
    return next(found, _NO_TOPIC)


def _planted(text: str, rank: int) -> str:
    if rank >= PLANTED_WITHIN:
        return text
    words = [
        word
        for number, (word, hits) in enumerate(PLANTED.items())
        if (rank - 37 * number) % (PLANTED_WITHIN // hits) == 0
    ]
    return f"{text}（{'、'.join(words)}）" if words else text


def _extended(documents: list[BenchDocument]) -> Iterator[BenchDocument]:
    """The documents, then copies of them with spliced passages, without end."""
    yield from documents
    seen = {hash(passage.text) for document in documents for passage in document.passages}
    tails = [_halves(passage.text)[1] for document in documents for passage in document.passages]
    chance = random.Random(_SEED)  # noqa: S311 (a fixed order, not a secret)
    copy = 0
    while True:
        copy += 1
        for document in documents:
            passages = []
            for passage in document.passages:
                text = _halves(passage.text)[0] + chance.choice(tails)
                if len(text) >= LEAST_CHARS and hash(text) not in seen:
                    seen.add(hash(text))
                    passages.append(replace(passage, text=text, topic=_topic(text)))
            if passages:
                yield replace(document, path=f"{document.path}.{copy}", passages=tuple(passages))


def _halves(text: str) -> tuple[str, str]:
    """Cut after the punctuation mark nearest to the middle, else in the middle."""
    middle = len(text) // 2
    cuts = [mark.end() for mark in _BREAK.finditer(text)]
    cut = min(cuts, key=lambda at: abs(at - middle), default=middle)
    if not 0 < cut < len(text):
        cut = middle
    return text[:cut], text[cut:]
