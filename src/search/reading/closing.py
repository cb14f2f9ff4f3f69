"""What closes a text: the office that signs with the day, and labels behind the last sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..facets.gazetteer import Gazetteer
from .dates import date_in
from .metadata import (
    BESIDE_A_DAY,
    BRACKETS,
    LONGEST_CHARS,
    ORGANISATION,
    SENTENCE,
    Fields,
    read_fields,
)

_AFTER_SIGNED = re.compile(
    r"\A(?:印发|发布|发文|印|[（(]?(?:公章|盖章|章)[)）]?"
    r"|(?:清晨|凌?晨|深?夜|晚)?(?:(?P<verb>[写作记草改稿])?[于於](?P<where>[\u4e00-\u9fff]{2,10}))?)\Z"
)
_WRITTEN = re.compile(r"(?:[写作记草改成]|[完定脱初成]稿|整理)[于於]\Z")
_SIGNATURE_CHARS = 60
_YEAR_CHARS = 4
_UNREAD_SIGNATURE = re.compile(
    r"(?P<signer>\S{0,30}?)\s*(?P<date>[0-9一二三四五六七八九〇○零Xx×＊*_]{2,4}\s*年\s*\S{0,3}?\s*月"
    r"\s*\S{0,4}?\s*日)"
)

_BRACKETED = re.compile(r"[（(【\[]([^（()）【】\[\]]{4,40})[）)】\]]")
_CLOSING_BRACKETS = re.compile(rf"(?:{_BRACKETED.pattern}\s*)+\Z")
_CLOSING_LABELS = re.compile(
    r"(?<=[。！？：:”）)》】\s])(?:本文|文章|稿件|信息)?来源\s*[:：][^。！？，,]{2,40}\Z"
)


def signature(text: str) -> Fields | None:
    """The date that closes a text, maybe after the office that signs; None for another line.

    What has the form of one and is no date (二〇一九年十三月五日) is ``unread``.
    """
    text = text.strip(BRACKETS)
    if len(text) > _SIGNATURE_CHARS:
        return None
    text = BESIDE_A_DAY.sub("", text).strip(BRACKETS)
    dated = date_in(text) or date_in(text, partial=True)
    signer = text if dated is None else text[: dated.span[0]]
    if dated is None:
        unread = _UNREAD_SIGNATURE.fullmatch(text)
        return Fields(unread=unread["date"]) if unread and signs(unread["signer"]) else None
    after = _AFTER_SIGNED.match(text[dated.span[1] :].strip(BRACKETS))
    if after is None or not signs(signer):
        return None
    where = None if after["verb"] else after["where"]
    if where and not Gazetteer.load().resolve(where):
        return None  # 2018年5月1日于池州通车: an event
    return Fields(published=dated.iso) if len(dated.iso) > _YEAR_CHARS or signer else None


def signs(text: str) -> bool:
    """Whether nobody, an office or 写于 stands before a closing date."""
    text = _WRITTEN.sub("", text.strip(BRACKETS))
    return not text or (ORGANISATION.search(text) is not None and not SENTENCE.search(text))


def closing_fields(text: str) -> Iterator[Fields]:
    """The labelled fields that end a paragraph: ……【来源：某网】【作者：张三】, ……。来源：某网."""
    end = text[-LONGEST_CHARS:]
    brackets, plain = _CLOSING_BRACKETS.search(end), _CLOSING_LABELS.search(end)
    said = _BRACKETED.findall(brackets.group()) if brackets else []
    for inner in [plain.group(), *said] if plain else said:
        fields = read_fields(inner)
        if fields is not None and (fields.source or fields.author or fields.editors):
            yield Fields(fields.source, fields.author, editors=fields.editors)


def without_closing_label(text: str) -> str:
    """A paragraph without the label that ends it: ……记者 张三 来源：某报."""
    return _CLOSING_LABELS.sub("", text).rstrip()
