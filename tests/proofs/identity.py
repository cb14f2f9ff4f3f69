"""Does any id change without cause? A collection, changed in every way that must not matter.

The collection is generated (documents named by an address, by title and date, by their text alone;
paragraphs that repeat, rare characters, two texts that claim one identity), with the seeds and, if
a folder is named, real documents. After every change each id must still stand for its very text, as
the index itself answers; after an edit or a prune each old id must answer with the old wording.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from click.testing import CliRunner

from proofs.page import Proof, Row
from search import open_index
from search.citing.showing import Shown, show
from search.cli import main as duansou
from search.documents.document import Passage
from search.errors import NotFoundError
from search.index import run as indexing_run
from search.searching.index import Index

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
_WORDS = [
    "平安",
    "建设",
    "网格化",
    "管理",
    "群众",
    "安全感",
    "矛盾",
    "纠纷",
    "信访",
    "调解",
    "治安",
    "防控",
    "社区",
    "服务",
    "中心",
]
_RARE = "𠮷𡈽𣎴𪚥㐂"


def _paragraph(chance: random.Random) -> str:
    clauses = [
        "".join(chance.choices(_WORDS, k=chance.randint(2, 5)))
        + (chance.choice(_RARE) if chance.random() < 0.1 else "")
        for _ in range(chance.randint(2, 6))
    ]
    return f"{'，'.join(clauses)}，共{chance.randint(2, 9999)}件，比上年提高{chance.random():.1%}。"


def generate(folder: Path, count: int, seed: int) -> None:
    """Documents as texts, and some of them as pages and records with an address of their own."""
    chance = random.Random(seed)
    folder.mkdir(parents=True)
    records = []
    for number in range(count):
        paragraphs = [_paragraph(chance) for _ in range(chance.randint(2, 8))]
        if chance.random() < 0.2:
            paragraphs.append(paragraphs[0])
        title = f"某县第{number}次推进{chance.choice(_WORDS)}工作综述"
        date = f"20{chance.randint(10, 24)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
        kind = number % 4
        if kind == 3:
            url = f"https://example.org/news/{number}.html"
            text = "\n".join(paragraphs)
            records.append({"title": title, "text": text, "url": url, "published": date})
            continue
        header = [] if kind == 2 else [f"{date} 来源：某县日报"]
        text = "\n\n".join([title, *header, *paragraphs]) + "\n"
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
        if kind == 0 and chance.random() < 0.1:
            # Another text with the same title, date and outlet.
            text = "\n\n".join([title, *header, _paragraph(chance), _paragraph(chance)]) + "\n"
            (folder / f"{number:05}b.txt").write_text(text, encoding="utf-8")
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    (folder / "records.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


class Collection:
    """Folders of documents and an index of them; ``ids`` is passage id → text."""

    def __init__(self, work: Path, documents: Path) -> None:
        self.work, self.documents = work, documents
        self.index_dir = work / "index"

    @contextmanager
    def trial(self, *, with_index: bool) -> Iterator[None]:
        """A time after which everything is as it was; in it the index is there, or none."""
        saved = self.work.with_name("saved")
        shutil.copytree(self.work, saved)
        if not with_index:
            shutil.rmtree(self.index_dir)
        yield
        shutil.rmtree(self.work)
        saved.rename(self.work)

    def index(self, *options: str, paths: Sequence[Path] | None = None) -> None:
        """One run of ``duansou index``."""
        named = [str(path) for path in paths or [self.documents]]
        arguments = ["index", "--quiet", "--index", str(self.index_dir), *options, "--", *named]
        done = CliRunner().invoke(duansou, arguments, catch_exceptions=False)
        if done.exit_code not in (0, 3):
            raise RuntimeError(done.output)

    def ids(self) -> dict[str, str]:
        """Every passage as the index has it."""
        with open_index(self.index_dir) as index:
            return {passage.passage_id: passage.text for passage in index.passages()}

    def files(self) -> list[Path]:
        """The texts, in order."""
        return sorted(f for f in self.documents.rglob("*") if f.suffix in (".txt", ".md"))

    def answers(self, expected: Mapping[str, str]) -> int:
        """How many ids do not answer with their text, superseded or moved to its own document."""
        wrong = 0
        with open_index(self.index_dir) as index:
            for passage_id, text in expected.items():
                try:
                    shown = show(index, passage_id)
                except NotFoundError:
                    wrong += 1
                    continue
                texts = (
                    [shown.passage.text] if isinstance(shown, Shown) else [p.text for p in shown]
                )
                wrong += texts[0] != text
        return wrong


def _lost(before: Mapping[str, str], after: Mapping[str, str]) -> int:
    """Ids that are gone or mean another text."""
    return sum(after.get(passage_id) != text for passage_id, text in before.items())


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    with mock.patch.dict(os.environ, values):
        yield


def _rename(collection: Collection) -> None:
    """Every name another one, in the reverse order; texts of one identity keep theirs."""
    files = [f for f in collection.files() if not _claims_one(f)]
    for number, file in enumerate(reversed(files)):
        file.rename(file.with_name(f"改名{number:05}{file.suffix}"))


def _move(collection: Collection) -> None:
    for number, file in enumerate(f for f in collection.files() if not _claims_one(f)):
        folder = collection.documents / f"{number % 7}" / "深"
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / file.name).exists():
            file.rename(folder / file.name)


def _claims_one(file: Path) -> bool:
    """Whether a text shares its identity with another, whose name is the same but for a b."""
    return file.stem.endswith("b") or file.with_name(f"{file.stem}b.txt").exists()


def _encode(collection: Collection) -> None:
    encodings = ("gb18030", "utf-16", "utf-8-sig")
    for number, file in enumerate(collection.files()):
        text = file.read_bytes().decode("utf-8-sig", "replace")
        if "\ufffd" not in text:
            file.write_bytes(text.encode(encodings[number % 3]))


def _with_others(collection: Collection) -> None:
    generate(collection.documents / "更多", 20, 99)
    collection.index()


def _words(collection: Collection) -> str:
    file = collection.work / "words.txt"
    file.write_text("网格化管理群众\n安全感矛盾\n设网格化管\n", encoding="utf-8")
    return str(file)


def _topics(collection: Collection) -> str:
    file = collection.work / "topics.toml"
    file.write_text(
        '[[topic]]\nname = "别的主题"\nwords = { "网格化" = 3, "社区" = 3 }\n', encoding="utf-8"
    )
    return str(file)


def _overrides(collection: Collection) -> str:
    file = collection.work / "overrides.csv"
    names = [str(f.relative_to(collection.documents)) for f in collection.files()[:20]]
    rows = [f"{name},别的标题,2001-02-03" for name in names]
    file.write_text("\n".join(["path,title,published", *rows]) + "\n", encoding="utf-8")
    return str(file)


Step = Callable[[Collection], None]


def _steps() -> Iterator[tuple[str, bool, Step]]:
    """(what is changed, whether in the index there is or a new one, the change and the run)."""
    yield "indexed again", True, lambda c: c.index()
    yield "a new index", False, lambda c: c.index()
    for name, change in (("renamed", _rename), ("moved", _move), ("re-encoded", _encode)):
        for is_kept in (True, False):

            def step(c: Collection, change: Step = change) -> None:
                change(c)
                c.index("--prune")

            yield f"{name}, {'same' if is_kept else 'new'} index", is_kept, step
    yield "another order of reading", False, _one_by_one
    yield "other dictionary", True, lambda c: c.index("--dictionary", _words(c))
    yield "other dictionary, new index", False, lambda c: c.index("--dictionary", _words(c))
    yield "other taxonomy", True, lambda c: c.index("--topics", _topics(c))
    yield "title and date overridden", True, lambda c: c.index("--overrides", _overrides(c))
    yield "overridden, new index", False, lambda c: c.index("--overrides", _overrides(c))
    yield "small segments, merged otherwise", False, _small_segments
    yield "one reader, four readers", False, _readers
    yield "another version of the reader", True, _other_reader
    yield "another file added", True, _with_others
    yield "others there from the start", False, _with_others
    yield "other locale, time zone, hash seed", False, _elsewhere


def _one_by_one(collection: Collection) -> None:
    """Files from last to first, some at a time; texts of one identity in their order, first."""
    files = sorted(
        (f for f in collection.documents.rglob("*") if f.is_file()),
        key=lambda f: (_claims_one(f), f.name),
        reverse=True,
    )
    shared = [f for f in files if _claims_one(f)]
    rest = [f for f in files if not _claims_one(f)]
    for some in filter(None, [shared, *(rest[at::5] for at in range(5))]):
        collection.index(paths=some)


def _small_segments(collection: Collection) -> None:
    with _environment(DUANSOU_INDEX_MEMORY_MB="16"):
        collection.index()


def _readers(collection: Collection) -> None:
    with _environment(DUANSOU_READ_PROCESSES="1"):
        collection.index()
    before = collection.ids()
    shutil.rmtree(collection.index_dir)
    with _environment(DUANSOU_READ_PROCESSES="4"):
        collection.index()
    if collection.ids() != before:
        raise AssertionError("one reader and four give different ids")


def _other_reader(collection: Collection) -> None:
    with mock.patch.object(indexing_run, "READER_VERSION", 10**6):
        collection.index()


def _elsewhere(collection: Collection) -> None:
    """In a process of its own, under another locale, time zone and seed of hashes."""
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "LANG": "tr_TR.UTF-8",
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "12345",
        "PYTHONUTF8": "0",
    }
    command = [sys.executable, "-m", "search", "index", "--quiet"]
    command += ["--index", str(collection.index_dir), str(collection.documents)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr.decode())


def check_identity(
    collection: Collection, seed: int = 1, only: Container[str] | None = None
) -> list[Row]:
    """Index it, change it in every way, and count the ids that did not stay what they were.

    ``only`` names the changes that are made besides edits; None is all of them.
    """
    collection.index()
    ids = collection.ids()
    rows: list[Row] = []
    for name, is_kept, step in _steps():
        if only is not None and name not in only:
            continue
        with collection.trial(with_index=is_kept):
            step(collection)
            rows.append((name, len(ids), _lost(ids, collection.ids())))
    with collection.trial(with_index=True):
        rows += _edited_and_pruned(collection, ids, seed)
    with collection.trial(with_index=False):
        rows.append(_one_identity(collection, ids))
    return rows


def _edited_and_pruned(changed: Collection, ids: Mapping[str, str], seed: int) -> Iterator[Row]:
    chance = random.Random(seed)
    with open_index(changed.index_dir) as index:
        before = _all(index)
    for file in changed.files():
        parts = file.read_text(encoding="utf-8").split("\n\n")
        at = chance.randrange(2, len(parts)) if len(parts) > 3 else -1
        if len(parts[at]) > 20 and at > 1:
            parts[at] = parts[at][:9] + "改动" + parts[at][10:]
            file.write_text("\n\n".join(parts), encoding="utf-8")
    changed.index("--prune")
    now = changed.ids()
    with open_index(changed.index_dir) as index:
        left = Counter((passage.document_id, passage.text) for passage in _all(index))
        everywhere = {text for _, text in left}
        stayed = []
        for passage in before:
            # Of several equal paragraphs, whose ids count them, as many stay as are left.
            left[passage.document_id, passage.text] -= 1
            if left[passage.document_id, passage.text] >= 0:
                stayed.append(passage)
        edited = [p for p in before if p.text not in everywhere]
        found = [show(index, passage.passage_id) for passage in edited]
    lost = sum(now.get(passage.passage_id) != passage.text for passage in stayed)
    yield "edited: the other paragraphs keep their ids", len(stayed), lost
    yield "edited: every old id answers with its wording", len(ids), changed.answers(ids)
    wrong = sum(not isinstance(s, Shown) or s.superseded is None for s in found)
    yield "edited: what was edited is marked as superseded", len(edited), wrong
    for file in changed.files()[::2]:
        file.unlink()
    changed.index("--prune")
    everything = {**ids, **now}
    wrong = changed.answers(everything)
    yield "then pruned: every id there ever was answers", len(everything), wrong


def _all(index: Index) -> list[Passage]:
    return list(index.passages())


def _one_identity(changed: Collection, ids: Mapping[str, str]) -> Row:
    """Texts that claim one identity, in a new index that reads them the other way round."""
    for file in changed.files():
        if file.stem.endswith("b"):
            file.rename(file.with_name(f"!{file.name}"))
    changed.index()
    return "two texts claim one identity, a new index: they answer", len(ids), changed.answers(ids)


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.identity", description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, help="a folder of real documents to add")
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    checked = Proof()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "first"
        generate(work / "documents", options.documents, options.seed)
        shutil.copytree(SEEDS, work / "documents" / "seeds")
        if options.corpus is not None:
            shutil.copytree(options.corpus, work / "documents" / "corpus")
        collection = Collection(work, work / "documents")
        checked.add(*check_identity(collection, options.seed))
        documents = len(collection.files()) + options.documents // 4
        files = sum(1 for f in collection.documents.rglob("*") if f.is_file())
    code = checked.write(
        "Identity",
        f"A case is one passage id of a collection of {documents:,} texts ({files:,} files) after "
        "one change: it must stand for its very text. Only an edit of its own words takes an id "
        "out of the search, and then it must answer with the old ones.",
    )
    for name, cases, failures in checked.rows:
        print(f"{failures:>6} of {cases:>7,}  {name}")
    return code


if __name__ == "__main__":
    sys.exit(main())
