"""What keeps a hostile document, query or page from doing harm? Headers, and which links are safe.

Every response carries a policy under which nothing runs but our own one script, nothing is styled
but by our own stylesheet, and nobody else is asked for anything.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request

__all__ = ["POLICY", "register", "safe_link"]

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

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def register(app: Flask) -> None:
    """Put the headers on every response, validators on every answer."""

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers[name] = value
        if "Cache-Control" not in response.headers:
            # An answer may change with the next indexing run, so it is asked for again each time.
            kept = response.status_code == 200
            response.headers["Cache-Control"] = "no-cache" if kept else "no-store"
        # What is streamed is written once and never held as a whole.
        if response.status_code == 200 and not response.is_streamed:
            response.add_etag()
            response.make_conditional(request)
        return response


def safe_link(address: str | None) -> str | None:
    """An address that may be linked: http or https with a host, nothing else; else None."""
    if not address or any(c.isspace() or ord(c) < 0x20 or c == "\x7f" for c in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme.lower() in {"http", "https"} and parts.hostname else None
