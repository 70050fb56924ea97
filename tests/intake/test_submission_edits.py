"""Patches and differences: what an edit makes of content, and how it is told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.intake.submission_edits import difference, merge_patch
from gaptracker.intake.submissions import Content, validate_submission
from tests.intake.submission_world import KNOWN, example, put

# Appendix A of RFC 7396: target, patch, result.
EXAMPLES: list[tuple[Any, Any, Any]] = [  # `Any`: JSON
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), EXAMPLES)
def test_a_patch_merges_as_the_rfc_has_it(target: Content, patch: object, result: object) -> None:
    assert merge_patch(target, patch) == result


def test_a_patch_keeps_what_is_sealed_and_leaves_the_old_content_alone() -> None:
    old = validate_submission(example(), KNOWN).content
    sources = [dict(each) for each in old["sources"]]
    sources[3]["identity"] = {"name": "New"}
    merged = merge_patch(old, {"sources": sources, "public_summary": {"pt": "Resumo", "es": None}})
    draft = validate_submission(merged, KNOWN, sealed={"s2", "s3"})
    assert draft.kept == {"s2", "s3"}
    assert draft.identities == {"s4": {"name": "New"}}
    assert draft.content["public_summary"] == {"en": "Summary", "pt": "Resumo"}
    assert old == validate_submission(example(), KNOWN).content


def test_a_difference_follows_parts_by_their_ref() -> None:
    old = validate_submission(example(), KNOWN).content
    document = put(example(), "#/items/1/paraphrase", "Asks for more.")
    del document["items"][0]
    document["sources"].append({"ref": "s6", "kind": "other"})
    document["items"][0]["due_on"] = "2027"
    new = validate_submission(document, KNOWN).content
    found = [(each.pointer, each.change.value) for each in difference(old, new)]
    assert found == [
        ("#/items/0", "removed"),
        ("#/items/0/due_on", "added"),
        ("#/items/0/paraphrase", "changed"),
        ("#/sources/5", "added"),
    ]


def test_parts_that_change_places_have_moved() -> None:
    old = {"items": [{"ref": "a"}, {"ref": "b"}]}
    new = {"items": [{"ref": "b"}, {"ref": "a"}]}
    assert [each.as_json() for each in difference(old, new)] == [
        {"pointer": "#/items/0", "change": "moved", "before": 1, "after": 0},
        {"pointer": "#/items/1", "change": "moved", "before": 0, "after": 1},
    ]


TREES = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.booleans() | st.integers(0, 2) | st.sampled_from(["", "x"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["a", "ref"]), inner)
            | st.lists(
                st.fixed_dictionaries({"ref": st.sampled_from("pqr"), "v": inner}), max_size=3
            )
        ),
        max_leaves=6,
    ),
)


@given(TREES, TREES)
def test_there_is_no_difference_only_between_equals(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert bool(difference(old, new)) == (repr(sorted_tree(old)) != repr(sorted_tree(new)))


def sorted_tree(tree: object) -> object:
    if isinstance(tree, dict):
        return {name: sorted_tree(tree[name]) for name in sorted(tree)}
    return [sorted_tree(each) for each in tree] if isinstance(tree, list) else tree
