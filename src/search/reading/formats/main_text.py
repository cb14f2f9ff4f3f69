"""Which of a page's lines are its article, and what stands beside it: menus, teasers, comments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from lxml import etree

from .. import metadata
from ..extract import bare
from ..headings import furniture, is_prose, opens_tail
from .page_lines import PageLine

Outside = tuple[str, str]
"""(kind, reason in Chinese) of a line that is not the article's."""

_CHILD_SHARE = 0.7
"""The share of an element's prose with which one child is taken for the article's element."""
_PEERS_SHARE = 0.1
"""The share of an element's prose that children like the heaviest have where all are its."""
_SURE_SHARE = 0.6
"""The share of the page's prose with which the element found needs no second opinion."""
_OPINION_SHARE = 0.5
"""A second opinion with less of the prose has left out parts of the article."""
_APART_SHARE = 0.3
"""An element with more of the prose than this is no side matter, whatever it is called."""
_BEGUN_SHARE = 0.3
"""The share of the prose with which an element in which the article begins is the article's."""
_LINK_SHARE = 0.8
"""The share of its characters with which a line is a link."""
_CLAUSES_CHARS = 16
"""A shorter line is no prose, whatever it has."""
_CLAUSE = re.compile("[\u4e00-\u9fff][，,；;：、][\u4e00-\u9fff“《]|[\u4e00-\u9fff][，,；;]\\Z")
_LINKS_AT_LEAST = 3
"""So many links one after another are a list of other pages."""
_PARAGRAPHS_AT_LEAST = 3
"""So many in a row of a table are no data of it."""
_TOLD_AT_LEAST, _TOLD_CHARS = 3, 3
"""Lines of a text without prose, and what is in each."""
_ANCHOR_CHARS = 12
"""So many characters at the beginning of a description name one line of the article."""
_ROOTS = ("html", "body")
_PARAGRAPH_NAMES = "p pre xmp listing h1 h2 h3 h4 h5 h6 caption figcaption dt tr"
_PARAGRAPHS = frozenset(_PARAGRAPH_NAMES.split())
_OF_TEXT = frozenset("ul ol li dl dt dd blockquote details table thead tbody tr td th".split())  # noqa: SIM905
"""What a text has of its own, and no page of parts."""
_LISTS = ("ul", "ol")
_APART_TAGS = {
    "nav": ("navigation", "导航栏（nav）"),
    "footer": ("footer", "页脚（footer）"),
    "aside": ("aside", "边栏（aside）"),
}
_APART_NAMES = re.compile(
    r"(?:\A|[\s_-])(?P<name>nav|navbar|breadcrumbs?|crumbs?|menu|footer|sidebar|share|sharing|"
    r"related|recommend|recommended|pagination|pager|toolbar|qrcode|ewm|copyright|"
    r"comments?|pinglun|ads?|advert|advertisement|"
    r"infobox|navbox|hatnote|ambox|catlinks|toc|reflist|references|mw-editsection)"
    r"(?:\Z|[\s_-])",
    re.IGNORECASE,
)
_LOOK_NAMES = "nav menu footer share sharing pagination pager toolbar toc"
_LOOKS = frozenset(_LOOK_NAMES.split())
"""Names that paragraphs of an article have too, for how they look."""
_TEASER = re.compile(
    r"(?:[\[【(（…>]\s*)+(?:查看|阅读)?(?:详细|详情|全文|更多)(?:内容)?\s*[\]】)）>»]*\Z"
    r"|(?:\A|\s)(?:查看|阅读)(?:详情|全文|更多)\s*[>»›]*\Z"
)
"""What ends the beginning of another article."""
_ENDING_CHARS = 20
_PAGES = re.compile(
    r"[\s<>«»‹›\[\]【】|·…]*+(?:(?:首页|末页|尾页|上页|下页|前页|后页|上一页|下一页|共\s?\d{1,6}\s?页"
    r"|第\s?\d{1,6}\s?页|\d++)[\s<>«»‹›\[\]【】|·…]*+)++"
)
_PAGE_WORD = re.compile("[首末尾上下前后][一]?页|共.{1,6}页|\\A【1】【2】")
_BUTTON_WORDS = """
    点赞 首赞 赞 踩 顶 赏 打赏 举报 回复 评论 收藏 分享 转发 喜欢 推荐 关注 已关注 有用 没用 引用
    编辑 播报 手机查看 查看评论 收起 收起回复 展开 展开全文 我也说一句 写回答 写评论 发表评论
    发表回复 发帖 只看楼主 仅看楼主 只看该作者 只看大图 倒序看帖 倒序浏览 正序浏览 道具 使用道具
    显示全部楼层 电梯直达 发消息 加好友 送TA礼物 加载中 加载更多 暂无评论 暂无数据 精华 置顶 楼主
    广告 推广 广告位 advertisement sponsored 关注作者 关注TA 去购买 立即查看 立即购买 播放 暂停
    静音 全屏 图集
"""
_BUTTON = re.compile(
    rf"[\s+＋|·()（）\[\]【】]*+(?:(?:{'|'.join(_BUTTON_WORDS.split())})"
    r"[\s\d+＋|·:：()（）\[\]【】.…>]*+)++",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"[【\[（(※*]*\s*(?:(?:免责|版权|本[站网报])\s*(?:声明|提示)\s*[】\]）):：]"
    r"|(?:特别|郑重)?\s*声明\s*[】\]）):：].{0,60}(?:本[网站刊号平文]|以上内容|转载|原作者|版权归))"
)
"""What anybody may declare (遗失声明) is the page's where it is of the page."""
_DISCLAIMS = re.compile(
    r"[【\[（(※*\s]*(?:(?:本文|以上|该文|上述|文[章中]|图文|稿件|转载|凡?本[网站报平刊号]|作者).{0,80}?"
    r"(?:仅代表.{0,6}(?:作者|个人|本人).{0,8}|不代表.{0,8}(?:[网报站刊号社]|平台)(?:的|赞同其)?)(?:观点|立场)"
    r"|(?:本文来[自源].{0,24})?更多.{0,6}(?:资讯|新闻|精彩).{0,6}请.{0,8}下载.{0,24}(?:APP|客户端)"
    r"|(?:(?:本[文网站报刊]|版权|.{0,24}专稿).{0,24})?未经(?:本.{1,6}|书面)?(?:授权|许可|同意).{0,12}"
    r"(?:不得|禁|谢绝|请勿).{0,6}(?:转载|摘编))",
    re.IGNORECASE,
)
_DISCLAIMERS = 4
"""So many of the last lines of an article's element may disclaim it."""
_REFERENCES = re.compile(
    r"(?:参考文献|参考资料|参考来源|参考链接|注释|脚注|外部链接|外部連結|参见|參見|參考文獻|參考資料|註釋|相关条目)"
    r"(?:\s*\[.{1,6}\])?"
)


