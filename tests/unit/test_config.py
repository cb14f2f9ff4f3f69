"""Settings: declared once, from the environment, checked."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from search.config import SETTINGS, Settings, load_settings
from search.errors import UsageError


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(f"DUANSOU_{setting.name.upper()}", raising=False)


def test_every_setting_is_declared_with_help_and_is_a_field() -> None:
    names = [*(setting.name for setting in SETTINGS), "of_engine"]
    assert names == [field.name for field in fields(Settings)]
    assert all(setting.help for setting in SETTINGS)


def test_defaults_are_those_declared() -> None:
    settings = load_settings()
    for setting in SETTINGS:
        value = getattr(settings, setting.name)
        assert (str(value) if isinstance(value, Path) else value) == setting.default


def test_the_page_is_served_on_loopback_by_default() -> None:
    assert load_settings().host == "127.0.0.1"


def test_the_environment_goes_before_the_default_and_an_override_before_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DUANSOU_PORT", "9000")
    monkeypatch.setenv("DUANSOU_INDEX_DIR", "elsewhere")
    assert load_settings().port == 9000
    assert load_settings().index_dir == Path("elsewhere")
    assert load_settings(port=9001).port == 9001
    assert load_settings(port=None).port == 9000


@pytest.mark.parametrize("value", ["many", "", "1.5", "-1"])
def test_a_wrong_number_is_refused_with_its_origin(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DUANSOU_PORT", value)
    with pytest.raises(UsageError, match="DUANSOU_PORT"):
        load_settings()
    with pytest.raises(UsageError, match="port is"):
        load_settings(port=value or "x")


@pytest.mark.parametrize("name", ["page_size", "opensearch_shards"])
def test_a_number_with_which_nothing_works_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    engine = "opensearch" if name.startswith("opensearch") else None
    monkeypatch.setenv(f"DUANSOU_{name.upper()}", "0")
    with pytest.raises(UsageError, match=f"DUANSOU_{name.upper()} must be at least 1"):
        load_settings(engine=engine)


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(UsageError, match="colour"):
        load_settings(colour="red")
