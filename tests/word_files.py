"""Word files made by hand, part by part: every construction that can hold text, and what is seen.

``CONSTRUCTIONS`` maps a name to the file and the lines that its reader sees; words that nobody
sees are called 无形.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from documents import zip_archive

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_STRICT = "http://purl.oclc.org/ooxml"
_SPACES = {
    "w": _W,
    "r": f"{_OFFICE}/relationships",
    "m": f"{_OFFICE}/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "v": "urn:schemas-microsoft-com:vml",
    "x99": "urn:of-the-future",
}
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"


class Made(NamedTuple):
    """A file, and the lines that its reader sees."""

    data: bytes
    lines: list[str]


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    """A paragraph of runs; what is no markup becomes one."""
    inner = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def word_file(
    body: str,
    *,
    styles: str = "",
    numbering: str = "",
    footnotes: str = "",
    endnotes: str = "",
    parts: Mapping[str, tuple[str, str | bytes]] | None = None,
    main: str = "word/document.xml",
    strict: bool = False,
) -> bytes:
    """A .docx with this body; ``parts`` maps a name below word/ to (kind, content).

    The part is referred to by the id "r" and its name without the suffix.
    """
    whole: dict[str, tuple[str, str | bytes]] = {
        "styles.xml": ("styles", _root("styles", styles)),
        "numbering.xml": ("numbering", _root("numbering", numbering)),
    }
    if footnotes:
        whole["footnotes.xml"] = ("footnotes", _root("footnotes", footnotes))
    if endnotes:
        whole["endnotes.xml"] = ("endnotes", _root("endnotes", endnotes))
    whole |= parts or {}
    document = _root("document", f"<w:body>{body}<w:sectPr/></w:body>")
    folder, _, name = main.rpartition("/")
    related = "".join(
        f'<Relationship Id="r{part.partition(".")[0]}" Type="{_OFFICE}/relationships/{kind}"'
        f' Target="{part}"/>'
        for part, (kind, _) in whole.items()
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    overrides = "".join(
        f'<Override PartName="/{folder}/{part}" ContentType="{_TYPES}.{kind}+xml"/>'
        for part, (kind, _) in whole.items()
        if kind in ("styles", "numbering", "footnotes", "endnotes")
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="htm" ContentType="text/html"/>'
            '<Default Extension="txt" ContentType="text/plain"/>'
            f'<Override PartName="/{main}" ContentType="{_TYPES}.document.main+xml"/>{overrides}'
            "</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{_OFFICE}/relationships/officeDocument" Target="{main}"/></Relationships>'
        ),
        main: document,
        f"{folder}/_rels/{name}.rels": (
            f'<Relationships xmlns="{package}/relationships">{related}</Relationships>'
        ),
    }
    members |= {f"{folder}/{part}": content for part, (_, content) in whole.items()}
    return zip_archive(
        {
            name: content
            if isinstance(content, bytes)
            else (_strict(content) if strict else content).encode()
            for name, content in members.items()
        }
    )


def _root(name: str, inner: str) -> str:
    spaces = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name}{spaces}>{inner}</w:{name}>'


def _strict(content: str) -> str:
    for prefix in ("w", "r", "m", "wp", "a", "c", "dgm"):
        space = _SPACES[prefix]
        kind = space.partition("openxmlformats.org/")[2].replace("/2006", "")
        content = content.replace(space, f"{_STRICT}/{kind}")
    return content


def _mark(kind: str, inner: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{inner}</w:fldChar></w:r>'


def _field(code: str, result: str | None, properties: str = "") -> str:
    instruction = code if code.startswith("<") else f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    shown = "" if result is None else _mark("separate") + result
    return _mark("begin", properties) + instruction + shown + _mark("end")


def _level(
    number: int, form: str, text: str, *, start: int | None = 1, more: str = "", after: str = ""
) -> str:
    began = "" if start is None else f'<w:start w:val="{start}"/>'
    between = f'<w:suff w:val="{after}"/>' if after else ""
    return (
        f'<w:lvl w:ilvl="{number}">{began}<w:numFmt w:val="{form}"/>{more}{between}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def _lists(*levels: str, nums: str = "") -> str:
    definition = f'<w:abstractNum w:abstractNumId="5">{"".join(levels)}</w:abstractNum>'
    return definition + (nums or '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>')


def _numbered(text: str, level: int = 0, number: int = 1, more: str = "") -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>{more}'
    return paragraph(text, properties=properties) if text else paragraph(properties=properties)


def _style(name: str, inner: str, *, kind: str = "paragraph", based: str = "") -> str:
    below = f'<w:basedOn w:val="{based}"/>' if based else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>'
        f"{below}{inner}</w:style>"
    )


def _box(*paragraphs: str) -> str:
    inner = "".join(paragraphs)
    return (
        "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def _cell(*inner: str, properties: str = "") -> str:
    content = "".join(each if each.startswith("<") else paragraph(each) for each in inner)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def _row(*cells: str, properties: str = "") -> str:
    inner = "".join(each if each.startswith("<") else _cell(each) for each in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def _table(*rows: str, properties: str = "") -> str:
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


_BEFORE, _AFTER = "渠首由村里看守，", "夜间另派两人。"
_SENTENCE = "渠首由村里看守，每旬清淤一次，夜间另派两人。"
_MIDDLE = run("每旬清淤一次，")
_GONE = run("无形的字")
_DELETED = '<w:del w:id="8" w:author="x"><w:r><w:delText>无形的字</w:delText></w:r></w:del>'
_VANISH = "<w:vanish/>"
_LAST = "此后的一段照常读出。"


def _inline(middle: str, **more: str) -> Made:
    body = paragraph(_BEFORE, middle, _AFTER) + paragraph(_LAST)
    return Made(word_file(body, **more), [_SENTENCE, _LAST])  # type: ignore[arg-type]


def _note(kind: str) -> str:
    notes = (
        f'<w:{kind} w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
        f'<w:{kind} w:id="3">'
    )
    ref = f"<w:r><w:{kind}Ref/></w:r>"
    return (
        notes + paragraph(ref, " 见水利局档案第三卷。") + paragraph("又见县志。") + f"</w:{kind}>"
    )


def _drawing(inner: str) -> str:
    return (
        "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData>"
        f"{inner}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


_DIAGRAM = (
    f'<dgm:dataModel xmlns:dgm="{_SPACES["dgm"]}" xmlns:a="{_SPACES["a"]}"><dgm:ptLst>'
    "<dgm:pt><dgm:t><a:p><a:r><a:t>先报</a:t></a:r><a:r><a:t>村里</a:t></a:r></a:p></dgm:t></dgm:pt>"
    "<dgm:pt><dgm:t><a:p><a:r><a:t>再报乡里</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>"
    "</dgm:dataModel>"
)
_CHART = (
    f'<c:chartSpace xmlns:c="{_SPACES["c"]}" xmlns:a="{_SPACES["a"]}"><c:chart>'
    "<c:title><c:tx><c:rich><a:p><a:r><a:t>历年水位</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    "<c:cat><c:strRef><c:strCache>"
    "<c:pt><c:v>春季</c:v></c:pt><c:pt><c:v>秋季</c:v></c:pt></c:strCache></c:strRef></c:cat>"
    "</c:chart></c:chartSpace>"
)
_ARTICLES = _lists(
    _level(0, "chineseCountingThousand", "第%1条", after="space"),
    _level(1, "chineseCounting", "（%2）", after="nothing"),
    _level(2, "decimal", "%3."),
)
_CHOICE = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="{}">{}</mc:Choice>'
    "<mc:Fallback>{}</mc:Fallback></mc:AlternateContent></w:r>"
)


def _boxed(text: str) -> str:
    return _box(paragraph(text)).removeprefix("<w:r>").removesuffix("</w:r>")


def _math(inner: str) -> str:
    return f"<m:oMath>{inner}</m:oMath>"


def _m(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


_TEXT = paragraph(_SENTENCE)
_MARK_DELETED = '<w:rPr><w:del w:id="7" w:author="x"/></w:rPr>'

CONSTRUCTIONS: dict[str, Made] = {
    "insertion": _inline(f'<w:ins w:id="1" w:author="x">{_MIDDLE}</w:ins>'),
    "deletion": _inline(_MIDDLE + _DELETED),
    "insertion that was deleted": _inline(
        _MIDDLE + f'<w:ins w:id="1" w:author="x">{_DELETED}</w:ins>'
    ),
    "moved text": Made(
        word_file(
            paragraph(_BEFORE, f'<w:moveFrom w:id="1" w:author="x">{_GONE}</w:moveFrom>')
            + paragraph(f'<w:moveTo w:id="2" w:author="x">{_MIDDLE}</w:moveTo>', _AFTER)
        ),
        [_BEFORE, "每旬清淤一次，" + _AFTER],
    ),
    "paragraph mark that was deleted": Made(
        word_file(
            paragraph(_BEFORE, properties=_MARK_DELETED) + paragraph("每旬清淤一次，", _AFTER)
        ),
        [_SENTENCE],
    ),
    "paragraph that was deleted": Made(
        word_file(_TEXT + paragraph(_DELETED, properties=_MARK_DELETED) + paragraph(_LAST)),
        [_SENTENCE, _LAST],
    ),
    "content control in a line": _inline(
        '<w:sdt><w:sdtPr><w:alias w:val="无形"/></w:sdtPr>'
        f"<w:sdtContent>{_MIDDLE}</w:sdtContent></w:sdt>"
    ),
    "content control around paragraphs": Made(
        word_file(f"<w:sdt><w:sdtContent>{_TEXT}{paragraph(_LAST)}</w:sdtContent></w:sdt>"),
        [_SENTENCE, _LAST],
    ),
    "content control around a row and a cell": Made(
        word_file(
            _table(
                _row("甲", "乙"),
                f"<w:sdt><w:sdtContent>{_row('丙', '丁')}</w:sdtContent></w:sdt>",
                _row("戊", f"<w:sdt><w:sdtContent>{_cell('己')}</w:sdtContent></w:sdt>"),
            )
        ),
        ["甲  乙", "丙  丁", "戊  己"],
    ),
    "smart tag": _inline(f'<w:smartTag w:element="chsdate">{_MIDDLE}</w:smartTag>'),
    "custom XML": _inline(f'<w:customXml w:element="x">{_MIDDLE}</w:customXml>'),
    "custom XML around paragraphs": Made(
        word_file(f'<w:customXml w:element="x">{_TEXT}</w:customXml>'), [_SENTENCE]
    ),
    "hyperlink": _inline(f'<w:hyperlink w:anchor="x">{_MIDDLE}</w:hyperlink>'),
    "simple field": _inline(f'<w:fldSimple w:instr="REF 无形">{_MIDDLE}</w:fldSimple>'),
    "field": _inline(_field("REF 无形", _MIDDLE)),
    "field in the code of a field": _inline(_field(_field("DOCPROPERTY", _GONE), _MIDDLE)),
    "field in the result of a field": _inline(
        _field("HYPERLINK", run("每旬") + _field("PAGEREF x", run("清淤一次，")))
    ),
    "field over two paragraphs": Made(
        word_file(
            paragraph(_mark("begin"), _mark("separate"), _SENTENCE) + paragraph(_LAST, _mark("end"))
        ),
        [_SENTENCE, _LAST],
    ),
    "field that never ends": _inline('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + _MIDDLE),
    "characters in a circle": Made(
        word_file(paragraph("水位", _field(r"eq \o\ac(○,注)", None), "以县志为准。")),
        ["水位注以县志为准。"],
    ),
    "reading above a character, as a field": Made(
        word_file(
            paragraph(
                "水", _field(r'EQ \* jc2 \* "Font:宋体" \o\ad(\s\up 9(wèi),位)', None), "高。"
            )
        ),
        ["水位高。"],
    ),
    "choice of a form": _inline(
        _field(
            "FORMDROPDOWN",
            None,
            '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="无形"/>'
            '<w:listEntry w:val="每旬清淤一次，"/></w:ddList></w:ffData>',
        )
    ),
    "runs from right to left": _inline(
        f'<w:bdo w:val="ltr"><w:dir w:val="ltr">{_MIDDLE}</w:dir></w:bdo>'
    ),
    "ruby": _inline(
        f"<w:r><w:ruby><w:rubyPr/><w:rt>{_GONE}</w:rt><w:rubyBase>{_MIDDLE}</w:rubyBase></w:ruby></w:r>"
    ),
    "formula": Made(
        word_file(
            paragraph(
                "水量",
                _math(
                    _m("q=")
                    + f"<m:f><m:num>{_m('a+b')}</m:num><m:den>{_m('2')}</m:den></m:f>"
                    + f"<m:sSup><m:e>{_m('x')}</m:e><m:sup>{_m('2')}</m:sup></m:sSup>"
                    + f"<m:rad><m:deg/><m:e>{_m('y')}</m:e></m:rad>"
                ),
                "立方米。",
            )
        ),
        ["水量q=(a+b)/2x^2√y立方米。"],
    ),
    "formula of its own": Made(
        word_file(
            paragraph(
                "<m:oMathPara>"
                + _math(
                    '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>'
                    f"<m:sub>{_m('i=1')}</m:sub><m:sup>{_m('n')}</m:sup><m:e>{_m('p')}</m:e></m:nary>"
                    f"<m:d><m:e>{_m('u')}</m:e><m:e>{_m('v')}</m:e></m:d>"
                )
                + "</m:oMathPara>"
            )
        ),
        ["∑_(i=1)^np(u|v)"],
    ),
    "symbols": Made(
        word_file(
            paragraph(
                '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
                "同意",
                '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>',
                '<w:r><w:sym w:font="Nonesuch" w:char="F0AA"/></w:r>',
                '<w:r><w:sym w:font="宋体" w:char="2605"/></w:r>',
            )
        ),
        ["☑同意α〓★"],
    ),
    "alternate content, understood": Made(
        word_file(paragraph(_SENTENCE, _CHOICE.format("wps", _boxed(_LAST), _boxed(_LAST)))),
        [_SENTENCE, _LAST],
    ),
    "alternate content, not understood": Made(
        word_file(paragraph(_SENTENCE, _CHOICE.format("x99", _boxed("无形的字"), _boxed(_LAST)))),
        [_SENTENCE, _LAST],
    ),
    "text box": Made(
        word_file(
            paragraph(_BEFORE, _box(paragraph("框里一段。"), paragraph("框里二段。")), _AFTER)
        ),
        [_BEFORE + _AFTER, "框里一段。", "框里二段。"],
    ),
    "text box in a text box": Made(
        word_file(paragraph(_SENTENCE, _box(paragraph("外框。", _box(paragraph("内框。")))))),
        [_SENTENCE, "外框。", "内框。"],
    ),
    "text box in a table": Made(
        word_file(_table(_row(_cell(paragraph("甲", _box(paragraph("框里的话。")))), "乙"))),
        ["甲  乙", "框里的话。"],
    ),
    "WordArt": Made(
        word_file(
            paragraph(
                _SENTENCE,
                "<w:r><w:pict><v:shape>"
                f'<v:textpath on="t" string="{_LAST}"/></v:shape></w:pict></w:r>',
            )
        ),
        [_SENTENCE, _LAST],
    ),
    "diagram": Made(
        word_file(
            paragraph(
                _SENTENCE,
                _drawing('<dgm:relIds r:dm="rdata1"/>'),
            ),
            parts={"data1.xml": ("diagramData", _DIAGRAM)},
        ),
        [_SENTENCE, "先报村里", "再报乡里"],
    ),
    "chart": Made(
        word_file(
            paragraph(
                _SENTENCE,
                _drawing('<c:chart r:id="rchart1"/>'),
            ),
            parts={"chart1.xml": ("chart", _CHART)},
        ),
        [_SENTENCE, "历年水位", "春季  秋季"],
    ),
    "table": Made(word_file(_table(_row("甲", "乙"), _row("丙", "丁"))), ["甲  乙", "丙  丁"]),
    "table in a table": Made(
        word_file(
            _table(
                _row("甲", _cell("见下：", _table(_row("丙", "丁")), paragraph("完毕"))), _row("戊")
            )
        ),
        ["甲  见下：", "丙  丁", "完毕", "戊"],
    ),
    "cells merged downwards": Made(
        word_file(
            _table(
                _row(_cell("甲", properties='<w:vMerge w:val="restart"/>'), "乙"),
                _row(_cell("", properties="<w:vMerge/>"), "丁"),
                _row(_cell("戊", properties='<w:vMerge w:val="restart"/>'), "己"),
            )
        ),
        ["甲  乙", "丁", "戊  己"],
    ),
    "cells merged sideways": Made(
        word_file(
            _table(
                _row(_cell("甲", properties='<w:gridSpan w:val="2000000000"/>'), "乙"),
                _row("丙", properties='<w:gridBefore w:val="2000000000"/>'),
            )
        ),
        ["甲  乙", "丙"],
    ),
    "rows inserted and deleted": Made(
        word_file(
            _table(
                _row("甲", "乙"),
                _row("无形", properties='<w:del w:id="1" w:author="x"/>'),
                _row("丙", properties='<w:ins w:id="2" w:author="x"/>'),
                _row("无形", properties="<w:hidden/>"),
            )
        ),
        ["甲  乙", "丙"],
    ),
    "footnote": Made(
        word_file(
            paragraph(_BEFORE, '<w:r><w:footnoteReference w:id="3"/></w:r>', _AFTER)
            + paragraph(_LAST),
            footnotes=_note("footnote"),
        ),
        [_BEFORE + _AFTER, "见水利局档案第三卷。", "又见县志。", _LAST],
    ),
    "endnote": Made(
        word_file(
            paragraph(_BEFORE, '<w:r><w:endnoteReference w:id="3"/></w:r>', _AFTER)
            + paragraph(_LAST),
            endnotes=_note("endnote"),
        ),
        [_BEFORE + _AFTER, "见水利局档案第三卷。", "又见县志。", _LAST],
    ),
    "articles": Made(
        word_file(
            "".join(_numbered(f"条{i}。") for i in range(1, 12))
            + _numbered("款一。", 1)
            + _numbered("项。", 2)
            + _numbered("款二。", 1)
            + _numbered("条。")
            + _numbered("款。", 1),
            numbering=_ARTICLES,
        ),
        [
            *(f"第{n}条 条{i}。" for i, n in enumerate("一二三四五六七八九十", start=1)),
            "第十一条 条11。",
            "（一）款一。",
            "1. 项。",
            "（二）款二。",
            "第十二条 条。",
            "（一）款。",
        ],
    ),
    "numbers by a style": Made(
        word_file(
            paragraph("总则。", properties='<w:pStyle w:val="Zhang"/>')
            + paragraph("宗旨。", properties='<w:pStyle w:val="Xia"/>')
            + paragraph("范围。", properties='<w:pStyle w:val="Xia"/>')
            + paragraph(
                "无号。",
                properties='<w:pStyle w:val="Xia"/><w:numPr><w:numId w:val="0"/></w:numPr>',
            ),
            styles=_style("Zhang", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
            + _style(
                "Tiao", '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>'
            )
            + _style("Xia", "", based="Tiao"),
            numbering=_lists(
                _level(0, "chineseCounting", "第%1章", more='<w:pStyle w:val="Zhang"/>'),
                _level(1, "decimal", "%1.%2", more='<w:pStyle w:val="Tiao"/><w:isLgl/>'),
            ),
        ),
        ["第一章 总则。", "1.1 宗旨。", "1.2 范围。", "无号。"],
    ),
    "numbers that begin anew": Made(
        word_file(
            _numbered("甲。")
            + _numbered("乙。")
            + _numbered("丙。", 0, 2)
            + _numbered("丁。", 0, 2),
            numbering=_lists(
                _level(0, "ideographTraditional", "%1、", after="nothing"),
                nums='<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
                '<w:num w:numId="2"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0">'
                '<w:startOverride w:val="5"/></w:lvlOverride></w:num>',
            ),
        ),
        ["甲、甲。", "乙、乙。", "戊、丙。", "己、丁。"],
    ),
    "numbers of hidden and deleted paragraphs": Made(
        word_file(
            _numbered("甲。")
            + paragraph(
                run("无形。", _VANISH),
                properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
                f"<w:rPr>{_VANISH}</w:rPr>",
            )
            + paragraph(
                _DELETED,
                properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
                + _MARK_DELETED,
            )
            + _numbered("乙。"),
            numbering=_lists(_level(0, "decimalEnclosedCircle", "%1", after="nothing")),
        ),
        ["①甲。", "②乙。"],
    ),
    "numbers in a table": Made(
        word_file(
            _table(_row(_cell(_numbered("")), "甲"), _row(_cell(_numbered("")), "乙")),
            numbering=_lists(_level(0, "upperRoman", "%1")),
        ),
        ["I  甲", "II  乙"],
    ),
    "numbers of a linked list style": Made(
        word_file(
            _numbered("甲。", 0, 2) + _numbered("乙。", 0, 2),
            styles=_style(
                "Lie", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>', kind="numbering"
            ),
            numbering='<w:abstractNum w:abstractNumId="5"><w:styleLink w:val="Lie"/>'
            + _level(0, "ideographZodiac", "%1．", after="nothing")
            + '</w:abstractNum><w:abstractNum w:abstractNumId="6"><w:numStyleLink w:val="Lie"/>'
            '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
            '<w:num w:numId="2"><w:abstractNumId w:val="6"/></w:num>',
        ),
        ["子．甲。", "丑．乙。"],
    ),
    "levels that go on counting": Made(
        word_file(
            _numbered("章。") + _numbered("条。", 1) + _numbered("章。") + _numbered("条。", 1),
            numbering=_lists(
                _level(0, "chineseCounting", "第%1章"),
                _level(1, "chineseCounting", "第%2条", more='<w:lvlRestart w:val="0"/>'),
            ),
        ),
        ["第一章 章。", "第一条 条。", "第二章 章。", "第二条 条。"],
    ),
    "bullets": Made(
        word_file(_numbered("甲。"), numbering=_lists(_level(0, "bullet", "\uf0b7"))), ["甲。"]
    ),
    "hidden run": _inline(_MIDDLE + run("无形的字", _VANISH)),
    "hidden by a character style": _inline(
        _MIDDLE + run("无形的字", '<w:rStyle w:val="Yin"/>'),
        styles=_style("Yin", f"<w:rPr>{_VANISH}</w:rPr>", kind="character"),
    ),
    "hidden by a paragraph style, shown in a run": Made(
        word_file(
            _TEXT
            + paragraph(
                "无形。",
                run("看得见。", '<w:vanish w:val="0"/>'),
                properties='<w:pStyle w:val="Y2"/>',
            )
            + paragraph(_LAST),
            styles=_style("Yin", f"<w:rPr>{_VANISH}</w:rPr>") + _style("Y2", "", based="Yin"),
        ),
        [_SENTENCE, "看得见。" + _LAST],  # the mark of the paragraph is hidden as well
    ),
    "hidden by a table style": Made(
        word_file(
            _TEXT
            + _table(_row("无形"), properties='<w:tblStyle w:val="Biao"/>')
            + paragraph(_LAST),
            styles=_style("Biao", f"<w:rPr>{_VANISH}</w:rPr>", kind="table"),
        ),
        [_SENTENCE, _LAST],
    ),
    "hidden on web pages only": _inline(run("每旬清淤一次，", "<w:webHidden/>")),
    "marks and breaks": Made(
        word_file(
            paragraph(
                "<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:softHyphen/><w:t>丙</w:t>"
                '<w:noBreakHyphen/><w:t>丁</w:t><w:br w:type="page"/><w:t>戊</w:t><w:br/>'
                "<w:t>己</w:t><w:cr/><w:t>庚</w:t></w:r>"
            )
        ),
        ["甲 乙丙-丁戊", "己", "庚"],
    ),
    "frame": Made(
        word_file(paragraph(_SENTENCE, properties='<w:framePr w:w="200"/>') + paragraph(_LAST)),
        [_SENTENCE, _LAST],
    ),
    "hidden drawing": Made(
        word_file(
            paragraph(
                _SENTENCE,
                '<w:r><w:drawing><wp:anchor><wp:docPr id="1" name="x" hidden="1"/><wps:txbx>'
                f"<w:txbxContent>{paragraph('无形')}</w:txbxContent></wps:txbx></wp:anchor>"
                "</w:drawing></w:r>",
            )
        ),
        [_SENTENCE],
    ),
    "drop cap": Made(
        word_file(
            paragraph(_SENTENCE[:1], properties='<w:framePr w:dropCap="drop" w:lines="2"/>')
            + paragraph(_SENTENCE[1:])
        ),
        [_SENTENCE],
    ),
    "embedded page": Made(
        word_file(
            _TEXT + '<w:altChunk r:id="rchunk"/>',
            parts={
                "chunk.htm": ("aFChunk", f"<html><body><p>{_LAST * 3}</p></body></html>".encode())
            },
        ),
        [_SENTENCE, _LAST * 3],
    ),
    "strict": Made(
        word_file(
            paragraph(_BEFORE, '<w:r><w:footnoteReference w:id="3"/></w:r>', _AFTER)
            + _numbered("甲。"),
            footnotes=_note("footnote"),
            numbering=_ARTICLES,
            strict=True,
        ),
        [_BEFORE + _AFTER, "见水利局档案第三卷。", "又见县志。", "第一条 甲。"],
    ),
    "main part of another name": Made(
        word_file(_TEXT + _numbered("甲。"), numbering=_ARTICLES, main="neirong/zheng.xml"),
        [_SENTENCE, "第一条 甲。"],
    ),
}
