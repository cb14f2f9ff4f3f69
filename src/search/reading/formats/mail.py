"""Read mails (.eml, .msg) with the files that were sent with them, and pages saved as one (.mhtml).

GB2312 in a mail is what Windows writes under that name, GB18030; words of a header that were
encoded one by one are joined before they are decoded, for they may be cut inside of a character.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import email
import email.policy
import mimetypes
import quopri
import re
from dataclasses import dataclass, field, replace
from email.message import Message

from ...documents.document import Evidence
from ...errors import UnreadableFileError
from ...languages.sentences import Sentence
from ..bylines import is_personal_name
from ..dates import recorded_date
from ..extract import Extract, split_lines
from ..wrapping import join_wrapped
from .archive import Allowance, checked_name
from .office import OfficeLine, line_of, office_extract
from .ole import Compound, code_page
from .page import decode_page, read_page
from .page_lines import parse_page, visible_lines
from .rtf import read_rtf

_PARTS_IN_PARTS_LIMIT = 100
"""The library goes over the lines of a part once for each part around it."""
_HEADER_CHARS = 100_000
_ARCHIVE_HEADER_CHARS = 4_000
"""The library goes over a header as often as it has words; addresses take 2,000 characters."""
_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_PIECE_OF_NAME_CHARS = 80


@dataclass(slots=True)
class Mail:
    """A mail that was read: its own text, and its files as an archive has them."""

    extract: Extract
    files: dict[str, bytes] = field(default_factory=dict)
    unread: list[tuple[str, Sentence]] = field(default_factory=list)

    def names(self) -> list[str]:
        """The files that were sent with it, in order of names."""
        return sorted(self.files)

    def refused(self) -> list[tuple[str, Sentence]]:
        """(name, reason) of those that cannot be read."""
        return sorted(self.unread, key=lambda one: one[0])

    def read(self, name: str) -> bytes:
        """The bytes of one file."""
        return self.files[name]

    def beginning(self, name: str, size_bytes: int) -> bytes:
        """The first bytes of one file."""
        return self.files[name][:size_bytes]

    def close(self) -> None:
        """Nothing is open."""


_WIDE = str.maketrans("/\\:", "／＼：")
"""A subject such as Re: 通知 is a name too."""


class _Files:
    """The files of a mail as they are found, each under a name of its own."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self.read: dict[str, bytes] = {}
        self.refused: list[tuple[str, Sentence]] = []

    def add(self, name: str, data: bytes) -> None:
        """Keep a file; a name that was there gets a number."""
        self._allowance.take(1, len(data))
        name = line_of(name).translate(_WIDE) or f"附件{len(self.read) + len(self.refused) + 1}"
        name = f"附件{name}" if name.startswith(".") else name
        shown, reason = checked_name(name)
        if reason is not None:
            self.refused.append((shown, reason))
            return
        stem, dot, suffix = shown.rpartition(".")
        number = 1
        while shown in self.read:
            number += 1
            shown = f"{stem}({number}){dot}{suffix}" if dot else f"{suffix}({number})"
        self.read[shown] = data


def open_mail(data: bytes, kind: str, allowance: Allowance) -> Mail:
    """A mail, ``kind`` "eml" or "msg". Raises UnreadableFileError where it is damaged or empty."""
    files = _Files(allowance)
    extract = (_read_eml if kind == "eml" else _read_msg)(data, files)
    return Mail(extract, files.read, files.refused)


