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
from office_files import (
    DELETED,
    doc_file,
    epub_file,
    msg_file,
    ods_file,
    odt_file,
    ppt_file,
    pptx_file,
    seven_zip,
    xls_file,
    xlsx_file,
)
from printed_pages import ofd_file, ofd_text

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


def _texts(random_: random.Random) -> list[str]:
    return [f"第{random_.randrange(1000)}段：{GOOD_TEXT}" for _ in range(random_.randrange(3, 12))]


def _office(random_: random.Random, suffix: str) -> bytes:
    """A sound document of an office program."""
    texts = _texts(random_)
    paragraphs = "".join(f"<text:p>{text}</text:p>" for text in texts)
    if suffix in (".doc", ".wps"):
        in_table = b"\x16\x24\x01"
        ends = [("\r", b""), ("\x07", in_table), ("\x07", in_table + b"\x17\x24\x01")]
        return doc_file([([(text, b""), (text, DELETED)], *random_.choice(ends)) for text in texts])
    if suffix == ".rtf":
        inner = "".join(f"\\'{byte:02x}" for byte in "\n".join(texts).encode("gb18030"))
        head = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 a;}}{\*\x{\v b}}\intbl "
        return f"{head}{inner}\\cell\\row{{\\footnote {inner}}}\\par}}".encode()
    if suffix in (".xls", ".et"):
        cells: list[list[tuple[float, str] | str]] = [["标题"], ["甲", "乙"]]
        cells += [[text, (random_.random(), "0.0%"), (45291.0, "yyyy-m-d")] for text in texts]
        return xls_file([("表", 0, cells)])
    if suffix in (".ppt", ".dps"):
        return ppt_file([(text[:5], text, False) for text in texts])
    if suffix == ".msg":
        return msg_file(texts[0], "\n".join(texts), files={"附.txt": texts[1].encode()})
    if suffix == ".eml":
        head = "Subject: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        inner = "\n".join(texts)
        kind = "Content-Type: text/plain; charset=utf-8"
        return f"{head}{kind}\n\n{inner}\n--x\n{kind}; name=a.txt\n\n{inner}\n--x--\n".encode()
    if suffix == ".xlsx":
        rows = "".join(
            f'<row r="{i}"><c r="A{i}" t="inlineStr"><is><t>{text}</t></is></c>'
            f'<c r="B{i}" s="1"><v>{random_.random()}</v></c></row>'
            for i, text in enumerate(texts, start=1)
        )
        page = f"<sheetData>{rows}</sheetData>"
        return xlsx_file([("表", "visible", page)], forms=["0.0%"])
    if suffix == ".ods":
        cell = f"<table:table-cell>{paragraphs}</table:table-cell>"
        return ods_file(f"<table:table><table:table-row>{cell}</table:table-row></table:table>")
    if suffix == ".pptx":
        inner = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in texts)
        return pptx_file([f"<p:sp><p:txBody>{inner}</p:txBody></p:sp>"] * 2)
    if suffix == ".odt":
        return odt_file(
            f"{paragraphs}<text:list><text:list-item>{paragraphs}</text:list-item></text:list>"
        )
    if suffix == ".epub":
        page = "".join(f"<p>{text}</p>" for text in texts)
        return epub_file({"a.html": page, "b.html": page}, ["b.html", "a.html"])
    return seven_zip({f"{i}.txt": text.encode() for i, text in enumerate(texts)})


_OFFICE_SUFFIXES = (
    *(".doc", ".wps", ".rtf", ".xls", ".et", ".xlsx", ".ods", ".ppt", ".dps", ".pptx", ".odt"),
    *(".epub", ".eml", ".msg", ".7z"),
)


def _changed(random_: random.Random, data: bytes) -> bytes:
    """Cut short, bytes changed or numbers blown up, a piece repeated or taken out."""
    changed = bytearray(data)
    how = random_.randrange(5)
    if how == 0:
        return data[: random_.randrange(1, len(data))]
    if how == 1:
        for _ in range(random_.randrange(1, 40)):
            changed[random_.randrange(len(changed))] = random_.randrange(256)
    elif how == 2:
        for _ in range(random_.randrange(1, 6)):
            at = random_.randrange(len(changed))
            changed[at : at + 4] = random_.choice(
                (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff\xff\x7f", b"\x01\x00\x00\x00")
            )
    else:
        at, start = random_.randrange(len(changed)), random_.randrange(len(changed))
        if how == 3:
            changed[at:at] = changed[start : start + 200] * random_.randrange(1, 50)
        else:
            del changed[at : at + random_.randrange(1, 300)]
    return bytes(changed)


def mutated_files(each: int, seed: int) -> Iterator[tuple[str, str, bytes]]:
    """(kind, file name, content) of so many broken files of each format of offices.

    Half of those that are zip files inside have a changed part in a sound archive.
    """
    for suffix in _OFFICE_SUFFIXES:
        for number in range(each):
            random_ = random.Random(f"{seed} {suffix} {number}")
            data = _office(random_, suffix)
            if data.startswith(b"PK") and random_.random() < 0.5:
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    members = {name: archive.read(name) for name in archive.namelist()}
                name = random_.choice([name for name, content in members.items() if content])
                content = zip_archive({**members, name: _changed(random_, members[name])})
            else:
                content = _changed(random_, data)
            yield f"{suffix}, broken", f"{suffix[1:]}-{number:04d}{suffix}", content
