"""Files that are broken on purpose: cut, garbled, bombs, traps; the same ones for the same seed."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator

from documents import (
    csv_table,
    docx_document,
    html_page,
    json_lines,
    pdf_document,
    zip_archive,
)
from printed_pages import ofd_file, ofd_text

__all__ = ["GOOD_TEXT", "KINDS", "broken_files"]

GOOD_TEXT = "贵港市深入推进平安建设，不断提升人民群众的安全感和满意度，社会大局持续稳定。"
"""A sentence of the files that are whole."""

Maker = Callable[[random.Random], tuple[str, bytes]]
"""Gives (suffix, content)."""


def _sound(random_: random.Random, suffix: str) -> bytes:
    """A sound document of that format, to be broken."""
    texts = [f"第{random_.randrange(1000)}段：{GOOD_TEXT}" for _ in range(random_.randrange(3, 12))]
    if suffix == ".pdf":
        return pdf_document([[(0, text[:30]) for text in texts]] * random_.randrange(1, 4))
    if suffix == ".ofd":
        lines = [ofd_text(20, 30 + 8 * row, 4, text) for row, text in enumerate(texts)]
        return ofd_file(["".join(lines)] * random_.randrange(1, 4))
    if suffix == ".docx":
        return docx_document([("Title", "标题"), *(("Normal", text) for text in texts)])
    if suffix == ".zip":
        return zip_archive({f"文件{i}.txt": text.encode() for i, text in enumerate(texts)})
    if suffix == ".mhtml":
        page = html_page("".join(f"<p>{text}</p>" for text in texts))
        head = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
        return head + b"Content-Type: text/html; charset=utf-8\n\n" + page + b"\n--x--\n"
    if suffix == ".jsonl":
        return json_lines({"title": "标题", "text": text} for text in texts)
    if suffix == ".csv":
        return csv_table([["标题", "正文"], *(["标题", text] for text in texts)])
    if suffix == ".html":
        return html_page("<h1>标题</h1>" + "".join(f"<p>{text}</p>" for text in texts))
    return "\n\n".join(texts).encode()


_SUFFIXES = (".pdf", ".ofd", ".docx", ".zip", ".html", ".mhtml", ".jsonl", ".csv", ".txt")


def _cut(random_: random.Random) -> tuple[str, bytes]:
    suffix = random_.choice(_SUFFIXES[:6])
    data = _sound(random_, suffix)
    return suffix, data[: random_.randrange(1, len(data))]


def _garbled(random_: random.Random) -> tuple[str, bytes]:
    suffix = random_.choice(_SUFFIXES)
    data = bytearray(_sound(random_, suffix))
    for _ in range(random_.randrange(1, 40)):
        data[random_.randrange(len(data))] = random_.randrange(256)
    return suffix, bytes(data)


def _spliced(random_: random.Random) -> tuple[str, bytes]:
    suffix = random_.choice(_SUFFIXES)
    data = _sound(random_, suffix)
    at, start = random_.randrange(len(data)), random_.randrange(len(data))
    return suffix, data[:at] + data[start : start + 200] * random_.randrange(1, 50) + data[at:]


def _mislabelled(random_: random.Random) -> tuple[str, bytes]:
    is_, called = random_.sample(_SUFFIXES[:6], 2)
    return called, _sound(random_, is_)


def _noise(random_: random.Random) -> tuple[str, bytes]:
    return random_.choice(_SUFFIXES), random_.randbytes(random_.randrange(1, 20_000))


def _empty(random_: random.Random) -> tuple[str, bytes]:
    return random_.choice(_SUFFIXES), random_.choice(
        (b"", b" \n\n ", b"\x00" * 5000, b"\xef\xbb\xbf")
    )


def _bad_encoding(random_: random.Random) -> tuple[str, bytes]:
    half = random_.choice(("gb18030", "big5", "utf-16", "utf-8"))
    data = GOOD_TEXT.encode() + GOOD_TEXT.encode(half, "replace") + random_.randbytes(30)
    return random_.choice((".txt", ".html", ".jsonl", ".csv")), data


def _deep_page(random_: random.Random) -> tuple[str, bytes]:
    tag = random_.choice(("div", "b", "table><tr><td", "ul><li", "a href=x", "svg", "iframe", "p"))
    depth = random_.randrange(500, 60_000)
    return ".html", html_page(f"<{tag}>" * depth + GOOD_TEXT)


def _wide_page(random_: random.Random) -> tuple[str, bytes]:
    many = random_.randrange(10_000, 100_000)
    return ".html", html_page(
        random_.choice(
            ("<br>", "<p>字", "<!--", "<meta name=a content=b>", "&lt;", "<td>1", "<li><a>链")
        )
        * many
        + f"<p>{GOOD_TEXT}</p>"
    )


def _page_of_entities(random_: random.Random) -> tuple[str, bytes]:
    return ".xhtml", _laughs("html", random_.randrange(5, 15))


def _laughs(root: str, depth: int) -> bytes:
    """Ten times ten times ten … laughs."""
    entities = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(depth))
    text = f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY l0 "哈哈">{entities}]>'
    return f"{text}<{root}>&l{depth};</{root}>".encode()


def _word_of_entities(random_: random.Random) -> tuple[str, bytes]:
    outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    part = random_.choice((_laughs("w:document", 12), outside))
    return ".docx", _with_part(_sound(random_, ".docx"), "word/document.xml", part)


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    return zip_archive({**members, name: content})


def _swollen_word(random_: random.Random) -> tuple[str, bytes]:
    name = random_.choice(("word/document.xml", "word/styles.xml", "docProps/core.xml"))
    content = b"<w:p>" * random_.randrange(1_000_000, 6_000_000)
    return ".docx", _with_part(_sound(random_, ".docx"), name, content)


def _bomb(random_: random.Random) -> tuple[str, bytes]:
    size = random_.randrange(20_000_000, 60_000_000)
    name = random_.choice(("a.txt", "b.html", "c.jsonl", "d.docx", "e.zip"))
    return ".zip", zip_archive({name: bytes(size), "好.txt": GOOD_TEXT.encode()})


def _lying_bomb(random_: random.Random) -> tuple[str, bytes]:
    """An archive that claims its member to be small."""
    size = random_.randrange(20_000_000, 40_000_000)
    data = bytearray(zip_archive({"a.txt": b"\x41" * size}))
    packed = struct.pack("<I", size)
    while (at := data.find(packed)) >= 0:
        data[at : at + 4] = struct.pack("<I", 100)
    return ".zip", bytes(data)


def _nested(random_: random.Random) -> tuple[str, bytes]:
    data = zip_archive({"a.txt": GOOD_TEXT.encode()})
    for _ in range(random_.randrange(4, 30)):
        data = zip_archive({"b.zip": data, "c.zip": data} if len(data) < 5000 else {"b.zip": data})
    return ".zip", data


def _overlapping(random_: random.Random) -> tuple[str, bytes]:
    """Many entries of the directory that share the bytes of one member."""
    data = zip_archive({"a.txt": bytes(random_.randrange(1_000_000, 5_000_000))})
    end = data.rfind(b"PK\x05\x06")
    start = struct.unpack("<I", data[end + 16 : end + 20])[0]
    entry, many = data[start:end], random_.randrange(50, 2000)
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, many, many, len(entry) * many, start, 0)
    return ".zip", data[:start] + entry * many + tail


def _leading_out(random_: random.Random) -> tuple[str, bytes]:
    names = ("../../a.txt", "/etc/b.txt", "C:\\c.txt", "x/../../d.txt", "e\nf.txt", "\x1b[31m.txt")
    return ".zip", zip_archive({name: GOOD_TEXT.encode() for name in random_.sample(names, 3)})


def _deep_json(random_: random.Random) -> tuple[str, bytes]:
    depth = random_.randrange(1000, 200_000)
    lines = [
        "[" * depth,
        '{"a":' * depth,
        '{"text": ' + "[" * depth + "]" * depth + "}",
        "null",
        "1e999",
    ]
    return ".jsonl", json_lines([*random_.sample(lines, 3), {"text": GOOD_TEXT}])


def _broken_table(random_: random.Random) -> tuple[str, bytes]:
    body = random_.choice(
        ('a,"b\n' * 5000, "a,b,c,d\n" * 1500, '"' * 50_001, "x" * 3_000_000, "\0,\0\n")
    )
    return ".csv", f"标题,正文\n{body}\n标题,{GOOD_TEXT}\n".encode()


def _huge_line(random_: random.Random) -> tuple[str, bytes]:
    unit = random_.choice(
        ("字", "。", "一、", "（", "2018年", "a ", "来源：", "> ", "记者", "http://", "  ")
    )
    suffix = random_.choice((".txt", ".html", ".md", ".jsonl"))
    return suffix, (unit * (random_.randrange(200_000, 1_000_000) // len(unit))).encode()


def _looping_pdf(random_: random.Random) -> tuple[str, bytes]:
    """Objects that lead back to themselves, or claim to be endless."""
    data = _sound(random_, ".pdf")
    old, new = random_.choice(
        (
            (b"/Kids [", b"/Kids [7 0 R 6 0 R 5 0 R "),
            (b"/Count 1", b"/Count 999999999"),
            (b"/Length ", b"/Length 99999999"),
            (b"/DescendantFonts [2 0 R]", b"/DescendantFonts [1 0 R]"),
            (b"xref", b"xrfe"),
            (b"/Parent ", b"/Parent 1 0 R /X "),
        )
    )
    return ".pdf", data.replace(old, new)


KINDS: dict[str, Maker] = {
    "cut short": _cut,
    "bytes changed": _garbled,
    "pieces repeated": _spliced,
    "another format": _mislabelled,
    "noise": _noise,
    "nothing in it": _empty,
    "mixed encodings": _bad_encoding,
    "page, nested": _deep_page,
    "page, wide": _wide_page,
    "page, entities": _page_of_entities,
    "Word, entities": _word_of_entities,
    "Word, swollen": _swollen_word,
    "archive, bomb": _bomb,
    "archive, false sizes": _lying_bomb,
    "archive, nested": _nested,
    "archive, overlapping": _overlapping,
    "archive, paths": _leading_out,
    "records, nested": _deep_json,
    "records, broken table": _broken_table,
    "one huge line": _huge_line,
    "PDF, loops": _looping_pdf,
}
"""What is done to a file → how."""


def broken_files(count: int, seed: int) -> Iterator[tuple[str, str, bytes]]:
    """(kind, file name, content) of so many files, the kinds in turn."""
    kinds = list(KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        random_ = random.Random(f"{seed} {number}")
        suffix, content = KINDS[kind](random_)
        yield kind, f"{number:04d}{suffix}", content
