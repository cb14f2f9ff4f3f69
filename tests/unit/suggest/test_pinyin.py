"""How a text is read aloud."""

from __future__ import annotations

import subprocess
import sys

from search.searching.suggest.completion import readings, syllables


def test_words_decide_between_readings() -> None:
    assert syllables("重庆重大") == ["chong", "qing", "zhong", "da"]
    assert readings("重")[:2] == ("zhong", "chong")


def test_each_character_has_its_place() -> None:
    text = "绿色𫠝1+10+N，贵港\n"
    read = syllables(text)
    assert len(read) == len(text)
    assert read[:2] == ["lv", "se"]
    assert read[-4:-1] == ["", "gui", "gang"]
    assert readings("N") == readings("，") == ()


def test_the_library_is_loaded_with_the_first_text_only() -> None:
    code = "import sys, search.searching.suggest.vocabulary; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
