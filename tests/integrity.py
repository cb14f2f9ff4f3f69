"""What must hold of a damaged index? Every door gives what it gave before, or one sentence.

A case is one file of an index damaged at one place, by chance, and then everything asked again:
searches, facets, passages, documents, citations, exports, through the addresses of the page and the
command line. Damage may come while a server has the index open, or be followed by commands that
write files anew, after which it must still be refused, or be mended.
"""

from __future__ import annotations

import datetime
import random
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from jinja2.bccache import Bucket, BytecodeCache

from search.cli import main
from search.config import load_settings
from search.engines.whoosh import writer as writer_module
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.toc import TOC_NAME, read_toc
from search.errors import DuansouError
from search.index import run as indexing
from search.searching.index import Index
from search.web import create_app

_WORDS = re.findall(
    r"\w+",
    "网格化管理、安全生产、矛盾纠纷、群众、社区、服务、监督、检查、落实、责任、制度、平安建设、"
    "排查、整改、县委、街道、干部、走访、调解、治理、信访、财政、预算、项目、环境、保护、防控、"
    "疫情、学校、医院",
)
_PLACES = ("大同市", "贵港市", "保定市", "潍坊市")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.+Z]*|用时 [\d.,]+ 毫秒")
"""When the question was asked, and how long the answer took."""


class Answer(NamedTuple):
    """What a door said: status or exit code, and the text."""

    code: int
    text: str


Doors = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Made:
    """An index with its documents, kept in ``pristine`` and tried in ``work``.

    ``doors`` is what every door says of it, ``after`` what they say after a command that writes.
    """

    pristine: Path
    work: Path
    forgotten: str
    doors: Doors
    after: Mapping[str, Doors]

    def restore(self) -> Path:
        """The folder of the index, as it was made."""
        shutil.rmtree(self.work)
        shutil.copytree(self.pristine, self.work)
        return self.work / "index"


