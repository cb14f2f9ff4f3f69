"""Made printed pages as PDF and OFD: in columns, down the page, ragged, around notes."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595.0, 842.0
_CLAUSES = (
    "全镇共清理河道十二公里",
    "拆除违章建筑三十处",
    "受到沿岸群众的欢迎",
    "各单位要认真贯彻执行",
    "把责任落实到每一个人",
    "信访工作机构应当及时登记",
    "在2011年5月6日以前答复来信人",
    "对重大事项实行听证",
    "由县档案馆负责保管有关材料",
    "投资的数额为3500万元",
    "采用GB/T 3620标准进行检验",
    "群众的合理诉求得到解决",
    "建立健全矛盾纠纷排查机制",
    "组织一千二百名志愿者参加活动",
    "不得推诿、敷衍、拖延",
    "依法维护各方的合法权益",
)
_PUNCTUATION = frozenset("，。、；：！？）》”")


@dataclass(frozen=True, slots=True)
class Mark:
    """Text at a place in points from the lower left corner; ``down`` sets it vertically."""

    x: float
    y: float
    size: float
    text: str
    down: bool = False


@dataclass
class MadePage:
    """What is drawn on a page in this order; ``picture`` fills it with a grey picture."""

    marks: list[Mark] = field(default_factory=list)
    picture: bool = False
    codes: bool = False
    """The text layer gives codes of glyphs in place of characters."""
    turned: int = 0
    """Degrees by which the writing is turned to the left."""
    shown: int = 0
    """Degrees by which a viewer turns the page to the right."""


@dataclass
class MadeText:
    """Pages, the paragraphs that are right, and the notes."""

    pages: list[MadePage]
    paragraphs: list[str]
    notes: list[str] = field(default_factory=list)


def paragraph(rng: random.Random, clauses: int | None = None) -> str:
    """A paragraph of so many clauses, one or more sentences."""
    count = clauses or rng.randint(3, 12)
    chosen = [rng.choice(_CLAUSES) for _ in range(count)]
    ends = ["。" if i == count - 1 or rng.random() < 0.25 else "，" for i in range(count)]
    return "".join(clause + end for clause, end in zip(chosen, ends, strict=True))


def width_of(text: str) -> float:
    """In heights of a character: Latin letters and digits are half as wide."""
    return sum(0.5 if ord(c) < 0x2E80 else 1.0 for c in text)


def broken(text: str, width: float, indent: float, slack: Callable[[], float]) -> list[str]:
    """A paragraph in lines of so many characters less a slack; punctuation begins no line."""
    lines, line, room = [], "", width - indent - slack()
    for character in text:
        wide = 0.5 if ord(character) < 0x2E80 else 1.0
        if wide > room + 0.01 and character not in _PUNCTUATION:
            lines.append(line)
            line, room = "", width - slack()
        line += character
        room -= wide
    return [*lines, line]


@dataclass
class Frame:
    """A place for text: its upper left corner, width in characters, and lines."""

    x: float
    top: float
    chars: float
    lines: int


def fill(
    paragraphs: Sequence[str],
    frames: Iterable[list[Frame]],
    *,
    size: float = 10.5,
    leading: float = 16.0,
    indent: float = 2.0,
    space: float = 0.0,
    slack: Callable[[], float] = lambda: 0.0,
) -> list[list[list[Mark]]]:
    """Paragraphs set into frames, as many as are needed: marks by page and frame."""
    pages: list[list[list[Mark]]] = []
    source = iter(frames)
    waiting: list[Frame] = []
    frame, row, offset = None, 0, 0.0
    for text in paragraphs:
        chars = frame.chars if frame else 0.0
        if frame is None:
            waiting = list(next(source))
            pages.append([])
            frame = waiting.pop(0)
            pages[-1].append([])
            chars = frame.chars
        for i, line in enumerate(broken(text, chars, indent, slack)):
            if row * leading + offset > frame.lines * leading - leading + 0.1:
                if not waiting:
                    waiting = list(next(source))
                    pages.append([])
                frame, row, offset = waiting.pop(0), 0, 0.0
                pages[-1].append([])
            x = frame.x + (indent * size if i == 0 else 0.0)
            pages[-1][-1].append(Mark(x, frame.top - offset - row * leading, size, line))
            row += 1
        offset += space
    return pages


def text_in_columns(
    rng: random.Random,
    columns: int,
    *,
    pages: int = 2,
    order: str = "columns",
    heads: bool = False,
    title: bool = False,
    table: bool = False,
    size: float = 10.5,
    slack: Callable[[], float] = lambda: 0.0,
) -> MadeText:
    """Some pages of so many columns, drawn column by column, row by row, or the last first."""
    gutter = 24.0
    chars = int((WIDTH - 120 - gutter * (columns - 1)) / columns / size)
    step = chars * size + gutter

    def frames() -> Iterable[list[Frame]]:
        first = True
        while True:
            top = HEIGHT - (130 if title and first else 80)
            lines = int((top - 80) / 16)
            yield [Frame(60 + i * step, top, chars, lines) for i in range(columns)]
            first = False

    paragraphs: list[str] = []
    while True:
        more = [*paragraphs, paragraph(rng)]
        set_in = fill(more, frames(), size=size, slack=slack)
        if len(set_in) > pages:
            break
        paragraphs = more
    made = [MadePage() for _ in range(pages)]
    for page, blocks in zip(made, fill(paragraphs, frames(), size=size, slack=slack), strict=False):
        if order == "reversed":
            blocks = blocks[::-1]
        marks = [mark for block in blocks for mark in block]
        if order == "rows":
            marks.sort(key=lambda mark: (-mark.y, mark.x))
        page.marks += marks
    right = list(paragraphs)
    if title:
        words = "关于进一步做好信访工作的通知"
        made[0].marks.insert(0, Mark((WIDTH - len(words) * 18) / 2, HEIGHT - 90, 18, words))
        right.insert(0, words)
    if heads:
        add_heads(made)
    return MadeText(made, right)


def add_heads(pages: list[MadePage]) -> None:
    """Running heads that alternate, and page numbers in the middle."""
    for number, page in enumerate(pages, start=1):
        words = "某某市人民政府公报" if number % 2 else f"2023年第{number}期（总第126期）"
        page.marks.insert(0, Mark(60 if number % 2 else 400, HEIGHT - 45, 9, words))
        page.marks.append(Mark(WIDTH / 2 - 12, 40, 9, f"— {number} —"))


def text_with_notes(rng: random.Random, pages: int, *, columns: int = 1) -> MadeText:
    """Paragraphs that go on over the page's end, with footnotes below the text."""
    made = text_in_columns(rng, columns, pages=pages)
    notes = []
    for number, page in enumerate(made.pages, start=1):
        mark = "①②③"[number % 3] if number % 2 else f"[{number}]"
        text = f"{mark}参见县档案馆所藏水利局会议记录，{paragraph(rng, 3)}"
        page.marks += [
            Mark(60, 58 - 12 * i, 8, line) for i, line in enumerate(broken(text, 24, 0, lambda: 0))
        ]
        notes.append(text)
    return MadeText(made.pages, made.paragraphs, notes)


