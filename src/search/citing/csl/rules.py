"""Where do the manuals differ in what stands for what? Told to the processor as data.

citeproc-py lets what stands for an unknown author appear a second time where it belongs, so the
substitution is made here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """A style file and its substitutions where the author is unknown.

    ``title_for_author``: the title moves to the author's place (APA 7, 9.12).
    ``outlet_for_author``: the newspaper stands in the author's place, for a web page its site
    (Chicago 18, 14.97 and 14.104).
    ``publisher_is_no_author``: an institution that publishes its own page is named as publisher
    only (MLA 9, 5.3 to 5.22), elsewhere as author only (APA 7, 10.16).
    ``quotes_titles``: titles of articles stand in quotation marks, so marks inside become single
    ones; 《》 inside 《》 become 〈〉 (GB/T 15834—2011, 4.15).

    Sections of the manuals are given as the notes in the CSL project's styles give them.
    """

    file: str
    title_for_author: bool = False
    outlet_for_author: bool = False
    publisher_is_no_author: bool = False
    quotes_titles: bool = False
