"""Wording that is not in a template: names of kinds and styles, errors, numbers, days."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

from markupsafe import Markup, escape

from ..analysis.equivalence import Kind
from ..citing.quotes.reports import ARRANGEMENTS as _ARRANGEMENTS
from ..citing.quotes.reports import FOUND_IN as _FOUND_IN
from ..citing.quotes.reports import KINDS as _DIFFERENCES
from ..citing.quotes.reports import VERDICT_WORDS
from ..documents.document import Paragraph, shown_place
from ..documents.facets import ALL_FACETS, UNKNOWN, Facet, FacetName, Value
from ..index.answers import LabelHit
from ..languages.sentences import CHINESE
from ..query.request import Sort
from ..searching.compare import Level, Measure
from ..searching.concordance import Order
from ..searching.results import LooserWay
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

MEASURES: Names[Measure] = Names({"count": "段落数", "share": "每千段", "documents": "文献数"})
"""What a comparison measures."""

MEASURE_UNITS: Names[str] = Names({"count": "段", "share": "每千段中的段数", "documents": "篇文献"})

LEVELS: Names[Level] = Names({"province": "省级", "city": "市级", "county": "县级"})

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

LOOSER: Names[LooserWay] = Names(
    {"filters": "去掉筛选条件", "quotes": "去掉引号", "any": "含任一词即可"}
)
"""How a search is made looser."""

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

_NOTES_WRITTEN = """
正文段落|正文段落之上的小标题|标题重复出现|正文和来源行之前的标题行|标有“标题”
一级标题|紧接在标题之上、内容与正文呼应的肩题|标题上方的肩题
紧接在标题之下、以破折号起头的副题|标题下方的副题|标题与正文之间单独一行的署名|单独一行的署名
署名“记者”的一行|文末括号里的署名|开始施行的日期|公布或修正的日期|最近一次公布或修正的日期
制定、公布或修正的经过|页脚“欢迎光临”之后的站名|图片说明|图片说明和署名|连写两遍的图片说明
单独一行的日期|来源行或发布行的日期|责编一栏|来源行里文章自己的网址|供稿单位|责任编辑
来源、作者、日期等信息|正文之后的推荐、分享或评论栏|正文之后推荐栏里的内容|标题之前的页面内容
正文之外的页面内容|文件头部的设置|正文之前的页面内容（导航、链接等）|正文之后的页面内容
正文区之外的页面内容|与网页标签或“标题”一栏相同的标题行|浏览器保存网页时写下的网址
网页归档里写明的网址|面包屑导航|页脚的版权或备案信息|主办单位或联系方式|论坛的页脚|页面按钮
分享与二维码框|导航条|评论栏|栏目名|注释或分隔线，不是文字|导航栏（nav）|页脚（footer）
边栏（aside）|图片说明（figcaption）|连续几行都是链接|页面里名为 {name} 的部分
推荐、分享或评论栏|页面按钮或广告标记|另一篇文章的开头|翻页的链接|参考资料、注释与外部链接|文末的声明
发帖人、时间、楼层一类的信息
各页重复的页眉、页脚或页码|与 PDF 属性里的标题相同的行|PDF 属性里的标题，文中也有
PDF 属性里的作者|文件属性里的标题，文中也有|文件属性里的作者|上一段的脚注或尾注
示意图或图表里的文字|目录域里的段落|样式为题注的段落|样式为目录的段落
样式为“标题”或与文件属性里的标题相同的段落|记录的字段 {name}|网页标签 {name}
字段 {name} 的日期“{value}”读不懂，没有采用|“来源”一栏写明 {value}|“作者”一栏写明 {value}
“作者”一栏是发帖账号 {value}|供稿：{value}|来源行指明的网站 {value}|发布日期 {day} 的年份
最近一次公布或修正的日期 {day} 的年份|标题里写明的年份|文号 {number} 的年份
{day} 通过或批准，{date} 起施行，公布在两者之间
{day} 通过或批准，公布在其后，可能已是次年：文中没有写明公布日期|制定机关所在|法规名称中有
正文出现 {n} 次|标题中有|标题中的{inner}属于这里|电头中有|供稿单位在此|来源是当地媒体
自称“{first}”“{other}”等 {n} 次|正文自称“{first}”或“{other}”|来源是{value}|文中没有出现
由{name}的隶属关系得出|{name}（{n} 次）|也写到{listed}，都属{name}
{name}是发布账号，不是所写的地方|{name}是发布网站，不是所写的地方|栏目名中的{listed}不作依据
{file} 第 {line} 行指定 {value}|有空字符（NUL），没有读进正文
第 {lines} 行有空字符（NUL），没有读进正文|字段 {name} 里有字节不合编码，显示为 {sign}
第 {lines} 行有字节不合 {encoding}，显示为 {sign}
文件在一个字的中间断了，最后一个字没有读出|引用日期 {accessed} 早于发布日期 {published}，请核对。
日期带钟点（{clock}），是网站发布时间，与报纸见报日期可能不同；版次未知，从略。
所见为 {site} 转载的{outlet}文章：文字以原报为准；按所见网页著录则用 [EB/OL]。
转贴（发帖者 {poster}），原始出处不明：引用前请查找原载。|转贴，原始出处不明：引用前请查找原载。
本段由文字识别读出，未校对（各行置信度最低 {trust}）：引用前请对照原件。
第 {pages} 页由文字识别读出，未校对|OFD 属性里的标题，文中也有|OFD 属性里的作者
与 OFD 属性里的标题相同的行
没有署名，以供稿单位“{name}”为责任者。|{year} 版的报纸文章不著录引用日期，故从略。
西文责任者已按“姓 名缩写”著录：汉语拼音姓名的写法请核对。
西文责任者照录：如是个人，应姓在前、名缩写。|责任者是从电头、署名或文件属性推断的，请与原文核对。|出处是从电头、署名或文件属性推断的，请与原文核对。
电头写明 {value}|标题与正文之间单独一行的媒体名|落款
"""
NOTES: Names[str] = Names(
    {note: note for note in _NOTES_WRITTEN.strip().replace("\n", "|").split("|")}
)
"""Why a line or a value of a document is what it is, and what is to be known of a citation; what
is in braces is filled in."""

SUGGESTIONS: Names[SuggestionKind] = Names(
    {"word": "词", "title": "标题", "place": "地点", "topic": "主题"}
)


_NOTES = [
    (note, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^，：]+?)", re.escape(note))))
    for note in sorted(NOTES, key=lambda note: "{" in note)
]
"""Those without values first, which no pattern may take for others."""

_NOTE_CHARS = 400
"""Whatever is longer was not written by us."""


def thousands(number: int) -> str:
    """12345 → 12,345."""
    return f"{number:,}"


def per_thousand(share: float) -> str:
    """A share of 1,000, with so many digits that small ones do not all look alike."""
    return f"{share:,.1f}" if share >= 1 or not share else f"{share:.2f}"


def facet_label(facet: Facet) -> str:
    """What a facet is called."""
    return FACETS[facet.name]


def value_label(facet: Facet, value: Value) -> str:
    """A value as it is read, or what it is called that there is none."""
    if value in (None, UNKNOWN, facet.missing):
        return MISSING_LABELS[facet.missing_label]
    return VALUES[str(value)] if value in facet.choices else str(value)


def day(date: str | None) -> str:
    """The day of an ISO date, 2018-12-18T21:52 → 2018-12-18; nothing for None."""
    return date.partition("T")[0] if date else ""


def moment(date: str | None) -> str:
    """An ISO date for reading, 2018-12-18T21:52 → 2018-12-18 21:52; UTC is named."""
    if not date:
        return ""
    return date.replace("T", " ").replace("+00:00", " UTC")


def shown_value(facet: Facet, value: str) -> str:
    """A filter value for reading."""
    if facet.kind == "place" and value != UNKNOWN:
        return shown_place(value).replace("/", " › ")
    if facet.kind == "year" and value != UNKNOWN:
        return years(value)
    return value_label(facet, value)


def years(value: str) -> str:
    """A year filter for reading: 2017..2021 → 2017–2021."""
    return value.replace("..", "–")


def listed(texts: Iterable[str]) -> str:
    """Texts one after another, as a sentence lists them."""
    return _("、").join(texts)


def looser(ways: Iterable[LooserWay]) -> str:
    """How a search that finds something is looser."""
    return _("，").join(LOOSER[way] for way in ways)


def writings(kinds: Iterable[Kind]) -> str:
    """Kinds of other writings, one after another."""
    return listed(WRITINGS[kind] for kind in kinds)


def role_label(part: LabelHit | Paragraph) -> str:
    """What a paragraph of a document is called that is no passage."""
    return KINDS.get(part.kind) or ROLES.get(part.role, part.role)


def shortened(text: str, chars: int) -> str:
    """So many characters of a text, and that it goes on."""
    return text if len(text) <= chars else f"{text[:chars]}……"


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
            which.append(_("%(year)s 年发布", year=years(value)))
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


def told(note: str) -> str:
    """A note of ``NOTES``, or several of them, in the language of the page; any other as it is."""
    is_ours = language() != CHINESE and len(note) <= _NOTE_CHARS
    return (_told(note) if is_ours else None) or note


def _told(note: str) -> str | None:
    for message, pattern in _NOTES:
        if found := pattern.fullmatch(note):
            values = {name: _told(value) or value for name, value in found.groupdict().items()}
            return NOTES[message].format(**values)
    for mark in "：，、":
        parts = note.split(mark)
        known = [_told(part) for part in parts] if len(parts) > 1 else []
        if any(known):
            return _(mark).join(new or part for new, part in zip(known, parts, strict=True))
    return None


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
