"""Recognise text in pictures of pages: an optional engine, asked for, its answers kept."""

from __future__ import annotations

from importlib.util import find_spec

from ..languages.sentences import Sentence


def is_installed() -> bool:
    """Whether the extra ``ocr`` is there."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def how_to_recognise() -> Sentence:
    """The command that reads pictures of pages, with what it needs first."""
    return Sentence("ocr-run" if is_installed() else "ocr-install")
