"""Who may read: this computer, everybody, whoever has the token, or whom the proxy names.

What is set and cannot be used refuses to start, so that nothing is open that should not be. Where
a token or a proxy decides, every route asks (also what does not exist), and no answer may be kept
by anybody between. The cookie of a browser is a time signed with the token: nothing is stored, all
processes know it, and another token ends it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from flask import Blueprint, Flask, Response, current_app, g, make_response, request

from ..config import Settings
from ..errors import NoAccessError, TokenMissingError, UsageError
from ..languages.sentences import Sentence
from .context import settings
from .languages import spoken
from .site import BELIEVED, PEER, refuse_other_sites
from .templating import leads_to, render_template

LOCAL, OPEN, TOKEN, PROXY = KINDS = ("local", "open", "token", "proxy")

WARMING = "duansou.warming"
"""In the environment of the request that a server makes of itself, which no client can set."""
_COOKIE = "duansou_access"
_REMEMBERED_S = 7 * 24 * 3600
"""So long a browser that stays open need not be told the token again."""
_TOKEN = re.compile(r"[!-~]{16,500}")
"""What a header can carry and nobody guesses, with so many different signs in it at least:"""
_DIFFERENT = 8
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_FORWARDED = frozenset(
    f"HTTP_{name.upper().replace('-', '_')}"
    for name in """
    forwarded via x-real-ip cf-connecting-ip x-forwarded-for x-forwarded-host x-forwarded-proto
    x-forwarded-port x-forwarded-prefix
    """.split()  # noqa: SIM905 - a list of words
)
"""Headers of a proxy, as the environment has them; it may have here what comes from anywhere."""
_WRITTEN = "/?%!$&'()*+,;=:@-._~"
"""What an address may have as it is; a per cent sign begins what is written otherwise."""
_ALWAYS = {"operating.ready"}
"""Tells nothing but that the page answers, for whoever watches over it."""
_BEFORE_TOKEN = {*_ALWAYS, "access.sign_in", "discovery.static", "discovery.favicon"}
"""The form for the token and its style, which are the same wherever Duansou is installed."""

bp = Blueprint("access", __name__)


@dataclass(frozen=True, slots=True)
class Access:
    """One way to decide; ``token`` and ``header`` are empty where they do not matter."""

    kind: str
    token: bytes = field(default=b"", repr=False)
    header: str = ""

    @property
    def is_private(self) -> bool:
        """Whether answers are for who asked alone."""
        return self.kind in (TOKEN, PROXY)


def access_of(chosen: Settings) -> Access:
    """What the settings say, all of it usable. Raises UsageError."""
    if chosen.access not in KINDS:
        raise UsageError("access-unknown", value=chosen.access, known=KINDS)
    for name, value, kind in (
        ("DUANSOU_ACCESS_TOKEN_FILE", chosen.access_token_file, TOKEN),
        ("DUANSOU_ACCESS_HEADER", chosen.access_header, PROXY),
    ):
        if bool(value) != (chosen.access == kind):
            raise UsageError(
                "access-unused" if value else "access-incomplete", name=name, kind=kind
            )
    if chosen.access == TOKEN:
        return Access(TOKEN, token=_token_in(Path(chosen.access_token_file)))
    if chosen.access == PROXY:
        if not chosen.proxies.strip(" ,"):
            raise UsageError("access-incomplete", name="DUANSOU_PROXIES", kind=PROXY)
        if not _HEADER.fullmatch(chosen.access_header):
            raise UsageError("access-header-unusable", header=chosen.access_header)
        return Access(PROXY, header=chosen.access_header)
    if chosen.access == LOCAL and chosen.proxies.strip(" ,"):
        raise UsageError("access-behind-proxy", name="DUANSOU_PROXIES")
    return Access(chosen.access)


def require_said(chosen: Access, address: str) -> None:
    """Raise UsageError for an address that others reach, where nothing says that they may."""
    if chosen.kind == LOCAL and not is_loopback(address):
        raise UsageError("access-not-said", address=address)


def register(app: Flask, chosen: Access) -> None:
    """Ask everybody. To be registered after what knows the language and the names of the site."""
    app.extensions["duansou.access"] = chosen
    app.jinja_env.globals["may_sign_out"] = lambda: g.get("has_cookie", False)
    if chosen.kind == TOKEN:
        app.register_blueprint(bp)

    @app.before_request
    def decide() -> None:
        if request.endpoint in (_BEFORE_TOKEN if chosen.kind == TOKEN else _ALWAYS):
            return
        if request.environ.get(WARMING):
            return
        if chosen.kind == TOKEN:
            _require_token(chosen.token)
        elif chosen.kind == PROXY:
            g.user = request.headers.get(chosen.header, "").strip()
            if not (request.environ.get(BELIEVED) and g.user):
                raise NoAccessError("access-unnamed")
        elif chosen.kind == LOCAL and not (
            is_loopback(request.environ.get(PEER, "")) and _FORWARDED.isdisjoint(request.environ)
        ):
            raise NoAccessError("access-local-only")


def sign_in_page(status: int, wrong: bool = False, to: str | None = None) -> Response:
    """The form that takes the token, and leads back to ``to``, else to what was asked for."""
    if to is None:
        to = _asked_for() if request.method in ("GET", "HEAD") else ""
    return make_response(
        render_template(
            "sign_in.html",
            to=to,
            message=spoken(Sentence("token-wrong" if wrong else "answer-unauthorized")),
        ),
        status,
    )


@bp.route("/login", methods=["GET", "POST"])
def sign_in() -> Response:
    """The form; with the right token a cookie, and the page that was asked for."""
    if request.method != "POST":
        return sign_in_page(200, to="")
    refuse_other_sites(request)
    token = _token()
    to = request.form.get("to", "")
    if not _same(request.form.get("token", "").strip().encode(), token):
        return sign_in_page(401, wrong=True, to=to)
    response = leads_to(to if _leads_here(to) else f"{request.script_root}/", 303)
    until = str(int(time.time()) + _REMEMBERED_S)
    response.set_cookie(
        _COOKIE,
        f"{until}.{_signed(until, token)}",
        path=request.script_root or "/",
        secure=request.is_secure or settings().public_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.post("/logout")
def sign_out() -> Response:
    """Have the browser forget."""
    refuse_other_sites(request)
    response = leads_to(f"{request.script_root}/login", 303)
    response.delete_cookie(_COOKIE, path=request.script_root or "/")
    return response


def _require_token(token: bytes) -> None:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and _same(given.strip().encode("latin-1", "replace"), token):
        return
    until, _, signature = request.cookies.get(_COOKIE, "").partition(".")
    if not (
        re.fullmatch("[0-9]{1,12}", until)
        and _same(signature.encode("utf-8", "replace"), _signed(until, token).encode())
        and int(until) > time.time()
    ):
        raise TokenMissingError("answer-unauthorized")
    g.has_cookie = True


def _token() -> bytes:
    chosen: Access = current_app.extensions["duansou.access"]
    return chosen.token


def _signed(until: str, token: bytes) -> str:
    return hmac.new(token, b"duansou cookie " + until.encode(), hashlib.sha256).hexdigest()


def _same(given: bytes, right: bytes) -> bool:
    """Whether they are equal, in a time that tells neither where they differ nor a length."""
    return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(right).digest())


def _asked_for() -> str:
    """The path and the query of the request as they were written."""
    root, whole = quote(request.script_root), request.script_root + request.path
    # What a proxy takes away, and what a path can be written with otherwise, the decoded one lacks.
    written = quote(request.environ.get("REQUEST_URI", "").partition("?")[0], safe=_WRITTEN)
    kept = [path for path in (written, root + written) if unquote(path) == whole]
    query = quote(request.query_string, safe=_WRITTEN)
    return (kept[0] if kept else quote(whole)) + (f"?{query}" if query else "")


def _leads_here(to: str) -> bool:
    """Whether an address is a path of this site, which no browser takes for another."""
    is_below = to.startswith("/") and unquote(to).startswith(f"{request.script_root}/")
    if not is_below or to.startswith(("//", "/\\")):
        return False
    if re.search(r"[\x00-\x20\x7f\\]", to) or {".", ".."} & {*unquote(to).split("/")}:
        return False
    try:
        parts = urlsplit(to)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def _token_in(path: Path) -> bytes:
    try:
        # More than any token has: the file may be one that never ends.
        with path.open("rb") as file:
            text = file.read(2_000).decode("utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "UTF-8"
        raise UsageError("token-unreadable", path=path, reason=reason) from error
    if not _TOKEN.fullmatch(text) or len(set(text)) < _DIFFERENT:
        raise UsageError("token-weak", path=path)
    return text.encode()


@lru_cache(1024)
def is_loopback(address: str) -> bool:
    """Whether nobody but this computer has an address; a socket in a folder has none."""
    if not address:
        return True
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback
