"""Firefox without a window, driven by WebDriver BiDi, which it speaks without a driver program.

Only what the tests need: open, find, press keys, click, evaluate. One connection, one page.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ENTER, TAB = "\ue007", "\ue004"
"""Keys by the names that WebDriver gives them."""

_READY = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
_ANSWER_TIMEOUT_S = 30


def firefox_program() -> str | None:
    """The installed Firefox; None where there is none."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """One page of a running Firefox; ``page`` is what BiDi calls it."""

    def __init__(self, socket: Any, *, has_script: bool) -> None:
        self._socket = socket
        self._has_script = has_script
        self._asked = 0
        self.call("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self.page = self.call("browsingContext.getTree")["contexts"][0]["context"]
        # Keys go to what has the focus.
        self.call("browsingContext.activate", context=self.page)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command. Raises AssertionError with what Firefox says instead."""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=_ANSWER_TIMEOUT_S))
            if answer.get("id") == self._asked:
                assert answer["type"] == "success", answer
                return dict(answer["result"])

    def open(self, address: str) -> None:
        """Load a page and everything it asks for."""
        self.call("browsingContext.navigate", context=self.page, url=address, wait="complete")
        # On a busy machine Firefox may say so of the page before, when this one has yet to begin.
        if self._has_script:
            self.wait_for("document.documentElement && document.readyState === 'complete'")

    def resize(self, width: int, height: int) -> None:
        """Give the page another size."""
        size = {"width": width, "height": height}
        self.call("browsingContext.setViewport", context=self.page, viewport=size)

    def back(self) -> None:
        """One step back in the history."""
        self.call("browsingContext.traverseHistory", context=self.page, delta=-1)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page, awaited, by way of JSON."""
        answer = self.call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({expression})) ?? null))()",
            target={"context": self.page},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        value = answer["result"].get("value")
        return None if value is None else json.loads(value)

    def run(self, script: str) -> None:
        """Run a script in the page for what it does."""
        answer = self.call(
            "script.evaluate",
            expression=script,
            target={"context": self.page},
            awaitPromise=False,
            resultOwnership="none",
            serializationOptions={"maxObjectDepth": 0},
        )
        assert answer["type"] == "success", answer

    def wait_for(self, expression: str) -> None:
        """Wait until an expression in the page is true, whichever page that is by then."""
        until = time.monotonic() + _ANSWER_TIMEOUT_S
        while True:
            # Asked again and again: an answer of a page that is being left would never come.
            with suppress(AssertionError):
                if self.evaluate(f"Boolean({expression})"):
                    return
            assert time.monotonic() < until, expression
            time.sleep(0.02)

    def address(self) -> str:
        """Where the page is."""
        return str(self.call("browsingContext.getTree")["contexts"][0]["url"])

    def follow(self, selector: str) -> None:
        """Click a link and wait for the page that it leads to."""
        before = self.address()
        self.click(selector)
        until = time.monotonic() + _ANSWER_TIMEOUT_S
        while self.address() in (before, "about:blank"):
            assert time.monotonic() < until, selector
            time.sleep(0.02)

    def click(self, selector: str) -> None:
        """Click the middle of the first element that a CSS selector finds."""
        until = time.monotonic() + _ANSWER_TIMEOUT_S
        while not (found := self._located(selector)):
            assert time.monotonic() < until, selector
            time.sleep(0.02)
        node = {"sharedId": found[0]["sharedId"]}
        if self._has_script:
            self.call(
                "script.callFunction",
                functionDeclaration="(node) => node.scrollIntoView({ block: 'center' })",
                arguments=[node],
                target={"context": self.page},
                awaitPromise=False,
            )
        moved = {"type": "pointerMove", "x": 0, "y": 0}
        self._perform(
            {
                "type": "pointer",
                "id": "mouse",
                "actions": [
                    {**moved, "origin": {"type": "element", "element": node}},
                    {"type": "pointerDown", "button": 0},
                    {"type": "pointerUp", "button": 0},
                ],
            }
        )

    def _located(self, selector: str) -> list[dict[str, Any]]:
        """The first element that a CSS selector finds, if it finds any."""
        locator = {"type": "css", "value": selector}
        found = self.call(
            "browsingContext.locateNodes", context=self.page, locator=locator, maxNodeCount=1
        )
        return list(found["nodes"])

    def press(self, *keys: str) -> None:
        """Press keys one after another; a text is pressed character by character."""
        pressed = [
            {"type": kind, "value": key}
            for text in keys
            for key in text
            for kind in ("keyDown", "keyUp")
        ]
        self._perform({"type": "key", "id": "keyboard", "actions": pressed})

    def _perform(self, actions: dict[str, Any]) -> None:
        self.call("input.performActions", context=self.page, actions=[actions])


@contextmanager
def opened_firefox(
    program: str, profile: Path, *, dark: bool = False, script: bool = True
) -> Iterator[Firefox]:
    """A running Firefox with a profile of its own."""
    from websockets.sync.client import connect

    profile.mkdir(parents=True)
    lines = (
        'user_pref("intl.accept_languages", "zh-CN");',
        'user_pref("network.captive-portal-service.enabled", false);',
        'user_pref("network.connectivity-service.enabled", false);',
        'user_pref("datareporting.policy.dataSubmissionEnabled", false);',
        'user_pref("app.update.enabled", false);',
        f'user_pref("layout.css.prefers-color-scheme.content-override", {0 if dark else 1});',
        f'user_pref("javascript.enabled", {str(script).lower()});',
    )
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = [program, "--headless", "--no-remote", "--profile", str(profile)]
    with subprocess.Popen(
        [*command, "--remote-debugging-port", "0", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "HOME": str(profile)},
    ) as process:
        try:
            assert process.stderr is not None
            found = next(filter(None, map(_READY.search, process.stderr)), None)
            assert found is not None, "Firefox ended before it could be driven"
            with connect(f"{found[1]}/session", max_size=None) as socket:
                yield Firefox(socket, has_script=script)
        finally:
            process.terminate()
