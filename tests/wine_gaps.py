"""Fill gaps of Wine that end the interpreter: a plug-in of pytest for ``make test-windows``."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import _winapi

    # Wine 8 ends a process that calls it; without it shutil copies as on other systems.
    vars(_winapi).pop("CopyFile2", None)
