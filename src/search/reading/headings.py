"""Recognise titles, headings and page furniture (menus, link lists, footers) by their form."""

from __future__ import annotations

import re

from . import metadata
from .acts import is_promulgation
from .bylines import byline, has_name_form, is_outlet, lone_names
from .extract import Line, any_of, bare, ends_sentence, has_sentence_end, is_short, sentence_count

# Furniture: lines that their own words show not to be of the article.

_TAIL_OPENERS = """
    新闻推荐 文章推荐 推荐文章 推荐新闻 推荐阅读 热门推荐 精彩推荐 频道推荐 编辑推荐 为您推荐
    为你推荐 相关新闻 相关文章 相关阅读 相关报道 相关资讯 相关推荐 相关内容 相关链接 相关信息
    延伸阅读 猜你喜欢 猜您喜欢 热点阅读 热点排行 热门文章 热门新闻 热点新闻 阅读排行 点击排行 排行榜
    最新文章 最新新闻 最新资讯 图文看点 图片新闻 网友评论 发表评论 我要评论 评论列表
    往期推荐 往期回顾 往期精彩 精彩回顾 上一篇文章 下一篇文章
    友情链接 网站导航 分享到 分享至 扫一扫分享 打赏 上一篇 下一篇 上一条 下一条 免责声明 版权声明
"""
_BUTTONS = """
    查看原图 打印本页 打印此[页文] 打印 关闭窗口 关闭本页 关闭 收藏本页 收藏 纠错 复制链接
    复制成功 复制 返回首页 返回列表 返回目录 返回顶部 返回\\S{2,4}，查看更多 返回 首页 设为首页
    加入收藏 登录 注册 搜索 全站搜索 站内搜索 字体 字号 大 中 小 我知道了 确定 取消 展开全文
    展开阅读全文 阅读全文 查看更多 更多 点击查看 下载附件 微信 微博 朋友圈 qq空间 发表评论
    告诉好友
"""
_MENU = """
    官方微信 官方微博 微信 微博 客户端 手机版 电子报刊 电子报 数字报 无障碍 English 繁體 繁体 简体
    网站首页 返回首页 首页 设为首页 加入收藏 登录 注册 新闻 专题 视频 图片
"""
_COLUMNS = """
    分类标题 当前栏目 栏目导航 网站地图 正文 内容 详情 新闻详情 文章详情 文章内容 信息详情
"""
_KEEPERS = "技术支持 运维 运维单位 网站管理 违法和不良信息举报\\S*"
_CONTACTS = """
    主办 主办单位 承办 承办单位 协办 协办单位 联系电话 联系地址 地址 邮编 电话 传真 邮箱 e-?mail
"""
_SHARE = """
    扫一扫 点[个亮]?[“\"]?在看(?!板) 设为星标 微信好友 加入群聊 关注公众号 关注我们 微信公众号[:：]
    (?:长按|识别|扫描|扫码).{0,6}(?:二维码|关注|下载|分享|阅读)
"""
_LEGAL = any_of(
    "©", "copyright", "all rights reserved", "powered by", "icp[备证]", "公网安备", "网站标识码",
    "建议使用.{0,12}分辨率",
)  # fmt: skip
"""What a text in small letters has of these shows a footer."""


