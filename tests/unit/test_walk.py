"""A sample of the walk through every address and command; ``make prove-walk`` goes much further."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracles import cases
from walk import Collection, command_cases, make_collections, web_cases

_SEED = 20
_REQUESTS = cases(1_500)
_COMMANDS = cases(600)


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> tuple[Collection, Collection]:
    """A collection with everything, and an empty one."""
    return make_collections(tmp_path_factory.mktemp("walk"))


def test_no_address_fails_unforeseen(collections: tuple[Collection, Collection]) -> None:
    walked = [case for each in collections for case in web_cases(each, _SEED, _REQUESTS)]
    assert len(walked) == 2 * _REQUESTS
    assert [case for case in walked if case[1]] == []


def test_no_command_fails_unforeseen(
    collections: tuple[Collection, Collection], tmp_path: Path
) -> None:
    walked = [
        case
        for each in collections
        for case in command_cases(each, tmp_path / each.name, _SEED, _COMMANDS)
    ]
    assert len(walked) == 2 * _COMMANDS
    assert [case for case in walked if case[1]] == []
