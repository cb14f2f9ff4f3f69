"""The clues of the five seeds, put together by hand from their lines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from search.facets.clues import PlaceClues

SEEDS = Path(__file__).parents[3] / "seeds"


def seed_lines(number: str) -> list[str]:
    """The lines of a seed; line 1 is at index 1."""
    (path,) = SEEDS.glob(f"{number}_*.txt")
    return ["", *path.read_text(encoding="utf-8").splitlines()]


def _pick(lines: list[str], numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(lines[n].strip() for n in numbers)


def seed_clues(number: str) -> PlaceClues:
    """What a good reader would hand over for a seed."""
    lines = seed_lines(number)
    if number == "000":
        return PlaceClues(
            title=lines[4],
            body=_pick(lines, (10, 14, 16, 18, 20, 26, 30, 34, *range(38, 53, 2), 56, 58, 60, 62)),
            headings=_pick(lines, (12, 22, 24, 28, 32, 36, 40, 54)),
            captions=_pick(lines, (8,)),
            source="贵港日报",
            site="www.yybnet.net",
            breadcrumbs=lines[2],
        )
    if number == "001":
        return PlaceClues(
            title=lines[3],
            body=_pick(lines, (6, 8, 14, 15, 16, 22, 23, 24, 25, 31, 32, 33, 34, 40, 41, 42)),
            headings=_pick(lines, (11, 19, 28, 37)),
            source="山西法制报",
            site_name="太原长安网",
            posted_by="太原长安网(中共太原市委政法委)",
        )
    if number == "002":
        return PlaceClues(
            title="全面强化综合治理措施 努力构建平安和谐津市",
            body=_pick(lines, (*range(9, 18), 19, 20, 21, 22, *range(24, 28), *range(29, 32)))
            + _pick(lines, range(33, 37)),
            headings=_pick(lines, (18, 23, 28, 32)),
            author="何英平",
            posted_by="沙市秘书",
            site_name="老秘网_材夜思范文",
        )
    if number == "003":
        body = (10, 16, 18, 20, 22, 28, 30, 32, 34, 40, 42, 44, 46, 52, 54, 56, 62, 64, 66)
        return PlaceClues(
            title=lines[6],
            body=_pick(lines, body),
            headings=_pick(lines, (12, 14, 24, 26, 36, 38, 48, 50, 58, 60)),
            source="安徽法制报社",
            contributor="贵池区委政法委",
        )
    return PlaceClues(
        title=lines[3],
        eyebrow=lines[1],
        body=_pick(lines, (10, 12, 14, 16, 18, 20)),
        captions=_pick(lines, (6, 7)),
        source="人民网-广西频道",
    )
