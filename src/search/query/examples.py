"""Example queries, each with the sentence that says what it finds, in both languages.

The help page and the documentation list them; a test runs every one on the documents in ``seeds/``.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..analysis.equivalence import Kind


@dataclass(frozen=True, slots=True)
class Example:
    """A query, and what it finds in Chinese and in English.

    ``also`` is the kind of other writings that counts in it.
    """

    query: str
    zh: str
    en: str
    also: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Examples of one kind under a heading."""

    zh: str
    en: str
    examples: tuple[Example, ...]


EXAMPLES = (
    Section(
        "词句",
        "Words and texts",
        (
            Example(
                "网格化管理",
                "原样含有这几个字，或含有其中每个词",
                "this text, or all its words",
            ),
            Example("信访 调处", "两项都有（空格也可写作 AND）", "both items (a space may be AND)"),
            Example(
                "“平安建设”",
                '引号里的字句一字不差；全角半角、空格、兼容字符不计，引号可用 " “ ” 「 」 『 』',
                "exactly this wording; width, spaces and compatibility forms do not matter",
            ),
            Example("市", "单个汉字，原样查找", "this very character"),
            Example(
                "94.01%",
                "数字、字母和其中的符号，总是原样查找",
                "digits, letters and signs inside them, always literally",
            ),
            Example(
                '"矛盾 化解"~5',
                "两个词句都有，先后不论，中间最多隔 5 个字",
                "both texts, in either order, at most 5 characters between",
            ),
        ),
    ),
    Section(
        "组合",
        "Combining",
        (
            Example("信访 OR 调解", "有其一即可（也可写作 | 或 ｜）", "either (also | and ｜)"),
            Example(
                "信访 -上访",
                "有前者而没有后者（也可写作 NOT）",
                "the first without the second (also NOT)",
            ),
            Example(
                "(信访 OR 调解) 矛盾",
                "括号先算：前两项有其一，并且有“矛盾”",
                "parentheses first: one of the two, and the last",
            ),
            Example(
                "矛盾 -(信访 OR 调解)",
                "有“矛盾”，而括号里的都没有",
                "the first, and nothing of what is in parentheses",
            ),
        ),
    ),
    Section(
        "通配符",
        "Wildcards",
        (
            Example("网?化", "? 代表任意一个字", "? is any one character"),
            Example(
                "平安*建设",
                "* 代表同一句里的一段文字，最多 50 个字，也可以没有",
                "* is at most 50 characters of one sentence, or none",
            ),
        ),
    ),
    Section(
        "字段",
        "Fields",
        (
            Example("标题:安全感", "所在文献的标题里有这几个字", "the document's title has it"),
            Example("author:梁启勇", "作者里有这几个字（作者:）", "the author has it"),
            Example("来源:贵港日报", "来源是它；可以只写一部分", "published by this outlet"),
            Example(
                "地区:贵港",
                "文献写的是这个地方，包括其下各级（city: 城市:）",
                "the document is about this place, or one in it",
            ),
            Example(
                "地点:桂平",
                "段落本身写到这个地方（place:）",
                "the passage itself names this place",
            ),
            Example(
                "年份:2017..2018",
                "文献发布于这些年（year:）；也可写 2017、2017.. 或 ..2018",
                "published in these years; also 2017, 2017.. or ..2018",
            ),
            Example("topic:信访工作", "段落属于这个主题（主题:）", "the passage has this topic"),
            Example("来源:~unknown", "来源不知道的", "the outlet is not known"),
            Example(
                "矛盾 (标题:满意度 OR 年份:2009) -来源:山西法制报",
                "字段可以排除，也可以用 OR 和括号组合",
                "fields are excluded, joined and put in parentheses like words",
            ),
        ),
    ),
    Section(
        "其他写法",
        "Other writings",
        (
            Example(
                "矛盾糾紛",
                "繁体简体通用（also=script）",
                "simplified and traditional script count as one (also=script)",
                ("script",),
            ),
            Example(
                "百分之九十四点零一",
                "数字的各种写法通用：94.01%、13.6万、136000（also=numbers）",
                "a number however it is written (also=numbers)",
                ("numbers",),
            ),
            Example(
                "二〇一八年",
                "年份写成数字或汉字都算（also=years）",
                "a year in digits or in Chinese (also=years)",
                ("years",),
            ),
            Example(
                "计画",
                "异形词、异体字通用：计划、账户、间隔号（also=variants）",
                "words and signs written in two ways (also=variants)",
                ("variants",),
            ),
            Example(
                "打工",
                "日常说法也找法律、公文里的说法：务工、劳动者（also=everyday）",
                "an everyday word finds the official words for it (also=everyday)",
                ("everyday",),
            ),
        ),
    ),
)
"""All examples, from the simple to the composed."""
