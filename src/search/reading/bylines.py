"""Who wrote a text and for which outlet, as bylines, datelines and lone names tell it.

A dateline opens a report: 新华社北京7月21日电（记者张三）, 新京报讯, 中新网上海5月3日电.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..analysis.segmenters import part_of_speech
from ..facets.gazetteer import Gazetteer

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
    郭外 祝贺 师范 孟婆 沃土 夏粮 高新区 都是 卫星 包村 秋收 洪水 文旅 双创 白皮书 井盖 宣言 顾客
    祝福 史志 师生 双拥 益民 钱塘江 凤凰 荣誉 阳光 毛巾 邓论 文明 雷雨 金秋 宫殿 司法所 强农 宣传部
    都会 籍贯 周知
    """.split()  # noqa: SIM905 - words are added to a text, not to a list
)
"""Words that begin with a surname and that the dictionary does not have, or takes for persons."""

_NO_NAME_ENDS = frozenset("局委办部厅院站所队组区县市镇乡科处社网报台厂店")
"""Characters that end offices and places, and hardly a name."""
_ORGANISED = re.compile(
    "(?:委员会|委|政府|办公室|局|厅|部|处|院|中心|公司|集团|协会|学会|大学|学院|社|网|台|站|报|"
    "频道|在线|编辑部|平台|办|公安|法院|检察院|组|队|团|班|室|科|摄影|撰文|采写|策划|制图|统筹)\\Z"
)
_OUTLET = (
    r"(?:(?!据)[\u4e00-\u9fffA-Za-z0-9]{1,9}?(?:日报|晚报|晨报|早报|时报|商报|快报|导报|青年报|周报|"
    r"社(?![会区团保长])|网(?![络友站民球点])|报(?![告道名警案])|台(?![球湾北南中风])|客户端|在线|周刊|频道|之声|"
    r"(?:新闻|传媒|娱乐|科技|体育|财经|数码|汽车|教育)(?=[讯快记客\s0-9—·（(-]))(?:时刻)?+)"
)
_NAMES_CHARS = 20
_OUTLET_CHARS = 10
_OUTLET_ALONE = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?:日报|晚报|晨报|早报|时报|商报|快报|导报|青年报|都市报|周报|周刊|通讯社)"
    r"|新华社|中新社|(?:新华|人民|中新|央视|光明|中国经济|中国新闻|[\u4e00-\u9fff]{2,6}(?:新闻|监察|日报))网"
)
_OWN = "本(?:报|网|刊|台|社|站)"
_ROLE = (
    r"(?:(?:总台|央视|每经|特约|特派|见习|实习|首席|高级|资深|全媒体|融媒体|摄影|文字)*+"
    r"(?:驻[\u4e00-\u9fff]{2,4}?)?(?:记者(?![会节团站证协])|通讯员|实习生|撰稿人|评论员(?!文章)))"
)
_NAME = (
    r"(?:[\u4e00-\u9fff·]{2,6}|[\u4e00-\u9fff][ \u3000\xa0]{1,2}[\u4e00-\u9fff](?![\u4e00-\u9fff]))"
)
_LONGEST_CHARS = 200
_LINE_CHARS = 60
"""A line with a byline alone is no longer."""
_BEFORE_ROLE = (
    rf"(?:{_OWN}|《(?P<paper>[^》]{{2,12}})》"
    rf"|(?P<outlet>{_OUTLET})(?:[、/·][\u4e00-\u9fff]{{1,6}})?(?=\S{{0,8}}记者))?"
)
_WRITTEN_BY = r"文并摄/|文/图|图/文|图文/|文/|文图/|文\s*+[:：]|文[|｜丨]"
_BYLINE = re.compile(
    rf"[（(【]?\s*+(?:□|■|◎|●|◆)?\s*+(?:文\s+)?{_BEFORE_ROLE}"
    rf"(?:{_ROLE}|(?:{_WRITTEN_BY})(?:{_OWN}?{_ROLE})?)\s*+[/:：|｜]?+\s*+"
    # Possessive between names: two spaces could be shared out in three ways, forty in 3 ** 20.
    rf"(?P<names>{_NAME}(?:[\s、,，/;；]++(?:{_OUTLET}?{_ROLE})?+\s*+[/:：]?+\s*+{_NAME}){{0,8}}+)"
    rf"(?:[\s、,，/;；]++{_ROLE})?\s*+"
    r"(?:(?:综合|摄影|编译)?报道|发自\S{2,8}|(?P<photo>摄)|文/图|文)?\s*"
    r"(?:(?:编辑|责编|校对|审核|摄影|视频|图)\s*[/／|｜丨:：].{1,20})?"
    # A number that papers file their articles under: J148.
    r"(?:\s*[A-Z][0-9]{2,4})?[）)】]?\s*\Z"
)
_BYLINE_CHARS = 60
_BEGINS = re.compile(r"\A|[。)）】”」 \u3000]")
_OF_SOME_DESK = re.compile(rf"[\u4e00-\u9fffA-Za-z0-9]{{2,6}}?(?={_ROLE}[\s:：])")
"""新浪手机特约记者 曾诚."""
_NAME_WROTE = re.compile(rf"[（(]?(?P<names>{_NAME})\s*[/／|｜]\s*文(?=[\s）)/／]|\Z)")
_AT_A_HOUSE = re.compile(
    r"(?<=[\u4e00-\u9fff])[（(][^（()）]{1,24}(?:大学|学院|研究[院所]|医院|中心|公司|事务所)[）)]\s*\Z"
)
"""Where an author works: 文/张三（某大学）."""
_HOUSE_CHARS = 30
"""So much more of a line is looked at for that."""
# In no alternative a class first: what begins with one of some characters is found fast.
_MAY_BE_BYLINE = re.compile(r"记者|通讯员|评论员|文[/:：|｜丨]|图/|/ *文|／ *文|\| *文|｜ *文")
_CLOSING_AUTHOR = re.compile(
    rf"[（(](?:(?:{_OWN})?(?:记者|通讯员|作者|文|撰稿)\s*[/:：]?\s*)?(?P<names>[\u4e00-\u9fff]{{2,4}}"
    r"(?:[\s、,，]+[\u4e00-\u9fff]{2,4}){0,3})[）)]\s*\Z"
)
_CLOSING_OUTLET = re.compile(
    rf"[（(](?P<outlet>{_OUTLET})\s*[:：]\s*(?P<names>{_NAME}(?:[\s、]+{_NAME})*)[）)]\s*\Z"
)
_CLOSING_OUTLET_ALONE = re.compile(
    r"[（(](?!据)([\u4e00-\u9fff]{2,8}(?:网|日报|晚报|晨报|早报|时报|商报|新华社|中新社))[）)]\s*\Z"
)
_DAY = "(?:[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,2}日)"
_REPORTERS = (
    r"[\s】\]：:，,]*+(?:[（(](?P<inside>[^（()）]{2,60})[）)]"
    rf"|(?:{_OUTLET}|{_OWN})?{_ROLE}[\s:：]*(?P<plain>{_NAME}(?:[\s、]++(?:{_ROLE}\s*+)?+{_NAME})*)(?=[\s，,】]))?"
)
_SEVERAL = (
    rf"[\u4e00-\u9fff]{{2,4}}(?:、(?:[\u4e00-\u9fff]{{2,6}}{_ROLE})?[\u4e00-\u9fff]{{2,3}}){{1,4}}"
)
"""张军、某某台记者李四、王五."""
_DATELINE = re.compile(
    rf"[\s【\[（(]*+(?P<told>据)?(?:{_OWN}|(?P<outlet>{_OUTLET}(?:[-—·/]{{1,2}}{_OUTLET})?))"
    rf"(?:新闻客户端|客户端)?(?:快|专|综合)?(?:\s*记者\s*(?P<reporter>{_SEVERAL}(?=报道|[0-9])|[\u4e00-\u9fff]{{2,4}}?(?!、)))?"
    rf"[^。，,；;：:！？!?（()）]{{0,18}}?{_DAY}?(?:凌晨|上午|下午|晚间|晚)?\s*"
    r"(?:(?P<wired>电|讯)(?=[\s（(【】\]）)：:，,“]|题[:：]|\Z)|消息(?=[\s（(：:，,])"
    rf"|(?:综合)?报道(?=\s*记者|[】：:])|AI快讯|(?<=日)(?:电(?=[\u4e00-\u9fff])|报道(?=[\s，,]))){_REPORTERS}"
)
_OTHER_DATELINE = re.compile(
    # Names that do not tell that they are outlets': 南都讯, 品玩11月5日讯, 【TechWeb】11月3日消息.
    rf"[\s]*+(?:【(?P<bracketed>[\u4e00-\u9fffA-Za-z0-9]{{2,12}})】\s*(?:{_DAY}(?:凌晨|上午|下午|晚间)?)?(?:消息|讯)(?=[，,\s（(：:])"
    rf"|(?P<dated>[\u4e00-\u9fffA-Za-z0-9]{{2,12}}?){_DAY}(?:凌晨|上午|下午|晚间)?讯(?=[\s，,（(：:])"
    rf"|(?P<short>[\u4e00-\u9fff]{{2,4}}?)(?:快)?讯(?:\Z|(?=[\s（(]))"
    rf"|(?P<latin>[A-Za-z][A-Za-z0-9]{{2,14}})\s*{_DAY}(?:凌晨|上午|下午|晚间)?消息(?=[，,\s（(：:])"
    rf"|(?={_OWN}{_ROLE}|{_ROLE})(?P<own>)(?=\S{{2,16}}报道[\s：:])){_REPORTERS}"
)
_NO_OUTLETS = frozenset(
    """
    综合 最新 快讯 资讯 时间 通 简 短 电 音 喜 图 记者
    """.split()  # noqa: SIM905 - a list of words
)
_DATELINE_CHARS = 90
"""A dateline with its reporters is no longer."""
_ANY_ROLE = re.compile(rf"(?:{_OUTLET}|{_OWN}|《[^》]{{2,12}}》)?{_ROLE}\s*[:：/／]?")
_AFTER_NAMES = re.compile(
    r"(?:校对|编辑|责编|审核|监制|视频|制图|摄制|发自|综合报道|摄影报道|报道).*", re.DOTALL
)
_NOT_NAMES = frozenset("文 图 摄 文图 摄影 报道 综合 整理 等".split())  # noqa: SIM905
_HAN = "[\\u4e00-\\u9fff]"
_SET_APART = re.compile(rf"(?<!{_HAN})({_HAN})[ \u3000\xa0]{{1,2}}({_HAN})(?!{_HAN})")
_INITIALLED = re.compile(
    r"(?:[A-Z]\s?[.·•]\s?){1,3}(?:[\u4e00-\u9fff]{2,6}(?:[·•][\u4e00-\u9fff]{1,8}){0,2}|[A-Z][\w'’-]+)"
)
"""J.K.罗琳, A·C·克拉克, D. E. Knuth."""
_MINORITY = re.compile(r"[\u4e00-\u9fff]{1,8}(?:[·•][\u4e00-\u9fff]{1,8}){1,3}")


