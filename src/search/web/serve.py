"""The page on a port of this machine, until interrupted."""

from __future__ import annotations

import contextlib
import errno
import gc
import logging
import signal
import socket
import sys
import threading
import time
from typing import Any

from flask import Flask

from .. import opened
from ..config import Settings, load_settings, terminal_language
from ..errors import DuansouError, UsageError
from ..index.registry import kind_of
from ..platforms import STOPPING, listen_alone, share_heap
from ..query.request import ALL_WRITINGS, SearchRequest
from ..searching.index import Index
from . import create_app
from .access import WARMING, Access, access_of, require_said
from .connections import Server
from .operating import check
from .processes import Loads, MachineTurn, Tally, run_processes

_SWITCH_S = 0.0005
"""A tenth of Python's own: an ordinary page takes some 10 ms of the interpreter, and a step of long
work beside it would else hold it up by 5 ms several times. Under load 99 in 100 refusals take a
third of the time that they take with 1 ms; less gains nothing."""
_FINISHING_S = 5.0
"""So long a request that runs when the server ends may go on."""
_PATIENCE_S = 0.01
"""So long a process leaves a connection to others that have fewer."""
_IDLE_S = 1.0
"""So long threads that have nothing to do may take to end."""
_LOOK_S = 0.05
"""How often it is looked then whether all are answered."""


def serve(index: Index, settings: Settings, processes: int = 1) -> None:
    """Serve an index on ``settings.host`` and ``settings.port`` (0: any free one) until Ctrl-C or
    SIGTERM, by so many processes.

    Several of them share what is made of the index now (see ``processes``). Requests that run when
    it ends are answered within five seconds. Raises UsageError where that port or address cannot
    be had.
    """
    # Every request that waits for a thread would be a line on the terminal; who waits too long is
    # told by the answer.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # Short work gets the interpreter from long work the sooner.
    sys.setswitchinterval(_SWITCH_S)
    share_heap()
    allowed = access_of(settings)
    check(settings)
    with _listening_socket(settings, allowed) as listener:
        if threading.current_thread() is threading.main_thread():
            for number in STOPPING:
                if number != signal.SIGINT:
                    signal.signal(number, signal.default_int_handler)
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        print(f"段搜 Duansou: http://{shown}:{port}/  (Ctrl-C stops)", flush=True)
        try:
            if processes > 1:
                _serve_by_several(index, settings, listener, processes)
            else:
                index.prepare_commits()
                app = create_app(index, settings)
                threading.Thread(target=_warm_up, args=(app, index), daemon=True).start()
                _answer(app, settings, listener)
        except KeyboardInterrupt:
            pass
        finally:
            print("\nstopped", flush=True)


def application() -> Flask:
    """The page for another WSGI server, by the settings in the environment.

    As in ``gunicorn 'search.web.serve:application()'``. Where several processes are told to make
    one each, ``DUANSOU_PROCESSES`` says how many have the memory together.
    """
    share_heap()
    settings = load_settings()
    index = opened(settings, sharers=max(1, settings.processes))
    index.prepare_commits()
    return create_app(index, settings)


def _serve_by_several(
    index: Index, settings: Settings, listener: socket.socket, processes: int
) -> None:
    """Make what is the same for all of them once, then answer in each."""
    large, loads, tally = MachineTurn(), Loads(processes), Tally(processes)
    # What is in a folder can be shared, a connection to a server cannot.
    in_folder = kind_of(settings).folder_of(settings) is not None
    shared = create_app(index, settings, large=large, tally=tally) if in_folder else None
    if shared is not None:
        # Who asks already waits for an answer meanwhile.
        _load(shared, index)
        with contextlib.suppress(DuansouError), index.newest() as newest:
            newest.prepare()
        _freeze()

    def work(number: int) -> None:
        own = index if shared is not None else opened(settings, sharers=processes)
        # Not before: a thread that prepares is not there in a process forked meanwhile.
        own.prepare_commits()
        app = shared or create_app(own, settings, large=large, tally=tally)
        tally.begin(number)

        def warm_up() -> None:
            if shared is None:
                _load(app, own)
                _freeze()
            if number == 0:
                _verify(own)

        threading.Thread(target=warm_up, daemon=True).start()
        _answer(app, settings, listener, loads, number)

    run_processes(processes, work)


