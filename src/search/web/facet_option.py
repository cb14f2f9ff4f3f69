"""One value of a facet as the page offers it."""

from __future__ import annotations

from dataclasses import dataclass

from .languages import counted
from .languages import gettext as _

__all__ = ["FacetOption"]


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

    # Made here, as a page has a hundred of them and a macro takes ten times as long.
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
    def without_said(self) -> str:
        """What leaving it out does."""
        return _("不含“%(value)s”", value=self.label)
