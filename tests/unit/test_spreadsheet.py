"""No cell of any table is run by a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.searching.spreadsheet import csv_row

_SIGNS = "=+-@＝＋－＠﹢﹣﹦﹫⁺⁼"
_UNSEEN = (
    "",
    "\x00",
    " ",
    "\u3000",
    "\ufeff",
    "\t",
    "\r",
    "\n",
    "\u200b",
    "\x1b",
    "\u2028",
    "\xa0",
)


@pytest.mark.parametrize("sign", _SIGNS)
@pytest.mark.parametrize("before", _UNSEEN)
def test_what_begins_as_a_formula_is_text(before: str, sign: str) -> None:
    assert _cell(f"{before}{sign}cmd|' /C calc'!A0").startswith("'")


def test_an_ordinary_cell_stays_as_it_is() -> None:
    for text in ("今年以来", "3=3", "“=”号", "　　段首空两格", "GB/T 7714", ""):
        assert _cell(text) == text


@given(st.text(st.sampled_from("=+-@＝＠ \t\r\n\x00\ufeff\u200b甲1\u2066"), max_size=6))
def test_nothing_hides_a_sign(text: str) -> None:
    shown = _cell(text)
    if not shown.startswith("'"):
        seen = [c for c in shown if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")]
        assert unicodedata.normalize("NFKC", "".join(seen))[:1] not in tuple("=+-@")


def _cell(text: str) -> str:
    """As a reader of CSV gets it."""
    ((cell, _),) = csv.reader(io.StringIO(csv_row([text, "2"]), newline=""))
    return cell
