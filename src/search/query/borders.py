"""Cut an unquoted text into its items: at sentence punctuation, and where the script changes.

What belongs to a number or a name stays with it: 94.01%, 1+10+N, GB/T, 互联网+监管; 2017年8月10日,
第48条.
"""

from __future__ import annotations

import re
import unicodedata

from ..analysis.text import HAN, is_han_run
from ..analysis.words import Analyzer

_RUN = rf"[^\W_{HAN}]+"
_ATOM = rf"{_RUN}(?:[.,:/\\'-]+{_RUN})*(?:[%‰°℃]+|[+#]+(?!\w))?|[{HAN}]+"
_PIECE = re.compile(rf"(?:{_ATOM})(?:[+·•&@#_=~]+(?:{_ATOM}))*")
"""Full stops, commas, colons, slashes and hyphens are signs inside of letters and digits only."""
_HAN = re.compile(f"[{HAN}]")
_MARKS = "。、…《》〈〉【】"
_DIGITS = re.compile(r"[0-9]")
_ORDINAL = "第"
_LISTED = """
年 月 日 号 时 点 分 秒 条 款 项 章 节 编 级 类 型 卡 码 元 万 亿 千 百 十 个 人 位 名 次 倍 度 米
吨 克 岁 户 家 天 周 届 代 版 期 幢 栋 层 楼 平方米 公里 公斤 小时 分钟 万元 亿元 千元 年度 年代
世纪 月份 周岁 工作日 條 項 節 號 時 點 級 類 碼 萬 億 個 噸 歲 戶 屆 層 樓 小時 分鐘 萬元
"""
_MEASURES = frozenset(_LISTED.split())
"""What is counted or numbered with the digits before it."""


def pieces(folded: str, analyzer: Analyzer) -> tuple[str, ...]:
    """The items of a folded text in their order; the text itself where there is no border.

    Runs of Han characters, and others, which are looked for as they are written.
    """
    if _HAN.search(folded) is None:
        # An address, a version, a formula: its signs are part of it.
        return (folded.strip(_MARKS) or folded,)
    if any(not _is_border(sign) for sign in _PIECE.sub("", folded)):
        # What is no punctuation is no border either: it is looked for.
        return (folded,)
    found: list[str] = []
    last_end = -1
    joins = False
    for match in _PIECE.finditer(folded):
        piece = match[0]
        if match.start() == last_end:
            # Only a change of script is between this and the last.
            if is_han_run(piece):
                first = analyzer.words(piece)[0]
                if first in _MEASURES and _DIGITS.search(found[-1]):
                    found[-1] += first
                    piece = piece[len(first) :]
                    joins = not piece
            elif found and (joins or (found[-1].endswith(_ORDINAL) and _DIGITS.match(piece))):
                if joins or found[-1] == _ORDINAL:
                    piece = found.pop() + piece
                else:
                    found[-1] = found[-1][: -len(_ORDINAL)]
                    piece = _ORDINAL + piece
                joins = False
        else:
            joins = False
        if piece:
            found.append(piece)
        last_end = match.end()
    return tuple(found) or (folded,)


def _is_border(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign).startswith("P")
