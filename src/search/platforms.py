"""Do what systems do differently: lock and replace files, bound memory, start and end processes.

Nothing else asks which system it runs on, or calls what only some systems have. On Windows a file
that somebody has open can be neither replaced nor removed: replacing is tried again for a while,
and what cannot be removed stays until the next who tidies up.
"""

from __future__ import annotations

import contextlib
import gc
import mmap
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn, TypeVar

T = TypeVar("T")

IS_WINDOWS = sys.platform == "win32"

_SHARING_S = 5.0
"""So long others may keep a file open that is to be replaced, or be replacing one that is to be
read: indexers of the system and virus scanners hold one for less than a second."""
_SHARING_STEP_S = 0.01
_LONGEST_PATH = 240
"""From this length on a path is given to Windows in the form that has no limit: folders end at 248
characters, files at 260."""
OUT_OF_MEMORY = 137
"""The exit code of a process that was ended for the memory that it took: Linux has the same."""
_WATCH_S = 0.05
"""How often it is looked at how much memory a process has taken."""
_LOCKED_BYTE = 1 << 30
"""Windows locks bytes, and nobody else may read them: one far behind the end of the file."""


def patiently(act: Callable[[], T]) -> T:
    """The result of an act on a file; on Windows tried again for a while where another has it."""
    if not IS_WINDOWS:
        return act()
    with contextlib.suppress(PermissionError):
        return act()
    gc.collect()  # It may be this process itself, of which nothing reads the file any more.
    end = time.monotonic() + _SHARING_S
    while True:
        try:
            return act()
        except PermissionError:
            if time.monotonic() > end:
                raise
            time.sleep(_SHARING_STEP_S)


def replace(source: Path, target: Path) -> None:
    """Give a file the name of another, which is gone with that: at no time is there none.

    Raises OSError; PermissionError where on Windows somebody keeps the other one open.
    """
    patiently(lambda: _replaced(source, target))


def remove(paths: Iterable[Path]) -> None:
    """Remove files, and folders with all that is in them, if they are there; raises OSError for a
    file. On Windows what somebody has open stays.
    """
    held = []
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
            continue
        try:
            path.unlink(missing_ok=True)
        except PermissionError:
            if not IS_WINDOWS:
                raise
            held.append(path)
    if held:
        gc.collect()  # As in ``patiently``.
    for path in held:
        with contextlib.suppress(PermissionError):
            path.unlink(missing_ok=True)


def reachable(path: Path) -> Path:
    """A path in a form that has no limit of length on Windows; it must be absolute."""
    text = str(path)
    if not IS_WINDOWS or len(text) < _LONGEST_PATH or text.startswith("\\\\?\\"):
        return path
    share = text.startswith("\\\\")
    return Path("\\\\?\\UNC" + text[1:] if share else "\\\\?\\" + text)


