"""What does an indexing run change? Files against what the index knows, one commit at the end.

Unchanged files are recognised by size, time and inode change, else by hash. A file that moved keeps
its document. A document id, once given to a content, is remembered by the content's hash, so that a
later version of the reader changes none. Files that vanished are reported and stay searchable.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .analysis import Analyzer
from .documents import sha256_hex, with_paths
from .engine import Engine, Writer
from .errors import InputError, NotFoundError, UnreadableFileError
from .facets.topic import Taxonomy
from .ingest import (
    NotRead,
    Readers,
    SourceFile,
    find_files,
    open_containers,
    path_order,
    read_bytes,
    readable_suffixes,
)

__all__ = ["READER_VERSION", "IndexReport", "Progress", "update_index"]

READER_VERSION = 2
"""Raised when reading the same bytes gives other paragraphs, metadata or facets."""

Progress = Callable[[Iterable[SourceFile], int], Iterable[SourceFile]]
"""Wraps the files being read and their number, to show how far a run has come."""


@dataclass(slots=True)
class IndexReport:
    """What a run did. Paths are relative to their root; ``skipped`` holds (path, reason).

    ``not_read`` counts files of kinds that are not read, by suffix.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    moved: int = 0
    copies: int = 0
    vanished: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    not_read: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    passages: int = 0
    committed: bool = False

    def refuse(self, refused: Iterable[tuple[str, str]]) -> None:
        """Note files that are not read: (path, reason)."""
        for path, reason in refused:
            if isinstance(reason, NotRead):
                self.not_read[Path(path).suffix.lower()] += 1
            else:
                self.skipped.append((path, reason))


