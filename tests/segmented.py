"""Every run of Han characters of the corpora that are here, and in which the segmenters differ."""

from __future__ import annotations

import gzip
import itertools
import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from search.analysis.segmenters import segmenter
from search.analysis.text import HAN, fold

_RUN = re.compile(f"[{HAN}]+")


def corpora(shared: Path) -> Iterator[tuple[str, Iterator[str]]]:
    """(name, texts) of every corpus in the folder of real documents."""
    for path in sorted(shared.rglob("*.jsonl*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            yield f"{path.parent.name}/{path.name}", iter(lines)
    for path in sorted(shared.rglob("*.tar.xz")):
        with tarfile.open(path) as archive:
            yield path.name, _members(archive)


def _members(archive: tarfile.TarFile) -> Iterator[str]:
    for member in archive:
        file = archive.extractfile(member) if member.isfile() else None
        if file is not None:
            yield file.read().decode("utf-8", "ignore")


def runs_of(texts: Iterable[str]) -> Iterator[str]:
    """The Han runs of texts, each once."""
    seen: set[str] = set()
    for text in texts:
        for run in _RUN.findall(fold(text)):
            if run not in seen:
                seen.add(run)
                yield run


def differing(runs: Iterable[str], every: int = 1) -> tuple[int, list[str]]:
    """(how many runs were cut by jieba and by rjieba, every n-th; those with other words)."""
    jieba, rjieba = segmenter("jieba"), segmenter("rjieba")
    compared, different = 0, []
    for run in itertools.islice(runs, 0, None, every):
        compared += 1
        words = [(each.cut(run), each.cut_for_search(run)) for each in (jieba, rjieba)]
        if words[0] != words[1]:
            different.append(run)
    return compared, different
