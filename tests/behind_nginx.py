"""nginx before the page: below a path, with TLS or without, as ``docs/en/serving.md`` says."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

# Debian has it where a user's path does not look.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin")
OPENSSL = shutil.which("openssl")
CERTIFICATE = "certificate.pem"
PREFIX = "/duansou"


def site_of_nginx(*, tls: bool) -> str:
    """The address that the page is going to have, at a port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"{'https' if tls else 'http'}://127.0.0.1:{port}{PREFIX}"


@contextlib.contextmanager
def behind_nginx(folder: Path, site: str, page: str, *, kept: bool = False) -> Iterator[None]:
    """nginx answers at ``site`` with what ``page`` answers, and leaves the path when ``kept``.

    What it writes, and a certificate of its own making, is in ``folder``.
    """
    listen = site.split("/")[2]
    tls = ""
    if site.startswith("https:"):
        _certify(folder)
        listen += " ssl"
        tls = f"ssl_certificate {folder}/{CERTIFICATE}; ssl_certificate_key {folder}/key.pem;"
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"""
        daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
        events {{}}
        http {{
          access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
          fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
          server {{
            listen {listen}; {tls}
            {_documented().replace("http://127.0.0.1:8765/", page + ("" if kept else "/"))}
          }}
        }}
        """
    )
    command = [str(NGINX), "-p", str(folder), "-c", str(configuration), "-e", f"{folder}/error.log"]
    with subprocess.Popen(command) as proxy:
        try:
            address = ("127.0.0.1", int(site.split("/")[2].split(":")[1]))
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(address):
                    break
                time.sleep(0.05)
            yield
        finally:
            proxy.terminate()


def _documented() -> str:
    """What the documentation says of nginx."""
    text = (Path(__file__).parents[1] / "docs/en/serving.md").read_text("utf-8")
    return text.partition("```nginx\n")[2].partition("```")[0]


def _certify(folder: Path) -> None:
    """A certificate of 127.0.0.1 that vouches for itself, and its key."""
    request = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1"
    )
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / CERTIFICATE)]
    subprocess.run(
        [str(OPENSSL), *request.split(), "-addext", "subjectAltName=IP:127.0.0.1", *files],
        check=True,
        capture_output=True,
    )
