"""Two hundred strings that mean harm, and what an answer must not make of them.

Each would be markup, a script, a header, a formula, a path or a command to whoever takes text for
such. As a document they stand in every field; as a request in every parameter and path.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Iterator
from itertools import product
from xml.etree import ElementTree

from flask.testing import FlaskClient

from restless import ADDRESSES
from search.citing.formats import FORMATS
from search.documents.document import Document, Evidence, passages_of
from unit.web.corpus import document
from unit.web.markup import read
from walk import Site, address_of

_HARM = (
    "<script pwned>alert(1)</script>",
    "<img src=x pwned onerror=alert(1)>",
    "<svg pwned onload=alert(1)></svg>",
    "<iframe pwned src=javascript:alert(1)></iframe>",
    "<a pwned href=javascript:alert(1)>x</a>",
    "<form pwned action=//evil.example><input name=q>",
    "<base pwned href=//evil.example/>",
    "<meta pwned http-equiv=refresh content=0;url=//evil.example>",
    "<style pwned>*{display:none}</style>",
    "<link pwned rel=stylesheet href=//evil.example/x.css>",
    "<!--<pwned>--!><pwned>",
    "<![CDATA[<pwned>]]>",
    "]]><pwned/>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><pwned>&y;</pwned>",
    "&lt;pwned&gt;&#60;pwned&#62;&amp;lt;pwned&amp;gt;",
    "{{73599*3}}{% for x in () %}{% endfor %}",
    "${73599*3}#{73599*3}<%= 73599*3 %>",
    "{0.__class__.__init__.__globals__}%(x)s%n%s{",
    "x\r\nX-Pwned: 1\r\nSet-Cookie: pwned=1",
    "%0d%0aX-Pwned:%201",
    "../../../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "/etc/passwd\x00.txt",
    "file:///etc/passwd",
    "javascript:alert(document.domain)",
    "JaVaScRiPt&colon;alert(1)",
    "data:text/html,<script pwned>alert(1)</script>",
    "//evil.example/%2e%2e",
    "=cmd|' /C calc'!A0",
    "+1+cmd|'/C calc'!A0",
    "-2+3+cmd|'/C calc'!A0",
    "@SUM(1+9)*cmd|'/C calc'!A0",
    "\t=1+1",
    "'; DROP TABLE documents; --",
    "$(rm -rf x)`rm -rf x`;rm -rf x|",
    "\x1b]0;pwned\x07\x1b[2J\x9b31m",
    "\u202eexe.txt\u2066\u2069\ufeff\u200b",
    '{"$ne": null}"}]}',
    "@article{pwned, title={x}}\nTY  - PWND\nER  - ",
    "(((((a+)+)+)+)+)$*?*?*?*",
)
# Between words, out of an attribute, out of a script, after a quotation mark, in another spelling.
_AROUND = ("信访{}网格", "\"'>{}", "</script></title></textarea>{}", "“{}”", "ａ{}\\")
ATTACKS = tuple(around.replace("{}", harm) for harm in _HARM for around in _AROUND)

_FORMULA = re.compile(r"[\t ]*[=+\-@]")
_FOREIGN_TAGS = {"img", "iframe", "object", "embed", "base", "style", "pwned"}


def documents() -> Iterator[Document]:
    """One for each attack, which stands in all of its fields."""
    for number, attack in enumerate(ATTACKS):
        yield document(
            f"{number:016x}",
            [("title", "title", attack), ("heading", "plain", attack), ("body", "body", attack)],
            title=attack,
            source=attack,
            url=attack,
            path=f"{number}{attack}.txt",
            evidence={"source": (Evidence(attack, 1, attack),)},
        )


def harm_in(client: FlaskClient, method: str, address: str, data: object = None) -> str | None:
    """What is wrong with the answer to a request; None where nothing is."""
    answer = client.open(address, method=method, data=data)
    text = answer.get_data().decode("utf-8", "surrogatepass")
    if answer.status_code >= 500:
        return f"answers {answer.status_code}"
    if "X-Pwned" in answer.headers or "pwned" in answer.headers.get("Set-Cookie", ""):
        return "has a header of the attacker"
    leads = answer.headers.get("Location", "/")
    if leads.startswith("//") or "evil.example" in leads.partition("?")[0]:
        return f"leads to {leads[:80]}"
    if "220797" in text or "root:x:" in text or "Traceback (" in text:
        return "has evaluated the text, or read a file"
    kind = answer.mimetype or ""
    if kind == "text/html":
        return _harm_in_page(text)
    if kind == "application/json" and text:
        json.loads(text)
    elif kind.endswith("xml"):
        tree = ElementTree.fromstring(text)  # noqa: S314 - what we wrote ourselves
        if any("pwned" in element.tag for element in tree.iter()):
            return "has an element of the attacker"
    elif kind == "text/csv":
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
            for cell in row:
                if _FORMULA.match(cell) and not re.fullmatch(r"-?[\d.]+%?|-", cell):
                    return f"has a formula: {cell[:60]!r}"
    return None


def _harm_in_page(text: str) -> str | None:
    for tag, attributes in read(text).tags:
        if tag in _FOREIGN_TAGS or "pwned" in attributes:
            return f"has <{tag} {attributes}>"
        if tag == "script" and not attributes.get("src", "").startswith("/static/"):
            return "has a script of the attacker"
        if "style" in attributes or any(name.startswith("on") for name in attributes):
            return f"has <{tag} {attributes}>"
        for name in ("href", "src", "action"):
            scheme = re.sub(r"[\s\x00-\x1f]", "", attributes.get(name, "")).lower()
            if scheme.startswith(("javascript:", "data:", "vbscript:", "file:")):
                return f"leads to {scheme[:60]}"
    return None


def as_requests(site: Site, document: Document) -> Iterator[tuple[str, str, dict[str, str] | None]]:
    """Method, address and form of requests with each attack in each parameter and each path.

    What else a path needs is of a document. In an order by chance, the same each time.
    """
    passage = next(passages_of(document)).passage_id
    doors = []
    for rule in site.app.url_map.iter_rules():
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        at = document.document_id if re.search("/d/|documents/", rule.rule) else passage
        doors += [(method, rule, name, at) for name in site.parameters(rule)]
        doors += [(method, rule, "", "")] if rule.arguments else []
    cases = list(product(ATTACKS, doors))
    random.Random(0).shuffle(cases)
    for attack, (method, rule, name, at) in cases:
        inside = [at or attack] * len(rule.arguments)
        sent = {name: attack} if name else {}
        if method == "POST":
            yield method, address_of(rule, inside), sent
        else:
            yield method, address_of(rule, inside, list(sent.items())), None


def as_answers(document: Document) -> Iterator[str]:
    """Addresses of all pages, feeds and exports that show a document of ``documents``."""
    passage = next(passages_of(document))
    for address in (*ADDRESSES, *(f"/p/{{passage}}/cite?format={form}" for form in FORMATS)):
        asked = re.sub("网格化|网格|管理", "pwned", address)
        yield asked.format(passage=passage.passage_id, document=document.document_id)
