"""What becomes public is what is said to: no text of a field that is not ever does."""

import copy
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.intake.public_view import public_view
from gaptracker.intake.submissions import Content, validate_submission
from tests.intake.submission_world import KNOWN, example, put

CONTENT = validate_submission(example(), KNOWN).content
LEVELS = ["public", "organisation", "restricted"]


def texts(value: Any) -> set[str]:  # noqa: ANN401 (JSON)
    if isinstance(value, dict):
        return set().union(*map(texts, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(texts, value)) if value else set()
    return {value} if isinstance(value, str) else set()


def test_no_canary_is_in_the_projection() -> None:
    written = json.dumps(public_view(CONTENT).projection)
    assert "CANARY" in json.dumps(CONTENT)
    assert "CANARY" not in written
    assert "HRN-2026-0412" not in written
    assert "-8.379111" not in written


def test_public_parts_are_shown_and_the_rest_is_counted_in_buckets() -> None:
    shown = public_view(CONTENT).projection
    assert [each["ref"] for each in shown["items"]] == ["m1", "t1", "o1", "c1"]
    assert [each["ref"] for each in shown["sources"]] == ["s1", "s3"]
    assert shown["items"][0]["sources"] == ["s1"]
    assert shown["items"][1]["sources"] == [{"ref": "s3", "locator": "minute 12"}]
    assert shown["withheld"] == {"items": "1-4", "sources": "1-4"}
    assert shown["sources"][0]["collected_on"] == "2026-03-05"


def test_time_and_place_that_are_not_public_are_coarsened() -> None:
    event = public_view(CONTENT).projection["event"]
    assert event == {"on": "2026-03-03", "place": {"territory": "PER", "admin1": "Ucayali"}}
    event = public_view(CONTENT, admin_level=0).projection["event"]
    assert event["place"] == {"territory": "PER"}
    told = copy.deepcopy(CONTENT)
    told["event"]["confidentiality"] = "public"
    assert public_view(told).projection["event"]["at"] == "2026-03-03T04:30:00Z"


def test_an_item_without_a_public_source_is_left_out_with_what_points_to_it() -> None:
    content = copy.deepcopy(CONTENT)
    content["items"][1]["sources"] = ["s2", {"ref": "s3", "confidentiality": "restricted"}]
    shown = public_view(content).projection
    assert [each["ref"] for each in shown["items"]] == ["m1", "o1", "c1"]
    assert shown["items"][0]["bears_on_statements"] == ["st_01J"]


def test_each_field_is_told_once_and_as_what_it_is_shown() -> None:
    fates = {each.pointer: each.as_json() for each in public_view(CONTENT).fields}
    assert len(fates) == len(public_view(CONTENT).fields)
    assert fates["#/sources/0/collected_at"] == {
        "pointer": "#/sources/0/collected_at",
        "becomes_public": True,
        "as": "2026-03-05",
    }
    assert fates["#/note"] == {"pointer": "#/note", "becomes_public": False, "as": None}
    assert not fates["#/sources/0/collected_by"]["becomes_public"]
    assert not fates["#/items/4/title"]["becomes_public"]
    assert fates["#/items/0/title"]["as"] == "Resolución 123-2026"


NUMBERS = itertools.count()


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """The example with other levels, and a text of its own in every field that can have one."""
    document = example()
    for item in document["items"]:
        item["confidentiality"] = draw(st.sampled_from(LEVELS))
        item["sources"] = [
            {"ref": f"s{n}", "confidentiality": level, "locator": f"LOCATOR-{next(NUMBERS)}"}
            for n, level in draw(
                st.dictionaries(st.integers(1, 5), st.sampled_from([*LEVELS, "sealed"]))
            ).items()
        ]
        item["note"] = f"NOTE-{next(NUMBERS)}"
        for name in ("title", "issuer", "forum", "paraphrase", "excerpt", "reason", "speaker"):
            if name in item:
                item[name] = f"TEXT-{next(NUMBERS)}"
    for source in document["sources"]:
        source["confidentiality"] = draw(st.sampled_from([*LEVELS, "sealed"]))
        for name in ("title", "publisher", "collected_by", "licence"):
            source[name] = f"SOURCE-{next(NUMBERS)}"
        source["identity"] = {"name": f"IDENTITY-{next(NUMBERS)}"}
    put(document, "#/event/confidentiality", draw(st.sampled_from(LEVELS)))
    put(document, "#/event/place/locality", f"PLACE-{next(NUMBERS)}")
    return validate_submission(document, KNOWN).content


@pytest.mark.hostile
@given(contents(), st.integers(0, 2))
def test_no_text_of_a_field_that_is_not_public_is_in_the_projection(
    content: Content, admin_level: int
) -> None:
    view = public_view(content, admin_level=admin_level)
    private = {fate.pointer for fate in view.fields if not fate.becomes_public}
    shown = texts(view.projection)
    for mark in ("TEXT-", "NOTE-", "SOURCE-", "IDENTITY-", "PLACE-", "LOCATOR-"):
        for pointer, text in marked(content, mark):
            assert (text in shown) == (pointer not in private)
    assert not any(each.startswith(("NOTE-", "IDENTITY-")) for each in shown)
    public = {each["ref"] for each in content["sources"] if each["confidentiality"] == "public"}
    assert {each["ref"] for each in view.projection["sources"]} == public


def marked(value: Any, mark: str, pointer: str = "#") -> list[tuple[str, str]]:  # noqa: ANN401
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return [each for name, inner in pairs for each in marked(inner, mark, f"{pointer}/{name}")]
    return [(pointer, value)] if isinstance(value, str) and value.startswith(mark) else []
