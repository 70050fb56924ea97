"""JSON from strangers: read in one meaning, or refused with its place, and never a crash."""

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.intake.strict_json import JsonLimits, MalformedJson, echo, parse_json

HOSTILE = {
    "nan": (b'{"a": NaN}', 6),
    "infinity": (b'{"a": Infinity}', 6),
    "minus-infinity": (b'{"a": -Infinity}', 6),
    "1e400": (b'{"a": 1e400}', 6),
    "minus-1e400": (b'{"a": -1e400}', 6),
    "tiny": (b'{"a": 1e-400}', 6),
    "exponent-beyond-decimal": (b'{"a": 1e99999999999999999999}', 6),
    "long-fraction": (b'{"a": 0.' + b"1" * 5000 + b"}", 6),
    "two-to-63": (b'{"a": 9223372036854775808}', 6),
    "two-to-53": (b'{"a": 9007199254740992}', 6),
    "5000-digits": (b"[" + b"9" * 5000 + b"]", 1),
    "minus-5000-digits": (b"[-" + b"9" * 5000 + b"]", 1),
    "lone-high-surrogate": (rb'{"a": "x\ud800"}', 8),
    "lone-low-surrogate": (rb'{"a": "\udc00"}', 7),
    "surrogates-turned-round": (rb'{"a": "\udc00\ud800"}', 7),
    "high-then-letter": (rb'{"a": "\ud800\u0041"}', 7),
    "high-then-escape": (rb'{"a": "\ud83d\n\ude00"}', 7),
    "surrogate-in-a-key": (rb'{"\ud800": 1}', 2),
    "raw-nul": (b'{"a": "\x00"}', 7),
    "utf-16": ('{"a": 1}'.encode("utf-16"), 0),
    "utf-16-without-mark": ('{"a": 1}'.encode("utf-16-le"), 1),
    "utf-32": ('{"a": 1}'.encode("utf-32"), 0),
    "bom": (b'\xef\xbb\xbf{"a": 1}', 0),
    "bad-utf-8": (b'{"a": "\xff"}', 7),
    "overlong-utf-8": (b'{"a": "\xc0\xaf"}', 7),
    "surrogate-as-utf-8": (b'{"a": "\xed\xa0\x80"}', 7),
    "duplicate-key": (b'{"a": 1, "a": 2}', 9),
    "duplicate-key-escaped": (rb'{"a": 1, "\u0061": 2}', 9),
    "duplicate-key-inside": (b'{"b": [{"a": 1, "a": 2}]}', 16),
    "duplicate-key-after-many": ('{"é": 1, "b": {"é": 2}, "é": 3}'.encode(), 26),
    "depth-100000-arrays": (b"[" * 100_000, 32),
    "depth-100000-objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 160),
    "unclosed": (b'{"a": 1', 7),
    "unclosed-text": (b'{"a": "', 6),
    "rubbish-after": (b"{} {}", 3),
    "empty": (b"", 0),
    "single-quotes": (b"{'a': 1}", 1),
    "trailing-comma": (b'{"a": 1,}', 8),
    "raw-newline-in-text": (b'{"a": "x\ny"}', 8),
    "leading-zero": (b"[01]", 2),
    "comment": (b"{} // x", 3),
}


@pytest.mark.hostile
@pytest.mark.parametrize("name", HOSTILE)
def test_a_body_that_is_not_our_json_is_refused_at_its_place(name: str) -> None:
    body, offset = HOSTILE[name]
    with pytest.raises(MalformedJson) as refused:
        parse_json(body)
    assert refused.value.offset == offset
    assert len(refused.value.detail) < 400


@pytest.mark.hostile
def test_a_value_is_never_echoed_and_a_key_is_cut_short() -> None:
    key = "k" * 5000
    with pytest.raises(MalformedJson) as refused:
        parse_json(f'{{"{key}": "CANARY", "{key}": "CANARY"}}'.encode())
    assert "CANARY" not in str(refused.value)
    assert len(refused.value.detail) < 300


@pytest.mark.hostile
@pytest.mark.parametrize(
    "body",
    [
        b'{"' + b'\\"' * 500_000,
        b'"' + b"\\" * 900_000,
        b'["' * 300_000,
        b'{"a":' + b'"\\ud83d\\ude00' * 70_000,
    ],
    ids=["escaped-quotes", "backslashes", "open-texts", "emoji"],
)
def test_no_body_takes_long(body: bytes) -> None:
    # What this process computes: others on the machine are no fault of ours.
    started = time.process_time()
    with pytest.raises(MalformedJson):
        parse_json(body, limits=JsonLimits(size_bytes=2_000_000))
    assert time.process_time() - started < 5


def test_a_body_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(MalformedJson, match="expected 10 at most"):
        parse_json(b"[1,2,3,4,5,6]", limits=JsonLimits(size_bytes=10))


def test_brackets_in_texts_are_no_depth_and_depth_up_to_the_limit_is_read() -> None:
    assert parse_json(json.dumps(["[" * 100, '\\"{' * 50]).encode())
    assert parse_json(b"[" * 32 + b"]" * 32)
    with pytest.raises(MalformedJson):
        parse_json(b"[" * 33 + b"]" * 33)


def test_numbers_keep_what_was_written() -> None:
    found = parse_json(b"[9007199254740991, -9007199254740991, 1.10, 1e2, -0, 0e999]")
    assert found == [2**53 - 1, 1 - 2**53, Decimal("1.10"), Decimal("1e2"), 0, 0]
    assert not isinstance(parse_json(b"1.10"), float)


def test_whole_pairs_and_escaped_backslashes_are_texts() -> None:
    assert parse_json(rb'["\ud83d\ude00", "\\ud800", "\uD83D\uDE00\ud83d\ude00"]') == [
        "😀",
        "\\ud800",
        "😀😀",
    ]


@pytest.mark.hostile
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    offset = 0
    try:
        parse_json(body)
    except MalformedJson as refused:
        offset = refused.offset
    assert 0 <= offset <= len(body)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(TREES, st.booleans())
def test_what_was_written_is_what_is_read(tree: object, ascii_only: bool) -> None:
    written = json.dumps(tree, ensure_ascii=ascii_only).encode()
    assert parse_json(written) == tree


@given(st.text(max_size=400))
def test_an_echo_is_short_and_printable(came: str) -> None:
    shown = echo(came)
    assert len(shown) <= 200
    assert shown.isprintable()
