"""Words that only make a query a question and say nothing of what the answer is about."""

from __future__ import annotations

from ..analysis.words import Analyzer

_LISTED = """
什么 什么样 啥 谁 哪 哪一 哪一年 哪一天 哪一个 怎么 怎么办 怎么样 怎样 咋 咋办 如何 为什么 为何
何时 何处 何地 何种 多少 多久 请问 吗 呢 么
什麼 什麼樣 甚麼 誰 哪個 哪裡 哪裏 哪種 哪國 哪條 哪項 哪張 哪屆 怎麼 怎麼辦 怎麼樣 怎樣 為什麼 為何
何時 何處 何種 請問 嗎 麼
"""
_COUNTED = "个些里儿位种年天家国部条支所本座次项张届"
QUESTION_WORDS = frozenset(_LISTED.split()) | {f"哪{counted}" for counted in _COUNTED}
"""The interrogatives of Chinese in both scripts, as the dictionary cuts them, closed but for
measure words. Not 是否, 能否, 几 and 何 alone, which statutes and names have too."""


def without_question_words(folded: str, analyzer: Analyzer) -> str:
    """A folded text with a line break in place of each, so that nothing new becomes adjacent.

    A text that is nothing else is asked for itself, and stays.
    """
    words = analyzer.words(folded)
    if QUESTION_WORDS.isdisjoint(words):
        return folded
    kept: list[str] = []
    end = 0
    for word in words:
        start = folded.index(word, end)
        kept.append(folded[end:start])
        kept.append("\n" if word in QUESTION_WORDS else word)
        end = start + len(word)
    kept.append(folded[end:])
    left = "".join(kept)
    return left if analyzer.words(left) else folded
