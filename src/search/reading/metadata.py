"""What a line says about the document: source, date, author, captions, editors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from operator import itemgetter
from urllib.parse import urlsplit

from ..documents.document import Document, Evidence
from .bylines import (
    Byline,
    byline,
    has_initials,
    has_name_form,
    is_author_name,
    is_outlet,
    lone_names,
)
from .dates import Dated, date_in, is_like_date, may_have_date, recorded_date

_LABELS = {
    "source": "本文来[源自] 文章来源 信息来源 稿件来源 新闻来源 来源于 来源 稿源 出处 转自 转载自",
    "author": "作者 撰稿人? 撰文 发布人 发布者 发表人 楼主",
    # Labels of authors where names follow; else a text says so: 整理：每日一次.
    "writer": "执笔人? 采写 撰写 整理 口述 记者 通讯员",
    "published": (
        "(?:发布|发表|更新)时间 (?:发布|发表|发文|更新|公开)日期 "
        "(?:来信|写信|留言|提问)(?:时间|日期) 时间 日期 发表于 发布于"
    ),
    "editors": "责任编辑 实习编辑 责编 值班编辑 编辑 审核 校对 监制 编审 初审 终审",
    "contributor": "供稿单位 来稿单位 供稿 来稿",
    "address": "原文链接 原文地址 网址 链接",
    "other": (
        "浏览次数 浏览量 浏览 点击数? 点击量 阅读次数 阅读量 阅读 字号 字体 访问量? 人气 回复 查看 "
        "分享 发文机关 发文字号 文号 索引号 主题分类 主题词 成文日期 生成日期 有效性 打印 评论数? "
        "出品人? 策划 统筹 制作 设计"
    ),
    # What ends the value before it, and alone is what a text says: 分类：可回收物.
    "beside": "分类 标签 栏目 发布机构 发布单位 发布部门",
}


def _label_pattern(words: str) -> str:
    """Labels as alternatives; two characters may stand apart (来 源)."""
    return "|".join(" *".join(w) if len(w) == 2 else w for w in words.split())


_LABEL = re.compile(
    r"(?<![\u4e00-\u9fff])(?:"
    + "|".join(rf"(?P<{name}>{_label_pattern(words)})" for name, words in _LABELS.items())
    + ")"
)
_GLUED = re.compile(
    r"(?:(?P<editors>责任编辑|实习编辑|值班编辑)|(?P<source>文章来源|信息来源|稿件来源)"
    r"|(?P<published>发布时间|发布日期|更新时间)|(?P<author>作者)"
    r"|(?P<other>(?:浏览|点击|阅读|访问)(?:次数|[数量率])?|字[号体]|分享到?|打印))(?=\s*[:：])"
)
"""Labels that follow the value of another one without a space between."""
_UNMARKED = re.compile(
    r"(?<=[\s\u3000])(?:(?P<author>作者|记者|撰文|通讯员)|(?P<editors>责任编辑|责编|编辑))[\s\u3000]*"
    r"(?P<value>(?P<first>[\u4e00-\u9fff]{2,4})(?:[、，,/][\u4e00-\u9fff]{2,4})*)(?=\Z|[\s\u3000])"
)
"""Behind a label with a colon others have none: 来源：新京报 作者 张三."""
_EVENTS = (
    "失效|截止|出生|注册|登录|逝世|成立|创立|报名|会议|活动|考试|笔试|面试|培训|比赛|开标|定标|开工|竣工|完成|完工|"
    "停电|停水|收稿|修回|填报|填表|登记|申请|受理|到期|有效|开始|结束"
)
_EVENT_ALONE = re.compile(rf"(?:{_EVENTS})(?:日期|时间)\s*[:：]?")
_NOT_PUBLISHED = re.compile(
    rf"(?:成文|生成|施行|实施|生效|签订|签署|{_EVENTS})(?:日期|时间)\s*[:：]?\s*(?P<date>\S.{{0,24}})"
)
"""Dates that a line marks as those of something else."""
_SIMPLIFIED = str.maketrans(
    "來發佈時間責編輯單號關閱點擊瀏覽撰寫轉載", "来发布时间责编辑单号关阅点击浏览撰写转载"
)
"""The characters of labels in traditional writing, one for one, so ranges hold."""
_ANY_TRADITIONAL = re.compile(f"[{''.join(map(chr, _SIMPLIFIED))}]")
_PUBLISHED_LABEL = re.compile(
    r"(?:发布|发表|发文|更新|录入|发稿|上传|公开)(?:时间|日期|于)|信息时间"
)
_POSTED = re.compile(
    r"\A\W*(?:发表|发布|更新|编辑|创建|posted)\s*(?:于|on|@)\s*(?=[0-9])"
    r"|(?<=[\s0-9])(?:首次)?发[布表](?=\s|阅读|\Z)"
    r"|[0-9]\s*(?:字数|阅读|浏览|点击)\s*[(（]?\s*[0-9]",
    re.IGNORECASE,
)
"""Before, behind and below the day: 发表于2021-03-08, 于 2021-03-08 发布, 2021.11.12 字数 312."""
_POSTED_CHARS = 80
_PERIOD = re.compile(r"\s*(?:至|到|起|止|前|[—–~～-]+\s*[0-9])")
"""Behind a day it says that something lasts."""
_SHARE = re.compile(r"[%％]|[0-9]\s*[万亿]?元(?=\Z|[\s，,；;）)])")
"""What comes of a source of money, no outlet."""
_ENCLOSED = re.compile(r"《[^《》]*》|[（(【\[][^（()）【】\[\]]*[）)】\]]")
_DATE_CHARS = 40
_BETWEEN = re.compile(r"[\s·•|｜丨/]+")
"""What parts the pieces of a header: 某报 · 2021年7月15日 · 张三."""
_COLON = re.compile(r"\s*[:：]\s*")
_URL = re.compile(r"https?://[^\s<>\"'（）()【】\u4e00-\u9fff，。；]+", re.IGNORECASE)
BRACKETS = " \t\u3000[]【】()（）|｜/·-—<>《》,，;；"
SENTENCE = re.compile(r"[。！？]")
LONGEST_CHARS = 200
"""Longer lines are no header, footer, byline or caption; of a longer paragraph its end may be."""

_NO_OUTLETS = frozenset(
    """
    网络 互联网 网上 网络转载 网络整理 网络综合 网友 本站 本站原创 本站整理 本网 原创 转载 综合 整理
    未知 不详 无 其他 其它 佚名 匿名 管理员 admin 来源
    """.split()  # noqa: SIM905 - a list of words
)
"""What sites write where they name no outlet and no author."""
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川"
    "|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
"""Where an account posts from stands between its name and a button."""
_BUTTON_WORDS = re.compile(
    r"(?:(?:[\s\[【（(|｜·，,]*+(?:举报|返回\S{1,5}|分享(?:到\S*)?|查看更多|打印(?:本页|此页)?|字号|字体|收藏|"
    r"纠错|复制链接|我要评论|参与互动|[大中小](?:\s*[大中小]){2}"
    r"|(?:阅读|浏览|点击|访问|评论)(?:次数|[数量])?\s*[0-9][0-9,.]*\s*[万wk]?\+?次?)"
    # What may be the end of a name, 浙江大学官方微信, is a button only where it stands apart.
    r"|[\s\[【（(|｜·，,]++(?:更多|关闭|评论|关注|点赞|转发|微信|微博|QQ空间|朋友圈|扫一扫\S*"
    rf"|(?:{_PROVINCES})\s?举报))[\]】）)>:：]*+)++\s*\Z"
)
_POSITION = re.compile(
    r"博士|教授|总监|研究员|主任|院长|律师|分析师|医师|医生|作家|学者|评论员|编辑|[写作记][于於]"
)
_COUNTERS = frozenset("浏览 点击 阅读 字号 字体 人气 回复 查看 分享 打印 评论".split())  # noqa: SIM905
"""Buttons and counters have bars between them."""
_ANY_COLON = re.compile("[:：】]")
_ANY_MARK = re.compile("[:：】丨｜|]")
_FIELD_LABEL = re.compile(r"\A(?:(?:文章|信息|稿件)?来源|作者|责任者)\s*[:：]\s*")
_WRITTEN_LIST = re.compile(r"[\[(]\s*(?:[\"'][^\"']*[\"']\s*,?\s*)+[\])]")
_QUOTED = re.compile(r"[\"']([^\"']*)[\"']")
_WESTERN_NAME = re.compile(r"[A-Z][^\W\d_]*[.'’-]?\w*(?: (?:[a-z]{1,3} )?[A-Z][\w.'’-]*){1,3}")
_OFFICE = re.compile(r"(?:委员会|委|政府|办公室|局|厅|院|中心|协会|学会|大学|公安|法院|检察院)\Z")
_BAR = re.compile(r"\s*[:：丨｜|]\s*")
_LABEL_ALONE = re.compile(
    r"(?:(?:文章|稿件|信息)?(?P<source>来源)|(?P<author>作者|记者))[ \u3000\xa0]+"
    r"(?P<value>\S{2,20})\s*"
)
_AFFILIATION = re.compile(r"(?<=[\u4e00-\u9fff])\s?[（(][^（()）]{2,40}[）)]")

_MAY_BE_CAPTION = re.compile("[摄图照▲△▼]")
"""One of these is in every caption: most lines have none, and are asked nothing else."""
_PHOTO_CREDIT = re.compile(
    r"[（(](?:本文|本版|本报)?(?:图片|照片|配图|图|摄影)\s*(?:[:：/／]|由|均|来源|源自|系)[^（）()]{0,24}[）)]"
    r"|[（(][^（）()]{1,24}(?:摄|供图|摄影|/图)[）)]"
    r"|(?:^|[\s。])(?:图为|图片说明|资料图)"
    r"|^\s*[▲△▼]|图[①-⑩一二三四五1-9]\s*[:：]"
)
_PHOTOGRAPHER = re.compile(r"(?:(?<!拍)摄影?|/图|供图)\s*[）)]?\s*\Z")
_CONTRIBUTOR = re.compile(
    r"[（(【]?\s*(?P<who>[^\s（）()【】:：。，,]{2,30}?)\s*(?:供稿|来稿|投稿)\s*[）)】]?\s*\Z"
)
_TITLE_LABEL = re.compile(r"(?:(?:标\s*题|题\s*目|文章标题)\s*[:：]|【\s*标\s*题\s*】)\s*")
_TITLE_BUTTON = re.compile(r"[\[【](?:打印|复制|关闭)[^\]】]{0,40}[\]】]\s*")
_FOOTER_SITE = re.compile(r"欢迎光临\s*(?P<name>.+?)\s*[（(]https?://")
_FORUM = re.compile(r"powered by (?:discuz|phpwind|phpbb)|欢迎光临.*\(https?://", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?P<site>[^\s（(]+?(?:网|在线|频道|论坛))(?:[（(].*[）)])?\Z")
ORGANISATION = re.compile(
    r"(?:委员会|委|政府|办公室|局|厅|部|处|院|中心|公司|集团|协会|学会|大学|学院|报社|网|台|社|站|"
    r"频道|在线|发布|编辑部|平台|办|公安|法院|检察院|(?:课题|调研|编写|写作|项目)组)(?:[（(].*[）)])?\Z"
)
_ORGANISATION_OR_STATION = re.compile(rf"{ORGANISATION.pattern}|[站所队科室]\Z")
BESIDE_A_DAY = re.compile(
    r"(?:星期|周|週|礼拜)[一二三四五六日天]|[，,]?\s*[农夏阴]历[^\s，,。）)]{2,9}"
    r"|\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b"
    r"|第\s?[0-9A-Z]{1,3}\s?版(?:\s*[:：]\s*\S{1,12})?\Z"
)
"""What stands beside a day and says nothing else: also its lunar date, and the page of a paper."""
_NO_OUTLET = re.compile(
    r"[，,;；]|\A(?:起|至|前|止)|(?:通过|批准|修正|修订|施行|实施|生效|失效|废止|截止)"
)
"""What stands beside a date that says something of it, and so is no outlet's name."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What one header line says; None where it does not.

    ``url`` is an article's own address, ``unread`` what stands for the date of publication and
    cannot be read as one.
    """

    source: str | None = None
    author: str | None = None
    posted_by: str | None = None
    published: str | None = None
    editors: str | None = None
    contributor: str | None = None
    site: str | None = None
    url: str | None = None
    unread: str | None = None


def read_fields(text: str) -> Fields | None:
    """The labelled fields of a header or editor line; None for a line that is none."""
    return None if len(text) > LONGEST_CHARS or SENTENCE.search(text) else _fields_in(text)


@lru_cache(maxsize=64)
def _fields_in(text: str) -> Fields | None:
    """The fields of a line without a full sentence.

    Who looks for the title, for the header and for the first paragraph asks about the same lines.
    """
    if ("供稿" in text or "来稿" in text) and ":" not in text and "：" not in text:
        contributor = _CONTRIBUTOR.match(text)
        if contributor:
            return Fields(contributor=contributor["who"])
    values = _labelled(text)
    dated = _publication_date(text)
    is_period = dated is not None and _PERIOD.match(text, dated.span[1]) is not None
    values = values or _labels_alone(text.strip())
    if not values:
        dated = dated or _dated_by_month(text)
        if dated and not is_period and (_only_date(text, dated) or is_posted(text)):
            return Fields(published=dated.iso)
        return None
    labels = values.keys()
    if labels == {"beside"} and not dated:
        return None
    if (
        is_period
        and labels <= {"published", "other", "beside"}
        and not _PUBLISHED_LABEL.search(text)
    ):
        return None
    if _SHARE.search(values.get("source", "")):
        return None
    if labels == {"other"} and not dated:
        # 回复：说得好 is a reply, no count of them.
        says = values["other"]
        is_figure = not says or any(map(str.isdigit, says)) or not text.startswith("回复")
        return Fields() if _is_counter(text) and is_figure else None
    if not labels & {"source", "author", "published", "editors", "contributor", "address"}:
        return Fields(published=dated[0] if dated else None) if dated else None
    unread = None if dated else _unread(text, values.get("published"))
    if labels == {"published"} and not dated and unread is None:
        return None
    if labels == {"address"} and _URL.search(text) is None:
        return None
    author = values.get("author")
    posted = author if author and _is_account(author) else None
    url, site = _address(text)
    if posted and not site:
        account = _ACCOUNT.match(posted)
        site = account["site"] if account else None
    return Fields(
        source=values.get("source"),
        author=None if posted else author,
        posted_by=posted,
        published=dated[0] if dated and labels != {"editors"} else None,
        editors=values.get("editors"),
        contributor=values.get("contributor"),
        site=site,
        url=url,
        unread=unread,
    )


def is_event_label(text: str) -> bool:
    """Whether a line is only the label of a day on which something else happens: 出生日期."""
    return _EVENT_ALONE.fullmatch(text) is not None


def is_posted(text: str) -> bool:
    """Whether a line says when a post of a blog was made, with what else is told of it."""
    return len(text) <= _POSTED_CHARS and _POSTED.search(text) is not None


def has_label(text: str) -> bool:
    """Whether a line has a label that headers have, whatever stands behind it."""
    return len(text) <= LONGEST_CHARS and bool(_labelled(text))


def dates_its_text(text: str) -> bool:
    """Whether a line with a date and no name says, even below the head, that it dates the text.

    It has a label that says so, counters or an outlet beside it, or nothing outside of brackets.
    """
    dated = date_in(text)
    return (
        _PUBLISHED_LABEL.search(simplified(text)) is not None
        or "other" in _labelled(text)
        or (dated is not None and is_outlet(_without(text, dated)))
        or not _ENCLOSED.sub("", text).strip()
    )


def _labels_alone(text: str) -> dict[str, str]:
    """The values of a line that has nothing but labels without a colon: 来源 新京报 作者 张三."""
    values: dict[str, str] = {}
    end = 0
    while end < len(text):
        found = _LABEL_ALONE.match(text, end)
        if not found or not (found["source"] or has_name_form(found["value"])):
            return {}
        values.setdefault("source" if found["source"] else "author", found["value"])
        end = found.end()
    return values


def unread_date(name: str, value: str, line: int | None) -> Evidence:
    """The notice that a field or a line has what is no date that can be read."""
    return Evidence(f"字段 {name} 的日期“{value}”读不懂，没有采用", line, value)


def unread_date_of(document: Document) -> str | None:
    """The words in a document that stand for its date of publication and cannot be read, if any."""
    noted = document.evidence.get("published", ())
    if document.published is not None or not noted or noted[0].sure == "override":
        return None
    return noted[0].quote


def simplified(text: str) -> str:
    """A line whose labels are in simplified writing, one character for one, so that ranges hold."""
    return text.translate(_SIMPLIFIED) if _ANY_TRADITIONAL.search(text) else text


def beside_day(text: str) -> Byline | None:
    """The outlet alone, and where no label tells more the names alone, that stand beside a day."""
    dated = date_in(text)
    if dated is None:
        return None
    rest = _BETWEEN.sub(" ", _without(text, dated))
    pieces = (piece.strip(BRACKETS) for piece in text.split())
    outlet = next(filter(is_outlet, pieces), None)
    if _labelled(text):
        return Byline(outlet)
    names = (names for piece in rest.split() for names in lone_names(piece))
    return byline(rest) or Byline(outlet, "、".join(names) or None)


def _unread(text: str, value: str | None) -> str | None:
    """What a label says is the date of publication, where it does not have the form of one."""
    if not value:
        return None
    sure = _PUBLISHED_LABEL.search(simplified(text)) is not None
    return value[:_DATE_CHARS] if sure or is_like_date(value) else None


def _publication_date(text: str) -> Dated | None:
    """The date that a label marks as that of publication, else the first not marked otherwise."""
    if not may_have_date(text):
        return None
    has_colon = _ANY_COLON.search(text) is not None
    labels = list(_LABEL.finditer(simplified(text))) if has_colon else []
    # When it was published says more than when that was changed.
    for match in sorted(labels, key=lambda match: match.group().startswith("更新")):
        colon = _COLON.match(text, match.end())
        if colon and match.lastgroup == "published":
            rest = text[colon.end() :]
            dated = date_in(rest, partial=True)
            if dated:
                start, end = dated.span
                return Dated(dated.iso, (start + colon.end(), end + colon.end()))
            value = rest.split(maxsplit=1)[0] if rest.strip() else ""
            if iso := recorded_date(value):
                return Dated(iso, (colon.end(), colon.end() + len(value)))
    for match in _NOT_PUBLISHED.finditer(text):
        dated = date_in(match["date"])
        if dated:
            start, end = (match.start("date") + at for at in dated.span)
            text = text[:start] + " " * (end - start) + text[end:]
    return date_in(text)


def _labelled(text: str) -> dict[str, str]:
    """Label kind → value, each up to the next label, a date, an address or a wide space."""
    marks: list[tuple[str, int, int]] = []
    ends: dict[int, int] = {}
    if _ANY_MARK.search(text) is None:
        return {}
    plain = simplified(text)
    glued = [match for match in _GLUED.finditer(plain) if match.start() > 0]
    found = {match.start(): match for match in [*glued, *_LABEL.finditer(plain)]}
    for _, match in sorted(found.items()):
        if not marks and match.re is _GLUED:
            continue  # 安全问题信息来源 is no label
        name = str(match.lastgroup)
        if text[: match.start()].endswith("【") and text.startswith("】", match.end()):
            marks.append((name, match.start() - 1, match.end() + 1))
            continue
        bars = _COLON if name in ("published", "address") or match.group() in _COUNTERS else _BAR
        colon = bars.match(text, match.end())
        if colon:
            marks.append((name, match.start(), colon.end()))
    if marks:
        for m in _UNMARKED.finditer(plain, marks[0][2]):
            if has_name_form(m["first"]):
                marks.append(("author" if m["author"] else "editors", m.start(), m.start("value")))
                ends[m.start("value")] = m.end("value")
        marks.sort(key=itemgetter(1))
    values: dict[str, str] = {}
    for i, (name, _, start) in enumerate(marks):
        end = ends.get(start) or (marks[i + 1][1] if i + 1 < len(marks) else len(text))
        value = text[start:end]
        if name not in ("published", "other", "beside"):
            dated = date_in(value)
            value = value[: dated.span[0]] if dated else value
        address = _URL.search(value)
        value = value[: address.start()] if address else value
        value = _first_piece(value.strip(), name)
        value = _unbracketed(_BUTTON_WORDS.sub("", value))
        if name == "writer":
            if not all(map(is_author_name, re.split(r"[\s、,，]+", value))):
                continue
            name = "author"
        if name == "author":
            said = byline(value)
            value = (said and said.authors) or _without_affiliations(value)
        if name in ("source", "author") and named(value) is None:
            name = "other"
        before = values.get(name)
        is_another = before and name == "author" and value not in before and marks[i][0] == "writer"
        values[name] = f"{before}、{value}" if is_another else before or value
    return {
        name: value
        for name, value in values.items()
        if value or name in ("published", "other", "beside", "address")
    }


def _first_piece(value: str, name: str) -> str:
    """What stands before a wide space or a bar; of authors all that are names, however apart."""
    pieces = re.split(r"\s{2,}|\t|[|｜]|\s【", value)
    if name != "author":
        return pieces[0]
    # 张三  李四 are two authors; in 张三 某大学教授 only the first is one.
    tokens = value.split()
    names = list(takewhile(has_name_form, tokens))
    return "、".join(names) if names and len(pieces) > 1 else _named_first(tokens, names, pieces[0])


def _without_affiliations(value: str) -> str:
    """张三（某大学）、李四（某医院） are two persons; an account keeps what is in its brackets."""
    if _AFFILIATION.search(value) is None:
        return value
    names = re.sub(r"[\s、,，]+", "、", _AFFILIATION.sub("、", value)).strip("、")
    return names if all(map(is_author_name, names.split("、"))) else value


def _named_first(tokens: list[str], names: list[str], value: str) -> str:
    follows = tokens[len(names) :]
    if names and follows and _POSITION.search(follows[0]):
        return " ".join(names)
    return value


def named(value: str) -> str | None:
    """An outlet's or author's name as a field has it; None for 网络, 本站原创 and the like."""
    value = " ".join(value.split())
    return None if value.strip(BRACKETS).lower() in _NO_OUTLETS else value


def recorded_name(value: str) -> str | None:
    """The outlet or the authors that a field of a record or a tag holds, without label and buttons.

    Lists that were written as text, ["张三", "李四"], are lists.
    """
    value = _FIELD_LABEL.sub("", _BUTTON_WORDS.sub("", value.strip()))
    if _WRITTEN_LIST.fullmatch(value):
        value = "、".join(filter(None, map(str.strip, _QUOTED.findall(value))))
    return named(value) if value else None


def are_authors(names: str) -> bool:
    """Whether names are those of persons, or several of offices: else they are a site's account."""
    parts = [part.strip() for part in re.split(r"[、,，;；/|｜]+", names) if part.strip()]
    if parts and all(_WESTERN_NAME.fullmatch(part) or has_initials(part) for part in parts):
        return True
    if len(parts) > 1 and all(_OFFICE.search(part) for part in parts):
        return True
    return all(map(is_author_name, " ".join(parts).split()))


