"""What protects reader and server: compression, response headers, escaping, links.

Text is sent gzipped to whoever accepts it. Nothing here is secret, so what a
compressed length may tell about a page harms nobody.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, request
from markupsafe import Markup, escape

SMALLEST_BYTES = 1024
"""Less is sent as it is."""
_LEVEL = 3
"""A twentieth more bytes than by the next, in little more than half of its time."""
_MEDIA_TYPES = {
    "application/atom+xml",
    "application/json",
    "application/opensearchdescription+xml",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
}


def register_compression(app: Flask) -> None:
    """Compress what is worth it. To be registered after whatever hashes the body, to run before."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.is_streamed or response.mimetype not in _MEDIA_TYPES:
            return response
        response.vary.add("Accept-Encoding")
        if "Content-Encoding" in response.headers:
            return response
        data = response.get_data()
        if len(data) >= SMALLEST_BYTES and takes_packed():
            # A fixed time of writing keeps the bytes, and so the validator, the same.
            response.set_data(gzip.compress(data, _LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response


def takes_packed() -> bool:
    """Whether who asks can unpack."""
    return request.accept_encodings["gzip"] > 0


POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

DRAWING_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For a drawing that is taken away: it is a document of its own, with no rights at all."""

_SPECIAL = re.compile("[&<>\"']")

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every answer, whoever gives it."""


def register(app: Flask, *, is_private: bool) -> None:
    """Put the headers on every response, validators on every answer.

    What is private is kept by nobody, but for the files of the program in the reader's browser.
    """

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        # Each look-up reads all headers, so they are asked once.
        given = {name.lower(): value for name, value in headers}
        headers.extend(each for each in HEADERS.items() if each[0].lower() not in given)
        if (place := urlsplit(given.get("location", ""))).netloc:
            # Only the map of addresses leads to a host, the one that was asked for, which a proxy
            # may know alone. The path is the same anywhere; two slashes would name a host again.
            path = f"/{place.path.lstrip('/')}"
            headers["Location"] = path + (f"?{place.query}" if place.query else "")
        # An answer may change with the next indexing run, so it is asked for again each time.
        kept = given.get("cache-control", "no-cache" if response.status_code == 200 else "no-store")
        if request.method == "POST":
            kept = "no-store"
        if is_private:
            is_public = kept.startswith("public, ")
            kept = kept.replace("public", "private", 1) if is_public else "private, no-store"
            # Who signs in or out is asked where from, which without any referrer is nowhere.
            headers["Referrer-Policy"] = "same-origin"
        if kept != given.get("cache-control"):
            headers["Cache-Control"] = kept
        # What is streamed is written once and never held as a whole.
        is_kept = request.method != "POST" and not response.is_streamed
        if response.status_code == 200 and is_kept:
            response.add_etag()
            response.make_conditional(request)
        return response


def escaped(value: object) -> str:
    """A value as a page has it: markup as it is, all else escaped. Not marked as markup itself.

    Most texts have nothing to escape, and a page has a thousand of them.
    """
    if type(value) is str and _SPECIAL.search(value) is None:
        return value
    return str(escape(value))


def marked(pieces: Iterable[tuple[str, bool]]) -> Markup:
    """Pieces of a text, (text, whether it is marked), exactly as ``exactly`` has them."""
    return Markup(  # noqa: S704 - of escaped parts
        "".join(
            f"<mark>{_exact(text)}</mark>" if is_marked else _exact(text)
            for text, is_marked in pieces
        )
    )


def exactly(text: str) -> Markup:
    """A text as a page must have it to be read back character by character.

    A browser would make one line break of a carriage return and a line feed, and the characters
    after them would be counted wrong.
    """
    return Markup(_exact(text))  # noqa: S704 - it is escaped


def _exact(text: str) -> str:
    return escaped(text).replace("\r", "&#13;")


def safe_link(address: str | None) -> str | None:
    """An address that may be linked: http or https with a host, nothing else; else None."""
    if not address or any(c.isspace() or ord(c) < 0x20 or c == "\x7f" for c in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme.lower() in {"http", "https"} and parts.hostname else None