def _extract(
    subject: str, sender: str, sent: str | None, texts: list[str], kind: str, *, has_files: bool
) -> Extract:
    lines = [OfficeLine(subject, kind="title")] if subject else []
    lines += [
        OfficeLine(line) for text in texts for each in text.split("\n") if (line := line_of(each))
    ]
    if not lines and has_files:
        lines = [OfficeLine("（无主题的邮件）", kind="title")]
    extract = office_extract(lines, kind)
    fields: dict[str, str] = {}
    evidence: dict[str, Evidence] = {}
    if sent is not None:
        fields["published"] = sent
        evidence["published"] = Evidence("邮件发出的日期", None, sent)
    if is_personal_name(sender):
        fields["author"] = sender
        evidence["author"] = Evidence("邮件的发件人", None, sender, "probable")
    guide = extract.guide
    if guide is None:
        return extract
    # The lines of a mail have the days of other mails and of what it announces.
    told = replace(
        guide, fields=fields, evidence=evidence, title_note="邮件的主题", is_certain=True
    )
    return replace(extract, guide=told)


# Saved pages (.mhtml)


def read_mhtml(data: bytes) -> Extract:
    """The page inside of a saved web archive (.mhtml)."""
    if data.lower().count(b"multipart/") > _PARTS_IN_PARTS_LIMIT:
        raise UnreadableFileError("web-archive-nested-too-deeply")
    try:
        # The newer policy takes the square of the length of a header.
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        for part in message.walk():
            if any(len(str(value)) > _ARCHIVE_HEADER_CHARS for _, value in part.raw_items()):
                raise UnreadableFileError("web-archive-headers-too-long")
            if part.get_content_type() == "text/html":
                content = part.get_payload(decode=True)
                address = _header(part, "Content-Location") or _header(
                    message, "Snapshot-Content-Location"
                )
                if isinstance(content, bytes) and content.strip():
                    return read_page(
                        content,
                        charset=part.get_content_charset(),
                        # Long ones are folded.
                        address=re.sub(r"\s+", "", address) or None,
                    )
    except (ValueError, LookupError, IndexError, AttributeError, TypeError) as error:
        raise UnreadableFileError("web-archive-damaged", error=str(error)) from error
    raise UnreadableFileError("web-archive-empty")


# .eml


def _read_eml(data: bytes, files: _Files) -> Extract:
    if data.lower().count(b"multipart/") > _PARTS_IN_PARTS_LIMIT:
        raise UnreadableFileError("mail-nested-too-deeply")
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        texts: list[str] = []
        _walk(message, texts, files, depth=0)
        subject, sender, sent = (_header(message, name) for name in ("Subject", "From", "Date"))
    except RecursionError as error:
        raise UnreadableFileError("mail-nested-too-deeply") from error
    except (ValueError, LookupError, IndexError, AttributeError, TypeError) as error:
        raise UnreadableFileError("mail-damaged", error=str(error)) from error
    if not texts and not subject and not files.read:
        raise UnreadableFileError("mail-damaged", error="")
    name = re.sub(r"<[^<>]*>|[\"']", "", sender).strip()
    has_files = bool(files.read or files.refused)
    date = recorded_date(sent) if sent else None
    return _extract(line_of(subject), name, date, texts, "eml", has_files=has_files)


def _walk(message: Message, texts: list[str], files: _Files, depth: int) -> None:
    """Put the texts of a message and the files in it where they belong."""
    kind = message.get_content_type()
    disposition = str(message.get("Content-Disposition") or "").strip().lower()
    name = _file_name(message)
    if depth > _PARTS_IN_PARTS_LIMIT:
        raise UnreadableFileError("mail-nested-too-deeply")
    if kind == "message/rfc822":
        inner = message.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            subject = line_of(_header(inner[0], "Subject"))[:_PIECE_OF_NAME_CHARS]
            files.add(name or f"{subject or '邮件'}.eml", inner[0].as_bytes())
    elif message.is_multipart():
        parts = [part for part in message.get_payload() if isinstance(part, Message)]
        if kind == "multipart/alternative":
            # The same several times: a page has the paragraphs as they were written.
            plain = [part for part in parts if _holds(part, "text/plain")][-1:]
            pages = [part for part in parts if _holds(part, "text/html")][-1:]
            parts = pages or plain or parts[-1:]
            if pages and pages != plain:
                said = len(texts)
                _walk(pages[0], texts, files, depth + 1)
                # A page of nothing but pictures: what it says is in the other half.
                parts = plain if len(texts) == said else []
        for part in parts:
            _walk(part, texts, files, depth + 1)
    elif name or disposition.startswith("attachment") or kind not in ("text/plain", "text/html"):
        content = message.get_payload(decode=True)
        if isinstance(content, bytes):
            suffix = mimetypes.guess_extension(kind)
            files.add(name or (f"附件{suffix}" if suffix else ""), content)
    else:
        content = message.get_payload(decode=True)
        if isinstance(content, bytes) and content.strip():
            text = decode_page(content, message.get_content_charset()).text
            if kind == "text/html":
                text = _page_text(text)
            else:
                text = _plain_text(text, is_flowed=message.get_param("format") == "flowed")
            if text.strip():
                texts.append(text)


