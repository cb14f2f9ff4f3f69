"""Take away the white space that word processors put round numbers: 2021 年 5 月 1 日, 20 %."""

from __future__ import annotations

import re

from ..analysis.text import HAN
from ..analysis.words import Analyzer
from .items import MEASURES

_DIGIT = "[0-9０-９]"
_NUMERALS = "一二三四五六七八九十百千零〇两"
_ORDINAL = re.compile(
    rf"第\s*(?P<number>{_DIGIT}+|[{_NUMERALS}]+)\s*(?=[条款项目章节编届次期批号條項節編屆號])"
)
_ISSUED = re.compile(
    rf"(?<!\s)\s*([〔［\[])\s*({_DIGIT}{{4}})\s*([〕］\]])\s*(?={_DIGIT}+\s*[号號])"
)
_IN_DATE = re.compile(rf"(?<={_DIGIT}[年月])\s+(?={_DIGIT}{{1,2}}\s*[月日])")
_BEFORE_MEASURE = re.compile(rf"(?<={_DIGIT})\s+(?=(?P<run>[%％‰℃]|[{HAN}]{{1,20}}))")


def unspaced(text: str, analyzer: Analyzer) -> str:
    """A query text without the spaces inside of numbers with what they count."""

    def measure(match: re.Match[str]) -> str:
        run = match["run"]
        is_measure = run in "%％‰℃" or analyzer.words(run)[0] in MEASURES
        return "" if is_measure else match[0]

    text = _ISSUED.sub(r"\1\2\3", _ORDINAL.sub(r"第\g<number>", text))
    return _IN_DATE.sub("", _BEFORE_MEASURE.sub(measure, text))
