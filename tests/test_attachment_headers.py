"""Digests and names that senders give: read strictly, written safely."""

import base64
import hashlib
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.intake.digests import (
    MalformedDigest,
    digests_agree,
    parse_repr_digest,
    write_repr_digest,
)
from gaptracker.intake.filenames import display_name, filename_of, write_content_disposition

CONTENT = b"gaceta"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
GOOD = write_repr_digest(SHA256)
LONG = f"sha-512=:{base64.b64encode(hashlib.sha512(CONTENT).digest()).decode()}:"
WRONG_LONG = f"sha-512=:{base64.b64encode(bytes(64)).decode()}:"


def agrees(header: str) -> bool:
    return digests_agree(parse_repr_digest(header), SHA256, io.BytesIO(CONTENT))


@pytest.mark.parametrize(
    "header",
    [GOOD, LONG, f"{GOOD}, {LONG}", f"md5=:AA==:,\t{GOOD};q=1, x;a=?1, y=tok/en", f" {GOOD} "],
)
def test_a_right_digest_agrees(header: str) -> None:
    assert agrees(header)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "header",
    [
        pytest.param(write_repr_digest("00" * 32), id="wrong"),
        pytest.param(WRONG_LONG, id="wrong-sha-512"),
        pytest.param(f"{GOOD}, {WRONG_LONG}", id="one-right-one-wrong"),
        pytest.param(f"{GOOD}, {write_repr_digest('00' * 32)}", id="last-of-two-counts"),
    ],
)
def test_a_wrong_digest_does_not_agree(header: str) -> None:
    assert not agrees(header)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "header",
    [
        "", "sha-256", "sha-256=", f"sha-256={SHA256}", "sha-256=:AAAA:", "sha-256=:A:",
        "SHA-256=:AA==:", "md5=:AA==:", f"{GOOD},", f"{GOOD} {GOOD}", f",{GOOD}", f"{GOOD};;",
        "sha-256=:" + "A" * 5000 + ":", f"{GOOD}\0", "sha-256=:ñ:", f"a=\"{GOOD}", "(" * 1500,
        "a;" * 900,
    ],
)  # fmt: skip
def test_a_digest_that_checks_nothing_is_an_error(header: str) -> None:
    with pytest.raises(MalformedDigest, match="expected sha-256"):
        parse_repr_digest(header)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="gaceta.pdf"', "gaceta.pdf"),
        ("attachment; filename=a; filename*=UTF-8''gaceta%20n%C2%BA%2012.pdf", "gaceta nº 12.pdf"),
        ("attachment; filename*=iso-8859-1'es'a%F1o.pdf", "año.pdf"),
        ("attachment; filename*=UTF-8''%FF.pdf; filename=b.pdf", "b.pdf"),
        ("attachment; filename*=utf-7''+ADw-.pdf; filename=b.pdf", "b.pdf"),
        (r'attachment; filename="a\"b.pdf"', "a_b.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        (r'attachment; filename="C:\\Users\\maria\\a.pdf"', "a.pdf"),
        ("attachment; filename*=UTF-8''..%2F..%2Fa.pdf", "a.pdf"),
        ("attachment; filename*=UTF-8''photo%E2%80%AEgpj.exe", "photogpj.exe"),
        ("attachment; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b.pdf", "b.pdf"),
        ("attachment; filename*=UTF-8''a%00%7F%E2%80%8B.pdf", "a.pdf"),
        ('attachment; filename=""', "unnamed"),
        ('attachment; filename="..."', "unnamed"),
        ("attachment; filename=<img>.png", "_img_.png"),
        ("attachment", None),
        ("attachment; filename=" + "a" * 9000, None),
    ],
)  # fmt: skip
def test_a_name_is_read_for_display_only(header: str, name: str | None) -> None:
    assert filename_of(header) == name


@pytest.mark.hostile
@given(st.text())
def test_a_name_shown_has_no_path_and_nothing_unseen(name: str) -> None:
    shown = display_name(name)
    assert 0 < len(shown) <= 200
    assert not set(shown) & set('/\\:<>"|?*\r\n')
    assert not shown.startswith(".")
    assert all(unicodedata.category(char)[0] != "C" for char in shown)
    assert display_name(shown) == shown


@given(st.text())
def test_a_name_written_is_read_back(name: str) -> None:
    header = write_content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert filename_of(header) == display_name(name)


def test_a_long_name_keeps_its_ending() -> None:
    assert display_name("a" * 300 + ".pdf") == "a" * 196 + ".pdf"
