"""The kinds of field a submission has: bounded, strict, and the same on every day."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.time import PartialDate
from gaptracker.intake import submission_patterns as patterns
from gaptracker.intake.strict_json import LARGEST_INTEGER
from gaptracker.intake.submission_problems import FieldCode

FIRST_YEAR, LAST_YEAR = 1800, 2200
MOST_DIGITS, LARGEST_MAGNITUDE = 30, 30
LONGEST_URL = 2_000
LONGEST_CODE, LONGEST_REF, LONGEST_NAME, LONGEST_LINE = 20, 64, 200, 500
LONGEST_TEXT, LONGEST_PRIVATE_TEXT = 5_000, 20_000
# A long answer of a ministry has some 20,000; an annex goes by its link or its digest.
LONGEST_REPLY = 100_000

# Controls (but for line ends and tabs), halves of surrogate pairs, non-characters, and the two
# signs that make a text read otherwise than it is stored.
UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202d\u202e]"
)
LINE_ENDS = re.compile("[\n\r\t\u2028\u2029]")
NUMBER: Final = r"-?[0-9]{1,30}(\.[0-9]{1,30})?"
INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\]", re.IGNORECASE)
PRECISIONS = {1: "year", 2: "month", 3: "day"}
SCHEMES = ("http", "https")


class Part(BaseModel):
    """What every part of a submission has in common: strict, closed and frozen."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        frozen=True,
        validate_default=False,
        hide_input_in_errors=True,
    )


def refused(code: FieldCode, detail: str) -> PydanticCustomError:
    """Return the error by which a field refuses what came; `detail` never quotes it."""
    return PydanticCustomError(code.value, "{detail}", {"detail": detail})


def _fit(text: str) -> str:
    found = UNFIT.search(text)
    if found:
        raise refused(
            FieldCode.STRING_CONTROL_CHARACTER,
            f"the sign U+{ord(found[0]):04X} came at position {found.start()}; "
            "expected text: remove it",
        )
    if not text.strip():
        raise refused(FieldCode.STRING_BLANK, "only spaces came; expected text, or leave it out")
    return text


def _line(text: str) -> str:
    found = LINE_ENDS.search(text)
    if found:
        raise refused(
            FieldCode.STRING_CONTROL_CHARACTER,
            f"a line end or tab came at position {found.start()}; expected one line",
        )
    return _fit(text)


def _filename(text: str) -> str:
    if text in {".", ".."} or re.search(
        r'[/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]', text
    ):
        raise refused(
            FieldCode.STRING_PATTERN,
            "expected a file's name alone: no folder, none of \\ / : * ? \" < > |",
        )
    return _line(text)


def _partial_date(came: object) -> str:
    """Read `2026-03`, or `{"date": "2026-03", "precision": "month"}`, to `2026-03`."""
    precision: object = None
    if isinstance(came, dict):
        if not {"date"} <= set(came) <= {"date", "precision"}:
            raise refused(
                FieldCode.DATE_FORM, 'expected {"date": …, "precision": …} and nothing else'
            )
        precision = came.get("precision")
        came = came["date"]
    if not isinstance(came, str):
        raise refused(FieldCode.DATE_FORM, "expected a text as 2026, 2026-03 or 2026-03-02")
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", came, re.ASCII):
        raise refused(FieldCode.DATE_FORM, "expected YYYY, YYYY-MM or YYYY-MM-DD")
    try:
        found = PartialDate.parse(came)
    except InvalidValue:
        raise refused(FieldCode.DATE_IMPOSSIBLE, "no calendar has this date; correct it") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise refused(
            FieldCode.DATE_IMPOSSIBLE, f"expected a year from {FIRST_YEAR} to {LAST_YEAR}"
        )
    written = PRECISIONS[came.count("-") + 1]
    if precision is not None and precision != written:
        raise refused(
            FieldCode.DATE_PRECISION,
            f"the date is known to the {written}, and `precision` says otherwise; make them agree",
        )
    return came


