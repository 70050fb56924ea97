"""Hostile fields: each is refused with its code, and what is confidential is not quoted."""

from decimal import Decimal

import pytest

from gaptracker.intake.submission_problems import SubmissionInvalid
from gaptracker.intake.submissions import validate_submission
from tests.intake.submission_world import CORRECTION, KNOWN, example, put

HOSTILE: dict[str, tuple[str, object, str]] = {
    "true-is-no-number": ("#/items/2/value", True, "number.type"),
    "nan": ("#/items/2/value", Decimal("NaN"), "number.range"),
    "nan-as-text": ("#/items/2/value", "NaN", "number.form"),
    "infinity": ("#/items/2/value", Decimal("Infinity"), "number.range"),
    "a-float": ("#/items/2/value", 1.5, "number.type"),
    "1e400": ("#/items/2/value", Decimal("1e400"), "number.range"),
    "1e400-as-text": ("#/items/2/value", "1e400", "number.form"),
    "zero-with-an-exponent": ("#/items/2/value", "0e9", "number.form"),
    "2-to-63": ("#/items/2/value", 2**63, "number.range"),
    "5000-digits": ("#/items/2/value", "9" * 5000, "number.form"),
    "a-comma": ("#/items/2/value", "1,234", "number.form"),
    "arabic-digits": ("#/items/2/value", "١٢", "number.form"),
    "newline-after-number": ("#/items/2/value", "12\n", "number.form"),
    "below-the-table": ("#/items/2/value", -1, "number.range"),
    "a-size-as-text": ("#/attachments_expected/0/size", "2024", "integer.type"),
    "a-size-as-truth": ("#/attachments_expected/0/size", True, "integer.type"),
    "a-size-as-decimal": ("#/attachments_expected/0/size", Decimal("5.0"), "integer.type"),
    "a-negative-size": ("#/attachments_expected/0/size", -1, "number.range"),
    "a-huge-size": ("#/attachments_expected/0/size", 2**62, "number.range"),
    "truth-as-text": ("#/consent/publish", "true", "boolean.type"),
    "truth-as-number": ("#/consent/publish", 1, "boolean.type"),
    "submit-as-null": ("#/submit", None, "boolean.type"),
    "text-as-number": ("#/items/0/title", 5, "string.type"),
    "text-as-bytes": ("#/items/0/title", b"x", "string.type"),
    "year-as-number": ("#/items/2/period", 2025, "date.form"),
    "year-as-truth": ("#/items/2/period", True, "date.form"),
    "nul": ("#/items/0/title", "a\x00b", "string.control_character"),
    "escape": ("#/items/1/paraphrase", "a\x1b[2Jb", "string.control_character"),
    "c1-control": ("#/items/1/paraphrase", "a\x85b", "string.control_character"),
    "lone-surrogate": ("#/items/0/title", "a\ud800", "string.control_character"),
    "surrogate-in-a-long-text": ("#/note", "a\udfff", "string.control_character"),
    "right-to-left-override": ("#/items/0/title", "a\u202egpj.exe", "string.control_character"),
    "non-character": ("#/items/0/title", "a\uffff", "string.control_character"),
    "two-lines": ("#/items/0/title", "a\r\nSet-Cookie: x", "string.control_character"),
    "line-separator": ("#/items/0/title", "a\u2028b", "string.control_character"),
    "blank": ("#/items/0/title", " \u00a0\u3000", "string.blank"),
    "empty": ("#/items/0/title", "", "string.length"),
    "long": ("#/items/0/title", "a" * 501, "string.length"),
    "long-private": ("#/note", "a" * 20_001, "string.length"),
    "impossible-day": ("#/items/1/said_on", "2026-02-30", "date.impossible"),
    "no-leap-year": ("#/items/1/said_on", "1900-02-29", "date.impossible"),
    "month-13": ("#/items/1/said_on", "2026-13", "date.impossible"),
    "year-0": ("#/items/1/said_on", "0000", "date.impossible"),
    "year-9999": ("#/items/1/said_on", "9999-12-31", "date.impossible"),
    "american-date": ("#/items/1/said_on", "03/02/2026", "date.form"),
    "a-time-as-date": ("#/items/1/said_on", "2026-03-02T00:00:00Z", "date.form"),
    "other-digits": ("#/items/1/said_on", "\uff12\uff10\uff12\uff16", "date.form"),
    "newline-after-date": ("#/items/1/said_on", "2026-03-02\n", "date.form"),
    "precision": (
        "#/items/0/in_force_from",
        {"date": "2026-03", "precision": "day"},
        "date.precision",
    ),
    "precision-unhashable": (
        "#/items/0/in_force_from",
        {"date": "2026-03", "precision": []},
        "date.precision",
    ),
    "date-member": ("#/items/0/in_force_from", {"date": "2026", "x": 1}, "date.form"),
    "time-without-zone": ("#/sources/0/collected_at", "2026-03-05T10:11:12", "time.form"),
    "leap-second": ("#/sources/0/collected_at", "2026-06-30T23:59:60Z", "date.impossible"),
    "hour-25": ("#/sources/0/collected_at", "2026-06-30T25:00:00Z", "date.impossible"),
    "zone-99": ("#/sources/0/collected_at", "2026-06-30T10:00:00+99:00", "date.impossible"),
    "year-1-behind-a-zone": ("#/event/at", "0001-01-01T00:00:00+14:00", "date.impossible"),
    "javascript": ("#/sources/0/url", "javascript:alert(1)", "url.scheme"),
    "javascript-hidden": ("#/sources/0/url", "java\tscript:alert(1)", "url.scheme"),
    "javascript-spaced": ("#/sources/0/url", " javascript:alert(1)", "url.scheme"),
    "file": ("#/sources/0/url", "file:///etc/passwd", "url.scheme"),
    "data": ("#/sources/0/url", "data:text/html,<script>", "url.scheme"),
    "ftp": ("#/sources/0/url", "ftp://example.org/", "url.scheme"),
    "no-scheme": ("#/sources/0/url", "//example.org/", "url.scheme"),
    "credentials": ("#/sources/0/url", "https://user:pw@example.org/", "url.credentials"),
    "a-name-before-at": ("#/sources/0/url", "https://example.org@evil.test/", "url.credentials"),
    "backslash": ("#/sources/0/url", "https://example.org\\@evil.test/", "url.form"),
    "no-host": ("#/sources/0/url", "https:///x", "url.form"),
    "scheme-alone": ("#/sources/0/url", "https:", "url.form"),
    "port": ("#/sources/0/url", "https://example.org:99999/", "url.form"),
    "full-width-host": ("#/sources/0/url", "http://127。0。0。1/", "url.form"),
    "bad-ipv6": ("#/sources/0/url", "http://[::1/", "url.form"),
    "a-line-in-a-url": ("#/sources/0/url", "https://example.org/\nX: y", "url.form"),
    "markup-in-a-url": ("#/sources/0/url", 'https://example.org/"><script>', "url.form"),
    "long-url": ("#/sources/0/url", "https://example.org/" + "a" * 2_000, "string.length"),
    "folder-in-filename": ("#/attachments_expected/0/filename", "../../x", "string.pattern"),
    "dots": ("#/attachments_expected/0/filename", "..", "string.pattern"),
    "override-in-filename": ("#/attachments_expected/0/filename", "a\u202efdp", "string.pattern"),
    "media-type": ("#/attachments_expected/0/media_type", "text/html", "value.not_listed"),
    "media-type-list": ("#/attachments_expected/0/media_type", [], "value.not_listed"),
    "digest-in-capitals": ("#/attachments_expected/0/sha256", "B9" * 32, "string.pattern"),
    "digest-and-newline": ("#/attachments_expected/0/sha256", "b9" * 32 + "\n", "string.pattern"),
    "language": ("#/language", "español", "string.pattern"),
    "ref-with-slash": ("#/items/0/ref", "a/b", "string.pattern"),
    "client-ref-with-space": ("#/client_ref", "a b", "string.pattern"),
    "client-ref-empty": ("#/client_ref", "", "string.length"),
    "level-from-nowhere": ("#/items/0/confidentiality", "secret", "value.not_listed"),
    "sealed-item": ("#/items/0/confidentiality", "sealed", "value.not_listed"),
    "mode": ("#/items/1/mode", "vibes", "value.not_listed"),
    "mode-as-number": ("#/items/1/mode", 1, "value.not_listed"),
    "kind": ("#/items/0/kind", "coding", "value.not_listed"),
    "theme": ("#/items/0/theme", "vibes", "theme.unknown"),
    "territory": ("#/items/0/territory", ["XX"], "country.unknown"),
    "indicator": ("#/items/2/indicator", "gdp", "indicator.unknown"),
    "statement-unknown": ("#/items/0/bears_on_statements", ["st_02"], "record.unknown"),
    "record": ("#/items/3/record", "me_99", "record.unknown"),
    "record-field": ("#/items/3/changes/0/field", "rung", "record.field_unknown"),
    "no-items": ("#/items", [], "array.length"),
    "51-items": ("#/items", [example()["items"][2]] * 51, "array.length"),
    "items-as-object": ("#/items", {}, "array.type"),
    "source-unknown": ("#/items/2/sources", ["s9"], "source.unknown"),
    "source-twice": ("#/items/2/sources", ["s3", "s3"], "ref.repeated"),
    "ref-twice": ("#/sources/4/ref", "s4", "ref.repeated"),
    "item-ref-twice": ("#/items/2/ref", "m1", "ref.repeated"),
    "layer": ("#/items/0/instrument", "practice", "value.conflict"),
    "before-it-began": ("#/items/0/in_force_to", "2025", "date.order"),
    "said-tomorrow": ("#/items/1/said_on", "2026-11-26", "date.order"),
    "said-next-month": (
        "#/items/1/said_on",
        {"date": "2026-12", "precision": "month"},
        "date.order",
    ),
    "seen-next-year": ("#/items/2/period", "2027", "date.order"),
    "corrected-to-tomorrow": (
        "#/items/3",
        {
            **CORRECTION,
            "record": "st_01J",
            "changes": [{"field": "said_on", "is_wrong": "2026", "should_be": "2026-11-26"}],
        },
        "date.order",
    ),
    "value-and-category": ("#/items/2/category", "A", "value.conflict"),
    "neither": ("#/items/2/value", None, "value.conflict"),
    "opaque-with-a-value": ("#/items/2/status", "opaque", "value.conflict"),
    "bounds": ("#/items/2/upper", 3, "value.conflict"),
    "category-for-numbers": ("#/items/2/indicator", "status", "value.conflict"),
    "two-times": ("#/event/on", "2026", "value.conflict"),
    "north-of-the-pole": ("#/event/place/latitude", "90.1", "number.range"),
    "half-a-position": ("#/event/place/latitude", None, "value.conflict"),
    "server-state": ("#/state", "published", "member.read_only"),
    "server-id": ("#/id", "sub_1", "member.read_only"),
    "server-digest": ("#/content_sha256", "0" * 64, "member.read_only"),
    "unknown-member": ("#/items/0/rung", 4, "member.unknown"),
    "proto": ("#/__proto__", {"admin": True}, "member.unknown"),
    "score": ("#/score", 100, "member.unknown"),
}


