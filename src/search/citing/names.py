"""Who is responsible for a text? Author fields as printed, taken apart into names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..analysis.text import HAN

_LABEL = re.compile(r"(?:\A|(?<=[\s、，,;；]))(?:作\s*者|撰\s*文|撰\s*稿人?|文)\s*[:：/]\s*(?=\S)")
_ROLE = re.compile(
    r"(?:\A|(?<=[\s、，,;；]))"
    r"(?:[\u4e00-\u9fff]{2,8}(?:社|网|台|报))?(?:本报|本网|本刊|本台|特约|见习|实习|首席|全媒体|融媒体)*"
    r"(?:记者|通讯员|实习生|特约撰稿人?)\s*[:：/]?\s*(?![站部团协组])"
    rf"(?=[{HAN}])"
)
_COUNTRY = re.compile(r"\A[\[(（〔【][\u4e00-\u9fff]{1,3}[\])）〕】]\s*(?=\S)")
_OTHERS = re.compile(r"\s*(?:等人?|,?\s*et al\.?)\Z")
_OUTSIDE_BRACKETS = r"(?![^(（]{0,100}[)）])"
_HAN_SEPARATOR = re.compile(rf"[、，,；;/|]{_OUTSIDE_BRACKETS}")
_OTHER_SEPARATOR = re.compile(rf"[；;、]{_OUTSIDE_BRACKETS}")
_HAS_HAN = re.compile(f"[{HAN}]")
_HAN_NAME = re.compile(rf"[{HAN}]{{2,3}}\Z")
_SPACED_NAME = re.compile(rf"([{HAN}])\s+([{HAN}]{{1,2}})\Z")
_ORGANISATION = re.compile(r"[委局办院部厅会社报网台处科队组校所府站室司团中心]\Z")
_INVERTED = re.compile(
    r"(?P<family>(?:(?:van|von|der|den|de|du|la|le)\s+)*[^\W\d_][\w'’-]*),"
    r"\s*(?P<given>[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,2})\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Names:
    """Names in the order of the source; ``more`` where the source itself says 等.

    ``inverted`` are those given as ``Family, Given``: index → (family, given).
    """

    names: tuple[str, ...] = ()
    more: bool = False
    inverted: tuple[tuple[int, tuple[str, str]], ...] = ()

    @property
    def is_han(self) -> bool:
        """Whether any of them is written in Han characters."""
        return any(_HAS_HAN.search(name) for name in self.names)


def split_names(text: str | None) -> Names:
    """The names of an author field.

    Words that tell a role (作者：, 本报记者) and a country ([美]) are no part of a name. An
    institution and a collective without a name (本报评论员) stay as printed. Western names are
    turned only where the field has them as ``Family, Given``: others might be an institution.
    """
    stripped = re.sub(r"\s+", " ", text or "").strip(" ,，、;；")
    cut = _OTHERS.search(stripped)
    more = cut is not None and cut.start() > 0
    stripped = stripped[: cut.start()] if cut and more else stripped
    if not stripped:
        return Names()
    if not _HAS_HAN.search(stripped):
        return _western(stripped, more=more)
    names: list[str] = []
    for part in _HAN_SEPARATOR.split(_ROLE.sub("、", _LABEL.sub("", stripped))):
        for name in _spaced(part.strip()):
            cleaned = _COUNTRY.sub("", name).strip()
            if cleaned and cleaned not in names:
                names.append(cleaned)
    return Names(tuple(names), more)


def _spaced(part: str) -> list[str]:
    """张三 李四 is two names, 张 三 is one, anything else is one as it stands."""
    single = _SPACED_NAME.match(part)
    if single:
        return [single[1] + single[2]]
    tokens = part.split(" ")
    if all(_HAN_NAME.match(token) and not _ORGANISATION.search(token) for token in tokens):
        return tokens
    return [part]


def _western(text: str, *, more: bool) -> Names:
    parts = [part.strip() for part in _OTHER_SEPARATOR.split(text) if part.strip()]
    inverted = tuple(
        (i, (match["family"].strip(), match["given"].strip()))
        for i, part in enumerate(parts)
        for match in (_INVERTED.match(part),)
        if match
    )
    return Names(tuple(parts), more, inverted)
