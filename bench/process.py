"""The other end of ``bench.worker``: starts a system's process and gives it orders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from .corpus import Corpus
from .values import MissingPeerError

ROOT = Path(__file__).resolve().parent.parent


class SystemFailedError(Exception):
    """A system could not carry out an order; the message has its traceback."""


class SystemProcess:
    """A system in its own process; a context manager that ends it.

    Raises MissingPeerError where the system's library is not installed.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._process = subprocess.Popen(  # noqa: S603 (ourselves)
            [sys.executable, "-m", "bench.worker", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a process without pipes")
        self._orders, self._answers = self._process.stdin, self._process.stdout
        first = self._read()
        if "missing" in first:
            self.close()
            raise MissingPeerError(first["missing"])

    def __enter__(self) -> SystemProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process. Safe to call twice."""
        self._orders.close()
        self._answers.close()
        self._process.wait()

    def order(self, do: str, **values: Any) -> dict[str, Any]:
        """Give one order and wait for its answer. Raises SystemFailedError."""
        self._orders.write(json.dumps({"do": do, **values}) + "\n")
        self._orders.flush()
        answer = self._read()
        if "error" in answer:
            raise SystemFailedError(f"{self.name}: {answer['error']}")
        return answer

    def open(self, corpus: Corpus, folder: Path) -> dict[str, Any]:
        """Open an index."""
        return self.order(
            "open", corpus=str(corpus.path), passages=corpus.passages, folder=str(folder)
        )

    def _read(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line:
            raise SystemFailedError(f"{self.name}: its process ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer
