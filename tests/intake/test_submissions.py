"""A submission becomes a draft, or every problem with it is told at its place."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.intake.strict_json import parse_json
from gaptracker.intake.submission_models import submission_schema
from gaptracker.intake.submission_problems import FieldCode, SubmissionInvalid
from gaptracker.intake.submissions import (
    SubmissionDraft,
    completeness,
    is_confidential,
    publication_obstacles,
    validate_submission,
)
from tests.intake.submission_world import KNOWN, Document, example, put


def drafted(document: Document) -> SubmissionDraft:
    return validate_submission(parse_json(json.dumps(document).encode()), KNOWN)


def told(document: object) -> list[tuple[str, str]]:
    with pytest.raises(SubmissionInvalid) as refused:
        validate_submission(document, KNOWN)
    return [(each.pointer, each.code.value) for each in refused.value.problems]


def test_the_example_of_the_specification_becomes_a_draft() -> None:
    draft = drafted(example())
    assert (draft.client_ref, draft.submit) == ("HRN-2026-0412", False)
    measure = draft.content["items"][0]
    assert measure["in_force_from"] == "2026-03"
    assert measure["sources"] == ["s1", "s2"]
    assert draft.content["event"]["at"] == "2026-03-03T04:30:00Z"
    assert [each["ref"] for each in draft.attachments_expected] == ["a1"]


def test_what_is_sealed_leaves_the_content_at_once() -> None:
    draft = drafted(example())
    assert draft.identities == {
        "s2": {
            "name": "CANARY-name",
            "contact": "CANARY-contact",
            "source": {"title": "CANARY-sealed-title", "publisher": "CANARY-sealed-publisher"},
        },
        "s3": {"testimony": "CANARY-testimony"},
    }
    written = json.dumps(draft.content)
    for canary in ("name", "contact", "testimony", "sealed-title", "sealed-publisher"):
        assert f"CANARY-{canary}" not in written
    sealed = draft.content["sources"][1]
    assert sealed["identity"] == {"sealed": True}
    assert set(sealed) == {"ref", "kind", "reliability", "confidentiality", "identity"}


def test_a_source_without_a_level_is_restricted_and_an_item_public() -> None:
    content = drafted(example()).content
    assert content["sources"][3]["confidentiality"] == "restricted"
    assert content["items"][0]["confidentiality"] == "public"
    assert is_confidential(content)


def test_both_ways_to_write_one_thing_are_one_content() -> None:
    one = example(lambda each: put(each, "#/items/0/in_force_from", "2026-03"))
    one = put(one, "#/items/0/sources", [{"ref": "s1"}, "s2"])
    one = put(one, "#/items/2/value", Decimal("120.0"))
    one = put(one, "#/event/at", "2026-03-03T04:30:00Z")
    assert validate_submission(one, KNOWN).content == drafted(example()).content


def test_content_has_no_floats_and_is_valid_again() -> None:
    draft = drafted(put(example(), "#/items/2/value", 120.25))
    assert draft.content["items"][2]["value"] == "120.25"
    again = validate_submission(draft.content, KNOWN, sealed={"s2", "s3"})
    assert again.content == draft.content
    assert not again.identities
    assert again.kept == {"s2", "s3"}


def test_all_problems_are_told_at_once_with_the_codes_of_the_specification() -> None:
    document = example()
    put(document, "#/items/0/actor", "PEU")
    put(document, "#/sources/0/url", "javascript:alert(1)")
    put(document, "#/attachments_expected/0/sha256", "b94d27…")
    with pytest.raises(SubmissionInvalid, match="3 problems found") as refused:
        validate_submission(document, KNOWN)
    assert [each.as_json() for each in refused.value.problems] == [
        {
            "pointer": "#/items/0/actor",
            "code": "country.unknown",
            "detail": "'PEU' is no actor we know: an ISO 3166 code or a listed body is expected",
            "expected": "PER?",
        },
        {
            "pointer": "#/sources/0/url",
            "code": "url.scheme",
            "detail": "only http and https are accepted",
        },
        {
            "pointer": "#/attachments_expected/0/sha256",
            "code": "string.pattern",
            "detail": "64 lowercase hex digits expected",
        },
    ]


@pytest.mark.parametrize(("came", "meant"), [("Perú", "PER"), ("per", "PER"), ("MXE", "MEX")])
def test_an_actor_is_guessed_by_its_name_or_a_slip(came: str, meant: str) -> None:
    assert KNOWN.nearest_actor(came) == meant


def test_problems_are_at_most_a_hundred_and_the_last_counts_the_rest() -> None:
    measure = example()["items"][0]
    many = [
        {**measure, "ref": f"r{n}", "actor": "XXX", "theme": "x", "layer": 1} for n in range(50)
    ]
    with pytest.raises(SubmissionInvalid) as refused:
        validate_submission(put(example(), "#/items", many), KNOWN)
    assert len(refused.value.problems) == 100
    assert refused.value.problems[-1].code is FieldCode.PROBLEMS_MORE


def test_a_pointer_is_escaped_and_a_name_is_cut_short() -> None:
    assert told({**example(), "a/b~c": 1}) == [("#/a~1b~0c", "member.unknown")]
    [(pointer, _)] = told({**example(), "k" * 5_000: 1})
    assert len(pointer) < 210


def test_what_keeps_a_draft_from_being_submitted_is_told() -> None:
    document = put(example(), "#/consent", {"review": False})
    document = put(document, "#/items", document["items"][:2])
    document = put(document, "#/items/0/sources", [])
    content = drafted(document).content
    found = [(each.pointer, each.code) for each in completeness(content, {"a1": "00" * 32})]
    assert found == [
        ("#/items/0/sources", "source.missing"),
        ("#/attachments_expected/0/sha256", "attachment.differs"),
        ("#/consent/review", "consent.missing"),
    ]
    assert ("#/attachments_expected/0", "attachment.missing") in [
        (each.pointer, each.code) for each in completeness(content)
    ]
    assert not completeness(drafted(example()).content, {"a1": "b9" * 32})


def test_what_keeps_a_submission_from_publication_is_told() -> None:
    document = put(put(example(), "#/consent/publish", False), "#/items/0/sources", ["s2", "s4"])
    found = publication_obstacles(drafted(document).content)
    assert [(each.pointer, each.code) for each in found] == [
        ("#/items/0/sources", "source.not_public"),
        ("#/consent/publish", "consent.missing"),
    ]
    assert not publication_obstacles(drafted(example()).content)


def test_an_unknown_identity_cannot_be_kept_nor_mixed_with_a_new_one() -> None:
    document = put(example(), "#/sources/1/identity", {"sealed": True})
    assert told(document) == [("#/sources/1/identity", "identity.not_kept")]
    document = put(example(), "#/sources/1/identity", {"sealed": True, "name": "x"})
    assert told(document) == [("#/sources/1/identity", "value.conflict")]
    assert told(put(example(), "#/sources/1/identity", {})) == [
        ("#/sources/1/identity", "member.missing")
    ]


def test_a_sealed_source_is_not_changed_in_part() -> None:
    document = put(example(), "#/sources/1/identity", {"sealed": True})
    document = put(document, "#/sources/2/identity", None)
    with pytest.raises(SubmissionInvalid) as refused:
        validate_submission(document, KNOWN, sealed={"s2"})
    assert [each.code for each in refused.value.problems] == ["value.conflict"]


def test_the_schema_closes_every_object_and_bounds_every_text() -> None:
    schema = submission_schema()
    assert schema["version"] == "1.0.0"
    parts = [schema, *schema["$defs"].values()]
    assert all(
        part["additionalProperties"] is False for part in parts if part.get("type") == "object"
    )
    for part in parts:
        for name, field in part.get("properties", {}).items():
            for kind in field.get("anyOf", [field]):
                if kind.get("type") == "string":
                    assert kind.keys() & {"maxLength", "pattern", "const", "enum"}, name
                if kind.get("type") == "integer":
                    assert {"minimum", "maximum"} <= kind.keys(), name
                if kind.get("type") == "array":
                    assert "maxItems" in kind, name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
POINTERS = [
    "#/items",
    "#/items/0",
    "#/items/0/kind",
    "#/items/0/ref",
    "#/items/0/layer",
    "#/items/0/sources",
    "#/items/0/sources/0",
    "#/items/0/territory",
    "#/items/0/bears_on_statements",
    "#/items/0/in_force_from",
    "#/items/1/said_on",
    "#/items/1/sources/0/ref",
    "#/items/2/value",
    "#/items/2/indicator",
    "#/items/2/category",
    "#/items/3/record",
    "#/items/3/changes",
    "#/items/3/changes/0",
    "#/sources",
    "#/sources/1",
    "#/sources/1/ref",
    "#/sources/1/identity",
    "#/sources/1/confidentiality",
    "#/sources/0/url",
    "#/attachments_expected",
    "#/consent",
    "#/public_summary",
    "#/event",
    "#/event/place",
    "#/event/place/latitude",
    "#/language",
]


@pytest.mark.hostile
@given(st.sampled_from(POINTERS), JSON)
def test_anything_anywhere_is_a_draft_or_a_list_of_problems(pointer: str, value: object) -> None:
    told: tuple[object, ...] = ("a draft",)
    try:
        validate_submission(put(example(), pointer, value), KNOWN)
    except SubmissionInvalid as refused:
        told = refused.problems
    assert 0 < len(told) <= 100
    assert "CANARY" not in str(told)


@pytest.mark.hostile
@given(JSON)
def test_any_document_is_a_draft_or_a_list_of_problems(document: object) -> None:
    assert told(document)
