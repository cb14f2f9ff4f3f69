"""Documents with nothing but the fields that a citation reads."""

from __future__ import annotations

from typing import Any

from search.documents.document import Document, Paragraph, Passage, passages_of


def document(**fields: Any) -> Document:
    """A document with one body paragraph."""
    return Document(
        **{
            "document_id": "d" * 16,
            "paths": ("a.txt",),
            "text": "正文。",
            "paragraphs": (Paragraph(0, 3, "body", "body", "", 1),),
            "sha256": "0" * 64,
            **fields,
        }
    )


def passage(of: Document) -> Passage:
    """Its passage."""
    return next(iter(passages_of(of)))


SEEDS = {
    "000": document(
        title="砥砺奋进勇争优——贵港市抓稳定促和谐不断提升安全感满意度工作综述",
        source="贵港日报",
        source_kind="newspaper",
        site="yybnet.net",
        author="梁启勇",
        published="2017-08-10T10:54",
    ),
    "001": document(
        title="大同市社会安全感和满意度创新高",
        source="山西法制报",
        source_kind="newspaper",
        site="太原长安网",
        posted_by="太原长安网(中共太原市委政法委)",
        published="2018-11-15",
    ),
    "002": document(
        title="全面强化综合治理措施 努力构建平安和谐津市",
        site="老秘网_材夜思范文",
        author="何英平",
        posted_by="沙市秘书",
        published="2009-04-30T23:40",
    ),
    "003": document(
        title="“五个结合”深化“平安贵池”建设 提升人民群众安全感满意度",
        source="安徽法制报社",
        source_kind="newspaper",
        contributor="贵池区委政法委",
        published="2021-11-12T14:49:56",
    ),
    "004": document(
        title="贵港市“维稳基石工程”10年调处矛盾纠纷13万余件",
        eyebrow="加强制度保障 压实领导责任 “一把手”真抓实干",
        source="人民网-广西频道",
        source_kind="web",
        author="梁启勇",
        editors="张芳、庞冠华",
        published="2018-12-18T21:52",
    ),
}
"""The five seeds as their fields come out."""
