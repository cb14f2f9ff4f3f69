"""The page on a port."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from search.config import load_settings
from search.errors import UsageError
from search.web.serve import serve

from .corpus import GUIGANG, index_of

TESTS = Path(__file__).resolve().parents[2]

PROGRAM = """
from unit.web.corpus import GUIGANG, index_of
from search.config import load_settings
from search.web.serve import serve
serve(index_of(GUIGANG), load_settings(port=0))
"""


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"{port}.*--port N"):
            serve(index_of(GUIGANG), load_settings(port=port))


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(UsageError, match=r"--host"):
        serve(index_of(GUIGANG), load_settings(host="192.0.2.1", port=0))


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=lambda stop: stop.name)
def test_it_prints_its_address_answers_and_stops_cleanly(stop: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        # A test run in the background may have been told to ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            line = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert address, line + process.stderr.read()
            with urllib.request.urlopen(address[0] + "healthz", timeout=20) as answer:  # noqa: S310
                assert b'"ok"' in answer.read()
            process.send_signal(stop)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
        assert "Traceback" not in process.stderr.read()
