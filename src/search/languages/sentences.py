"""Say a sentence, which is a code with values, in any language that has a catalogue.

The catalogue of a language is ``xx.po`` beside this file, in gettext's format::

    msgid "range-empty"
    msgstr "The range from {start} to {end} has no character in it: from must be less than to."

What stands in braces is a value, formatted as ``str.format`` does (``{n:,}``, ``{name!r}``). A
value may be a sentence itself, or a tuple, which is listed as the language lists. A sentence that
counts things has its number as ``n`` and as many forms as its language. What a language lacks is
said in English, and what English lacks is the code with its values.

A catalogue is searched for the one entry, not parsed: 0.3 ms for the first sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from gettext import c2py
from pathlib import Path

FOLDER = Path(__file__).parent
"""Of the catalogues."""

CHINESE = "zh"
ENGLISH = "en"
"""The language that has every sentence."""

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?![A-Za-z])")
_FUZZY = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)
_PLURAL = re.compile(r"Plural-Forms: nplurals=[0-9]+; *plural=([^;\\]+)")


class Sentence:
    """A code and its values, to be said in any language; ``str()`` says it in English."""

    __slots__ = ("code", "values")

    code: str

    def __init__(self, code: str, /, **values: object) -> None:
        self.code = code
        self.values: Mapping[str, object] = values

    def said(self, language: str) -> str:
        """The sentence in a language, as far as its catalogue has it."""
        if " " in self.code:  # A sentence that has no code yet, and its Chinese twin.
            return str(self.values.get(language, self.code))
        for each in dict.fromkeys((language, ENGLISH)):
            forms = _forms(self.code, each, FOLDER)
            if not forms:
                continue
            number = self.values.get("n")
            chosen = _plural(each, FOLDER, number) if isinstance(number, int) else 0
            shown = {name: _shown(value, language) for name, value in self.values.items()}
            try:
                return forms[min(chosen, len(forms) - 1)].format_map(shown)
            except (LookupError, ValueError, AttributeError, TypeError):
                continue  # A catalogue that asks for other values than there are.
        given = ", ".join(
            f"{name}={_shown(value, language)}" for name, value in self.values.items()
        )
        return f"{self.code} ({given})" if given else self.code

    def __str__(self) -> str:
        return self.said(ENGLISH)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {dict(self.values)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and (self.code, self.values) == (
            other.code,
            other.values,
        )

    def __hash__(self) -> int:
        return hash((self.code, tuple(map(repr, self.values.items()))))


def translated(text: str, language: str) -> str:
    """A text of the terminal's help, which is English, in a language as far as that has it."""
    return text if language == ENGLISH else (_entries(language, FOLDER).get(text) or (text,))[0]


def message(text: str, language: str, number: int | None = None) -> str:
    """A text of the page, which is Chinese, in a language, else in English, else as it is."""
    for each in dict.fromkeys((language, ENGLISH)) if language != CHINESE else ():
        if forms := _entries(each, FOLDER).get(text):
            chosen = 0 if number is None else _plural(each, FOLDER, number)
            return forms[min(chosen, len(forms) - 1)]
    return text


def languages() -> tuple[str, ...]:
    """The codes of the languages that have a catalogue, Chinese and English first."""
    return _languages(FOLDER)


def language_of(tag: str) -> str | None:
    """The language that a tag such as ``zh_CN.UTF-8`` or ``en-GB`` names, if it has a catalogue."""
    named = _LANGUAGE.match(tag)
    code = named[1].lower() if named else ""
    return code if code in languages() else None


def _shown(value: object, language: str) -> object:
    if isinstance(value, Sentence):
        return value.said(language)
    if isinstance(value, Exception) and isinstance(value.__dict__.get("sentence"), Sentence):
        return value.sentence.said(language)  # type: ignore[attr-defined]
    if isinstance(value, tuple):
        between = _forms("list-separator", language, FOLDER) or (", ",)
        return between[0].join(str(_shown(each, language)) for each in value)
    return value


@lru_cache(maxsize=16)
def _languages(folder: Path) -> tuple[str, ...]:
    found = {path.stem for path in folder.glob("*.po")}
    return tuple(sorted(found, key=lambda each: (each != CHINESE, each != ENGLISH, each)))


@lru_cache(maxsize=16)
def _catalogue(language: str, folder: Path) -> str:
    try:
        return (folder / f"{language}.po").read_text(encoding="utf-8")
    except OSError:
        return ""


@lru_cache(maxsize=1024)
def _forms(code: str, language: str, folder: Path) -> tuple[str, ...]:
    """The wording of a code, in each of its forms; empty where it has none."""
    text = _catalogue(language, folder)
    begin = text.find(f'\nmsgid "{code}"\n')
    if begin < 0:
        return ()
    forms: list[str] = []
    for line in text[begin + 1 :].partition("\n\n")[0].splitlines():
        keyword, _, quoted = line.partition('"')
        if keyword.startswith("msgstr"):
            forms.append("")
        if forms and quoted:
            forms[-1] += json.loads(f'"{quoted}', strict=False)
    return tuple(forms) if all(forms) else ()


@lru_cache(maxsize=16)
def _entries(language: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """Every wording in the catalogue of a language, in each of its forms, by its key."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in _catalogue(language, folder).split("\n\n"):
        if _FUZZY.search(entry):
            continue  # what a tool guessed
        parts: dict[str, str] = {}
        part = ""
        for line in entry.splitlines():
            keyword, _, quoted = line.partition('"')
            part = keyword.strip() or part
            if quoted and part.startswith("msg"):
                parts[part] = parts.get(part, "") + json.loads(f'"{quoted}', strict=False)
        forms = tuple(text for name, text in parts.items() if name.startswith("msgstr"))
        found[parts.get("msgid", "")] = forms if all(forms) else ()
    return found


def _plural(language: str, folder: Path, number: int) -> int:
    """Which of the forms of a language a number takes."""
    rule = _PLURAL.search(_catalogue(language, folder))
    return c2py(rule[1])(number) if rule else 0
