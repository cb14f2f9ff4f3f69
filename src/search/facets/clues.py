"""Find the words of a list in a text: all of them in one pass, overlapping ones too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

try:
    import ahocorasick_rs
except ImportError:  # There is no wheel for every system.
    ahocorasick_rs = None  # type: ignore[assignment]

Word = tuple[int, int, int]
"""Number of a word, start and end of it in a text."""


class WordFinder:
    """An Aho-Corasick automaton over the words (Aho and Corasick, CACM 18(6), 1975).

    Words must not be empty. Safe to share between threads.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self._automaton: Any = (
            ahocorasick_rs.AhoCorasick(self.words, store_patterns=False)
            if ahocorasick_rs
            else _Pairs(self.words)
        )

    def find(self, text: str) -> list[Word]:
        """Every occurrence, in order of start, the longest first."""
        found: list[Word]
        try:
            found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            # Half a character is no text for the library; one code point stays one.
            whole = text.encode("utf-8", "replace").decode()
            found = self._automaton.find_matches_as_indexes(whole, overlapping=True)
        # They come in order of their ends.
        found.reverse()
        found.sort(key=itemgetter(1))
        return found


class _Pairs:
    """The same by a look at each two characters of a text: finds what the automaton finds, and a
    search of places and topics takes three times as long.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._numbers: dict[str, list[int]] = {}
        for number, word in enumerate(words):
            self._numbers.setdefault(word, []).append(number)
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {begin: tuple(sizes) for begin, sizes in lengths.items()}
        self._begins = (2, 1) if any(len(word) == 1 for word in words) else (2,)

    def find_matches_as_indexes(self, text: str, *, overlapping: bool) -> list[Word]:
        """Every occurrence, in order of the ends."""
        numbers, lengths = self._numbers, self._lengths
        found = [
            (number, at, at + size)
            for at in range(len(text))
            for chars in self._begins
            if at + chars <= len(text)
            for size in lengths.get(text[at : at + chars], ())
            if at + size <= len(text)
            for number in numbers.get(text[at : at + size], ())
        ]
        return sorted(found, key=itemgetter(2))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceClues:
    """The parts of a document that name places; all optional, each as it stands in the text.

    ``body`` holds the body paragraphs, ``source`` the original outlet, ``site`` and ``site_name``
    the host, ``posted_by`` an account, ``breadcrumbs`` the text of the breadcrumb line,
    ``promulgation`` the lines of a regulation that say who passed it.
    """

    title: str | None = None
    eyebrow: str | None = None
    subtitle: str | None = None
    body: Sequence[str] = ()
    headings: Sequence[str] = ()
    captions: Sequence[str] = ()
    promulgation: Sequence[str] = ()
    source: str | None = None
    site: str | None = None
    site_name: str | None = None
    contributor: str | None = None
    author: str | None = None
    posted_by: str | None = None
    breadcrumbs: str | None = None


ACT_TITLE = re.compile(
    r"(?:条例|规定|办法|规则|细则|决定|决议|章程|通告|公告)(?:[（(][^）)]{0,100}[）)])?\s*+\Z"
)
"""The title of a regulation: its first place is the one it holds for."""

ISSUER = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{2,30}?)(?:第[一二三四五六七八九十百〇○零0-9\s]+届)?"
    r"(?:人民代表大会|人民政府)"
)
"""Who passed a regulation; search it in a line that begins with a date or says 通过, 批准, 公布."""

NATIONAL_ISSUER = re.compile(
    r"\s*(?:最高人民法院|最高人民检察院|国务院|全国人民代表大会|全国人大|中华人民共和国|中共中央|"
    r"中央军委|[\u4e00-\u9fff]{2,8}部关于)"
)

NATIONAL_ACT = re.compile(
    rf"(?:{ACT_TITLE.pattern}|(?:法|法典|修正案|解释|批复)(?:[（(][^）)]{{0,100}}[）)])?\s*+\Z)"
)
"""The title of an act behind the name of a national issuer."""

NATIONAL_PAPER = re.compile(
    r"(?:意见|通知|解答|纲要|规划|计划|公报|报告|白皮书|规范)(?:[（(][^）)]{0,100}[）)])?\s*+\Z"
)
"""The title of a paper behind the name of a national issuer, that may be on one place though."""

NATIONALLY_PASSED = re.compile(
    r"全国人民代表大会|[国政]务院|最高人民(?:法院|检察院)|主席令|中央军(?:委|事委员会)|总局令|"
    r"国家[\u4e00-\u9fff]{2,14}(?:局|委员会|部)(?:令|发布|公布|批准)|"
    r"(?:中华人民共和国|(?<![\u4e00-\u9fff]))[\u4e00-\u9fff]{2,12}部(?:令|第|、|发布|公布|部务)"
)
"""In the history of an act: who passes or promulgates what holds everywhere."""

REPORT_TITLE = re.compile(r"报告(?:[（(][^）)]{0,100}[）)])?\s*+\Z")
GIVEN_TO_THE_CONGRESS = re.compile(
    r"第[一二三四五六七八九十0-9]{1,3}届全国人民代表大会(?:常务委员会)?"
    r"第[一二三四五六七八九十0-9]{1,3}次会议上"
)
"""Below the title of a report: to whom it was given."""

OUTLET = re.compile(
    r"日报|晚报|早报|晨报|商报|都市报|时报|法制报|法治报|新报|导报|广播|电视|新闻|发布|长安网|平安|"
    r"政府|政务|公安|检察|法院|司法|在线|热线|频道|融媒|网|报社|市委|县委|区委|党委|政法|信息|宣传"
)
"""What follows a place in the name of an outlet or an office there."""

PRINTED_IN = re.compile(r"\A\s*[【\[][^】\]]{2,20}(?:报|网|台|社|刊)[】\]]")
"""The outlet in brackets before a title: 【淄博日报】."""

_DATELINE = re.compile(
    r"[市县区州]?(?:\s*(?:\d{1,4}年)?\d{1,2}月\d{1,2}日)?\s*(?:电|讯|消息)(?=[\s\u3000(（:：,，【]|题[:：]|$)"
)
_GIVEN_IN = re.compile(
    r"[^，。,;；]{0,40}?(?:举行|召开|开幕|闭幕|举办|发布|会见|会谈|签署|出席|介绍|宣布|表示|揭晓|成立|"
    r"颁|落幕|收官|接受|抵达|离开|时间|人民大会堂|钓鱼台)"
)
"""Behind 在北京: what is done in a capital for the whole country."""

_AGENCY = re.compile(r"(?:[网社报台刊]|频道|客户端)\s*\Z")
_SELF = re.compile(
    r"[我全本该省市县区州](?:(?<=[我全本该])(?P<unit>[省市县区州旗])(?![场面值域])"
    r"|(?<=[省市县区州])(?<![\u4e00-\u9fff].)"
    r"(?=委[、书政常组宣领办统]|委[,，]|政府|人大|政协|公安局|检察院|法院|司法局))"
)


_WHEN = re.compile(
    r"(?:[\s\d年月日:-]*[\u4e00-\u9fff]{1,6}讯(?:\s*[（(][^（()）]{2,40}[）)])?)?+"
    r"[\s\d零〇一二三四五六七八九十年月日号时点分秒许左右今昨前当天晚早晨上下中午凌深夜间近约星期周（）(),，:：、-]*在?"
)


def is_where_it_begins(before: str) -> bool:
    """Whether a text that begins so has only said when: 12月26日凌晨，〈吴江区〉."""
    return _WHEN.fullmatch(before) is not None


def dateline_end(before: str, after: str) -> bool:
    """Whether a place between these two is a dateline's: 人民网〈贵港〉12月18日电."""
    return _DATELINE.match(after) is not None and _AGENCY.search(before) is not None


