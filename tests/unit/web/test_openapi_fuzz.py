"""Requests made up from the OpenAPI document find no crash and no answer of another shape."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from search.web import create_app

from .corpus import DATONG, GUIGANG, HOSTILE, index_of

with warnings.catch_warnings():
    # Its dependencies are its own affair.
    warnings.simplefilter("ignore")
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
APP = create_app(index_of(GUIGANG, DATONG, HOSTILE), config={"TESTING": False})
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", APP)
# Two thousand requests with each value at its bounds, where all cases run (tests/conftest.py).
SCHEMA.config.phases.coverage.enabled = settings().max_examples >= 100


@SCHEMA.parametrize()  # type: ignore[untyped-decorator]
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_crashes_and_every_answer_has_its_shape(case: Any) -> None:
    case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})
