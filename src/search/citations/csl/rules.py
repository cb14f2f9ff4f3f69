"""Where do the manuals differ in what stands for what? Told to the processor as data.

citeproc-py lets what stands for an unknown author appear a second time where it belongs, so the
substitution is made here.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Rules"]


@dataclass(frozen=True, slots=True)
class Rules:
    """A style file and its substitutions where the author is unknown.

    ``title_for_author``: the title moves to the author's place (APA 7, 9.12).
    ``outlet_for_author``: newspaper or site stand in the author's place (Chicago 18, 14.98).
    ``publisher_is_no_author``: an institution that publishes its own page is named as publisher
    only (MLA 9, 5.17), elsewhere as author only (APA 7, 10.16).
    ``quotes_titles``: titles of articles stand in quotation marks, so marks inside become single
    ones (Chicago 18, 6.11; MLA 9, 2.83; for 《》 GB/T 15834—2011, 4.15.3.4).
    """

    file: str
    title_for_author: bool = False
    outlet_for_author: bool = False
    publisher_is_no_author: bool = False
    quotes_titles: bool = False
