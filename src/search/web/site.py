"""Where the site is reached: the names it answers to, the proxies it believes, other sites refused.

A page of another site may have its own name lead to this computer (DNS rebinding), and would then
read a collection that only its owner may see. So only names that are known are answered; an
address of numbers cannot be led elsewhere.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Request, request
from werkzeug.middleware.proxy_fix import ProxyFix

from ..config import Settings
from ..errors import OtherSiteError, UsageError
from .context import settings

BELIEVED = "duansou.believed"
"""In the environment of a request: whether a proxy of the settings sent it."""
PEER = "duansou.peer"
"""And the address that it came from, whatever a proxy says of who asked there."""
_ANY = "*"
_SAID = "HTTP_X_FORWARDED_PREFIX"
_PREFIX = re.compile(r"(?:/[\w.~%-]+)+/?")
"""A path as a proxy may say it: what else a client had it pass on would make links lead away."""


def register(app: Flask, chosen: Settings) -> None:
    """Answer under the names and the path of the settings, and believe the proxies named there.

    Raises UsageError where a proxy is no address, or where the path is one of the application's.
    """
    public = urlsplit(chosen.public_url)
    first = public.path.strip("/").split("/")[0]
    if first in {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {""}:
        raise UsageError("public-path-taken", path=public.path)
    app.wsgi_app = _Mounted(  # type: ignore[method-assign]
        app.wsgi_app, _as_environ(public.path.rstrip("/")), _networks(chosen.proxies)
    )
    names = {_name_of(public), chosen.host, socket.gethostname(), *_listed(chosen.hosts)}
    known = frozenset(name.lower() for name in names if name)

    @app.before_request
    def answer_to_known_names() -> None:
        asked = request.headers.get("Host")
        if asked is None or _ANY in known:
            return
        # Empty where it is none at all.
        name = _name_of(urlsplit(f"//{request.host}")) if request.host else ""
        if name not in known and not _is_this_computer(name):
            raise OtherSiteError("host-unknown", host=name or asked)


def refuse_other_sites(asked: Request) -> None:
    """Let only pages of this site, and programs that are no browser, send something.

    A browser says where a POST comes from: in Sec-Fetch-Site, older ones in Origin alone, which is
    that of the public address where there is a proxy. Raises OtherSiteError.
    """
    site = asked.headers.get("Sec-Fetch-Site")
    origin = asked.headers.get("Origin")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise OtherSiteError("other-site")
    elif origin is not None:
        theirs = _place(origin)
        if theirs is None or theirs not in (_place(asked.host_url), _place(settings().public_url)):
            raise OtherSiteError("other-site")


def refuse_embedding(asked: Request) -> None:
    """Let a page of another site lead here, but not embed what takes long to make.

    It could read nothing of it, but have each of its visitors ask. Raises OtherSiteError.
    """
    said = asked.headers.get
    is_followed = (said("Sec-Fetch-Mode"), said("Sec-Fetch-Dest")) == ("navigate", "document")
    if said("Sec-Fetch-Site") == "cross-site" and not is_followed:
        raise OtherSiteError("embedded-elsewhere")


class _Mounted:
    """An application below a path, whether or not the proxy before it takes the path away."""

    def __init__(
        self,
        inner: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]],
        path: str,
        proxies: tuple[IPv4Network | IPv6Network, ...],
    ) -> None:
        self._inner = inner
        self._path = path
        self._proxies = proxies
        # A path that is set is that of all links, whatever comes through the proxy.
        self._proxied = ProxyFix(
            self._below_path, x_for=1, x_proto=1, x_host=1, x_prefix=0 if path else 1
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._path and not environ.get("SCRIPT_NAME"):
            environ["SCRIPT_NAME"] = self._path
        environ[PEER] = environ.get("REMOTE_ADDR", "")
        environ[BELIEVED] = self._is_believed(environ[PEER])
        if environ[BELIEVED]:
            said = environ.pop(_SAID, "").rpartition(",")[2].strip()
            if _PREFIX.fullmatch(said):
                environ[_SAID] = said
            return self._proxied(environ, start_response)
        return self._below_path(environ, start_response)

    def _below_path(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        path, asked = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
        if path and (asked == path or asked.startswith(f"{path}/")):
            environ["PATH_INFO"] = asked[len(path) :] or "/"
        return self._inner(environ, start_response)

    def _is_believed(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._proxies)
        except ValueError:
            return False


def _as_environ(path: str) -> str:
    """A path of an address as the environment of a request has it (PEP 3333)."""
    return unquote(path).encode().decode("latin-1")


def _networks(proxies: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(each) for each in _listed(proxies))
    except ValueError as error:
        raise UsageError("proxies-unusable", proxies=proxies) from error


def _listed(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())


def _name_of(address: SplitResult) -> str:
    try:
        return (address.hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_this_computer(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _place(address: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of an address; None where it has none."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