def _any_of(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_MAY_LEAD = any_of(">»›＞/", "位置")
_BREADCRUMB = re.compile(
    # As many signs as can be part levels, each after a character that may be such a sign too.
    r"(?:(?:[^<>＞《》](?:[^<>＞《》»›]|[»›](?=[>＞]))*+(?:>{1,2}+|[»›]|＞)){2,}+[^<>＞《》]*+"
    r"|(?:网站)?(?:首页|主页)\s*(?:>{1,2}|»|›|＞|/)[^<>＞《》]*"
    r"|.*(?:当前|您的|所在|现在)的?位置\s*[:：].*)\s*\Z"
)
_PATTERNS = (
    ("footer", "主办单位或联系方式", rf"{_any_of(_KEEPERS)}\s*[:：].*"),
    ("contact", "主办单位或联系方式", rf"{_any_of(_CONTACTS)}\s*[:：].*"),
    ("footer", "主办单位或联系方式", r"\S{2,16}(?:主办|版权所有)|版权所有.*"),
    ("footer", "论坛的页脚", r"欢迎光临.*\(https?://.*\).*"),
    ("control", "页面按钮", rf"(?:[\[【(（]?+\s*+{_any_of(_BUTTONS)}\s*+[\]】)）:：>]*+\s*+)++"),
    ("share", "分享与二维码框", rf".{{0,20}}{_any_of(_SHARE)}.{{0,24}}"),
    ("code", "分享与二维码框", r".{0,20}(?:扫码|二维码|企业微信).{0,24}"),
    ("navigation", "导航条", rf"(?:(?:{_any_of(_MENU)}|\S{{2,4}}新闻)(?:\s++|[|｜/·-]|\Z)){{2,}}+"),
    ("navigation", "栏目名", _any_of(_COLUMNS)),
    ("control", "没有内容的栏目", r"(?:责任编辑|责编|编辑|作者|来源|正文)\s*[:：]"),
    ("navigation", "翻页的提示", r"[（(]?本[章页]未完，.{0,12}下一[页章].{0,8}"),
    ("end", "文末的结束标记", r"[\W_]*+(?:the\s)?end[\W_]*+"),
    ("comment", "评论栏", r"(?:评论|跟帖)\s*[:：(（].*|回复\s*[:：(（]\s*[0-9]*\s*[)）]?"),
)
_BESIDE = {"contact": "footer", "code": "share"}
"""Kinds of lines that an article has too: furniture only beside lines of the second kind."""
_MARKUP = re.compile(r"<!--.*-->\Z|[-=*_~—]{3,}\Z", re.DOTALL)
_TAIL = re.compile(
    rf"[\s【\[（(]*{_any_of(_TAIL_OPENERS)}(?:[:：】\])）\s>»]*\Z|[:：]\s*\S)"
    r"|(?:共\s*)?[0-9]{1,6}\s*条(?:网友|精彩|热门|最新|全部)?(?:评论|跟帖|留言)\s*\Z"
)
_FURNITURE = re.compile(
    "|".join(rf"((?:{pattern})\s*\Z)" for _, _, pattern in _PATTERNS), re.IGNORECASE
)
_SENTENCE = re.compile(r"[。！？]")
_LONGEST_CHARS = 120


def furniture(text: str) -> tuple[str, str] | None:
    """(kind, reason in Chinese) where a line by itself is page furniture, else None.

    A line with a full sentence is never furniture: an article may well speak of copyright. Who
    holds an event, how to reach an office and a code to scan ("contact", "code") are an article's
    as often as a page's: what is around them decides.
    """
    if _MARKUP.match(text):
        return "markup", "注释或分隔线，不是文字"
    if len(text) > _LONGEST_CHARS or _SENTENCE.search(text):
        return None
    if _MAY_LEAD.search(text) and _BREADCRUMB.match(text):
        return "breadcrumb", "面包屑导航"
    if _LEGAL.search(text.lower()):
        return "footer", "页脚的版权或备案信息"
    found = _FURNITURE.match(text)
    if found is None or not found.lastindex or starts_numbered(text):
        return None
    return _PATTERNS[found.lastindex - 1][:2]


def furniture_at(lines: list[Line], i: int) -> tuple[str, str] | None:
    """(kind, reason in Chinese) where a line is furniture among those around it, else None."""
    told = furniture(lines[i].text)
    if told is None or told[0] not in _BESIDE:
        return told
    kind, reason = _BESIDE[told[0]], told[1]

    def near(step: int) -> bool:
        at = i + step
        while 0 <= at < len(lines) and abs(at - i) <= HEAD_LINES:
            beside = (furniture(lines[at].text) or ("",))[0]
            # Lines of such kinds are no distance.
            if beside not in _BESIDE:
                return beside == kind
            at += step
        return False

    return (kind, reason) if near(1) or near(-1) else None


def opens_tail(text: str) -> bool:
    """Whether a line heads a list of other articles or a share box that ends the article."""
    return len(text) <= _LONGEST_CHARS and _TAIL.match(text) is not None


# Titles.

HEAD_LINES = 40
"""Title and header fields stand in the first so many lines, or nowhere."""


_COLUMN = (
    r"[【\[（(|｜]?\s*(?:[\u4e00-\u9fff·]{0,4}(?:要闻|新闻|动态|播报|头条|快讯|专题|专栏|聚焦|观察|评论|视点|纵横"
    r"|之窗|园地|天地|文苑|副刊)|第?\s*[A-Z]?[0-9]{1,3}\s*版\s*[:：]?\s*\S{0,6})\s*[】\]）)|｜]?"
)
"""Names of columns and of a paper's pages: 今日要闻, 【工作动态】, 第3版：时政."""
_YEAR = r"[〔\[（(【]?(?:19|20)[0-9]{2}[〕\]）)】]?"
_ISSUE = r"(?:\s*+总?第?\s*+[0-9]{1,5}\s*+期)?+[）)]?"
_NUMBER = (
    rf"\S{{0,12}}?{_YEAR}\s*+(?:年?第?|\S{{2,12}}?)\s*+[0-9]{{1,6}}\s*+[号期]{_ISSUE}"
    rf"|[（(]?(?:总|增)?第?\s*+[0-9一二三四五六七八九十百]++\s*+期{_ISSUE}"
)
"""Numbers of a letter or an issue: 浔政办发〔2018〕27号, （2020年第3期）, 第12期."""
_SPEAKER = re.compile(
    r"\S{2,16}(?:书记|[市县区州省镇乡]长|主任|[局厅部处院校会]长|主席|秘书长|常委|委员|代表|总理)"
    r"\s+([\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff]\s+[\u4e00-\u9fff])"
)
_OFFICE = (
    r"(?!.*(?:走进|记者|诉|告|访|成立|揭牌|[与在对向被获把]))[\u4e00-\u9fff、]{2,20}?"
    r"(?:人民政府|委员会|办公室|[\u4e00-\u9fff]{2}局|[\u4e00-\u9fff]厅|[党省市县区政]委|法院|检察院)"
)
_DATED_DASH = r"[—─－]{1,2}.{0,12}?[0-9一二三四五六七八九〇○]{4}年.{1,40}"
_BESIDE_TITLE = re.compile(
    rf"{_COLUMN}|{_NUMBER}|{_OFFICE}|{_DATED_DASH}"
    rf"|{_OFFICE}\s?文件|目\s*[录次]|第[一二三四五六七八九十百零〇0-9]+(?:[编章节]|[部篇]\s)\s*\S.*"
    r"|[一二三四五六七八九十]{1,3}\s*[、．.](?![一二三四五六七八九十]、?[月季]).*"
    r"|[（(][一二三四五六七八九十]{1,3}[)）].*"
)
_CHAPTER = re.compile(
    r"第[一二三四五六七八九十百0-9]+[编部篇章]|[0-9一二三四五六七八九十]{1,2}[、．.\s]"
)
_SHORT_TITLE = re.compile(
    r"(?!(?:前言|引言|导言|导语|摘要|概述|绪论|序言|正文|目录|附录|附件)\Z)[\u4e00-\u9fff]{2,3}"
)
"""Not what is a part of a text, as others have it."""
_CLOSED = re.compile(r"(?:述评|综述|评论|解读|思考|启示|调查)\Z")
_KIND_OF_LETTER = re.compile(
    r"(?:通知|意见|办法|决定|批复|公告|通告|通报|函|方案|报告|规定|细则|条例|请示|讲话|纪要|规划|公报|答复|"
    r"预案|要点|名单|公示|制度|规则|章程|令)(?:[（(][^（）()]{1,20}[）)])?\Z"
)


def is_beside_title(text: str) -> bool:
    """Whether a line is no title where another may be one: a column, a number, who speaks, who
    issues, when and where it was said, a part of the text or of its table of contents.
    """
    speaker = _SPEAKER.fullmatch(text)
    if speaker:
        return has_name_form("".join(speaker[1].split()))
    return _BESIDE_TITLE.fullmatch(text) is not None


def adjacent_repeats(lines: list[Line]) -> set[int]:
    """Lines that stand twice in a row, both of them: captions beside their pictures do."""
    pairs = [i for i in range(1, len(lines)) if lines[i].text == lines[i - 1].text]
    return {i for pair in pairs for i in (pair - 1, pair)}


def first_prose(lines: list[Line], front: int, head: set[int]) -> int:
    """The first line that reads as a paragraph of the article, or a regulation's first part.

    Neither the first ``front`` lines nor those in ``head`` are the article's.
    """
    for i, line in enumerate(lines):
        text = line.text
        if i < front or i in head or (i < HEAD_LINES and is_promulgation(text)):
            continue
        if line.level > 1 or (
            is_prose(text)
            and not metadata.is_caption(text)
            and metadata.read_fields(text) is None
            and furniture(text) is None
            and metadata.labelled_title(text) is None
        ):
            return i
    return len(lines)


def title_line(lines: list[Line], front: int, body_start: int) -> int | None:
    """Where the title stands: marked as one, or the last before the line with source and date."""
    # Settings keep their places in the numbering, but hold neither title nor header.
    head = lines[: min(body_start, HEAD_LINES)]
    head = [line._replace(text="") if i < front else line for i, line in enumerate(head)]
    header = next((i for i, line in enumerate(head) if is_header(line.text)), None)
    for i, line in enumerate(head):
        if metadata.labelled_title(line.text):
            return i
    marked = next((i for i, line in enumerate(head) if line.level == 1), None)
    if marked is not None:
        first_level = [line.text for line in lines if line.level == 1]
        is_chapter = len(first_level) > 1 and any(map(_CHAPTER.match, first_level))
        above = title_line(lines[:marked], front, marked) if is_chapter else None
        return marked if above is None else above
    repeats = adjacent_repeats(head)
    candidates = [
        i
        for i, line in enumerate(head)
        if i not in repeats and i != header and may_be_title(line.text)
    ]
    # What stands above source and date is looked at first: all that is there may be one.
    before = [i for i in candidates if header is not None and i < header]
    if before:
        return next((i for i in reversed(before) if not is_beside_title(head[i].text)), before[-1])
    candidates = [i for i in candidates if not is_beside_title(head[i].text)] or candidates
    if not candidates:
        # A title that stands twice at the top is no caption.
        is_twice = 0 in repeats and head and may_be_title(head[0].text)
        return 0 if is_twice or _is_short_title(head, front, body_start < len(lines)) else None
    if header is not None:
        return candidates[0]
    return _best_title(lines, candidates, body_start)


def _is_short_title(head: list[Line], front: int, has_prose: bool) -> bool:
    """Whether a text begins with a title of two or three characters: 通知, 公告, 荷塘.

    Below it there is prose, at once or behind a blank line, a name or a header.
    """
    if front or not head or not has_prose:
        return False
    text = "".join(head[0].text.split())
    if _SHORT_TITLE.fullmatch(text) is None or furniture(text) or lone_names(text):
        return False
    below = head[1] if len(head) > 1 else None
    return (
        below is None
        or below.gap > 0
        or is_prose(below.text)
        or below.text.endswith(("：", ":"))
        or is_header(below.text)
        or bool(lone_names(below.text))
    )


def lines_of_title(lines: list[Line], at: int, end: int) -> range:
    """All lines of the title that one of them belongs to: letters break theirs where it suits.

    贵港市人民政府 / 关于进一步加强 / 耕地保护工作的意见 is one.
    """

    def may_go(i: int) -> bool:
        return 0 <= i < end and not lines[i].level and may_be_title(lines[i].text)

    def is_begun(i: int) -> bool:
        text = lines[i].text
        return "关于" in text and not (_KIND_OF_LETTER.search(text) or _CLOSED.search(text))

    first = last = at
    if lines[at].level:
        return range(at, at + 1)
    if is_begun(at) and may_go(at + 1) and _KIND_OF_LETTER.search(lines[at + 1].text):
        last = at + 1
    elif (
        _KIND_OF_LETTER.search(lines[at].text)
        and "关于" not in lines[at].text
        and may_go(at - 1)
        and is_begun(at - 1)
    ):
        first = at - 1
    above = lines[first - 1].text if may_go(first - 1) else ""
    if lines[first].text.startswith("关于") and re.fullmatch(_OFFICE, above):
        first -= 1
    return range(first, last + 1)


def is_header(text: str) -> bool:
    """Whether a line tells source, date or author."""
    fields = metadata.read_fields(text)
    return fields is not None and bool(
        fields.published or fields.source or fields.author or fields.posted_by
    )


def may_be_title(text: str) -> bool:
    """Whether a line has the form of a title, and nothing of another kind of line."""
    return (
        4 <= len(text) <= 80
        and not text.endswith(("。", "；", ";", "，", ",", ":", "："))
        and not _NO_TITLE.match(text)
        and len(bare(text)) >= 3
        and furniture(text) is None
        and not opens_tail(text)
        and not metadata.is_caption(text)
        and metadata.read_fields(text) is None
        and byline(text) is None
        and not is_promulgation(text)
        and not is_outlet(text)
        and not lone_names(text)
    )


def _best_title(lines: list[Line], candidates: list[int], body_start: int) -> int | None:
    """Without a header line to stand before: the candidate that the article speaks about most."""
    if body_start >= len(lines):
        return candidates[0]
    body = "".join(bare(line.text) for line in lines[body_start : body_start + 40])
    scores = {i: _overlap(lines[i].text, body) * min(len(lines[i].text), 20) for i in candidates}
    best = max(scores.values())
    return next(i for i in candidates if scores[i] >= 0.999 * best)


def _overlap(text: str, body: str) -> float:
    """The share of a text's character pairs that stand in the body."""
    plain = bare(text)
    pairs = [plain[i : i + 2] for i in range(len(plain) - 1)]
    return sum(pair in body for pair in pairs) / len(pairs) if pairs else 0.0


def is_eyebrow(lines: list[Line], i: int, repeats: set[int]) -> bool:
    """Whether a line is the eyebrow (肩题) above the title: the article speaks of it."""
    text = lines[i].text
    if i in repeats or not 8 <= len(text) <= 40 or not may_be_title(text):
        return False
    following = [line.text for line in lines[i + 2 :] if is_prose(line.text)]
    following = [each for each in following if furniture(each) is None]
    spoken = "".join(following)
    # As it stands it mostly shows already.
    return _overlap(text, spoken) >= 0.5 or _overlap(text, bare(spoken)) >= 0.5


# Prose and headings.

_HEADING_CHARS = 40
_PROSE_CHARS = 30
_SENTENCE_CHARS = 16
_FULL_STOPS = ("。", "！", "？")
_CLOSING = "”’」』）)\"'"
_NUMBERED = (
    ("part", re.compile(r"第[一二三四五六七八九十百零〇0-9]+[编部篇]\s*\S")),
    ("chapter", re.compile(r"第[一二三四五六七八九十百零〇0-9]+章\s*\S")),
    ("section", re.compile(r"第[一二三四五六七八九十百零〇0-9]+节\s*\S")),
    ("一、", re.compile(r"[一二三四五六七八九十]{1,3}\s*[、．.]\s*\S")),
    ("(一)", re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]\s*\S")),
    ("1、", re.compile(r"[0-9]{1,2}\s*[、．.]\s*(?![0-9])\S")),
    ("(1)", re.compile(r"[（(][0-9]{1,2}[)）]\s*\S")),
)
_NUMBERED_ITEMS = [pattern for _, pattern in _NUMBERED[3:]]
"""Not parts, chapters and sections, which are headings in a table of contents too."""
_DASHED = re.compile(r"[—─－-]{1,2}\s*\S")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ITEM = re.compile(r"[•·●○◆■□▪★☆※►▶*|>]|[-+]\s|第[一二三四五六七八九十百零〇0-9]+条|[问答]\s*[:：]")
_NO_TITLE = re.compile(
    r"(?:[问答問]|原标题|原题)\s*[:：]|(?:摘\s*要|关\s*键\s*[词字]|主题词)\s*[】\]]?\s*[:：]|[—─]"
)
"""What begins lines that say of themselves what they are, subtitles too, and no title."""
_ATTACHED = re.compile(r"附件\s*[0-9]{0,2}\s*[:：]")
_MOST_ATTACHED = 20
_OWN_LABEL = re.compile(r"(?:关键词|主题词|联系人|联系电话|电话|地址|地点)\s*[:：]")
_LABELLED = re.compile(r"[\u4e00-\u9fff]{1,7}[^\W0-9_一二三四五六七八九十][:：]\s*\S")
"""项目名称：某楼空调采购 is an item of a list, where one more beside it is."""
_LEADER = re.compile(r"\.{4,}|…{2,}|\s[0-9]{1,3}\Z")


def is_prose(text: str) -> bool:
    """Whether a line reads as a paragraph: it holds a sentence, leads in, or is too long."""
    size = len(text)
    if size >= _PROSE_CHARS and text.endswith(("：", ":")) and "，" in text:
        return True
    if size >= _SENTENCE_CHARS and text.rstrip(_CLOSING).endswith(_FULL_STOPS):
        return True
    return size > 2 * _HEADING_CHARS or (size >= _PROSE_CHARS and has_sentence_end(text))


def heading_style(line: Line, following: list[Line]) -> str | None:
    """The style of a heading (its numbering, its dash, or "plain"); None for no heading.

    ``following`` are the next lines of the article, nearest first. A plain heading must have a
    paragraph of prose below it, with at most one other heading between. A line that begins with a
    dash is a heading only if it is one short sentence above a paragraph that does not begin so.
    """
    if line.level:
        return "#" * line.level
    text = line.text
    if not is_short(text, _HEADING_CHARS) or _ITEM.match(text) or not _HAN.search(text):
        return None
    for style, pattern in _NUMBERED:
        if pattern.match(text):
            return style if not ends_sentence(text) else None
    if _DASHED.match(text):
        return "——" if _is_dashed_heading(text, following) else None
    # 候鸟在湿地觅食。李某某 摄 is told, as one of a picture.
    if "。" in text or ends_sentence(text) or _LEADER.search(text) or furniture(text):
        return None
    return "plain" if _stands_above_prose(following) else None


def is_item(lines: list[Line], i: int) -> bool:
    """Whether a line is one of three of the same numbering with nothing between, or of two below
    one that leads in, but no last one with a finer numbering below it; an attachment, or one of
    several with a label each, is one too.
    """
    if not lines[i].level and (_is_attached(lines, i) or _is_of_labelled(lines, i)):
        return True
    found = next((each for each in _NUMBERED_ITEMS if each.match(lines[i].text)), None)
    if found is None or lines[i].level:
        return False

    def is_alike(at: int) -> bool:
        return (
            0 <= at < len(lines)
            and is_short(lines[at].text, _HEADING_CHARS)
            and found.match(lines[at].text) is not None
        )

    below = lines[i + 1].text if i + 1 < len(lines) else ""
    finer = _NUMBERED_ITEMS[_NUMBERED_ITEMS.index(found) + 1 :]
    if any(each.match(below) for each in finer):
        return False
    alike = [is_alike(at) for at in range(i - 2, i + 3)]
    # Two do where the line above leads in: 巡查内容包括：
    led_in = [0 < at < len(lines) and lines[at - 1].text.endswith(("：", ":")) for at in (i - 1, i)]
    return (
        any(all(alike[at : at + 3]) for at in range(3))
        or (alike[1] and led_in[0])
        or (alike[3] and led_in[1])
    )


def _is_attached(lines: list[Line], i: int) -> bool:
    """Whether a line names an attachment, 附件：1.某表 or 2.某表 below it, and heads no text."""
    number = _NUMBERED_ITEMS[2]
    above = range(i, max(i - _MOST_ATTACHED, -1), -1)
    first = next((at for at in above if not number.match(lines[at].text)), i)
    if not _ATTACHED.match(lines[first].text):
        return False
    near = lines[i + 1 : i + 1 + _MOST_ATTACHED]
    below = next((line.text for line in near if not number.match(line.text)), "")
    return not (is_prose(below) or starts_numbered(below))


def _is_of_labelled(lines: list[Line], i: int) -> bool:
    if _OWN_LABEL.match(lines[i].text):
        return True
    return _LABELLED.match(lines[i].text) is not None and any(
        is_short(line.text) and not ends_sentence(line.text) and _LABELLED.match(line.text)
        for line in (*lines[max(i - 1, 0) : i], *lines[i + 1 : i + 2])
    )


def starts_numbered(text: str) -> bool:
    """Whether a line begins with a number as headings and items have it: 一、 (二) 3. 第四章."""
    return any(pattern.match(text) for _, pattern in _NUMBERED)


def _is_dashed_heading(text: str, following: list[Line]) -> bool:
    one_short_sentence = is_short(text, _HEADING_CHARS) and sentence_count(text) <= 1
    return (
        one_short_sentence
        and bool(following)
        and is_prose(following[0].text)
        and _DASHED.match(following[0].text) is None
        and len(following[0].text) > 1.5 * len(text)
    )


def _stands_above_prose(following: list[Line]) -> bool:
    if not following:
        return False
    first = following[0]
    if is_prose(first.text):
        return True
    if first.level or starts_numbered(first.text):
        return True
    if _DASHED.match(first.text):
        return _is_dashed_heading(first.text, following[1:])
    one_more = is_short(first.text, _HEADING_CHARS) and not ends_sentence(first.text)
    return one_more and len(following) > 1 and is_prose(following[1].text)


class HeadingPath:
    """The headings above the current paragraph, outermost first.

    A heading of a style already in the path takes that one's place and drops what is below it; one
    of a new style goes below. Two headings of one style with nothing between them stack.
    """

    def __init__(self) -> None:
        self._stack: list[tuple[str, str]] = []
        self._previous_style: str | None = None

    def heading(self, style: str, text: str) -> None:
        """Pass a heading."""
        if style == self._previous_style and style == "plain":
            style = "plain below plain"
        styles = [kept for kept, _ in self._stack]
        if style in styles:
            del self._stack[styles.index(style) :]
        elif style.startswith("#"):
            self._stack = [kept for kept in self._stack if len(kept[0]) < len(style)]
        self._stack.append((style, text))
        self._previous_style = style

    def paragraph(self) -> tuple[str, ...]:
        """Pass a body paragraph and get the headings above it."""
        self._previous_style = None
        return tuple(text for _, text in self._stack)
