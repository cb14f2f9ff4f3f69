"""The article and the posts of pages that are built in many ways, none of them a known site's."""

from __future__ import annotations

import pytest

from search.reading.formats.page import read_page
from search.reading.layout import lay_out

OPENING = "我家住在河边，去年发过一次大水，院墙倒了半边，想问问大家都是怎么修的，花了多少钱？"
REPLIES = [
    "我们村统一请的工程队，每米四百五十元，用的是混凝土和石块，已经三年没有问题。",
    "顶",
    "先找镇里登记，救灾款里有一项是补贴围墙的，带上身份证和照片就可以办理。",
    "谢谢楼上，明天就去问问",
]
AUTHORS = ["河边人家", "老石匠", "路过的", "镇里小王", "河边人家"]
POSTS = [OPENING, *REPLIES]
TITLE = "河边的院墙怎么修才牢固"
NAV = '<div class="top"><a href="/">首页</a> <a href="/f">版块</a> <a href="/l">登录</a></div>'
SIDE = (
    '<div class="hot"><h3>热门话题</h3><ul><li><a href="/1">今年的麦子收成怎么样</a></li>'
    '<li><a href="/2">哪里可以修农机</a></li><li><a href="/3">赶集的日子变了吗</a></li></ul></div>'
)
FOOT = '<div class="foot">版权所有 河边论坛 Powered by Forum</div>'


def posts_of(page: str, head: str = "") -> list[str]:
    source = f"<html><head><title>{TITLE}_生活版_河边论坛</title>{head}</head><body>{page}</body></html>"
    extract = read_page(source.encode())
    paragraphs = lay_out(extract.text, extract.guide).paragraphs
    return [extract.text[p.start : p.end] for p in paragraphs if p.role in ("body", "heading")]


def dated(i: int) -> str:
    return f"2019-5-{6 + i} 10:2{i}"


def in_tables() -> str:
    rows = "".join(
        f'<table id="pid{i}" class="post"><tr><td class="who"><a href="/u{i}">{AUTHORS[i]}</a>'
        f"<p>主题 {i + 2} 帖子 {i * 7} 积分 {i * 31}</p></td><td class='what'><div class='pi'>"
        f"发表于 {dated(i)} | <a href='?a={i}'>只看该作者</a> <em>{i + 1}#</em></div>"
        f'<div class="t_f" id="m{i}">{text}</div><div class="po"><a>回复</a> <a>举报</a></div></td></tr></table>'
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


def with_paragraphs_and_signatures() -> str:
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
    return f"{NAV}<div id='content'><h1>{TITLE} 的短评</h1><div id='comments'>{rows}</div></div>{FOOT}"


@pytest.mark.parametrize(
    "page",
    [in_tables, in_two_kinds, in_articles, with_paragraphs_and_signatures, as_comments],
    ids=lambda page: page.__name__,
)
def test_the_posts_of_a_thread_are_its_text(page) -> None:
    assert posts_of(page()) == POSTS
