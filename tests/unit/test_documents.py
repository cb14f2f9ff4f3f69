"""Ids come from content, and values survive the way through JSON."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import re

from search.documents.document import (
    UNCLASSIFIED,
    Document,
    Evidence,
    NamedPlace,
    NamedYears,
    Paragraph,
    TopicEvidence,
    document_id,
    passage_id,
    passages_of,
    place_path,
    sha256_hex,
    with_paths,
)

TEXT = "标题\n甲段。\n小标题\n乙段。\n甲段。"
DOCUMENT = Document(
    document_id="0123456789abcdef",
    paths=("a.txt", "b/c.txt"),
    text=TEXT,
    paragraphs=(
        Paragraph(0, 2, "title", "title", "第一行"),
        Paragraph(3, 6, "body", "body", "正文", 1),
        Paragraph(7, 10, "heading", "heading", "短行"),
        Paragraph(
            11,
            14,
            "body",
            "body",
            "正文",
            2,
            headings=("小标题",),
            topics=("信访工作",),
            topic_evidence=(TopicEvidence("信访工作", ("信访",), 2.0),),
        ),
        Paragraph(15, 18, "body", "body", "正文", 3, headings=("小标题",)),
    ),
    sha256=sha256_hex(TEXT),
    title="标题",
    published="2018-12-18T21:52",
    city=("广西壮族自治区", "贵港市", None),
    year=2018,
    evidence={"title": (Evidence("第一行", 1, "标题"),)},
)


def test_a_document_is_named_by_its_address_else_its_description_else_its_text() -> None:
    described = {"title": "题名", "published": "2017-08-10", "source": "贵港日报", "site": "a.cn"}
    by_url = document_id(text="甲", url="https://a.cn/1.htm", **described)
    assert by_url == document_id(text="乙", url="https://a.cn/1.htm")
    by_description = document_id(text="甲", **described)
    assert by_description == document_id(text="乙", **described)
    assert document_id(text="甲", title="题名") == document_id(text="甲")
    assert document_id(text="甲") != document_id(text="乙")
    assert len({by_url, by_description, document_id(text="甲")}) == 3
    assert re.fullmatch(r"[0-9a-f]{16}", by_url)


def test_fields_of_a_description_cannot_run_into_each_other() -> None:
    one = document_id(text="", title="甲", published="2017", source="乙丙", site="丁")
    other = document_id(text="", title="甲", published="2017", source="乙", site="丙丁")
    assert one != other


def test_a_passage_is_named_by_its_text_its_document_and_its_repeat() -> None:
    first = passage_id("甲段。", "0123456789abcdef")
    assert re.fullmatch(r"[0-9a-f]{20}-[0-9a-f]{8}", first)
    assert first.startswith(sha256_hex("甲段。")[:20])
    assert passage_id("甲段。", "0123456789abcdef", 2) == f"{first}-2"
    assert passage_id("甲段", "0123456789abcdef") != first
    assert passage_id("甲段。", "fedcba9876543210").split("-")[0] == first.split("-")[0]


def test_passages_are_the_body_paragraphs_in_order() -> None:
    passages = list(passages_of(DOCUMENT))
    assert [p.paragraph for p in passages] == [1, 2, 3]
    assert [TEXT[p.start : p.end] for p in passages] == [p.text for p in passages]
    assert [p.sha256 for p in passages] == [sha256_hex(p.text) for p in passages]
    assert [p.topics for p in passages] == [(UNCLASSIFIED,), ("信访工作",), (UNCLASSIFIED,)]
    assert passages[1].headings == ("小标题",)
    assert passages[2].passage_id == f"{passages[0].passage_id}-2"
    assert DOCUMENT.passage_count == 3
    for field in ("document_id", "title", "published", "city", "year", "path"):
        assert {getattr(p, field) for p in passages} == {getattr(DOCUMENT, field)}


def test_another_paragraph_s_edit_leaves_a_passage_s_id_alone() -> None:
    edited = dataclasses.replace(
        DOCUMENT,
        text=TEXT.replace("乙段。", "丙段。"),
        paths=("renamed.txt",),
    )
    before = [p.passage_id for p in passages_of(DOCUMENT)]
    after = [p.passage_id for p in passages_of(edited)]
    assert [before[0], before[2]] == [after[0], after[2]]
    assert before[1] != after[1]


def test_a_document_survives_the_way_through_json() -> None:
    record = json.loads(json.dumps(DOCUMENT.to_record()))
    assert Document.from_record(record) == DOCUMENT


def test_other_paths_make_the_same_document_elsewhere() -> None:
    moved = with_paths(DOCUMENT, ("x.txt",))
    assert moved.path == "x.txt"
    assert dataclasses.replace(moved, paths=DOCUMENT.paths) == DOCUMENT


def test_a_place_is_a_path_of_its_known_levels() -> None:
    assert place_path(("广西壮族自治区", "贵港市", None)) == "广西壮族自治区/贵港市"
    assert place_path(("北京市", "北京市", "朝阳区")) == "北京市/北京市/朝阳区"
    assert place_path((None, None, None)) is None


def test_a_paragraph_comes_whole_from_another_process() -> None:
    paragraph = Paragraph(
        1,
        9,
        "body",
        "body",
        "正文段落",
        number=3,
        headings=("一",),
        topics=("信访工作",),
        topic_evidence=(TopicEvidence("信访工作", ("信访",), 1.5),),
        named_places=(NamedPlace(("广西壮族自治区", "贵港市", None), ("贵港",)),),
        named_years=(NamedYears(2017, 2021, "2017年至2021年"),),
        recognised=0.93,
    )
    assert pickle.loads(pickle.dumps(paragraph)) == paragraph  # noqa: S301 - of our own
    assert copy.deepcopy(paragraph) == paragraph
