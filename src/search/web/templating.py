"""Templates in one language each: what they say is translated once, when they are compiled.

A page says some two hundred constant things. They are put into the compiled template as text, so
that rendering looks up only what depends on a number or a value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from ..budget import stage
from ..languages.sentences import CHINESE, languages
from .languages import language, translations
from .safety import escaped


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


def render_template(name: str, **values: Any) -> str:
    """A template in the language of the request, with these values and the globals alone."""
    environments = current_app.extensions["duansou.templates"]
    with stage("rendering"):
        rendered: str = environments[language()].get_template(name).render(values)
    return rendered


class _Translating(NodeTransformer):
    """Puts the translation in place of ``_("…")``; in Chinese, nothing in place of ``zh(…)``.

    What has values to be filled in keeps its call, with the message translated.
    """

    def __init__(self, spoken: str) -> None:
        self._gettext: Callable[[str], str] = translations(spoken).gettext
        self._is_chinese = spoken == CHINESE

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the name is Jinja's
        called = self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name == "zh" and self._is_chinese:
            return nodes.MarkSafe(nodes.Const(""), lineno=node.lineno)
        if name == "_" and len(node.args) == 1 and isinstance(node.args[0], nodes.Const):
            message = nodes.Const(self._gettext(node.args[0].value), lineno=node.lineno)
            if not node.kwargs:
                # A message is markup of ours, as the environment takes all that is translated.
                return nodes.MarkSafe(message, lineno=node.lineno)
            node.node = nodes.Name("filled", "load", lineno=node.lineno)
            node.args = [message]
        return called
