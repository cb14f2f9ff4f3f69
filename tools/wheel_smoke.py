"""Does the built wheel work where there is no checkout?

python tools/wheel_smoke.py DIST_FOLDER

Compares the wheel's content with the tree, installs it into a new environment in a temporary folder
whose name has a space and Chinese characters, in a locale without UTF-8, indexes a copy of the
seeds, searches, serves, and fetches every kind of page. Needs nothing but Python itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 20.0
STOP_LIMIT_S = 10.0


def expected_files() -> set[str]:
    """What the wheel must hold: all of src/search, and templates/ as search/web/templates."""
    files = set()
    for folder, inside in ((ROOT / "src" / "search", ""), (ROOT / "templates", "web/templates/")):
        for path in folder.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                files.add(f"search/{inside}{path.relative_to(folder).as_posix()}")
    return files


def check_content(wheel: Path) -> None:
    """Exactly the files of the tree, no more and no fewer."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = expected_files()
    if held != expected:
        sys.exit(
            f"{wheel.name} lacks {sorted(expected - held)} and has too much: "
            f"{sorted(held - expected)}"
        )
    print(f"{wheel.name}: {len(held)} files, the same as in the tree")


def clean_environment(home: Path) -> dict[str, str]:
    """An environment without this checkout's Python, in a locale that knows only ASCII."""
    foreign = ("PYTHON", "VIRTUAL_ENV", "DUANSOU_", "LC_", "LANG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "LC_ALL": "POSIX", "HOME": str(home)}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def fetch(address: str) -> tuple[str, str]:
    """Content type and body of a page that must be there."""
    with urlopen(address, timeout=10) as answer:  # noqa: S310 (our own server on loopback)
        if answer.status != 200:
            sys.exit(f"{address} answers {answer.status}")
        return answer.headers["Content-Type"], answer.read().decode("utf-8")


@contextmanager
def serving(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The running server's address; it must come up and go down within the limits."""
    port = free_port()
    server = subprocess.Popen(  # noqa: S603 (our own command)
        [*command, "--port", str(port)], cwd=folder, env=environment, stdin=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            try:
                fetch(urljoin(address, "healthz"))
                break
            except (URLError, ConnectionError):
                if server.poll() is not None:
                    sys.exit(f"`duansou serve` stopped with code {server.returncode}")
                if time.monotonic() > deadline:
                    sys.exit(f"`duansou serve` does not answer after {START_LIMIT_S:.0f} s")
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
            sys.exit(f"`duansou serve` does not stop within {STOP_LIMIT_S:.0f} s")


def check_pages(address: str, passage_id: str, document_id: str) -> None:
    """The pages are whole: templates found, stylesheet served as one."""
    _, start = fetch(address)
    _, passage = fetch(urljoin(address, f"p/{passage_id}"))
    _, document = fetch(urljoin(address, f"d/{document_id}"))
    for name, page in (("/", start), ("/p/", passage), ("/d/", document)):
        if "</html>" not in page:
            sys.exit(f"{name} is not a whole page")
    fetch(urljoin(address, "opensearch.xml"))
    links = re.findall(r"<link\b[^>]*>", start)
    sheets = [link for link in links if re.search(r'rel="?stylesheet', link)]
    if not sheets:
        sys.exit("the page has no stylesheet")
    for link in sheets:
        found = re.search(r'href="([^"]+)"', link)
        kind, text = fetch(urljoin(address, found[1] if found else ""))
        if not kind.startswith("text/css") or "{" not in text:
            sys.exit(f"{link} is not a stylesheet")
    print(f"served: /, /p/{passage_id}, /d/{document_id}, {len(sheets)} stylesheet(s)")


def check_installed(wheel: Path, folder: Path) -> None:
    """Install, index, search and serve in a folder of its own."""
    environment = clean_environment(folder)
    scripts = folder / "环境" / "bin"

    def run(*command: str | Path) -> str:
        done = subprocess.run(  # noqa: S603 (our own commands)
            [str(part) for part in command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{command} ends with code {done.returncode}")
        return done.stdout.decode("utf-8")

    pip = (scripts / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(sys.executable, "-m", "venv", folder / "环境")
    run(*pip, "--upgrade", "pip")
    # jieba is published as source alone, pure Python.
    run(*pip, "--only-binary", ":all:", "--no-binary", "jieba", wheel)
    place = run(scripts / "python", "-c", "import search; print(ascii(search.__file__))")
    if "site-packages" not in place:
        sys.exit(f"the wheel was not used, but {place}")

    shutil.copytree(ROOT / "seeds", folder / "种子 文献")
    duansou = scripts / "duansou"
    run(duansou, "index", "种子 文献", "--index", "索 引")
    run(duansou, "search", "网格化管理", "--index", "索 引")
    found = json.loads(run(duansou, "search", "网格化管理", "--json", "--index", "索 引"))
    hit = found["hits"][0]
    print(f"installed: {found['total']} passages for 网格化管理 in {found['documents']} documents")
    with serving([str(duansou), "serve", "--index", "索 引"], folder, environment) as address:
        check_pages(address, hit["passage_id"], hit["document_id"])


def main() -> None:
    """Check the one wheel in the folder that is named."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    wheels = sorted(Path(sys.argv[1]).resolve().glob("duansou-*.whl"))
    if len(wheels) != 1:
        sys.exit(f"{sys.argv[1]} must hold one wheel, it holds {len(wheels)}")
    check_content(wheels[0])
    with tempfile.TemporaryDirectory(prefix="装好 的 wheel ") as folder:
        check_installed(wheels[0], Path(folder))


if __name__ == "__main__":
    main()
