"""The page on a port of this machine, until interrupted."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import signal
import socket
import sys
import threading

from flask import Flask
from waitress.server import create_server

from ..config import Settings
from ..errors import DuansouError, UsageError
from ..index import Index
from ..request import ALL_WRITINGS, SearchRequest
from . import create_app
from .safety import QUOTES_BODY_LIMIT_BYTES

__all__ = ["serve"]

_REQUEST_BODY_LIMIT_BYTES = QUOTES_BODY_LIMIT_BYTES + 64 * 1024
"""A little more than the application takes, which answers in words where it is too much."""
_SWITCH_S = 0.001
"""A fifth of Python's own: an ordinary page takes some 10 ms of the interpreter, and a step of long
work beside it would else hold it up by 5 ms several times."""
_REQUEST_HEADER_LIMIT_BYTES = 64 * 1024


def serve(index: Index, settings: Settings) -> None:
    """Serve an index on ``settings.host`` and ``settings.port`` (0: any free one) until Ctrl-C or
    SIGTERM.

    Raises UsageError where that port or address cannot be had.
    """
    # Short work gets the interpreter from long work the sooner.
    sys.setswitchinterval(_SWITCH_S)
    app = create_app(index, settings)
    with _listening_socket(settings) as listener:
        server = create_server(
            app,
            sockets=[listener],
            threads=max(1, settings.threads),
            ident="duansou",
            max_request_body_size=_REQUEST_BODY_LIMIT_BYTES,
            max_request_header_size=_REQUEST_HEADER_LIMIT_BYTES,
            # Without a look ahead nobody notices that a client is gone.
            channel_request_lookahead=1,
        )
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        print(f"段搜 Duansou: http://{shown}:{port}/  (Ctrl-C stops)", flush=True)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        threading.Thread(target=_warm_up, args=(app, index), daemon=True).start()
        try:
            server.run()
        except KeyboardInterrupt:
            pass
        finally:
            server.close()
            print("\nstopped", flush=True)


def _warm_up(app: Flask, index: Index) -> None:
    """Do what a first search does once: load templates, scripts and places; and verify the index.

    What is there afterwards lives to the end, so no collection of garbage has to look at it again.
    """
    # Whatever is wrong with the index is said to those who ask.
    with contextlib.suppress(Exception):
        app.test_client().get("/")
        with index.newest() as newest:
            newest.parse(SearchRequest("文", also=(ALL_WRITINGS,)))
    gc.collect()
    gc.freeze()
    try:
        # What is asked for before this is done is verified when it is read.
        with index.newest() as newest:
            newest.reader.verify()
    except DuansouError as error:
        print(f"duansou: {error.message}", file=sys.stderr, flush=True)


def _listening_socket(settings: Settings) -> socket.socket:
    """A socket bound to the address asked for."""
    listener = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        if os.name == "posix":
            # Without it a port is taken for a minute after the last page was served on it.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except (OSError, OverflowError, UnicodeError) as error:
        if listener is not None:
            listener.close()
        raise _refused(error, settings) from error
    return listener


def _refused(error: Exception, settings: Settings) -> UsageError:
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.EADDRINUSE:
        return UsageError(
            f"Port {settings.port} is taken by another program, maybe by Duansou itself: open "
            f"http://{settings.host}:{settings.port}/ or choose another port with --port N.",
            zh=f"端口 {settings.port} 已被占用：请用 --port N 另选一个。",
        )
    if code == errno.EACCES:
        return UsageError(
            f"Port {settings.port} may not be opened by this user: choose one above 1023 "
            "with --port N.",
            zh=f"当前用户不能使用端口 {settings.port}：请用 --port N 另选 1023 以上的。",
        )
    return UsageError(
        f"The page cannot be served at {settings.host} port {settings.port}: choose another "
        "address with --host or another port with --port N.",
        zh=f"无法在 {settings.host} 端口 {settings.port} 提供网页：请用 --host 或 --port 另选。",
    )
