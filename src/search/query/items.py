"""What one item of a query matches: its parts, its words but those that only ask, its writings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from ..analysis.equivalence import Equivalences, Form, in_simplified
from ..analysis.text import HAN, is_han_run
from ..analysis.words import Analyzer
from .lexer import Item
from .nodes import (
    GAPS_LIMIT,
    Alike,
    And,
    Equivalent,
    Literal,
    Near,
    Node,
    Notice,
    Or,
    Part,
    Wildcard,
    Word,
    wildcard,
)
from .notices import about_word, shortened


@cache
def _listed() -> dict[str, frozenset[str]]:
    """The words of each section of the list."""
    found: dict[str, list[str]] = {}
    section: list[str] = []
    for line in files(__package__).joinpath("question_words.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            section += line.split()
    return {name: frozenset(words) for name, words in found.items()}


QUESTION_WORDS = _listed()["asking"]
"""The interrogatives of Chinese in both scripts, closed but for measure words. Not 是否, 能否, 几
and 何 alone, which statutes and names have too."""
_LEFT_OUT = QUESTION_WORDS | _listed()["particles"]
"""What takes no part in matching beside other words."""
_ASKING = re.compile(
    "|".join(map(re.escape, sorted((w for w in QUESTION_WORDS if len(w) > 1), key=len)[::-1]))
)


def telling_words(
    folded: str, analyzer: Analyzer, known: Sequence[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the words of a folded text that tell something, those that only ask), each once, in order.

    A text that only asks is asked for itself: all its words tell. ``known`` are words wherever they
    stand.
    """
    telling: dict[str, None] = {}
    asking: dict[str, None] = {}
    longest_first = sorted(known, key=len, reverse=True)
    cut = re.compile(f"({'|'.join(map(re.escape, longest_first))})") if known else None
    for text in cut.split(folded) if cut else (folded,):
        for run in (text,) if text in known else _runs(text):
            is_one = run in known or run in _LEFT_OUT
            for word in (run,) if is_one else analyzer.words(run):
                (asking if word in _LEFT_OUT else telling)[word] = None
    return (tuple(telling), tuple(asking)) if telling else (tuple(asking), ())


def left_out(folded: str, analyzer: Analyzer) -> tuple[str, ...]:
    """The words of a folded text where all of them only ask; else none."""
    words = tuple(word for run in _runs(folded) for word in analyzer.words(run))
    return words if words and _LEFT_OUT.issuperset(words) else ()


def _runs(folded: str) -> list[str]:
    """A text cut before and after each word that asks: jieba takes 哪些地方 for one word."""
    runs: list[str] = []
    end = 0
    for match in _ASKING.finditer(folded):
        runs += [folded[end : match.start()], match[0]]
        end = match.end()
    return [run for run in (*runs, folded[end:]) if run]


def without_question_words(folded: str, analyzer: Analyzer) -> str:
    """A folded text with a line break in place of each interrogative, so that nothing new becomes
    adjacent.

    A text that is nothing else is asked for itself, and stays.
    """
    words = analyzer.words(folded)
    if QUESTION_WORDS.isdisjoint(words):
        return folded
    kept: list[str] = []
    end = 0
    for word in words:
        start = folded.index(word, end)
        kept.append(folded[end:start])
        kept.append("\n" if word in QUESTION_WORDS else word)
        end = start + len(word)
    kept.append(folded[end:])
    left = "".join(kept)
    return left if analyzer.words(left) else folded


_WORD_FOR_WORD = frozenset(("synonyms", "everyday"))
"""Kinds that have a list of words, each with others for it."""
_PAIR = 3
"""A text of two characters is one word, or none."""
_LONGEST_CHARS = 8
"""Of a word that is looked for inside of a text."""


