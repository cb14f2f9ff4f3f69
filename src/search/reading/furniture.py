"""What on a scraped page is not the article? Navigation, link lists, share boxes, footers."""

from __future__ import annotations

import re

_TAIL_OPENERS = """
    新闻推荐 文章推荐 推荐文章 推荐新闻 推荐阅读 热门推荐 精彩推荐 频道推荐 编辑推荐 为您推荐
    为你推荐 相关新闻 相关文章 相关阅读 相关报道 相关资讯 相关推荐 相关内容 相关链接 相关信息
    延伸阅读 猜你喜欢 猜您喜欢 热点阅读 热点排行 热门文章 热门新闻 热点新闻 阅读排行 点击排行 排行榜
    最新文章 最新新闻 最新资讯 图文看点 图片新闻 网友评论 发表评论 我要评论 评论列表
    友情链接 网站导航 分享到 分享至 扫一扫分享 打赏 上一篇 下一篇 上一条 下一条 免责声明 版权声明
"""
_BUTTONS = """
    查看原图 打印本页 打印此页 打印 关闭窗口 关闭本页 关闭 收藏本页 收藏 纠错 复制链接 复制成功 复制
    返回首页 返回列表 返回顶部 返回 首页 设为首页 加入收藏 登录 注册 搜索 全站搜索 站内搜索 字体
    字号 大 中 小 我知道了 确定 取消 展开全文 阅读全文 查看更多 更多 点击查看 下载附件
    微信 微博 朋友圈 qq空间
"""
_MENU = """
    官方微信 官方微博 微信 微博 客户端 手机版 电子报刊 电子报 数字报 无障碍 English 繁體 繁体 简体
    网站首页 返回首页 首页 设为首页 加入收藏 登录 注册 新闻 专题 视频 图片
"""
_COLUMNS = """
    分类标题 当前栏目 栏目导航 网站地图 正文 内容 详情 新闻详情 文章详情 文章内容 信息详情
"""
_CONTACTS = """
    主办 主办单位 承办 承办单位 协办 协办单位 技术支持 运维 运维单位 网站管理
    联系电话 联系地址 地址 邮编 电话 传真 邮箱 e-?mail 违法和不良信息举报\\S*
"""
_SHARE = "扫一扫 扫码 二维码 微信好友 加入群聊 企业微信 关注公众号 关注我们 微信公众号[:：]"
_LEGAL = "copyright|all rights reserved|powered by|©|icp备|icp证|公网安备|网站标识码"


def _any_of(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_PATTERNS = (
    (
        "breadcrumb",
        "面包屑导航",
        # As many signs as can be part levels, each after a character that may be such a sign too.
        r"(?:[^<>＞《》](?:[^<>＞《》»›]|[»›](?=[>＞]))*+(?:>{1,2}+|[»›]|＞)){2,}+[^<>＞《》]*+",
    ),
    ("breadcrumb", "面包屑导航", r"(?:网站)?(?:首页|主页)\s*(?:>{1,2}|»|›|＞|/)[^<>＞《》]*"),
    ("breadcrumb", "面包屑导航", r".*(?:当前|您的|所在|现在)的?位置\s*[:：].*"),
    ("footer", "页脚的版权或备案信息", rf".*(?:{_LEGAL}|建议使用.{{0,12}}分辨率).*"),
    ("footer", "主办单位或联系方式", rf"{_any_of(_CONTACTS)}\s*[:：].*"),
    ("footer", "主办单位或联系方式", r"\S{2,16}(?:主办|版权所有)|版权所有.*"),
    ("footer", "论坛的页脚", r"欢迎光临.*\(https?://.*\).*"),
    ("control", "页面按钮", rf"(?:[\[【(（]?+\s*+{_any_of(_BUTTONS)}\s*+[\]】)）:：>]*+\s*+)++"),
    ("share", "分享与二维码框", rf".{{0,20}}{_any_of(_SHARE)}.{{0,24}}"),
    ("navigation", "导航条", rf"(?:(?:{_any_of(_MENU)}|\S{{2,4}}新闻)(?:\s++|[|｜/·-]|\Z)){{2,}}+"),
    ("navigation", "栏目名", _any_of(_COLUMNS)),
    ("comment", "评论栏", r"(?:评论|跟帖|回复)\s*[:：(（].*"),
)
_MARKUP = re.compile(r"<!--.*-->\Z|[-=*_~—]{3,}\Z", re.DOTALL)
_TAIL = re.compile(rf"[\s【\[（(]*{_any_of(_TAIL_OPENERS)}(?:[:：】\])）\s>»]*\Z|[:：]\s*\S)")
_FURNITURE = tuple(
    (kind, reason, re.compile(rf"(?:{pattern})\s*\Z", re.IGNORECASE))
    for kind, reason, pattern in _PATTERNS
)
_SENTENCE = re.compile(r"[。！？]")
_LONGEST_CHARS = 120


def furniture(text: str) -> tuple[str, str] | None:
    """(kind, reason in Chinese) where a line by itself is page furniture, else None.

    A line with a full sentence is never furniture: an article may well speak of copyright.
    """
    if _MARKUP.match(text):
        return "markup", "注释或分隔线，不是文字"
    if len(text) > _LONGEST_CHARS or _SENTENCE.search(text):
        return None
    for kind, reason, pattern in _FURNITURE:
        if pattern.match(text):
            return kind, reason
    return None


def opens_tail(text: str) -> bool:
    """Whether a line heads a list of other articles or a share box that ends the article."""
    return len(text) <= _LONGEST_CHARS and _TAIL.match(text) is not None