def _answer(
    app: Flask,
    settings: Settings,
    listener: socket.socket,
    loads: Loads | None = None,
    process: int = 0,
) -> None:
    """Answer what comes in until Ctrl-C or SIGTERM, then what has come in by then.

    With ``loads``, another ``process`` that has fewer connections is given a moment to take one.
    """
    server = Server(app, settings, listener)
    is_stopping = threading.Event()

    def stop(number: int, frame: object) -> None:
        is_stopping.set()
        server.pull_trigger()

    if threading.current_thread() is threading.main_thread():
        for number in STOPPING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, stop)
    try:
        if loads is None:
            while not is_stopping.is_set():
                _exchange(server, server.adj.asyncore_loop_timeout)
        else:
            _accept_evenly(server, is_stopping, loads, process)
        # No new connections; those with nothing left to answer are closed.
        server.del_channel()
        end = time.monotonic() + _FINISHING_S
        while server.active_channels and time.monotonic() < end:
            for channel in list(server.active_channels.values()):
                if not channel.requests:
                    channel.close_when_flushed = True
            _exchange(server, _LOOK_S)
    except KeyboardInterrupt:
        pass
    server.shut_down(_IDLE_S)


def _accept_evenly(server: Any, is_stopping: threading.Event, loads: Loads, process: int) -> None:
    """Answer until it is to stop, leaving connections to processes that have fewer."""
    accept, patient_until, is_patient = server.handle_accept, 0.0, True

    def accept_or_wait() -> None:
        nonlocal patient_until
        loads.note(process, len(server.active_channels))
        if is_patient and loads.is_ahead(process):
            server.accepting, patient_until = False, time.monotonic() + _PATIENCE_S
        else:
            accept()

    server.handle_accept = accept_or_wait
    while not is_stopping.is_set():
        loads.note(process, len(server.active_channels))
        left_s = patient_until - time.monotonic()
        if server.accepting:
            _exchange(server, server.adj.asyncore_loop_timeout)
        elif left_s > 0:
            _exchange(server, left_s)
        else:
            # What is still there nobody else has time for.
            server.accepting, is_patient = True, False
            _exchange(server, 0)
            is_patient = True


def _exchange(server: Any, timeout_s: float) -> None:
    """Read and write once what can be, waiting so long for it at most."""
    server.end_slow()
    server.asyncore.loop(
        timeout=timeout_s, map=server._map, use_poll=server.adj.asyncore_use_poll, count=1
    )


def _warm_up(app: Flask, index: Index) -> None:
    """Do what a first search does once, and verify the index."""
    _load(app, index)
    _freeze()
    _verify(index)


def _load(app: Flask, index: Index) -> None:
    """Load templates, scripts and places."""
    # Whatever is wrong with the index is said to those who ask.
    with contextlib.suppress(Exception):
        app.test_client().get("/", environ_overrides={WARMING: True})
        with index.newest() as newest:
            newest.parse(SearchRequest("文", also=(ALL_WRITINGS,)))


def _freeze() -> None:
    """What is there now lives to the end: no collection of garbage has to look at it again."""
    gc.collect()
    gc.freeze()


def _verify(index: Index) -> None:
    """Hold the index to its checksums, and say what is damaged."""
    try:
        # What is asked for before this is done is verified when it is read.
        with index.newest() as newest:
            newest.reader.verify()
    except DuansouError as error:
        print(f"duansou: {error.sentence.said(terminal_language())}", file=sys.stderr, flush=True)


def _listening_socket(settings: Settings, allowed: Access) -> socket.socket:
    """A socket bound to the address asked for, which others reach only where they may."""
    listener = None
    try:
        # Without the port: of one too large it would make another.
        family, kind, protocol, _, found = socket.getaddrinfo(
            settings.host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        address = (found[0], settings.port, *found[2:])
        require_said(allowed, str(address[0]))
        listener = socket.socket(family, kind, protocol)
        listen_alone(listener)
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
        return UsageError("port-taken", port=settings.port, host=settings.host)
    if code == errno.EACCES:
        return UsageError("port-forbidden", port=settings.port)
    return UsageError("serve-failed", host=settings.host, port=settings.port)