@dataclass(slots=True)
class Writings:
    """Makes the nodes for texts, and remembers what they added to the texts as they were written.

    ``alikes``, ``literals`` and ``words`` are marked in a passage, ``scored`` texts add score.
    """

    equivalences: Equivalences
    words: dict[str, None] = field(default_factory=dict)
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

    def word(self, word: str, analyzer: Analyzer) -> tuple[Node, ...]:
        """Other writings of a word, none of which has the word itself inside of another one."""
        if not self.equivalences.kinds:
            return ()
        forms = self.equivalences.forms(word, is_word=True)
        self._say(word, forms)
        nodes: list[Node] = [*self._otherwise(word)]
        for text in (form.text for form in forms):
            if analyzer.words(text) == [text]:
                self.words[text] = None
                nodes.append(Word(text))
            else:
                self.literals[text] = None
                nodes.append(Literal(text))
            nodes += self._otherwise(text)
        return tuple(dict.fromkeys(nodes))

    def _otherwise(self, text: str) -> Iterator[Alike]:
        """Where a text stands with another character in one place at least."""
        characters = self.equivalences.alike(text)
        for place, (written, same) in enumerate(zip(text, characters, strict=True)):
            others = same.replace(written, "")
            if others:
                found = Alike((*characters[:place], others, *characters[place + 1 :]))
                self.alikes[found] = None
                yield found

    def plain(self, text: str) -> str:
        """A text as its words are known: in simplified script where both scripts count."""
        return in_simplified(text) if "script" in self.equivalences.kinds else text

    def telling_words(
        self, piece: str, analyzer: Analyzer
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """``telling_words`` of a text, the words for which there are others among them."""
        return telling_words(piece, analyzer, self.known_in(piece, analyzer))

    def as_typed(self, piece: str, analyzer: Analyzer) -> tuple[Node, ...]:
        """The words of a text that is cut otherwise than its plain one, without other writings."""
        if self.plain(piece) == piece or not is_han_run(piece):
            return ()
        words, _ = self.telling_words(piece, analyzer)
        if len(words) == 1:
            return (Literal(words[0]),)
        return (And(tuple(map(Word, words)), is_apart=True),)

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


_RUN = rf"[^\W_{HAN}]+"
_ATOM = rf"{_RUN}(?:[.,:/\\'-]+{_RUN})*(?:[%‰°℃]+|[+#]+(?!\w))?|[{HAN}]+"
_PIECE = re.compile(rf"(?:{_ATOM})(?:[+·•&@#_=~]+(?:{_ATOM}))*")
"""Full stops, commas, colons, slashes and hyphens are signs inside of letters and digits only."""
_HAN = re.compile(f"[{HAN}]")
_MARKS = "。、…《》〈〉【】"
_DIGITS = re.compile(r"[0-9]")
_ORDINAL = "第"
_LISTED = """
年 月 日 号 时 点 分 秒 条 款 项 章 节 编 级 类 型 卡 码 元 万 亿 千 百 十 个 人 位 名 次 倍 度 米
吨 克 岁 户 家 天 周 届 代 版 期 幢 栋 层 楼 平方米 公里 公斤 小时 分钟 万元 亿元 千元 年度 年代
世纪 月份 周岁 工作日 條 項 節 號 時 點 級 類 碼 萬 億 個 噸 歲 戶 屆 層 樓 小時 分鐘 萬元
"""
_MEASURES = frozenset(_LISTED.split())
"""What is counted or numbered with the digits before it."""


def pieces(folded: str, analyzer: Analyzer) -> tuple[str, ...]:
    """The items of a folded text in their order; the text itself where there is no border.

    Runs of Han characters, and others, which are looked for as they are written.
    """
    if _HAN.search(folded) is None:
        # An address, a version, a formula: its signs are part of it.
        return (folded.strip(_MARKS) or folded,)
    if any(not _is_border(sign) for sign in _PIECE.sub("", folded)):
        # What is no punctuation is no border either: it is looked for.
        return (folded,)
    found: list[str] = []
    last_end = -1
    joins = False
    for match in _PIECE.finditer(folded):
        piece = match[0]
        if match.start() == last_end:
            # Only a change of script is between this and the last.
            if is_han_run(piece):
                first = analyzer.words(piece)[0]
                if first in _MEASURES and _DIGITS.search(found[-1]):
                    found[-1] += first
                    piece = piece[len(first) :]
                    joins = not piece
            elif found and (joins or (found[-1].endswith(_ORDINAL) and _DIGITS.match(piece))):
                if joins or found[-1] == _ORDINAL:
                    piece = found.pop() + piece
                else:
                    found[-1] = found[-1][: -len(_ORDINAL)]
                    piece = _ORDINAL + piece
                joins = False
        else:
            joins = False
        if piece:
            found.append(piece)
        last_end = match.end()
    return tuple(found) or (folded,)


def _is_border(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign).startswith("P")


_LONGEST_WORD_CHARS = 6
"""A longer text before a question mark is a question, not the beginning of a word."""


@dataclass(frozen=True, slots=True)
class Understood:
    """An item as a tree, how many nodes that has, and what of it is marked in a text.

    ``parts`` are what a partial match may have of it; ``is_field`` says that it asks for no text;
    ``left_out`` are the words that only ask.
    """

    match: Node
    size: int = 1
    literals: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    wildcards: tuple[Wildcard, ...] = ()
    alikes: tuple[Alike, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    scored: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    is_field: bool = False
    left_out: tuple[str, ...] = ()


def text_item(
    item: Item,
    analyzer: Analyzer,
    notices: list[Notice],
    equivalences: Equivalences,
    *,
    any_term: bool,
    most_nodes: int,
) -> Understood:
    """An item that asks for a text; ``item.text`` stays what was written.

    Unquoted text matches literally or by all its items, an item of Han characters literally or by
    all its words (the whole by any word, with ``any_term``), other items literally; ``?`` and ``*``
    beside text are a pattern; each in its other writings too.
    """
    folded = item.folded
    writings = Writings(equivalences)
    if item.distance is not None:
        return _understood(
            writings, folded, writings.near(folded[0], folded[1], item.distance), item.text
        )
    if item.quoted:
        return _understood(writings, folded, writings.text(folded[0]), item.text)
    if "?" in folded[0] or "*" in folded[0]:
        found = _pattern(item, folded[0], notices, any_term=any_term)
        if isinstance(found, Wildcard):
            return _any_pattern(writings, folded[0], found, item.text)
        if found is not None:
            folded = (found,)
    else:
        notice = about_word(item.text)
        if notice is not None:
            notices.append(notice)
    by = _any_word if any_term else _by_items
    understood = by(writings, folded[0], item.text, analyzer)
    if understood.size + 3 > most_nodes:
        notices.append(Notice("words-left-out", text=shortened(item.text)))
        return _understood(writings, folded, writings.text(folded[0]), item.text)
    return understood


def _any_word(writings: Writings, folded: str, written: str, analyzer: Analyzer) -> Understood:
    """A text of which any word will do.

    It finds whatever its words together find: of each of its items the text too, which stands
    across words (养犬 in 饲养犬只), and the word that is alone in one.
    """
    # Where any will do, a word that only asks loses no passage.
    plain = writings.plain(folded)
    words = dict.fromkeys((*analyzer.words(plain), *writings.known_in(plain, analyzer)))
    texts = {folded: None}
    for piece in pieces(folded, analyzer):
        telling, asking = writings.telling_words(writings.plain(piece), analyzer)
        words |= dict.fromkeys((*telling, *asking))
        if not left_out(piece, analyzer):
            texts |= dict.fromkeys((piece, *(telling if len(telling) == 1 else ())))
    nodes = [node for text in texts for node in writings.text(text)]
    for word in words:
        if word not in texts:
            nodes += (Word(word), *writings.word(word, analyzer))
    if plain != folded:
        nodes += map(Word, analyzer.words(folded))
    return _understood(writings, (folded,), tuple(dict.fromkeys(nodes)), written, tuple(words))


def _by_items(writings: Writings, folded: str, written: str, analyzer: Analyzer) -> Understood:
    """A text as it is written; or each of its items, as written or by all its words."""
    exact = writings.text(folded)
    items = list(dict.fromkeys(pieces(folded, analyzer)))
    nodes: list[Node] = []
    parts: list[Part] = []
    marked: list[str] = []
    literals: list[str] = [folded]
    asked: list[str] = []
    for piece in items:
        words: tuple[str, ...] = (piece,)
        asking: tuple[str, ...] = ()
        if is_han_run(piece):
            words, asking = writings.telling_words(writings.plain(piece), analyzer)
        if len(items) > 1 and left_out(piece, analyzer):
            asked += words
            continue
        asked += asking
        itself = exact if piece == folded else writings.text(piece)
        itself += writings.as_typed(piece, analyzer)
        literals.append(piece)
        if len(words) == 1:
            of_each = [either(writings.text(words[0]))]
        else:
            of_each = [either((Word(word), *writings.word(word, analyzer))) for word in words]
        if len(words) + len(asking) == 1:
            nodes.append(either(itself))
            parts.append(Part(piece, nodes[-1]))
            continue
        marked += words
        nodes.append(either((*itself, And(tuple(of_each), is_apart=True))))
        parts += (Part(word, node) for word, node in zip(words, of_each, strict=True))
    if not nodes:
        # Nothing but words that ask, in several items.
        asked, nodes = [], [either(writings.text(piece)) for piece in items]
    if len(items) > 1:
        match = either((*exact, And(tuple(nodes), is_apart=True)))
    else:
        match = nodes[0] if items[0] == folded else either((*exact, *nodes))
    understood = _understood(writings, tuple(literals), (match,), written, tuple(marked))
    return replace(
        understood,
        scored=tuple(dict.fromkeys((folded, *writings.scored))),
        parts=tuple(parts) or understood.parts,
        left_out=tuple(dict.fromkeys(asked)),
    )


def _understood(
    writings: Writings,
    folded: tuple[str, ...],
    nodes: tuple[Node, ...],
    written: str,
    words: tuple[str, ...] = (),
) -> Understood:
    """What any of some nodes matches; ``words`` are marked wherever they stand."""
    match = either(nodes)
    return Understood(
        match,
        size_of(match),
        tuple(dict.fromkeys((*folded, *writings.literals))),
        tuple(dict.fromkeys((*words, *writings.words))),
        alikes=tuple(writings.alikes),
        equivalents=tuple(writings.equivalents),
        scored=tuple(dict.fromkeys((*folded, *writings.scored))),
        parts=(Part(written, match),),
    )


def _any_pattern(writings: Writings, folded: str, found: Wildcard, written: str) -> Understood:
    """A pattern, and its texts in their other usual writings."""
    others = (wildcard(text) for text in writings.texts(folded)[1:])
    patterns = (found, *(other for other in others if isinstance(other, Wildcard)))
    match = either(patterns)
    return Understood(
        match,
        size_of(match),
        wildcards=patterns,
        equivalents=tuple(writings.equivalents),
        scored=tuple(dict.fromkeys(text for pattern in patterns for text in pattern.texts)),
        parts=(Part(written, match),),
    )


def size_of(node: Node) -> int:
    """How many nodes a tree has."""
    return 1 + sum(map(size_of, getattr(node, "children", ())))


def _pattern(
    item: Item, folded: str, notices: list[Notice], *, any_term: bool
) -> Wildcard | str | None:
    """The pattern of an item, the text that it comes to, None where the signs are text.

    A question mark ends a question: at the end of an item the full-width one, and any where the
    words count; and after a text longer than any word, wherever it stands.
    """
    if "://" in folded:
        return None
    if "*" not in folded and (any_term or "？" in item.text or folded.endswith("?")):
        texts = [text for text in folded.split("?") if text]
        if max(map(len, texts), default=0) > _LONGEST_WORD_CHARS:
            return None
    ends_question = folded.endswith("?") and (any_term or item.text.endswith("？"))
    if ends_question and "?" not in folded[:-1] and "*" not in folded:
        return None
    notice = about_word(item.text)
    if notice is not None:
        notices.append(notice)
    return told_wildcard(folded, item, notices)


def told_wildcard(folded: str, item: Item, notices: list[Notice]) -> Wildcard | str | None:
    """What ``wildcard`` makes of a text; None is told."""
    found = wildcard(folded)
    if found is None:
        notices.append(Notice("wildcard-as-text", text=shortened(item.text), limit=GAPS_LIMIT))
    return found
