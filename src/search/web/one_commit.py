"""One commit for one request: asked anew once where it is cleared away, let go with the answer."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g

from ..errors import CommitGoneError


class OneCommitFlask(Flask):
    """An application whose requests read one commit each (see ``context.current_index``)."""

    def dispatch_request(self) -> Any:
        """The answer of the view; begun anew once where the commit that it read is gone."""
        try:
            return super().dispatch_request()
        except CommitGoneError:
            _let_go()
            return super().dispatch_request()

    def process_response(self, response: Response) -> Response:
        """Have the commit let go when the last byte is sent: a body may be made while it is."""
        response = super().process_response(response)
        index = g.pop("index", None)
        if index is not None:
            response.call_on_close(index.close)
        return response

    def do_teardown_request(self, *args: Any, **kwargs: Any) -> None:
        """Let it go where there was no answer."""
        _let_go()
        super().do_teardown_request(*args, **kwargs)


def _let_go() -> None:
    index = g.pop("index", None)
    if index is not None:
        index.close()
