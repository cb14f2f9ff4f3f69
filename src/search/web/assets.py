"""Find templates and static files, and give addresses at which a browser may keep them."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import request

from ..documents.document import sha256_hex
from .safety import SMALLEST_BYTES

_HASH_DIGITS = 12
_JOINED = (".css", ".js")
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def templates_folder() -> Path:
    """The templates inside the installed package, else those at the top of the checkout."""
    here = Path(__file__).resolve().parent
    shipped = here / "templates"
    return shipped if (shipped / "base.html").is_file() else here.parents[2] / "templates"


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file, its media type and the hash of its content."""

    content: bytes
    packed: bytes | None
    """The same gzipped, where that is worth it."""
    media_type: str
    version: str


class Assets:
    """The static files by name: few and small, so they are read once and kept.

    All stylesheets are served as one, ``app.css``, and all scripts as ``app.js``: a page asks for
    two files, which the next page has already. The files of these names come first.
    """

    def __init__(self, folder: Path) -> None:
        paths = sorted(folder.iterdir(), key=lambda path: (path.stem != "app", path.name))
        parts: dict[str, list[bytes]] = {}
        for path in paths:
            if path.suffix in _MEDIA_TYPES:
                name = f"app{path.suffix}" if path.suffix in _JOINED else path.name
                parts.setdefault(name, []).append(path.read_bytes())
        self._files = {name: _asset(name, b"\n".join(files)) for name, files in parts.items()}

    def get(self, name: str) -> Asset | None:
        """A file; None where there is none of this name."""
        return self._files.get(name)

    def address(self, name: str) -> str:
        """The address of a file, with its hash: it changes when the content does."""
        return f"{request.script_root}/static/{quote(name)}?v={self._files[name].version}"


def _asset(name: str, content: bytes) -> Asset:
    media_type = _MEDIA_TYPES[Path(name).suffix]
    # Once for all, so as tightly as it can be.
    packed = gzip.compress(content, 9, mtime=0) if len(content) >= SMALLEST_BYTES else None
    return Asset(content, packed, media_type, sha256_hex(content)[:_HASH_DIGITS])
