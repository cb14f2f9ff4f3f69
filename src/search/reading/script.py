"""Is a text in simplified or traditional characters?"""

from __future__ import annotations

_SIMPLIFIED = "国会这来为时说们对发动经还进过后业东车长门问关见现实义书学样里无与产电开机点"
_TRADITIONAL = "國會這來為時說們對發動經還進過後業東車長門問關見現實義書學樣裡無與產電開機點"
_SAMPLE_CHARS = 20_000


def script_of(text: str) -> str | None:
    """ISO 15924 "Hans" or "Hant" by common characters that differ; None where too few tell."""
    sample = text[:_SAMPLE_CHARS]
    simplified = sum(sample.count(c) for c in _SIMPLIFIED)
    traditional = sum(sample.count(c) for c in _TRADITIONAL)
    if simplified + traditional < 3:
        return None
    return "Hant" if traditional > simplified else "Hans"
