"""Make the table of characters that are one in simplified and traditional script, from OpenCC.

    python tools/build_scripts.py

Writes ``scripts.tsv`` of the package: two lines of characters, each of the first standing above the
one that OpenCC's ``t2s`` makes of it alone, and two for ``s2t``. A test says where that is no
longer what OpenCC makes.
"""

from __future__ import annotations

from pathlib import Path

import opencc

TABLE = Path(__file__).parents[1] / "src/search/analysis/equivalence/scripts.tsv"

_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))


def table(name: str = "t2s") -> tuple[str, str]:
    """(characters, what each becomes), those that change and become one character."""
    characters = [chr(code) for first, end in _HAN for code in range(first, end)]
    # One call for all, a line each: no word of the dictionary goes across a line break.
    lines = opencc.OpenCC(name).convert("\n".join(characters)).split("\n")
    changed = [
        (one, other)
        for one, other in zip(characters, lines, strict=True)
        if one != other and len(other) == 1
    ]
    return "".join(one for one, _ in changed), "".join(other for _, other in changed)


def contents() -> str:
    """What the file has."""
    return "\n".join((*table(), *table("s2t"))) + "\n"


def main() -> None:
    """Write the file."""
    TABLE.write_text(contents(), encoding="utf-8")


if __name__ == "__main__":
    main()