def is_where_it_was_given(before: str, after: str) -> bool:
    """Whether a place between these is only where news of the country was made: 在〈北京〉召开."""
    return before[-1:] in ("在", "于", "抵", "离", "开") and _GIVEN_IN.match(after) is not None


def self_references(text: str) -> dict[str, int]:
    """How often a text calls its own place 省, 市, 县, 区 … (我市, 全市, 市委)."""
    counts: dict[str, int] = {}
    for match in _SELF.finditer(text):
        unit = match["unit"] or match.group()
        counts[unit] = counts.get(unit, 0) + 1
    return counts


_NO_BORDER = "的在和与及将对向从被把了是有为等到于以上下中内外各全市县区省州我这那其该本由同至也"
_GAP = rf"[^\W{_NO_BORDER}]"
_INSTITUTION = (
    rf"{_GAP}{{0,12}}?(?:有限|股份|责任)公司|{_GAP}{{0,6}}?(?:公司|集团|交易所)"
    rf"|{_GAP}{{0,8}}?(?:大学|学院|卫星|(?:律师|会计师)事务所)"
    r"|(?:银行|证券|基金|信托|保险|人寿|股份|控股|汽车|啤酒|药业|航空|钢铁|石化|重工|实业|电器|水泥|矿业|"
    r"水电|轮胎|高科)"
)
_BEARS_ITS_NAME = re.compile(
    rf"{_INSTITUTION}|{_GAP}{{0,4}}?[报网社台刊](?=讯|记者|报道|消息|电|社)"
    r"|(?:卫视|队|队员|俱乐部|"
    r"(?:青年|都市|环球)?(?:日报|晚报|晨报|早报|商报|时报|都市报|青年报|电视台|广播电台))"
    rf"|{_GAP}{{0,4}}?(?:频道|圆桌会议?|论坛|峰会|公开赛)"
    r"|(?:[冬残]?奥(?:运|组委)|亚运|世博|大运会|全运会)"
)
_OF_NO_PLACE = re.compile(r"(?:证券|保险)报|大学(?!生)|时间\Z")
_NAMED_AFTER = re.compile(
    r"(?:同乡会|小区|社区|花园|广场|大厦|饭店|宾馆|酒店|号|牌|菜|话)"
    r"|(?:著名|知名|资深|老牌)(?:演员|歌手|导演|艺人|[男女明影歌]星|电影)"
    r"|功夫|武侠|影[星坛迷]|[乐歌]坛|电视剧|电影(?![学节院周展城市协局])"
)
_EXPERT = re.compile(
    rf"(?:{_GAP}|[和同中]){{0,10}}?医院[^，。,;；]{{0,12}}?(?:医生|医师|主任|教授|专家|博士)"
    "[^，。,;；]{0,6}?(?:说|指出|介绍|提醒|建议)"
)
_FOR_EXAMPLE = re.compile(r"[^，。,;；]{0,4}?的(?:数据|研究|调查|例子)|为例")
_IS_CALLED = (
    "演员", "歌手", "导演", "主持人", "编剧", "艺人", "影星", "男星", "女星", "明星", "选手",
    "球员", "教练",
)  # fmt: skip
"""Before the name of a person: 演员高雄."""
_SITS_THERE = re.compile(r"海关|海事局|铁路(?:局|集团|部门|公安)")
_FOREIGN_NAME = re.compile(
    r"[\u4e00-\u9fff](?:[·•][\u4e00-\u9fff]{1,3}|(?<![网报社台])-[\u4e00-\u9fff])\Z"
)
_ABROAD = re.compile(r"(?:[美英法德俄韩泰]国|日本|印度|俄罗斯|加拿大|澳大利亚)\Z")
_SOURCE = re.compile(r"[^，。,;；]{0,12}?(?:消息|报道|数据|统计|资料)")
_FAR = re.compile(r"[^，。,;；]{0,6}?\d+(?:\.\d+)?(?:公里|千米)")
_BESIDE_ALL_PROVINCES = re.compile(r"(?:[区市)）]|省份?|各地)[和及、]\Z")
"""31个省(自治区、直辖市)和〈新疆〉生产建设兵团: the whole country."""
_GOES_TO = ("开往", "驶往", "飞往", "前往", "至", "到")
_IS_A_VEHICLE = re.compile(
    r"[^，。,;；]{0,12}?(?:列车|客车|班车|大巴|轿车|航班|客机|动车|高铁|快车)"
)
_GOES_FROM = re.compile(rf"[省市县]?(?:开往|驶往|飞往)[^，。,;；]{{2,8}}?的{_IS_A_VEHICLE.pattern}")
"""〈西安〉开往〈乌鲁木齐〉的列车 may be anywhere."""
_REPORTED = re.compile(r"[^，。,;；]{0,14}?(?:报道|消息|媒体)")