def is_button(text: str) -> bool:
    """Whether a line is what one presses, with its counts: 点赞 12 | 回复."""
    return len(text) <= _BUTTON_CHARS and _BUTTON.fullmatch(text) is not None


_BUTTON_CHARS = 40


@dataclass(frozen=True, slots=True)
class Anchors:
    """What the tags of a page say of its article: where its title stands, how it begins."""

    titles: tuple[int, ...] = ()
    description: str = ""


def main_lines(
    lines: Sequence[PageLine],
    source: str,
    anchors: Anchors,
    side: Mapping[int, Outside],
    aside: Set[int] = frozenset(),
) -> set[int]:
    """Positions of the article's lines, side matter inside of it included.

    ``side`` is the side matter of the whole page; lines ``aside`` cannot be the article's.
    """
    beside = side.keys() | aside
    prose = [0 if i in beside else prose_chars(line) for i, line in enumerate(lines)]
    if not any(prose):
        prose = [prose_chars(line) for line in lines]
    if sum(prose) < _CLAUSES_CHARS:
        # A poem, or names: what stands below the title and is nothing else.
        title = max(anchors.titles, default=-1)
        told = [
            int(i > title and i not in beside and not line.link_chars and _may_be_told(line.text))
            for i, line in enumerate(lines)
        ]
        prose = told if sum(told) >= _TOLD_AT_LEAST else prose
    weights = _weights(lines, prose)
    begins = _begins(lines, prose, anchors)
    chosen = _descend(lines, weights, begins)
    if chosen is None:
        own = _second_opinion(lines, source) - beside
        with_prose = {i for i in range(len(lines)) if prose[i]}
        if sum(prose[i] for i in own) < _OPINION_SHARE * sum(prose):
            own |= with_prose
        if not own & with_prose:
            own = with_prose
        own = own or set(range(len(lines))) - aside
        own |= _beside_prose(lines, own, prose) - beside
        blocks = {lines[i].block for i in own if prose[i] and lines[i].block.tag not in _ROOTS}
        own |= {i for i, line in enumerate(lines) if line.block in blocks} - aside
    else:
        own = {i for i, line in enumerate(lines) if _is_inside(line.block, chosen)} - aside
        if weights[chosen] < _SURE_SHARE * sum(prose):
            found = _second_opinion(lines, source) - beside
            if chars_in(lines, own) < _SURE_SHARE * chars_in(lines, found):
                own |= found
    return _from_title(lines, own, prose, anchors)