@dataclass(frozen=True, slots=True)
class Byline:
    """The outlet and the authors, joined by 、, that some words name; None for what they do not.

    A picture's credit names none.
    """

    outlet: str | None = None
    authors: str | None = None


def byline(text: str) -> Byline | None:
    """What a line tells that is, or ends with, a byline such as 本报记者梁启勇."""
    who, _, outlet = text.partition("/") if len(text) <= _LINE_CHARS else ("", "", "")
    if outlet and is_outlet(outlet.strip()) and (names := lone_names(who.strip())):
        return Byline(outlet.strip(), "、".join(names))  # 张三/某某青年报
    if _MAY_BE_BYLINE.search(text, max(0, len(text) - _BYLINE_CHARS - _HOUSE_CHARS)) is None:
        return None
    text = _AT_A_HOUSE.sub("", text)
    if wrote := _NAME_WROTE.match(text):
        return Byline(None, _names_in(wrote["names"])) if len(text) <= _LINE_CHARS else None
    said = _byline_in(text)
    if said is None and len(text) <= _LINE_CHARS and (desk := _OF_SOME_DESK.match(text)):
        return _byline_in(text[desk.end() :])
    return said


def _byline_in(text: str) -> Byline | None:
    first = max(0, len(text) - _BYLINE_CHARS)
    if _MAY_BE_BYLINE.search(text, first) is None:
        return None
    for begin in _BEGINS.finditer(text, first):
        tail = _BYLINE.match(text, begin.end())
        if tail:
            if tail["photo"]:
                # Who took a picture has not written the text; what a picture shows may be the text.
                return Byline() if tail.start() == 0 else None
            authors = _names_in(tail["names"])
            return Byline(tail["paper"] or tail["outlet"], authors) if authors else None
    return None


