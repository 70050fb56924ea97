"""Checkpoints and their keys: the published example, and what must not be believed."""

from base64 import b64encode

import pytest

from gaptracker.custody.checkpoints import (
    Checkpoint,
    parse_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from gaptracker.custody.signed_notes import LogKey, VerifierKey, sign_note, verify_note
from gaptracker.custody.tree import EMPTY_ROOT
from gaptracker.domain.errors import (
    CheckpointInvalid,
    CheckpointMalformed,
    InvalidValue,
    KeyUnreadable,
    SignatureMissing,
    SignatureWrong,
)

# The example in the documentation of Go's golang.org/x/mod/sumdb/note.
PUBLISHED_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLISHED_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PUBLISHED_NOTE = PUBLISHED_TEXT + (
    "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
)

KEY = LogKey(name="gaptracker.example/log", seed=bytes(range(32)))
OTHER = LogKey(name="gaptracker.example/log", seed=bytes(32))
WITNESS = LogKey(name="witness.example", seed=bytes(range(1, 33)))
ROOT = bytes(range(100, 132))
TEXT = sign_checkpoint(4823, ROOT, KEY)
ROOT_LINE = b64encode(ROOT).decode()


def test_a_note_is_signed_as_in_the_published_example() -> None:
    key = LogKey.parse(PUBLISHED_PRIVATE)

    assert key.verifier.encode() == PUBLISHED_VERIFIER
    assert sign_note(PUBLISHED_TEXT, key) == PUBLISHED_NOTE
    assert verify_note(PUBLISHED_NOTE, VerifierKey.parse(PUBLISHED_VERIFIER)) == PUBLISHED_TEXT


def test_a_checkpoint_is_three_lines_and_a_signature() -> None:
    name, size, root, blank, signature, end = TEXT.split("\n")

    assert (name, size, root, blank, end) == (KEY.name, "4823", ROOT_LINE, "", "")
    assert signature.startswith("— gaptracker.example/log ")


@pytest.mark.parametrize("size", [0, 1, 2**63 - 1])
def test_a_signed_checkpoint_is_believed(size: int) -> None:
    text = sign_checkpoint(size, EMPTY_ROOT, KEY)

    expected = Checkpoint(origin=KEY.name, size=size, root=EMPTY_ROOT)
    assert verify_checkpoint(text, KEY.verifier) == expected
    assert parse_checkpoint(text) == expected


def test_lines_of_witnesses_are_passed_over() -> None:
    body = TEXT.partition("\n\n")[0] + "\n"
    witnessed = sign_note(body, WITNESS) + TEXT.partition("\n\n")[2]

    assert verify_checkpoint(witnessed, KEY.verifier).size == 4823
    assert verify_note(witnessed, WITNESS.verifier) == body


def test_a_witness_does_not_speak_for_the_log() -> None:
    witnessed = sign_note(TEXT.partition("\n\n")[0] + "\n", WITNESS)

    with pytest.raises(SignatureMissing, match="which key is the log's"):
        verify_checkpoint(witnessed, KEY.verifier)
    with pytest.raises(SignatureMissing, match="another log"):
        verify_checkpoint(witnessed, WITNESS.verifier)


def test_a_key_of_the_same_name_is_another_key() -> None:
    with pytest.raises(SignatureMissing, match="not signed by the key gaptracker"):
        verify_checkpoint(TEXT, OTHER.verifier)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT.replace("4823", "4824"), id="size"),
        pytest.param(TEXT.replace(ROOT_LINE, b64encode(EMPTY_ROOT).decode()), id="root"),
        pytest.param(TEXT.replace("\n\n", "\nanother line\n\n"), id="line-more"),
    ],
)
def test_a_changed_checkpoint_is_not_believed(text: str) -> None:
    with pytest.raises(SignatureWrong, match="do not trust it"):
        verify_checkpoint(text, KEY.verifier)


