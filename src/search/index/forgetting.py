"""How is a document erased for good, and how is it let in again?"""

from __future__ import annotations

from ..errors import NotFoundError
from .engine import Reader, Writer
from .reprints import links_without
from .state import IndexState


def forget_document(document_id: str, *, reader: Reader, writer: Writer) -> tuple[str, ...]:
    """Erase a document with every earlier version of it; the paths that held it, in order.

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
        raise _unknown(document_id, "in this index")
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
        raise _unknown(document_id, "among the forgotten ones")
    state.history = state.history.allowing(document_id)
    writer.commit(state.changed_in(manifest))


def _is_indexed(document_id: str, reader: Reader) -> bool:
    try:
        reader.document(document_id)
    except NotFoundError:
        return False
    return True


def _unknown(document_id: str, where: str) -> NotFoundError:
    return NotFoundError(
        f"There is no document {document_id} {where}: `duansou documents` and `duansou stats` list "
        "what there is.",
        zh=f"没有编号为 {document_id} 的文献：用 duansou documents 查看。",
    )