def dateline(text: str) -> Byline | None:
    """What the first words of an article tell of its outlet and reporters; None without a dateline.

    本报讯 names reporters alone.
    """
    begin = text[:_DATELINE_CHARS]
    outlet = reporter = None
    match = _DATELINE.match(begin)
    if match is not None:
        if match["told"] and not match["wired"]:
            return None  # 据央视消息 is whom a report relies on
        outlet, reporter = match["outlet"], match["reporter"]
    else:
        match = _OTHER_DATELINE.match(begin)
        if match is None:
            return None
        outlet = match["bracketed"] or match["dated"] or match["short"] or match["latin"]
        if outlet and (
            _is_place(outlet)
            or outlet.endswith((*_NO_OUTLETS, *"省市县区镇乡"))
            or (part_of_speech(outlet) or "")[:1] in ("t", "r")  # 近日讯, 我校讯
        ):
            outlet = None
    said = match["inside"] or match["plain"] or reporter or ""
    is_credited = match["inside"] is None or _ANY_ROLE.search(said) is not None
    authors = _names_in(said) if is_credited else _uncredited(said)
    return Byline(outlet, authors) if outlet or authors else None


def closing_byline(text: str) -> Byline | None:
    """What brackets tell that end an article's last paragraph: ……(梁启勇), （北京晚报：孔宁）."""
    end = text[-_LONGEST_CHARS:]
    if with_outlet := _CLOSING_OUTLET.search(end):
        return Byline(with_outlet["outlet"], _names_in(with_outlet["names"]))
    if outlet := _CLOSING_OUTLET_ALONE.search(end):
        return Byline(outlet[1])
    match = _CLOSING_AUTHOR.search(end)
    authors = _uncredited(match["names"]) if match else None
    return Byline(None, authors) if authors else None


