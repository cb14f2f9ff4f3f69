"""The encodings Chinese files come in."""

from __future__ import annotations

import codecs
import random
from pathlib import Path

import pytest

from documents import zip_archive
from search.documents.document import Document, sha256_hex
from search.errors import UnreadableFileError
from search.facets.topic import Taxonomy
from search.reading.decoding import decode
from search.reading.files import find_files
from search.reading.formats.page import decode_page
from search.reading.workers import Readers, open_containers

from ..collection import Desk

SIMPLIFIED = "全市共排查各类矛盾纠纷1814起，调处1628起，调处率达到89.9%。\r\n网格员5008人。"
TRADITIONAL = "全市共排查各類矛盾糾紛一千八百一十四起，調處率達到九成，網格員五千人。"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "utf-16-le", "utf-16-be"])
def test_simplified_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert decode(SIMPLIFIED.encode(encoding))[0] == SIMPLIFIED


def test_big5_text_is_read() -> None:
    assert decode(TRADITIONAL.encode("big5")) == (TRADITIONAL, "big5", ())


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_is_left_out(mark: bytes, encoding: str) -> None:
    assert decode(mark + SIMPLIFIED.encode(encoding))[0] == SIMPLIFIED


def test_a_long_gb18030_file_is_not_judged_by_a_cut_character() -> None:
    text = "矛盾" * 40_000
    assert decode(("a" + text).encode("gb18030"))[0] == "a" + text


def test_binary_data_is_refused_with_the_reason() -> None:
    data = random.Random(7).randbytes(5000)
    with pytest.raises(UnreadableFileError, match=r"not text|does not fit"):
        decode(b"\x89PNG\r\n\x1a\n\x00\x00" + data)


def test_bytes_that_are_utf8_but_all_controls_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="binary"):
        decode(b"\x01\x02\x03" * 400)


@pytest.mark.parametrize("signs", ["碁銹裏墻恒粧嫺", "€"])
def test_big5_with_the_characters_of_eten_is_read(signs: str) -> None:
    text = TRADITIONAL + signs
    encoding = "cp950" if signs != "€" else "big5hkscs"
    data = text.encode(encoding, "ignore")
    assert decode(data).text == data.decode(encoding)


@pytest.mark.parametrize("at", [0, 5, 40])
def test_the_euro_sign_of_windows_is_read_in_gbk(at: int) -> None:
    text = SIMPLIFIED[:at] + "€" + SIMPLIFIED[at:]
    data = text[:at].encode("gbk") + b"\x80" + text[at + 1 :].encode("gbk")
    found = decode(data)
    assert (found.text, found.faults) == (text, ())


def test_utf8_that_was_cut_off_loses_its_last_character_and_says_so() -> None:
    for left_out in (1, 2):
        found = decode((SIMPLIFIED + "人").encode()[:-left_out])
        assert (found.text, found.encoding) == (SIMPLIFIED, "utf-8")
        assert "最后一个字" in found.faults[0]


def test_a_byte_that_does_not_fit_is_named_and_the_rest_is_read() -> None:
    text = f"{SIMPLIFIED}\n" * 3
    data = text.encode()
    at = data.index(b"\n") + 4  # between two characters of the second line
    found = decode(data[:at] + b"\xff" + data[at:])
    assert found.text.replace("\ufffd", "") == text
    assert found.encoding == "utf-8"
    assert found.faults[0].startswith("第 2 行")


def test_nul_is_left_out_and_named() -> None:
    found = decode((SIMPLIFIED[:9] + "\0" + SIMPLIFIED[9:]).encode())
    assert (found.text, found.encoding) == (SIMPLIFIED, "utf-8")
    assert "NUL" in found.faults[0]


def test_much_that_does_not_fit_is_no_text() -> None:
    data = b"\xff".join(SIMPLIFIED[i : i + 9].encode() for i in range(0, len(SIMPLIFIED), 9))
    with pytest.raises(UnreadableFileError):
        decode(data)


@pytest.mark.parametrize(
    "text", ["通知", "展双", "作机", "推进", "实现矛", "署纳入乡", "位视频全覆盖"]
)
def test_a_tiny_text_in_gbk_is_read_by_what_is_usual(text: str) -> None:
    assert decode(text.encode("gbk")).text == text


