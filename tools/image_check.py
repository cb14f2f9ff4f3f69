"""Do the steps of the Dockerfile work? They are run in an empty folder, without Docker.

    python tools/image_check.py

What is copied is copied, what is run is run with the folder in place of the root (users are not
made), then the image's own command indexes the seeds and serves them as its environment says, in a
folder that only the index may be written to, and its health check is asked. What it cannot tell:
whether the base is there, and what the kernel forbids. Needs a network, as pip installs.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_START_LIMIT_S = 60.0
_PORT = "18765"


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Keyword and rest of each instruction, continued lines joined."""
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        keyword, _, rest = line.partition(" ")
        if keyword.isupper():
            yield keyword, rest.strip()


def main() -> int:
    """0 where the health check of what was built succeeds."""
    with tempfile.TemporaryDirectory() as made:
        return _built(Path(made))


def _built(root: Path) -> int:
    environment = {"PATH": os.environ["PATH"], "HOME": str(root), "LANG": "C.UTF-8"}
    work, health = root, ""
    for keyword, rest in instructions((ROOT / "Dockerfile").read_text(encoding="utf-8")):
        match keyword:
            case "WORKDIR":
                work = root / rest.lstrip("/")
                work.mkdir(parents=True)
            case "ENV":
                for name, _, value in (each.partition("=") for each in shlex.split(rest)):
                    value = value.replace("$PATH", environment["PATH"])
                    environment[name] = re.sub(r"(^|:)/(opt|index)", rf"\1{root}/\2", value)
            case "COPY" if not rest.startswith("--from"):
                *names, target = rest.split()
                for name in names:
                    _copy(ROOT / name, work / target, is_folder=target.endswith("/"))
            case "RUN" if "useradd" not in rest:
                command = rest.replace("/opt/", f"{root}/opt/")
                print(f"$ {rest}", flush=True)
                run = ["/bin/sh", "-ec", command]
                subprocess.run(run, cwd=work, env=environment, check=True)  # noqa: S603
            case "HEALTHCHECK":
                health = rest.partition("CMD ")[2]
    (root / "index").mkdir()
    environment |= {"DUANSOU_PORT": _PORT, "DUANSOU_ACCESS": "open", "LANG": "C"}
    index = ["duansou", "index", "--quiet", str(ROOT / "seeds")]
    program = shutil.which("duansou", path=environment["PATH"]) or ""
    subprocess.run([program, *index[1:]], cwd=root, env=environment, check=True)  # noqa: S603
    check = json.loads(health.replace("8765", _PORT))
    check[0] = shutil.which(check[0], path=environment["PATH"])
    with subprocess.Popen([program, "serve"], cwd=root, env=environment) as page:  # noqa: S603
        try:
            end, code = time.monotonic() + _START_LIMIT_S, 1
            while code and time.monotonic() < end and page.poll() is None:
                time.sleep(1)
                asked = subprocess.run(  # noqa: S603
                    check, env=environment, check=False, capture_output=True
                )
                code = asked.returncode
        finally:
            page.terminate()
    print("the health check of what was built", "fails" if code else "succeeds")
    return code


def _copy(source: Path, target: Path, *, is_folder: bool) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    else:
        if is_folder:
            target.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target / source.name if is_folder or target.is_dir() else target)


if __name__ == "__main__":
    sys.exit(main())