def _instant(came: str) -> str:
    """Read an RFC 3339 time with its zone; kept in UTC."""
    if not INSTANT.fullmatch(came):
        raise refused(
            FieldCode.TIME_FORM, "expected a time with its zone, as 2026-03-05T10:11:12Z (RFC 3339)"
        )
    try:
        found = datetime.fromisoformat(came.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refused(FieldCode.DATE_IMPOSSIBLE, "no clock or calendar has this time") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise refused(
            FieldCode.DATE_IMPOSSIBLE, f"expected a year from {FIRST_YEAR} to {LAST_YEAR}"
        )
    return found.isoformat().replace("+00:00", "Z")


def _url(came: str) -> str:
    """Accept an address on the web; refuse scripts, files, and secrets inside it."""
    if not re.match(r"https?:", came, re.IGNORECASE):
        raise refused(FieldCode.URL_SCHEME, "only http and https are accepted")
    if re.search(
        r"[\s\\<>\"`{}|^\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]", came
    ):
        raise refused(
            FieldCode.URL_FORM, "expected an address without spaces and quotes: encode them"
        )
    try:
        parts = urlsplit(came)
        _ = parts.port
    except ValueError:
        raise refused(
            FieldCode.URL_FORM, "expected an address as https://example.org/page"
        ) from None
    if "@" in parts.netloc:
        raise refused(
            FieldCode.URL_CREDENTIALS, "a name or password stands in the address; remove it"
        )
    if not HOST.fullmatch(parts.hostname or "") and not HOST.fullmatch(f"[{parts.hostname}]"):
        raise refused(FieldCode.URL_FORM, "expected a host in plain letters; write others as xn--…")
    return _fit(came)


def read_figure(came: object) -> int | str:
    """Read a JSON number, or a decimal as text, to an integer or to decimal text."""
    if isinstance(came, bool) or not isinstance(came, int | Decimal | str):
        raise refused(FieldCode.NUMBER_TYPE, "expected a number, or a decimal as text")
    if isinstance(came, int):
        if abs(came) > LARGEST_INTEGER:
            raise refused(FieldCode.NUMBER_RANGE, "expected at most 2^53 - 1, or a decimal as text")
        return came
    if isinstance(came, str):
        if not re.fullmatch(NUMBER, came, re.ASCII):
            raise refused(
                FieldCode.NUMBER_FORM, "expected digits with a point, as -12.50: no commas, no unit"
            )
        came = Decimal(came)
    elif came.is_finite() and abs(came) > LARGEST_INTEGER:
        # Many readers of JSON would round it, so it comes as text or not at all.
        raise refused(FieldCode.NUMBER_RANGE, "expected at most 2^53 - 1, or a decimal as text")
    digits = len(came.as_tuple().digits)
    if not came.is_finite() or digits > 2 * MOST_DIGITS:
        raise refused(FieldCode.NUMBER_RANGE, "expected a finite number of 60 digits at most")
    if came and abs(came.adjusted()) >= LARGEST_MAGNITUDE:
        raise refused(FieldCode.NUMBER_RANGE, "expected a number below 10^30 and above 10^-30")
    return _plain_number(came)


def _plain_number(number: Decimal) -> int | str:
    if not number:
        return 0
    whole = number == number.to_integral_value()
    if whole and abs(number) <= LARGEST_INTEGER:
        return int(number)
    return f"{number.normalize():f}"


REF = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
NAME = r"^[A-Za-z0-9][A-Za-z0-9._:+-]*$"
LANGUAGE = (
    r"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    r"(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$"
)
SHA256 = r"^[0-9a-f]{64}$"
CLIENT_REF = r"^[!-~]+$"
# What each pattern says, in words.
PATTERNS = {
    REF: "expected letters A to Z, digits and . _ - with a letter or digit first",
    CODE: "expected an ISO 3166 code as PER or US-CO, or a listed body's short name",
    NAME: "expected letters A to Z, digits and . _ : + - without spaces",
    LANGUAGE: "expected a BCP 47 tag, as es or pt-BR",
    SHA256: "64 lowercase hex digits expected",
    CLIENT_REF: "expected printable ASCII without spaces",
}
Ref = Annotated[str, StringConstraints(pattern=REF, max_length=LONGEST_REF)]
Code = Annotated[str, StringConstraints(pattern=CODE, max_length=LONGEST_CODE)]
Name = Annotated[str, StringConstraints(pattern=NAME, max_length=LONGEST_NAME)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE, max_length=35)]
Sha256 = Annotated[str, StringConstraints(pattern=SHA256)]
ClientRef = Annotated[str, StringConstraints(pattern=CLIENT_REF, min_length=1, max_length=128)]
Line = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_LINE, json_schema_extra={"pattern": patterns.LINE}),
    AfterValidator(_line),
]
Text = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_TEXT, json_schema_extra={"pattern": patterns.TEXT}),
    AfterValidator(_fit),
]
PrivateText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_PRIVATE_TEXT,
        json_schema_extra={"pattern": patterns.TEXT},
    ),
    AfterValidator(_fit),
]
ReplyText = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_REPLY, json_schema_extra={"pattern": patterns.TEXT}),
    AfterValidator(_fit),
]
Filename = Annotated[
    str,
    Field(min_length=1, max_length=255, json_schema_extra={"pattern": patterns.FILENAME}),
    AfterValidator(_filename),
]
WebAddress = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_URL,
        json_schema_extra={"pattern": patterns.WEB_ADDRESS},
    ),
    AfterValidator(_url),
]
Instant = Annotated[
    str,
    Field(max_length=40, json_schema_extra={"pattern": patterns.INSTANT}),
    AfterValidator(_instant),
]
DateText = Annotated[str, BeforeValidator(_partial_date), WithJsonSchema(patterns.partial_date())]
Figure = Annotated[
    int | str,
    PlainValidator(read_figure),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER},
                {"type": "string", "pattern": f"^{NUMBER}$"},
            ]
        }
    ),
]
