"""Walk every route and every command with whatever they can be given; none may fail unforeseen.

What there is to ask is read from the application itself: routes from its map of addresses,
parameters from the OpenAPI document and from what a view looks for, commands and options from
click's tree. So a new route, filter or switch is walked without being listed here.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock
from urllib.parse import quote_from_bytes

import click
from click.testing import CliRunner
from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from documents import json_lines, zip_archive
from search import open_index
from search.cli import main
from search.web import create_app

Problem = str
"""What is wrong with an answer, for whoever reads the report."""

_HUGE = "治" * 10_000
_HOSTILE = (
    "",
    " ",
    "~unknown",
    "没有这个值",
    "\x00",
    "\ud800",
    "\x1b[2J\x1b]0;标题\x07",
    "\u202e反\u2066",
    "../../../etc/passwd",
    "%00%ff",
    "😀",
    "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    "0",
    "-1",
    "1.5",
    "99999999999999999999",
    "１２",
    "1e9",
    "true",
    "null",
    "{}",
    "2017..2021",
    "2021..2017",
    "2017..",
    "9999..0000",
    "[" * 1_000,
    "(" * 1_000,
    "「" * 1_000,
    "/" * 1_000,
    "*" * 100,
    "-",
    "--",
    "=cmd|' /C calc'!A0",
    "city: year: topic:",
    '"没有 收口',
    "a OR OR NOT -",
    "，",
    "\n\t\r",
    _HUGE,
)
_BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b""),
    ("application/json", b"["),
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"text":' * 5_000),
    ("application/json", b"null"),
    ("application/json", b'{"text": 5}'),
    ("application/json", b'{"quotes": [1, null, {}]}'),
    ("application/json", b'{"quotes": "x"}'),
    ("application/json", b'{"text": "\\ud800\\u0000"}'),
    ("application/json", b"\xff\xfe"),
    ("application/json", b'{"text": NaN}'),
    ("application/json", b'{"text": 1' + b"0" * 5_000 + b"}"),
    ("text/plain", b"text"),
    ("application/x-www-form-urlencoded", b""),
    ("application/x-www-form-urlencoded", b"text=%ff%00%ED%A0%80&lines=2&format=x&style=y"),
    ("application/x-www-form-urlencoded", "text=“没有收口".encode()),
    ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
    ("multipart/form-data", b""),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="\x00../a.docx"\r\n\r\nPK'
        b"\r\n--b--\r\n",
    ),
)
_SENTENCE_END = re.compile(r"[.。！!?？…)）]$")
_KNOWN_CODES = range(5)


@dataclass(frozen=True, slots=True)
class Collection:
    """An index, and the values that mean something in it."""

    name: str
    index_dir: Path
    documents: Path
    values: tuple[str, ...]
    ids: tuple[str, ...]


def make_collections(folder: Path) -> tuple[Collection, Collection]:
    """One with places, years, records, an archive, an edited and an erased document; and one that
    is empty, as its only document was erased.
    """
    full, empty = folder / "full", folder / "empty"
    for place in (full, empty):
        (place / "documents").mkdir(parents=True)
    documents = full / "documents"
    _write(documents / "贵港/一.txt", "贵港市平安建设", "今年贵港市共排查矛盾纠纷三百余起。")
    _write(documents / "二.txt", "大同市网格化管理", "二〇一八年大同市配备网格员五千人。")
    _write(documents / "三.txt", "将被抹去的一篇", "玉林市视频监控平台九个，群众安全感提升。")
    (documents / "四.jsonl").write_bytes(
        json_lines([{"title": "=1+1", "text": "南宁市的记录，\x1b[31m含有控制字符。"}])
    )
    (documents / "五.zip").write_bytes(
        zip_archive(
            {"里/六.txt": "柳州市的一篇文章\n\n柳州市今年拨付三百八十万元，专款专用。".encode()}
        )
    )
    _run(full, "index", str(documents), "--quiet")
    old = _passages(full)
    _write(documents / "二.txt", "大同市网格化管理", "二〇一九年大同市配备网格员六千人。")
    _run(full, "index", str(documents), "--quiet")
    erased = next(p for p in old if "玉林" in p.text)
    _run(full, "forget", erased.document_id)
    _write(empty / "documents" / "一.txt", "唯一的一篇", "这一篇随后被抹去，索引里什么也没有。")
    _run(empty, "index", str(empty / "documents"), "--quiet")
    only = _passages(empty)[0]
    _run(empty, "forget", only.document_id)
    present = _passages(full)
    gone = [p for p in old if p.passage_id not in {q.passage_id for q in present}]
    ids = [*present[:2], *gone, only]
    with open_index(full / "index") as index:
        values = [
            str(count.value)
            for counts in index.facet_values(named=True).values()
            for count in counts[:3]
            if count.value is not None
        ]
    known = (*values, "矛盾纠纷", '"网格员"', "网格 OR 监控", "all", "1", "2")
    listed = tuple(dict.fromkeys(i for p in ids for i in (p.passage_id, p.document_id)))
    return (
        Collection("full", full / "index", documents, known, listed),
        Collection("empty", empty / "index", empty / "documents", known, listed),
    )


def _write(path: Path, title: str, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{title}\n\n2020-01-02 来源：某县日报\n\n{text}\n", encoding="utf-8")


def _run(place: Path, *arguments: str) -> None:
    done = CliRunner().invoke(
        main,
        [*arguments, "--index", str(place / "index")],
        env={"DUANSOU_READ_PROCESSES": "0"},
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.stderr


def _passages(place: Path) -> list[Any]:
    with open_index(place / "index") as index:
        return list(index.passages())


# -- addresses ---------------------------------------------------------------------------------


class _Noted(ImmutableMultiDict[str, str]):
    """Parameters of an address that remember for which of them they were asked."""

    asked: ClassVar[set[str]] = set()
    whole: ClassVar[bool] = False

    def get(self, key: Any, *args: Any, **others: Any) -> Any:
        type(self).asked.add(key)
        return super().get(key, *args, **others)

    def items(self, multi: bool = False) -> Any:
        type(self).whole = type(self).whole or multi
        return super().items(multi)


class _NotingRequest(Request):
    parameter_storage_class = _Noted


@dataclass(frozen=True, slots=True)
class WebCase:
    """One request."""

    method: str
    address: str
    content_type: str = ""
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.address[:300]} {self.body[:40]!r}"


class Site:
    """An application that is walked."""

    def __init__(self, collection: Collection, index: Any) -> None:
        self._collection = collection
        self.app: Flask = create_app(index, config={"TESTING": False, "PROPAGATE_EXCEPTIONS": True})
        self._client = self.app.test_client()
        document = self._client.get("/api/v1/openapi.json").get_json()
        self._documented = {
            path: {name: set(map(int, op["responses"])) for name, op in methods.items()}
            for path, methods in document["paths"].items()
        }
        self._named: dict[str, set[str]] = {}
        self._choices: dict[str, list[str]] = {}
        for path, methods in document["paths"].items():
            for operation in methods.values():
                for parameter in operation.get("parameters", ()):
                    if parameter["in"] == "query":
                        self._named.setdefault(path, set()).add(parameter["name"])
                        schema = parameter["schema"]
                        enum = (schema.get("items") or schema).get("enum", ())
                        self._choices.setdefault(parameter["name"], []).extend(map(str, enum))

    def parameters(self, rule: Rule) -> list[str]:
        """The parameters that a route takes: documented, or looked for when it is asked."""
        names = set(self._named.get(_documented_path(rule), ()))
        _Noted.asked, _Noted.whole = set(), False
        client = self.app.test_client()
        self.app.request_class = _NotingRequest
        try:
            for value in self._collection.ids[:2]:
                client.get(address_of(rule, [value] * len(rule.arguments)))
        finally:
            self.app.request_class = Request
        names |= _Noted.asked
        if _Noted.whole:
            names |= set(self._choices)
        return sorted(names)

    def values(self, name: str) -> list[str]:
        """What a parameter may be given: its choices, values of the collection, anything else."""
        return [
            *self._choices.get(name, ()),
            *self._collection.values,
            *self._collection.ids,
            *_HOSTILE,
        ]

    def cases(self, chosen: random.Random) -> Iterator[WebCase]:
        """For each route in turn: without parameters, with one in its place, then with two."""
        streams = [self._of_rule(rule, chosen) for rule in self.app.url_map.iter_rules()]
        while streams:
            for stream in list(streams):
                case = next(stream, None)
                if case is None:
                    streams.remove(stream)
                else:
                    yield case

    def _of_rule(self, rule: Rule, chosen: random.Random) -> Iterator[WebCase]:
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        inside = [*self._collection.ids, *self._names_of(rule), *_HOSTILE[4:]]
        names = self.parameters(rule)
        # Each value once for each parameter, in a random order, then pairs without an end.
        singles = [(name, value) for name in names for value in self.values(name)]
        chosen.shuffle(singles)
        bodies = list(_BODIES) if method == "POST" else [("", b"")]
        for body in bodies:
            yield WebCase(method, address_of(rule, self._path(rule, inside, chosen)), *body)
        for value in inside if rule.arguments else ():
            yield WebCase(method, address_of(rule, [value] * len(rule.arguments)), *bodies[0])
        for pair in singles:
            path = self._path(rule, inside[: len(self._collection.ids) + 20], chosen)
            yield WebCase(method, address_of(rule, path, [pair]), *chosen.choice(bodies))
        while len(names) > 1:
            pairs = [(n, chosen.choice(self.values(n))) for n in chosen.sample(names, 2)]
            if chosen.random() < 0.2:
                pairs += [pairs[0]] * chosen.choice((1, 60))
            path = self._path(rule, inside[: len(self._collection.ids) + 20], chosen)
            yield WebCase(method, address_of(rule, path, pairs), *chosen.choice(bodies))

    def _names_of(self, rule: Rule) -> list[str]:
        """What else may stand in the path: of a file, its suffixes; of a facet, its name."""
        from search.citing.exporting import EXPORTS
        from search.documents.facets import ALL_FACETS

        suffixes = [form.suffix[1:] for form in EXPORTS.values()]
        return [*suffixes, *(facet.name for facet in ALL_FACETS)]

    def _path(self, rule: Rule, inside: Sequence[str], chosen: random.Random) -> list[str]:
        return [chosen.choice(inside) for _ in rule.arguments]

    def ask(self, case: WebCase) -> Problem | None:
        """The answer to a request, read to its end; what is wrong with it."""
        headers = {"Content-Type": case.content_type} if case.content_type else {}
        try:
            answer = self._client.open(
                case.address, method=case.method, data=case.body or None, headers=headers
            )
            body = answer.get_data()
        except Exception as error:  # whatever it is, that is what is looked for
            return f"{type(error).__name__}: {str(error)[:200]}"
        status = answer.status_code
        if status >= 500:
            return f"answers {status}"
        if status < 400:
            return None
        if b"Traceback" in body:
            return "shows a traceback"
        if not case.address.startswith(("/api/", "/healthz", "/readyz")):
            return None if "<h1" in body.decode() else f"answers {status} without a sentence"
        return self._wrong_error(case, status, body)

    def _wrong_error(self, case: WebCase, status: int, body: bytes) -> Problem | None:
        error = json.loads(body)["error"]
        for name in ("message", "message_en"):
            if "\n" in error[name].strip() or not _SENTENCE_END.search(error[name]):
                return f"{name} is no sentence: {error[name][:100]!r}"
        with contextlib.suppress(Exception):
            rule = self.app.url_map.bind("").match(
                case.address.partition("?")[0], method=case.method, return_rule=True
            )[0]
            known = self._documented.get(_documented_path(rule), {}).get(case.method.lower())
            if known is not None and status not in known | {405}:
                return f"answers {status}, which is not documented"
        return None


def _documented_path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def address_of(rule: Rule, inside: Sequence[str], pairs: Sequence[tuple[str, str]] = ()) -> str:
    """The address of a route with these texts in its path, and these parameters."""
    values = iter(inside)
    path = re.sub(r"<[^>]+>", lambda _: _quoted(next(values)) or "-", rule.rule)
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
    return f"{path}?{query}" if query else path


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


def web_cases(
    collection: Collection, seed: int, number: int
) -> Iterator[tuple[str, Problem | None]]:
    """So many requests to a site of a collection, each with what is wrong with its answer."""
    with open_index(collection.index_dir) as index:
        site = Site(collection, index)
        for case, _ in zip(site.cases(random.Random(seed)), range(number), strict=False):
            yield f"{collection.name}: {case}", site.ask(case)


# -- commands ----------------------------------------------------------------------------------

_ENDLESS = {"serve", "--watch"}
"""They end when they are interrupted only."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the tree that is no group."""

    path: tuple[str, ...]
    params: tuple[click.Parameter, ...]


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[Command]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        elif name not in _ENDLESS:
            params = [p for p in command.params if not _ENDLESS & set(p.opts)]
            yield Command((*path, name), tuple(params))


