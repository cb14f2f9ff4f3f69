"""Is it quoted rightly? Quotations against what their sources say, character by character.

``drafts`` finds the quotations of a draft, ``checking`` decides on each, ``finding`` asks the index
where it may be from, ``stitching`` takes it apart, ``differences`` shows what was changed,
``characters`` says which characters count, and ``reports`` writes down what was found.
"""

from .checking import Checker
from .verdicts import CheckedQuote, Source, Verdict

__all__ = ["CheckedQuote", "Checker", "Source", "Verdict"]