def is_of_a_work(before: str, after: str) -> bool:
    """Whether a place stands in the title of a work (《南京！南京！》) that is no act there."""
    opened = before.rfind("《")
    if opened < 0 or before.find("》", opened) >= 0:
        return False
    closed = after.find("》")
    return closed >= 0 and ACT_TITLE.search(before[opened + 1 :] + after[:closed]) is None


def bears_its_name(before: str, after: str, *, short: bool) -> bool:
    """Whether a place between these is only part of the name of something else.

    Companies, exchanges, universities and satellites bear the name of where they began
    (深圳证券交易所); a community or a house (西安社区) bears the ``short`` form of one far away.
    """
    if _BEARS_ITS_NAME.match(after) or is_of_a_work(before, after):
        return True
    if before[-1:] == "据" and _REPORTED.match(after):
        return True
    if before[-1:] == "距" and _FAR.match(after):
        return True
    if _BESIDE_ALL_PROVINCES.search(before) and after.startswith(("生产建设兵团", "兵团")):
        return True
    if _GOES_FROM.match(after) or (before.endswith(_GOES_TO) and _IS_A_VEHICLE.match(after)):
        return True
    # Who comes from a place is elsewhere; 优丽亚娜·瑟吉安科 is a person.
    if before[-2:] == "来自" and short and not _SOURCE.match(after):
        return True
    if _FOREIGN_NAME.search(before):
        return True
    if short and before.endswith((*_IS_CALLED, "老")):
        return True
    return short and _NAMED_AFTER.match(after) is not None