def _unbracketed(value: str) -> str:
    """Without the brackets around it; those that are part of it, 太原长安网(市委政法委), stay."""
    value = value.strip(" \t\u3000|｜/·—<>,，;；-").rstrip("[【(（")
    for opening, closing in ("[]", "【】", "()", "（）"):
        value = value.lstrip(opening) if value.count(opening) > value.count(closing) else value
        value = value.rstrip(closing) if value.count(closing) > value.count(opening) else value
    return value.strip()


def _dated_by_month(text: str) -> Dated | None:
    """The month or year of a line that has nothing else but an office or outlet apart from it."""
    dated = date_in(text, partial=True)
    if dated is None:
        return None
    rest = _without(text, dated)
    apart = len(rest.split()) <= 1 and f" {rest} " in f" {' '.join(_pieces(text, dated))} "
    return dated if not rest or (apart and _ORGANISATION_OR_STATION.search(rest)) else None


def _pieces(text: str, dated: Dated) -> list[str]:
    start, end = dated.span
    around = (text[:start], text[end:])
    return [each.strip(BRACKETS) for each in around if each[:1].isspace() or each[-1:].isspace()]


def _without(text: str, dated: Dated) -> str:
    start, end = dated.span
    return f"{text[:start]} {text[end:]}".strip(BRACKETS)


