"""Commitments: a published vector, what opens them, and that salts do not run into each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.custody.commitments import SALT_BYTES, commitment, commitment_opens, entry_salt
from gaptracker.domain.errors import InvalidValue

SALT = bytes(range(SALT_BYTES))

salts = st.binary(min_size=SALT_BYTES, max_size=SALT_BYTES)


def test_a_commitment_is_hmac_sha256() -> None:
    # printf content | openssl dgst -sha256 -mac HMAC -macopt hexkey:0001...1f
    assert commitment(SALT, b"content") == (
        "375258850f8c6e806971d9354931d8c6562c10e7f5dc4b56d8a7eb7c9bbd6bfb"
    )


@given(salts, st.binary())
def test_salt_and_content_open_a_commitment(salt: bytes, content: bytes) -> None:
    assert commitment_opens(commitment(salt, content), salt, content)


@given(salts, st.binary(), st.binary())
def test_other_content_does_not_open_it(salt: bytes, content: bytes, other: bytes) -> None:
    assert commitment_opens(commitment(salt, content), salt, other) == (content == other)


@given(salts, salts, st.binary())
def test_another_salt_does_not_open_it(salt: bytes, other: bytes, content: bytes) -> None:
    assert commitment_opens(commitment(salt, content), other, content) == (salt == other)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "salt",
    [
        pytest.param(b"", id="empty"),
        pytest.param(SALT[:-1], id="short"),
        pytest.param(SALT + b"\x00", id="padded-with-zero"),
    ],
)
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(InvalidValue, match="32 random bytes are expected"):
        commitment(salt, b"content")


def test_each_entry_of_an_object_has_a_salt_of_its_own() -> None:
    first, second = entry_salt(SALT, "one"), entry_salt(SALT, "two")

    assert len({SALT, first, second}) == 3
    assert len(first) == SALT_BYTES
    assert not commitment_opens(commitment(second, b"a note"), first, b"a note")