def _run(index_dir: Path, *args: str | Path) -> Answer:
    with pytest.MonkeyPatch.context() as patch:
        # A record of a search names the time of the index, which must not tell two runs apart.
        patch.setattr(indexing, "datetime", _Clock)
        done = CliRunner().invoke(main, [*map(str, args), "--index", str(index_dir)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return Answer(-1, f"traceback: {done.exception!r}")
    return Answer(done.exit_code, done.output)


class _Clock:
    """Stands for the module ``datetime``, always at one moment."""

    UTC = datetime.UTC

    class datetime:  # noqa: N801 - as there
        @staticmethod
        def now(_: datetime.tzinfo) -> datetime.datetime:
            return datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def _write(folder: Path, number: int, version: int = 0) -> None:
    chance = random.Random(f"{number} {version}")
    lines = [f"{chance.choice(_PLACES)}{chance.choice(_WORDS)}工作报告之{number}", ""]
    lines += [f"20{10 + number % 9}-03-{1 + number % 28:02} 来源：某市日报{number % 3}", ""]
    for _ in range(chance.randint(3, 9)):
        words = chance.choices(_WORDS, k=chance.randint(8, 20))
        lines += ["，".join(map("".join, zip(words[::2], words[1::2], strict=False))) + "。", ""]
    (folder / f"{number:02}.txt").write_text("\n".join(lines), encoding="utf-8")


def _indexed(place: Path, *numbers: int, version: int = 0, merging: int = 0) -> None:
    """Index some files, new or with another content."""
    documents = place / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        _write(documents, number, version)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer_module, "_MERGE_BELOW_PASSAGES", merging)
        assert _run(place / "index", "index", documents, "--quiet").code == 0


def _one_segment(place: Path) -> None:
    _indexed(place, *range(24), merging=2_000)


def _several_segments(place: Path) -> None:
    _indexed(place, *range(12))
    _indexed(place, *range(12, 20))
    _indexed(place, 3, 15, 21, version=1)


def _merged(place: Path) -> None:
    _several_segments(place)
    _indexed(place, 22, merging=2_000)


def _rewritten(place: Path) -> None:
    _several_segments(place)
    with closing(open_engine(place / "index")) as engine:
        (gone, *_) = [d.document_id for d in engine.reader().documents()]
    assert _run(place / "index", "forget", gone).code == 0


MADE: Mapping[str, Callable[[Path], None]] = {
    "one segment": _one_segment,
    "several segments with deletions": _several_segments,
    "after a merge": _merged,
    "rewritten by forget": _rewritten,
}


def make(place: Path, history: str) -> Made:
    """An index with one of the histories of ``MADE``."""
    work = place / "work"
    MADE[history](work)
    with closing(open_engine(work / "index")) as engine:
        forgotten = [document.document_id for document in engine.reader().documents()][5]
    shutil.copytree(work, place / "pristine")
    doors = _ask(work / "index")
    refused = {door: answer for door, answer in doors.items() if answer.code not in (0, 200)}
    assert not refused, refused
    made = Made(place / "pristine", work, forgotten, doors, {})
    after = {}
    for name, command in _COMMANDS.items():
        index_dir = made.restore()
        assert command(made).code == 0
        after[name] = _ask(index_dir)
    return replace(made, after=after)


# Doors


def _questions(index: Index) -> list[str]:
    passages = list(index.passages())
    some = passages[:: max(1, len(passages) // 4)]
    addresses = [
        f"/api/v1/search?q={quote(query)}{rest}"
        for query, rest in (
            ("网格化管理", ""),
            ('"安全生产"', "&sort=date"),
            ("防控 OR 信访 -预算", "&page=2"),
            ('"群众 监督"~8', ""),
            ("网格*管理", "&any=1"),
            ("平安", "&year=2012&year=2015"),
            ("", "&sort=document"),
            ("title:报告 社区", "&by=document"),
        )
    ]
    addresses += [
        "/api/v1/facets",
        "/api/v1/suggest?q=anquan",
        f"/?q={quote('矛盾纠纷')}",
        f"/kwic.csv?q={quote('排查')}",
        f"/compare.csv?q={quote('服务')}&rows=year&columns=source",
        f"/export.csv?q={quote('制度')}",
        "/export.bib?q=&accessed=2026-01-01",
    ]
    for passage in some:
        identity = passage.passage_id
        addresses += [
            f"/api/v1/passages/{identity}",
            f"/api/v1/passages/{identity}/why?q={quote('责任 落实')}",
            f"/api/v1/passages/{identity}/like",
            f"/p/{identity}",
            f"/api/v1/passages/{identity}/cite?accessed=2026-01-01",
            f"/api/v1/documents/{passage.document_id}",
            f"/d/{passage.document_id}",
        ]
    return addresses


def _ask(index_dir: Path, questions: list[str] | None = None) -> Doors:
    """What the doors say, the addresses in the given order; a traceback has the code -1."""
    answers: dict[str, Answer]
    try:
        engine = open_engine(index_dir)
    except DuansouError as error:
        answers = {address: _said(error) for address in questions or ()}
    else:
        with Index(engine, path=index_dir) as index:
            asked = questions or _questions(index)
            answers = dict(_ask_page(index, asked))
    for command in (
        ("search", "安全生产", "--json"),
        ("documents", "--json"),
        ("export", "治理", "--format", "jsonl"),
        ("check",),
    ):
        code, text = _run(index_dir, *command)
        answers[" ".join(command)] = Answer(code, _TIME.sub("TIME", text))
    return answers


class _Compiled(BytecodeCache):
    """Compiles each template once for all cases, which is half of the work of one."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def _ask_page(index: Index, addresses: list[str]) -> Doors:
    """A server's answers, in the given order."""
    app = create_app(index, load_settings(index_dir=index.path))
    app.jinja_env.bytecode_cache = _COMPILED
    client = app.test_client()
    answers = {}
    for address in addresses:
        try:
            response = client.get(address)
            text = response.get_data(as_text=True)
        except Exception as error:
            answers[address] = Answer(-1, f"traceback: {error!r}")
        else:
            volatile = address.startswith(("/export", "/kwic", "/compare", "/?"))
            answers[address] = Answer(
                response.status_code, _TIME.sub("TIME", text) if volatile else text
            )
    return answers


def _said(error: DuansouError) -> Answer:
    return Answer(error.http_status, error.message)


# Damage


def _bit(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _bytes(data: bytearray, chance: random.Random) -> None:
    size = chance.randint(1, 16)
    at = chance.randrange(max(1, len(data) - size))
    data[at : at + size] = chance.randbytes(len(data[at : at + size]))


def _zeros(data: bytearray, chance: random.Random) -> None:
    size = chance.choice((8, 64, 512, 4_096))
    at = chance.randrange(max(1, len(data) - size))
    data[at : at + size] = bytes(len(data[at : at + size]))


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


DAMAGES: Mapping[str, Callable[[bytearray, random.Random], None]] = {
    "a bit": _bit,
    "some bytes": _bytes,
    "zeros": _zeros,
    "a cut": _cut,
}


def _damage(index_dir: Path, kind: str, chance: random.Random) -> Path:
    """Damage one file of an index in place; a quarter of the times any file, else by size."""
    files = [index_dir / entry.name for entry in read_toc(index_dir).files()]
    files = sorted([*files, index_dir / TOC_NAME], key=lambda path: path.suffix)
    sizes = [path.stat().st_size for path in files]
    (path,) = chance.choices(files, None if chance.random() < 0.25 else sizes)
    before = path.read_bytes()
    data = bytearray(before)
    while data == before:
        DAMAGES[kind](data, chance)
    with path.open("r+b") as file:
        file.write(data)
        file.truncate()
    return path


# Cases


@dataclass(frozen=True, slots=True)
class Case:
    """The worst of the answers: "same", "sentence", "wrong" or "crash"; and which door gave it."""

    worst: str
    what: str = ""


_ORDER = ("same", "sentence", "wrong", "crash")


def check_case(made: Made, kind: str, damage: str, chance: random.Random) -> Case:
    """One case: a kind of ``CASES`` with a damage of ``DAMAGES``."""
    return CASES[kind](made, made.restore(), damage, chance)


def _at_rest(made: Made, index_dir: Path, damage: str, chance: random.Random) -> Case:
    """The index is damaged, and then opened."""
    path = _damage(index_dir, damage, chance)
    case = _judged(made.doors, _ask(index_dir, _shuffled(made.doors, chance)))
    return case if case.worst != "same" else Case("wrong", f"check calls {path.name} whole")


def _under_a_server(made: Made, index_dir: Path, damage: str, chance: random.Random) -> Case:
    """The index is damaged in place while a server has it open and has answered some."""
    addresses = _shuffled(made.doors, chance)
    with Index(open_engine(index_dir), path=index_dir) as index:
        first = _judged(made.doors, _ask_page(index, addresses[: len(addresses) // 2]))
        assert first.worst == "same", first
        _damage(index_dir, damage, chance)
        return _judged(made.doors, _ask_page(index, addresses))


def _then(name: str, made: Made, index_dir: Path, damage: str, chance: random.Random) -> Case:
    """The index is damaged, and a command writes it anew, or refuses."""
    _damage(index_dir, damage, chance)
    done = _COMMANDS[name](made)
    expected = made.after[name] if done.code == 0 else made.doors
    refused = _outcome(Answer(0, ""), done) if done.code else "same"
    case = _judged(expected, _ask(index_dir, _shuffled(expected, chance)))
    if done.code == 0 and case.worst == "same":
        return case
    return max(Case(refused, str(done)), case, key=lambda case: _ORDER.index(case.worst))


def _forget(made: Made) -> Answer:
    return _run(made.work / "index", "forget", made.forgotten)


def _index(made: Made) -> Answer:
    return _run(made.work / "index", "index", made.work / "documents", "--quiet")


def _add(made: Made) -> Answer:
    _write(made.work / "documents", 23)
    return _index(made)


_COMMANDS: Mapping[str, Callable[[Made], Answer]] = {
    "forget": _forget,
    "index": _index,
    "index of one more": _add,
}

CASES: Mapping[str, Callable[[Made, Path, str, random.Random], Case]] = {
    "damaged at rest": _at_rest,
    "damaged under a server": _under_a_server,
    **{f"damaged, then `{name}`": partial(_then, name) for name in _COMMANDS},
}


def _shuffled(doors: Doors, chance: random.Random) -> list[str]:
    addresses = [address for address in doors if address.startswith("/")]
    chance.shuffle(addresses)
    return addresses


def _judged(expected: Doors, got: Doors) -> Case:
    cases = [
        Case(_outcome(expected[door], answer), f"{door}: {_told(expected[door], answer)}")
        for door, answer in got.items()
    ]
    return max(cases, key=lambda case: _ORDER.index(case.worst))


def _told(expected: Answer, answer: Answer) -> str:
    """Where an answer differs."""
    pairs = enumerate(zip(expected.text, answer.text, strict=False))
    at = max(0, next((n for n, (before, now) in pairs if before != now), 0) - 40)
    return f"{answer.code}: {expected.text[at : at + 160]!r} is now {answer.text[at : at + 160]!r}"


def _outcome(expected: Answer, answer: Answer) -> str:
    if answer == expected:
        return "same"
    if answer.code in (-1, 500) or "Traceback" in answer.text:
        return "crash"
    # What mends it stands in every sentence.
    if answer.code == 503 and "duansou index" in answer.text:
        return "sentence"
    if answer.code == 503 and "again into an empty folder" in answer.text:
        return "sentence"
    if answer.code == 4 and "index the documents again" in answer.text:
        return "sentence"
    # Of a damaged number of the format nobody can tell that it is not a newer one.
    if answer.code in (4, 503) and "update Duansou" in answer.text:
        return "sentence"
    return "wrong"
