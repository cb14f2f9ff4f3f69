"""Resolves the styles of a Word document: names, hidden text, numbering.

What a style does not say, the one it is based on says. Whether text is hidden is a toggle: where
several of paragraph, character and table style hide it, they cancel out (ECMA-376, 17.7.3).
"""

from __future__ import annotations

from dataclasses import dataclass

from .package import NAMES, Element, child, value

_DEEPEST = 50
"""Styles based on styles; what goes on longer is a circle."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says in the end; ``numbering`` is (number of the list, level)."""

    name: str = ""
    hides: bool = False
    numbering: tuple[str | None, str | None] = (None, None)
    numbered_by: str | None = None


def is_on(properties: Element | None, name: str) -> bool | None:
    """Whether run properties switch something on; None where they do not say."""
    found = child(properties, name)
    if found is None:
        return None
    return value(found) not in ("0", "false", "off")


class Styles:
    """The styles of one document, each resolved once."""

    def __init__(self, root: Element | None) -> None:
        self._sources: dict[tuple[str, str], Element] = {}
        self._defaults: dict[str, str] = {}
        self._resolved: dict[tuple[str, str], Style] = {}
        self.hides_all = False
        for element in () if root is None else root:
            if NAMES[element.tag] == "w:style":
                kind, name = value(element, "type") or "", value(element, "styleId") or ""
                self._sources.setdefault((kind, name), element)
                if value(element, "default") in ("1", "true", "on"):
                    self._defaults[kind] = name
            elif NAMES[element.tag] == "w:docDefaults":
                properties = child(child(element, "w:rPrDefault"), "w:rPr")
                self.hides_all = is_on(properties, "w:vanish") is True

    def get(self, kind: str, name: str | None) -> Style:
        """A style by its id, or the default of its kind (paragraph, character, table)."""
        if name is None or (kind, name) not in self._sources:
            name = self._defaults.get(kind, "")
        key = kind, name
        if key not in self._resolved:
            self._resolved[key] = self._resolve(kind, name)
        return self._resolved[key]

    def _resolve(self, kind: str, name: str) -> Style:
        hides: bool | None = None
        list_id = level = numbered_by = None
        own_name = ""
        at: str | None = name
        for depth in range(_DEEPEST):
            element = self._sources.get((kind, at or ""))
            if element is None:
                break
            if depth == 0:
                own_name = value(child(element, "w:name")) or ""
            if hides is None:
                hides = is_on(child(element, "w:rPr"), "w:vanish")
            numbers = child(child(element, "w:pPr"), "w:numPr")
            if numbers is not None:
                level = level or value(child(numbers, "w:ilvl"))
                if list_id is None:
                    list_id = value(child(numbers, "w:numId"))
                    numbered_by = at
            at = value(child(element, "w:basedOn"))
        return Style(own_name, bool(hides), (list_id, level), numbered_by)
