"""Which parts of Whoosh are used? All imported here, so that another release is quickly tried.

The names are ``Any``: releases of Whoosh differ in how far they are typed.
"""

from __future__ import annotations

from typing import Any

from whoosh import analysis as _analysis
from whoosh import fields as _fields
from whoosh import index as _index
from whoosh import matching as _matching
from whoosh import query as _query
from whoosh import reading as _reading
from whoosh import scoring as _scoring
from whoosh.codec import base as _codec

codec: Any = _codec
fields: Any = _fields
analysis: Any = _analysis
index: Any = _index
matching: Any = _matching
query: Any = _query
reading: Any = _reading
scoring: Any = _scoring
