"""Canonical JSON: RFC 8785's own examples, what is refused, and that nothing is left to choose."""

import json
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.custody.canonical import (
    MOST_DEPTH,
    MOST_INTEGER,
    canonical_bytes,
    content_digest,
)
from gaptracker.domain.errors import InvalidValue

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

texts = st.text(st.characters(exclude_categories=["Cs"]))
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-MOST_INTEGER, MOST_INTEGER) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


def nested(depth: int) -> Json:
    value: Json = "the innermost"
    for _ in range(depth):
        value = [value]
    return value


def reversed_members(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: reversed_members(value[name]) for name in reversed(value)}
    return [reversed_members(each) for each in value] if isinstance(value, list) else value


def test_members_are_in_the_order_of_rfc_8785s_example() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    written = canonical_bytes(dict.fromkeys(names, 0)).decode()

    assert list(json.loads(written)) == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33",
    ]  # fmt: skip


def test_text_is_escaped_as_in_rfc_8785s_example() -> None:
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/"

    assert canonical_bytes({"string": text}).decode() == (
        r'{"string":"' + "\u20ac" + r"""$\u000f\nA'B\"\\\\\"/"}"""
    )


def test_the_digest_is_that_of_the_bytes() -> None:
    # printf '{"a":1}' | sha256sum
    assert content_digest({"a": 1}) == (
        "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    )


@given(values)
def test_what_is_written_reads_as_the_same_value(value: Json) -> None:
    assert json.loads(canonical_bytes(value)) == value


@given(values)
def test_the_order_in_which_members_came_does_not_matter(value: Json) -> None:
    assert canonical_bytes(reversed_members(value)) == canonical_bytes(value)


@given(values)
def test_what_is_canonical_stays_as_it_is(value: Json) -> None:
    written = canonical_bytes(value)

    assert canonical_bytes(json.loads(written)) == written


def test_lists_and_tuples_are_one() -> None:
    assert canonical_bytes({"a": (1, 2)}) == canonical_bytes({"a": [1, 2]})


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        pytest.param({"a": [0, 1.5]}, TypeError, "'#/a/1'; pass decimals as text", id="float"),
        pytest.param(float("nan"), TypeError, "as text", id="nan"),
        pytest.param(b"bytes", TypeError, "a bytes stands", id="bytes"),
        pytest.param({1: "one"}, TypeError, "named by int", id="number-as-name"),
        pytest.param({None: 1}, TypeError, "named by NoneType", id="none-as-name"),
        pytest.param(MOST_INTEGER + 1, InvalidValue, "pass it as text", id="2^53"),
        pytest.param(-MOST_INTEGER - 1, InvalidValue, "pass it as text", id="-2^53"),
        pytest.param(10**5_000, InvalidValue, "pass it as text", id="5000-digits"),
        pytest.param({"a": "\ud800"}, InvalidValue, "'#/a' holds half", id="lone-surrogate"),
        pytest.param({"\udfff": 1}, InvalidValue, "holds half", id="lone-surrogate-as-name"),
        pytest.param(nested(MOST_DEPTH + 1), InvalidValue, "nested deeper", id="deep"),
    ],
)
def test_what_has_no_canonical_form_is_refused(
    value: object, error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as caught:
        canonical_bytes(value)

    assert said in str(caught.value)


@pytest.mark.hostile
@pytest.mark.parametrize("name", [pytest.param("\x1b[2J", id="terminal-code")])
def test_a_place_in_a_message_obeys_no_terminal(name: str) -> None:
    with pytest.raises(TypeError) as caught:
        canonical_bytes({name: 1.0})

    assert "\x1b" not in str(caught.value)


def test_the_greatest_depth_is_written() -> None:
    assert canonical_bytes(nested(MOST_DEPTH)).startswith(b"[[[")
