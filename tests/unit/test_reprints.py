"""Reprints: which passages are linked, and what a search shows of them on every way to it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naive_engine import NaiveStore
from search import open_index
from search.analysis.words import Analyzer
from search.config import load_settings
from search.documents.document import Document, Paragraph, passages_of, sha256_hex
from search.index.engine import EngineRequest, Plan
from search.index.reprints import Reprints, link_reprints, outdated_links
from search.query.parser import parse_query
from search.searching import collapsing
from search.searching.collapsing import collapse_reprints
from search.web import create_app

from .collection import FIRST, SECOND, THIRD, Desk, article
from .web.markup import read

TEXT = "全县配备网格员五千人,建成视频监控平台九个,群众安全感明显提升,治安形势平稳。"


def document(
    name: str, *texts: str, date: str | None = None, source: str | None = None
) -> Document:
    """A document of these passages."""
    whole = "\n".join(texts)
    paragraphs, start = [], 0
    for number, text in enumerate(texts, start=1):
        paragraphs.append(Paragraph(start, start + len(text), "body", "body", "", number))
        start += len(text) + 1
    return Document(
        document_id=sha256_hex(name)[:16],
        paths=(f"{name}.txt",),
        text=whole,
        paragraphs=tuple(paragraphs),
        sha256=sha256_hex(whole),
        title=name,
        published=date,
        source=source,
    )


def linked(*documents: Document) -> list[list[str]]:
    """The names of the documents of each group, in its order."""
    passages = [passage for d in documents for passage in passages_of(d)]
    titles = {passage.passage_id: str(passage.title) for passage in passages}
    return [[titles[member] for member in group] for group in link_reprints(passages).groups]


@pytest.mark.parametrize(
    "other",
    [
        TEXT,
        TEXT.replace(",", "，"),
        TEXT.replace("平稳。", "平稳 。"),
        f"{TEXT}{FIRST}".replace("群众", "民众"),
    ],
)
def test_the_same_text_with_other_punctuation_or_a_word_changed_is_linked(other: str) -> None:
    original = f"{TEXT}{FIRST}" if FIRST in other else TEXT
    assert linked(document("a", original), document("b", other)) == [["a", "b"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{TEXT}比上年增长12.5%。", f"{TEXT}比上年增长13.5%。"),
        (TEXT, FIRST),
        ("本条例自公布之日起施行。", "本条例自公布之日起施行。"),
    ],
)
def test_another_figure_another_text_and_a_short_phrase_are_not_linked(
    one: str, other: str
) -> None:
    assert linked(document("a", one), document("b", other)) == []


def test_a_text_repeated_in_one_document_only_is_not_linked() -> None:
    assert linked(document("a", TEXT, TEXT)) == []


def test_the_original_is_the_earliest_and_of_one_day_the_one_that_names_its_outlet() -> None:
    assert linked(
        document("undated", TEXT),
        document("later", TEXT, date="2018-02-01", source="某网"),
        document("nameless", TEXT, date="2018-01-01T09:00"),
        document("first", TEXT, date="2018-01-01T10:00", source="某日报"),
    ) == [["first", "nameless", "later", "undated"]]


def test_small_changes_in_a_row_do_not_chain_different_texts_together() -> None:
    letters = "".join(chr(0x4E00 + i) for i in range(60))
    versions = ["".join(chr(0x7000 + i) for i in range(n)) + letters[n:] for n in range(0, 60, 2)]
    groups = linked(*(document(f"{n:02}", text) for n, text in enumerate(versions)))
    assert groups
    assert all(len(group) <= 4 for group in groups)


def test_links_survive_the_manifest() -> None:
    links = Reprints((("a", "b"),), 2, current=True)
    manifest = links.changed_in({"roots": []})
    assert manifest["roots"] == []
    assert Reprints.from_manifest(manifest) == links
    assert Reprints.from_manifest(outdated_links(manifest)) == replace(links, current=False)
    assert Reprints.from_manifest(outdated_links({})) == Reprints()


STORE = NaiveStore()
with STORE.writer() as _writer:
    for _n in range(8):
        _writer.put(document(f"{_n:02}", f"{TEXT[: 30 + _n]}共同的结尾"))
    _writer.commit({})
EVERY = [passage.passage_id for passage in STORE.engine().reader().passages()]


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, 4), min_size=8, max_size=8),
    st.integers(1, 10),
    st.integers(2, 5),
)
def test_pages_partition_what_is_shown_and_no_count_changes(
    kinds: list[int], walk: int, limit: int
) -> None:
    """Against the obvious rule: of the hits walked, each group's first by its own order."""
    groups: dict[str, tuple[str, ...]] = {}
    for kind in range(1, 5):
        members = tuple(reversed([e for e, k in zip(EVERY, kinds, strict=True) if k == kind]))
        groups |= dict.fromkeys(members, members) if len(members) > 1 else {}
    reader = STORE.engine().reader()
    query = parse_query("共同", Analyzer())
    whole = reader.search(EngineRequest(query=query, limit=100))
    order = [passage.passage_id for passage, _ in whole.hits]
    expected: list[str] = []
    for member in order[:walk]:
        seen = [m for m in groups.get(member, (member,)) if m in order[:walk]]
        if seen[0] not in expected:
            expected.append(seen[0])
    expected += order[walk:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collapsing, "WALK_LIMIT", walk)
        shown: list[str] = []
        for offset in itertools.count(0, limit):
            request = EngineRequest(query=query, offset=offset, limit=limit)
            answer = collapse_reprints(reader, Plan(request), groups)
            assert answer.found.total == whole.total
            assert answer.found.facets == whole.facets
            assert answer.shown == len(expected)
            shown += [passage.passage_id for passage, _ in answer.found.hits]
            hidden = {p.passage_id for others in answer.behind.values() for p in others}
            assert not hidden & set(shown)
            if offset + limit >= answer.shown:
                break
    assert shown == expected


