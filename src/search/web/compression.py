"""How much travels over the wire? Text is sent gzipped to whoever accepts it: a fifth of its size.

Nothing here is secret, so what a compressed length may tell about a page harms nobody.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

_SMALLEST_BYTES = 1024
_LEVEL = 4
_MEDIA_TYPES = {
    "application/atom+xml",
    "application/json",
    "application/opensearchdescription+xml",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
}


def register(app: Flask) -> None:
    """Compress what is worth it. To be registered after whatever hashes the body, to run before."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.is_streamed or response.mimetype not in _MEDIA_TYPES:
            return response
        response.vary.add("Accept-Encoding")
        data = response.get_data()
        if len(data) >= _SMALLEST_BYTES and request.accept_encodings["gzip"] > 0:
            # A fixed time of writing keeps the bytes, and so the validator, the same.
            response.set_data(gzip.compress(data, _LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response
