"""OFD: characters at their places, templates, compositions, odd names of parts, what is refused."""

from __future__ import annotations

import random

import pytest

from printed_pages import OFD_NAMESPACE, ofd_file, ofd_pages, ofd_text, text_in_columns
from search.documents.document import Document
from search.errors import UnreadableFileError
from search.facets.topic import Taxonomy
from search.reading.document import read_document

TAXONOMY = Taxonomy.load()


def _read(data: bytes) -> Document:
    return read_document(data, "a.ofd", TAXONOMY)


def _lines(document: Document) -> list[str]:
    return [
        document.slice(p).replace(" ", "") for p in document.paragraphs if p.kind != "running-head"
    ]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_columns_and_templates_are_read_as_they_were_set(columns: int) -> None:
    made = text_in_columns(random.Random(columns), columns, order="rows", pages=2)
    head = ofd_text(20, 15, 3, "某某市人民政府公报")
    document = _read(ofd_file(ofd_pages(made.pages), template=head))
    assert _lines(document) == [text.replace(" ", "") for text in made.paragraphs]
    assert sum(p.kind == "running-head" for p in document.paragraphs) == 2


def test_distances_may_be_repeated_and_bold_may_be_printed_twice() -> None:
    line = "信访工作机构应当及时登记来信来访。"
    page = ofd_text(20, 40, 4, line, f"g {len(line) - 1} 4")
    assert _lines(
        _read(ofd_file([page + ofd_text(20.1, 40, 4, line, f"g {len(line) - 1} 4")]))
    ) == [line]


def test_compositions_are_placed_and_may_not_hold_themselves() -> None:
    line = "县档案馆保管的材料共三百件。"
    unit = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7" Width="9" Height="9">'
        f'<ofd:Content>{ofd_text(0, 4, 4, line)}<ofd:CompositeObject ID="8" ResourceID="7" '
        'Boundary="0 0 9 9"/></ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>'
    )
    page = '<ofd:CompositeObject ID="3" ResourceID="7" Boundary="20 50 100 10"/>'
    assert _lines(_read(ofd_file([page], resources=unit))) == [line]


def test_what_is_not_shown_is_not_read() -> None:
    shown, hidden = "各单位要认真贯彻执行本办法。", "这一行不显示。"
    page = ofd_text(20, 30, 4, shown) + ofd_text(20, 40, 4, hidden).replace(
        'ID="1"', 'ID="1" Visible="false"'
    )
    assert _lines(_read(ofd_file([page]))) == [shown]


@pytest.mark.parametrize(
    ("root", "namespace"),
    [
        ("/Doc_0/Document.xml", OFD_NAMESPACE),
        ("Doc_0\\Document.xml", OFD_NAMESPACE),
        ("doc_0/DOCUMENT.XML", OFD_NAMESPACE),
        ("./Doc_0/Document.xml", "http://www.example.org/other"),
    ],
)
def test_parts_are_found_however_they_are_named(root: str, namespace: str) -> None:
    line = "把责任落实到每一个人身上。"
    data = ofd_file([ofd_text(20, 30, 4, line)], root=root, namespace=namespace)
    assert _lines(_read(data)) == [line]


def test_a_scanned_page_is_named_and_a_scanned_file_refused() -> None:
    picture = '<ofd:ImageObject ID="5" Boundary="0 0 210 297" ResourceID="6"/>'
    document = _read(ofd_file([ofd_text(20, 30, 4, "依法维护各方的合法权益。"), picture]))
    assert document.scanned == (2,)
    with pytest.raises(UnreadableFileError, match="no text layer"):
        _read(ofd_file([picture]))


def test_entities_missing_parts_and_floods_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(UnreadableFileError, match="declares entities"):
        _read(ofd_file([""], parts={"Doc_0/Document.xml": bomb}))
    with pytest.raises(UnreadableFileError, match="damaged"):
        _read(ofd_file([""], root="elsewhere.xml"))
    with pytest.raises(UnreadableFileError, match="damaged"):
        _read(b"PK\x03\x04 and no more")
    monkeypatch.setattr("search.reading.formats.ofd._OBJECTS_LIMIT", 20_000)
    for innermost in (ofd_text(0, 4, 4, "字" * 99), ""):
        units = "".join(
            f'<ofd:CompositeGraphicUnit ID="{n}"><ofd:Content>'
            + (f'<ofd:CompositeObject ResourceID="{n + 1}"/>' * 12 if n < 7 else innermost)
            + "</ofd:Content></ofd:CompositeGraphicUnit>"
            for n in range(8)
        )
        with pytest.raises(UnreadableFileError, match="more than"):
            _read(ofd_file(['<ofd:CompositeObject ResourceID="0"/>'], resources=units))
