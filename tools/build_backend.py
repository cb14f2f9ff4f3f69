"""Build the wheel and the source distribution so that the same tree gives the same bytes.

setuptools does the work. Of a wheel it needs a date; a source distribution it fills with the times,
owners and modes of whoever builds it, so that is written again.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    build_editable,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

_EPOCH = "1577836800"
"""2020-01-01: the date of every file, unless SOURCE_DATE_EPOCH says another."""


def build_wheel(
    wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None
) -> str:
    """The name of the wheel."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", _EPOCH)
    os.umask(0o022)
    name: str = build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)
    return name


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """The name of the source distribution."""
    name: str = build_meta.build_sdist(sdist_directory, config_settings)
    path = Path(sdist_directory) / name
    path.write_bytes(_written_again(path, int(os.environ.get("SOURCE_DATE_EPOCH", _EPOCH))))
    return name


def _written_again(path: Path, epoch: int) -> bytes:
    packed = io.BytesIO()
    with (
        tarfile.open(path) as before,
        gzip.GzipFile("", "wb", 9, packed, mtime=epoch) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as after,
    ):
        for member in sorted(before.getmembers(), key=lambda each: each.name):
            plain = tarfile.TarInfo(member.name)
            plain.type, plain.size, plain.mtime = member.type, member.size, epoch
            runs = member.isdir() or member.mode & 0o100
            plain.mode = 0o755 if runs else 0o644
            after.addfile(plain, before.extractfile(member) if member.isfile() else None)
    return packed.getvalue()