def text_set_down(
    rng: random.Random, pages: int, *, tiers: int = 1, whole: bool = True
) -> MadeText:
    """Vertical writing from the right, in so many tiers; ``whole`` draws a line at a time."""
    size, leading = 12.0, 20.0
    chars = int((HEIGHT - 140 - 30 * (tiers - 1)) / tiers / size)
    lines = int((WIDTH - 120) / leading)

    def frames() -> Iterable[list[Frame]]:
        while True:
            yield [Frame(i * (chars * size + 30), 0, chars, lines) for i in range(tiers)]

    paragraphs: list[str] = []
    while True:
        plain = "".join(c for c in paragraph(rng) if ord(c) >= 0x2E80)
        more = [*paragraphs, plain]
        if len(fill(more, frames(), size=size, leading=leading)) > pages:
            break
        paragraphs = more
    made = []
    for blocks in fill(paragraphs, frames(), size=size, leading=leading):
        page = MadePage()
        for block in blocks:
            for mark in block:
                x, y = WIDTH - 60 - size + mark.y, HEIGHT - 70 - mark.x
                if whole:
                    page.marks.append(Mark(x, y, size, mark.text, down=True))
                else:
                    page.marks += [
                        Mark(x, y - (i + 1) * size, size, c) for i, c in enumerate(mark.text)
                    ]
        made.append(page)
    return MadeText(made, paragraphs)


