"""The page and its JSON twin: ``create_app`` makes both from an opened index.

Views are thin: they ask the index and give its answer to a template, with what has to be worked
out beside it. What a page says stands in Chinese in the templates, in ``wording`` and in the views,
each time as a key to the English.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from ..config import Settings, load_settings
from ..searching.index import Index
from . import (
    about,
    access,
    api,
    basket,
    citing,
    compare,
    concordance,
    context,
    exports,
    facet_page,
    failures,
    languages,
    limits,
    operating,
    pages,
    quotes,
    safety,
    site,
    templating,
    wording,
)
from .context import OneCommitFlask
from .facets import listed
from .processes import MachineTurn, Tally
from .templating import Assets, templates_folder


def create_app(
    index: Index,
    settings: Settings | None = None,
    config: Mapping[str, Any] | None = None,
    *,
    large: MachineTurn | None = None,
    tally: Tally | None = None,
) -> Flask:
    """The application for one opened index, which stays the caller's to close.

    ``settings`` None reads them from the environment; ``config`` goes to Flask (TESTING ...);
    ``large`` and ``tally`` are the turn and the counts that the processes share which serve it.
    """
    app = OneCommitFlask(__name__, template_folder=str(templates_folder()), static_folder=None)
    app.jinja_environment = templating.SpokenEnvironment
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    # A draft that is pasted stays in memory; a file that is sent is gone with its request.
    settings = settings or load_settings()
    app.config["MAX_CONTENT_LENGTH"] = settings.draft_limit_mb * 1_000_000
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.draft_limit_mb * 1_000_000
    app.config.update(config or {})
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["duansou.index"] = index
    app.extensions["duansou.settings"] = settings
    allowed = access.access_of(settings)
    operating.check(settings)
    app.extensions["duansou.assets"] = assets = Assets(Path(__file__).parent / "static")

    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "static_address": assets.address,
        "marked": safety.marked,
        "wording": wording,
    }
    app.jinja_env.filters |= {
        "thousands": wording.thousands,
        "listed": listed,
        "day": wording.day,
        "moment": wording.moment,
        "exactly": safety.exactly,
    }

    app.before_request(operating.begin)
    context.register(app, index, max(1, settings.threads), large)
    failures.register(app)
    safety.register(app, is_private=allowed.is_private)
    languages.register(app)
    templating.register(app)
    safety.register_compression(app)
    for room in (pages, concordance, compare, facet_page, about, api, quotes, citing, basket):
        app.register_blueprint(room.bp)
    for blueprint in (pages.like_bp, pages.browser_bp, exports.record_bp, exports.bp):
        app.register_blueprint(blueprint)
    site.register(app, settings)
    limits.register(app, settings)
    access.register(app, allowed)
    operating.register(app, settings, tally or Tally())
    return app
