"""What does the page say where a template cannot: names of kinds and styles, errors, numbers."""

from __future__ import annotations

from http import HTTPStatus

from ..concordance import Order
from ..equivalence import Kind
from ..request import NAMED_FACETS, Facet, Sort

__all__ = [
    "CITED_KINDS",
    "ERRORS",
    "ERRORS_EN",
    "EXPORTS",
    "FIELDS",
    "FORMATS",
    "KINDS",
    "KWIC_ORDERS",
    "LEVELS",
    "MEASURES",
    "MEASURE_UNITS",
    "NOT_IN_COLLECTION",
    "ROLES",
    "SCORED_FIELDS",
    "SORTS",
    "STYLES",
    "SUPERSEDED",
    "SURE",
    "WRITINGS",
    "day",
    "moment",
    "per_thousand",
    "thousands",
    "unknown_label",
    "years",
]

SORTS: dict[Sort, str] = {"relevance": "相关度", "date": "日期", "document": "文献次序"}

KWIC_ORDERS: dict[Order, str] = {
    "document": "文献次序",
    "left": "按左文",
    "right": "按右文",
    "match": "按检索词",
}

MEASURES: dict[str, str] = {"count": "段落数", "share": "每千段", "documents": "文献数"}
"""What a comparison measures."""

MEASURE_UNITS = {"count": "段", "share": "每千段中的段数", "documents": "篇文献"}

LEVELS: dict[str, str] = {"province": "省级", "city": "市级", "county": "县级"}

STYLES = {
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

FORMATS = {
    "text": "纯文本",
    "bibtex": "BibTeX",
    "ris": "RIS",
    "csl-json": "CSL-JSON",
    "markdown": "Markdown",
    "html": "HTML",
}

EXPORTS = {"csv": "CSV", "jsonl": "JSON Lines", **FORMATS}
"""Forms in which all that was found is taken away."""

CITED_KINDS = {"newspaper": "报纸文章 [N/OL]", "web": "网页 [EB/OL]"}

ROLES = {
    "title": "标题",
    "heading": "小标题",
    "body": "正文",
    "metadata": "说明",
    "boilerplate": "页面杂项",
}

KINDS = {
    "title": "标题",
    "eyebrow": "肩题",
    "subtitle": "副题",
    "caption": "图注",
    "byline": "署名",
    "header": "来源行",
    "date": "日期行",
    "contributor": "供稿",
    "editors": "编辑",
    "promulgation": "公布信息",
    "signature": "落款",
}
"""What a title or metadata paragraph is; any other kind goes by the name of its role."""

SUPERSEDED = {"edited": "文献改动之后，这一段换成了别的文字", "pruned": "所在文件已不在文献库里"}

SCORED_FIELDS = {
    "words": "段落的词",
    "pairs": "段落的相邻两字",
    "characters": "段落的单字",
    "title": "标题的词",
    "headings": "小标题的词",
}

WRITINGS: dict[Kind, str] = {
    "script": "繁简体",
    "variants": "异形词",
    "numbers": "数字写法",
    "years": "年份写法",
    "places": "新旧地名",
    "synonyms": "同义词",
}
"""Kinds of other writings."""

SURE = {"certain": "", "probable": "推断", "override": "人工指定"}

FIELDS = {
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
"""The fields of a document in the order they are shown."""

ERRORS = {
    HTTPStatus.BAD_REQUEST: "这个地址里有看不懂的内容：请改正后再试，或回到检索页重新开始。",
    HTTPStatus.FORBIDDEN: "这一请求不予受理：请从本站的页面上提交。",
    HTTPStatus.NOT_FOUND: "这里没有网页：请核对地址，或回到检索页查找。",
    HTTPStatus.METHOD_NOT_ALLOWED: "这里只供阅读，不接受提交：请用普通链接打开。",
    HTTPStatus.GONE: "这一内容已从文献库中移除：请回到检索页查找。",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "文稿超过 2 MB：请分几次核对，或在终端用 duansou "
    "check-quotes。",
    HTTPStatus.INTERNAL_SERVER_ERROR: "程序出错了，没有改动任何数据：请重试；仍然出错，请把终端里的"
    "出错信息告诉维护者。",
    HTTPStatus.SERVICE_UNAVAILABLE: "现在读不了索引：请稍后再试，或在终端运行 duansou index 重建。",
}
NOT_IN_COLLECTION = "文献库里没有这个段落或这篇文献：请核对地址，或检索其中的字句。"

ERRORS_EN = {
    HTTPStatus.BAD_REQUEST: "The address cannot be understood: correct it and try again.",
    HTTPStatus.FORBIDDEN: "This is not accepted: send it from a page of this site.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address: check it.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Only GET and HEAD are served here.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The draft is larger than 2 MB: send it in parts.",
    HTTPStatus.GONE: "This was removed from the collection.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The program failed; no data was changed: try again.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The index cannot be read now: try later, or index again.",
}


def thousands(number: int) -> str:
    """12345 → 12,345."""
    return f"{number:,}"


def per_thousand(share: float) -> str:
    """A share of 1,000, with so many digits that small ones do not all look alike."""
    return f"{share:,.1f}" if share >= 1 or not share else f"{share:.2f}"


def unknown_label(facet: Facet) -> str:
    """A value that nobody knows, or that a passage does not name."""
    return "未提及" if facet in NAMED_FACETS else "未知"


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
