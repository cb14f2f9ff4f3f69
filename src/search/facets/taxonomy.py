"""How does a taxonomy file read? TOML, one ``[[topic]]`` table per topic.

    [[topic]]
    name = "信访工作"                  # as shown and filtered
    parent = "矛盾纠纷化解"            # optional: the name of another topic
    words = { "信访事项" = 3, "来访" = 1.5 }
    patterns = { "信访.{0,6}[0-9]+件" = 3 }     # optional: regular expressions
    exclude = ["信访部门来人"]          # optional: phrases that say nothing on the topic

A sentence counts for a topic from weight 3 on: one telling word, or several hints together.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..documents.document import UNCLASSIFIED
from ..errors import InputError

_KEYS = frozenset(("name", "parent", "words", "patterns", "exclude"))
_SHORTEST_WORD = 2


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its words and patterns with weights, and the phrases that do not count."""

    name: str
    words: Mapping[str, float]
    patterns: tuple[tuple[re.Pattern[str], float], ...] = ()
    exclude: tuple[str, ...] = ()
    parent: str | None = None


def read_topics(text: str, where: str) -> tuple[Topic, ...]:
    """The topics of a taxonomy in file order; ``where`` names it in messages.

    Raises InputError with one sentence for what cannot be used.
    """
    try:
        tables = tomllib.loads(text)
    except RecursionError as error:
        raise _bad(where, "it is nested too deeply", "嵌套太深") from error
    except tomllib.TOMLDecodeError as error:
        raise _bad(
            where, f"it is not valid TOML ({error})", f"不是有效的 TOML（{error}）"
        ) from error
    found = tables.get("topic")
    if not isinstance(found, list) or not found:
        raise _bad(where, "it has no [[topic]] table", "没有 [[topic]] 表")
    topics: list[Topic] = []
    for number, table in enumerate(found, start=1):
        topic = _topic(table, number, where)
        if topic.name in {other.name for other in topics}:
            raise _bad(where, f"{topic.name!r} is there twice", f"“{topic.name}”出现两次")
        topics.append(topic)
    names = {topic.name for topic in topics}
    for topic in topics:
        if topic.parent is not None and (topic.parent not in names or topic.parent == topic.name):
            raise _bad(
                where,
                f"the parent {topic.parent!r} of {topic.name!r} is no other topic of the file",
                f"“{topic.name}”的上级“{topic.parent}”不是文件里的另一个主题",
            )
    return tuple(topics)


def _topic(table: Any, number: int, where: str) -> Topic:
    name = table.get("name") if isinstance(table, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise _bad(where, f"topic {number} has no name", f"第 {number} 个主题没有 name")
    if name in (UNCLASSIFIED, "~unknown"):
        raise _bad(
            where, f"{name!r} is the name for no topic at all", f"“{name}”是没有主题时的名称"
        )
    unknown = sorted(table.keys() - _KEYS)
    if unknown:
        raise _bad(
            where,
            f"{name!r} has an unknown key {unknown[0]!r} (known: {', '.join(sorted(_KEYS))})",
            f"“{name}”里有不认识的键 {unknown[0]}",
        )
    words = _weights(table, "words", name, where)
    patterns = _weights(table, "patterns", name, where)
    if not words and not patterns:
        raise _bad(where, f"{name!r} has neither words nor patterns", f"“{name}”没有 words")
    short = next((word for word in words if len(word) < _SHORTEST_WORD), None)
    if short is not None:
        raise _bad(
            where,
            f"the word {short!r} of {name!r} is shorter than two characters",
            f"“{name}”的词“{short}”不足两个字",
        )
    exclude = table.get("exclude", [])
    if not isinstance(exclude, list) or not all(
        isinstance(e, str) and len(e) >= _SHORTEST_WORD for e in exclude
    ):
        raise _bad(
            where,
            f"exclude of {name!r} must be a list of phrases of two characters or more",
            f"“{name}”的 exclude 应为短语（两个字以上）的列表",
        )
    parent = table.get("parent")
    if parent is not None and not isinstance(parent, str):
        raise _bad(where, f"parent of {name!r} must be a name", f"“{name}”的 parent 应为名称")
    return Topic(
        name=name,
        words=words,
        patterns=tuple((_compiled(p, name, where), w) for p, w in patterns.items()),
        exclude=tuple(exclude),
        parent=parent,
    )


def _weights(table: Mapping[str, Any], key: str, name: str, where: str) -> dict[str, float]:
    values = table.get(key, {})
    if not isinstance(values, dict):
        raise _bad(
            where,
            f'{key} of {name!r} must be a table such as {{ "调解" = 2 }}',
            f'“{name}”的 {key} 应为表，例如 {{ "调解" = 2 }}',
        )
    for word, weight in values.items():
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not number or not 0 < weight <= 100:
            raise _bad(
                where,
                f"the weight of {word!r} in {name!r} is {weight!r}, not a number above 0 up to 100",
                f"“{name}”里“{word}”的权重是 {weight!r}，应为 0 到 100 之间的数",
            )
    return {word: float(weight) for word, weight in values.items()}


def _compiled(pattern: str, name: str, where: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise _bad(
            where,
            f"the pattern {pattern!r} of {name!r} is no regular expression ({error})",
            f"“{name}”的 patterns 里“{pattern}”不是正则表达式（{error}）",
        ) from error
    if compiled.match(""):
        raise _bad(
            where,
            f"the pattern {pattern!r} of {name!r} matches nothing at all",
            f"“{name}”的 patterns 里“{pattern}”能匹配空文字",
        )
    return compiled


def _bad(where: str, what: str, zh: str) -> InputError:
    return InputError(
        f"The taxonomy {where} cannot be used: {what}; correct it, or leave --topics out.",
        zh=f"主题表 {where} 不能用：{zh}；请改正，或不用 --topics。",
    )
