"""How much memory has this process? From the kernel's books where they can be read."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

Memory = dict[str, float]
"""Megabytes: ``peak`` and ``now`` resident, ``own`` without the pages of mapped files."""

_NAMES = {"VmHWM": "peak", "VmRSS": "now", "RssAnon": "own"}


def memory_mb() -> Memory:
    """What this process takes and took at most. Only ``peak`` where nothing else is known."""
    status = Path("/proc/self/status")
    if not status.exists():
        unit = 1 if sys.platform == "darwin" else 1024
        return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6}
    found = {}
    for line in status.read_text().splitlines():
        name, _, value = line.partition(":")
        if name in _NAMES:
            found[_NAMES[name]] = int(value.split()[0]) * 1024 / 1e6
    return found
