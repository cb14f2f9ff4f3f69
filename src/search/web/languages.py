"""Choose the language in which the page speaks: as chosen, else as the browser asks, else Chinese.

The wording in templates and code is Chinese and is its own key; every other language is a catalogue
in ``search/languages``, which is read as it is: nothing is compiled. What a language lacks is said
in English.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urlencode

from flask import Flask, Response, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from ..languages import sentences
from ..languages.sentences import CHINESE, Sentence

COOKIE = "lang"
"""Name of the parameter that chooses a language and of the cookie that remembers it."""

_ASKED: ContextVar[_Asked | None] = ContextVar("duansou_language", default=None)
"""Of the request that is answered, None outside of one. A page asks hundreds of times."""

_YEAR_S = 365 * 24 * 3600
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Signs and digits that may stand inside of a Chinese text.
_BETWEEN = "0-9·，。、；：？！“”‘’（）《》〈〉【】— "
_CHINESE = re.compile(f"[{_HAN}](?:[{_HAN}{_BETWEEN}]*[{_HAN}])?")


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A language, and the address of this page in it."""

    name: str
    tag: str
    address: str
    chosen: bool


@dataclass(slots=True)
class _Asked:
    """The language of a request once something asked for it, so that nothing else varies by it."""

    found: str | None = None


def register(app: Flask) -> None:
    """Let templates and views speak the language of the request, and remember one that is chosen.

    To be registered after what adds validators, as it runs before.
    """
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext,
        lambda one, several, number: _message(one, language(), number),
        newstyle=True,
    )
    app.jinja_env.globals.update(
        _n=_counted_in_template,
        filled=_filled,
        html_lang=lambda: _tag(language()),
        language_links=language_links,
        lang_removed=_removed,
        said=said,
        spoken=spoken,
        written=_written,
        zh=_tagged,
    )
    app.jinja_env.filters.update(zh=chinese_tagged, prose_day=_prose_day, prose_moment=_moment)
    app.before_request(_begin)
    app.after_request(_answered)
    app.teardown_request(_end)


def language() -> str:
    """The language of the request that is answered; Chinese outside of one."""
    asked = _ASKED.get()
    if asked is None:
        return CHINESE
    if asked.found is None:
        asked.found = _chosen() or _known(request.cookies.get(COOKIE)) or _accepted()
    return asked.found


def said(zh: str, en: str) -> str:
    """Of two sentences the Chinese one on a Chinese page, else the English one."""
    return zh if language() == CHINESE else en


def spoken(sentence: Sentence) -> str:
    """A sentence in the language of the page."""
    return sentence.said(language())


def gettext(message: str, **values: object) -> str:
    """A message in the language of the page, filled with values where there are any."""
    text = _message(message, language())
    return text % values if values else text


def counted(message: str, number: int, **values: object) -> str:
    """A message about ``number`` things, which it has as ``%(num)s``, in its plural form."""
    text = _message(message, language(), number)
    return text % {"num": f"{number:,}", **values}


def language_links() -> tuple[LanguageLink, ...]:
    """This page in each language. What was sent is not kept, so its form stands for it."""
    here = language()
    return tuple(
        LanguageLink(_own_name(code), _tag(code), _here((COOKIE, code)), code == here)
        for code in sentences.languages()
    )


def _own_name(code: str) -> str:
    """What a language calls itself; its code where its catalogue does not say."""
    name = Sentence("language-name")
    own, english = name.said(code), name.said(sentences.ENGLISH)
    return own if own != english or code == sentences.ENGLISH else code


_message = lru_cache(maxsize=4096)(sentences.message)


def _tag(language: str) -> str:
    return "zh-Hans" if language == CHINESE else language


def _known(value: str | None) -> str | None:
    return value if value in sentences.languages() else None


def _chosen() -> str | None:
    return _known(request.args.get(COOKIE))


def _accepted() -> str:
    """The first of the languages there are that the browser asks for, by its order; Chinese."""
    for tag, quality in request.accept_languages:
        known = _known(tag.lower().replace("_", "-").partition("-")[0])
        if known and quality > 0:
            return known
    return CHINESE


def _here(*added: tuple[str, str]) -> str:
    """The address of this page without its choice of a language, and with what is added."""
    is_read = request.method in ("GET", "HEAD")
    path = request.path if is_read else "/quotes"
    params = [(n, v) for n, v in request.args.items(multi=True) if n != COOKIE] if is_read else []
    # A path that begins with two slashes would be another site's address.
    place = request.script_root + "/" + quote(path.lstrip("/"))
    params.extend(added)
    return f"{place}?{urlencode(params)}" if params else place


def _removed() -> str | None:
    """The address without a choice of a language, where it has one."""
    return _here() if COOKIE in request.args else None


def _begin() -> None:
    _ASKED.set(_Asked())


def _end(_: BaseException | None) -> None:
    _ASKED.set(None)


def _answered(response: Response) -> Response:
    asked = _ASKED.get()
    if asked is None or asked.found is None:
        return response
    response.vary.update(("Accept-Language", "Cookie"))
    chosen = _chosen()
    if chosen is not None:
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=_YEAR_S,
            path=request.script_root or "/",
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
        response.headers["Cache-Control"] = "no-store"
    return response


@pass_eval_context
def _counted_in_template(
    context: EvalContext, message: str, number: int, **values: object
) -> str | Markup:
    """As ``counted``; the message is markup, the values are escaped."""
    text = _message(message, language(), number)
    if context.autoescape:
        text = Markup(text)  # noqa: S704
    return text % {"num": f"{number:,}", **values}


@pass_eval_context
def _filled(context: EvalContext, message: str, **values: object) -> str | Markup:
    """A message of the page's language with its values; it is markup, and they are escaped."""
    return (Markup(message) if context.autoescape else message) % values  # noqa: S704


def _tagged(text: str | None = None) -> Markup:
    """The attribute of an element of a page in English whose text is Chinese, if it is."""
    if language() == CHINESE or (text is not None and not _CHINESE.search(str(text))):
        return Markup("")
    return Markup(' lang="zh-Hans"')


def _written(script: str | None, text: str | None = None) -> Markup:
    """The attribute of an element with words of a document that is written in this script."""
    if script == "Hant" and (text is None or _CHINESE.search(text)):
        return Markup(' lang="zh-Hant"')
    return _tagged(text)


def chinese_tagged(text: object) -> Markup:
    """A text, escaped, in which on a page in English what is Chinese says so."""
    if language() == CHINESE:
        return escape(text)
    # What is escaped has no Chinese that was not there before.
    marked = _CHINESE.sub(r'<span lang="zh-Hans">\g<0></span>', str(escape(text)))
    return Markup(marked)  # noqa: S704


_MONTHS = "January February March April May June July August September October November December"


def _prose_day(date: str | None) -> str:
    """The day of an ISO date in a sentence: as it is in Chinese, 18 December 2018 in English."""
    day = (date or "").partition("T")[0]
    try:
        known = datetime.fromisoformat(day)
    except ValueError:
        return day
    if language() == CHINESE:
        return day
    return f"{known.day} {_MONTHS.split()[known.month - 1]} {known.year}"


def _moment(date: str | None) -> str:
    """The same with the time."""
    day, _, time = (date or "").partition("T")
    shown = _prose_day(day)
    between = said(" ", ", ")
    return f"{shown}{between}{time.replace('+00:00', ' UTC')}" if time else shown
