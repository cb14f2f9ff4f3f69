"""What a line says about the document: source, date, author, captions, editors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from ..documents.document import Document, Evidence
from ..facets.gazetteer import Gazetteer
from .dates import Dated, date_in, is_like_date, recorded_date

_LABELS = {
    "source": "文章来源 信息来源 稿件来源 新闻来源 来源 稿源 出处 转自 转载自",
    "author": "作者 撰稿人? 撰文 发布人 发布者 发表人 楼主",
    "published": "发布时间 发表时间 发布日期 发表日期 更新时间 更新日期 时间 日期 发表于 发布于",
    "editors": "责任编辑 责编 值班编辑 编辑 审核 校对 监制 编审 初审 终审",
    "contributor": "供稿单位 来稿单位 供稿 来稿",
    "address": "原文链接 原文地址 网址 链接",
    "other": (
        "浏览次数 浏览量 浏览 点击数? 点击量 阅读次数 阅读量 阅读 字号 字体 访问量? 人气 回复 查看 "
        "分享 发文机关 发文字号 文号 索引号 主题分类 主题词 成文日期 有效性 打印 评论数?"
    ),
}


def _label_pattern(words: str) -> str:
    """Labels as alternatives; two characters may stand apart (来 源)."""
    return "|".join(" *".join(w) if len(w) == 2 else w for w in words.split())


_LABEL = re.compile(
    "|".join(
        rf"(?P<{name}>(?<![\u4e00-\u9fff])(?:{_label_pattern(words)}))"
        for name, words in _LABELS.items()
    )
)
_NOT_PUBLISHED = re.compile(
    r"(?:成文|施行|实施|生效|失效|截止|出生|逝世|成立|创立|报名|会议|活动|考试|开标)(?:日期|时间)"
    r"\s*[:：]?\s*(?P<date>\S.{0,24})"
)
"""Dates that a line marks as those of something else."""
_PUBLISHED_LABEL = re.compile(r"(?:发布|发表|更新)(?:时间|日期|于)")
_DATE_CHARS = 40
_COLON = re.compile(r"\s*[:：]\s*")
_URL = re.compile(r"https?://[^\s<>\"'（）()【】\u4e00-\u9fff，。；]+", re.IGNORECASE)
_BRACKETS = " \t\u3000[]【】()（）|｜/·-—<>《》,，;；"
_SENTENCE = re.compile(r"[。！？]")
_LONGEST_CHARS = 200
"""Longer lines are no header, footer, byline or caption; of a longer paragraph its end may be."""

_SIGNATURE_CHARS = 60
_YEAR_CHARS = 4
_UNREAD_SIGNATURE = re.compile(
    r"(?P<signer>\S{0,30}?)\s*(?P<date>[0-9一二三四五六七八九〇○零Xx×＊*_]{2,4}\s*年\s*\S{0,3}?\s*月"
    r"\s*\S{0,4}?\s*日)"
)

_PHOTO_CREDIT = re.compile(
    r"[（(](?:本文|本版|本报)?(?:图片|照片|配图|图|摄影)\s*(?:[:：/／]|由|均|来源|源自|系)[^（）()]{0,24}[）)]"
    r"|[（(][^（）()]{1,24}(?:摄|供图|摄影|/图)[）)]"
    r"|(?:^|[\s。])(?:图为|图片说明|资料图)"
    r"|^\s*[▲△▼]|图[①-⑩一二三四五1-9]\s*[:：]"
)
_PHOTOGRAPHER = re.compile(r"(?:(?<!拍)摄影?|/图|供图)\s*[）)]?\s*\Z")
_BYLINE = re.compile(
    r"[（(【]?\s*+(?:□|■|◎|●)?\s*+(?:本报|本网|本刊|本台|特约|见习|实习|首席|全媒体|融媒体)*"
    r"(?:记者|通讯员|特约撰稿人|文/图|图/文|图文/|文/|文图/|文\s*+[:：])\s*+[/:：|｜]?+\s*+"
    # Possessive between names: two spaces could be shared out in three ways, forty in 3 ** 20.
    r"(?P<names>[\u4e00-\u9fff·]{2,6}"
    r"(?:[\s、,，/;；]++(?:通讯员|记者|实习生)?+\s*+[/:：]?+\s*+[\u4e00-\u9fff·]{2,6})*)"
    r"(?:[\s、,，/;；]++(?:通讯员|记者|实习生))?\s*+(?:报道|摄|摄影报道|文/图|文)?\s*[）)】]?\s*\Z"
)
_BYLINE_ROLE = re.compile(
    r"[（(【□■◎●]?\s*(?:本报|本网|本刊|本台|特约|见习|实习|首席|全媒体|融媒体)*(?:记者|通讯员|文/图|图/文|文/)"
)
_CLOSING_AUTHOR = re.compile(
    r"[（(](?:(?:本报|本网)?(?:记者|通讯员|作者|文|撰稿)\s*[/:：]?\s*)?(?P<names>[\u4e00-\u9fff]{2,4}"
    r"(?:[\s、,，]+[\u4e00-\u9fff]{2,4}){0,3})[）)]\s*\Z"
)
_CONTRIBUTOR = re.compile(
    r"[（(【]?\s*(?P<who>[^\s（）()【】:：。，,]{2,30}?)\s*(?:供稿|来稿|投稿)\s*[）)】]?\s*\Z"
)
_TITLE_LABEL = re.compile(r"(?:标\s*题|题\s*目|文章标题)\s*[:：]\s*")
_TITLE_BUTTON = re.compile(r"[\[【](?:打印|复制|关闭)[^\]】]{0,40}[\]】]\s*")
_FOOTER_SITE = re.compile(r"欢迎光临\s*(?P<name>.+?)\s*[（(]https?://")
_FORUM = re.compile(r"powered by (?:discuz|phpwind|phpbb)|欢迎光临.*\(https?://", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?P<site>[^\s（(]+?(?:网|在线|频道|论坛))(?:[（(].*[）)])?\Z")
_ORGANISATION = re.compile(
    r"(?:委员会|委|政府|办公室|局|厅|部|处|院|中心|公司|集团|协会|学会|大学|学院|报社|网|台|社|站|"
    r"频道|在线|发布|编辑部|平台|办|公安|法院|检察院)(?:[（(].*[）)])?\Z"
)
_ORGANISATION_OR_STATION = re.compile(rf"{_ORGANISATION.pattern}|[站所队科室]\Z")
_NO_OUTLET = re.compile(
    r"[，,;；]|\A(?:起|至|前|止)|(?:通过|批准|修正|修订|施行|实施|生效|失效|废止|截止)"
)
"""What stands beside a date that says something of it, and so is no outlet's name."""
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范"
    "彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾"
    "孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄"
    "危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左"
    "石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班"
    "仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔"
    "阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕"
    "连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖"
    "融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖付闫覃韦涂岳仝佟代亓"
    "陳張劉黃吳趙孫馬羅鄭謝韓許鄧馮葉蔣蘇呂盧賈鐘譚陸"
)

