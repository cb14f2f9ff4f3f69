"""What is erased is in no file any more: the index is as if the document had never been."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from search.analysis.words import Analyzer
from search.documents.document import Document
from search.engines.whoosh.segment import Segment
from search.engines.whoosh.toc import read_toc
from search.engines.whoosh.writer import open_writer
from search.facets.topic import Taxonomy
from search.reading.document import read_document

# Topics are numbered as they come, in another order where one came with the erased document.
NUMBERED = {"cell.topics", "topics.ends", "topics.members"}


def contents(folder: Path) -> dict[str, Any]:
    """Everything that the only segment of an index holds."""
    (entry,) = read_toc(folder).segments
    assert entry.deleted is None
    file = Segment(folder, entry).file
    arrays = {n: file[n].tobytes() for n in file._sections if n not in NUMBERED}
    values = {n: sorted(map(str, v)) if isinstance(v, list) else v for n, v in file.values.items()}
    return arrays | values


def put(folder: Path, *documents: Document) -> None:
    with open_writer(folder, Analyzer()) as writer:
        writer.merge_below_passages = 0
        for document in documents:
            writer.put(document)
        writer.commit({})


def test_an_erased_document_leaves_no_term_no_value_and_no_text(
    seeds_dir: Path, tmp_path: Path
) -> None:
    files = sorted(seeds_dir.glob("*.txt")) or sorted(seeds_dir.iterdir())
    documents = [read_document(f.read_bytes(), f.name, Taxonomy.load()) for f in files]
    erased, rest = documents[2], documents[:2] + documents[3:]
    with_it, without = tmp_path / "with", tmp_path / "without"
    put(without, *rest)
    put(with_it, *documents[:3])
    put(with_it, *documents[3:])
    # An earlier version of it is still in the first segment, as deleted.
    put(with_it, erased)
    with open_writer(with_it, Analyzer()) as writer:
        writer.erase(erased.document_id)
        writer.commit({})
    assert contents(with_it) == contents(without)
    assert len([f for f in with_it.iterdir() if f.suffix == ".segment"]) == 1
