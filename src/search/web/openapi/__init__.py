"""What may be asked as JSON, and what is answered? An OpenAPI document, and a page to read it."""

from __future__ import annotations

from .document import openapi_document
from .operations import OPERATIONS, Operation

__all__ = ["OPERATIONS", "Operation", "openapi_document"]
