"""``run.bat`` and ``test.bat`` do on Windows what ``make run`` and ``make test`` do elsewhere.

    python -m run_bat WINDOWS_PYTHON_HOME

Wine's command interpreter runs them in an empty folder with a Chinese name, spaces and brackets,
with the real Windows Python of that home. Libraries come from that home; pip and what builds an
editable installation come from the package index.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
_LIMIT_S = 400
# What starts the Python that a .venv is of: that of Windows is not in every package of it.
_LAUNCHER = """
#include <windows.h>
int main(void) {
    WCHAR self[32768];
    STARTUPINFOW start = {sizeof start};
    PROCESS_INFORMATION child;
    DWORD code = 101;
    GetModuleFileNameW(NULL, self, 32768);
    SetEnvironmentVariableW(L"__PYVENV_LAUNCHER__", self);
    if (CreateProcessW(PYTHON, GetCommandLineW(), 0, 0, TRUE, 0, 0, 0, &start, &child)) {
        WaitForSingleObject(child.hProcess, INFINITE);
        GetExitCodeProcess(child.hProcess, &code);
    }
    return code;
}
"""


class Desk:
    """A folder with the project, and Windows in it."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.folder = folder
        self._environment = {
            **os.environ,
            "WINEPREFIX": str(home / "prefix"),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEPATH": f"Z:{home}/dist".replace("/", "\\"),
            # Without it Wine takes file names for those of an old code page.
            "LC_ALL": "C.UTF-8",
            "DUANSOU_LANG": "en",
            "PIP_NO_COMPILE": "1",
        }

    def run(self, *command: str, **environment: str) -> tuple[int, str]:
        """Exit code and output of a command."""
        with self.running(*command, **environment) as process:
            said, _ = process.communicate(timeout=_LIMIT_S)
            return process.returncode, said

    @contextlib.contextmanager
    def running(self, *command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
        """A command that runs, ended with all that it started."""
        process = subprocess.Popen(
            ["wine", "cmd", "/c", *command],
            cwd=self.folder,
            env={**self._environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def serves(self, *command: str) -> str:
        """What is said by a command that serves the page, and that the page answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with self.running(*command, str(port)) as process:
            said: list[str] = []
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line)
                if f"http://127.0.0.1:{port}/" in line:
                    break
            else:
                raise AssertionError("".join(said))
            asked = f"http://127.0.0.1:{port}/api/v1/search?q={quote('信访')}"
            with urlopen(asked, timeout=60) as answer:
                assert json.load(answer)["documents"] == 4
        return "".join(said)


def complete(home: Path) -> None:
    """Add a launcher, and have the libraries found from a .venv too."""
    scripts = home / "dist" / "Lib" / "venv" / "scripts" / "nt"
    python = f"Z:{home}/dist/python.exe".replace("/", r"\\")
    for name in ("venvlauncher.exe", "venvwlauncher.exe"):
        compiler = ["x86_64-w64-mingw32-gcc", "-O1", "-static-libgcc", "-xc", "-"]
        command = [*compiler, f'-DPYTHON=L"{python}"', "-o", str(scripts / name)]
        subprocess.run(command, input=_LAUNCHER, text=True, check=True)
    site = f"import sys\nsys.path.append(r'Z:{home}/site')\n".replace("/", "\\")
    (home / "dist" / "Lib" / "sitecustomize.py").write_text(site, encoding="utf-8")


def main() -> None:
    """Raises AssertionError where something does not hold."""
    # A request to terminate unwinds the stack, as an interrupt does.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    home = Path(sys.argv[1]).resolve()
    complete(home)
    with TemporaryDirectory() as made:
        folder = Path(made, "段搜 程序 (1)")
        names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, encoding="utf-8")
        for name in filter(None, names.split("\0")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
        shutil.copytree(ROOT / "seeds", Path(made, "我的 文献"))
        desk = Desk(home, folder)

        code, said = desk.run("run.bat", WINEPATH="Z:\\nowhere")
        assert (code, "needs Python 3.11" in said) == (1, True), said

        for at, command in enumerate((["..\\我的 文献"], ["seeds"])):
            began = time.monotonic()
            said = desk.serves("run.bat", *command)
            assert ("Making .venv" in said) == ("Installing" in said) == (at == 0), said
            print(f"run.bat {command[0]}: serves after {time.monotonic() - began:.0f} s")

        # A .venv knows where it stands: what is moved is installed again.
        folder.rename(folder.parent / "移动 了")
        desk.folder = folder.parent / "移动 了"
        code, said = desk.run("run.bat", "没有的 文件夹")
        assert (code, "Installing" in said) == (2, True), said
        assert "no file or folder" in said, said

        code, said = desk.run("test.bat", "-q", "tests/unit/test_budget.py")
        assert (code, " passed" in said) == (0, True), said
        print(f"test.bat: {said.strip().splitlines()[-1]}")


if __name__ == "__main__":
    main()