def only_sits_there(after: str) -> bool:
    """Whether the name of a city goes on as that of an office for more than it: 兰州〈海关〉."""
    return _SITS_THERE.match(after) is not None


def is_only_quoted(after: str, *, short: bool) -> bool:
    """Whether a place that goes on so is in the body of a text only that of a doctor who speaks.

    The ``short`` form may be that of an example too: 以上海为例, 上海的数据.
    """
    if short and _FOR_EXAMPLE.match(after):
        return True
    return "医院" in after and _EXPERT.match(after) is not None


_MATCH = (
    "联赛|赛季|[主客]场|外援|主帅|助攻|篮板|进球|替补|常规赛|季后赛|国脚|CBA|NBA|中[超甲乙]|亚冠|"
    "(?:[248四八]|16|32|十六)强|足协|保级|男[篮足排]|女[篮足排]|后卫|中卫|中锋|前锋(?!区)|迎战|对阵"
)
_GAME = re.compile(rf"(?P<match>{_MATCH})|球[队员迷门]|教练|俱乐部|首发|夺冠|冠军|晋级|比分|足球")
_SEVERAL_WORDS = 4
_GAME_CHARS = 4000
_PLAYED_IN = re.compile(
    r"[^，。,;；]{0,12}?(?:体育[馆场]|体育中心|球场|机场|举行|进行|打响|开[赛战幕])"
    r"|市|警|交警|消防|一[家名位]"
)


def is_of_teams(text: str) -> bool:
    """Whether a text is of games, in which the short names of places are those of teams.

    Half of its words must be of matches: champions, coaches and clubs are elsewhere too.
    """
    words: set[str] = set()
    of_matches: set[str] = set()
    for found in _GAME.finditer(text, 0, _GAME_CHARS):
        words.add(found.group())
        if found["match"]:
            of_matches.add(found.group())
        if len(words) >= _SEVERAL_WORDS and 2 * len(of_matches) >= _SEVERAL_WORDS:
            return True
    return False


def is_where_it_is_played(before: str, after: str) -> bool:
    """Whether a place between these, in a text of games, is a place after all."""
    return before[-1:] in ("在", "抵", "赴", "到") or _PLAYED_IN.match(after) is not None


