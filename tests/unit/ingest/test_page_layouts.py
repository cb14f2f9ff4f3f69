"""The article and the posts of pages that are built in many ways, none of them a known site's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search.facets.topic import Taxonomy
from search.reading.document import read_document
from search.reading.formats.page import read_page
from search.reading.layout import lay_out

OPENING = "我家住在河边，去年发过一次大水，院墙倒了半边，想问问大家都是怎么修的，花了多少钱？"
REPLIES = [
    "我们村统一请的工程队，每米四百五十元，用的是混凝土和石块，已经三年没有问题。",
    "顶",
    "先找镇里登记，救灾款里有一项是补贴围墙的，带上身份证和照片就可以办理。",
    "谢谢楼上，明天就去问问",
]
ANSWER = "找村里的会计问一问就清楚了，他那里有去年登记的名单和补贴的标准。"
AUTHORS = ["河边人家", "老石匠", "路过的", "镇里小王", "河边人家"]
POSTS = [OPENING, *REPLIES]
TITLE = "河边的院墙怎么修才牢固"
NAV = '<div class="top"><a href="/">首页</a> <a href="/f">版块</a> <a href="/l">登录</a></div>'
SIDE = (
    '<div class="hot"><h3>热门话题</h3><ul><li><a href="/1">今年的麦子收成怎么样</a></li>'
    '<li><a href="/2">哪里可以修农机</a></li><li><a href="/3">赶集的日子变了吗</a></li></ul></div>'
)
FOOT = '<div class="foot">版权所有 河边论坛 Powered by Forum</div>'


def body_of(page: str, title: str, head: str = "") -> list[str]:
    source = f"<html><head><title>{title}</title>{head}</head><body>{page}</body></html>"
    extract = read_page(source.encode())
    found = lay_out(extract.text, extract.guide).paragraphs
    return [extract.text[p.start : p.end] for p in found if p.role in ("body", "heading")]


def posts_of(page: str) -> list[str]:
    return body_of(page, f"{TITLE}_生活版_河边论坛")


def dated(i: int) -> str:
    return f"2019-5-{6 + i} 10:2{i}"


def in_tables() -> str:
    rows = "".join(
        f'<table id="pid{i}" class="post"><tr><td class="who"><a href="/u{i}">{AUTHORS[i]}</a>'
        f"<p>主题 {i + 2} 帖子 {i * 7} 积分 {i * 31}</p></td><td class='what'><div class='pi'>"
        f"发表于 {dated(i)} | <a href='?a={i}'>只看该作者</a> <em>{i + 1}#</em></div>"
        f'<div class="t_f" id="m{i}">{text}</div>'
        '<div class="po"><a>回复</a> <a>举报</a></div></td></tr></table>'
        for i, text in enumerate(POSTS)
    )
    return f"{NAV}<h1>{TITLE}</h1>{rows}{SIDE}{FOOT}"


def in_two_kinds() -> str:
    rows = "".join(
        f'<div class="cell" id="r_{i}"><strong><a href="/u/{i}">{AUTHORS[i]}</a></strong> '
        f'<span class="ago">{i} 天前</span> <span class="no">{i}</span>'
        f'<div class="reply">{text}</div></div>'
        for i, text in enumerate(REPLIES, start=1)
    )
    return (
        f"{NAV}<div class='box'><div class='header'><h1>{TITLE}</h1><small>{AUTHORS[0]} · 5 天前"
        f" · 322 次点击</small></div><div class='topic'><p>{OPENING}</p></div></div>"
        f"<div class='box'><div class='cell gray'>4 条回复</div>{rows}</div>{SIDE}{FOOT}"
    )


def in_articles() -> str:
    rows = "".join(
        f'<article class="message"><header><a href="/m">{AUTHORS[i]}</a> <time>{dated(i)}</time>'
        f' <span>#{i + 1}</span></header><div class="body"><p>{text}</p></div>'
        "<footer><button>x</button><a>赞</a> <a>引用</a> <a>回复</a></footer></article>"
        for i, text in enumerate(POSTS)
    )
    return f"{NAV}<main><h1>{TITLE}</h1>{rows}</main><aside>{SIDE}</aside>{FOOT}"


def with_paragraphs() -> str:
    rows = "".join(
        f'<li class="post"><div class="meta">{AUTHORS[i]} 于 {dated(i)} 发表</div>'
        f'<div class="content"><p>{text}</p></div></li>'
        for i, text in enumerate(POSTS)
    )
    return f"{NAV}<h2>{TITLE}</h2><ol>{rows}</ol>{SIDE}{FOOT}"


def as_comments() -> str:
    rows = "".join(
        f'<div class="comment-item"><div class="comment"><h3><span>{i * 10} 有用</span> '
        f'<a href="/p">{AUTHORS[i]}</a> <span>{dated(i)}</span></h3>'
        f'<p class="comment-content"><span class="short">{text}</span></p></div></div>'
        for i, text in enumerate(POSTS)
    )
    return (
        f"{NAV}<div id='content'><h1>{TITLE} 的短评</h1><div id='comments'>{rows}</div></div>{FOOT}"
    )


def below_a_topic() -> str:
    rows = "".join(
        f'<li class="clearfix comment-item"><div class="face"><a><img></a></div><div class="doc">'
        f'<div class="green"><h4><a href="/p">{AUTHORS[i]}</a> <span class="pubtime">{dated(i)}:09 '
        f'河北</span></h4></div><div class="reply-content">{text}</div><div class="operation">'
        "<a>赞</a> <a>回复</a></div></div></li>"
        for i, text in enumerate(REPLIES, 1)
    )
    topic = (
        f"<div class=topic-doc><h3><span class=from>来自: <a>{AUTHORS[0]}</a></span> "
        f"<span>{dated(0)}:00</span></h3><div class=rich><p>{OPENING}</p></div></div>"
    )
    bar = "<div class=bar>喜欢 收藏 转发</div>"
    return f"{NAV}<h1>{TITLE}</h1>{topic}{bar}<ul id=comments>{rows}</ul>{SIDE}{FOOT}"


def in_each_other() -> str:
    def answer(i: int) -> str:
        return f"""<div class="comment d{i}"><div class="meta">{AUTHORS[i]} · {i} 小时前</div>
            <div class="md"><p>{POSTS[i]}</p></div><div class="bar">赞 {i} 回复 举报</div>
            <div class="child">{answer(i + 1) if i + 1 < len(POSTS) else ""}</div></div>"""

    return f"{NAV}<h1>{TITLE}</h1><div class=all>{answer(0)}</div>{SIDE}{FOOT}"


def with_signatures() -> str:
    sign = "我的签名：一步一个脚印。天天向上，好好学习，努力工作每一天。"
    floors = ("楼主", "沙发", "板凳", "4#", "5#")
    rows = "".join(
        f"""<div id="post_{i}"><table class="plhin"><tr><td class="pls"><a>{AUTHORS[i]}</a>
        <table><tr><th><p><a>{i + 3}</a></p>主题</th>
        <th><p><a>{i * 9 + 4}</a></p>帖子</th></tr></table>
        <dl><dt>注册时间</dt><dd>2012-3-{i + 1}</dd></dl></td>
        <td class="plc"><em>发表于 {dated(i)}</em> <a>只看该作者</a> <strong>{floors[i]}</strong>
        <div class="t"><table><tr><td class="t_f" id="m_{i}">
        <i>本帖最后由 {AUTHORS[i]} 于 2019-5-{i + 6} 11:00 编辑</i><br>{text}</td></tr></table>
        </div></td></tr>
        <tr><td class="plc"><div class="sign">{sign}</div>
        <div class="po"><a>回复</a> <a>举报</a></div></td></tr></table></div>"""
        for i, text in enumerate(POSTS)
    )
    head = f"<h1>{TITLE}</h1><div class=hm>查看: 3211 | 回复: 4</div>"
    return f"{NAV}{head}{rows}<div id=fast>您需要登录后才可以回帖 登录 | 注册</div>{FOOT}"


def as_statuses() -> str:
    rows = "".join(
        f"""<div class="card"><div class="info"><a>{AUTHORS[i]}</a>
        <p class="from">5月{i + 1}日 10:2{i} 来自 手机</p></div><p class="txt">{text}</p>
        <ul class="act"><li>转发 {i}</li><li>评论 {i}</li><li>赞 {i}</li></ul></div>"""
        for i, text in enumerate(POSTS)
    )
    return f"{NAV}{rows}{FOOT}"


@pytest.mark.parametrize(
    "page",
    [
        in_tables,
        in_two_kinds,
        in_articles,
        with_paragraphs,
        as_comments,
        below_a_topic,
        in_each_other,
        with_signatures,
        as_statuses,
    ],
    ids=lambda page: page.__name__,
)
def test_the_posts_of_a_thread_are_its_text(page: Callable[[], str]) -> None:
    assert posts_of(page()) == POSTS


@pytest.mark.parametrize("page", [in_tables, with_signatures])
def test_a_thread_is_of_the_day_on_which_it_was_opened(page: Callable[[], str]) -> None:
    own = "<dl><dt>注册时间</dt><dd>2012-3-1</dd></dl>"
    whole = page().replace("<div class='pi'>", f"{own}<div class='pi'>")
    extract = read_page(f"<title>{TITLE}_生活版_河边论坛</title>{whole}".encode())
    assert lay_out(extract.text, extract.guide).fields["published"][:10] == "2019-05-06"
    liked_first = (
        as_comments()
        .replace("2019-5-8", "2018-5-8")
        .replace("0 有用", "很多很多人都觉得这一条有用")
    )
    mixed = read_page(f"<title>{TITLE}_河边论坛</title>{liked_first}".encode())
    assert "published" not in lay_out(mixed.text, mixed.guide).fields


def in_bare_tables() -> str:
    rows = "".join(
        f"<table border=1><tr><td width=20%>{AUTHORS[i]}<br>注册会员</td>"
        f"<td>发表于 {dated(i)} 第 {i + 1} 楼<hr><p>{text}</p></td></tr></table>"
        for i, text in enumerate(POSTS)
    )
    return f"{NAV}<center><b>{TITLE}</b></center>{rows}{FOOT}"


def as_answers() -> str:
    best = (
        f'<div class="best"><div class="mod">最佳答案</div><div class="line">{AUTHORS[1]}</div>'
        f'<div class="best-text"><p>{REPLIES[0]}</p><p>{REPLIES[2]}</p></div>'
        f'<div class="bar">{dated(1)} <a>赞 3</a> <a>踩</a></div></div>'
    )
    others = "".join(
        f'<div class="answer"><div class="line">{AUTHORS[i]}</div><div class="answer-text">'
        f'<span>{text}</span></div><div class="bar">{dated(i)} <a>赞 {i}</a> <a>踩</a></div></div>'
        for i, text in enumerate(
            ["找村里的会计问一问就清楚了，他那里有去年登记的名单和补贴的标准。"] * 2, 2
        )
    )
    question = f"<h1>{TITLE}</h1><div class='ask'>{OPENING}</div>"
    return f"{NAV}{question}{best}<div>2 个回答</div>{others}{FOOT}"


def test_what_opens_a_thread_may_be_short() -> None:
    short = "如题，求推荐"
    assert posts_of(in_two_kinds().replace(OPENING, short)) == [short, *REPLIES]
    assert posts_of(in_tables().replace(OPENING, short)) == [short, *REPLIES]


def test_tables_without_a_class_and_answers_of_two_kinds_are_read() -> None:
    assert posts_of(in_bare_tables()) == POSTS
    found = posts_of(as_answers())
    assert found[:3] == [OPENING, REPLIES[0], REPLIES[2]]


FIRST = "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八，群众满意。"
SECOND = "县里为每个村配备两名专职调解员，每月集中培训一次，遇到疑难案件由县里派律师到场。"
THIRD = "下一步，将把调解室建到企业和市场，让群众在家门口就能说事、议事、解决事情。"
ARTICLE = [FIRST, SECOND, THIRD]
LONG = FIRST * 4
SHORT = "详见附表。"
TEASER = "邻县召开会议部署下一阶段的重点工作，要求各单位抓好落实，确保取得实效。"
HEADLINE = "全县矛盾纠纷调处成功率达百分之九十八"
COMMENT = "说得好，我们村去年因为宅基地吵了半年，最后就是调解员跑了七趟才说通的，希望坚持下去。"
OBLIGING = "第九条 未经区政府许可，任何单位和个人不得使用、复制本区的标识。"
PUNISHING = "违者依法追究责任。更多政策，请关注柳河区政府网站。"
SAID = [
    [OBLIGING, PUNISHING],
    ["特别提示：请考生携带身份证原件参加考试。", "考试时间为五月一日上午九时。"],
    ["郑重声明：王某某遗失公章一枚，自即日起作废。", "赵某某遗失发票一本，声明作废。"],
    ["法院认为，被告未经原告许可，擅自转载原告的作品，应当承担赔偿责任。"],
    ["作者借主人公之口说出的这番话，并不代表作者本人的立场，而是一种反讽。"],
    ["本次调查仅代表三千名受访者，上述结论不代表全体居民的观点，但有参考价值。"],
    ["上述结论不代表全社会的观点，但有参考价值，值得进一步研究。"],
    ["更多岗位的要求，请下载附件一查看。"],
    ["更多详情请进入官网查询，咨询电话为八八八八八八。"],
    ["第二条 未经著作权人许可，任何单位不得转载其作品。", "第三条 本办法自公布之日起施行。"],
    ["未经监考人员同意，不得摘编试题。"],
]
DISCLAIMER = "【免责声明】本文仅代表作者本人观点，与本网无关，请读者自行核实。"
COMMENTS = "".join(
    f'<div class="item"><div class="user">网友{i}</div><div class="txt">{COMMENT}{i}</div>'
    f'<div class="op">{i} 小时前 <a>回复</a> <a>赞 {i}</a></div></div>'
    for i in range(1, 9)
)
PAGER = "".join(f'<a href="?p={i}">{name}</a> ' for i, name in enumerate(["上一页", "1", "下一页"]))


def each(texts: list[str], tag: str = "p") -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


def box(content: str, name: str = "a") -> str:
    return f'<div class="{name}">{content}</div>'


IN_TABLES = (
    f"<table><tr><td>{SIDE}</td><td><table><tr><td><h1>{HEADLINE}</h1></td></tr>"
    f"<tr><td>{'<br><br>'.join(ARTICLE)}</td></tr></table></td></tr></table>"
)
IN_A_PAPER = (
    f"<table><tr><td><p>版面导航</p><p>第A01版：要闻</p></td><td><h2>{HEADLINE}</h2>"
    f"<table><tr><td>{each(ARTICLE)}</td></tr></table></td></tr></table>"
)
PLATFORM = (
    "<div>特别声明：以上内容为用户上传并发布，本平台仅提供信息存储服务。<br>"
    "The content above is uploaded and posted by a user of this platform.</div>"
)
IN_SECTIONS = (
    f"<section class=s><h2>一、做法</h2>{each([FIRST, SECOND])}</section>"
    f"<section class=s><h2>二、打算</h2><p>{THIRD}</p></section>"
)
TABLE = "<table><tr><td>村名</td><td>件数</td></tr><tr><td>河口村</td><td>12</td></tr></table>"
IN_CELLS = TABLE.replace("<td>", "<td><p align=center><span>").replace("</td>", "</span></p></td>")
TINY = "<span style='font-size:0px'>柳河网</span>"
JAMMER = "<font class='jammer'>a) x5 2 f1</font>"
DETAILS = f"<div>{TEASER}<a href='/2'>【详细】</a></div><p>{TEASER}<a href='/2'>[详细]</a></p>"
CLAUSES = [f"{text[:-1]}," for text in ARTICLE]
HIDDEN = "<span style='display:none'>更多</span>"
TWICE = [SECOND, THIRD] * 3


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        (each(ARTICLE), ARTICLE),
        (f"<div>{'<br>'.join(ARTICLE)}</div>", ARTICLE),
        (f"<div>{each(ARTICLE, 'div')}</div>", ARTICLE),
        (box(each([LONG, SHORT])), [LONG, SHORT]),
        (box(each([LONG, SHORT], "div")), [LONG, SHORT]),
        (box(each(ARTICLE)) + box(COMMENTS, "b"), ARTICLE),
        (box(box(each(ARTICLE)) + COMMENTS, "x"), ARTICLE),
        (box(FIRST, "lead") + box(each(TWICE)), [FIRST, *TWICE]),
        (box(each(ARTICLE) + DETAILS), ARTICLE),
        (box(box(each(ARTICLE), "footer"), "share-article"), ARTICLE),
        (box(each([FIRST, SECOND]) + f"<p class='share'>{THIRD}</p>"), ARTICLE),
        (box(each(ARTICLE) + f"<p>广告</p><p><a>+关注</a></p><p>{PAGER}</p>"), ARTICLE),
        (IN_TABLES, ARTICLE),
        (IN_A_PAPER, ARTICLE),
        (box(each(ARTICLE) + PLATFORM + box(SIDE, "related")), ARTICLE),
        (box(each([*ARTICLE, "本文为某号作者上传，仅代表该作者观点，不代表本站立场。"])), ARTICLE),
        (box(each([*ARTICLE, "未经授权禁止转载、摘编，违者将依法追究法律责任。"])), ARTICLE),
        *((box(each([*ARTICLE, *said])), [*ARTICLE, *said]) for said in SAID),
        *((box("<br>".join([*ARTICLE, *said])), [*ARTICLE, *said]) for said in SAID),
        (
            box(each([*ARTICLE, "凡本网注明来源的作品，转载仅为传递信息，不代表本网赞同其观点。"])),
            ARTICLE,
        ),
        (box(each([*ARTICLE, "柳河网(www.example.com)专稿，未经书面授权请勿转载。"])), ARTICLE),
        (box("<br>".join([*ARTICLE, "版权声明：", "文字与图片归作者所有。"])), ARTICLE),
        (box(each([*ARTICLE, "返回柳河，查看更多", "责任编辑："])), ARTICLE),
        (box(each([*ARTICLE, "【发表评论】【加入收藏】【打印此文】【关闭窗口】"])), ARTICLE),
        (box(each([*ARTICLE, "（本文来自柳河新闻，更多原创资讯请下载“柳河新闻”APP）"])), ARTICLE),
        (box(each([*ARTICLE, "【1】<a>【2】</a><a>【3】</a>"])), ARTICLE),
        (box(each([*ARTICLE, "点个“在看”，分享给更多的人"])), ARTICLE),
        (box(each([FIRST, SECOND]) + box(TEASER, "ad") + f"<p>{THIRD}</p>"), ARTICLE),
        (box(each([*ARTICLE, "往期推荐", "<a>河边的米粉店</a>"])), ARTICLE),
        (box(each([*ARTICLE, "（本章未完，请点击下一页继续阅读）"])), ARTICLE),
        (IN_SECTIONS, ["一、做法", FIRST, SECOND, "二、打算", THIRD]),
        (
            box(f"<p>{FIRST}</p>{TABLE}<p>{SECOND}</p>"),
            [FIRST, "村名  件数", "河口村  12", SECOND],
        ),
        (
            box(f"<p>{FIRST}</p>{IN_CELLS}<p>{SECOND}</p>"),
            [FIRST, "村名  件数", "河口村  12", SECOND],
        ),
        (box(each([f"{FIRST[:20]}{HIDDEN}{FIRST[20:]}", SECOND])), [FIRST, SECOND]),
        (box(each([f"{FIRST[:9]}{TINY}{FIRST[9:]}", f"{JAMMER}<br>{SECOND}"])), [FIRST, SECOND]),
        (each([FIRST, f"{SECOND[:9]}<i hidden>收起</i>{SECOND[9:]}", THIRD]), ARTICLE),
        (each([FIRST, f"{SECOND[:9]}{HIDDEN}{SECOND[9:]}", THIRD]), ARTICLE),
        (each([FIRST, SECOND + HIDDEN, THIRD]), ARTICLE),
        (each([HIDDEN + FIRST, SECOND, THIRD]), ARTICLE),
        (box(each([*ARTICLE, DISCLAIMER])), ARTICLE),
        (box(TEASER * 3, "said") + box(each(CLAUSES * 2)), [TEASER * 3, *CLAUSES * 2]),
        (box(each(ARTICLE)) + box(f"<h3>相关新闻</h3>{each([TEASER] * 3)}", "rel"), ARTICLE),
        (box(each(ARTICLE) + box(f"<b>网友评论</b>{each([COMMENT] * 2)}", "z")), ARTICLE),
        (f"<xmp>{FIRST}\n{SECOND}\n{SHORT}</xmp>", [FIRST, SECOND, SHORT]),
    ],
)
def test_the_article_of_a_page_is_its_text(page: str, wanted: list[str]) -> None:
    headed = page if page in (IN_TABLES, IN_A_PAPER) else f"<h1>{HEADLINE}</h1>{page}"
    assert body_of(f"{NAV}{headed}{FOOT}", f"{HEADLINE}_某县新闻网") == wanted


def test_a_poem_is_the_text_of_its_page() -> None:
    poem = ["船已经走了很久", "水面还留着桨的声音", "你说过要带一盏灯来"]
    foot = box("<p>河边诗社 版权归作者 技术支持：河边网络</p>", "f")
    page = f"{NAV}<h1>等一场迟到的雪</h1>{box(each(poem))}{foot}"
    assert body_of(page, "等一场迟到的雪_河边诗社") == poem
    empty = f"{NAV}<p>简</p><p>繁</p><p>|</p><p>https://www.example.com/</p>"
    assert body_of(empty, "河边诗社_站点") != ["简", "繁", "|", "https://www.example.com/"]


def test_a_description_says_where_the_article_begins() -> None:
    said = f'<meta name="description" content="{FIRST}">'
    other = box("".join(box(f"{COMMENT}{i}", f"c{i}") for i in range(4)), "z")
    page = f"{NAV}<h1>{HEADLINE}</h1>{box(each(ARTICLE))}{other}"
    assert body_of(page, HEADLINE, said) == ARTICLE


def test_the_head_of_a_post_is_metadata_and_a_post_may_be_one_word() -> None:
    extract = read_page(f"<title>{TITLE} - 河边论坛</title>{in_articles()}".encode())
    found = lay_out(extract.text, extract.guide).paragraphs
    roles = {extract.text[p.start : p.end]: p.role for p in found}
    assert roles["老石匠 2019-5-7 10:21 #2"] == "metadata"
    assert roles["顶"] == "body"


def test_an_article_with_dated_sections_is_whole() -> None:
    rows = "".join(
        f'<div class="row"><div class="t">10:{i}0</div><div class="d">2019-5-{i} 记者到达</div>'
        f'<div class="c">{text}</div></div>'
        for i, text in enumerate(ARTICLE, 1)
    )
    found = body_of(f"{NAV}<h1>{HEADLINE}</h1>{box(f'<p>{LONG}</p>{rows}')}{FOOT}", HEADLINE)
    assert [text for text in found if text in (LONG, *ARTICLE)] == [LONG, *ARTICLE]


@pytest.mark.parametrize("site", ["幸福社区", "河边论坛"])
def test_a_flat_in_a_house_heads_no_post(site: str) -> None:
    heads = [
        "3号楼 5楼 王阿姨",
        "8号楼 2楼 李叔叔",
    ]
    parts = "".join(f"<div><p>{head}</p><p>{LONG}{head}。</p></div>" for head in heads)
    found = body_of(f"<h1>{HEADLINE}</h1><div>{parts}</div>", f"{HEADLINE}_{site}")
    assert [text for text in found if text in heads] == heads


def test_a_neighbourhood_is_no_forum() -> None:
    body = f"<h1>{HEADLINE}</h1>" + "".join(f"<p>{LONG}</p>" for _ in range(4))
    page = f"<html><title>{HEADLINE}_幸福社区</title><body>{body}</body></html>"
    assert read_document(page.encode(), "a.html", Taxonomy.load()).source_kind != "forum"


def test_days_of_a_chronicle_are_no_heads_of_posts() -> None:
    days = "".join(
        f'<div class="ev"><span>201{n}年5月1日</span><p>第{n}期工程开工建设，全长十公里。</p></div>'
        for n in range(6)
    )
    page = f"<html><title>大事记 - 某公司</title><body><h1>大事记</h1>{days}</body></html>"
    document = read_document(page.encode(), "a.html", Taxonomy.load())
    assert document.source_kind != "forum"
    assert "第3期工程" in " ".join(
        document.slice(p) for p in document.paragraphs if p.role == "body"
    )
    assert not [p for p in document.paragraphs if p.kind == "post-head"]


def test_the_eyebrow_of_an_old_paper_is_no_furniture() -> None:
    eyebrow = "已备足种子三千吨 水库蓄水充足"
    rows = ["<a href='1'>上一篇</a> <a href='2'>下一篇</a>", eyebrow, "春耕备耕全面展开", "图集"]
    text = (
        "<p>三月的田野上，农机手正忙着检修机具。记者了解到，全市已备足种子三千吨。</p>"
        "<p>水利部门介绍，各水库蓄水充足，可满足春灌需要。</p>"
    )
    table = "".join(f"<tr><td>{row}</td></tr>" for row in [*rows, text])
    source = f"<title>春耕备耕全面展开_某某日报</title><body>{NAV}<table>{table}</table>{FOOT}"
    extract = read_page(source.encode())
    layout = lay_out(extract.text, extract.guide)
    assert layout.fields["title"] == "春耕备耕全面展开"
    assert layout.fields["eyebrow"] == eyebrow
    body = [p for p in layout.paragraphs if p.role in ("body", "heading")]
    assert len(body) == 2
