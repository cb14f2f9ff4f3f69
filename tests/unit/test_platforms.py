"""What systems do differently stands in one module, and each system does it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from search import platforms
from search.cli import main
from search.platforms import lock, patiently, read_at, remove, replace, unlock
from source_tree import modules

# Modules of the standard library that some systems lack, and those that ask which system it is.
ELSEWHERE = {"ctypes", "fcntl", "grp", "msvcrt", "pty", "pwd", "resource", "termios", "winreg"}
LACKED = {
    *(
        ("os", name)
        for name in ("fchmod", "fchown", "fork", "geteuid", "getuid", "killpg", "mkfifo")
    ),
    *(("os", name) for name in ("name", "nice", "pread", "pwrite", "sched_getaffinity", "setsid")),
    *(("os", name) for name in ("set_blocking", "statvfs", "sysconf", "uname", "wait", "waitpid")),
    *(("signal", name) for name in ("SIGALRM", "SIGBREAK", "SIGCHLD", "SIGHUP", "SIGKILL")),
    *(("signal", name) for name in ("SIGUSR1", "alarm", "pthread_sigmask", "setitimer")),
}
LACKED |= {("sys", "getwindowsversion"), ("socket", "AF_UNIX"), ("mmap", "MADV_DONTNEED")}
SYSTEM = ("sys", "platform")
ALIKE = {"search.reading.formats.pdf": {"ctypes"}}
"""A library is called by it, the same way on every system."""


def test_only_one_module_knows_which_system_it_is_on() -> None:
    wrong = []
    for module in modules().values():
        if module.name == "search.platforms":
            continue
        wrong += [
            f"{module.name}:{line} imports {name}"
            for name, line in module.imports()
            if name.split(".")[0] in ELSEWHERE - ALIKE.get(module.name, set())
        ]
        for name, line in named(module.nodes):
            # On macOS processes are not forked unless that is asked for: a rule of the page.
            is_rule = name == SYSTEM and module.name == "search.web.processes"
            if name in LACKED or (name == SYSTEM and not is_rule):
                wrong.append(f"{module.name}:{line} names {'.'.join(name)}")
    assert wrong == []


def named(nodes: list[ast.AST]) -> Iterator[tuple[tuple[str, str], int]]:
    """What a program names of modules, whichever way it imports them, and in which lines."""
    modules_of = {
        alias.asname or alias.name: alias.name
        for node in nodes
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield (modules_of.get(node.value.id, node.value.id), node.attr), node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield (node.module, alias.name), node.lineno


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.fork()",
        "from os import fork",
        "from os import fork as branch",
        "import os as system\nsystem.fork()",
        "def f():\n    from os import path, fork",
    ],
)
def test_a_call_is_seen_however_it_is_imported(source: str) -> None:
    assert ("os", "fork") in {name for name, _ in named(list(ast.walk(ast.parse(source))))}


def test_a_lock_is_one_holders_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first, second = (os.open(path, os.O_RDWR | os.O_CREAT) for _ in range(2))
    try:
        lock(first)
        with pytest.raises(BlockingIOError):
            lock(second)
        # What the holder says of itself can be read all the same.
        os.write(first, b"holder")
        assert os.read(second, 100) == b"holder"
        unlock(first)
        os.close(first)
        lock(second)
    finally:
        os.close(second)


def test_reading_at_a_place_moves_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(200)))
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        assert read_at(descriptor, 3, 100) == bytes((100, 101, 102))
        assert read_at(descriptor, 50, 190) == bytes(range(190, 200))
        assert read_at(descriptor, 5, 500) == b""
        assert read_at(descriptor, 2, 13) == b"\r\x0e"
    finally:
        os.close(descriptor)


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    old, new = tmp_path / "旧", tmp_path / "新"
    old.write_bytes(b"old")
    new.write_bytes(b"new")
    replace(new, old)
    assert (old.read_bytes(), new.exists()) == (b"new", False)


def test_what_another_has_open_for_a_moment_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(platforms, "IS_WINDOWS", True)
    tries = []

    def held() -> int:
        tries.append(1)
        if len(tries) < 4:
            raise PermissionError(13, "Sharing violation")
        return 7

    assert patiently(held) == 7
    monkeypatch.setattr(platforms, "_SHARING_S", 0.0)
    tries.clear()
    with pytest.raises(PermissionError):
        patiently(held)

    stays, goes = tmp_path / "held", tmp_path / "free"
    stays.touch()
    goes.touch()
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path == stays:
            raise PermissionError(13, "Sharing violation", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    remove([stays, goes, tmp_path / "none"])
    assert [path.name for path in tmp_path.iterdir()] == ["held"]


def test_what_is_read_is_read_on_when_it_is_removed(tmp_path: Path) -> None:
    """On Windows the file stays as long as it is open; elsewhere its name goes at once."""
    path = tmp_path / "open"
    path.write_bytes(b"read")
    with path.open("rb") as file:
        remove([path])
        assert file.read() == b"read"
        assert path.exists() == platforms.IS_WINDOWS
    remove([path])
    assert not path.exists()


def test_a_process_is_running_or_not() -> None:
    assert platforms.is_running(os.getpid())
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert not platforms.is_running(process.pid)


@pytest.mark.skipif("sys.platform == 'darwin'", reason="macOS does not enforce it")
def test_a_process_that_takes_too_much_memory_is_stopped() -> None:
    program = (
        "import time\n"
        "from search.platforms import OUT_OF_MEMORY, address_space, limit_memory\n"
        "limit_memory(address_space(), 100)\n"
        "kept = []\n"
        "try:\n"
        "    for _ in range(100):\n"
        "        kept.append(bytearray(10_000_000))\n"
        "        time.sleep(0.02)\n"
        "except MemoryError:\n"
        "    raise SystemExit(OUT_OF_MEMORY)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, timeout=60)
    assert done.returncode == platforms.OUT_OF_MEMORY


@pytest.mark.skipif("platform.libc_ver()[0] != 'glibc'", reason="only glibc has several heaps")
def test_threads_of_a_server_have_one_heap() -> None:
    program = (
        "import ctypes, threading\n"
        "from search.platforms import share_heap\n"
        "share_heap()\n"
        "threads = [threading.Thread(target=bytearray, args=(9_000,)) for _ in range(4)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
        "ctypes.CDLL(None).malloc_stats()\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, timeout=60, capture_output=True, text=True)
    assert done.stderr.count("Arena") == 1


def test_long_paths_get_the_form_without_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platforms, "IS_WINDOWS", True)
    short, deep = Path("/文档"), Path("/" + "文" * 300)
    assert platforms.reachable(short) is short
    assert str(platforms.reachable(deep)).startswith("\\\\?\\")


def test_documents_far_down_in_chinese_folders_are_found_under_the_same_paths(
    tmp_path: Path,
) -> None:
    below = "/".join(["平安建设资料汇编"] * 24)
    deep = platforms.reachable(tmp_path.resolve() / "文 档" / below / ("x" * 60))
    deep.mkdir(parents=True)
    (deep / "一.txt").write_text("今天，全市召开了平安建设会议。\n", encoding="utf-8")
    index = tmp_path / "索 引"
    run = CliRunner().invoke
    done = run(main, ["index", "--index", str(index), str(tmp_path / "文 档"), "--quiet"])
    assert (done.exit_code, done.output) == (0, "")
    listed = run(main, ["documents", "--index", str(index), "--json"])
    (document,) = json.loads(listed.stdout)
    assert document["path"] == f"{below}/{'x' * 60}/一.txt"
    stats = run(main, ["stats", "--index", str(index), "--json"])
    assert "\\" not in stats.stdout
    # Found again under the same path, it need not be read.
    again = run(main, ["index", "--index", str(index), str(tmp_path / "文 档"), "--json"])
    assert json.loads(again.stdout)["read"] == 0