_COMPOUND_SURNAMES = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒")
)


_NO_NAMES = frozenset(
    """
    全文 全体 全国 全省 全市 全县 全区 全镇 公告 公示 通知 应急 计划 简介 简报 简讯 安全 安排
    安居 平安 平台 方案 方法 方式 方针 时间 时事 时政 时评 施工 施行 水利 水务 水文 水电 章程
    章节 任务 任免 任命 高考 高校 高新 高新区 高速 高原 明确 明天 和平 和谐 和解 乐园 白皮书
    白话 石油 石化 华侨 华东 华南 华北 金融 金秋 黄河 黄金 江河 江南 江北 江山 江湖 万岁 马上
    花园 花絮 花卉 路线 路况 路灯 路桥 钱包 钱塘江 党建 党员 党委 党务 党校 党课 党章 党史 卫生
    卫星 云端 云南省 司法 司机 司法所 程序 文件 文化 文明 文摘 文体 文艺 文献 文字 文章 广告
    广场 广播 东部 双拥 双语 祝福 祝贺 常识 常委 常务 常委会 关于 关注 关爱 关闭 查询 查看 查处
    成果 成绩 成立 成效 项目 项目部 毛巾 殷切 管理 管理员 管委会 农业 农村 农民 农经 温暖 温馨
    冷空气 凤凰 强化 强农 米价 古代 古镇 经济 经验 经费 国家 国内 国际 国土 国庆 国税 国企 房产
    房屋 房管 车辆 车站 车间 段落 雷雨 雷电 钟声 井盖 于是 别墅 向上 游客 游戏 游记 益民 相关
    相册 荣誉 终审 居委会 居民 步行 都市 都是 阳光 牛奶 羊毛 宣传 宣传部 宣讲 宣言 印发 印章
    宫殿 童话 童年 郭外 梅花 林业 林区 林地 徐州市 夏季 夏天 夏粮 秋季 秋收 冬季 春季 春节 鱼塘
    史料 史志 唐朝 宋朝 元旦 元宵 元宵节 余额 顾客 孟婆 余热 符合 景区 景点 景观 龙头 龙舟 叶片
    欢迎 包括 包干 包村 左右 石头 丁香 邓论 单位 单项 单据 洪水 洪涝 诸位 吉祥 曲艺 家园 家庭
    家长 家属 封面 储备 储蓄 薄弱 宿舍 白天 从严 从业 籍贯 能源 能力 双创 闻讯 劳动 劳模 劳务
    申请 申报 申诉 申论 牛年 寿险 通讯 通告 通报 通联 边境 边疆 边防 连续 习惯 习作 容易 慎重
    居住 都会 满意 满月 满族 国防 国资 国债 文旅 广大 东方 东海 沃土 利益 利率 利民 师资 师生
    师范 巩固 冷静 那么 简要 简明 空气 空间 空白 丰收 丰富 关键 关系 关心 查封 后记 后勤 后续
    红色 红包 红十字 游览 权利 权限 权益 公益 公司 公开 公安 公安局 公共 公务 公务员 公民 公园
    公路 公证 公约 公文 公布 供稿 来稿
    """.split()  # noqa: SIM905 - words are added to a text, not to a list
)
"""Words of headings and buttons whose first character is a surname too."""


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
    if len(text) > _LONGEST_CHARS or _SENTENCE.search(text):
        return None
    contributor = _CONTRIBUTOR.match(text)
    if contributor and ("供稿" in text or "来稿" in text) and ":" not in text and "：" not in text:
        return Fields(contributor=contributor["who"])
    values = _labelled(text)
    dated = _publication_date(text)
    if not values:
        dated = dated or _dated_by_month(text)
        if dated and _only_date(text, dated):
            return Fields(published=dated.iso)
        return None
    labels = values.keys()
    if labels == {"other"} and not dated:
        return Fields() if _is_counter(text) else None
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


