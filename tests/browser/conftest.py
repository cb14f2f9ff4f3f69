"""The five documents, indexed, served and opened in Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from behind_nginx import CERTIFICATE, PREFIX, behind_nginx, site_of_nginx
from search.cli import main as duansou

from .every_page import every_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

Open = Callable[..., "Page"]
"""Opens an address in a new context: ``open_page("/?q=…", scheme="dark", javaScript=False)``."""


@contextmanager
def served(folder: Path, *, proxy: bool = "BEHIND_NGINX" in os.environ) -> Iterator[str]:
    """Where an index is served, while it is; with ``proxy`` that is nginx, TLS and a path."""
    serving = [sys.executable, "-m", "search", "serve", "--index", str(folder), "--port", "0"]
    site = site_of_nginx(tls=True) if proxy else ""
    named = {"PUBLIC_URL": site, "PROXIES": "127.0.0.1", "ACCESS": "open"} if proxy else {}
    environment = {**os.environ, **{f"DUANSOU_{name}": value for name, value in named.items()}}
    with (
        TemporaryDirectory() as files,
        subprocess.Popen(
            serving, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        ) as server,
    ):
        try:
            assert server.stdout is not None
            announced = re.search(r"http://[0-9.]+:[0-9]+", server.stdout.readline())
            assert announced is not None
            if not proxy:
                yield announced.group()
                return
            with (
                behind_nginx(Path(files), site, announced.group()),
                pytest.MonkeyPatch.context() as patch,
            ):
                patch.setenv("SSL_CERT_FILE", f"{files}/{CERTIFICATE}")
                yield site
        finally:
            server.terminate()
            server.wait(timeout=20)


def path(address: str) -> str:
    """The path of an address, below that of the site."""
    return urlsplit(address).path.removeprefix(PREFIX)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, seeds_dir: Path) -> Iterator[str]:
    """Where the seeds are served."""
    folder = tmp_path_factory.mktemp("index")
    done = CliRunner().invoke(duansou, ["index", str(seeds_dir), "--index", str(folder)])
    assert done.exit_code == 0, done.output
    with served(folder) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no Chromium on this machine")
    # Chromium's sandbox refuses to start as root.
    sandbox = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium, headless=True, args=FLAGS + sandbox
        )
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def steps_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a click or key playwright waits for a new page; a step in place it does not know."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

    def patient(kind: type, name: str, page_of: Callable[[Any], Page]) -> None:
        act = getattr(kind, name)

        def acted(self: Any, *args: Any, **options: Any) -> Any:
            page = page_of(self)
            done = act(self, *args, **options)
            page.locator("html:not([data-step])").wait_for(state="attached")
            return done

        monkeypatch.setattr(kind, name, acted)

    for name in ("click", "press"):
        patient(api.Locator, name, lambda locator: locator.page)
    for name in ("go_back", "go_forward"):
        patient(api.Page, name, lambda page: page)


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts and closes them after the test."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        made.append(browser.new_context(locale="zh-CN", ignore_https_errors=True, **options))
        made[-1].set_default_timeout(15_000)
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def open_page(site: str, contexts: Callable[..., BrowserContext]) -> Iterator[Open]:
    """Opens an address of the site; fails the test on any complaint in the browser's console."""
    complaints: list[str] = []

    def open_(address: str, *, expect_status: int = 200, **options: Any) -> Page:
        options.setdefault("viewport", DESKTOP)
        page = contexts(**options).new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type in ("error", "warning") and "status of 4" not in message.text
                else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith(site) else complaints.append(request.url)
            ),
        )
        response = page.goto(site + address)
        assert response is not None
        assert response.status == expect_status
        return page

    yield open_
    assert not complaints


@pytest.fixture(scope="session")
def addresses(site: str) -> dict[str, str]:
    """One address of every kind of page, by its kind."""
    return every_page(site)