@dataclass(frozen=True, slots=True)
class _Run:
    """What stays the same through one run."""

    readers: Readers
    progress: Progress
    now: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the index remembers of one file."""

    sha256: str
    size_bytes: int
    mtime_ns: int
    ctime_ns: int


@dataclass(slots=True)
class _State:
    """The manifest, parsed: files by root and path, and the identity given to each content."""

    files: dict[tuple[str, str], _Known]
    assigned: dict[str, str]
    captured: dict[str, str]
    reader: tuple[int, str]

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> _State:
        return cls(
            files={
                (root, path): _Known(*known)
                for root, paths in manifest.get("files", {}).items()
                for path, known in paths.items()
            },
            assigned=dict(manifest.get("assigned", {})),
            captured=dict(manifest.get("captured", {})),
            reader=(manifest.get("reader_version", 0), manifest.get("taxonomy_digest", "")),
        )

    def to_manifest(self, taxonomy: Taxonomy, now: str) -> dict[str, Any]:
        files: dict[str, dict[str, list[Any]]] = {}
        for (root, path), known in sorted(self.files.items()):
            files.setdefault(root, {})[path] = [
                known.sha256,
                known.size_bytes,
                known.mtime_ns,
                known.ctime_ns,
            ]
        return {
            "roots": sorted(files),
            "files": files,
            "assigned": self.assigned,
            "captured": self.captured,
            "reader_version": READER_VERSION,
            "taxonomy_digest": taxonomy.digest,
            "taxonomy": taxonomy.source,
            "indexed_at": now,
        }


def update_index(
    paths: Sequence[Path],
    *,
    engine: Engine | None,
    writer: Writer,
    analyzer: Analyzer,
    taxonomy: Taxonomy,
    file_limit_mb: int = 100,
    readers: Readers | None = None,
    relist: bool = False,
    progress: Progress = lambda files, _: files,
) -> IndexReport:
    """Bring the index up to date with these files and folders; other roots are not touched.

    ``writer`` is open, so nobody else changes the index meanwhile; ``engine`` is None for a new
    index; without ``readers`` everything is read in this process. ``relist`` looks into files of
    many documents even where they did not change, for another map of their fields. Raises
    InputError where a path does not exist, or none of the files can be read.
    """
    if engine is not None:
        engine.refresh()
    before = _State.from_manifest(engine.manifest() if engine else {})
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    report = IndexReport()
    found, named_whole = _find(paths, report)
    reread = before.reader != (READER_VERSION, taxonomy.digest)
    resegment = engine is not None and engine.analyzer.digest != analyzer.digest

    after = _State(dict(before.files), dict(before.assigned), dict(before.captured), before.reader)
    readers = readers or Readers(taxonomy, processes=0)
    known = {
        key: (each.sha256, (each.size_bytes, each.mtime_ns, each.ctime_ns))
        for key, each in before.files.items()
    }
    found, refused = open_containers(found, known, readers, relist=reread or relist)
    report.refuse(refused)
    run = _Run(readers, progress, now)
    changed: dict[str, SourceFile] = {}
    known_contents = frozenset(known.sha256 for known in before.files.values())
    for file in found:
        _look_at(
            file,
            before,
            after,
            known_contents,
            changed,
            report,
            reread=reread,
            limit_mb=file_limit_mb,
        )
    _drop_moved(before, after, found, named_whole, report)
    _write(before, after, changed, engine, writer, run, report, resegment=resegment)
    if not any((str(file.root), file.path) in after.files for file in found):
        raise _nothing_readable(paths, report)
    if report.committed:
        writer.commit(after.to_manifest(taxonomy, now))
    return report


def _nothing_readable(paths: Sequence[Path], report: IndexReport) -> InputError:
    places = ", ".join(map(str, paths))
    if not report.skipped:
        return InputError(
            f"There is no document in {places}: put files there that can be read "
            f"({readable_suffixes()}) or name another folder."
        )
    path, reason = report.skipped[0]
    return InputError(
        f"None of the {len(report.skipped)} files in {places} could be read; the first is {path}: "
        f"{reason}."
    )


def _find(paths: Sequence[Path], report: IndexReport) -> tuple[list[SourceFile], set[str]]:
    """Every file of the named paths, each once, and the roots that were named as folders."""
    found: dict[tuple[str, str], SourceFile] = {}
    folders: set[str] = set()
    for path in paths:
        root, files, refused = find_files(path)
        if path.is_dir():
            folders.add(str(root))
        report.refuse(refused)
        found.update({(str(file.root), file.path): file for file in files})
    return [found[key] for key in sorted(found, key=lambda key: (key[1], key[0]))], folders


def _look_at(
    file: SourceFile,
    before: _State,
    after: _State,
    known_contents: frozenset[str],
    changed: dict[str, SourceFile],
    report: IndexReport,
    *,
    reread: bool,
    limit_mb: int,
) -> None:
    """Note a file's content, reading it only where it may have changed."""
    key = (str(file.root), file.path)
    known = before.files.get(key)
    try:
        status = file.location.stat()
        stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        same = known and stamp == (known.size_bytes, known.mtime_ns, known.ctime_ns)
        if known and same and not reread:
            return
        digest = file.sha256
        if digest is None:
            data = read_bytes(file, limit_mb)
            if not data.strip():
                raise UnreadableFileError("it is empty")
            digest = sha256_hex(data)
    except OSError as error:
        report.skipped.append((file.path, f"it cannot be read ({error.strerror})"))
        return
    except UnreadableFileError as error:
        report.skipped.append((file.path, error.message))
        return
    after.files[key] = _Known(digest, *stamp)
    if reread or digest not in known_contents:
        changed.setdefault(digest, file)


def _drop_moved(
    before: _State,
    after: _State,
    found: list[SourceFile],
    named_whole: set[str],
    report: IndexReport,
) -> None:
    """Forget paths that are gone where the content is found elsewhere; report the rest."""
    present = {(str(file.root), file.path) for file in found}
    gone = [key for key in before.files if key[0] in named_whole and key not in present]
    elsewhere = {known.sha256 for key, known in after.files.items() if key not in gone}
    for key in sorted(gone):
        if (Path(key[0]) / key[1]).exists():
            continue
        if before.files[key].sha256 in elsewhere:
            del after.files[key]
            report.moved += 1
        else:
            report.vanished.append(key[1])


