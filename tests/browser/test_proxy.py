"""The page behind nginx, with TLS, below a path; ``make prove-proxy`` runs the whole suite so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from behind_nginx import NGINX
from search.cli import main as duansou

from .conftest import Open, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, seeds_dir: Path) -> Iterator[str]:
    """Where the seeds are served, at nginx."""
    folder = tmp_path_factory.mktemp("index")
    assert (
        not CliRunner().invoke(duansou, ["index", str(seeds_dir), "--index", str(folder)]).exit_code
    )
    with served(folder, proxy=True) as address:
        yield address


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_every_step_stays_below_the_path(open_page: Open, site: str, script: bool) -> None:
    """``open_page`` fails on a request that leads elsewhere."""
    assert site.startswith("https:")
    page = open_page(f"/?q={quote('信访')}", java_script_enabled=script)
    page.locator("[aria-labelledby=facet-city] a.option", has_text="贵港市").click()
    page.locator("a.chip").wait_for()
    assert page.url.startswith(f"{site}/?q=")
    page.locator(".hit h2 a").first.click()
    page.locator(".reference").first.wait_for()
    address = page.url.split("?")[0]
    assert address.startswith(f"{site}/p/")
    assert address in page.content()
    page.goto(f"{site}/quotes")
    page.locator("#draft-text").fill("有人说“这一句在哪里都没有出现过”。")
    page.get_by_role("button", name="核对").click()
    page.locator(".checked").wait_for()
    assert page.url.startswith(f"{site}/quotes")