@pytest.mark.parametrize(
    "text", ["領導提升", "調組織、宣傳", "黨員先鋒", "會發展穩", "民警帶領實行專業建隊"]
)
def test_a_tiny_text_in_big5_is_read_by_what_is_usual(text: str) -> None:
    assert decode(text.encode("big5")) == (text, "big5", ())


@pytest.mark.parametrize(
    "text", ["да", "Привет, мир", "naïve café", "Ελλάδα", "שלום", "£12", "±5°", "ñandú"]
)
def test_a_tiny_text_of_another_script_stays_utf8(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8", ())


@pytest.mark.parametrize(
    ("data", "neighbour", "text"),
    [
        ("警等".encode("big5"), "big5", "警等"),
        ("警等".encode("big5"), "gb18030", "牡单"),
        ("管等".encode("big5"), "big5", "管等"),
        ("写邪".encode("gbk"), "gb18030", "写邪"),
        ("写邪".encode("gbk"), "utf-8", "да"),
    ],
)
def test_the_files_beside_a_tiny_one_say_what_it_is_in(
    data: bytes, neighbour: str, text: str
) -> None:
    assert decode(data, neighbours=lambda: neighbour).text == text


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_tiny_file_is_read_in_the_encoding_of_its_folder(
    tmp_path: Path, encoding: str, packed: bool
) -> None:
    others = {f"{i}.txt": (TRADITIONAL * 2).encode(encoding) for i in range(3)}
    tiny = "警等" if encoding == "big5" else "牡单"
    files = {**others, "短.txt": tiny.encode(encoding)}
    if packed:
        files = {"a.zip": zip_archive({f"目录/{name}": data for name, data in files.items()})}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with Readers(Taxonomy.load(), processes=0) as readers:
        found, refused = open_containers(find_files(tmp_path)[1], {}, readers, relist=True)
        assert not refused
        tasks = [(f, f.sha256 or sha256_hex(f.location.read_bytes())) for f in found]
        read = {file.path: outcome for file, outcome in readers.read(tasks)}
    (document,) = (outcome for path, outcome in read.items() if path.endswith("短.txt"))
    assert isinstance(document, Document)
    assert (document.text, document.encoding) == (tiny, encoding)


@pytest.mark.parametrize("text", ["10 µΩ", "5 µm Ω", "α β γ é", "±5 µm é"])
def test_letters_of_formulas_stay_what_they_are(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8", ())


@pytest.mark.parametrize(
    "data",
    [
        "Le café est près de l'hôtel à Genève".encode("latin-1"),
        ("日本のテキストです。" * 8).encode("shift-jis"),
    ],
)
def test_what_is_in_none_of_the_encodings_is_named_and_not_garbled(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        decode(data)


@pytest.mark.parametrize("declared", ["iso-8859-1", "latin1", "us-ascii", "unicode_escape"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_what_an_editor_declares_of_any_page_is_not_believed(declared: str, encoding: str) -> None:
    page = f'<meta charset="{declared}"><p>{SIMPLIFIED}</p>'
    assert SIMPLIFIED[:20] in decode_page(page.encode(encoding)).text


def test_a_page_in_latin_letters_alone_is_read_as_it_says() -> None:
    page = '<meta charset="iso-8859-1"><p>Genève, près du café</p>'
    assert "Genève, près du café" in decode_page(page.encode("latin-1")).text


def test_a_run_says_which_files_it_could_not_read_whole(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    lines = [SIMPLIFIED.encode("gb18030") for _ in range(20)]
    (desk.documents / "坏.txt").write_bytes(b"\r\n".join([*lines, b"\xd0\xff\xc2\xab"]))
    (desk.documents / "cut.txt").write_bytes((SIMPLIFIED * 3).encode()[:-1])
    desk.write("whole.txt", SIMPLIFIED)
    told = {each["path"]: each["lost"] for each in desk.index()["unread_bytes"]}
    assert set(told) == {"坏.txt", "cut.txt"}
    assert "GB18030" in told["坏.txt"]
    (desk.documents / "cut.txt").write_bytes((SIMPLIFIED * 4).encode()[:-1])
    assert "cut.txt" in desk.run("index", desk.documents).err
