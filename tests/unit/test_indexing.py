"""What a run changes, and what never does: ids under renames, edits, copies, dictionaries."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from naive_engine import NaiveStore
from search.analysis.words import Analyzer
from search.documents.document import Document
from search.errors import InputError
from search.facets.topic import Taxonomy
from search.index.run import update_index
from search.index.writing import IndexReport

TAXONOMY = Taxonomy.load()
FIRST = "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八。"
SECOND = "全县配备网格员五千人，建成视频监控平台九个，群众安全感明显提升，治安形势平稳。"


def article(title: str, *paragraphs: str, date: str = "2020-01-02") -> str:
    return "\n\n".join([title, f"{date} 来源：某县日报", *paragraphs]) + "\n"


class Collection:
    """A folder and an index of it in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.store = NaiveStore()
        self.indexed = False

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def index(self, *paths: Path, user_words: tuple[str, ...] = ()) -> IndexReport:
        analyzer = Analyzer(user_words)
        reader = self.store.engine().reader() if self.indexed else None
        with self.store.writer() as writer:
            report = update_index(
                paths or (self.folder,),
                reader=reader,
                writer=writer,
                analyzer=analyzer,
                taxonomy=TAXONOMY,
            )
        self.store.analyzer = analyzer
        self.indexed = True
        return report

    def documents(self) -> list[Document]:
        return list(self.store.engine().reader().documents())

    def ids(self) -> dict[str, str]:
        """Passage text → id."""
        return {p.text: p.passage_id for p in self.store.engine().reader().passages()}


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection(tmp_path / "文献 一")
    made.write("甲.txt", article("某县推进平安建设", FIRST, SECOND))
    made.write("乙.txt", article("某市加强社会治理", FIRST + "再接再厉。", SECOND + "持续向好。"))
    made.index()
    return made


def test_a_second_run_changes_nothing_and_commits_nothing(collection: Collection) -> None:
    before = collection.ids()
    report = collection.index()
    assert (report.unchanged, report.added, report.replaced) == (2, 0, 0)
    assert not report.committed
    assert collection.ids() == before


def test_renaming_a_file_keeps_every_id_and_shows_the_new_path(collection: Collection) -> None:
    before = collection.ids()
    (collection.folder / "甲.txt").rename(collection.folder / "丙.txt")
    report = collection.index()
    assert report.moved == 1
    assert report.vanished == []
    assert collection.ids() == before
    assert {d.path for d in collection.documents()} == {"丙.txt", "乙.txt"}


def test_adding_a_file_leaves_the_ids_of_the_others_alone(collection: Collection) -> None:
    before = collection.ids()
    collection.write("新.txt", article("某区开展专项行动", SECOND + "新的一段。"))
    assert collection.index().added == 1
    assert before.items() <= collection.ids().items()


def test_editing_one_paragraph_changes_its_id_only(collection: Collection) -> None:
    before = collection.ids()
    collection.write("甲.txt", article("某县推进平安建设", FIRST, SECOND + "又及。"))
    report = collection.index()
    assert (report.replaced, report.added) == (1, 0)
    after = collection.ids()
    assert after[FIRST] == before[FIRST]
    assert SECOND not in after
    assert len(collection.documents()) == 2


def test_reordering_paragraphs_changes_no_id(collection: Collection) -> None:
    before = collection.ids()
    collection.write("甲.txt", article("某县推进平安建设", SECOND, FIRST))
    collection.index()
    assert collection.ids() == before


def test_a_new_user_dictionary_changes_no_id(collection: Collection) -> None:
    before = collection.ids()
    report = collection.index(user_words=("平安建设",))
    assert report.committed
    assert collection.ids() == before


def test_two_copies_of_a_file_are_one_document_with_two_paths(collection: Collection) -> None:
    before = collection.ids()
    shutil.copy(collection.folder / "甲.txt", collection.folder / "副本.txt")
    report = collection.index()
    assert report.copies == 1
    assert collection.ids() == before
    assert ("副本.txt", "甲.txt") in [d.paths for d in collection.documents()]


def test_a_touched_file_is_recognised_by_its_content(collection: Collection) -> None:
    os.utime(collection.folder / "甲.txt", (1, 1))
    report = collection.index()
    assert (report.unchanged, report.replaced) == (2, 0)


def test_two_texts_with_one_identity_are_two_documents(collection: Collection) -> None:
    collection.write("丁.txt", article("某县推进平安建设", SECOND + "另一个版本。"))
    report = collection.index()
    assert report.added == 1
    ids = [d.document_id for d in collection.documents()]
    assert len(ids) == len(set(ids)) == 3
    assert sorted(len(i) for i in ids) == [16, 16, 24]


def test_a_vanished_file_is_reported_and_stays_searchable(collection: Collection) -> None:
    before = collection.ids()
    (collection.folder / "甲.txt").unlink()
    report = collection.index()
    assert report.vanished == ["甲.txt"]
    assert collection.ids() == before


def test_a_run_touches_only_the_roots_it_names(collection: Collection, tmp_path: Path) -> None:
    other = tmp_path / "文献 二"
    other.mkdir()
    (other / "戊.txt").write_text(article("某镇工作", SECOND + "他处。"), encoding="utf-8")
    (collection.folder / "甲.txt").unlink()
    report = collection.index(other)
    assert report.added == 1
    assert report.vanished == []
    assert len(collection.documents()) == 3


def test_a_bad_file_is_skipped_with_its_reason_and_the_rest_is_indexed(
    collection: Collection,
) -> None:
    (collection.folder / "图.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00" + bytes(range(256)) * 9)
    (collection.folder / "空.txt").write_bytes(b" \n")
    collection.write("新.txt", article("某区开展专项行动", SECOND + "新的一段。"))
    report = collection.index()
    assert report.added == 1
    assert {path for path, _ in report.skipped} == {"图.txt", "空.txt"}
    assert all(reason for _, reason in report.skipped)


def test_a_file_that_can_no_longer_be_read_keeps_what_was_indexed(collection: Collection) -> None:
    before = collection.ids()
    (collection.folder / "甲.txt").write_bytes(b"\x00\x01\x02" * 3000)
    report = collection.index()
    assert [path for path, _ in report.skipped] == ["甲.txt"]
    assert collection.ids() == before


def test_a_folder_without_documents_is_an_error_and_changes_nothing(
    collection: Collection, tmp_path: Path
) -> None:
    before = collection.ids()
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="no document in"):
        collection.index(empty)
    (empty / "x.txt").write_bytes(b"\x00" * 100)
    with pytest.raises(InputError, match="None of the 1 files"):
        collection.index(empty)
    assert collection.ids() == before


def test_the_time_a_text_was_first_seen_is_kept(collection: Collection) -> None:
    first = {d.document_id: d.captured for d in collection.documents()}
    collection.index(user_words=("平安建设",))
    assert {d.document_id: d.captured for d in collection.documents()} == first
    assert all(first.values())


def test_one_text_in_two_encodings_is_one_document(collection: Collection) -> None:
    text = article("某区开展专项行动", SECOND + "编码不同。")
    (collection.folder / "gbk.txt").write_bytes(text.encode("gb18030"))
    (collection.folder / "utf16.txt").write_bytes(text.encode("utf-16"))
    collection.index()
    same = [d for d in collection.documents() if d.title == "某区开展专项行动"]
    assert [d.paths for d in same] == [("gbk.txt", "utf16.txt")]
