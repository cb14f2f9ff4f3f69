"""Wording that is not in a template: names of kinds and styles, errors, numbers, days."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

from markupsafe import Markup, escape

from ..analysis.equivalence import Kind
from ..citing.quotes.reports import ARRANGEMENTS as _ARRANGEMENTS
from ..citing.quotes.reports import FOUND_IN as _FOUND_IN
from ..citing.quotes.reports import KINDS as _DIFFERENCES
from ..citing.quotes.reports import VERDICT_WORDS
from ..documents.facets import ALL_FACETS, UNKNOWN, Facet, FacetName
from ..query.request import Sort
from ..searching.concordance import Order
from ..searching.suggest.completion import Kind as SuggestionKind
from .languages import counted, language
from .languages import gettext as _

K = TypeVar("K", bound=str)


class Names(Mapping[K, str]):
    """Names of values, given in the language of the page; ``messages`` are the Chinese ones."""

    def __init__(self, messages: Mapping[K, str]) -> None:
        self.messages = dict(messages)

    def __getitem__(self, key: K) -> str:
        return _(self.messages[key])

    def __iter__(self) -> Iterator[K]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)


FACETS: Names[FacetName] = Names({facet.name: facet.label for facet in ALL_FACETS})

MISSING_LABELS: Names[str] = Names({f.missing_label: f.missing_label for f in ALL_FACETS})
"""What the value of those that have none is called."""

VALUES: Names[str] = Names({value: value for f in ALL_FACETS for value in f.choices})

SORTS: Names[Sort] = Names({"relevance": "相关度", "date": "日期", "document": "文献次序"})

KWIC_ORDERS: Names[Order] = Names(
    {
        "document": "文献次序",
        "left": "按左文",
        "right": "按右文",
        "match": "按检索词",
    }
)

MEASURES: Names[str] = Names({"count": "段落数", "share": "每千段", "documents": "文献数"})
"""What a comparison measures."""

MEASURE_UNITS: Names[str] = Names({"count": "段", "share": "每千段中的段数", "documents": "篇文献"})

LEVELS: Names[str] = Names({"province": "省级", "city": "市级", "county": "县级"})

STYLES: Names[str] = Names(
    {
        "gbt7714-2025": "GB/T 7714—2025",
        "gbt7714-2025-author-date": "GB/T 7714—2025 著者-出版年",
        "gbt7714-2015": "GB/T 7714—2015",
        "gbt7714-2015-author-date": "GB/T 7714—2015 著者-出版年",
        "gbt7714-2015-note": "GB/T 7714—2015 脚注",
        "apa": "APA 第 7 版",
        "mla": "MLA 第 9 版",
        "chicago": "芝加哥 第 18 版 注释",
        "chicago-author-date": "芝加哥 第 18 版 著者-日期",
    }
)

FORMATS: Names[str] = Names(
    {
        "text": "纯文本",
        "bibtex": "BibTeX",
        "ris": "RIS",
        "csl-json": "CSL-JSON",
        "markdown": "Markdown",
        "html": "HTML",
    }
)

EXPORTS: Names[str] = Names({"csv": "CSV", "jsonl": "JSON Lines", **FORMATS.messages})
"""Forms in which all that was found is taken away."""

CITED_KINDS: Names[str] = Names({"newspaper": "报纸文章 [N/OL]", "web": "网页 [EB/OL]"})

ROLES: Names[str] = Names(
    {
        "title": "标题",
        "heading": "小标题",
        "body": "正文",
        "metadata": "说明",
        "boilerplate": "页面杂项",
    }
)

KINDS: Names[str] = Names(
    {
        "title": "标题",
        "eyebrow": "肩题",
        "subtitle": "副题",
        "caption": "图注",
        "note": "注释",
        "byline": "署名",
        "header": "来源行",
        "date": "日期行",
        "contributor": "供稿",
        "editors": "编辑",
        "promulgation": "公布信息",
        "signature": "落款",
    }
)
"""What a title or metadata paragraph is; any other kind goes by the name of its role."""

SUPERSEDED: Names[str] = Names(
    {"edited": "文献改动之后，这一段换成了别的文字", "pruned": "所在文件已不在文献库里"}
)

SCORED_FIELDS: Names[str] = Names(
    {
        "words": "段落与标题的词",
        "pairs": "段落与标题的相邻两字",
        "characters": "段落的单字",
        "definition": "这一段给它下了定义",
        "opening": "这一条开头就说它",
    }
)

WRITINGS: Names[Kind] = Names(
    {
        "script": "繁简体",
        "variants": "异形词",
        "numbers": "数字写法",
        "years": "年份写法",
        "places": "新旧地名",
        "synonyms": "同义词",
        "everyday": "日常说法",
    }
)
"""Kinds of other writings."""

SURE: Names[str] = Names({"probable": "推断", "override": "人工指定"})

FIELDS: Names[str] = Names(
    {
        "title": "标题",
        "eyebrow": "肩题",
        "subtitle": "副题",
        "city": "地区",
        "year": "年份",
        "source": "来源",
        "published": "发布日期",
        "author": "作者",
        "contributor": "供稿",
        "editors": "编辑",
        "posted_by": "发布账号",
        "site": "网站",
        "url": "原文地址",
    }
)
"""The fields of a document in the order they are shown."""

VERDICTS: Names[str] = Names(VERDICT_WORDS)
"""What is found of a quotation."""

DIFFERENCES: Names[str] = Names(_DIFFERENCES)

ARRANGEMENTS: Names[str] = Names(_ARRANGEMENTS)

FOUND_IN: Names[str] = Names(_FOUND_IN)

MISSING: Names[str] = Names(
    {
        name: name
        for name in (
            "题名",
            "责任者",
            "报纸名",
            "网站名",
            "出版日期",
            "发布日期",
            "引用日期",
            "获取和访问路径",
            "网址",
        )
    }
)
"""What a citation may lack."""

SUGGESTIONS: Names[SuggestionKind] = Names(
    {"word": "词", "title": "标题", "place": "地点", "topic": "主题"}
)


def thousands(number: int) -> str:
    """12345 → 12,345."""
    return f"{number:,}"


def per_thousand(share: float) -> str:
    """A share of 1,000, with so many digits that small ones do not all look alike."""
    return f"{share:,.1f}" if share >= 1 or not share else f"{share:.2f}"


def facet_label(facet: Facet) -> str:
    """What a facet is called."""
    return FACETS[facet.name]


def value_label(facet: Facet, value: str | None) -> str:
    """A value as it is read, or what it is called that there is none."""
    if value in (None, UNKNOWN, facet.missing):
        return MISSING_LABELS[facet.missing_label]
    return VALUES[value] if value in facet.choices else str(value)


def day(date: str | None) -> str:
    """The day of an ISO date, 2018-12-18T21:52 → 2018-12-18; nothing for None."""
    return date.partition("T")[0] if date else ""


def moment(date: str | None) -> str:
    """An ISO date for reading, 2018-12-18T21:52 → 2018-12-18 21:52; UTC is named."""
    if not date:
        return ""
    return date.replace("T", " ").replace("+00:00", " UTC")


def years(value: str) -> str:
    """A year filter for reading: 2017..2021 → 2017–2021."""
    return value.replace("..", "–")


def listed(texts: Iterable[str]) -> str:
    """Texts one after another, as a sentence lists them."""
    return _("、").join(texts)


def titled(title: str) -> str:
    """A title in the marks of titles; those inside become single ones (GB/T 15834)."""
    inside = title.translate({ord("《"): "〈", ord("》"): "〉"})
    return f"《{inside}》"


def where(names: Iterable[tuple[str, str]]) -> str:
    """Documents as they are narrowed by values of facets, or by a title."""
    which = []
    for facet, value in names:
        if facet == "title":
            which.append(_("标题有“%(title)s”", title=value))
        elif facet == "year":
            which.append(_("%(year)s 年发布", year=value))
        elif facet == "city":
            which.append(_("关于%(place)s", place=value.rsplit("/", 1)[-1]))
        elif facet == "source":
            which.append(_("来自%(source)s", source=value))
        else:
            which.append(_("主题为%(topic)s", topic=value))
    return _("%(which)s的文献", which=listed(which))


def lacking(names: Iterable[str]) -> str:
    """What a citation lacks."""
    return listed(MISSING.get(name, name).lower() for name in names)


def said_by_script() -> Markup:
    """What the scripts say, as the attribute that they read; see ``_said_by_script``."""
    return _said_by_script(language())


@lru_cache(maxsize=64)
def _said_by_script(_of_language: str) -> Markup:
    """By the names it has there; the script fills in what is in braces. Every page has it."""
    said = {
        "copied": _("已复制"),
        "selected": _("已选中"),
        "copyByHand": _("已选中，请用键盘复制"),
        "copyReference": _("复制引文"),
        "copyMark": _("复制文中标注"),
        "moreStyles": _("换格式，看整段"),
        "leaveOut": _("不含“%(value)s”", value="{value}"),
        "yearCount": _("%(year)s 年，%(count)s 段", year="{year}", count="{count}"),
        "suggestions": _("建议"),
        "passage": counted("%(count)s 段", 1, count="{count}"),
        "passages": counted("%(count)s 段", 2, count="{count}"),
        **{str(kind): name for kind, name in SUGGESTIONS.items()},
        "citeSelected": _("引用所选 %(count)s 字", count="{count}"),
        "citeSelectedSaid": _("已选中文字，按 Tab 键可以引用所选"),
        "basket": _("引文篮"),
        "intoBasket": _("加入引文篮"),
        "outOfBasket": _("移出引文篮"),
        "basketFull": _("引文篮已满 %(limit)s", limit="{limit}"),
        "basketFullSaid": _("引文篮已满（最多 %(limit)s 段）", limit="{limit}"),
        "intoBasketSaid": _("已加入引文篮，共 %(count)s 段", count="{count}"),
        "outOfBasketSaid": _("已移出引文篮"),
    }
    return escape(json.dumps(said, ensure_ascii=False))
