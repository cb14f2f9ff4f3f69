"""Runs over folders: find what changed and index it, watch, forget a document, let it in again."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from ..analysis.equivalence import Synonyms
from ..analysis.words import Analyzer
from ..documents.document import page_ranges, sha256_hex
from ..errors import DuansouError, InputError, NotFoundError, UnreadableFileError
from ..facets.gazetteer import use_places
from ..facets.topic import Taxonomy
from ..languages.sentences import Sentence
from ..reading.files import NotRead, SourceFile, container_of, exists, find_files, read_bytes
from ..reading.formats import is_container, readable_suffixes
from ..reading.overrides import SIDECAR, OverrideFile, Overrides, digest_of, places_beside
from ..reading.recognition import erase, how_to_recognise
from ..reading.workers import Readers, open_containers
from .engine import Reader, Remains, Writer
from .reprints import links_without, outdated_links
from .state import READER_VERSION, FileKey, IndexState, KnownFile, Skipped
from .writing import Change, IndexReport, Progress, Run, write_changes


def forget_document(
    document_id: str, *, reader: Reader, writer: Writer, recognised: Path | None = None
) -> tuple[str, ...]:
    """Erase a document with every earlier version of it; the paths that held it, in order.

    Also what was recognised in its pictures, in the folder ``recognised``.

    Nothing of it stays in any file of the index, its superseded passages included; what stays is
    that its id and the hashes of its files are not wanted, so that the next run does not bring it
    back. Raises NotFoundError for an id that the index does not know.
    """
    manifest = reader.manifest()
    state = IndexState.from_manifest(manifest)
    versions = (document_id, *state.history.predecessors(document_id))
    contents = frozenset(
        digest for digest, identity in state.assigned.items() if identity in versions
    )
    known = contents or any(state.history.holds(identity) for identity in versions)
    if not known and not _is_indexed(document_id, reader):
        raise NotFoundError("document-not-indexed", document_id=document_id)
    if recognised is not None:
        erase(recognised, contents)
    paths = sorted({path for (_, path), f in state.files.items() if f.sha256 in contents})
    for identity in versions:
        writer.erase(identity)
    state.forget_contents(contents)
    state.history = state.history.forgetting(versions, contents)
    writer.commit({**state.changed_in(manifest), **links_without(manifest, versions)})
    return tuple(paths)


def allow_document(document_id: str, *, reader: Reader, writer: Writer) -> None:
    """Let a forgotten document come back at the next run. Raises NotFoundError for another."""
    manifest = reader.manifest()
    state = IndexState.from_manifest(manifest)
    if not state.history.is_forgotten(document_id):
        raise NotFoundError("document-not-forgotten", document_id=document_id)
    state.history = state.history.allowing(document_id)
    writer.commit(state.changed_in(manifest))


def _is_indexed(document_id: str, reader: Reader) -> bool:
    try:
        reader.document(document_id)
    except NotFoundError:
        return False
    return True


_SHARE = 0.05
"""At most this share of the time is spent looking."""

_Seen = dict[str, tuple[int, int, int]]


class Watcher:
    """Waits for changes below some paths.

    A change counts when nothing has changed for ``rest_s`` seconds, so that a file still being
    copied is not read halfway. ``sleep`` and ``clock`` are those of the module ``time``.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        rest_s: float = 2.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._paths = paths
        self._rest_s = rest_s
        self._sleep = sleep
        self._clock = clock
        self._indexed = self._look()

    def wait(self) -> None:
        """Return once something is other than at the last return and has come to rest."""
        last = self._indexed
        since = self._clock()
        while True:
            started = self._clock()
            seen = self._look()
            now = self._clock()
            if seen != last:
                last, since = seen, now
            elif seen != self._indexed and now - since >= self._rest_s:
                self._indexed = seen
                return
            self._sleep(max(self._rest_s / 2, 0.02, (now - started) / _SHARE))

    def _look(self) -> _Seen:
        """Every file with size, time and inode change; what cannot be looked at is left out."""
        seen: _Seen = {}
        for path in self._paths:
            try:
                root, files, _ = find_files(path)
            except DuansouError:
                continue
            folders = {root}
            for file in files:
                folders.add(file.location.parent)
                _note(seen, file.location)
            for folder in folders:
                _note(seen, folder / SIDECAR)
        return seen


