"""What is installed with Duansou here: versions for the image, a bill of materials, licences.

    python tools/dependencies.py constraints    name==version of each, as constraints.txt has them
    python tools/dependencies.py sbom           CycloneDX 1.6 as JSON
    python tools/dependencies.py licences       the table in docs/licences.md

All that ``duansou[opensearch,gunicorn]`` needs is followed through what is installed; nothing is
asked of a network.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Mapping
from importlib.metadata import Distribution, distribution
from typing import Any

from packaging.requirements import Requirement

EXTRAS = ("opensearch", "gunicorn")
_CLASSIFIER = "License :: OSI Approved :: "
_LICENCE_LIMIT_CHARS = 60
"""Some write the whole text of their licence where its name belongs."""


def closure() -> dict[str, tuple[Distribution, tuple[str, ...]]]:
    """Name → the distribution and the names of what it needs, Duansou first."""
    found: dict[str, tuple[Distribution, tuple[str, ...]]] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [("duansou", EXTRAS)]
    asked: set[tuple[str, tuple[str, ...]]] = set()
    while waiting:
        name, extras = waiting.pop(0)
        if (name, extras) in asked:
            continue
        asked.add((name, extras))
        one = distribution(name)
        needed = []
        for text in one.requires or ():
            requirement = Requirement(text)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": each}) for each in ("", *extras)):
                needed.append(_normal(requirement.name))
                waiting.append((_normal(requirement.name), tuple(sorted(requirement.extras))))
        before = found.get(name, (one, ()))[1]
        found[name] = (one, tuple(sorted({*before, *needed})))
    return found


def licence_of(one: Distribution) -> str:
    """What it says of its licence: an expression, else a short text, else its classifiers."""
    metadata: Any = one.metadata
    for name in ("License-Expression", "License"):
        text = " ".join((metadata.get(name) or "").split())
        if text and len(text) <= _LICENCE_LIMIT_CHARS and text != "UNKNOWN":
            return str(text)
    classes = [c for c in metadata.get_all("Classifier") or () if c.startswith(_CLASSIFIER)]
    return " AND ".join(c.removeprefix(_CLASSIFIER) for c in classes) or "see its files"


def constraints() -> str:
    """For pip: exactly these versions."""
    lines = [f"{n}=={one.version}" for n, (one, _) in sorted(closure().items()) if n != "duansou"]
    head = "# What the image is made of: python tools/dependencies.py constraints > constraints.txt"
    return "\n".join([head, *lines, ""])


def licences() -> str:
    """A table in Markdown."""
    rows = [
        f"| {name} | {licence_of(one).replace('|', '/')} |"
        for name, (one, _) in sorted(closure().items())
        if name != "duansou"
    ]
    return "\n".join(["| library | licence, as it says itself |", "|---|---|", *rows, ""])


def sbom() -> Mapping[str, Any]:
    """CycloneDX 1.6. The same versions give the same document."""
    found = closure()
    components = [
        {
            "type": "application" if name == "duansou" else "library",
            "bom-ref": _reference(name, one),
            "name": name,
            "version": one.version,
            "purl": _reference(name, one),
            "licenses": [{"license": {"name": licence_of(one)}}],
        }
        for name, (one, _) in sorted(found.items())
    ]
    root = next(each for each in components if each["name"] == "duansou")
    body = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root},
        "components": [each for each in components if each is not root],
        "dependencies": [
            {
                "ref": _reference(name, one),
                "dependsOn": [_reference(each, found[each][0]) for each in needed],
            }
            for name, (one, needed) in sorted(found.items())
        ],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return {"serialNumber": f"urn:uuid:{serial}", **body}


def _reference(name: str, one: Distribution) -> str:
    return f"pkg:pypi/{name}@{one.version}"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(arguments: list[str]) -> int:
    """Print what is asked for."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    match arguments:
        case ["constraints"]:
            print(constraints(), end="")
        case ["licences"]:
            print(licences(), end="")
        case ["sbom"]:
            print(json.dumps(sbom(), ensure_ascii=False, indent=1))
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