def _may_be_told(text: str) -> bool:
    return len(bare(text)) >= _TOLD_CHARS and not (is_button(text) or _is_told_of(text))


def _is_told_of(text: str) -> bool:
    """Whether a line is of the page or tells of its text."""
    return bool(furniture(text) or opens_tail(text) or metadata.read_fields(text) is not None)


def _begins(lines: Sequence[PageLine], prose: Sequence[int], anchors: Anchors) -> int | None:
    """The line of prose with which the article begins, as its description says."""
    wanted = bare(anchors.description)[:_ANCHOR_CHARS]
    if len(wanted) < _ANCHOR_CHARS:
        return None
    after = min(anchors.titles, default=0)
    found = (i for i in range(after, len(lines)) if prose[i] and wanted in bare(lines[i].text))
    return next(found, None)


def _beside_prose(lines: Sequence[PageLine], found: Set[int], prose: Sequence[int]) -> set[int]:
    """What stands beside lines of prose that were found: between the first and the last of them,
    and prose below them up to a list of other pages. Lists and tables are looked into.
    """
    if not found:
        return set()
    parents = {_holder(lines[i].block) for i in found if prose[i]}
    first, last = min(found), max(found)
    tail = (i for i in range(last + 1, len(lines)) if opens_tail(lines[i].text))
    inside = (i for i in range(first, next(tail, len(lines))) if i < last or prose[i])
    inside = (i for i in inside if _holder(lines[i].block) in parents)
    return {i for i in inside if 2 * lines[i].link_chars <= len(lines[i].text)}


def _holder(block: etree._Element) -> etree._Element | None:
    """What holds the paragraph, or the list or the table, that an element is of."""
    parent = block.getparent()
    while parent is not None and parent.tag in _OF_TEXT:
        parent = parent.getparent()
    return parent


def _from_title(
    lines: Sequence[PageLine], own: set[int], prose: Sequence[int], anchors: Anchors
) -> set[int]:
    """The article from its title on, with an abstract that stands between the two."""
    if not own:
        return own
    first = min(own)
    title = max((at for at in anchors.titles if at <= first), default=None)
    if title is None:
        # What stands above the title within the same element is not the article yet.
        inside = [at for at in anchors.titles if at in own]
        above = [i for i in own if inside and i < inside[0]]
        return own - set(above) if not any(prose[i] for i in above) else own
    said = bare("".join(lines[i].text for i in sorted(own)))
    chars = 0
    lead = set()
    if first - 1 > title and lines[first - 1].level:
        lead.add(first - 1)
    for i in range(title + 1, first):
        text = bare(lines[i].text)
        chars += prose[i]
        if prose[i] and text[: 2 * _ANCHOR_CHARS] not in said:
            lead.add(i)
    return own | lead if chars < chars_in(lines, own) else own


def set_apart(
    lines: Sequence[PageLine], main: set[int], side: Mapping[int, Outside]
) -> dict[int, Outside]:
    """Side matter in the article: navigation, share boxes, captions, buttons, teasers, pagers.

    ``side`` is that of the whole page, which holds for what is not the article's.
    """
    apart = {i: verdict for i, verdict in side.items() if i not in main}
    apart.update(side_matter(lines, main))
    for i, line in enumerate(lines):
        if i not in apart and (verdict := _own_verdict(line)):
            apart[i] = verdict
    for run in _link_runs(lines, main):
        apart.update({i: ("link-list", "连续几行都是链接") for i in run if i not in apart})
    begun = None
    for i in [i for i in sorted(main) if i not in apart][-_DISCLAIMERS:]:
        if _DISCLAIMER.match(lines[i].text):
            begun = lines[i].block
        if lines[i].block is begun or _DISCLAIMS.match(lines[i].text):
            apart[i] = ("footer", "文末的声明")
    for i in _references(lines, main):
        apart.setdefault(i, ("references", "参考资料、注释与外部链接"))
    return apart


def _own_verdict(line: PageLine) -> Outside | None:
    """What a line of a page is by its own words."""
    text = line.text
    if is_button(text):
        return "control", "页面按钮或广告标记"
    if line.link_chars and _TEASER.search(text[-_ENDING_CHARS:]):
        return "teaser", "另一篇文章的开头"
    if line.link_chars and _PAGE_WORD.search(text) and _PAGES.fullmatch(text):
        return "navigation", "翻页的链接"
    return None