class Shell:
    """Runs commands on a copy of a collection, in a folder where they may write what they want."""

    def __init__(self, collection: Collection, scratch: Path) -> None:
        self._collection = collection
        # Deep enough that no way up that is walked leaves it.
        self._desk = scratch / "a/b/c/d/e"
        self._lay()

    def _lay(self) -> None:
        """Everything as it was."""
        shutil.rmtree(self._desk.parents[4] / "a", ignore_errors=True)
        self._desk.mkdir(parents=True)
        shutil.copytree(self._collection.index_dir, self._desk / "index")
        shutil.copytree(self._collection.documents, self._desk / "documents")
        (self._desk / "leer").mkdir()
        (self._desk / "only.exe").write_bytes(b"MZ")
        (self._desk / "unread").mkdir()
        (self._desk / "unread/only.exe").write_bytes(b"MZ")
        (self._desk / "draft.md").write_text("他说“大同市配备网格员六千人”。", encoding="utf-8")
        (self._desk / "record.json").write_text("{}", encoding="utf-8")
        (self._desk / "broken.docx").write_bytes(b"PK\x03\x04")
        self._stamp = self._look()

    def _look(self) -> object:
        return sorted((e.name, e.stat().st_mtime_ns) for e in os.scandir(self._desk / "index"))

    def cases(self, chosen: random.Random) -> Iterator[list[str]]:
        """Commands in turn: with nothing, with each option, with pairs of these."""
        streams = [self._of(command, chosen) for command in _commands(main)]
        while streams:
            for stream in list(streams):
                case = next(stream, None)
                if case is None:
                    streams.remove(stream)
                else:
                    yield case

    def _of(self, command: Command, chosen: random.Random) -> Iterator[list[str]]:
        options = [p for p in command.params if isinstance(p, click.Option)]
        arguments = [p for p in command.params if isinstance(p, click.Argument)]
        yield list(command.path)
        singles = [(p, v) for p in options for v in self._values(p)]
        plain = [(p, v or "") for p in arguments for v in self._values(p)]
        chosen.shuffle(singles)
        chosen.shuffle(plain)
        for argument, given in plain:
            yield [
                *command.path,
                *self._needed(options, chosen),
                "--",
                *(given if each is argument else self._good(each, chosen) for each in arguments),
            ]
        for option, value in singles:
            yield [*command.path, *_written(option, value), *self._rest(arguments, chosen)]
        while len(options) > 1:
            pair = chosen.sample(options, 2)
            yield [
                *command.path,
                *(w for o in pair for w in _written(o, chosen.choice(self._values(o)))),
                *self._rest(arguments, chosen),
            ]

    def _rest(self, arguments: Sequence[click.Argument], chosen: random.Random) -> list[str]:
        return [self._good(argument, chosen) for argument in arguments]

    def _needed(self, options: Sequence[click.Option], chosen: random.Random) -> list[str]:
        return [
            word
            for option in options
            if option.required
            for word in _written(option, chosen.choice(self._values(option)))
        ]

    def _good(self, parameter: click.Parameter, chosen: random.Random) -> str:
        """What is likely to be of use."""
        if isinstance(parameter.type, click.Path):
            return chosen.choice(self._files())
        return chosen.choice((*self._collection.ids, "矛盾纠纷", "网格", *self._files()))

    def _files(self) -> list[str]:
        return [
            "documents",
            "documents/二.txt",
            "documents/四.jsonl",
            "documents/四.jsonl#1",
            "documents/五.zip!/里/六.txt",
            "draft.md",
            "record.json",
            "broken.docx",
            "leer",
            "only.exe",
            "unread",
            "index",
            "neu/datei",
            "neu.html",
            "-",
            "x" * 300,
        ]

    def _values(self, parameter: click.Parameter) -> list[str | None]:
        """What a parameter may be given; None for a switch."""
        if isinstance(parameter, click.Option) and parameter.is_flag:
            return [None]
        if isinstance(parameter.type, click.Choice):
            return [*map(str, parameter.type.choices), "", "没有", "\x1b"]
        # An argument of a process has no NUL in it, and what is no UTF-8 comes as these surrogates.
        # Nor may a command be told to read the whole disk that the tests run on.
        hostile = [
            v.replace("\ud800", "\udcff") for v in _HOSTILE if "\x00" not in v and v[:1] != "/"
        ]
        names = [] if isinstance(parameter.type, click.types.IntParamType) else self._files()
        return [*self._collection.values, *self._collection.ids, *names, *hostile]

    def run(self, arguments: Sequence[str]) -> Problem | None:
        """Run a command; what is wrong with how it ended."""
        before = Path.cwd()
        os.chdir(self._desk)
        try:
            # What waits before it tries again need not.
            with mock.patch("time.sleep"):
                done = CliRunner().invoke(
                    main, list(arguments), env=_ENVIRONMENT, input=io.BytesIO(b"text")
                )
        finally:
            os.chdir(before)
        problem = _wrong_end(arguments, done)
        if self._look_safely() != self._stamp:
            self._lay()
        return problem

    def _look_safely(self) -> object:
        try:
            return self._look()
        except OSError:
            return None