def cores() -> int:
    """How many cores this process may use."""
    if sys.platform != "win32" and hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.MoveFileExW.argtypes = (wintypes.LPCWSTR, wintypes.LPCWSTR, wintypes.DWORD)
    _kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
    _kernel.OpenProcess.restype = wintypes.HANDLE
    _kernel.GetExitCodeProcess.argtypes = (wintypes.HANDLE, wintypes.LPDWORD)
    _kernel.GetCurrentProcess.restype = wintypes.HANDLE
    _kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    _kernel.LockFile.argtypes = (wintypes.HANDLE, *[wintypes.DWORD] * 4)
    _kernel.UnlockFile.argtypes = _kernel.LockFile.argtypes
    _LOCK_VIOLATION = 33
    _REPLACE_EXISTING, _WRITE_THROUGH = 1, 8
    _QUERY_LIMITED_INFORMATION, _STILL_ACTIVE = 0x1000, 259

    class _Memory(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS; ``committed`` is its PagefileUsage."""

        _fields_ = (
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("WorkingSetSize", ctypes.c_size_t),
            ("QuotaPeakPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
            ("QuotaNonPagedPoolUsage", ctypes.c_size_t),
            ("committed", ctypes.c_size_t),
            ("PeakPagefileUsage", ctypes.c_size_t),
        )

    _kernel.K32GetProcessMemoryInfo.argtypes = (
        wintypes.HANDLE,
        ctypes.POINTER(_Memory),
        wintypes.DWORD,
    )

    STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK)
    """What says to a process that it should end: Ctrl-C, Ctrl-Break."""
    CAN_FORK = False
    CAN_INTERRUPT = False
    """Whether what the main thread does can be ended after a time (see ``interrupted_after``)."""

    def lock(descriptor: int) -> None:
        """Lock an open file, once whoever opened it. Raises BlockingIOError where another has."""
        if not _kernel.LockFile(msvcrt.get_osfhandle(descriptor), _LOCKED_BYTE, 0, 1, 0):
            error = ctypes.WinError(ctypes.get_last_error())
            if error.winerror == _LOCK_VIOLATION:
                raise BlockingIOError(*error.args)
            raise error

    def unlock(descriptor: int) -> None:
        """Give the lock of an open file back before it is closed: Windows does so later only."""
        _kernel.UnlockFile(msvcrt.get_osfhandle(descriptor), _LOCKED_BYTE, 0, 1, 0)

    _reading = threading.Lock()

    def read_at(descriptor: int, size: int, offset: int) -> bytes:
        """Up to so many bytes of an open file from a place on. Safe to share between threads."""
        with _reading:
            os.lseek(descriptor, offset, os.SEEK_SET)
            return os.read(descriptor, size)

    def _replaced(source: Path, target: Path) -> None:
        # Unlike os.replace it returns when the new name is on the disk.
        flags = _REPLACE_EXISTING | _WRITE_THROUGH
        if not _kernel.MoveFileExW(str(source), str(target), flags):
            error = ctypes.WinError(ctypes.get_last_error())
            error.filename = str(target)
            raise error

    def sync_folder(folder: Path) -> None:
        """Nothing: Windows keeps names in a journal, and ``replace`` waits for its own."""

    def listen_alone(listener: socket.socket) -> None:
        """Let nobody else have the port of a socket that is not bound yet."""
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)

    def is_running(pid: int) -> bool:
        """Whether a process of this machine lives. A signal 0 would be a Ctrl-C here."""
        handle = _kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid)
        if not handle:
            # 5 is that it may not be asked: there is one.
            return ctypes.get_last_error() == 5
        try:
            code = wintypes.DWORD()
            _kernel.GetExitCodeProcess(handle, ctypes.byref(code))
            return code.value == _STILL_ACTIVE
        finally:
            _kernel.CloseHandle(handle)

    def address_space() -> int:
        """The bytes that the process has taken, 0 where the system does not tell."""
        memory = _Memory(cb=ctypes.sizeof(_Memory))
        if not _kernel.K32GetProcessMemoryInfo(
            _kernel.GetCurrentProcess(), ctypes.byref(memory), memory.cb
        ):
            return 0
        return int(memory.committed)

    def descriptors(wanted: int) -> int:
        """How many files the process may have open: Windows has no limit of its own."""
        return wanted

    def let_go(mapped: mmap.mmap) -> None:
        """Nothing: Windows takes back what is mapped when it needs the memory."""

    def share_heap() -> None:
        """Nothing: the threads of a process have one heap."""

    _limit_bytes = 0
    _watch: threading.Thread | None = None

    def limit_memory(used: int, memory_mb: int) -> None:
        """End the process beyond what was ``used`` at first and the limit; 0 is no limit."""
        global _limit_bytes, _watch
        _limit_bytes = used + memory_mb * 1_000_000 if memory_mb else 0
        if _watch is None and memory_mb:
            _watch = threading.Thread(target=_end_beyond, daemon=True, name="duansou-memory")
            _watch.start()

    def _end_beyond() -> None:
        while True:
            time.sleep(_WATCH_S)
            if 0 < _limit_bytes < address_space():
                os._exit(OUT_OF_MEMORY)

    @contextlib.contextmanager
    def interrupted_after(timeout_s: int, error: Callable[[], Exception]) -> Iterator[None]:
        """Nothing that can be ended: such work is for a process of its own."""
        yield

    def _not_here(*_: object) -> NoReturn:
        raise NotImplementedError("this system has no fork")

    CHILD_ENDED: tuple[signal.Signals, ...] = ()
    fork = ended_status = kill = never_wait = hold_signals_back = let_signals_come = _not_here
    try_lock_for_process = unlock_for_process = _not_here

else:
    import fcntl
    import resource

    _HEAPS = -8
    """M_ARENA_MAX of glibc's malloc.h."""

    STOPPING = (signal.SIGINT, signal.SIGTERM)
    """What says to a process that it should end."""
    CAN_FORK = True
    CAN_INTERRUPT = True
    """Whether what the main thread does can be ended after a time (see ``interrupted_after``)."""

    def lock(descriptor: int) -> None:
        """Lock an open file, once whoever opened it. Raises BlockingIOError where another has,
        another OSError where its file system has no locks.
        """
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def unlock(descriptor: int) -> None:
        """Nothing to do before the file is closed."""

    read_at = os.pread
    """Up to so many bytes of an open file from a place on. Safe to call from several threads."""

    def _replaced(source: Path, target: Path) -> None:
        source.replace(target)

    def sync_folder(folder: Path) -> None:
        """Make renames and new names in a folder durable."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def listen_alone(listener: socket.socket) -> None:
        """Let nobody else have the port of a socket that is not bound yet. Without this a port is
        taken for a minute after the last page was served on it.
        """
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    def is_running(pid: int) -> bool:
        """Whether a process of this machine lives."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True

    def address_space() -> int:
        """The bytes that the process has mapped, 0 where the system does not tell."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            return pages * resource.getpagesize()
        return 0

    def descriptors(wanted: int) -> int:
        """How many files the process may have open, after asking for so many where it has fewer."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft == resource.RLIM_INFINITY or soft >= wanted:
            return wanted
        more = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (more, hard))
            return more
        return soft

    def let_go(mapped: mmap.mmap) -> None:
        """Give the memory of a mapped file back; reading it again reads the disk."""
        if hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)

    def share_heap() -> None:
        """Have threads that begin from now on take memory from one heap, if the C library tells.

        glibc gives each its own, so that what one remembers and another forgets is never used
        again: a server grows by a quarter. One thread of the interpreter works at a time anyway.
        """
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).mallopt(_HEAPS, 1)

    def limit_memory(used: int, memory_mb: int) -> None:
        """Let allocations fail beyond what was ``used`` at first and the limit; 0 is no limit.

        macOS does not enforce this; there only the time limit holds.
        """
        if not memory_mb:
            return
        limit = used + memory_mb * 1_000_000
        with contextlib.suppress(OSError, ValueError):
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))

    @contextlib.contextmanager
    def interrupted_after(timeout_s: int, error: Callable[[], Exception]) -> Iterator[None]:
        """Raise an error in what the main thread does inside, after so many seconds."""

        def end(_signal: int, _frame: FrameType | None) -> None:
            raise error()

        handler = signal.signal(signal.SIGALRM, end)
        # Again every second, should something inside take the error for one of its own.
        remaining_s, interval_s = signal.setitimer(signal.ITIMER_REAL, timeout_s, 1)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, remaining_s, interval_s)
            signal.signal(signal.SIGALRM, handler)

    CHILD_ENDED: tuple[signal.Signals, ...] = (signal.SIGCHLD,)
    """What says that a child has ended."""

    def try_lock_for_process(descriptor: int) -> bool:
        """Lock a file for this process; False where another has it. Forked ones inherit no lock."""
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def unlock_for_process(descriptor: int) -> None:
        """Give it back."""
        fcntl.lockf(descriptor, fcntl.LOCK_UN)

    def hold_signals_back() -> None:
        """Keep what says to end from coming for a while."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)

    def let_signals_come() -> None:
        """The end of that."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def never_wait(descriptor: int) -> None:
        """Let reading and writing a pipe fail where they would have to wait."""
        os.set_blocking(descriptor, False)

    fork = os.fork

    def ended_status(pid: int) -> int | None:
        """The status with which a child has ended; None where it lives."""
        ended, status = os.waitpid(pid, os.WNOHANG)
        return status if ended else None

    def kill(pid: int) -> None:
        """End a process that does not end by itself."""
        os.kill(pid, signal.SIGKILL)
