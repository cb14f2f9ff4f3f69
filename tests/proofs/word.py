"""Does another program find words in Word files that the reader does not? LibreOffice is asked.

It converts every construction of ``word_files`` (and the Word files of folders that are named) to
ODF, which holds what is seen apart from what was deleted or hidden, and to plain text, which holds
the numbers of lists. Each run of letters or digits there must stand in what the reader gives, as
often. Where LibreOffice shows what Word does not, the words are listed with the reason.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from proofs.page import Proof
from search.reading.formats.word import read_word
from word_files import CONSTRUCTIONS

_LIMIT_S = 400
_TOKEN = re.compile(r"[\u3400-\u9fff〇○]+|[A-Za-z]+|[0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff〇○]+")

NOT_ASKED = {
    "cells merged sideways": "LibreOffice does not end on a cell 2,000,000,000 columns wide",
    "bullets": "the sign of a bullet is no word",
}
SHOWN_MORE = {
    "field in the code of a field": (
        {"无形的字每旬清淤一次"},
        "it shows results inside of instructions",
    ),
    "characters in a circle": ({"水位以县志为准"}, "it leaves out what such a field shows"),
    "formula": ({"水量立方米"}, "its plain text leaves formulas out"),
    "rows inserted and deleted": ({"无形"}, "it shows rows that are deleted or hidden"),
    "numbers by a style": ({"一"}, "it passes over the order to write a number in digits"),
    "levels that go on counting": ({"第一条"}, "it begins levels anew that are to go on"),
}
"""Words that LibreOffice has, or makes by leaving out what is between, and Word does not show."""


def _convert(files: Sequence[Path], form: str, folder: Path) -> None:
    """Convert files with LibreOffice; what is not done in time is missing afterwards."""
    profile = folder.parent / "profile"
    process = subprocess.Popen(
        [
            *("soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"),
            *("--convert-to", form, "--outdir", str(folder), *map(str, files)),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(_LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _of_odf(data: bytes) -> tuple[list[str], list[str]]:
    """(texts that are seen, texts that are deleted or hidden) of an .odt."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        roots = [etree.fromstring(archive.read(f"{part}.xml")) for part in ("content", "styles")]
    styles = {_attribute(each, "name"): each for root in roots for each in root.iter("{*}style")}

    def is_hidden(name: str) -> bool | None:
        """Whether a style hides text; None where neither it nor its parents say."""
        for _ in range(20):
            style = styles.get(name)
            if style is None:
                return None
            for properties in style.iter("{*}text-properties"):
                display = _attribute(properties, "display")
                if display:
                    return display == "none"
            name = _attribute(style, "parent-style-name")
        return None

    seen: list[str] = []
    gone: list[str] = []

    def walk(element: Any, *, hidden: bool) -> None:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name in ("note-citation", "sequence-decls", "change-info", "ruby-text"):
            return
        says = is_hidden(_attribute(element, "style-name"))
        hidden = name == "tracked-changes" or (hidden if says is None else says)
        into = gone if hidden else seen
        ends = name in ("p", "h", "tab", "line-break", "note")
        into += ["\n" * ends, element.text or ""]
        for child in element:
            walk(child, hidden=hidden)
            into.append(child.tail or "")
        into.append("\n" * ends)
        gone.append("\n")

    walk(next(roots[0].iter("{*}body")), hidden=False)
    return "".join(seen).split("\n"), "".join(gone).split("\n")


def _attribute(element: Any, name: str) -> str:
    return next((v for key, v in element.attrib.items() if key.endswith(f"}}{name}")), "")


def words_more(ours: str, odf: bytes, plain: str) -> list[str]:
    """The words that LibreOffice has more often than the reader."""
    seen, gone = _of_odf(odf)
    text = "".join(ours.split())
    for each in sorted({each.strip() for each in gone}, key=len, reverse=True):
        plain = plain.replace(each, "") if len(each) > 1 else plain
    more = set()
    for lines, pattern in ((seen, _TOKEN), (plain.split("\n"), _HAN)):
        found = Counter(token for line in lines for token in pattern.findall(line))
        more |= {token for token, times in found.items() if text.count(token) < times}
    return sorted(more)


def _cases(folders: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for name, made in CONSTRUCTIONS.items():
        if name not in NOT_ASKED:
            yield name, made.data
    for folder in folders:
        for path in sorted(folder.rglob("*.docx")):
            yield path.name, path.read_bytes()


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.word", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    if shutil.which("soffice") is None:
        print("SKIPPED: LibreOffice is not here (apt: libreoffice-writer-nogui)", file=sys.stderr)
        return 0
    checked = Proof()
    cases = list(_cases(options.folders))
    more: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        files = [folder / f"{number}.docx" for number in range(len(cases))]
        for path, (_, data) in zip(files, cases, strict=True):
            path.write_bytes(data)
        for form, name in (("odt", "odt"), ("txt:Text (encoded):UTF8", "txt")):
            (folder / name).mkdir()
            _convert(files, form, folder / name)
        for path, (name, data) in zip(files, cases, strict=True):
            odf = folder / "odt" / f"{path.stem}.odt"
            plain = folder / "txt" / f"{path.stem}.txt"
            if not odf.exists() or not plain.exists():
                more[name] = ["(not converted)"]
                continue
            found = words_more(
                read_word(data).text, odf.read_bytes(), plain.read_text(encoding="utf-8-sig")
            )
            more[name] = [word for word in found if word not in SHOWN_MORE.get(name, ((), ""))[0]]
    failures = {name: words for name, words in more.items() if words}
    for name, words in failures.items():
        print(f"{name}: LibreOffice has {', '.join(words)}", file=sys.stderr)
    made = [name for name, _ in cases if name in CONSTRUCTIONS]
    wrong = sum(name in failures for name in made)
    checked.add(("constructions", len(made), wrong))
    if len(cases) > len(made):
        others = len(cases) - len(made)
        checked.add(("files of other origin", others, len(failures) - wrong))
    return checked.write(
        "Word",
        "A case is a Word file that LibreOffice converts too: no word may stand in what it gives "
        "that the reader does not have, as often.",
        "Words of LibreOffice that Word does not show: "
        + "; ".join(f"{name} ({why})" for name, (_, why) in SHOWN_MORE.items())
        + ".",
        "Not asked: " + "; ".join(f"{name} ({why})" for name, why in NOT_ASKED.items()) + ".",
    )


if __name__ == "__main__":
    sys.exit(main())
