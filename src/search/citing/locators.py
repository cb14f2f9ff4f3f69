"""Where in a document does a passage stand? Its paragraph, and the item of an enumeration in it."""

from __future__ import annotations

from dataclasses import dataclass

_QUOTES = '“”"「」『』＂ '


@dataclass(frozen=True, slots=True)
class Locator:
    """A paragraph from 1; ``item`` names one member of a long enumeration in it (六是)."""

    paragraph: int
    item: str | None = None

    @property
    def in_chinese(self) -> str:
        """``第23段“六是”``."""
        return f"第{self.paragraph}段" + (f"“{self._named}”" if self._named else "")

    def in_english(self, abbreviation: str = "para.") -> str:
        """``para. 23, “six”``; MLA abbreviates par."""
        return f"{abbreviation} {self.paragraph}" + (f", “{self._named}”" if self._named else "")

    @property
    def _named(self) -> str:
        return " ".join((self.item or "").split()).strip(_QUOTES)