def _only_date(text: str, dated: Dated) -> bool:
    """Whether besides its date a line has hardly more than a clock time or an outlet's name."""
    behind = text[dated.span[1] :].lstrip()
    if behind[:1] in tuple("，,；;") and not BESIDE_A_DAY.match(behind[1:].lstrip()):
        return False  # 1949年10月1日，……: a day in a story
    # Old pages have the site's address before the day.
    rest = BESIDE_A_DAY.sub("", _URL.sub("", _without(text, dated))).strip(BRACKETS + "，,；;")
    return len(_BETWEEN.sub(" ", rest)) <= 12 and not _NO_OUTLET.search(rest)


def _is_counter(text: str) -> bool:
    return len(text) <= 40


def _is_account(author: str) -> bool:
    """Whether a labelled author is a posting account, not a person or an office that wrote."""
    return _ACCOUNT.match(author) is not None or not (
        is_author_name(author) or ORGANISATION.search(author) or re.search(r"[\s、,，]", author)
    )


def _address(text: str) -> tuple[str | None, str | None]:
    """(article address, site host) of the first address in a line; a bare site has no article."""
    match = _URL.search(text)
    if match is None:
        return None, None
    try:
        parts = urlsplit(match.group().rstrip(".,;"))
        host = parts.hostname or None
    except ValueError:
        return None, None
    is_article = parts.path not in ("", "/") or bool(parts.query)
    return (match.group().rstrip(".,;") if is_article else None), (host or "").removeprefix(
        "www."
    ) or None