def test_of_collapsed_hits_those_repeat_a_text_that_show_it_a_second_time() -> None:
    """The place of a hit is that of its group, whose passage there may stand behind it."""
    store = NaiveStore()
    with store.writer() as writer:
        for name, text in (("a", TEXT), ("b", TEXT), ("c", TEXT), ("d", FIRST)):
            writer.put(document(name, text))
        writer.commit({})
    reader = store.engine().reader()
    passages = {passage.path[0]: passage.passage_id for passage in reader.passages()}
    query = parse_query("全县 群众", Analyzer(), any_term=True)
    group = (passages["c"], passages["a"])
    for groups, shown in (
        ({}, [("a", False), ("d", False), ("b", True), ("c", True)]),
        (dict.fromkeys(group, group), [("c", False), ("d", False), ("b", True)]),
    ):
        found = collapse_reprints(reader, Plan(EngineRequest(query=query)), groups).found
        names = [passage.path[0] for passage, _ in found.hits]
        assert sorted(zip(names, found.repeats, strict=True)) == sorted(shown)
    by_path = Plan(EngineRequest(query=query, sort="document"))
    assert collapse_reprints(reader, by_path, {}).found.repeats == ()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Three documents; two have one passage in common, the later one first by path."""
    desk = Desk(tmp_path)
    desk.write("a.txt", article("乙网转载", SECOND, THIRD, date="2020-03-01"))
    desk.write("b.txt", article("某县日报原文", SECOND, FIRST, date="2020-01-02"))
    desk.write(
        "c.txt", article("别的文章", "全县另有新闻一则，说的是群众文艺演出，与此无关，仅供参考。")
    )
    desk.index()
    return desk


def search(desk: Desk, *options: str) -> Any:
    return desk.run("search", "全县", "--sort", "document", "--json", *options).json


def test_the_command_links_reprints_and_a_search_shows_each_text_once(desk: Desk) -> None:
    answer = desk.run("reprints", "--json").json
    assert (answer["compared"], answer["linked"], len(answer["groups"])) == (5, 2, 1)
    plain, collapsed = search(desk), search(desk, "--collapse")
    assert [hit["title"] for hit in plain["hits"]].count("乙网转载") == 1
    assert (plain["hidden"], collapsed["hidden"]) == (0, 1)
    assert collapsed["total"] == plain["total"] == len(collapsed["hits"]) + 1
    assert collapsed["facets"] == plain["facets"]
    (hit,) = [hit for hit in collapsed["hits"] if hit["text"] == SECOND]
    assert hit["title"] == "某县日报原文"
    assert [other["title"] for other in hit["reprints"]] == ["乙网转载"]
    said = desk.run("search", "全县", "--collapse").out
    assert "also in 1 document:" in said
    assert "1 passages are not listed" in said


def test_a_passage_lists_where_its_text_was_printed_the_earliest_first(desk: Desk) -> None:
    hits = {h["title"]: h["passage_id"] for h in search(desk)["hits"] if h["text"] == SECOND}
    later = hits["乙网转载"]
    assert desk.run("show", later, "--json").json["chain"] == []
    desk.run("reprints")
    chain = desk.run("show", later, "--json").json["chain"]
    assert [printed["title"] for printed in chain] == ["某县日报原文", "乙网转载"]
    said = desk.run("show", later).out
    assert "printed in  2020-01-02" in said
    assert "this passage" in said
    with open_index(desk.index_dir) as index:
        client = create_app(index, config={"TESTING": True}).test_client()
        page = read(client.get(f"/p/{later}").text)
        assert "同样的文字见于 2 处" in page.text
        assert "更早的一处可能是原载" in page.text
        original = read(client.get(page.link("某县日报原文")).text)
        assert "更早的一处可能是原载" not in original.text
        assert original.link("乙网转载") == f"/p/{later}"


def test_before_the_comparison_and_after_a_change_a_collapsed_search_says_what_to_run(
    desk: Desk,
) -> None:
    def codes() -> list[str]:
        return [notice["code"] for notice in search(desk, "--collapse")["notices"]]

    assert codes() == ["reprints-not-compared"]
    desk.run("reprints")
    assert codes() == []
    desk.write("d.txt", article("又一次转载", SECOND, date="2021-01-01"))
    desk.index()
    assert codes() == ["reprints-not-compared"]
    assert search(desk, "--collapse")["hidden"] == 1
    desk.run("reprints")
    assert search(desk, "--collapse")["hidden"] == 2


def test_a_link_to_a_passage_that_left_the_index_is_dropped_silently(desk: Desk) -> None:
    desk.run("reprints")
    (desk.documents / "b.txt").unlink()
    desk.index("--prune")
    collapsed = search(desk, "--collapse")
    assert collapsed["hidden"] == 0
    assert "乙网转载" in {hit["title"] for hit in collapsed["hits"]}


def test_a_forgotten_document_leaves_no_link_behind(desk: Desk) -> None:
    desk.run("reprints")
    forgotten = desk.listed()["b.txt"]["document_id"]
    ids = [p["passage_id"] for p in search(desk)["hits"] if p["document_id"] == forgotten]
    assert desk.run("forget", forgotten).code == 0
    with open_index(desk.index_dir) as index:
        assert index.reprints().groups == ()
    for file in desk.index_dir.iterdir():
        assert not any(passage_id.encode() in file.read_bytes() for passage_id in ids)


def test_page_and_api_have_the_switch_and_list_the_other_documents(desk: Desk) -> None:
    with open_index(desk.index_dir) as index:
        client = create_app(index, load_settings()).test_client()
        assert "合并转载" not in client.get("/?q=全县").text
    desk.run("reprints")
    with open_index(desk.index_dir) as index:
        client = create_app(index, load_settings()).test_client()
        assert "/?q=%E5%85%A8%E5%8E%BF&amp;collapse=1" in client.get("/?q=全县").text
        page = client.get("/?q=全县&collapse=1").text
        assert "另见 1 处" in page
        assert "<strong>1</strong> 个相同或几乎相同的段落没有单独列出" in page
        answer = client.get("/api/v1/search?q=全县&collapse=1").get_json()
        assert answer["collapsed"] is True
        assert answer["hidden"] == 1


def test_a_hostile_title_of_a_reprint_is_escaped(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("a.txt", article("原文", SECOND, date="2020-01-01"))
    desk.write("b.txt", article("<script>alert(1)</script>转载", SECOND, date="2020-02-01"))
    desk.index()
    desk.run("reprints")
    with open_index(desk.index_dir) as index:
        page = create_app(index, load_settings()).test_client().get("/?collapse=1").text
    assert "另见 1 处" in page
    assert "<script>alert" not in page