@pytest.mark.hostile
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_field_is_refused_with_its_code_at_its_place(name: str) -> None:
    pointer, value, code = HOSTILE[name]
    with pytest.raises(SubmissionInvalid) as refused:
        validate_submission(put(example(), pointer, value), KNOWN)
    # A disagreement is told at one of its two sides: both are in the same part.
    part = "/".join(pointer.split("/")[: 2 if "event" in pointer else 3])
    found = {
        (each.code.value, each.pointer.startswith(part) or part.startswith(each.pointer))
        for each in refused.value.problems
    }
    assert (code, True) in found
    assert all(len(each.detail) <= 500 for each in refused.value.problems)
    assert "CANARY" not in str([each.as_json() for each in refused.value.problems])


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("#/items/1/said_on", "2026-11-25"),
        ("#/items/1/said_on", "2026"),
        ("#/items/2/period", "2026-11"),
        ("#/items/0/in_force_from", "2027-01-01"),
    ],
)
def test_today_a_running_year_and_a_law_of_next_year_may_be_given(pointer: str, value: str) -> None:
    draft = validate_submission(put(example(), pointer, value), KNOWN)
    assert value in str(draft.content)


HTML = "<script>alert(1)</script><img src=x onerror=alert(1)> & 'x' \"y\""


@pytest.mark.hostile
@pytest.mark.parametrize(
    "pointer",
    ["#/items/0/title", "#/items/1/excerpt", "#/public_summary/en", "#/note", "#/items/3/reason"],
)
def test_markup_is_text_and_is_kept_as_it_came(pointer: str) -> None:
    content = validate_submission(put(example(), pointer, HTML), KNOWN).content
    part: object = content
    for step in pointer[2:].split("/"):
        part = part[int(step)] if isinstance(part, list) else part[step]  # type: ignore[index]
    assert part == HTML


@pytest.mark.hostile
@pytest.mark.parametrize(
    "pointer",
    [
        "#/sources/1/identity/CANARY-member",
        "#/sources/2/identity/CANARY-member",
        "#/sources/1/CANARY-member",
        "#/sources/3/CANARY-member",
        "#/items/4/actor",
        "#/items/4/theme",
        "#/items/4/sources/0",
        "#/items/4/CANARY-member",
        "#/event/place/territory",
        "#/event/CANARY-member",
        "#/sources/3/kind",
        "#/sources/1",
        "#/sources/1/confidentiality",
    ],
)
def test_nothing_confidential_is_quoted_when_it_is_refused(pointer: str) -> None:
    with pytest.raises(SubmissionInvalid) as refused:
        validate_submission(put(example(), pointer, "CANARY-value"), KNOWN)
    assert "CANARY" not in str([each.as_json() for each in refused.value.problems])
    assert "CANARY" not in str(refused.value)


@pytest.mark.hostile
def test_an_unknown_code_is_quoted_cut_short() -> None:
    with pytest.raises(SubmissionInvalid) as refused:
        validate_submission(put(example(), "#/items/0/actor", "X" * 10_000), KNOWN)
    assert all(len(each.detail) < 400 for each in refused.value.problems)
