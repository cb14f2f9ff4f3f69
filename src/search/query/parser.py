"""Parse a query text: items and operators become a tree, with what scores and what is marked.

A space joins items that must all match (of which one is enough, with ``any_term``), AND likewise;
OR joins its two neighbours; AND binds tighter than OR, OR tighter than a space. ``-`` and NOT
exclude. Fields narrow whatever joins the words.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..analysis.equivalence import NO_EQUIVALENCES, Equivalences
from ..analysis.text import fold, without_unseen
from ..analysis.words import Analyzer, characters, pairs
from ..errors import QueryError
from .field_items import field_item
from .fields import Resolve, as_written
from .items import Understood, left_out, text_item, without_question_words
from .lexer import Item, Sign, Token, tokens
from .nodes import Alike, And, Equivalent, Every, Node, Not, Notice, Or, Part, Query, Wildcard
from .notices import about_connective, about_operator, asking_left_out

QUERY_LIMIT_CHARS = 10_000
NODES_LIMIT = 1024
"""The most nodes of a tree, groups not counted."""
_NOTICES_LIMIT = 12
"""The first are enough to see what is wrong with a query."""
_SCORED_CHARS = 1000
"""Only so much of a query scores: further terms cost time and tell nothing more."""


def parse_query(
    text: str,
    analyzer: Analyzer,
    *,
    any_term: bool = False,
    limit_chars: int = QUERY_LIMIT_CHARS,
    resolve: Resolve = as_written,
    equivalences: Equivalences = NO_EQUIVALENCES,
) -> Query:
    """Understand a query text with some other writings; the arguments are those of ``QueryText``.

    Raises QueryError if it is too long.
    """
    read = QueryText(text, analyzer, any_term=any_term, limit_chars=limit_chars, resolve=resolve)
    return read.query(equivalences)


class QueryText:
    """A query text that was read once, and is understood with whichever other writings count.

    ``resolve`` says what the value of a facet's field means in a collection. Raises QueryError if
    the text is longer than ``limit_chars``; anything shorter has a meaning, and notices say where
    that may not be the one that was meant.
    """

    def __init__(
        self,
        text: str,
        analyzer: Analyzer,
        *,
        any_term: bool = False,
        limit_chars: int = QUERY_LIMIT_CHARS,
        resolve: Resolve = as_written,
    ) -> None:
        if len(text) > limit_chars:
            raise QueryError("query-too-long", length=len(text), limit=limit_chars)
        self.written = text
        self.text = without_unseen(text)
        self.analyzer = analyzer
        self.any_term = any_term
        self.resolve = resolve
        self.notices: list[Notice] = []
        self.tokens = tokens(self.text, self.notices)
        self._queries: dict[Equivalences, Query] = {}

    def query(self, equivalences: Equivalences = NO_EQUIVALENCES) -> Query:
        """What it means where these other writings count."""
        found = self._queries.get(equivalences)
        if found is None:
            found = self._queries[equivalences] = _Parser(self, equivalences).query()
        return found


@dataclass(slots=True)
class _Operand:
    """An item or a group: its tree, whether it is excluded, what it is made of."""

    understood: Understood
    excluded: bool
    text: str

    @property
    def node(self) -> Node:
        match = self.understood.match
        return Not(match) if self.excluded else match


_Either = list[list[_Operand]]
"""Operands joined by AND, and these by OR."""


@dataclass(slots=True)
class _Group:
    """What stands between two parentheses, or the whole query."""

    start: int
    opened: Sign | None = None
    excluded: bool = False
    positive: bool = True
    within: Sign | None = None
    joined: list[_Either] = field(default_factory=list)
    pending: Sign | None = None
    negation: Sign | None = None


class _Parser:
    def __init__(self, read: QueryText, equivalences: Equivalences) -> None:
        self._written, self._text = read.written, read.text
        self._analyzer = read.analyzer
        self._any_term = read.any_term
        self._resolve = read.resolve
        self._equivalences = equivalences
        self._tokens = read.tokens
        self._notices = list(read.notices)
        self._left = NODES_LIMIT
        self._full = False
        self._marked: list[Understood] = []
        self._equivalents: dict[Equivalent, None] = {}
        self._asking: list[str] = []
        self._plain: tuple[str, ...] = ()

    def query(self) -> Query:
        """The parsed query."""
        read = self._telling(self._tokens)
        self._plain = (
            tuple(t.text for t in read if _is_plain(t)) if all(map(_is_plain, read)) else ()
        )
        root = _Group(0)
        stack = [root]
        for place, token in enumerate(read):
            if isinstance(token, Item):
                self._add_item(stack[-1], token, read, place)
            elif token.kind == "OPEN":
                stack.append(self._opened(stack[-1], token))
            elif token.kind == "CLOSE":
                if len(stack) > 1:
                    self._close(stack, token.end)
            else:
                self._operator(stack[-1], token, read)
        while len(stack) > 1:
            self._close(stack, len(self._text))
        self._finish(root)
        match, parts, rest = self._sequence(root)
        if match is None:
            match = self._without_items(read)
        return self._query(match, parts, rest)

    def _telling(self, read: list[Token]) -> list[Token]:
        """The tokens without those that only ask, where others tell and no operator joins them."""
        asking = [
            token
            for place, token in enumerate(read)
            if _is_plain(token)
            and not any(isinstance(near, Sign) for near in read[max(place - 1, 0) : place + 2])
            and left_out(fold(token.text), self._analyzer)
        ]
        those: set[Token] = set(asking)
        if not asking or self._any_term or those.issuperset(t for t in read if _is_plain(t)):
            return read
        self._asking += [word for t in asking for word in left_out(fold(t.text), self._analyzer)]
        return [token for token in read if token not in those]

    def _opened(self, around: _Group, sign: Sign) -> _Group:
        excluded = around.negation is not None
        around.negation = None
        field_sign = sign if sign.field else around.within
        positive = around.positive != excluded
        return _Group(sign.start, sign, excluded, positive, field_sign)

    def _close(self, stack: list[_Group], end: int) -> None:
        group = stack.pop()
        self._finish(group)
        match, _, _ = self._sequence(group)
        if match is None:
            self._notices.append(Notice("group-empty"))
            return
        text = self._text[group.start : end]
        only_fields = all(
            operand.understood.is_field
            for either in group.joined
            for both in either
            for operand in both
        )
        understood = Understood(match, parts=(Part(text, match),), is_field=only_fields)
        self._add(stack[-1], _Operand(understood, group.excluded, text))

    def _operator(self, group: _Group, sign: Sign, read: list[Token]) -> None:
        if sign.kind == "LONE":
            if len(read) > 1:
                self._notices.append(about_operator(sign.text))
        elif sign.kind == "NOT":
            if group.negation is not None:
                self._notices.append(about_operator(sign.text))
            group.negation = sign
        elif not group.joined or group.pending is not None:
            if len(read) > 1:
                self._notices.append(about_operator(sign.text))
        else:
            group.pending = sign

    def _finish(self, group: _Group) -> None:
        """Say what is left over at the end of a group."""
        for sign in (group.pending, group.negation):
            if sign is not None and group.joined:
                self._notices.append(about_operator(sign.text))
        # What excludes, and fields, narrow the rest wherever they stand: nothing to mistake.
        several = sum(not _only_narrows(either) for either in group.joined) > 1
        for either in group.joined:
            is_mixed = several or any(len(both) > 1 for both in either)
            if len(either) > 1 and is_mixed and not _only_narrows(either):
                self._notices.append(Notice("mixed-operators"))
                break

    def _add_item(self, group: _Group, item: Item, read: list[Token], place: int) -> None:
        if self._left < 1:
            if not self._full:
                self._full = True
                self._notices.append(Notice("too-many-items", limit=NODES_LIMIT))
            return
        between = 0 < place < len(read) - 1
        if between and not item.quoted and item.field is None:
            notice = about_connective(item.text)
            if notice is not None:
                self._notices.append(notice)
        excluded = group.negation is not None
        group.negation = None
        positive = group.positive != excluded
        inherited = group.within.field if group.within else None
        if inherited is not None and item.field is None:
            item = replace(item, field=inherited)
        if item.field is not None:
            understood = field_item(item, self._resolve, self._notices, self._equivalences)
        else:
            understood = text_item(
                item,
                self._analyzer,
                self._notices,
                self._equivalences,
                any_term=self._any_term and positive,
                most_nodes=self._left,
            )
        self._left -= understood.size
        self._equivalents.update(dict.fromkeys(understood.equivalents))
        self._asking += understood.left_out
        if positive and not understood.is_field:
            self._marked.append(understood)
        self._add(group, _Operand(understood, excluded, self._text[item.start : item.end]))

    def _add(self, group: _Group, operand: _Operand) -> None:
        pending, group.pending = group.pending, None
        if pending is None:
            group.joined.append([[operand]])
        elif pending.kind == "OR":
            group.joined[-1].append([operand])
        else:
            group.joined[-1][-1].append(operand)

    def _sequence(self, group: _Group) -> tuple[Node | None, tuple[Part, ...], Node]:
        """(the tree of a group or None without items, the parts of it, the rest of it)."""
        wanted: list[Node] = []
        required: list[Node] = []
        parts: list[Part] = []
        for either in group.joined:
            first = either[0][0]
            node = self._either([_all([operand.node for operand in both]) for both in either])
            if _only_narrows(either):
                required.append(node)
                continue
            wanted.append(node)
            if len(either) == 1 and len(either[0]) == 1:
                parts.extend(first.understood.parts)
            elif len(either) == 1:
                parts.extend(part for o in either[0] for part in _parts_of(o))
            else:
                text = " OR ".join(" ".join(o.text for o in both) for both in either)
                parts.append(Part(text, node))
        if not wanted and not required:
            return None, (), Every()
        rest = _all(required) if required else Every()
        if not wanted and isinstance(rest, Or):
            return rest, (), Every()
        join = self._either if self._any_term and group.positive else _all
        match = join(wanted) if wanted else Every()
        return (And((match, *required)) if required else match), tuple(parts), rest

    def _either(self, nodes: list[Node]) -> Node:
        if len(nodes) == 1:
            return nodes[0]
        flat: list[Node] = []
        for node in nodes:
            # The words of items, of which any is enough, stand beside each other.
            flat.extend(node.children if self._any_term and isinstance(node, Or) else (node,))
        return Or(tuple(flat))

    def _without_items(self, read: list[Token]) -> Node:
        """Nothing but operators, or nothing at all."""
        text = "".join(self._text.split())
        signs = [token for token in read if isinstance(token, Sign)]
        if text in ("*", "＊", "*:*"):
            self._notices.append(Notice("star-alone"))
        elif signs and all(sign.kind not in ("OPEN", "CLOSE") for sign in signs):
            item = Item(self._text.strip(), 0, len(self._text), quoted=True)
            self._notices.append(about_operator(signs[0].text, is_text=True))
            understood = text_item(
                item,
                self._analyzer,
                self._notices,
                self._equivalences,
                any_term=False,
                most_nodes=self._left,
            )
            self._marked.append(understood)
            return understood.match
        return Every()

    def _query(self, match: Node, parts: tuple[Part, ...], rest: Node) -> Query:
        literals: dict[str, None] = {}
        words: dict[str, None] = {}
        patterns: dict[Wildcard, None] = {}
        alikes: dict[Alike, None] = {}
        scored: list[str] = []
        for understood in self._marked:
            literals.update(dict.fromkeys(understood.literals))
            words.update(dict.fromkeys(understood.words))
            patterns.update(dict.fromkeys(understood.wildcards))
            alikes.update(dict.fromkeys(understood.alikes))
            # A text that must stand as it is has no word that is only a way of asking.
            scored.extend(
                without_question_words(text, self._analyzer) if understood.words else text
                for text in understood.scored
            )
        if self._asking:
            self._notices.append(asking_left_out(list(dict.fromkeys(self._asking))))
        # No word and no pair goes across a line break, and no folded text has one.
        folded = "\n".join(scored)[:_SCORED_CHARS]
        return Query(
            text=self._written,
            match=match,
            # Not the words inside words: pairs and characters say as much, less often twice.
            words=tuple(self._analyzer.words(folded)),
            pairs=tuple(pairs(folded)),
            characters=tuple(characters(folded)),
            literals=tuple(literals),
            highlighted_words=tuple(words),
            wildcards=tuple(patterns),
            alikes=tuple(alikes),
            equivalents=tuple(self._equivalents),
            notices=tuple(dict.fromkeys(self._notices))[:_NOTICES_LIMIT],
            parts=parts if not self._any_term and len(parts) > 1 else (),
            rest=rest,
            plain=self._plain,
        )


def _is_plain(token: Token) -> bool:
    """Whether a token is an item that is neither quoted nor a field's value."""
    return isinstance(token, Item) and not token.quoted and token.field is None


def _only_narrows(either: _Either) -> bool:
    """Whether it is what is excluded, a field, or one of several fields."""
    first = either[0][0]
    if len(either) == 1 and len(either[0]) == 1 and first.excluded:
        return True
    return all(len(both) == 1 and both[0].understood.is_field for both in either)


def _all(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def _parts_of(operand: _Operand) -> tuple[Part, ...]:
    if operand.excluded or operand.understood.is_field:
        return (Part(operand.text, operand.node),)
    return operand.understood.parts
