"""The same inputs freeze to the same bytes, and every difference has a cause."""

import os
import subprocess
import sys
from dataclasses import fields, replace
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Coding, Measure, Observation, Statement
from gaptracker.domain.results import Pair
from gaptracker.domain.sources import Source
from gaptracker.domain.vocabulary import ReleaseState
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS, PAIRS
from gaptracker.release.columns import Column, Layout, names, table_of
from gaptracker.release.documents import MANIFEST_FILE, plain, write_json
from gaptracker.release.freeze import Frozen
from gaptracker.release.inputs import describe_inputs, hash_evidence
from gaptracker.release.manifest import read_manifest, sha256_of
from gaptracker.release.record_tables import CODINGS, MEASURES, OBSERVATIONS, SOURCES, STATEMENTS
from gaptracker.workflows.program import describe_program
from tests.core.rules import RULES
from tests.small_release import (
    CLAIM,
    PLAN,
    SOFTWARE,
    SPEECH,
    YEARS,
    BackwardsEngine,
    freeze,
    graded_evidence,
    machine_coded,
    small_evidence,
    turned_round,
    with_value,
)

# `Any`, because each layout is of values of its own type.
AnyLayout = Layout[Any]

GAP_COLUMNS = (
    "actor actor_name theme year says says_low says_high law law_low law_high does does_low "
    "does_high practice practice_low practice_high gap gap_low gap_high p_gap_positive "
    "p_words_ahead p_deeds_ahead p_close mixed_message_points "
    "n_statements n_deeds n_eff_says n_eff_does groups_says groups_does silence_rate "
    "n_opportunities grade label reason says_reason law_reason does_reason law_only capped "
    "machine_coded legislative_points implementation_points gap_bound_low gap_bound_high "
    "indicator_coverage_share newest_deed_on as_of release methodology inputs_sha256"
)

FREEZE_MANY_ROWS = """
import hashlib
import polars as pl
from gaptracker.release.parquet import write_parquet
rows = 250_000
frame = pl.DataFrame({
    "name": [f"name {number % 977}" for number in range(rows)],
    "number": [number * 0.1 for number in range(rows)],
    "parts": [[number, number + 1] for number in range(rows)],
})
print(pl.thread_pool_size(), hashlib.sha256(write_parquet(frame)).hexdigest())
"""


@pytest.fixture(scope="module")
def frozen() -> Frozen:
    return freeze(graded_evidence())


def release_of(methodology: Methodology = RULES, **changes: object) -> str:
    known = {"years": YEARS, "software": SOFTWARE, **changes}
    # mypy cannot check an argument's type through `**`.
    return describe_inputs(graded_evidence(), methodology, **known).release  # type: ignore[arg-type]


def test_freezing_twice_gives_equal_bytes(frozen: Frozen) -> None:
    again = freeze(graded_evidence())
    assert dict(again.files) == dict(frozen.files)
    assert again.content_sha256 == frozen.content_sha256


def test_the_order_of_the_evidence_leaves_no_trace(frozen: Frozen) -> None:
    assert dict(freeze(turned_round(graded_evidence())).files) == dict(frozen.files)


def test_the_order_in_which_an_engine_yields_rows_leaves_no_trace(frozen: Frozen) -> None:
    backwards = freeze(graded_evidence(), replace(PLAN, engine=BackwardsEngine()))
    assert dict(backwards.files) == dict(frozen.files)