def _holds(message: Message, kind: str) -> bool:
    return any(part.get_content_type() == kind for part in message.walk())


def _page_text(source: str) -> str:
    return "\n".join(line.text for line in visible_lines(parse_page(source)))


def _plain_text(text: str, *, is_flowed: bool = False) -> str:
    """The lines of a mail without markup, joined where it was wrapped, as most programs do."""
    text = re.sub(r" \r?\n", " ", text) if is_flowed else text
    return "\n".join(line.text for line in join_wrapped(split_lines(text, markdown=False), text))


def _header(message: Message, name: str) -> str:
    """A header's text."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return _decoded_words(str(value)[:_HEADER_CHARS])
    return ""


def _file_name(message: Message) -> str:
    for header, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        raw = next((v for k, v in message.raw_items() if k.lower() == header.lower()), "")
        asked = message
        if not str(raw).isascii():  # bytes as they are, which ``get_param`` destroys
            asked = Message()
            asked[header] = _plain(str(raw))
        value = asked.get_param(parameter, header=header)
        if isinstance(value, tuple):  # RFC 2231: (charset, language, text)
            return _recovered(value[2].encode("latin-1", "replace"), value[0] or "")
        if value:
            return _decoded_words(str(value)[:_HEADER_CHARS])
    return ""


def _decoded_words(value: str) -> str:
    """The text of a header, words of one charset that stand side by side joined before decoding."""
    value = _FOLD.sub("", value)
    out: list[str] = []
    held: tuple[str, bytearray] | None = None
    position = 0
    for found in _WORD.finditer(value):
        gap = value[position : found.start()]
        position = found.end()
        charset, encoding, text = found[1].lower(), found[2].lower(), found[3]
        if encoding == "b":
            try:
                raw = base64.b64decode(text + "=" * (-len(text) % 4))
            except (binascii.Error, ValueError):
                raw = text.encode("ascii", "replace")
        else:
            raw = quopri.decodestring(text.replace("_", " ").encode("latin-1", "replace"))
        if held is not None and held[0] == charset and not gap.strip():
            held[1].extend(raw)
            continue
        if held is not None:
            out.append(_recovered(bytes(held[1]), held[0]))
        if gap.strip() or held is None:
            out.append(_plain(gap))
        held = charset, bytearray(raw)
    if held is not None:
        out.append(_recovered(bytes(held[1]), held[0]))
    return "".join((*out, _plain(value[position:]))).strip()


def _plain(text: str) -> str:
    """A piece of a header that was not encoded; bytes in it that should have been."""
    if text.isascii():
        return text
    return _recovered(text.encode("utf-8", "surrogateescape"), "")


def _recovered(raw: bytes, charset: str) -> str:
    if not raw.strip():
        return ""
    try:
        return decode_page(raw, charset or None).text
    except UnreadableFileError:
        return raw.decode("gb18030", "replace")


# .msg

_SUBJECT, _BODY, _HTML, _RTF, _SENDER = "0037", "1000", "1013", "1009", "0C1A"
_PROPERTIES = "__properties_version1.0"
_CODE_PAGE, _SENT, _DELIVERED = 0x3FFD0003, 0x00390040, 0x0E060040
_ATTACHMENT = re.compile(r"(__attach_version1\.0_#[0-9A-Fa-f]{8})/")


def _read_msg(data: bytes, files: _Files) -> Extract:
    with Compound(data) as file:
        properties = _fixed(file)
        page = properties.get(_CODE_PAGE, 0) & 0xFFFF
        encoding = code_page(page) if page else ""

        def said(tag: str, folder: str = "") -> str:
            for kind, name in (("001F", "utf-16-le"), ("001E", encoding)):
                stream = f"{folder}__substg1.0_{tag}{kind}"
                if file.has(stream):
                    raw = file.read(stream)
                    if kind == "001F":
                        return raw.decode(name, "replace")
                    return _recovered(raw, name)
            return ""

        text = _plain_text(said(_BODY))
        page_stream, rtf_stream = f"__substg1.0_{_HTML}0102", f"__substg1.0_{_RTF}0102"
        if file.has(page_stream) and (held := file.read(page_stream)).strip():
            text = _page_text(decode_page(held, encoding or None).text)
        elif not text.strip() and file.has(rtf_stream):
            text = read_rtf(_decompressed(file.read(rtf_stream))).text
        names = file.names()
        for folder in dict.fromkeys(
            f"{found[1]}/" for name in names if (found := _ATTACHMENT.match(name))
        ):
            name = said("3707", folder) or said("3704", folder)
            content = f"{folder}__substg1.0_37010102"
            if file.has(content):
                files.add(name, file.read(content))
            else:
                files.refused.append((line_of(name) or "?", Sentence("mail-inside-mail")))
        moment = properties.get(_SENT) or properties.get(_DELIVERED)
        has_files = bool(files.read or files.refused)
        return _extract(
            line_of(said(_SUBJECT)),
            line_of(said(_SENDER)),
            _date_of(moment) if moment else None,
            [text],
            "msg",
            has_files=has_files,
        )


def _fixed(file: Compound) -> dict[int, int]:
    """Properties of fixed size by their tag."""
    data = file.read(_PROPERTIES)[32:]
    return {
        int.from_bytes(data[at : at + 4], "little"): int.from_bytes(
            data[at + 8 : at + 16], "little"
        )
        for at in range(0, len(data) - 15, 16)
    }


def _date_of(moment: int) -> str | None:
    """The day in China of a count of 100 ns since 1601."""
    try:
        utc = datetime.datetime(1601, 1, 1) + datetime.timedelta(microseconds=moment // 10)
        return (utc + datetime.timedelta(hours=8)).date().isoformat()
    except OverflowError:
        return None


_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the dictionary begins with ([MS-OXRTFCP], 2.1.2.1)."""


def _decompressed(data: bytes) -> bytes:
    """Rich Text as mails have it, compressed ([MS-OXRTFCP])."""
    if len(data) < 16:
        raise UnreadableFileError("mail-damaged", error="RTF")
    size = int.from_bytes(data[4:8], "little")
    if data[8:12] == b"MELA":
        return data[16 : 16 + size]
    window = bytearray(_DICTIONARY.ljust(4096, b" "))
    at_window = len(_DICTIONARY)
    out = bytearray()
    at = 16
    while at < len(data):
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= size:
                return bytes(out)
            if control >> bit & 1:
                token = int.from_bytes(data[at : at + 2], "big")
                at += 2
                start, length = token >> 4, (token & 0xF) + 2
                if start == at_window:
                    return bytes(out)
                for i in range(length):
                    byte = window[(start + i) % 4096]
                    out.append(byte)
                    window[at_window] = byte
                    at_window = (at_window + 1) % 4096
            else:
                out.append(data[at])
                window[at_window] = data[at]
                at_window = (at_window + 1) % 4096
                at += 1
    return bytes(out)