_ENVIRONMENT = {
    "DUANSOU_READ_PROCESSES": "0",
    # Nothing listens there, so that it is refused at once.
    "DUANSOU_OPENSEARCH_URL": "http://127.0.0.1:9",
    "DUANSOU_OPENSEARCH_TIMEOUT_S": "1",
}


def _written(option: click.Option, value: str | None) -> list[str]:
    name = max(option.opts, key=len)
    return [name] if value is None else [f"{name}={value}"]


def _wrong_end(arguments: Sequence[str], done: Any) -> Problem | None:
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return f"{type(done.exception).__name__}: {str(done.exception)[:200]}"
    if done.exit_code not in _KNOWN_CODES:
        return f"ends with {done.exit_code}"
    said = done.stderr.strip()
    if "Traceback" in said + done.stdout:
        return "shows a traceback"
    # What is written as a file is exact.
    if "\x1b" in said or ("\x1b" in done.stdout and arguments[:1] != ["export"]):
        return "sends an escape to the terminal"
    if done.exit_code in (2, 4):
        if not said:
            return f"ends with {done.exit_code} without a word"
        last = said.splitlines()[-1]
        if not _SENTENCE_END.search(last):
            return f"its last line is no sentence: {last[-150:]!r}"
    return None


def command_cases(
    collection: Collection, scratch: Path, seed: int, number: int
) -> Iterator[tuple[str, Problem | None]]:
    """So many commands on a collection, each with what is wrong with how it ended."""
    shell = Shell(collection, scratch)
    for arguments, _ in zip(shell.cases(random.Random(seed)), range(number), strict=False):
        shown = " ".join(a if len(a) < 60 else f"{a[:60]}…" for a in arguments)
        yield f"{collection.name}: duansou {shown!r}", shell.run(arguments)
