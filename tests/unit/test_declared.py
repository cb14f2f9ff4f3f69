"""What a class declares is what is sent of it, and what its schema says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from search.documents.declared import Count, Keys, Member, Says, json_of, view
from search.web.openapi import schema_of


class Pair(NamedTuple):
    """Sent as its fields."""

    name: str
    number: Count


@dataclass(frozen=True)
class Inner:
    """Sent under other names, or with a part of it."""

    pairs: tuple[Pair, ...]
    hidden: str = "hidden"
    share: float | None = None

    JSON = view("several=pairs shares=share?")

    def size(self) -> int:
        """What a path may call."""
        return len(self.pairs)


@dataclass(frozen=True)
class Outer:
    """Everything that a view can say."""

    inner: Inner | None
    spread: Inner
    kind: Literal["one", "two"]
    place: Annotated[tuple[str | None, str | None], "Two levels."]
    by_name: Annotated[Mapping[str, tuple[Pair, ...]], Keys(("a",), ("b",))]
    code: Annotated[str, Says(pattern="^[a-z]*$")]

    JSON = view(
        "inner size=inner.size first=inner.hidden *spread kind place by_name code",
        Member("made", lambda value: value.kind * 2, str),
    )


pairs = st.builds(Pair, st.text(), st.integers(0, 9))
inners = st.builds(
    Inner, st.lists(pairs, max_size=2).map(tuple), st.text(), st.none() | st.floats(0, 1)
)
outers = st.builds(
    Outer,
    st.none() | inners,
    inners,
    st.sampled_from(["one", "two"]),
    st.tuples(st.none() | st.text(), st.none() | st.text()),
    st.dictionaries(st.just("b"), st.just(()), max_size=1).map(lambda more: {"a": (), **more}),
    st.text("abc"),
)


@given(outers)
def test_what_is_sent_is_what_the_schema_says(value: Outer) -> None:
    sent = json_of(value)
    Draft202012Validator(schema_of(Outer)).validate(sent)
    assert "shares" in sent or value.spread.share is None
    expected = ["inner", "size", "first", "several", "shares", "kind", "place", "by_name", "code"]
    assert [*sent] == [name for name in [*expected, "made"] if name in sent]
    assert sent["size"] == (None if value.inner is None else len(value.inner.pairs))
    assert sent["several"] == [{"name": p.name, "number": p.number} for p in value.spread.pairs]


@given(outers, st.sampled_from(["kind", "place", "by_name", "code", "made", "several"]))
def test_what_is_wrong_is_noticed(value: Outer, name: str) -> None:
    valid = Draft202012Validator(schema_of(Outer)).is_valid
    sent = json_of(value)
    assert not valid({**sent, name: 7})
    assert not valid({other: each for other, each in sent.items() if other != name})
    assert not valid({**sent, "surplus": 1})


def test_an_excerpt_has_its_own_shape() -> None:
    excerpt = view("hidden")
    assert json_of(Inner(()), excerpt) == {"hidden": "hidden"}
    assert schema_of(Annotated[Inner, excerpt])["required"] == ["hidden"]
    described = schema_of(Annotated[Inner, excerpt, "What is hidden."] | None)
    assert described["anyOf"][0]["description"] == "What is hidden."