def _note(seen: _Seen, location: Path) -> None:
    try:
        status = location.stat()
    except OSError:
        return
    seen[str(location)] = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def update_index(
    paths: Sequence[Path],
    *,
    reader: Reader | None,
    writer: Writer,
    analyzer: Analyzer,
    taxonomy: Taxonomy,
    overrides: OverrideFile | None = None,
    synonyms: Synonyms | None = None,
    places: str | None = None,
    prune: bool = False,
    file_limit_mb: int = 100,
    readers: Readers | None = None,
    relist: bool = False,
    recognise: bool = False,
    progress: Progress = lambda files, _: files,
) -> IndexReport:
    """Bring the index up to date with these files and folders; other roots are not touched.

    ``writer`` is open, so nobody else changes the index meanwhile; ``reader`` is of the commit that
    it changes, None for a new index. ``overrides`` is the CSV file in force from now on; those in
    the folders always are. ``synonyms`` are in force from now on; None keeps those there are.
    ``places`` is the text of the file of added places that ``readers`` have too; None keeps it.
    ``prune`` takes documents out whose files have vanished from a folder that was named. Without
    ``readers`` everything is read in this process; ``relist`` looks into files of many documents
    even where they did not change, for another map of their fields; ``recognise`` says that the
    readers recognise scanned pages, so that files with such are read again.

    Raises InputError where a path does not exist, none of the files can be read, or an override is
    wrong.
    """
    before = IndexState.from_manifest(reader.manifest() if reader else {})
    after = before.copied()
    after.overrides = overrides
    if synonyms is not None:
        after.synonyms = synonyms.source
    if places is not None:
        after.places = places
    use_places(after.places)
    report = IndexReport()
    lost = _take_over(reader.remains if reader else None, before, writer, report)
    run = Run(
        reader=reader,
        writer=writer,
        readers=readers or Readers(taxonomy, places=after.places, processes=0),
        overrides=Overrides(overrides, taxonomy),
        progress=progress,
        now=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        resegment=reader is not None and reader.analyzer.digest != analyzer.digest,
        lost=lost,
    )
    found, named_whole, closed = _find(paths, report)
    found = _with_files_of(lost, before, found)
    reread = before.reader != (READER_VERSION, taxonomy.digest) or before.places != after.places
    known = {
        key: (each.sha256, (each.size_bytes, each.mtime_ns, each.ctime_ns))
        for key, each in before.files.items()
    }
    found, refused = open_containers(
        found, known, run.readers, relist=reread or relist or bool(lost)
    )
    report.refuse(refused)
    closed |= {path for path, _ in refused if is_container(path)}
    change = Change(before, after)
    contents = frozenset(digest for digest, name in before.assigned.items() if name in lost)
    contents |= before.scanned.keys() if recognise else frozenset()
    _look_at_all(found, change, report, contents, reread=reread, limit_mb=file_limit_mb)
    _notice_overrides(found, change, run)
    _notice_vanished(found, named_whole, closed, change, report)
    write_changes(change, run, report, prune=prune)
    present = any(_key(file) in after.files for file in found)
    if (
        not present
        and not report.forgotten
        and not any(_lies_in(p, closed) for _, p in after.files)
    ):
        raise _nothing_readable(paths, report)
    report.skipped += unread_pages(after)
    report.unused_overrides.extend(
        run.overrides.unused(after.files, {file.root_name for file in found})
    )
    after.skipped = Skipped.of(report.skipped)
    given = (after.overrides, after.synonyms, after.places, after.skipped)
    had = (before.overrides, before.synonyms, before.places, before.skipped)
    if report.committed or given != had:
        report.committed = True
        links = outdated_links(reader.manifest()) if reader else {}
        writer.commit({**after.to_manifest(taxonomy, run.now), **links})
    return report


def unread_pages(state: IndexState) -> list[tuple[str, Sentence]]:
    """Each file of which only a part was read, with the pages that wait for recognition."""
    return [
        (
            path,
            Sentence(
                "pages-scanned",
                pages=page_ranges(state.scanned[known.sha256]),
                count=len(state.scanned[known.sha256]),
                how=how_to_recognise(path),
            ),
        )
        for (_, path), known in sorted(state.files.items(), key=lambda item: item[0][::-1])
        if known.sha256 in state.scanned
    ]


def _key(file: SourceFile) -> FileKey:
    return file.root_name, file.path


def _nothing_readable(paths: Sequence[Path], report: IndexReport) -> InputError:
    places = tuple(paths)
    kinds = Sentence("kinds-aside", kinds=report.kinds_not_read()) if report.not_read else ""
    if not report.skipped:
        return InputError(
            "no-document-there", places=places, kinds=kinds, readable=readable_suffixes()
        )
    path, reason = report.skipped[0]
    return InputError(
        "no-file-readable",
        count=len(report.skipped),
        places=places,
        kinds=kinds,
        path=path,
        reason=reason,
    )


def _find(
    paths: Sequence[Path], report: IndexReport
) -> tuple[list[SourceFile], set[str], set[str]]:
    """Every file of the named paths, each once, the roots that were named as folders, and the paths
    that cannot be read for now; those of folders end in a slash.
    """
    found: dict[FileKey, SourceFile] = {}
    folders: set[str] = set()
    closed: set[str] = set()
    for path in paths:
        root, files, refused = find_files(path)
        if path.is_dir():
            folders.add(root.as_posix())
        beside = places_beside(path)
        files = [file for file in files if file.location != beside]
        report.refuse(item for item in refused if not _is_sidecar(item[0]))
        closed.update(path for path, reason in refused if not isinstance(reason, NotRead))
        found.update({_key(file): file for file in files if not _is_sidecar(file.path)})
    order = sorted(found, key=lambda key: (key[1], key[0]))
    return [found[key] for key in order], folders, closed