def unread_date(name: str, value: str, line: int | None) -> Evidence:
    """The notice that a field or a line has what is no date that can be read."""
    return Evidence(f"字段 {name} 的日期“{value}”读不懂，没有采用", line, value)


def unread_date_of(document: Document) -> str | None:
    """The words in a document that stand for its date of publication and cannot be read, if any."""
    noted = document.evidence.get("published", ())
    if document.published is not None or not noted or noted[0].sure == "override":
        return None
    return noted[0].quote


def _unread(text: str, value: str | None) -> str | None:
    """What a label says is the date of publication, where it does not have the form of one."""
    if not value:
        return None
    sure = _PUBLISHED_LABEL.search(text) is not None
    return value[:_DATE_CHARS] if sure or is_like_date(value) else None


def _publication_date(text: str) -> Dated | None:
    """The date that a label marks as that of publication, else the first not marked otherwise."""
    for match in _LABEL.finditer(text):
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
    for match in _LABEL.finditer(text):
        colon = _COLON.match(text, match.end())
        if colon:
            marks.append((str(match.lastgroup), match.start(), colon.end()))
    values: dict[str, str] = {}
    for i, (name, _, start) in enumerate(marks):
        end = marks[i + 1][1] if i + 1 < len(marks) else len(text)
        value = text[start:end]
        if name not in ("published", "other"):
            dated = date_in(value)
            value = value[: dated.span[0]] if dated else value
        address = _URL.search(value)
        value = value[: address.start()] if address else value
        value = re.split(r"\s{2,}|\t|[|｜]", value.strip())[0]
        value = _unbracketed(value)
        if value or name not in values:
            values.setdefault(name, value)
    return {
        name: value
        for name, value in values.items()
        if value or name in ("published", "other", "address")
    }


def _unbracketed(value: str) -> str:
    """Without the brackets around it; those that are part of it, 太原长安网(市委政法委), stay."""
    value = value.strip(" \t\u3000|｜/·—<>,，;；-")
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
    return [each.strip(_BRACKETS) for each in around if each[:1].isspace() or each[-1:].isspace()]


def _without(text: str, dated: Dated) -> str:
    start, end = dated.span
    return f"{text[:start]} {text[end:]}".strip(_BRACKETS)


def _only_date(text: str, dated: Dated) -> bool:
    """Whether besides its date a line has hardly more than a clock time or an outlet's name."""
    rest = _without(text, dated)
    return len(rest) <= 12 and not _NO_OUTLET.search(rest)


def _is_counter(text: str) -> bool:
    return len(text) <= 40


