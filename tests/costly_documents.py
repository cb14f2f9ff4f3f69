"""Texts that cost more than their length where a reader goes back: units repeated, then a spoiler.

A unit is what our patterns speak of: their own words and signs, one of each class of characters,
brackets, tags, white space. A text is a beginning, one to three units repeated, and an end that
makes what came before fail to match.
"""

from __future__ import annotations

import random
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_SIGNS = """
    1 2018 年 月 日 号 、 ， 。 ： : / - — . … ( ) （ ） [ ] 【 】 〔 〕 「 『 “ ” " ' < > » &#
    http:// www. 第 一 二〇一八 十 条 章 国 市 北京 全市 平安 为 以 记者 本报 通讯员 来源： 责编
    标题： 打印 首页 微信 推荐阅读 公元 世纪 民国 年代 至 近 ** _ ` # ![ ]( [^ a A@ 报 % |
    \\ 条例（ 。” 制定本法 <p> <b> <a> <h1> <td> <table> <div> <br> <!-- </p> </b>
"""
UNITS = (*_SIGNS.split(), " ", "  ", "\t", "\u3000", "\n", "\r", "\u200b", "\x00")
"""What the readers, and who finds quotations, look for."""

_SPOILERS = ("", "\x01", "x", "《")
_LONGEST_S = 20.0
_WORDS = re.compile(r"[\u3400-\u9fff]{1,8}|[A-Za-z]{2,12}|[^\w\s]")
_SAMPLES = ("1", "a", "A", "一", "一一", " ", "  ", "\n", "，", "(", ")")


@dataclass(frozen=True, slots=True)
class Costly:
    """A text by how it is made."""

    beginning: str
    unit: str
    end: str

    def of(self, chars: int) -> str:
        """It, with about so many characters."""
        return self.beginning + self.unit * max(1, chars // len(self.unit)) + self.end

    def in_lines(self, chars: int, line_chars: int = 110) -> str:
        """Short lines of it: what is longer than a header line some readers do not look at."""
        line = self.of(line_chars).replace("\n", " ") + "\n"
        return line * max(1, chars // len(line))


def single_texts(units: Sequence[str] = UNITS) -> Iterator[Costly]:
    """Each unit by itself, as it is and with an end that fails."""
    for unit in units:
        yield Costly("", unit, "")
        yield Costly("", unit, "\x01")


def texts(
    count: int, seed: int, units: Sequence[str] = UNITS, longest: int = 3
) -> Iterator[Costly]:
    """Chance texts of one to ``longest`` units."""
    chance = random.Random(seed)
    for _ in range(count):
        unit = "".join(chance.choices(units, k=chance.randint(1, longest)))
        beginning = "".join(chance.choices(units, k=chance.randint(0, 2)))
        yield Costly(beginning, unit, chance.choice(_SPOILERS))


def patterns_of(pattern: re.Pattern[str], count: int, seed: int) -> Iterator[str]:
    """Texts of at most 200 characters made of the words and signs of a pattern itself."""
    chance = random.Random(seed)
    words = list(dict.fromkeys([*_WORDS.findall(pattern.pattern), *_SAMPLES]))
    for _ in range(count):
        few = chance.choices(words, k=3)
        unit = "".join(chance.choices(few, k=chance.randint(1, 4)))
        beginning = "".join(chance.choices(words, k=chance.randint(0, 3)))
        yield Costly(beginning, unit, chance.choice(_SPOILERS)).of(180)[:200]


def cpu_s(work: Callable[[], object], longest_s: float = _LONGEST_S) -> float:
    """Seconds of the processor; ``longest_s`` where it is ended after so long. Errors are answers.

    In the main thread only.
    """
    began = time.process_time()
    try:
        with _ended_after(longest_s):
            work()
    except _EndedError:
        return longest_s
    except Exception:  # noqa: S110 (a refusal is as good as an answer)
        pass
    return time.process_time() - began


def growth(
    work: Callable[[str], object], text: Callable[[int], str], chars: int, free_s: float
) -> str | None:
    """What is wrong with the time for a text of four times ``chars``, or None.

    Nothing is where it takes less than ``free_s``, or at most eight times as long as a quarter of
    it; measured three times, so that a busy machine proves nothing.
    """
    long = short = 0.0
    for _ in range(3):
        long = cpu_s(lambda: work(text(4 * chars)))
        if long < free_s:
            return None
        short = cpu_s(lambda: work(text(chars)))
        if long < 8 * short + free_s:
            return None
    return f"{chars} characters take {short:.3f} s, {4 * chars} take {long:.3f} s"


class _EndedError(BaseException):
    """It took too long."""


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    def end(_signal: int, _frame: FrameType | None) -> None:
        raise _EndedError

    handler = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
