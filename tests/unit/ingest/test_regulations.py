"""Place and year of 1,123 local regulations, read as a user's files are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.evaluation.readings import ReadingsResult, evaluate_readings

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def result(shared_dir: Path) -> ReadingsResult:
    return evaluate_readings(shared_dir / "eval" / "facets")


@pytest.mark.parametrize("field", ["province", "city"])
def test_the_place_of_a_regulation_is_right(result: ReadingsResult, field: str) -> None:
    assert result.fields[field].recall >= 0.99
    assert result.fields[field].precision >= 0.99


def test_the_year_of_a_regulation_is_right_where_its_text_tells_it(
    result: ReadingsResult,
) -> None:
    """Of an act approved late in a year the text does not say when it was published: unknown."""
    assert result.fields["year"].precision >= 0.97
    assert result.fields["year"].coverage >= 0.80