def _references(lines: Sequence[PageLine], main: set[int]) -> set[int]:
    """The lines below headings as encyclopedias have them at their end."""
    found = set()
    level = 0
    for i in sorted(main):
        line = lines[i]
        if line.level and (not level or line.level <= level):
            level = line.level if _REFERENCES.fullmatch(line.text) else 0
        if level:
            found.add(i)
    # An article is not all references.
    return found if chars_in(lines, found) < 0.5 * chars_in(lines, main) else set()


def side_matter(lines: Sequence[PageLine], main: Set[int] | None = None) -> dict[int, Outside]:
    """Lines that are none of the article's by what their element is or is called.

    An element with much of the text is none of these, nor is one within the article (``main``)
    that has prose, or rows of a table, where its name says only how it looks.
    """
    looked_at = range(len(lines)) if main is None else main
    sizes = [len(line.text) if i in looked_at else 0 for i, line in enumerate(lines)]
    weights = _weights(lines, sizes)
    tells = [0] * len(lines)
    for i in main or ():
        tells[i] = prose_chars(lines[i]) or lines[i].is_row
    telling = _weights(lines, tells)
    most = _APART_SHARE * sum(sizes)
    verdicts: dict[etree._Element, Outside | None] = {}

    def verdict_of(element: etree._Element | None) -> Outside | None:
        path = []
        found: Outside | None = None
        while element is not None:
            if element in verdicts:
                found = verdicts[element]
                break
            path.append(element)
            element = element.getparent()
        for each in reversed(path):
            found = found or _name_verdict(each, weights.get(each, 0) > most, each in telling)
            verdicts[each] = found
        return found

    for element in _headed_apart(lines):
        if weights.get(element, 0) <= most:
            verdicts[element] = ("link-list", "推荐、分享或评论栏")
    found = {i: verdict_of(lines[i].block) for i in looked_at}
    return {i: verdict for i, verdict in found.items() if verdict}


def _headed_apart(lines: Sequence[PageLine]) -> list[etree._Element]:
    """The elements that begin with the heading of a list of other articles, or of comments, and
    the lists below such headings.
    """
    first: dict[etree._Element, int] = {}
    headings = {i for i, line in enumerate(lines) if opens_tail(line.text)}
    found = {}
    for i, line in enumerate(lines):
        element = line.block
        while element is not None and first.setdefault(element, i) == i:
            if i in headings and element.tag not in _ROOTS:
                found[i] = element
            element = element.getparent()
    below = [element.getnext() for element in found.values()]
    return [*found.values(), *(each for each in below if each is not None and each.tag in _LISTS)]


def _link_runs(lines: Sequence[PageLine], main: set[int]) -> list[list[int]]:
    """Runs of lines in the article that are links to other pages; attachments are its own."""
    runs: list[list[int]] = []
    run: list[int] = []
    for i in [*sorted(main), len(lines)]:
        is_link = i < len(lines) and lines[i].link_chars >= _LINK_SHARE * len(lines[i].text)
        if is_link and not lines[i].level:
            run.append(i)
            continue
        attached = bool(run) and any("附件" in lines[j].text for j in (max(run[0] - 1, 0), run[0]))
        is_headed = bool(run) and opens_tail(lines[max(run[0] - 1, 0)].text)
        if (is_headed or len(run) >= _LINKS_AT_LEAST) and not attached:
            runs.append(run)
        run = []
    return runs


def _name_verdict(element: etree._Element, is_large: bool, is_text: bool) -> Outside | None:
    if element.tag == "figcaption":
        return "caption", "图片说明（figcaption）"
    if is_large or element.tag in _ROOTS:
        return None
    if element.tag in _APART_TAGS:
        return _APART_TAGS[element.tag]
    if element.tag == "div" and element.get("title") in ("header", "footer"):
        return "page-head", "文字处理软件的页眉页脚"
    match = _APART_NAMES.search(f"{element.get('class', '')} {element.get('id', '')}")
    if match is None or (is_text and match["name"].lower() in _LOOKS):
        return None
    name = match["name"].lower()
    kind = "comment" if name in ("comment", "comments", "pinglun") else "aside"
    return kind, f"页面里名为 {name} 的部分"


def prose_chars(line: PageLine) -> int:
    """Length of a line of prose outside of links, half of it where it has a clause but no end of a
    sentence, as where each is a line; 0 for every other line."""
    text = line.text
    chars = len(text)
    if chars < _CLAUSES_CHARS or 2 * line.link_chars > chars:
        return 0
    if not is_prose(text):
        if not _CLAUSE.search(text):
            return 0
        chars //= 2
    if _is_told_of(text):
        return 0
    return chars