def test_a_second_false_signature_under_the_same_name_is_not_passed_over() -> None:
    forged = b64encode(KEY.verifier.key_hash + bytes(64)).decode()

    with pytest.raises(SignatureWrong):
        verify_checkpoint(TEXT + f"— {KEY.name} {forged}\n", KEY.verifier)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(TEXT.partition("\n\n")[0] + "\n", id="unsigned"),
        pytest.param(TEXT.removesuffix("\n"), id="no-line-break-at-the-end"),
        pytest.param(TEXT.replace("\n", "\r\n"), id="crlf"),
        pytest.param(TEXT.replace("4823", "04823"), id="leading-zero"),
        pytest.param(TEXT.replace("4823", "-1"), id="negative"),
        pytest.param(TEXT.replace("4823", "+4823"), id="plus"),
        pytest.param(TEXT.replace("4823", "9" * 5_000), id="5000-digits"),
        pytest.param(TEXT.replace("4823", str(2**63)), id="2^63"),
        pytest.param(TEXT.replace("4823", "٤٨٢٣"), id="other-digits"),
        pytest.param(TEXT.replace(ROOT_LINE, ROOT_LINE[:-4]), id="short-root"),
        pytest.param(TEXT.replace(ROOT_LINE, ROOT_LINE.replace("=", "")), id="no-padding"),
        # The bits behind the last byte are not zero.
        pytest.param(TEXT.replace(ROOT_LINE, ROOT_LINE[:-2] + "N="), id="loose-bits"),
        pytest.param(TEXT.replace("— ", "- "), id="hyphen"),
        pytest.param(TEXT.replace("— ", "—  "), id="no-name"),
        pytest.param(TEXT + "\x00", id="nul"),
        pytest.param(TEXT.replace("log", "log\ud800", 1), id="lone-surrogate"),
        pytest.param("a" * 70_000 + TEXT, id="too-long"),
        pytest.param(TEXT + f"— {KEY.name} AAAAAAA=\n" * 101, id="too-many-signatures"),
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(CheckpointMalformed):
        parse_checkpoint(text)
    with pytest.raises(CheckpointInvalid):
        verify_checkpoint(text, KEY.verifier)


def test_a_signature_makes_no_checkpoint_of_another_text() -> None:
    with pytest.raises(CheckpointMalformed):
        verify_checkpoint(sign_note(PUBLISHED_TEXT, KEY), KEY.verifier)


def test_a_private_key_is_read_as_it_was_written_and_is_not_shown() -> None:
    made = LogKey.generate("gaptracker.example/log")

    assert LogKey.parse(made.encode() + "\n") == made
    assert str(made.seed) not in repr(made)
    assert made != LogKey.generate("gaptracker.example/log")


DAMAGED = [
    pytest.param("", id="empty"),
    pytest.param("a b+c74f20a3+AYEK", id="space-in-name"),
    pytest.param("PeterNeumann", id="name-only"),
    pytest.param(PUBLISHED_VERIFIER.replace("Peter", "Petra"), id="other-name"),
    pytest.param(PUBLISHED_VERIFIER.replace("c74f20a3", "c74f20a4"), id="other-fingerprint"),
    pytest.param(PUBLISHED_VERIFIER.replace("ARpc", "ARpd"), id="other-key"),
    pytest.param(PUBLISHED_VERIFIER.replace("ARpc", "Axpc"), id="other-algorithm"),
    pytest.param(PUBLISHED_VERIFIER[:-4], id="cut-off"),
    pytest.param(PUBLISHED_PRIVATE.replace("AYEK", "AYEL"), id="other-seed"),
]


@pytest.mark.hostile
@pytest.mark.parametrize("text", [*DAMAGED, pytest.param(PUBLISHED_PRIVATE, id="private")])
def test_a_text_that_is_no_verifier_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(KeyUnreadable) as caught:
        VerifierKey.parse(text)

    assert "AYEK" not in str(caught.value)


@pytest.mark.hostile
@pytest.mark.parametrize("text", [*DAMAGED, pytest.param(PUBLISHED_VERIFIER, id="public")])
def test_a_text_that_is_no_private_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(KeyUnreadable) as caught:
        LogKey.parse(text)

    assert "AYE" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "x" * 200, "-a"])
def test_a_log_has_a_plain_name(name: str) -> None:
    with pytest.raises(InvalidValue, match="cannot name a key"):
        LogKey.generate(name)


@pytest.mark.parametrize(("size", "root"), [(-1, ROOT), (2**63, ROOT), (1, ROOT[:-1])])
def test_a_size_or_root_that_no_log_has_is_not_signed(size: int, root: bytes) -> None:
    with pytest.raises(InvalidValue, match="are expected"):
        sign_checkpoint(size, root, KEY)
