"""What an index remembers of its files: the manifest of its last commit, parsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..documents.history import History
from ..facets.topic import Taxonomy
from ..languages.sentences import ENGLISH, Sentence, languages

if TYPE_CHECKING:
    from ..reading.overrides import OverrideFile

READER_VERSION = 9
"""Raised when reading the same bytes gives other paragraphs, metadata or facets."""

SKIPPED_LISTED = 200
"""Skipped files that are remembered with their reasons; all are counted."""

FileKey = tuple[str, str]
"""Root and path below it."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What the index remembers of one file."""

    sha256: str
    size_bytes: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """The files and folders that the last run could not read: how many, and the first of them, each
    with its reason in every language that there is; and how many scanned pages wait in all."""

    count: int = 0
    files: tuple[tuple[str, Mapping[str, str]], ...] = ()
    scanned_pages: int = 0

    @classmethod
    def of(cls, skipped: Sequence[tuple[str, Sentence]]) -> Skipped:
        """Those of the report of a run."""
        first = sorted(skipped, key=lambda each: each[0])[:SKIPPED_LISTED]
        said = ((path, {tag: why.said(tag) for tag in languages()}) for path, why in first)
        scanned = sum(_scanned_pages(why) for _, why in skipped)
        return cls(len(skipped), tuple(said), scanned)

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> Skipped:
        """Those of a manifest, none in one that is older."""
        known = manifest.get("skipped", {"count": 0, "files": []})
        files = tuple((path, reasons) for path, reasons in known["files"])
        return cls(known["count"], files, known.get("scanned_pages", 0))

    def told(self, language: str) -> tuple[tuple[str, str], ...]:
        """Path and reason of those that are remembered, in a language or else in English."""
        return tuple((path, why.get(language) or why.get(ENGLISH, "")) for path, why in self.files)


def _scanned_pages(reason: Sentence) -> int:
    """How many pages a reason says to be pictures of text."""
    if reason.code == "pages-scanned":
        return int(str(reason.values["count"]))
    return int(str(reason.values["pages"])) if reason.code == "pdf-without-text" else 0


@dataclass(slots=True)
class IndexState:
    """Files by root and path, and what was given to each content, by its hash.

    ``assigned`` is the document id, ``captured`` the UTC time at which it was first indexed,
    ``fixed`` the digest of the overrides that it was indexed with; ``reader`` is the version of the
    reader and the digest of the taxonomy; ``overrides`` is the CSV file in force, ``synonyms`` the
    text of the list in force, ``places`` that of the places which the keeper added; ``scanned`` are
    the pages of a content that wait for recognition.
    """

    files: dict[FileKey, KnownFile] = field(default_factory=dict)
    assigned: dict[str, str] = field(default_factory=dict)
    captured: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    reader: tuple[int, str] = (0, "")
    overrides: OverrideFile | None = None
    synonyms: str = ""
    places: str = ""
    history: History = field(default_factory=History)
    skipped: Skipped = field(default_factory=Skipped)
    scanned: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> IndexState:
        """The state that a manifest holds; an empty one gives an empty state."""
        overrides = manifest.get("overrides")
        return cls(
            files={
                (root, path): KnownFile(*known)
                for root, paths in manifest.get("files", {}).items()
                for path, known in paths.items()
            },
            assigned=dict(manifest.get("assigned", {})),
            captured=dict(manifest.get("captured", {})),
            fixed=dict(manifest.get("fixed", {})),
            reader=(manifest.get("reader_version", 0), manifest.get("taxonomy_digest", "")),
            overrides=_override_file(overrides),
            synonyms=manifest.get("synonyms", ""),
            places=manifest.get("places", ""),
            history=History.from_manifest(manifest),
            skipped=Skipped.from_manifest(manifest),
            scanned={k: tuple(pages) for k, pages in manifest.get("scanned", {}).items()},
        )

    def to_manifest(self, taxonomy: Taxonomy, now: str) -> dict[str, Any]:
        """The manifest of a run with this taxonomy that ended now."""
        return {
            **self.changed_in({}),
            "reader_version": READER_VERSION,
            "taxonomy_digest": taxonomy.digest,
            "taxonomy": taxonomy.source,
            "indexed_at": now,
        }

    def changed_in(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """A manifest with this state in it, all else as it was."""
        files: dict[str, dict[str, list[Any]]] = {}
        for (root, path), known in sorted(self.files.items()):
            files.setdefault(root, {})[path] = [
                known.sha256,
                known.size_bytes,
                known.mtime_ns,
                known.ctime_ns,
            ]
        return {
            **manifest,
            "roots": sorted(files),
            "files": files,
            "assigned": self.assigned,
            "captured": self.captured,
            "fixed": self.fixed,
            "overrides": (
                {"name": self.overrides.name, "text": self.overrides.text}
                if self.overrides
                else None
            ),
            "synonyms": self.synonyms,
            "places": self.places,
            "scanned": self.scanned,
            "skipped": {
                "count": self.skipped.count,
                "files": list(map(list, self.skipped.files)),
                "scanned_pages": self.skipped.scanned_pages,
            },
            **self.history.to_manifest(),
        }

    def copied(self) -> IndexState:
        """A state that can be changed without changing this one."""
        return replace(
            self,
            files=dict(self.files),
            assigned=dict(self.assigned),
            captured=dict(self.captured),
            fixed=dict(self.fixed),
            scanned=dict(self.scanned),
        )

    def keys_by_content(self) -> dict[str, list[FileKey]]:
        """Hash of a content → where it is found, in order."""
        keys: dict[str, list[FileKey]] = {}
        for key, known in sorted(self.files.items(), key=lambda item: (item[0][1], item[0][0])):
            keys.setdefault(known.sha256, []).append(key)
        return keys

    def live_contents(self) -> dict[str, str]:
        """Document id → the content that has it, among the files there are."""
        live: dict[str, str] = {}
        for known in self.files.values():
            if known.sha256 in self.assigned:
                live.setdefault(self.assigned[known.sha256], known.sha256)
        return live

    def paths_by_id(self) -> dict[str, tuple[str, ...]]:
        """Document id → the paths that hold it, in order, each once."""
        paths: dict[str, set[str]] = {}
        for (_, path), known in self.files.items():
            if known.sha256 in self.assigned:
                paths.setdefault(self.assigned[known.sha256], set()).add(path)
        return {identity: tuple(sorted(names)) for identity, names in paths.items()}

    def forget_contents(self, contents: frozenset[str]) -> None:
        """Drop everything known of these contents."""
        self.files = {k: known for k, known in self.files.items() if known.sha256 not in contents}
        for of_content in (self.assigned, self.captured, self.fixed, self.scanned):
            for digest in contents:
                of_content.pop(digest, None)


def _override_file(kept: Mapping[str, str] | None) -> OverrideFile | None:
    """The file that a manifest keeps."""
    if not kept:
        return None
    # All readers of documents come with it, which nobody needs who only searches.
    from ..reading.overrides import OverrideFile

    return OverrideFile(**kept)
