"""Which documents stand for a file of many? Those known of it if it did not change, else a look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .files import SourceFile, Stamp, container_of, path_order
from .formats import is_container
from .workers import Readers


def open_containers(
    files: Sequence[SourceFile],
    known: Mapping[tuple[str, str], tuple[str, Stamp]],
    readers: Readers,
    *,
    relist: bool,
) -> tuple[list[SourceFile], list[tuple[str, str]]]:
    """The same files in path order, each archive or file of records replaced by its documents.

    ``known`` is (root, path) → (hash, stamp of the file on disk) of the last run; what has the same
    stamp is not opened unless ``relist``. Also gives (path, reason) of what is not read.
    """
    inside: dict[tuple[str, str], list[str]] = {}
    for root, path in known:
        container = container_of(path)
        if container:
            inside.setdefault((root, container), []).append(path)
    opened: list[SourceFile] = []
    refused: list[tuple[str, str]] = []
    for file in files:
        if not is_container(file.path):
            opened.append(file)
            continue
        root = str(file.root)
        old = inside.get((root, file.path), [])
        if old and not relist and _stamp(file) == known[root, old[0]][1]:
            opened += [
                SourceFile(file.root, path, file.path, known[root, path][0], file.found_stamp)
                for path in old
            ]
            continue
        for part in readers.parts(file):
            if part.sha256 is None:
                refused.append((part.path, part.refusal or "it cannot be read"))
            else:
                opened.append(
                    SourceFile(file.root, part.path, file.path, part.sha256, file.found_stamp)
                )
    return sorted(opened, key=lambda file: (path_order(file.path), str(file.root))), refused


def _stamp(file: SourceFile) -> Stamp | None:
    try:
        return file.stamp()
    except OSError:
        return None
