"""Make the nodes for other writings of a text: its forms, in characters alike to theirs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..analysis.equivalence import Equivalences, Form
from ..analysis.words import Analyzer
from .alike import Alike
from .nodes import Equivalent, Literal, Near, Node, Or

_WORD_FOR_WORD = frozenset(("synonyms", "everyday"))
"""Kinds that have a list of words, each with others for it."""
_PAIR = 3
"""A text of two characters is one word, or none."""
_LONGEST_CHARS = 8
"""Of a word that is looked for inside of a text."""


@dataclass(slots=True)
class Writings:
    """Makes the nodes for texts, and remembers what they added to the texts as they were written.

    ``alikes`` and ``literals`` are marked in a passage, ``scored`` texts add score.
    """

    equivalences: Equivalences
    literals: dict[str, None] = field(default_factory=dict)
    alikes: dict[Alike, None] = field(default_factory=dict)
    scored: dict[str, None] = field(default_factory=dict)
    equivalents: dict[Equivalent, None] = field(default_factory=dict)

    def text(self, folded: str) -> tuple[Node, ...]:
        """A folded text as it is written first, then its other writings."""
        if not self.equivalences.kinds:
            return (Literal(folded),)
        forms = self.equivalences.forms(folded)
        return self._nodes(folded, forms, self.equivalences.shown(folded))

    def word(self, word: str) -> tuple[Node, ...]:
        """Other writings of a word, without the word itself."""
        if not self.equivalences.kinds:
            return ()
        nodes = self._nodes(word, self.equivalences.forms(word, is_word=True), ())
        return tuple(node for node in nodes if node != Literal(word))

    def known_in(self, folded: str, analyzer: Analyzer) -> tuple[str, ...]:
        """The words inside of a text for which there are others, the longest at each place.

        One or several of jieba's words, or the beginning of one, as it reads 养狗要 where 养狗 was
        meant; never parts of two, or the end of one: 裁员 is not in 仲裁员.
        """
        listed = replace(self.equivalences, kinds=self.equivalences.kinds & _WORD_FOR_WORD)
        if not listed.kinds or len(folded) < _PAIR:
            return ()
        borders = {0}
        end = 0
        for word in analyzer.words(folded):
            start = folded.index(word, end)
            end = start + len(word)
            borders |= {start, end}
        found: dict[str, None] = {}
        at = 0
        while at < len(folded):
            ends = range(min(at + _LONGEST_CHARS, len(folded)), at + 1, -1)
            words = (folded[at:end] for end in ends if _is_whole(at, end, borders))
            known = next((word for word in words if listed.forms(word, is_word=True)), "")
            if known:
                found[known] = None
            at += len(known) or 1
        return tuple(found)

    def near(self, first: str, second: str, distance: int) -> tuple[Node, ...]:
        """Two texts near each other, in every usual writing of both."""
        return tuple(
            Near(one, other, distance) for one in self.texts(first) for other in self.texts(second)
        )

    def texts(self, folded: str) -> tuple[str, ...]:
        """A text and its usual other writings, where characters alike cannot be asked for."""
        forms = (*self.equivalences.forms(folded), *self.equivalences.shown(folded))
        self._say(folded, forms)
        texts = tuple(dict.fromkeys((folded, *(form.text for form in forms))))
        self.literals.update(dict.fromkeys(texts))
        return texts

    def _nodes(
        self, folded: str, forms: tuple[Form, ...], shown: tuple[Form, ...]
    ) -> tuple[Node, ...]:
        """``shown`` says in what other characters the text may stand."""
        self._say(folded, (*forms, *shown))
        return tuple(
            dict.fromkeys(
                self._node(text, is_whole=is_whole)
                for text, is_whole in ((folded, False), *((f.text, f.is_whole) for f in forms))
            )
        )

    def _node(self, text: str, *, is_whole: bool) -> Node:
        characters = self.equivalences.alike(text)
        if not is_whole and all(len(same) == 1 for same in characters):
            self.literals[text] = None
            return Literal(text)
        found = Alike(characters, is_whole)
        self.alikes[found] = None
        return found

    def _say(self, folded: str, forms: tuple[Form, ...]) -> None:
        for form in forms:
            written, text = form.replaced or (folded, form.text)
            self.equivalents[Equivalent(written, text, form.kind)] = None
            self.scored[text] = None


def _is_whole(start: int, end: int, borders: set[int]) -> bool:
    """Whether a part of a text is some of its words, or begins one of them."""
    inside = any(start < border < end for border in borders)
    return start in borders and (not inside or end in borders)


def either(nodes: tuple[Node, ...]) -> Node:
    """Any of some nodes, of which there is one at least."""
    return nodes[0] if len(nodes) == 1 else Or(nodes)
