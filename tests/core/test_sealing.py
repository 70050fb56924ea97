"""Sealing: any custodian opens their copy, nobody else does, and its length tells nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.custody.sealing import (
    LEAST_BYTES,
    LENGTH_BYTES,
    MOST_BYTES,
    CustodianKey,
    generate_custodian,
    seal,
    unseal,
)
from gaptracker.domain.errors import InvalidValue, KeyUnreadable, SealUnopened

PUBLIC_TEXTS, PRIVATE_TEXTS = zip(generate_custodian("ana"), generate_custodian("bo"), strict=True)
KEYS = tuple(CustodianKey.parse(text) for text in PUBLIC_TEXTS)


@given(st.binary(max_size=10_000))
def test_every_custodian_opens_their_own_copy(content: bytes) -> None:
    copies = seal(content, KEYS)

    assert [copy.custodian for copy in copies] == ["ana", "bo"]
    for copy, private in zip(copies, PRIVATE_TEXTS, strict=True):
        assert unseal(copy, private) == content
        assert not content or len(content) < 4 or content not in copy.ciphertext


@given(st.binary(max_size=LEAST_BYTES - LENGTH_BYTES))
def test_every_usual_identity_has_one_length(content: bytes) -> None:
    lengths = {len(copy.ciphertext) for copy in (*seal(content, KEYS), *seal(b"", KEYS))}

    assert len(lengths) == 1


@pytest.mark.parametrize(
    ("size", "sealed"),
    [
        (LEAST_BYTES - LENGTH_BYTES, LEAST_BYTES),
        (LEAST_BYTES - LENGTH_BYTES + 1, 2 * LEAST_BYTES),
        (5 * LEAST_BYTES, 8 * LEAST_BYTES),
    ],
)
def test_longer_content_is_filled_up_to_the_next_power_of_two(size: int, sealed: int) -> None:
    (copy,) = seal(bytes(size), KEYS[:1])

    assert len(copy.ciphertext) - len(seal(b"", KEYS[:1])[0].ciphertext) == sealed - LEAST_BYTES
    assert unseal(copy, PRIVATE_TEXTS[0]) == bytes(size)


def test_the_same_content_is_never_sealed_to_the_same_bytes() -> None:
    first, second = seal(b"content", KEYS[:1]), seal(b"content", KEYS[:1])

    assert first[0].ciphertext != second[0].ciphertext


def test_another_custodians_key_opens_nothing() -> None:
    copy = seal(b"content", KEYS)[0]

    with pytest.raises(SealUnopened, match="use the copy that is for this key"):
        unseal(copy, PRIVATE_TEXTS[1])
    with pytest.raises(SealUnopened, match="not those that were sealed"):
        unseal(replace(copy, fingerprint=KEYS[1].fingerprint), PRIVATE_TEXTS[1])


@pytest.mark.hostile
@given(st.integers(0, 8 * (LEAST_BYTES + 48) - 1))
def test_one_flipped_bit_closes_a_copy(bit: int) -> None:
    copy = seal(b"content", KEYS[:1])[0]
    altered = bytearray(copy.ciphertext)
    altered[bit // 8] ^= 1 << bit % 8

    with pytest.raises(SealUnopened):
        unseal(replace(copy, ciphertext=bytes(altered)), PRIVATE_TEXTS[0])


@pytest.mark.hostile
@pytest.mark.parametrize(
    "ciphertext", [pytest.param(b"", id="empty"), pytest.param(bytes(47), id="short")]
)
def test_bytes_that_are_no_copy_are_refused(ciphertext: bytes) -> None:
    copy = replace(seal(b"", KEYS[:1])[0], ciphertext=ciphertext)

    with pytest.raises(SealUnopened):
        unseal(copy, PRIVATE_TEXTS[0])


def test_keys_are_read_as_they_were_written() -> None:
    assert [key.encode() for key in KEYS] == list(PUBLIC_TEXTS)
    assert KEYS[0].fingerprint in PUBLIC_TEXTS[0]
    assert len(KEYS[0].fingerprint) == 32


@pytest.mark.hostile
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(PRIVATE_TEXTS[0], id="private"),
        pytest.param(PUBLIC_TEXTS[0].replace("ana", "eva"), id="other-name"),
        pytest.param(PUBLIC_TEXTS[0][:-8], id="cut-off"),
        pytest.param("CUSTODIAN+ana+" + "0" * 32 + "+Ag" + "A" * 41 + "=", id="key-of-zeros"),
    ],
)
def test_a_text_that_is_no_public_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(KeyUnreadable) as caught:
        CustodianKey.parse(text)

    assert PRIVATE_TEXTS[0].split("+", 4)[-1] not in str(caught.value)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "text", [pytest.param("", id="empty"), pytest.param(PUBLIC_TEXTS[0], id="public")]
)
def test_a_text_that_is_no_private_key_opens_nothing(text: str) -> None:
    with pytest.raises(KeyUnreadable, match="private key"):
        unseal(seal(b"", KEYS)[0], text)


def test_a_key_that_everybody_could_open_is_refused() -> None:
    with pytest.raises(InvalidValue, match="none that can be sealed to"):
        CustodianKey(name="nobody", public=bytes(32))


def test_nothing_is_sealed_to_nobody_or_twice_to_one() -> None:
    with pytest.raises(InvalidValue, match="nobody could ever open"):
        seal(b"content", ())
    with pytest.raises(InvalidValue, match="came twice"):
        seal(b"content", (KEYS[0], KEYS[0]))


def test_more_than_fits_is_refused() -> None:
    with pytest.raises(InvalidValue, match="too many to seal"):
        seal(bytes(MOST_BYTES - LENGTH_BYTES + 1), KEYS)