def _write(
    before: _State,
    after: _State,
    changed: dict[str, SourceFile],
    engine: Engine | None,
    writer: Writer,
    run: _Run,
    report: IndexReport,
    *,
    resegment: bool,
) -> None:
    """Put what is new or changed, take out what was replaced."""
    known = {known.sha256 for known in before.files.values()}
    old_paths = _paths_by_id(before)
    live = _live_contents(after)
    texts: dict[str, str] = {}  # document id → hash of its text, put in this run
    paths_by_content: dict[str, set[str]] = {}
    for (_, path), now in after.files.items():
        paths_by_content.setdefault(now.sha256, set()).add(path)
    paths_by_id = {identity: set(paths) for identity, paths in _paths_by_id(after).items()}
    edited = {now.sha256 for key, now in after.files.items() if key in before.files}
    order = sorted(changed.items(), key=lambda item: (path_order(item[1].path), str(item[1].root)))
    outcomes = run.readers.read([(file, digest) for digest, file in order])
    for file in run.progress([file for _, file in order], len(order)):
        digest = after.files[(str(file.root), file.path)].sha256
        paths = tuple(sorted(paths_by_content[digest]))
        _, document = next(outcomes)
        if isinstance(document, str):
            report.skipped.extend((path, document) for path in paths)
            _undo(before, after, digest)
            continue
        identity = after.assigned.get(digest, document.document_id)
        text_hash = sha256_hex(document.text)
        if live.get(identity, digest) != digest and text_hash != _hash(identity, texts, engine):
            identity = f"{document.document_id}{text_hash[:8]}"
        after.assigned[digest] = identity
        after.captured.setdefault(digest, run.now)
        live.setdefault(identity, digest)
        texts[identity] = text_hash
        paths_by_id.setdefault(identity, set()).update(paths)
        if digest in known:
            report.unchanged += len(paths)
        elif identity in old_paths or digest in edited:
            report.replaced += 1
        else:
            report.added += 1
        writer.put(
            replace(
                document,
                document_id=identity,
                paths=tuple(sorted(paths_by_id[identity])),
                captured=after.captured[digest],
            )
        )
        report.committed = True
    now_paths = _paths_by_id(after)
    for identity, paths in now_paths.items():
        report.copies += len(paths) - 1
        if identity in texts:
            continue
        report.unchanged += len(paths)
        if engine is not None and (resegment or paths != old_paths.get(identity)):
            writer.put(with_paths(engine.document(identity), paths))
            report.committed = True
    for identity in sorted(old_paths.keys() - now_paths.keys()):
        writer.delete(identity)
        report.committed = True
    # A touched file has a new time stamp: remembering it spares reading it again.
    report.committed = report.committed or before.files != after.files
    report.documents = len(now_paths)


def _hash(identity: str, texts: Mapping[str, str], engine: Engine | None) -> str | None:
    """Hash of the text that a document id stands for now, put in this run or before it."""
    if identity in texts or engine is None:
        return texts.get(identity)
    try:
        return sha256_hex(engine.document(identity).text)
    except NotFoundError:
        return None


def _live_contents(state: _State) -> dict[str, str]:
    """Document id → the content that has it, among the files there are."""
    live: dict[str, str] = {}
    for known in state.files.values():
        if known.sha256 in state.assigned:
            live.setdefault(state.assigned[known.sha256], known.sha256)
    return live


def _paths_by_id(state: _State) -> dict[str, tuple[str, ...]]:
    """Document id → the paths that hold it, in order, each once."""
    paths: dict[str, set[str]] = {}
    for (_, path), known in state.files.items():
        if known.sha256 in state.assigned:
            paths.setdefault(state.assigned[known.sha256], set()).add(path)
    return {identity: tuple(sorted(names)) for identity, names in paths.items()}


def _undo(before: _State, after: _State, digest: str) -> None:
    """A file that can no longer be read keeps what was indexed of it."""
    for key in [key for key, known in after.files.items() if known.sha256 == digest]:
        if key in before.files:
            after.files[key] = before.files[key]
        else:
            del after.files[key]
