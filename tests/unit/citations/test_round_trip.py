"""What is exported is read back by independent parsers, whatever the text: nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from search.citing.formats import Entry, Item, item_of, write_citations
from unit.citations.records import document, passage

PIECES = st.sampled_from(
    [
        *"{}\\%@#&$_^~\"'`<>|=,;-?!()[]:/ .",
        *"网格化，。“”《》——𠮷é\u3000\ufeff",
        *"\n\r\t\0\x0b\x0c\x1c\x85\u2028\u2029\ud800\udfff",
        "\nER  - \nTY  - JOUR\nTI  - ",
        "@article{x,}",
        "\\input{/etc/passwd}",
        "\\textbf{",
        "<script>alert(1)</script>",
        "&amp;",
        "--",
        "``",
        " and ",
        "abc",
    ]
)
HOSTILE = st.lists(PIECES, max_size=12).map("".join)
FEW = settings(max_examples=40, deadline=None)
LATEX = LatexNodes2Text(math_mode="verbatim")


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    made = document(
        title=draw(HOSTILE),
        author=draw(st.one_of(HOSTILE, st.just("Fordham, Ernest W.; Ali, Amiad"))),
        source=draw(HOSTILE),
        site=draw(HOSTILE),
        source_kind=draw(st.sampled_from([None, "newspaper", "web"])),
        published=draw(st.sampled_from([None, "2017", "2018-12", "2018-12-18T21:52"])),
        url=draw(st.sampled_from([None, "https://a.cn/1_{%7E}.htm?a=b&c=%E4#/x\\y", "x"])),
    )
    # No file has half a surrogate pair in its text; a record's field may.
    text = draw(HOSTILE).replace("\ud800", "").replace("\udfff", "")
    return Entry(made, replace(passage(made), text=text), address="https://host.example/p/1_~%")


def written(entry: Entry, form: str) -> str:
    text = "".join(write_citations([entry], form, accessed="2026-07-01"))
    return text.encode("utf-8").decode("utf-8")


def item(entry: Entry) -> Item:
    return item_of(entry, accessed="2026-07-01")


def unlatex(text: str) -> str:
    # pylatexenc gives \textasciicircum as the modifier letter.
    return str(LATEX.latex_to_text(text)).replace("ˆ", "^")


@FEW
@given(entries())
def test_bibtex(entry: Entry) -> None:
    meant = item(entry)
    library = parse_string(written(entry, "bibtex"), append_middleware=[SeparateCoAuthors()])
    assert not library.failed_blocks
    (read,) = library.entries
    fields = {field.key: field.value for field in read.fields}
    assert read.key == meant.key
    assert unlatex(fields.get("title", "")) == (meant.title or "")
    container = fields.get("journal", fields.get("organization", ""))
    assert unlatex(container) == (meant.container or "")
    host = [f"所见网站：{meant.host}"] if meant.host else []
    english = [f"Seen at: {meant.host}"] if meant.host else []
    assert unlatex(fields["annote"]).split("\n\n") in (
        [*meant.notes, *host],
        [*meant.notes, *english],
    )
    assert fields.get("date") == meant.published
    assert fields["urldate"] == meant.accessed
    encoded = (meant.url or "").replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
    assert fields.get("url", "") == encoded
    names = [name for name in fields.get("author", []) if name != "others"]
    inverted = dict(meant.authors.inverted)
    assert [unlatex(name) for name in names] == [
        ", ".join(inverted[i]) if i in inverted else name
        for i, name in enumerate(meant.authors.names)
    ]


def test_bibtex_s_persons_come_apart_and_institutions_do_not() -> None:
    two = Entry(document(title="T", author="Fordham, Ernest W.; Ali, Amiad"))
    one = Entry(document(title="T", author="Ministry of Truth and Love, London"))
    middleware = [SeparateCoAuthors(), SplitNameParts()]
    (read,) = parse_string(written(two, "bibtex"), append_middleware=middleware).entries
    assert [name.last for name in read["author"]] == [["Fordham"], ["Ali"]]
    (read,) = parse_string(written(one, "bibtex"), append_middleware=middleware).entries
    assert [name.last for name in read["author"]] == [["{Ministry of Truth and Love, London}"]]


@FEW
@given(entries())
def test_ris(entry: Entry) -> None:
    meant = item(entry)
    (read,) = rispy.loads(written(entry, "ris"))
    assert read["id"] == meant.key
    assert read.get("title", read.get("primary_title", "")) == (meant.title or "")
    assert read.get("secondary_title", "") == (meant.container or "")
    assert read["notes"] == list(meant.notes)
    assert read.get("database_provider", read.get("name_of_database", "")) in ("", meant.host)
    assert read.get("urls", []) == ([meant.url] if meant.url else [])
    assert read["access_date"] == "2026/07/01/"
    inverted = dict(meant.authors.inverted)
    assert read.get("authors", []) == [
        ", ".join(inverted[i]) if i in inverted else name.replace(",", "，")
        for i, name in enumerate(meant.authors.names)
    ]


@FEW
@given(entries())
def test_csl_json(entry: Entry) -> None:
    meant = item(entry)
    (read,) = json.loads(written(entry, "csl-json"))
    assert read["id"] == meant.key
    assert (read.get("title"), read.get("container-title")) == (meant.title, meant.container)
    assert (read["note"].split("\n"), read.get("URL")) == (list(meant.notes), meant.url)
    assert read.get("source") == meant.host
    assert len(read.get("author", [])) == len(meant.authors.names)


@FEW
@given(entries())
@example(Entry(document(title="a\ud800b\u2028c\x00d")))
def test_fields_are_one_line_each_and_can_be_encoded(entry: Entry) -> None:
    meant = item(entry)
    for value in (meant.title, meant.container, meant.host, *meant.notes, *meant.authors.names):
        assert len((value or "").splitlines()) <= 1
        (value or "").encode("utf-8")
    assert written(entry, "bibtex").count("\n@") == 0
