"""Reads Word documents (OOXML): the text that is seen, in order, and what its styles say."""

from .document import read_word

__all__ = ["read_word"]