KINDS: dict[str, Callable[[random.Random], MadeText]] = {
    "one column": lambda r: text_in_columns(r, 1, heads=True, pages=3),
    "two columns": lambda r: text_in_columns(r, 2, heads=True, pages=3),
    "two columns drawn in rows": lambda r: text_in_columns(r, 2, order="rows", title=True),
    "two columns, the right one first": lambda r: text_in_columns(r, 2, order="reversed"),
    "three columns drawn in rows": lambda r: text_in_columns(r, 3, order="rows", title=True),
    "notes": lambda r: text_with_notes(r, 3),
    "notes below columns": lambda r: text_with_notes(r, 3, columns=2),
    "ragged": lambda r: text_in_columns(r, 1, slack=lambda: r.choice([0, 0, 0.5, 1, 2, 3, 5])),
    "ragged columns": lambda r: text_in_columns(r, 2, slack=lambda: r.choice([0, 0.5, 1, 2, 3])),
    "vertical": lambda r: text_set_down(r, 2),
    "vertical, letter by letter": lambda r: text_set_down(r, 2, whole=False),
    "vertical in tiers": lambda r: text_set_down(r, 2, tiers=2),
}
"""What is set in which way."""


def pdf_of(pages: Sequence[MadePage]) -> bytes:
    """A PDF of pages, with a map of its glyphs to characters."""
    letters = sorted({c for page in pages for mark in page.marks for c in mark.text})
    rare = {c: 0xE000 + i for i, c in enumerate(c for c in letters if ord(c) > 0xFFFF)}
    code = {c: rare.get(c, ord(c)) for c in letters}
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        _stream(_cmap({code[c]: c for c in letters})),
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)"
        b"/Ordering(GB1)/Supplement 2>>/DW 1000/W[1 95 500]/FontDescriptor 4 0 R>>",
        _font(b"H", 3),
        _font(b"V", 3),
        _stream(_cmap({code[c]: chr(33 + ord(c) % 15) for c in letters})),
        _font(b"H", 8),
        b"<</Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray"
        b"/BitsPerComponent 8/Length 4>>\nstream\n\x80\x90\xa0\xb0\nendstream",
    ]
    kids = []
    for page in pages:
        lines = [b"%d %d %d %d %d %d cm" % _TURNS[page.turned]] if page.turned else []
        lines += [b"q %d 0 0 %d 0 0 cm /I Do Q" % (WIDTH, HEIGHT)] if page.picture else []
        for mark in page.marks:
            font = b"V" if mark.down else b"C" if page.codes else b"F"
            x = mark.x + mark.size / 2 if mark.down else mark.x
            hexed = b"".join(b"%04x" % code[c] for c in mark.text)
            lines.append(
                b"BT /%s %.2f Tf 1 0 0 1 %.2f %.2f Tm <%s> Tj ET"
                % (font, mark.size, x, mark.y, hexed)
            )
        objects.append(_stream(b"\n".join(lines)))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Rotate %d/Resources<</Font<</F 6 0 R"
            b"/V 7 0 R/C 9 0 R>>/XObject<</I 10 0 R>>>>/Contents %d 0 R>>"
            % (*_sides(page), page.shown, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return _file(objects)


_TURNS = {
    90: (0, 1, -1, 0, HEIGHT, 0),
    180: (-1, 0, 0, -1, WIDTH, HEIGHT),
    270: (0, -1, 1, 0, 0, WIDTH),
}


def _sides(page: MadePage) -> tuple[float, float]:
    return (WIDTH, HEIGHT) if page.turned % 180 == 0 else (HEIGHT, WIDTH)


def _font(direction: bytes, to_unicode: int) -> bytes:
    return (
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-%s"
        b"/DescendantFonts[5 0 R]/ToUnicode %d 0 R>>" % (direction, to_unicode)
    )


def _stream(data: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(data), data)


def _cmap(characters: dict[int, str]) -> bytes:
    pairs = [
        b"<%04x> <%s>" % (code, c.encode("utf-16-be").hex().encode())
        for code, c in characters.items()
    ]
    runs = [pairs[i : i + 100] for i in range(0, len(pairs), 100)]
    body = b"\n".join(
        b"%d beginbfchar\n%s\nendbfchar" % (len(run), b"\n".join(run)) for run in runs
    )
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def"
        b" /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"%s\nendcmap CMapName currentdict /CMap defineresource pop end end" % body
    )


