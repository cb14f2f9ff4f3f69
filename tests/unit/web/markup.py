"""What a page says, read with the standard library's parser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "br", "img", "hr"}
_SPACE = re.compile(r"\s+")


class Page(HTMLParser):
    """Tags in order as (name, attributes), the text, the links and what is marked."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.links: list[tuple[str, dict[str, str]]] = []
        self.marked: list[str] = []
        self.by_id: dict[str, str] = {}
        self._open: list[tuple[str, str | None]] = []
        self._text: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """All the text, white space collapsed."""
        return _SPACE.sub(" ", "".join(self._text))

    def named(self, name: str) -> list[dict[str, str]]:
        """The attributes of every tag of a name."""
        return [attributes for tag, attributes in self.tags if tag == name]

    def link(self, text: str) -> str:
        """Where the first link whose text begins so leads."""
        for label, attributes in self.links:
            if label.startswith(text):
                return attributes["href"]
        raise AssertionError(f"no link {text!r} among {[label for label, _ in self.links]}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if tag == "a":
            self.links.append(("", attributes))
        elif tag == "mark":
            self.marked.append("")
        if tag not in _VOID:
            self._open.append((tag, attributes.get("id")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        opened, _ = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data: str) -> None:
        self._text.append(data)
        names = [name for name, _ in self._open]
        if "a" in names:
            label, attributes = self.links[-1]
            self.links[-1] = ((label + data).lstrip(), attributes)
        if "mark" in names:
            self.marked[-1] += data
        for _, identity in self._open:
            if identity:
                self.by_id[identity] = self.by_id.get(identity, "") + data


def read(html: str) -> Page:
    """A page, which must be well-formed: every tag closed by its own."""
    page = Page(html)
    assert not page._open, page._open
    return page
