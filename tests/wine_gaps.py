"""Fill gaps of Wine that would end the interpreter: a plug-in for ``make test-windows``."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import _winapi

    # Wine 8 ends a process that calls it; without it shutil copies as on other systems.
    vars(_winapi).pop("CopyFile2", None)