def _is_account(author: str) -> bool:
    """Whether a labelled author is a posting account, not a person or an office that wrote."""
    return _ACCOUNT.match(author) is not None or not (
        is_personal_name(author) or _ORGANISATION.search(author) or re.search(r"[\s、,，]", author)
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
    match = _FOOTER_SITE.search(text) if len(text) <= _LONGEST_CHARS else None
    return match["name"] if match else None


def is_forum_footer(text: str) -> bool:
    """Whether a line is the footer that forum software leaves."""
    return len(text) <= _LONGEST_CHARS and _FORUM.search(text) is not None


def is_caption(text: str) -> bool:
    """Whether a line is a picture's caption or credit (every sentence of it, if it has several)."""
    if len(text) > _LONGEST_CHARS:
        return False
    return _PHOTO_CREDIT.search(text) is not None or (
        len(text) <= 60
        and not _SENTENCE.search(text[:-1])
        and _PHOTOGRAPHER.search(text) is not None
    )


def byline_authors(text: str) -> str | None:
    """The names in a line that is, or ends with, a byline such as 本报记者梁启勇."""
    if not any(word in text for word in ("记者", "通讯员", "文/", "图/")):
        return None
    for match in _BYLINE_ROLE.finditer(text, max(0, len(text) - _LONGEST_CHARS)):
        tail = _BYLINE.match(text, match.start())
        if tail and (match.start() == 0 or text[match.start() - 1] in "。)）】 　"):
            return _joined(tail["names"])
    return None


def closing_author(text: str) -> str | None:
    """The name in brackets at the end of an article's last paragraph: ……(梁启勇)."""
    match = _CLOSING_AUTHOR.search(text, max(0, len(text) - _LONGEST_CHARS))
    if match is None:
        return None
    names = re.split(r"[\s、,，]+", match["names"])
    return "、".join(names) if all(is_personal_name(name) for name in names) else None


def is_personal_name(text: str) -> bool:
    """Whether a short text is a Chinese personal name: a surname and one or two characters.

    What begins with a surname and is a place or a word (谢谢, 全文, 江苏) is none.
    """
    # Four characters are a name only with a surname of two.
    name = re.sub(r"\s+", "", text)
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name) is None:
        return False
    if name[0] == name[1] or name in _NO_NAMES or _is_place(name):
        return False
    return name[:2] in _COMPOUND_SURNAMES or (len(name) <= 3 and name[0] in _SURNAMES)


@lru_cache(maxsize=4096)
def _is_place(name: str) -> bool:
    """Whether a province or a city is called so; many counties are called as people are."""
    return any(county is None for _, _, county in Gazetteer.load().resolve(name))


def signature(text: str) -> Fields | None:
    """The date that closes a text, maybe after the office that signs; None for another line.

    What has the form of one and is no date (二〇一九年十三月五日) is ``unread``.
    """
    text = text.strip(_BRACKETS)
    if len(text) > _SIGNATURE_CHARS:
        return None
    dated = date_in(text) or date_in(text, partial=True)
    signer = text if dated is None else text[: dated.span[0]]
    if dated is None:
        unread = _UNREAD_SIGNATURE.fullmatch(text)
        return Fields(unread=unread["date"]) if unread and _signs(unread["signer"]) else None
    if text[dated.span[1] :].strip(_BRACKETS) or not _signs(signer):
        return None
    return Fields(published=dated.iso) if len(dated.iso) > _YEAR_CHARS or signer else None


def _signs(text: str) -> bool:
    """Whether nobody or an office stands before a closing date."""
    text = text.strip(_BRACKETS)
    return not text or (_ORGANISATION.search(text) is not None and not _SENTENCE.search(text))


def source_kind(source: str | None, site: str | None = None) -> str | None:
    """newspaper, web or government by the outlet's name or the site; None if neither tells."""
    if source is None:
        return "government" if site and re.search(r"\bgov\.cn\Z", site) else None
    if re.search(r"(?:报|报社|晚报|日报|周刊|杂志)(?:[（(].*[）)])?\Z", source):
        return "newspaper"
    if re.search(r"(?:网|在线|频道|客户端|公众号|论坛)", source):
        return "web"
    if re.search(r"(?:政府|委员会|委|办公室|局|厅|政法委|法院|检察院|办)\Z", source):
        return "government"
    return None


def _joined(names: str) -> str:
    parts = re.split(r"[\s、,，/;；]+", names)
    cleaned = [re.sub(r"^(?:通讯员|记者|实习生)[/:：]?", "", part) for part in parts]
    return "、".join(part for part in cleaned if part)