def article_address(text: str) -> str | None:
    """A web address if it is one of an article (with a path or a query), else None."""
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "." not in host or " " in text.strip():
        return None
    is_article = parts.path not in ("", "/", "/index.html", "/index.htm") or bool(parts.query)
    return text.strip() if is_article and len(text) <= 2000 else None


def labelled_title(text: str) -> tuple[int, int] | None:
    """The range of the title in a line that says 标题: or 题目:, else None."""
    label = _TITLE_LABEL.match(text)
    if label is None:
        return None
    buttons = done = end = len(text)
    for button in _TITLE_BUTTON.finditer(text, label.end() + 1):
        buttons = buttons if button.start() == done else button.start()
        done = button.end()
    if done == len(text):
        end = buttons
    end = len(text[:end].rstrip())
    return (label.end(), end) if end > label.end() else None


def site_in_footer(text: str) -> str | None:
    """The site's name in a forum footer."""
    match = _FOOTER_SITE.search(text) if len(text) <= LONGEST_CHARS else None
    return match["name"] if match else None


def is_forum_footer(text: str) -> bool:
    """Whether a line is the footer that forum software leaves."""
    return len(text) <= LONGEST_CHARS and _FORUM.search(text) is not None


def is_caption(text: str) -> bool:
    """Whether a line is a picture's caption or credit (every sentence of it, if it has several)."""
    if len(text) > LONGEST_CHARS or _MAY_BE_CAPTION.search(text) is None:
        return False
    return _PHOTO_CREDIT.search(text) is not None or (
        len(text) <= 60
        and not SENTENCE.search(text[:-1])
        and _PHOTOGRAPHER.search(text) is not None
    )
