"""“在原网页中定位” opens the original page at the very words: Chromium is asked which it marks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from search import open_index
from search.cli import main as duansou
from search.documents.document import Passage
from search.searching.index import Index

from .conftest import DESKTOP, served

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

FIRST = (
    "全县推进“平安建设”,建成网格化管理服务中心(试行),配备网格员五千人。群众说:“好!”"
    "群众安全感达到94.01%,比上年提高2-3个百分点;信访总量下降1,234件。"
)
SECOND = "县财政将综治经费列入预算,今年拨付三百八十万元,专款专用,逐级审计。群众说:“好!”"
LONG = "".join(
    f"第{n}条 县级人民政府应当加强对网格化管理工作的领导,落实责任,定期检查。"
    for n in "一二三四五六"
)
LATIN = "采用QQ、R&D和5G-A等技术,形成“1+10+N”方案体系:数据共享率达98.5%,响应时间缩短至3-5分钟。"

# Which words: the passage, then the text itself (None is all of it) and its how-manieth occurrence.
CASES: dict[str, tuple[str, str | None]] = {
    "a clause with a comma": (FIRST, "建成网格化管理服务中心(试行),配备网格员五千人"),
    "inside of clauses": (FIRST, "化管理服务中心(试行),配备网格"),
    "a figure with a hyphen and a comma": (FIRST, "提高2-3个百分点;信访总量下降1,234件"),
    "from a bracket": (FIRST, "(试行)"),
    "a quotation": (FIRST, "“平安建设”"),
    "words that stand in two paragraphs": (SECOND, "群众说:“好!”"),
    "one character": (SECOND, "专"),
    "a whole paragraph": (SECOND, None),
    "a long paragraph": (LONG, None),
    "its end": (LONG, LONG[-40:-7]),
    "signs of addresses": (LATIN, "R&D和5G-A等技术,形成“1+10+N”"),
    "a figure": (LATIN, "98.5%,响应时间缩短至3-5分钟。"),
}


@dataclass(frozen=True)
class Site:
    """Where the collection and the original page are served, and the collection."""

    address: str
    original: str
    index: Index

    def passage(self, text: str) -> Passage:
        """The passage of a text."""
        return next(p for p in self.index.passages() if p.text == text)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page on one server, and the collection that has read it on another."""
    folder = tmp_path_factory.mktemp("original")
    paragraphs = [FIRST, SECOND, LONG, LATIN]
    marked_up = "".join(
        f"<p>{p.replace('&', '&amp;').replace('管理', '<b>管</b>理')}</p><div class=gap></div>\n"
        for p in paragraphs
    )
    page = (
        "<!doctype html><html lang=zh><meta charset=utf-8><title>某县推进平安建设</title>"
        "<style>.gap{height:1500px}p{width:600px;font-size:20px;line-height:2}"
        "::target-text{background:#f00;color:#fff}</style>"
        f"<body><h1>某县推进平安建设</h1><div class=gap></div>{marked_up}"
    )
    (folder / "1.html").write_text(page, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    original = f"http://127.0.0.1:{server.server_port}/1.html"
    documents = folder / "documents"
    documents.mkdir()
    record = {"title": "某县推进平安建设", "html": page, "url": original, "published": "2020-01-02"}
    (documents / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    index_dir = folder / "index"
    done = CliRunner().invoke(duansou, ["index", str(documents), "--index", str(index_dir)])
    assert done.exit_code == 0, done.output
    with served(index_dir) as address, open_index(index_dir) as index:
        yield Site(address, original, index)
    server.shutdown()
    server.server_close()


RECTS = """([wanted, occurrence]) => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode);
  const whole = texts.map((t) => t.data).join("");
  let at = -1;
  for (let n = 0; n < occurrence; n++) at = whole.indexOf(wanted, at + 1);
  const range = document.createRange();
  const place = (offset, isEnd) => {
    for (const text of texts) {
      if (offset < text.length || (isEnd && offset === text.length)) return [text, offset];
      offset -= text.length;
    }
  };
  const character = (offset) => {
    if (offset < 0 || offset >= whole.length || !whole[offset].trim()) return null;
    range.setStart(...place(offset, false));
    range.setEnd(...place(offset + 1, true));
    const box = range.getBoundingClientRect();
    // A little inside, so that what is beside it does not shine in.
    const [x, y] = [box.x + scrollX + 2, box.y + scrollY + 2];
    return { x, y, width: box.width - 4, height: box.height - 4 };
  };
  return [at - 1, at, at + wanted.length - 1, at + wanted.length].map(character);
}"""


def pictures(page: Page, wanted: str, occurrence: int) -> list[bytes | None]:
    """How the characters just before, first, last and just after look."""
    boxes = page.evaluate(RECTS, [wanted, occurrence])
    return [box and page.screenshot(clip=box, full_page=True) for box in boxes]


@pytest.mark.parametrize("name", CASES)
def test_chromium_marks_exactly_the_words(
    originals: Site, contexts: Callable[..., BrowserContext], name: str
) -> None:
    text, chosen = CASES[name]
    passage = originals.passage(text)
    wanted = chosen or text
    start = text.index(wanted)
    # As many before it as there are in the page as a whole.
    order = [FIRST, SECOND, LONG, LATIN]
    before = "".join(order[: order.index(text)]) + text[: start + len(wanted)]
    occurrence = before.count(wanted)
    page = contexts(viewport=DESKTOP).new_page()
    page.goto(originals.original)
    unmarked = pictures(page, wanted, occurrence)
    query = f"?from={start}&to={start + len(wanted)}" if chosen else ""
    page.goto(f"{originals.address}/p/{passage.passage_id}{query}")
    link = page.get_by_role("link", name="在原网页中定位")
    assert "noopener" in (link.get_attribute("rel") or "")
    link.click()
    page.wait_for_url(f"{originals.original}**")
    # It scrolls there: the first paragraph is below the first window already.
    page.wait_for_function("scrollY > 500")
    in_view = page.evaluate(RECTS, [wanted, occurrence])[1]
    top = page.evaluate("scrollY")
    assert top <= in_view["y"] < top + DESKTOP["height"]
    marked = pictures(page, wanted, occurrence)
    same = [one == other for one, other in zip(unmarked, marked, strict=True)]
    assert same == [True, False, False, True], page.url
