"""The command that shows how a file is read: inspect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import click

from ..documents.declared import json_of
from ..documents.document import inspected, sha256_hex
from ..errors import DuansouError, InputError, UnreadableFileError
from ..facets.topic import Taxonomy
from ..index.registry import reading
from ..languages.sentences import Sentence
from ..reading.files import SourceFile, container_of, exists, find_files, read_bytes
from ..reading.formats import is_container
from ..reading.overrides import OverrideFile, Overrides, fixed
from ..reading.reading import ListedPart
from ..reading.workers import Readers
from . import listing
from .options import Where, index_option, json_option, taxonomy
from .terminal import echo, phrase, print_json, told
from .writing import added_places, readers_of


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--topics", type=click.Path(path_type=Path), metavar="FILE", help="Taxonomy (TOML).")
@click.option("--fields", metavar="MAP", help="Names of the fields in records, as for index.")
@json_option
@index_option
def inspect_command(
    file: Path, topics: Path | None, fields: str | None, as_json: bool, where: Where
) -> None:
    """Show how a file is read: every line with its role, the reason, and the metadata.

    A document inside of a file is named as the index names it: 'archive.zip!/folder/page.html',
    'data.jsonl#12'. A file of many documents by itself is listed. The index is not needed; it is
    only asked for the taxonomy and the overrides it was made with, if it is there. A duansou.toml
    beside the file counts.
    """
    settings = where.settings(record_fields=fields)
    manifest: Mapping[str, Any] = {}
    # Also of a broken index: it is not what is asked for.
    with suppress(DuansouError), reading(settings) as reader:
        manifest = reader.manifest()
    if exists(file) and file.is_dir():
        raise InputError("inspected-is-folder", file=file)
    outer = None if exists(file) else container_of(file.as_posix())
    _, files, _ = find_files(Path(outer) if outer else file)
    chosen = taxonomy(topics, manifest.get("taxonomy"))
    places = added_places(None, (files[0].root,), manifest)
    with readers_of(settings, chosen, places) as readers:
        if outer is None and is_container(files[0].path):
            parts = list(readers.parts(files[0]))
            own = next((p for p in parts if p.path == files[0].path and p.sha256), None)
            if own is None:
                _list(parts, files[0], file, as_json=as_json)
                return
            # A mail, or a document that is named as an archive.
            outer = str(file)
            for part in parts:
                if part is not own and not as_json:
                    echo(_listed(part, files[0], file), err=True)
        try:
            if outer is None:
                digest = sha256_hex(read_bytes(files[0], settings.file_limit_mb))
                task = (files[0], digest)
            else:
                task = _inside(readers, files[0], file.as_posix().removeprefix(outer))
        except UnreadableFileError as error:
            raise InputError("inspected-no-document", file=file, reason=error) from error
        document = next(readers.read([task]))[1]
    if isinstance(document, Sentence):
        raise InputError("inspected-no-document", file=file, reason=document)
    document = fixed(document, _overrides(manifest, chosen).of([_key(manifest, task[0])]))
    if as_json:
        print_json(json_of(inspected(document)))
    else:
        listing.print_inspection(document)


def _overrides(manifest: Mapping[str, Any], chosen: Taxonomy) -> Overrides:
    recorded = manifest.get("overrides")
    return Overrides(OverrideFile(**recorded) if recorded else None, chosen)


def _key(manifest: Mapping[str, Any], file: SourceFile) -> tuple[str, str]:
    """The root and path that the index has for a file; its own folder where it has none."""
    whole = file.root / file.path
    for root in manifest.get("roots", ()):
        if whole.is_relative_to(root):
            return root, whole.relative_to(root).as_posix()
    return file.root_name, file.path


def _inside(readers: Readers, container: SourceFile, inner: str) -> tuple[SourceFile, str]:
    """The document of that path inside of a file, with its hash."""
    wanted = container.path + inner
    with closing(readers.parts(container)) as parts:
        part = next(
            (p for p in parts if p.path == wanted or (p.path == container.path and not p.sha256)),
            None,
        )
    if part is None:
        raise UnreadableFileError("file-not-in-archive", inner=inner, path=container.path)
    # A part with the path of the file itself says why nothing in it can be read.
    if part.sha256 is None:
        refusal = part.refusal or Sentence("file-without-text")
        raise UnreadableFileError(refusal.code, **refusal.values)
    return SourceFile(container.root, wanted, container.path, part.sha256), part.sha256


def _list(parts: Sequence[ListedPart], container: SourceFile, file: Path, *, as_json: bool) -> None:
    """The documents inside of a file."""
    if as_json:
        rows = [
            {
                "path": file.as_posix() + part.path.removeprefix(container.path),
                "sha256": part.sha256,
                "reason": str(part.refusal) if part.refusal is not None else None,
            }
            for part in parts
        ]
        print_json({"parts": rows})
        return
    for part in parts:
        echo(_listed(part, container, file))
    echo(phrase("inspect-one", count=len(parts), file=file), err=True)


def _listed(part: ListedPart, container: SourceFile, file: Path) -> str:
    said = told(part.refusal) if part.refusal is not None else phrase("a-document")
    return f"{file.as_posix()}{part.path.removeprefix(container.path)}  {said}"
