"""What does a node run on: which Java, which jars? Found, resolved by Maven once and remembered.

The jars stay in Maven's own store (``~/.m2``); under ``build/cluster`` are only the class path, the
compiled ``TestNode`` and an archive of loaded classes, with which a node starts in half the time.
They go with ``make clean`` and come back in half a minute.

    PYTHONPATH=tests python -m cluster.server

makes them, or says on one line what is missing and ends with code 1.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "cluster"
OLDEST_JAVA = 21
"""What OpenSearch 3 asks for."""

_USUAL_PLACES = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/opt/*jdk*",
    "/opt/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "~/.sdkman/candidates/java/*",
    "~/.jdks/*",
)
_SECONDS_TO_RESOLVE = 900
"""The jars are 67 MB the first time."""


class UnavailableError(Exception):
    """A node cannot run on this machine; the message says what to install."""


@dataclass(frozen=True)
class Server:
    """The Java binary, the class path of a node, and the archive of its classes, if it was made."""

    java: Path
    class_path: str
    archive: Path

    def command(self, home: Path, *options: str) -> list[str]:
        """What runs a node whose folder is ``home`` (with ``config/opensearch.yml``)."""
        return [
            *(str(self.java), *options),
            *("--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"),
            *("-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData"),
            *("-Dfile.encoding=UTF-8", "-Dlog4j2.disable.jmx=true"),
            *("-cp", self.class_path, "TestNode", str(home)),
        ]


def find_server() -> Server:
    """Java and the jars of OpenSearch, downloaded on the first call.

    Raises ``UnavailableError``, which says what to install, where there is no JDK or no Maven.
    """
    home = find_java_home()
    described = [HERE / "pom.xml", HERE / "TestNode.java"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in described))
    digest.update(str(home).encode())
    folder = BUILD / digest.hexdigest()[:16]
    remembered = folder / "classpath"
    if not remembered.is_file() or not _all_there(remembered.read_text()):
        _resolve(home, folder)
    class_path = os.pathsep.join([remembered.read_text(), str(folder / "node.jar")])
    server = Server(home / "bin" / "java", class_path, folder / "classes.jsa")
    if not server.archive.is_file():
        _archive_classes(server, folder)
    return server


def find_java_home() -> Path:
    """``JAVA_HOME`` where it is new enough, else the newest JDK in the usual places."""
    given = os.environ.get("JAVA_HOME")
    if given and _java_version(Path(given)) >= OLDEST_JAVA:
        return Path(given)
    compiler = shutil.which("javac")
    homes = [Path(compiler).resolve().parents[1]] if compiler else []
    for place in _USUAL_PLACES:
        root, _, pattern = str(Path(place).expanduser()).lstrip("/").partition("*")
        homes += Path("/").glob(root + "*" + pattern)
    versions = [(_java_version(home), home) for home in {home.resolve() for home in homes}]
    newest, home = max(versions, default=(0, Path()))
    if newest < OLDEST_JAVA:
        found = f"the newest here is {newest}" if newest else "there is none here"
        raise UnavailableError(
            f"a cluster needs a JDK of Java {OLDEST_JAVA} or newer, and {found}: "
            f"apt-get install openjdk-{OLDEST_JAVA}-jdk-headless (Debian 13, Ubuntu 24.04) or "
            "another, and name it by JAVA_HOME"
        )
    return home


def _java_version(home: Path) -> int:
    """The feature version of a JDK with a compiler, 0 where there is none."""
    try:
        said = subprocess.run(
            [home / "bin" / "javac", "-version"], capture_output=True, text=True, timeout=60
        )
    except OSError:
        return 0
    version = re.search(r"javac (\d+)", said.stdout + said.stderr)
    return int(version[1]) if version else 0


def _all_there(class_path: str) -> bool:
    return all(Path(jar).is_file() for jar in class_path.split(os.pathsep))


def _resolve(home: Path, folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise UnavailableError(
            "a cluster needs Maven, which fetches the OpenSearch server: apt-get install maven"
        )
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    unfinished.mkdir(parents=True, exist_ok=True)
    class_path = unfinished / "classpath"
    try:
        _run(
            [
                *(maven, "--batch-mode", "--quiet", "--file", str(HERE / "pom.xml")),
                *("dependency:build-classpath", "-DincludeScope=runtime"),
                f"-Dmdep.outputFile={class_path}",
            ],
            home,
        )
        jars = class_path.read_text()
        source = str(HERE / "TestNode.java")
        _run([str(home / "bin" / "javac"), "-cp", jars, "-d", str(unfinished), source], home)
        jar = str(unfinished / "node.jar")
        packed = ["-C", str(unfinished), "TestNode.class"]
        _run([str(home / "bin" / "jar"), "--create", "--file", jar, *packed], home)
        for old in BUILD.iterdir():
            if "." not in old.name:
                shutil.rmtree(old, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _archive_classes(server: Server, folder: Path) -> None:
    """Starts a node that ends at once, and keeps what it loaded; without that all goes slower."""
    home = folder / "sample"
    (home / "config").mkdir(parents=True, exist_ok=True)
    settings = {
        "network.host": "127.0.0.1",
        "discovery.type": "single-node",
        "http.port": "20000-32000",
        "transport.port": "20000-32000",
    }
    (home / "config" / "opensearch.yml").write_text(json.dumps(settings))
    (home / "config" / "log4j2.properties").write_text("rootLogger.level = error\n")
    made = folder / f"{os.getpid()}.jsa"
    command = server.command(home, "-Xmx512m", f"-XX:ArchiveClassesAtExit={made}")
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=180)
    if done.returncode == 0 and made.is_file():
        made.rename(server.archive)
    shutil.rmtree(home, ignore_errors=True)


def _run(command: list[str], home: Path) -> None:
    done = subprocess.run(
        command,
        env={**os.environ, "JAVA_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_SECONDS_TO_RESOLVE,
    )
    if done.returncode:
        raise UnavailableError(
            f"{Path(command[0]).name} could not make the OpenSearch server:\n{done.stdout[-2000:]}"
        )


if __name__ == "__main__":
    try:
        print(find_server().java)
    except UnavailableError as unavailable:
        sys.exit(str(unavailable))