_COUNTRIES = WordFinder(
    """
    美国 英国 法国 德国 韩国 泰国 日本 俄罗斯 朝鲜 印度 加拿大 澳大利亚 新西兰 新加坡 马来西亚 越南
    菲律宾 印尼 缅甸 芬兰 瑞典 挪威 丹麦 荷兰 比利时 瑞士 奥地利 意大利 西班牙 葡萄牙 希腊 土耳其
    以色列 伊朗 伊拉克 埃及 南非 巴西 阿根廷 墨西哥 乌克兰 波兰 欧洲 美洲 非洲
    伦敦 巴黎 纽约 东京 首尔 悉尼 莫斯科
    """.split()  # noqa: SIM905 - a list of words
)
_NO_COUNTRY = re.compile(
    "朝鲜族|俄罗斯族|非洲猪瘟|美国白蛾|法国梧桐|日本血吸|荷兰豆|[今近昨次当即每生节假0-9]日本|日本报[讯记社]"
    "|[执依]法国|[美英法德韩泰]国[际家]|[今明清]朝鲜|[穿跨超翻]越南|[东西中华指]南非|南非遗|生意大利|尘埃及|埃及伊|宋东京"
)
"""今日本市 is not of 日本, 中德国际 not of 德国."""


def countries(text: str, places: Iterable[tuple[int, int]]) -> list[int]:
    """Where a text names other countries and their great cities.

    None begins within one of ``places`` (start and end of each): 宁波兰江街道, 湖南非遗.
    """
    taken = {at for start, end in places for at in range(start, end)}
    return [
        start
        for _, start, end in _COUNTRIES.find(text)
        if start not in taken and not _NO_COUNTRY.search(text, max(start - 1, 0), end + 2)
    ]


_OF_THE_STATE = re.compile(
    r"\s*(?:[（(【][^）)】]{2,12}[）)】])?\s*(?:国家(?!级|公园|森林|湿地|地质)|国务院|国新办|国资委|央行"
    r"|中央(?!大街|公园)|中共中央|最高(?:人民|法|检)|全国(?!首|第)|(?:中国)?(?:证|银保?)监会|31个?省"
    r"|(?![\u4e00-\u9fff]{0,8}[委局院队])[\u4e00-\u9fff]{2,10}部[:：])"
)


def is_of_the_state(title: str) -> bool:
    """Whether a title begins with who speaks for the whole country: 教育部：高考延期."""
    return _OF_THE_STATE.match(title) is not None


def is_abroad(before: str) -> bool:
    """Whether what follows is a place in another country, called like one here: 美国〈德州〉."""
    return _ABROAD.search(before) is not None


def is_of_no_place(after: str) -> bool:
    """Whether an outlet that begins with a place and goes on so is of the whole country."""
    return _OF_NO_PLACE.match(after) is not None


_FULL_OFFICE = re.compile(
    r"人民政府|人民法院|人民检察院|人大常委会|政协|纪委|委员会|委|(?:[\u4e00-\u9fff]{0,8}?)"
    r"(?:委员会|局(?!面|部|势|限)|厅(?!堂)|中心|办公室|总队|支队)"
)


_FORCE = re.compile("警方|公安|消防|交警|民警|城管|特警")


def is_office(after: str, *, short: bool) -> bool:
    """Whether the name of a place goes on as that of an office there: 平遥县〈人民政府〉.

    A ``short`` form does so only for those that are called to what happens: 平遥〈消防〉.
    """
    return (_FORCE if short else _FULL_OFFICE).match(after) is not None


_HAN = re.compile(r"[\u4e00-\u9fff]")
_GOES_ON = re.compile(
    r"[的在和与及将对向从被把了是有为等到于以上下中内外各全市县区省州地级我这那其该本由同至也已还可会要"
    r"东西南北人籍]|公安|警方|交警|民警|消防|火车站|高铁站|机场|地铁|法院|检察|检方|法官|政法|海关|日报|晚报|发布|今|昨|记者|方向|往"
)

_PART = re.compile("[\u4e00-\u9fff]{1,4}(?:镇|乡|村|街道|路|大道)")


def same_continuation(followers: Sequence[str]) -> bool:
    """Whether a name goes on with the same characters wherever it stands: 宁德时代, 阿里云.

    Of words that go on in any sentence (宁德市, 宁德的, 宁德警方) and of parts of a place
    (合肥小庙镇) that says nothing.
    """
    same = {text[:1] for text in followers}
    if len(followers) < 2 or len(same) > 1 or not _HAN.fullmatch(same.pop()):
        return False
    return not _GOES_ON.match(followers[0]) and not _PART.match(followers[0])
