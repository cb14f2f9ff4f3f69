"""One address of every kind of page there is."""

from __future__ import annotations

import json
from urllib.parse import quote
from urllib.request import urlopen

QUERY = quote("网格化管理")

KINDS = (
    "results",
    "everything",
    "filtered",
    "empty",
    "passage",
    "why",
    "writings",
    "document",
    "all",
    "kwic",
    "like",
    "help",
    "api",
    "missing",
    "wrong",
)
STATUS = {"missing": 404, "wrong": 400}
"""Of those that do not answer with 200."""


def every_page(site: str) -> dict[str, str]:
    """An address below ``site``, which serves the seeds, for each of ``KINDS``."""
    with urlopen(f"{site}/api/v1/search?q={QUERY}") as answer:  # noqa: S310
        hit = json.load(answer)["hits"][0]
    return {
        "results": f"/?q={QUERY}",
        "everything": "/",
        "filtered": f"/?q={quote('信访')}&year=2009&topic={quote('信访工作')}&any=1",
        "empty": f"/?q={quote('“没有这样一句话”')}",
        "passage": f"/p/{hit['passage_id']}?q={QUERY}&accessed={quote('不是日期')}",
        "why": f"/p/{hit['passage_id']}/why?q={QUERY}",
        "writings": f"/?q={quote('矛盾糾紛')}&also=script",
        "document": f"/d/{hit['document_id']}?q={QUERY}",
        "all": f"/d/{hit['document_id']}?q={QUERY}&all=1",
        "kwic": f"/kwic?q={quote('信访')}&order=left&limit=5",
        "like": f"/p/{hit['passage_id']}/like?q={QUERY}",
        "help": "/help",
        "api": "/api",
        "missing": "/p/0000",
        "wrong": "/?sort=x",
    }
