"""Write the changes of a run, keep the wordings that they replace, and report what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ..documents.document import Document, passages_of, sha256_hex, with_paths
from ..documents.history import Reason
from ..errors import NotFoundError
from ..languages.sentences import Sentence
from ..reading.files import NotRead, SourceFile, path_order
from ..reading.metadata import unread_date_of
from ..reading.overrides import Fix, Overrides, fixed
from ..reading.workers import Readers
from .engine import Reader, Writer
from .state import FileKey, IndexState


@dataclass(slots=True)
class IndexReport:
    """What a run did. Paths are relative to their root.

    ``skipped`` holds (path, reason); ``duplicates`` (path, path of the same content) of files that
    are new as such; ``rewritten`` (old path, new path) of files renamed and edited at once;
    ``vanished`` are gone and still searchable, ``pruned`` left the search in this run;
    ``forgotten`` are files of documents that were erased on request; ``unused_overrides`` are
    overrides that concern no file; ``unread_dates`` holds (path, words) that stand for a date of
    publication and are none that can be read, ``unread_bytes`` (path, what was lost where) of texts
    that do not fit their encoding; ``not_read`` counts files of kinds that are not read, by suffix.
    Where ``damaged_files`` of the index were mended, ``taken_over`` documents were sound in them,
    ``read_again`` came from their own files, and ``lost`` are the paths of those that have none.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    moved: int = 0
    copies: int = 0
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    rewritten: list[tuple[str, str]] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    pruned: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    skipped: list[tuple[str, Sentence]] = field(default_factory=list)
    not_read: Counter[str] = field(default_factory=Counter)
    unused_overrides: list[str] = field(default_factory=list)
    unread_dates: list[tuple[str, str]] = field(default_factory=list)
    unread_bytes: list[tuple[str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    damaged_files: int = 0
    taken_over: int = 0
    read_again: int = 0
    superseded: int = 0
    read: int = 0
    documents: int = 0
    passages: int = 0
    committed: bool = False

    def refuse(self, refused: Iterable[tuple[str, Sentence]]) -> None:
        """Note files and folders that are not read: (path, reason)."""
        for path, reason in refused:
            if isinstance(reason, NotRead):
                self.not_read[Path(path).suffix.lower()] += 1
            else:
                self.skipped.append((path, reason))

    def kinds_not_read(self) -> tuple[Sentence, ...]:
        """How many files of which kinds are not read, the most frequent first."""
        return tuple(
            Sentence("files-of-kind", count=count, suffix=suffix or Sentence("no-suffix"))
            for suffix, count in self.not_read.most_common()
        )

    def to_json(self) -> dict[str, Any]:
        """The answer of ``index --json``."""
        # A Counter is no dict to ``asdict``: it would count the pairs.
        record = asdict(replace(self, not_read=Counter()))
        record["not_read"] = dict(self.not_read)
        record["skipped"] = [{"path": path, "reason": str(why)} for path, why in self.skipped]
        record["unread_dates"] = [{"path": p, "value": value} for p, value in self.unread_dates]
        record["unread_bytes"] = [{"path": p, "lost": lost} for p, lost in self.unread_bytes]
        record["duplicates"] = [{"path": path, "of": of} for path, of in self.duplicates]
        record["rewritten"] = [{"path": old, "now": now} for old, now in self.rewritten]
        return record


Progress = Callable[[Iterable[SourceFile], int], Iterable[SourceFile]]
"""Wraps the files being read and their number, to show how far a run has come."""

_SAME_SHARE = 0.5
_SHORTEST_LINE_CHARS = 8


@dataclass(frozen=True, slots=True)
class Run:
    """What stays the same through one run; ``now`` is its UTC time, ``lost`` the documents that
    damage took away, to be read again."""

    reader: Reader | None
    writer: Writer
    readers: Readers
    overrides: Overrides
    progress: Progress
    now: str
    resegment: bool
    lost: frozenset[str] = frozenset()

    def indexed(self, document_id: str) -> Document | None:
        """The document of an id as it was before the run."""
        if self.reader is None:
            return None
        try:
            return self.reader.document(document_id)
        except NotFoundError:
            return None


@dataclass(slots=True)
class Change:
    """What a run has found out: one file for each content to read, what is fixed for each content,
    and the paths that are gone without their content standing elsewhere."""

    before: IndexState
    after: IndexState
    to_read: dict[str, SourceFile] = field(default_factory=dict)
    fixes: dict[str, tuple[Fix, ...]] = field(default_factory=dict)
    vanished: list[FileKey] = field(default_factory=list)


def write_changes(change: Change, run: Run, report: IndexReport, *, prune: bool) -> None:
    """Put what is new or changed, take out what was replaced, keep what leaves the search."""
    _Writing(change, run, report, prune=prune).write()


class _Writing:
    """The documents of one run. ``put`` is document id → hash of its text, put in this run."""

    def __init__(self, change: Change, run: Run, report: IndexReport, *, prune: bool) -> None:
        self.before, self.after = change.before, change.after
        self.change, self.run, self.report = change, run, report
        self.prune = prune
        self.lost = _Lost(change, run)
        # Paths of documents that stand elsewhere too go first, so that these are put but once.
        self._drop_vanished(but_of=self.lost.waiting)
        self.known = {known.sha256 for known in self.before.files.values()}
        self.old_paths = self.before.paths_by_id()
        self.live = self.after.live_contents()
        self.keys = self.after.keys_by_content()
        self.paths = {name: set(paths) for name, paths in self.after.paths_by_id().items()}
        self.put: dict[str, str] = {}

    def write(self) -> None:
        """Read what has to be read, put it, and settle the rest."""
        self._count_duplicates()
        order = sorted(
            self.change.to_read.items(),
            key=lambda item: (path_order(item[1].path), item[1].root_name),
        )
        outcomes = self.run.readers.read([(file, digest) for digest, file in order])
        digests = iter([digest for digest, _ in order])
        for _ in self.run.progress([file for _, file in order], len(order)):
            _, document = next(outcomes)
            self._put(document, next(digests))
        self._drop_lost()
        self._drop_vanished(but_of=frozenset())
        self._settle()
        self.report.superseded = self.after.history.passages - self.before.history.passages

    def _drop_vanished(self, *, but_of: Collection[str | None]) -> None:
        """Prune, or only report, the paths that are gone; not those of some documents."""
        for key in list(self.change.vanished):
            known = self.after.files.get(key)
            if known is not None and self.after.assigned.get(known.sha256) in but_of:
                continue
            self.change.vanished.remove(key)
            if known is None:  # taken over by a file that is new
                continue
            (self.report.pruned if self.prune else self.report.vanished).append(key[1])
            if self.prune:
                del self.after.files[key]

    def _drop_lost(self) -> None:
        """What damage took away and no file has is not in the index any more: say so."""
        gone = self.run.lost - self.put.keys()
        for key, known in list(self.after.files.items()):
            if self.after.assigned.get(known.sha256) in gone:
                del self.after.files[key]
                self.report.lost.append(key[1])

    def _put(self, document: Document | Sentence, digest: str) -> None:
        """Put the document of one content, or note why it could not be read."""
        report, after = self.report, self.after
        keys = [key for key in self.keys[digest] if key in after.files]
        if isinstance(document, Sentence):
            report.skipped.extend((path, document) for _, path in keys)
            self._undo(keys)
            return
        report.read += 1
        if unread := unread_date_of(document):
            report.unread_dates.extend((path, unread) for _, path in keys)
        for fault in document.evidence.get("encoding", ()):
            report.unread_bytes.extend((path, fault.note) for _, path in keys)
        text_hash = sha256_hex(document.text)
        identity = after.assigned.get(digest, document.document_id)
        arrives = digest not in self.known and not any(key in self.before.files for key in keys)
        forerunner = self.lost.like(document, identity) if arrives else None
        if forerunner is not None:
            self._take_over(forerunner, keys[0][1])
        if self.live.get(identity, digest) != digest and text_hash != self._hash(identity):
            identity = f"{document.document_id}{text_hash[:8]}"
        if after.history.is_forgotten(identity):
            report.forgotten.extend(path for _, path in keys)
            for key in keys:
                del after.files[key]
            return
        after.assigned[digest] = identity
        after.scanned.pop(digest, None)
        if document.scanned:
            after.scanned[digest] = document.scanned
        after.captured.setdefault(digest, self.run.now)
        self.live.setdefault(identity, digest)
        self.put[identity] = text_hash
        report.read_again += identity in self.run.lost
        self.paths.setdefault(identity, set()).update(path for _, path in keys)
        if digest in self.known:
            report.unchanged += len(keys)
        elif identity in self.old_paths or not arrives or forerunner is not None:
            report.replaced += 1
        else:
            report.added += 1
        for old in (forerunner, *self._edited(keys)):
            if old is not None:
                after.history = after.history.succeeding(old, identity)
        document = replace(
            document,
            document_id=identity,
            paths=tuple(sorted(self.paths[identity])),
            captured=after.captured[digest],
        )
        document = fixed(document, self.change.fixes.get(digest, ()))
        self._archive(identity, document, "edited")
        self.run.writer.put(document)
        report.committed = True

    def _edited(self, keys: Iterable[FileKey]) -> set[str]:
        """The documents that stood at these paths, and stand nowhere any more."""
        stood = {
            self.before.assigned[self.before.files[key].sha256]
            for key in keys
            if key in self.before.files and self.before.files[key].sha256 in self.before.assigned
        }
        return {identity for identity in stood if not self.paths.get(identity)}

    def _take_over(self, forerunner: str, new_path: str) -> None:
        """The vanished files of a document stand for it no longer."""
        self.report.rewritten.append((self.old_paths[forerunner][0], new_path))
        self.live.pop(forerunner, None)
        self.paths.pop(forerunner, None)
        for key in self.change.vanished:
            known = self.after.files.get(key)
            if known is not None and self.after.assigned.get(known.sha256) == forerunner:
                del self.after.files[key]

    def _settle(self) -> None:
        """Documents whose paths changed are put again, those without any taken out."""
        run, report = self.run, self.report
        now_paths = self.after.paths_by_id()
        for identity, paths in now_paths.items():
            report.copies += len(paths) - 1
            if identity in self.put:
                continue
            report.unchanged += len(paths)
            if run.reader is None:
                continue
            if paths != self.old_paths.get(identity):
                run.writer.put(with_paths(run.reader.document(identity), paths))
                report.committed = True
        for identity in sorted(self.old_paths.keys() - now_paths.keys()):
            edited = self.after.history.successor(identity) is not None
            self._archive(identity, None, "edited" if edited else "pruned")
            run.writer.delete(identity)
            report.committed = True
        # With another dictionary the commit segments everything again.
        report.committed |= run.resegment
        # A touched file has a new time stamp: remembering it spares reading it again.
        report.committed = report.committed or self.before.files != self.after.files
        report.documents = len(now_paths)

    def _archive(self, identity: str, new: Document | None, reason: Reason) -> None:
        """Keep the passages of an indexed document that its new version does not have."""
        old = self.run.indexed(identity)
        if old is None:
            return
        stays = {passage.passage_id for passage in passages_of(new)} if new else set()
        leaves = [passage for passage in passages_of(old) if passage.passage_id not in stays]
        self.after.history = self.after.history.adding(
            old, leaves, when=self.run.now, reason=reason
        )

    def _count_duplicates(self) -> None:
        """Files that are new as such, of a content that stands elsewhere too."""
        for keys in self.keys.values():
            first = next((key for key in keys if key in self.before.files), keys[0])
            self.report.duplicates.extend(
                (key[1], first[1]) for key in keys if key != first and key not in self.before.files
            )

    def _hash(self, identity: str) -> str | None:
        """Hash of the text that a document id stands for now, put in this run or before it."""
        if identity in self.put:
            return self.put[identity]
        document = self.run.indexed(identity)
        return sha256_hex(document.text) if document else None

    def _undo(self, keys: Iterable[FileKey]) -> None:
        """A file that can no longer be read keeps what was indexed of it."""
        for key in keys:
            if key in self.before.files:
                self.after.files[key] = self.before.files[key]
            else:
                del self.after.files[key]


class _Lost:
    """The documents whose every file has vanished, to be recognised under another name."""

    def __init__(self, change: Change, run: Run) -> None:
        self._run = run
        vanished = set(change.vanished)
        standing = {
            change.after.assigned.get(known.sha256)
            for key, known in change.after.files.items()
            if key not in vanished
        }
        gone = {
            change.after.assigned[change.after.files[key].sha256]
            for key in change.vanished
            if change.after.files[key].sha256 in change.after.assigned
        }
        self.waiting = gone - standing
        self._chars: dict[str, int] = {}
        self._of_line: dict[int, list[str]] = {}

    def like(self, document: Document, identity: str) -> str | None:
        """The vanished document that this one is, renamed and edited; it is given out only once."""
        if not self.waiting:
            return None
        if not self._chars:
            self._read_lines()
        lines = _lines(document.text)
        shared: Counter[str] = Counter()
        for line in lines:
            for old in self._of_line.get(hash(line), ()):
                shared[old] += len(line)
        size = sum(map(len, lines))
        close = {
            old: chars / max(size, self._chars[old])
            for old, chars in shared.items()
            if old in self.waiting
        }
        # One of the same identity is meant before another that is as much alike.
        best = max(close, key=lambda old: (close[old], old == identity, old), default=None)
        if best is None or close[best] <= _SAME_SHARE:
            return None
        self.waiting.discard(best)
        return best

    def _read_lines(self) -> None:
        for identity in sorted(self.waiting):
            document = self._run.indexed(identity)
            lines = _lines(document.text) if document else set()
            self._chars[identity] = sum(map(len, lines))
            for line in lines:
                self._of_line.setdefault(hash(line), []).append(identity)


def _lines(text: str) -> set[str]:
    """The lines that are long enough to tell one text from another."""
    stripped = (line.strip() for line in text.splitlines())
    return {line for line in stripped if len(line) >= _SHORTEST_LINE_CHARS}