def _file(objects: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )
    return out.getvalue()


_MM = 25.4 / 72
OFD_NAMESPACE = "http://www.ofdspec.org/2016"


def _xml(body: str, root: str, attributes: str = "", namespace: str = OFD_NAMESPACE) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:{root} xmlns:ofd="{namespace}" {attributes}>'
        f"{body}</ofd:{root}>"
    ).encode()


def ofd_text(x: float, y: float, size: float, text: str, deltas: str | None = None) -> str:
    """A line of text whose baseline begins at x, y (mm)."""
    if deltas is None:
        deltas = " ".join(f"{size * width_of(c):.4f}" for c in text[:-1])
    return (
        f'<ofd:TextObject ID="1" Boundary="{x:.3f} {y - size:.3f} 100 {size:.3f}" Font="1" '
        f'Size="{size:.3f}"><ofd:TextCode X="0" Y="{size:.3f}" DeltaX="{deltas}">{text}'
        f"</ofd:TextCode></ofd:TextObject>"
    )


def _content(objects: str) -> str:
    return f'<ofd:Content><ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content>'


def ofd_file(
    pages: list[str],
    *,
    template: str = "",
    resources: str = "",
    root: str = "Doc_0/Document.xml",
    namespace: str = OFD_NAMESPACE,
    parts: dict[str, bytes] | None = None,
) -> bytes:
    """An OFD file of pages, which are their objects; ``parts`` stand in for its own, by name."""
    used = '<ofd:Template TemplateID="9"/>' if template else ""
    box = f"<ofd:PhysicalBox>0 0 {WIDTH * _MM:.2f} {HEIGHT * _MM:.2f}</ofd:PhysicalBox>"
    listed = "".join(
        f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages))
    )
    common = f"<ofd:PageArea>{box}</ofd:PageArea>"
    if template:
        common += '<ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/>'
    if resources:
        common += "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
    body = (
        "<ofd:DocBody><ofd:DocInfo><ofd:Title>信访工作条例</ofd:Title></ofd:DocInfo>"
        f"<ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocBody>"
    )
    members = {
        "OFD.xml": _xml(body, "OFD", namespace=namespace),
        "Doc_0/Document.xml": _xml(
            f"<ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>",
            "Document",
            namespace=namespace,
        ),
        "Doc_0/Tpls/T.xml": _xml(_content(template), "Page", namespace=namespace),
        "Doc_0/DocumentRes.xml": _xml(resources, "Res", namespace=namespace),
    }
    for i, page in enumerate(pages):
        members[f"Doc_0/Pages/Page_{i}/Content.xml"] = _xml(
            used + _content(page), "Page", namespace=namespace
        )
    members.update(parts or {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def ofd_pages(pages: Sequence[MadePage]) -> list[str]:
    """The objects of made pages."""
    return [
        "".join(ofd_text(m.x * _MM, (HEIGHT - m.y) * _MM, m.size * _MM, m.text) for m in page.marks)
        for page in pages
    ]