def _weights(lines: Sequence[PageLine], values: Sequence[int]) -> dict[etree._Element, int]:
    """The sum of ``values`` inside of each element that has any."""
    own: dict[etree._Element, int] = {}
    for line, value in zip(lines, values, strict=True):
        if value:
            own[line.block] = own.get(line.block, 0) + value
    if not own:
        return {}
    weights: dict[etree._Element, int] = {}
    # Backwards each element comes after all that is in it: once through, however deep they lie.
    for element in reversed(list(next(iter(own)).getroottree().getroot().iter())):
        weight = weights.get(element, 0) + own.get(element, 0)
        if weight:
            weights[element] = weight
            parent = element.getparent()
            if parent is not None:
                weights[parent] = weights.get(parent, 0) + weight
    return weights


def _descend(
    lines: Sequence[PageLine], weights: dict[etree._Element, int], begins: int | None
) -> etree._Element | None:
    """The deepest element that still holds the article; None where it would be the whole page.

    It is never a paragraph, nor one of several alike that have prose.
    """
    if not weights:
        return None
    first = None if begins is None else lines[begins].block
    around_first = set() if first is None else {first, *first.iterancestors()}
    tallies: list[dict[etree._Element, int]] = []
    element = max(weights, key=lambda each: weights[each])
    while (parent := element.getparent()) is not None:
        element = parent
    while True:
        children = [child for child in element if child in weights]
        if not children:
            break
        heaviest = max(children, key=lambda child: weights[child])
        with_first = next((child for child in children if child in around_first), None)
        if (
            with_first is not None
            and with_first is not first
            and not _has_parts(with_first)
            and weights[with_first] >= _BEGUN_SHARE * weights[element]
        ):
            # Comments may be longer than what they comment on.
            heaviest = with_first
        elif weights[heaviest] < _CHILD_SHARE * weights[element]:
            break
        is_paragraph = heaviest.tag in _PARAGRAPHS and not _lays_out(heaviest)
        if is_paragraph or _has_peers(heaviest, element, weights, lines, tallies):
            break
        element = heaviest
    return None if element.tag in _ROOTS else element


def _has_parts(beginning: etree._Element) -> bool:
    """Whether below the beginning of an article its parts stand, each with a heading."""
    below = (each for each in beginning.itersiblings() if each.tag in ("h2", "h3", "h4"))
    said = (" ".join("".join(each.itertext()).split()) for each in below)
    return any(text and "评论" not in text and not _is_told_of(text) for text in said)


def _lays_out(row: etree._Element) -> bool:
    """Whether a row of a table is one that lays out a page: it holds paragraphs or other tables."""
    return row.tag == "tr" and (
        row.find(".//table") is not None or len(row.findall("./td//p")) >= _PARAGRAPHS_AT_LEAST
    )


def _has_peers(
    child: etree._Element,
    element: etree._Element,
    weights: dict[etree._Element, int],
    lines: Sequence[PageLine],
    tallies: list[dict[etree._Element, int]],
) -> bool:
    """Whether other children look as this one and hold text, as paragraphs do, and parts.

    ``tallies`` keeps how many lines each element has, and how many characters outside of links.
    """
    alike = [
        each
        for each in element
        if each is not child
        and each.tag == child.tag
        and each.get("class") == child.get("class")
        and _numberless(each.get("id")) == _numberless(child.get("id"))
    ]
    if not alike:
        return False
    if sum(weights.get(each, 0) for each in alike) >= _PEERS_SHARE * weights[element]:
        return True
    if not tallies:
        tallies.append(_weights(lines, [1] * len(lines)))
        tallies.append(_weights(lines, [len(line.text) - line.link_chars for line in lines]))
    counts, plain = tallies
    return counts[child] == 1 and any(each in plain for each in alike)


def _numberless(name: str | None) -> str:
    return re.sub(r"\d+", "", name or "")


def _second_opinion(lines: Sequence[PageLine], source: str) -> set[int]:
    """The lines that trafilatura takes for the main text."""
    import trafilatura  # a second to import, and most folders need it for few pages

    text = trafilatura.extract(source, fast=True, include_comments=True) or ""
    whole = bare(text)
    kept = {bare(line) for line in text.split("\n")}
    found = set()
    for i, line in enumerate(lines):
        plain = bare(line.text)
        if plain in kept or (len(plain) >= 8 and plain in whole):
            found.add(i)
    return found - {i for i in found if not bare(lines[i].text)}


def _is_inside(element: etree._Element | None, outer: etree._Element) -> bool:
    while element is not None:
        if element is outer:
            return True
        element = element.getparent()
    return False


def chars_in(lines: Sequence[PageLine], positions: Set[int]) -> int:
    """How much some lines say together."""
    return sum(len(lines[i].text) for i in positions)
