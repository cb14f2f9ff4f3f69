"""Data beside the checkout: skips with the reason where it is absent, fails where CI says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[4] / "shared"


def shared(name: str) -> Path:
    """A folder or file of ``../shared``."""
    path = SHARED / name
    if not path.exists():
        reason = f"{path} is absent: the measurement needs it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