def is_outlet(text: str) -> bool:
    """Whether a line is an outlet's name alone, as stands between a title and its article."""
    return len(text) <= _OUTLET_CHARS and _OUTLET_ALONE.fullmatch(text) is not None


def is_personal_name(text: str) -> bool:
    """Whether a short text that stands alone is a Chinese personal name, and no word or place.

    谢谢, 全文, 公告, 江苏 and 桂林 begin with surnames too.
    """
    name = re.sub(r"\s+", "", text)
    if not has_name_form(name) or name in _NO_NAMES or name[-1] in _NO_NAME_ENDS:
        return False
    if Gazetteer.load().resolve(name):
        return False  # a county, as likely as a person of its name
    return (part_of_speech(name) or "nr").startswith("nr")


def lone_names(text: str) -> tuple[str, ...]:
    """The names in a line that has nothing else, maybe in brackets; none for any other line."""
    text = text.strip("（()） \u3000")
    if len(text) > _NAMES_CHARS:
        return ()
    if is_personal_name(text):
        return ("".join(text.split()),)
    names = [name for name in re.split(r"[\s、,，]+", text) if name]
    return tuple(names) if len(names) > 1 and all(map(is_personal_name, names)) else ()


def has_name_form(text: str) -> bool:
    """Whether a text is a surname and one or two characters, as a label or a role announces it."""
    # Four characters are a name only with a surname of two.
    name = re.sub(r"\s+", "", text)
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name) is None or name[0] == name[1]:
        return False
    is_name = name[:2] in _COMPOUND_SURNAMES or (len(name) <= 3 and name[0] in _SURNAMES)
    return is_name and not _is_place(name)


def has_initials(text: str) -> bool:
    """Whether a text is a name whose first ones are initials."""
    return _INITIALLED.fullmatch(text) is not None


def is_author_name(text: str) -> bool:
    """Whether a field that is for authors has a person's name: also one such as 古丽·某某."""
    return has_name_form(text) or has_initials(text) or _MINORITY.fullmatch(text) is not None


def _names_in(text: str) -> str | None:
    """The names that roles announce, joined by 、."""
    plain = _AFTER_NAMES.sub("", _ANY_ROLE.sub("、", text))
    # 贾 丽 is one name, in which the two characters are set apart.
    plain = _SET_APART.sub(r"\1\2", plain)
    parts = [part.strip(" \u3000\xa0:：/") for part in re.split(r"[\s、,，/／;；|｜]+", plain)]
    parts = [_without_place(part) for part in parts if part and part not in _NOT_NAMES]
    names = [part for part in parts if _may_be_name(part)]
    return "、".join(dict.fromkeys(names)) or None


def _without_place(part: str) -> str:
    """王伟深圳报道 is by 王伟 from 深圳."""
    for length in (3, 2):
        if len(part) >= length + 2 and has_name_form(part[:length]) and _is_place(part[length:]):
            return part[:length]
    return part


def _uncredited(text: str) -> str | None:
    """The names of a bracket that tells no role, where all in it are names."""
    names = [name for name in re.split(r"[\s、,，]+", text.strip()) if name]
    return "、".join(names) if names and all(map(is_personal_name, names)) else None


def _may_be_name(text: str) -> bool:
    """Whether what a role announces is a name or a pen name: no office and no word."""
    if _MINORITY.fullmatch(text):
        return True
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text) is None:
        return False
    if has_name_form(text):
        return True
    return _ORGANISED.search(text) is None and (part_of_speech(text) or "nr").startswith("nr")


@lru_cache(maxsize=4096)
def _is_place(name: str) -> bool:
    """Whether a province or a city is called so; many counties are called as people are."""
    return any(county is None for _, _, county in Gazetteer.load().resolve(name))


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
