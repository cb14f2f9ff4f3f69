"""Which place does a name mean, and which places does a text name?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from importlib.resources import files

from ..documents.document import Place
from .divisions import SLOGANS, Division, Kind, Names, contains, read_divisions
from .mentions import Mention, find_mentions
from .word_finder import WordFinder

_SEPARATORS = str.maketrans({"／": "/", ">": "/", "·": "/", " ": "/", "\u3000": "/"})

_LEVELS = 4
"""Province, prefecture, county, and a part of one that is named like it (北京市北京市朝阳区)."""


class Gazetteer:
    """Provinces, cities and counties of China with their short and former names.

    A county directly under its province (潜江市) stands at city level: (湖北省, 潜江市, None).
    ``vintage`` is the month whose divisions are in force here, ``sources`` where they come from.
    """

    def __init__(self, names: Names, *, vintage: str, sources: str) -> None:
        self.vintage = vintage
        self.sources = sources
        self._names = names
        self._finder = WordFinder(name for name in names if name not in SLOGANS)

    @staticmethod
    def load() -> Gazetteer:
        """The gazetteer in the package; read once per process."""
        return _load()

    def resolve(self, name: str) -> tuple[Place, ...]:
        """The places a name can mean: none, one, or all candidates of an ambiguous one.

        Takes a path (广西/贵港, 广西壮族自治区/贵港市), a chain (安徽省池州市贵池区), a full name,
        a short form, or a former name where no present place bears it.
        """
        parts = [part for part in name.translate(_SEPARATORS).split("/") if part]
        if not parts:
            return ()
        found = self._named(parts[-1])
        for part in parts[:-1]:
            above = self._named(part)
            found = tuple(p for p in found if any(contains(a, p) for a in above))
        return found or (self._chain(parts[0], _LEVELS) if len(parts) == 1 else ())

    def also_called(self, name: str) -> tuple[str, ...]:
        """The other names, present and former, of the only place that a name stands for.

        Full names for a full name, short ones for a short one; none where several places bear it.
        """
        readings = self._names.get(name, ())
        divisions = dict.fromkeys(r.division for r in readings if r.kind is readings[0].kind)
        if len(divisions) != 1:
            return ()
        (division,) = divisions
        full = readings[0].kind in (Kind.FULL, Kind.FORMER)
        kinds = (Kind.FULL, Kind.FORMER) if full else (Kind.SHORT, Kind.FORMER_SHORT)
        return tuple(
            other
            for other, kind in self._names_of.get(division, ())
            if kind in kinds and other != name
        )

    @cached_property
    def _names_of(self) -> dict[Division, list[tuple[str, Kind]]]:
        """All names of the places that had another one before."""
        names: dict[Division, list[tuple[str, Kind]]] = {}
        for name, readings in self._names.items():
            for reading in readings:
                names.setdefault(reading.division, []).append((name, reading.kind))
        former = (Kind.FORMER, Kind.FORMER_SHORT)
        return {
            division: found
            for division, found in names.items()
            if any(kind in former for _, kind in found)
        }

    def mentions(self, text: str, known: Iterable[Place] = ()) -> tuple[Mention, ...]:
        """The places a text names, in order; look-alikes and unsettled names are left out.

        ``known`` are places that count as named, such as those of the document around a passage.
        """
        return find_mentions(text, self._names, self._finder, known)

    def _named(self, name: str) -> tuple[Place, ...]:
        readings = self._names.get(name, ())
        for kind in Kind:
            places = dict.fromkeys(r.division.place for r in readings if r.kind is kind)
            if places:
                return tuple(sorted(places, key=lambda p: (sum(x is not None for x in p), p[0])))
        return ()

    def _chain(self, name: str, levels: int) -> tuple[Place, ...]:
        """安徽省池州市贵池区 without separators, of at most so many levels."""
        if levels < 2:
            return ()
        for cut in range(len(name) - 2, 1, -1):
            below = self._named(name[cut:])
            start = name[:cut]
            above = (self._named(start) or self._chain(start, levels - 1)) if below else ()
            found = tuple(p for p in below if any(contains(a, p) and a != p for a in above))
            if found:
                return found
        return ()


@cache
def _load() -> Gazetteer:
    text = files(__package__).joinpath("gazetteer.tsv").read_text(encoding="utf-8")
    names, header = read_divisions(text.splitlines())
    return Gazetteer(names, vintage=header["vintage"], sources=header["sources"])
