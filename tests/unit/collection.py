"""A folder of documents with a real index beside it, worked on by the command line."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from search.cli import main

FIRST = "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八。"
SECOND = "全县配备网格员五千人，建成视频监控平台九个，群众安全感明显提升，治安形势平稳。"
THIRD = "县财政将综治经费列入预算，今年拨付三百八十万元，专款专用，逐级审计。"


def article(title: str, *paragraphs: str, date: str | None = "2020-01-02") -> str:
    """A text as a page has it: title, line with date and source, paragraphs."""
    header = [f"{date} 来源：某县日报"] if date else []
    return "\n\n".join([title, *header, *paragraphs]) + "\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as JSON."""
        return json.loads(self.out)


class Desk:
    """Runs commands on the index ``index`` beside the folder ``documents``."""

    def __init__(self, folder: Path) -> None:
        self.documents = folder / "documents"
        self.index_dir = folder / "index"
        self.documents.mkdir(parents=True)

    def write(self, path: str, text: str) -> Path:
        """A file of the folder."""
        file = self.documents / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def run(self, *args: str | os.PathLike[str]) -> Answer:
        """A command on this index."""
        done = CliRunner().invoke(
            main, [*map(str, args), "--index", str(self.index_dir)], catch_exceptions=False
        )
        return Answer(done.exit_code, done.stdout, done.stderr)

    def index(self, *options: str | os.PathLike[str]) -> Any:
        """An indexing run of the folder; its report."""
        answer = self.run("index", self.documents, "--json", *options)
        assert answer.code == 0, answer.err
        return answer.json

    def listed(self) -> dict[str, Any]:
        """The documents by path."""
        return {d["path"]: d for d in self.run("documents", "--json").json}

    def passage_id(self, text: str) -> str:
        """The id of the one passage that has a text."""
        (hit,) = self.run("search", f'"{text}"', "--json").json["hits"]
        return str(hit["passage_id"])
