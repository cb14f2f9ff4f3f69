"""Templates, translated when they are compiled; static files, at addresses that may be kept.

A page says some two hundred constant things. They are put into the compiled template as text, so
that rendering looks up only what depends on a number or a value.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, current_app, make_response, redirect, request
from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from ..budget import current, stage
from ..documents.document import sha256_hex
from ..languages.sentences import CHINESE, languages, message
from ..query.request import SearchRequest
from .addresses import Addresses
from .languages import language
from .safety import SMALLEST_BYTES, escaped

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


class _Writing(CodeGenerator):
    """Writes values that a page shows by ``escaped``, which makes no markup of each."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class SpokenEnvironment(Environment):
    """An environment whose templates are compiled for ``spoken``."""

    spoken = CHINESE
    code_generator_class = _Writing
    escaped = staticmethod(escaped)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        translated: nodes.Template = _Translating(self.spoken).visit(parsed)
        return translated


def register(app: Flask) -> None:
    """Have an environment for each language beside the application's own, which is Chinese."""
    environments = {CHINESE: app.jinja_env}
    for each in languages():
        if each != CHINESE:
            environments[each] = app.jinja_env.overlay(cache_size=400)
            environments[each].spoken = each  # type: ignore[attr-defined]
    app.extensions["duansou.templates"] = environments


_NO_SEARCH = SearchRequest()


def render_template(name: str, *, search: SearchRequest = _NO_SEARCH, **values: Any) -> str:
    """A template in the language of the request, with these values and what every page has: the
    globals, the ``search`` that its form goes on with, and the addresses of all pages.
    """
    environments = current_app.extensions["duansou.templates"]
    with stage("rendering"):
        rendered: str = (
            environments[language()]
            .get_template(name)
            .render(values, search=search, addresses=Addresses(request.script_root))
        )
    return rendered


def leads_to(address: str, status: int = 302) -> Response:
    """An answer that sends the reader on."""
    return make_response(redirect(address, status))


def kept_as(name: str, response: Response) -> Response:
    """An answer that a browser keeps as a file of that name."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


_WRITTEN_AT_ONCE = 500


def attachment(lines: Iterable[str], content_type: str, name: str) -> Response:
    """A file to be kept under a name.

    What fails within its first lines is an error like any other; what fails later breaks the
    connection off, so that a browser does not take a part for the whole.
    """
    parts = _joined(lines)
    first = next(parts, b"")
    return kept_as(name, Response(chain([first], parts), content_type=content_type))


def _joined(lines: Iterable[str]) -> Iterator[bytes]:
    """Some lines at a time: a call for each would take longer than writing it.

    Each piece has the whole budget: what is bounded is how long nothing comes, not how much.
    """
    budget = current()
    waiting: list[str] = []
    budget.renew()
    for line in lines:
        waiting.append(line)
        left_ms = budget.left_ms
        is_late = left_ms is not None and left_ms * 2 < (budget.time_ms or 0)
        if is_late or len(waiting) >= _WRITTEN_AT_ONCE:
            budget.spend()
            yield "".join(waiting).encode("utf-8", "replace")
            waiting.clear()
            budget.renew()
    yield "".join(waiting).encode("utf-8", "replace")


class _Translating(NodeTransformer):
    """Puts the translation in place of ``_("…")``; in Chinese, nothing in place of ``zh(…)``.

    What has values to be filled in keeps its call, with the message translated.
    """

    def __init__(self, spoken: str) -> None:
        self._spoken = spoken

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the name is Jinja's
        called = self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name == "zh" and self._spoken == CHINESE:
            return nodes.MarkSafe(nodes.Const(""), lineno=node.lineno)
        if name == "_" and len(node.args) == 1 and isinstance(node.args[0], nodes.Const):
            translated = nodes.Const(message(node.args[0].value, self._spoken), lineno=node.lineno)
            if not node.kwargs:
                # A message is markup of ours, as the environment takes all that is translated.
                return nodes.MarkSafe(translated, lineno=node.lineno)
            node.node = nodes.Name("filled", "load", lineno=node.lineno)
            node.args = [translated]
        return called
