"""Sentences that say how a query was understood otherwise than it may have been meant.

Every sentence says what was done and what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..analysis.text import HAN
from ..documents.facets import ALL_FACETS
from .nodes import Notice

_LISTED = 6
"""So many words are named in a sentence."""
_LIST_FIELDS = "title: author: " + " ".join(f"{facet.name}:" for facet in ALL_FACETS)
_LIST_FIELDS_ZH = "标题: 作者: " + " ".join(f"{facet.label}:" for facet in ALL_FACETS)


def near_malformed() -> Notice:
    """A quotation with a ``~`` that asks for nothing."""
    return Notice(
        "near-malformed",
        '引号后的 ~ 没有起作用：写作 "甲 乙"~5，'
        "引号里是用空格隔开的两个词句，~ 后是最多相隔的字数。",
        'The ~ after a quotation was left out: write "first second"~5, two texts and the most '
        "characters between them.",
    )


def quote_closed() -> Notice:
    """A quotation without end."""
    return Notice(
        "quote-closed",
        "引号没有配对：已按到末尾为止的词句检索。",
        "The quotation mark was not closed: the phrase runs to the end.",
    )


def group_closed() -> Notice:
    """A parenthesis without end."""
    return Notice(
        "group-closed",
        "左括号没有配对：已在末尾补上右括号；要查括号本身请加引号。",
        "A parenthesis was not closed: it was closed at the end; quote it to search for the sign.",
    )


def group_unopened() -> Notice:
    """A parenthesis without beginning."""
    return Notice(
        "group-unopened",
        "右括号没有配对，已略去；要查括号本身请加引号。",
        "A closing parenthesis has no opening one and was left out; quote it to search for it.",
    )


def group_empty() -> Notice:
    """Nothing in parentheses."""
    return Notice(
        "group-empty",
        "空括号已略去：写作 (甲 OR 乙) 丙。",
        "Empty parentheses were left out: write (a OR b) c.",
    )


def group_too_deep(limit: int) -> Notice:
    """Too many parentheses in each other."""
    return Notice(
        "group-too-deep",
        f"括号最多套 {limit} 层，更里面的括号已略去。",
        f"Parentheses nest at most {limit} deep; those further inside were left out.",
    )


def too_many(limit: int) -> Notice:
    """More than a query may consist of."""
    return Notice(
        "too-many-items",
        f"检索式太长，一次最多由 {limit} 个部分组成：其余没有检索；整段原文请加引号。",
        f"A query has at most {limit} parts: the rest was left out; quote a long text as a whole.",
    )


def words_left_out(text: str) -> Notice:
    """An item with more words than fit."""
    return Notice(
        "words-left-out",
        f"“{_cut(text)}”太长，只按原样检索：请用空格分成几个词。",
        f"“{_cut(text)}” is too long and was searched literally only: part it with spaces.",
    )


def left_out(words: Sequence[str]) -> Notice:
    """Words that only make a question of a query."""
    listed = "、".join(words[:_LISTED])
    more, more_en = ("等", " and others") if len(words) > _LISTED else ("", "")
    return Notice(
        "asking-left-out",
        f"“{listed}”{more}只是问法或虚词，没有参与匹配；要查这些字请加引号。",
        f"“{listed}”{more_en} only ask: they took no part in matching; quote them to search for "
        "them.",
    )


def operator_alone(sign: str) -> Notice:
    """An operator with nothing to work on."""
    return Notice(
        "operator-alone",
        f"单独的 {sign} 没有起作用：请写作 {_usage(sign)}；要查这个符号本身请加引号。",
        f"{sign} alone has no effect: write {_usage(sign)}; quote it to search for the sign.",
    )


def operator_as_text(sign: str) -> Notice:
    """A query that is nothing but operators."""
    return Notice(
        "operator-as-text",
        f"没有检索词，{sign} 按原样检索：用法是 {_usage(sign)}。",
        f"There is no word: {sign} was searched as it is written; its use is {_usage(sign)}.",
    )


def everything() -> Notice:
    """A star alone."""
    return Notice(
        "star-alone",
        '单独的 * 表示不限：列出全部段落，留空也一样；要查星号本身请写 "*"。',
        'A * alone asks for everything, as an empty query does; write "*" for the sign.',
    )


def page_past_end(page: int, last: int) -> Notice:
    """A page that there is not."""
    return Notice(
        "page-past-end",
        f"没有第 {page} 页：这里是最后一页，第 {last} 页。",
        f"There is no page {page}: this is the last one, page {last}.",
    )


def reprints_not_compared() -> Notice:
    """Reprints that are asked for and not known any more."""
    return Notice(
        "reprints-not-compared",
        "索引更新以后还没有比对转载：请在终端运行 duansou reprints。",
        "The index changed since its passages were compared: run `duansou reprints`.",
    )


def unfinished(time_ms: float | None) -> Notice:
    """A search that was not done in its time; None where nobody waited for it any more."""
    within = "" if time_ms is None else f"在 {time_ms:g} 毫秒内"
    within_en = "" if time_ms is None else f" within {time_ms:g} ms"
    return Notice(
        "partial",
        f"检索{within}没有完成：这里只是已找到的部分，各项数字都是下限。",
        f"The search did not finish{within_en}: this is what was found so far, and every count is "
        "a lower bound.",
    )


def lower_case(word: str) -> Notice:
    """An operator in lower case."""
    return Notice(
        "operator-lower-case",
        f'{word} 按运算符 {word.upper()} 理解：请大写；要查这个词请写 "{word}"。',
        f'{word} was taken for {word.upper()}: write it in capitals, or "{word}" for the word.',
    )


def read_as(written: str, meant: str) -> Notice:
    """Something from another query language."""
    return Notice(
        "read-as",
        f"{_cut(written)} 按 {_cut(meant)} 理解；要查这几个字符本身请加引号。",
        f"{_cut(written)} was read as {_cut(meant)}; quote it to search for these characters.",
    )


def mixed_operators() -> Notice:
    """AND and OR without parentheses."""
    return Notice(
        "mixed-operators",
        "同时用了“且”和“或”：OR 只连接左右两项，AND 先于 OR，空格最后；"
        "请用括号写明，如 (甲 OR 乙) 丙。",
        "And and or are mixed: OR joins its two neighbours, AND binds tighter, a space looser; use "
        "parentheses, as in (a OR b) c.",
    )


def field_empty(name: str) -> Notice:
    """A field without a value."""
    return Notice(
        "field-empty",
        f"{name} 后面没有内容：值要紧跟在冒号后面，如 标题:网格化。",
        f"{name} has no value: write it right behind the colon, as in title:网格化.",
    )


def field_spaced(name: str) -> Notice:
    """A field whose value stands behind a space."""
    return Notice(
        "field-spaced",
        f"{name} 后的空格已略去：值要紧跟在冒号后面。",
        f"The space after {name} was left out: the value follows the colon at once.",
    )


def year_unreadable(value: str) -> Notice:
    """A year that is none."""
    return Notice(
        "year-unreadable",
        f"年份“{_cut(value)}”看不懂，没有段落符合：请写 year:2017、year:2017..2021、"
        "year:2017..、year:..2021 或 year:~unknown。",
        f"year “{_cut(value)}” cannot be read and matches nothing: write year:2017, "
        "year:2017..2021, year:2017.., year:..2021 or year:~unknown.",
    )


def wildcard_as_text(text: str, limit: int) -> Notice:
    """A pattern that cannot be one."""
    return Notice(
        "wildcard-as-text",
        f"“{_cut(text)}”按原样检索：通配符要和文字连用，如 通?法、关于*的通知，"
        f"一项里最多 {limit} 处。",
        f"“{_cut(text)}” was searched as it is written: wildcards stand beside text, as in 通?法, "
        f"at most {limit} in one item.",
    )


_USAGE = {
    "-": "信访 -上访",
    "NOT": "信访 NOT 上访",
    "|": "信访 | 上访",
    "OR": "信访 OR 上访",
    "AND": "信访 AND 上访",
    "+": "信访 上访",
    "&": "信访 上访",
    "!": "信访 -上访",
    "(": "(信访 OR 上访) 调解",
    "*": "关于*的通知",
    "?": "通?法",
}


def _usage(sign: str) -> str:
    return _USAGE.get(sign, _USAGE.get(sign[:1], _USAGE["OR"]))


_GUESSES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern, re.I), zh, en)
    for pattern, zh, en in (
        (
            r"(site|inurl|url|网址|网站):\S",
            "没有这个字段：来源用 source:，可用的字段有 " + _LIST_FIELDS_ZH,
            "there is no such field: use source:; the fields are " + _LIST_FIELDS,
        ),
        (
            r"(intext|text|content|body|fulltext|全文|正文|内容|关键词|关键字|摘要|keyword|ab|su|ti|au|ft):\S",
            "没有这个字段：检索词直接写就是查正文，可用的字段有 " + _LIST_FIELDS_ZH,
            "there is no such field: words by themselves search the text; the fields are "
            + _LIST_FIELDS,
        ),
        (
            r"(date|日期|时间|发布日期|filetype|类型|type|省份|province):\S",
            "没有这个字段：可用的字段有 " + _LIST_FIELDS_ZH + "，年份写 year:2017..2021",
            "there is no such field: the fields are "
            + _LIST_FIELDS
            + "; years are year:2017..2021",
        ),
        (
            r"(1[89]|20)\d\d年?(-|\.\.|—|–|~|至|到)(1[89]|20)\d\d年?\Z",
            "要按发布年份检索请写 year:2017..2021",
            "for the year of publication write year:2017..2021",
        ),
        (
            r"[^\s|]+\|+[^\s|]+\Z",
            "要表示“或”，| 两边留空格：甲 | 乙",
            "for “or” leave spaces around it: a | b",
        ),
        (
            r"[^\s&]+&&[^\s&]+\Z",
            "要表示“且”，用空格隔开：甲 乙",
            "for “and” part them with a space: a b",
        ),
        (
            r"%[^%]+%?\Z|[^%]*[^%0-9]%\Z",
            "% 不是通配符：词句在任何位置都能查到，中间不定用 *，如 关于*的通知",
            "% is no wildcard: a text is found wherever it stands; use * inside it",
        ),
        (
            r"[^\s]*\.[*+][^\s]*\Z|/.*[*+?\[\\].*/\Z",
            "段搜不用正则表达式：一个字写 ?，一段文字写 *",
            "regular expressions are not known: ? is one character, * a run of them",
        ),
        (
            rf".*[{HAN}][~^][0-9.]*\Z",
            '没有模糊和加权：相近的两个词句写作 "甲 乙"~5',
            'there is no fuzziness or boost: two texts near each other are "a b"~5',
        ),
    )
)
_LONGEST_GUESS = 100
"""Longer items are no guess at syntax, and some of the expressions would take long on them."""

_CONNECTIVES = {
    **dict.fromkeys(("或", "或者"), ("甲 OR 乙", "a OR b")),
    **dict.fromkeys(("和", "与", "及", "且", "并且", "以及"), ("甲 乙（用空格隔开）", "a b")),
    **dict.fromkeys(("非", "不含", "不包含", "除了", "not"), ("甲 -乙", "a -b")),
}


def about_word(word: str) -> Notice | None:
    """What is said of an unquoted item that looks like an operator elsewhere and is text here."""
    if len(word) > _LONGEST_GUESS:
        return None
    for pattern, zh, en in _GUESSES:
        if pattern.match(word):
            return Notice(
                "taken-as-text",
                f"“{_cut(word)}”按原样检索：{zh}。",
                f"“{_cut(word)}” was searched as it is written: {en}.",
            )
    return None


def about_connective(word: str) -> Notice | None:
    """What is said of a word between two others that may have been meant as an operator."""
    usage = _CONNECTIVES.get(word.lower())
    if usage is None:
        return None
    return Notice(
        "connective-as-text",
        f"“{word}”按原样检索：如果是运算，请写作 {usage[0]}。",
        f"“{word}” was searched as a word: as an operator write {usage[1]}.",
    )


def proximity_elsewhere(word: str) -> Notice:
    """NEAR/5 and the like."""
    return Notice(
        "near-elsewhere",
        f'{word} 已略去：两个词句相近写作 "甲 乙"~5。',
        f'{word} was left out: two texts near each other are written "a b"~5.',
    )


def _cut(text: str) -> str:
    """A text from the query, short enough for a sentence."""
    return text if len(text) <= 40 else f"{text[:40]}…"
