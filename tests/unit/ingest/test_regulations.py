"""Place and year of 1,123 local regulations, read as a user's files are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.facets.topic import Taxonomy
from search.ingest import read_document

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def readings(shared_dir: Path) -> list[tuple[str, str, str, str | None, str | None, int | None]]:
    """(province, city, year) by the collection, then by the reader."""
    folder = shared_dir / "eval" / "facets"
    taxonomy = Taxonomy.load()
    rows = []
    for row in (folder / "gold.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, province, city, year = row.split("\t")
        document = read_document((folder / "files" / name).read_bytes(), "x.md", taxonomy)
        rows.append((province, city, year, document.city[0], document.city[1], document.year))
    return rows


def test_the_place_of_a_regulation_is_right(
    readings: list[tuple[str, str, str, str | None, str | None, int | None]],
) -> None:
    of_a_city = [row for row in readings if row[1]]
    given = [row for row in readings if row[4] is not None]
    assert sum(row[4] == row[1] for row in of_a_city) >= 0.99 * len(of_a_city)
    assert sum(row[4] == row[1] for row in given) >= 0.99 * len(given)
    assert sum(row[3] == row[0] for row in readings) >= 0.99 * len(readings)


def test_the_year_of_a_regulation_is_that_of_its_newest_version(
    readings: list[tuple[str, str, str, str | None, str | None, int | None]],
) -> None:
    """The collection often counts the year of taking force, which is no publication."""
    given = [row for row in readings if row[5] is not None]
    assert len(given) >= 0.9 * len(readings)
    assert sum(str(row[5]) == row[2] for row in given) >= 0.89 * len(given)
