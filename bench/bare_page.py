"""``python -m bench.bare_page INDEX``: serve pages of ten stored passages and of nothing else.

What any page of ten passages costs here: HTTP, Flask, ten passages read of the index, a template.
Of ``?at=N`` the passages are others.
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

from flask import Flask, request
from waitress import create_server

from search.engines.whoosh.engine import open_engine

_SHOWN = 10
_KNOWN = 1000
"""So many passages are shown in turn, spread over the index as hits are."""

_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{{ passages[0].title }}</title></head><body>
<ol>{% for passage in passages %}
<li><h2>{{ passage.title }}</h2><p>{{ passage.text }}</p><p>{{ passage.path }}</p></li>{% endfor %}
</ol></body></html>"""


def bare_app(folder: Path) -> Flask:
    """The page, of an index in a folder."""
    reader = open_engine(folder).reader()
    step = max(1, reader.stats().passages // _KNOWN)
    ids = [passage.passage_id for passage in islice(reader.passages(), 0, None, step)]
    app = Flask(__name__)
    template = app.jinja_env.from_string(_PAGE)

    def page() -> str:
        at = int(request.args.get("at", "0")) * _SHOWN
        return template.render(
            passages=[reader.get(ids[(at + n) % len(ids)]) for n in range(_SHOWN)]
        )

    app.add_url_rule("/", view_func=page)
    return app


def main() -> None:
    """Serve until it is ended; the first line says where."""
    server = create_server(bare_app(Path(sys.argv[1])), host="127.0.0.1", port=0)
    print(f"http://127.0.0.1:{server.effective_port}/", flush=True)
    server.run()


if __name__ == "__main__":
    main()
