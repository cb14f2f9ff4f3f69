"""How long is waited when a node goes? What is wrong for a moment is asked again, ever later."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from opensearchpy import exceptions as client_errors

from .failures import is_passing

T = TypeVar("T")

PATIENCE_S = 6.0
"""The others notice within a second or two that a node is gone, and then its copies answer."""

_FIRST_REST_S = 0.1


def patiently(
    ask: Callable[[], T],
    *,
    is_whole: Callable[[T], bool] = lambda _: True,
    limit_s: float = PATIENCE_S,
) -> T:
    """What ``ask`` gives, asked again for ``limit_s`` seconds while it is not whole or may pass.

    In the end the last answer counts, whole or not, or the last error of the client is raised.
    """
    until, rest_s = time.monotonic() + limit_s, _FIRST_REST_S
    while True:
        is_last = time.monotonic() + rest_s > until
        try:
            answer = ask()
        except client_errors.TransportError as error:
            if is_last or not is_passing(error):
                raise
        else:
            if is_last or is_whole(answer):
                return answer
        time.sleep(rest_s)
        rest_s *= 2
