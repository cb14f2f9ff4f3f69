"""One value of a facet as the page offers it, written as markup.

It is written here and not in a template: a page has a hundred, and a macro takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from .languages import chinese_tagged, counted
from .languages import gettext as _
from .safety import escaped
from .wording import thousands

_INSIDE = '<span class="inside" aria-hidden="true">›</span>'


@dataclass(frozen=True, slots=True)
class FacetOption:
    """One value: its counts and the address that chooses it, or takes the choice back.

    ``excluded`` says that it is left out, and then ``address`` lets it in again; else
    ``without_address`` leaves it out. ``inside`` is how many places lie in it that are listed only
    once it is chosen.
    """

    label: str
    value: str
    count: int
    documents: int
    chosen: bool
    address: str
    children: tuple[FacetOption, ...] = ()
    inside: int = 0
    excluded: bool = False
    without_address: str | None = None

    @property
    def said(self) -> str:
        """Its counts, and what choosing it does where that needs saying."""
        passages = counted("%(num)s 个段落", self.count)
        documents = counted("%(num)s 篇文献", self.documents)
        counts = _("%(passages)s，%(documents)s", passages=passages, documents=documents)
        if self.excluded:
            return _("%(counts)s，已排除；点按恢复", counts=counts)
        if self.inside:
            return counted("%(counts)s；选定后列出其中 %(num)s 处", self.inside, counts=counts)
        return counts

    @property
    def markup(self) -> Markup:
        """A link that chooses it and one that leaves it out."""
        state = " chosen" if self.chosen else " excluded" if self.excluded else ""
        current = ' aria-current="true"' if self.chosen else ""
        shown = chinese_tagged(self.label)
        meaning = ""
        if self.chosen:
            meaning = _unseen(_("（已选，点按取消）"))
        elif self.excluded:
            meaning = _unseen(_("（已排除，点按恢复）"))
        choosing = (
            f'<a class="option{state}" href="{escaped(self.address)}"{current}'
            f' title="{escaped(self.said)}" rel="nofollow"><span class="box" aria-hidden="true">'
            f'</span><span class="value">{shown}{_INSIDE if self.inside else ""}</span>{meaning}'
            f'<span class="number">{thousands(self.count)}</span></a>'
        )
        leaving = ""
        if self.without_address:
            said = escaped(_("不含“%(value)s”", value=self.label))
            # Of escaped parts; to have markup put them together takes as long as all the rest.
            unseen = escaped(_("不含%(value)s")) % {"value": shown}
            leaving = (
                f'\n<a class="leave-out" href="{escaped(self.without_address)}" title="{said}"'
                f' rel="nofollow"><span aria-hidden="true">−</span>'
                f'<span class="unseen">{unseen}</span></a>'
            )
        # Every part is escaped where it is put in.
        return Markup(f'<span class="choice">\n{choosing}{leaving}\n</span>')  # noqa: S704


def listed(options: Iterable[FacetOption]) -> Markup:
    """A list of values, each with a list of those that lie in it."""
    return Markup(f"<ul>\n{_items(options)}</ul>")  # noqa: S704 - made of markup


def _items(options: Iterable[FacetOption]) -> str:
    return "".join(
        f"<li>\n{option.markup}\n"
        + (f"<ul>\n{_items(option.children)}</ul>\n" if option.children else "")
        + "</li>\n"
        for option in options
    )


def _unseen(text: str) -> str:
    return f'<span class="unseen">{escaped(text)}</span>'