def _lies_in(path: str, closed: Collection[str]) -> bool:
    """Whether a path, or a file or folder that it lies in, is one of those."""
    if not closed:
        return False
    above = (path[: at + 1] for at, character in enumerate(path) if character == "/")
    return path in closed or container_of(path) in closed or any(f in closed for f in above)


def _take_over(
    remains: Remains | None, before: IndexState, writer: Writer, report: IndexReport
) -> frozenset[str]:
    """Put what is sound in damaged segments again; the documents that have to come from files."""
    if remains is None:
        return frozenset()
    live = before.live_contents()
    lost = set(remains.lacks(live))
    for document in remains.documents():
        # Of an index that was not made from files, everything is wanted.
        if document.document_id in lost or not live:
            writer.put(document)
            lost.discard(document.document_id)
            report.taken_over += 1
    report.damaged_files = remains.files
    report.committed = True
    return frozenset(lost)


def _with_files_of(
    lost: frozenset[str], before: IndexState, found: Sequence[SourceFile]
) -> list[SourceFile]:
    """Some files, with those of lost documents that lie outside of the named folders."""
    have = {_key(file) for file in found}
    more: dict[FileKey, SourceFile] = {}
    for (root, path), known in before.files.items():
        if before.assigned.get(known.sha256) in lost:
            key = (root, container_of(path) or path)
            if key not in have and (Path(root) / key[1]).is_file():
                more[key] = SourceFile(Path(root), key[1])
    return [*found, *more.values()]


def _is_sidecar(path: str) -> bool:
    return path.rsplit("/", 1)[-1] == SIDECAR


def _look_at_all(
    found: Sequence[SourceFile],
    change: Change,
    report: IndexReport,
    lost: frozenset[str],
    *,
    reread: bool,
    limit_mb: int,
) -> None:
    """Note every file's content, reading it only where it may have changed or was ``lost``."""
    before, after = change.before, change.after
    known_contents = frozenset(known.sha256 for known in before.files.values())
    forgotten = frozenset(h for hashes in before.history.forgotten.values() for h in hashes)
    for file in found:
        key = _key(file)
        known = before.files.get(key)
        try:
            stamp = file.stamp()
            same = known and stamp == (known.size_bytes, known.mtime_ns, known.ctime_ns)
            if known and same and not reread and known.sha256 not in lost:
                continue
            digest = file.sha256
            if digest is None:
                data = read_bytes(file, limit_mb)
                if not data.strip():
                    raise UnreadableFileError("file-empty")
                digest = sha256_hex(data)
        except OSError as error:
            report.skipped.append((file.path, Sentence("file-unreadable", reason=error.strerror)))
            continue
        except UnreadableFileError as error:
            report.skipped.append((file.path, error.sentence))
            continue
        if digest in forgotten:
            after.files.pop(key, None)
            report.forgotten.append(file.path)
            continue
        after.files[key] = KnownFile(digest, *stamp)
        if reread or digest not in known_contents or digest in lost:
            change.to_read.setdefault(digest, file)


def _notice_overrides(found: Sequence[SourceFile], change: Change, run: Run) -> None:
    """Note what is fixed for the contents of this run, and read again where that has changed."""
    after = change.after
    keys = after.keys_by_content()
    for file in found:
        known = after.files.get(_key(file))
        if known is None or known.sha256 in change.fixes:
            continue
        fixes = run.overrides.of(keys[known.sha256])
        change.fixes[known.sha256] = fixes
        digest = digest_of(fixes)
        if digest != after.fixed.get(known.sha256, ""):
            change.to_read.setdefault(known.sha256, file)
        if digest:
            after.fixed[known.sha256] = digest
        else:
            after.fixed.pop(known.sha256, None)


def _notice_vanished(
    found: Sequence[SourceFile],
    named_whole: set[str],
    closed: set[str],
    change: Change,
    report: IndexReport,
) -> None:
    """Forget paths that are gone where the content is found elsewhere; note the rest.

    What cannot be read for now (``closed``), or lies in what cannot, is not gone.
    """
    after = change.after
    present = {_key(file) for file in found}
    gone = [key for key in change.before.files if key[0] in named_whole and key not in present]
    gone = [key for key in gone if key in after.files]
    missing = set(gone)
    elsewhere = {known.sha256 for key, known in after.files.items() if key not in missing}
    for key in sorted(gone):
        if _lies_in(key[1], closed) or exists(Path(key[0], key[1])):
            continue
        if change.before.files[key].sha256 in elsewhere:
            del after.files[key]
            report.moved += 1
        else:
            change.vanished.append(key)
