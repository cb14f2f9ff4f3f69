"""Units of text that make careless readers of text slow when they are repeated.

What costs more than linear does so on openings that nothing closes, on signs that may begin several
things, and on runs that can be cut in many ways. Each unit comes alone and between other text.
"""

from __future__ import annotations

from collections.abc import Iterator

_SIGNS = (
    "()（）[]【】{}<>《》\"＂“”「」『』'‘’-－+*＊?？!！~～:：|&/\\#_`=^%@,，.。;；、… \t\n\u3000\0"
)
_OPERATORS = (
    *(" AND ", " OR ", " NOT ", " and ", " or ", "AND", "OR", "NOT", "&&", "||", "*:*", "NEAR/5 "),
    *(
        "(-",
        "-(",
        '("',
        '")',
        "（“",
        "”）",
        "((",
        "))",
        '""',
        "“「",
        "「『",
        "“”",
        '"~',
        '"~5',
        "~5",
    ),
    *(
        "*的",
        "的*",
        "?的",
        "的?的",
        "*的*的*的*的 ",
        "的*的 ",
        "?*",
        "的*?*的 ",
        '"的 的"~50 ',
        '"的 第"~5 ',
    ),
    *(
        "city:",
        "year:",
        "title:",
        "topic:",
        "地区：",
        "年份>=",
        "site:",
        "city:(",
        'title:"',
        "year:[",
    ),
    *(
        "city:北京市 ",
        "year:2017..2021 ",
        "title:*的* ",
        "title:的*的*的 ",
        "source:报 ",
        "place:市 ",
    ),
    *(
        "2017、",
        "一、",
        "第一条",
        "1.1.",
        "2017年",
        "12 ",
        "１２",
        "1,234.5",
        "二〇一七",
        "百千万",
        "廿",
    ),
    *("的", "哈哈", "人民政府", "网格化管理 ", "𠮷", "a ", "é", "Aa1", "。", "国务院办公厅 -的 "),
    *(
        "http://a.b/",
        "ＡＮＤ ",
        "&amp;",
        "&#",
        "</",
        "<!--",
        "]]>",
        "![",
        "](",
        "**",
        "__",
        "```",
        "|-",
    ),
)
UNITS = tuple(dict.fromkeys((*_SIGNS, *_OPERATORS)))


def costly_texts(size: int) -> Iterator[str]:
    """A text of so many characters for each unit: repeated, and after and around a word."""
    for unit in UNITS:
        run = unit * (size // len(unit) + 1)
        yield run[:size]
        yield ("的" + run)[:size]
        yield (run[: size - 2] + "的国")[-size:]