def test_the_size_of_batches_leaves_no_trace(
    frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gaptracker.release.columns.BATCH_ROWS", 2)
    assert dict(freeze(graded_evidence()).files) == dict(frozen.files)


def test_the_number_of_threads_leaves_no_trace() -> None:
    found = [
        subprocess.run(
            [sys.executable, "-c", FREEZE_MANY_ROWS],
            env={**os.environ, "POLARS_MAX_THREADS": threads},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        for threads in ("1", "4")
    ]
    assert [threads for threads, _ in found] == ["1", "4"]
    assert found[0][1] == found[1][1]


@settings(max_examples=25)
@given(st.permutations(range(4)))
def test_evidence_hashes_alike_in_any_order(order: list[int]) -> None:
    evidence = small_evidence()
    shuffled = replace(evidence, codings=tuple(evidence.codings[place] for place in order))
    assert hash_evidence(shuffled) == hash_evidence(evidence)


@pytest.mark.parametrize(
    "changed",
    [
        with_value(41.0),
        machine_coded(small_evidence(), SPEECH),
        replace(small_evidence(), statements=small_evidence().statements[1:]),
        replace(small_evidence(), as_of=small_evidence().as_of.replace(day=30)),
    ],
    ids=["value", "coder", "withdrawn statement", "as-of date"],
)
def test_other_evidence_has_another_hash(changed: object) -> None:
    assert hash_evidence(changed) != hash_evidence(small_evidence())  # type: ignore[arg-type]


def test_every_input_names_the_release() -> None:
    ids = {
        release_of(),
        release_of(replace(RULES, sha256="1" * 64)),
        release_of(replace(RULES, draws=replace(RULES.draws, random_series="2"))),
        release_of(years=(2021, 2022)),
        release_of(software=replace(SOFTWARE, version="0.0.1")),
        release_of(software=replace(SOFTWARE, program_sha256="e" * 64)),
        release_of(software=replace(SOFTWARE, libraries={"numpy": "1"})),
    }
    assert len(ids) == 7
    assert all(name.startswith("2022-12-31-") for name in ids)


def test_the_running_program_can_be_named() -> None:
    software = describe_program()
    assert software == describe_program()
    assert set(software.libraries) == {"msgspec", "numpy", "polars", "python"}


def test_the_manifest_names_the_bytes_of_every_other_file(frozen: Frozen) -> None:
    manifest = msgspec.json.decode(frozen.files[MANIFEST_FILE])
    others = {name: content for name, content in frozen.files.items() if name != MANIFEST_FILE}
    assert manifest["files"] == {name: sha256_of(content) for name, content in others.items()}
    assert frozen.content_sha256 == sha256_of(frozen.files[MANIFEST_FILE])


def test_the_manifest_says_what_the_release_is(frozen: Frozen) -> None:
    manifest = msgspec.json.decode(frozen.files[MANIFEST_FILE])
    assert manifest["release"] == frozen.manifest.release == release_of()
    assert manifest["state"] == "published"
    assert (manifest["first_year"], manifest["last_year"]) == (2020, 2022)
    assert manifest["counts"]["gaps"] == 2 * len(YEARS)
    assert manifest["counts"]["sources"] == 5
    assert manifest["provenance"]["random_series"] == RULES.draws.random_series
    assert manifest["provenance"]["calibration"].startswith("Not yet calibrated")
    assert manifest["provenance"]["software"]["version"] == "0.0.0"
    assert all(check["passed"] and check["reason"] for check in manifest["checks"])


def test_json_has_sorted_keys_and_all_digits() -> None:
    assert write_json({"b": 0.1 + 0.2, "a": None}) == (
        b'{\n  "a": null,\n  "b": 0.30000000000000004\n}\n'
    )


def test_a_document_takes_no_value_it_cannot_name() -> None:
    with pytest.raises(TypeError, match="object has no place"):
        plain(object())
    with pytest.raises(TypeError, match="cannot be a key"):
        plain({("a", "b"): 1})


def test_gaps_have_the_published_columns_in_their_order(frozen: Frozen) -> None:
    assert " ".join(frozen.gaps.columns) == " ".join(names(GAPS.columns)) == GAP_COLUMNS


@pytest.mark.parametrize(
    ("layout", "kind", "written_otherwise"),
    [
        (STATEMENTS, Statement, {}),
        (MEASURES, Measure, {"in_force": {"in_force_from", "in_force_to"}}),
        (OBSERVATIONS, Observation, {}),
        (CODINGS, Coding, {}),
        (SOURCES, Source, {}),
        (PAIRS, Pair, {}),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_no_field_of_a_record_is_left_out(
    layout: AnyLayout, kind: type[Any], written_otherwise: dict[str, set[str]]
) -> None:
    columns = set(names(layout.columns))
    for field in fields(kind):
        assert columns.issuperset(written_otherwise.get(field.name, {field.name}))


def test_tables_are_sorted_by_what_names_a_row(frozen: Frozen) -> None:
    for layout in (GAPS, CONTRIBUTIONS, PAIRS):
        frame = pl.read_parquet(frozen.files[layout.file])
        key = frame.select(layout.key)
        assert frame.columns == [column.name for column in layout.columns]
        assert key.equals(key.sort(layout.key, nulls_last=True))


def test_missing_numbers_are_null_and_carry_their_reason(frozen: Frozen) -> None:
    silent = frozen.gaps.row(
        by_predicate=(pl.col("actor") == "NOR") & (pl.col("year") == 2022), named=True
    )
    assert silent["gap"] is None
    assert silent["does"] is None
    assert silent["reason"] == silent["does_reason"] == "opaque"
    assert (silent["gap_bound_low"], silent["gap_bound_high"]) == (-50.0, 50.0)


def test_a_machine_coding_that_weighs_makes_a_release_provisional(frozen: Frozen) -> None:
    provisional = freeze(machine_coded(small_evidence(), SPEECH)).manifest
    assert not frozen.manifest.provisional
    assert provisional.provisional
    assert provisional.notice.startswith("Provisional")


def test_a_machine_coding_that_weighs_nothing_does_not() -> None:
    # Said in the year after the last that is scored.
    later = replace(SPEECH, said_on=replace(SPEECH.said_on, year=2023))
    evidence = machine_coded(small_evidence(), SPEECH)
    evidence = replace(
        evidence,
        statements=tuple(later if each.id == SPEECH.id else each for each in evidence.statements),
    )
    assert not freeze(evidence).manifest.provisional


def test_a_run_without_both_sides_fails() -> None:
    evidence = small_evidence()
    words = replace(evidence, measures=(), observations=(), codings=evidence.codings[:3])
    manifest = freeze(words).manifest
    assert manifest.state is ReleaseState.FAILED
    assert [check.name for check in manifest.checks if not check.passed] == ["cells_with_gap"]


def test_a_claim_is_frozen_with_the_year_alone(frozen: Frozen) -> None:
    statements = pl.read_parquet(frozen.files["statements.parquet"])
    assert statements.row(by_predicate=pl.col("id") == CLAIM.id, named=True)["said_on"] == "2020"


def test_a_manifest_comes_back_as_it_was_written(frozen: Frozen) -> None:
    manifest, provenance = read_manifest(frozen.files[MANIFEST_FILE], frozen.manifest.release)
    assert manifest == frozen.manifest
    assert provenance.software == SOFTWARE


@pytest.mark.parametrize("content", [b"", b"[]", b'{"release": "2022"}'])
def test_a_manifest_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(ReleaseCorrupt, match="is no manifest"):
        read_manifest(content, "2022")


def test_the_manifest_of_another_release_is_refused(frozen: Frozen) -> None:
    with pytest.raises(ReleaseCorrupt, match="is that of release"):
        read_manifest(frozen.files[MANIFEST_FILE], "2022-12-31-00000000")


@pytest.mark.parametrize(
    "lists", [[], [[]], [[], []], [[1.0], [], [2.0, 3.0]], [[], [1.0], []]], ids=str
)
def test_lists_of_any_length_are_packed(lists: list[list[float]]) -> None:
    layout: Layout[tuple[int, list[float]]] = Layout(
        name="lists",
        key=("place",),
        columns=(
            Column("place", pl.Int32, lambda row: row[0]),
            Column("values", pl.List(pl.Float64), lambda row: row[1]),
        ),
    )
    frame = table_of(layout, enumerate(lists))
    assert frame.schema == layout.schema
    assert frame["values"].to_list() == lists
