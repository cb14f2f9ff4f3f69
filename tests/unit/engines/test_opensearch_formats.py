"""A version of an index in a cluster that another version of Duansou wrote is named as such."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from search.errors import IndexTooNewError, IndexTooOldError

states = pytest.importorskip("search.engines.opensearch.state")


@pytest.mark.parametrize(
    ("shift", "error", "advice"),
    [(-1, IndexTooOldError, "duansou migrate"), (1, IndexTooNewError, "update Duansou")],
)
def test_another_format_is_named(shift: int, error: type[Exception], advice: str) -> None:
    record = {"format": states.FORMAT_VERSION + shift}

    def get(**_: Any) -> dict[str, Any]:
        return {"_index": "duansou-v000001", "_source": {"record": states.pack(record)}}

    connection = states.Connection(SimpleNamespace(get=get), "duansou", ())
    with pytest.raises(error, match=advice):
        states.read_state(connection)
