"""What moved from one release to another has a cause, and the cause is named."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gaptracker.domain.corrections import FieldChange, PublishedCorrection
from gaptracker.domain.errors import UnknownName
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Coding, Measure, Statement
from gaptracker.domain.vocabulary import CoderKind, ItemKind, Specificity
from gaptracker.main.cli import build_app
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.difference import Cause, ItemChange
from gaptracker.release.submissions import submission_parts
from gaptracker.workflows.apply_corrections import apply_corrections
from gaptracker.workflows.diff_releases import CellDifference, ReleaseDifference, diff_releases
from tests.core.builders import source, statement
from tests.core.rules import RULES
from tests.small_release import (
    PLAN,
    SOFTWARE,
    VALUE,
    cut,
    graded_evidence,
    small_evidence,
    turned_round,
)

SUBMISSION = "sub_01JABC"
SENT = statement(f"{SUBMISSION}-st1", "2022-03", source=f"{SUBMISSION}-s1")


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    return ReleaseStore((tmp_path / "releases").as_posix())


def people(item: Statement | Measure, *rungs: int) -> tuple[Coding, ...]:
    theme = small_evidence().codings[0].theme
    return tuple(
        Coding(
            item=item.id,
            item_kind=ItemKind.STATEMENT if isinstance(item, Statement) else ItemKind.MEASURE,
            theme=theme,
            coder=f"mem_{place}",
            coder_kind=CoderKind.PERSON,
            rung=rung,
            specificity=Specificity.GENERAL,
            rationale="As it says.",
        )
        for place, rung in enumerate(rungs)
    )


def with_submission(known: Evidence, *rungs: int, said: Statement = SENT) -> Evidence:
    """Evidence with one statement of a submission, coded by so many people."""
    given = source(f"{SUBMISSION}-s1")
    return replace(
        known,
        sources={**known.sources, given.id: given},
        statements=(*known.statements, said),
        codings=(*known.codings, *people(said, *rungs)),
    )


def diff(store: ReleaseStore, *given: Evidence) -> ReleaseDifference:
    first, second = (cut(store, each).entry.id for each in given)
    return diff_releases(store, first, second)


def causes(found: Iterable[CellDifference]) -> set[Cause]:
    return {cause for each in found for cause in each.cell.causes}


# Rounds and releases


def test_an_item_of_a_submission_counts_from_the_second_coding_on(store: ReleaseStore) -> None:
    one = diff(store, small_evidence(), with_submission(small_evidence(), 0))
    assert one.differences == ()
    apart = cut(store, with_submission(small_evidence(), 0, 3)).entry.id
    assert diff_releases(store, one.old.release, apart).differences == ()
    two = cut(store, with_submission(small_evidence(), 0, 1)).entry.id
    assert len(diff_releases(store, one.old.release, two).differences) == 1


def test_two_people_three_rungs_apart_do_not_stop_a_run(store: ReleaseStore) -> None:
    known = small_evidence()
    for item in known.statements:
        both = (
            *(coding for coding in known.codings if coding.item != item.id),
            *people(item, 0, 3),
        )
        assert cut(store, replace(known, codings=both)).created


# Causes


def test_what_a_submission_moved_names_the_submission(store: ReleaseStore) -> None:
    known = small_evidence()
    found = diff(store, known, with_submission(known, 0, 0))
    (moved,) = found.differences
    (item,) = moved.cell.items
    assert (moved.cell.actor, moved.cell.year) == (SENT.actor, 2022)
    assert moved.cell.causes == (Cause.EVIDENCE_ENTERED,)
    assert (item.item, item.change, item.submission) == (SENT.id, ItemChange.ENTERED, SUBMISSION)
    assert moved.change_points is not None
    assert moved.change_points < 0
    assert [part.submission for part in found.new.submissions] == [SUBMISSION]
    assert found.old.submissions == ()
    assert found.old.evidence_sha256 != found.new.evidence_sha256


def test_what_was_retracted_left(store: ReleaseStore) -> None:
    known = small_evidence()
    found = diff(store, with_submission(known, 0, 0), known)
    assert causes(found.differences) == {Cause.EVIDENCE_LEFT}
    assert [item.submission for item in found.differences[0].cell.items] == [SUBMISSION]


def test_another_reading_of_the_same_words_is_a_change(store: ReleaseStore) -> None:
    known = small_evidence()
    found = diff(store, with_submission(known, 0, 0), with_submission(known, 3, 3))
    assert causes(found.differences) == {Cause.EVIDENCE_CHANGED}
    assert [item.item for item in found.differences[0].cell.items] == [SENT.id]


def test_a_corrected_figure_is_a_change_in_every_cell_that_sees_it(store: ReleaseStore) -> None:
    known = small_evidence()
    mended = tuple(
        replace(each, value=90.0, lower=None, upper=None) if each.id == VALUE.id else each
        for each in known.observations
    )
    found = diff(store, known, replace(known, observations=mended))
    assert causes(found.differences) == {Cause.EVIDENCE_CHANGED}
    assert {item.item for each in found.differences for item in each.cell.items} == {VALUE.id}


def test_a_correction_of_a_record_of_ours_names_the_submission_it_came_in(
    store: ReleaseStore,
) -> None:
    known = small_evidence()
    changes = (FieldChange(field="value", is_wrong=str(VALUE.value), should_be="30"),)
    plain = replace(
        known,
        observations=tuple(
            replace(each, lower=None, upper=None) if each.id == VALUE.id else each
            for each in known.observations
        ),
    )
    correction = PublishedCorrection(
        id=f"{SUBMISSION}-c1",
        submission=SUBMISSION,
        record=VALUE.id,
        changes=changes,
        published_at=datetime(2026, 11, 25, tzinfo=UTC),
    )
    made = apply_corrections(plain, (correction,))
    assert made.unfit == ()
    found = diff(store, plain, made.evidence)
    named = {item.submission for each in found.differences for item in each.cell.items}
    assert named == {SUBMISSION}
    assert causes(found.differences) == {Cause.EVIDENCE_CHANGED}
    assert [part.corrected for part in found.new.submissions] == [(VALUE.id,)]


def test_a_source_graded_otherwise_is_a_change_of_what_cites_it(store: ReleaseStore) -> None:
    known = graded_evidence()
    worse = replace(known.sources["yearbook"], grade=5)
    found = diff(store, known, replace(known, sources={**known.sources, worse.id: worse}))
    assert found.differences
    assert causes(found.differences) == {Cause.EVIDENCE_CHANGED}
    moved = {item.item for each in found.differences for item in each.cell.items}
    assert moved == {"second speech", "second value"}


def test_nothing_moved_between_a_release_and_itself(store: ReleaseStore) -> None:
    entry = cut(store).entry
    assert diff_releases(store, entry.id).differences == ()


def test_another_program_that_moves_nothing_shows_nothing(store: ReleaseStore) -> None:
    first = cut(store).entry.id
    plan = replace(PLAN, software=replace(SOFTWARE, version="0.0.1"))
    second = cut(store, plan=plan).entry.id
    assert first != second
    assert diff_releases(store, first, second).differences == ()


def test_rules_that_changed_are_a_cause(store: ReleaseStore) -> None:
    first = cut(store).entry.id
    words = replace(RULES.words, half_life_years=1.0)
    other = replace(RULES, words=words, sha256="e" * 64)
    second = cut(store, methodology=other).entry.id
    found = diff_releases(store, first, second)
    assert causes(found.differences) == {Cause.METHODOLOGY}


def test_a_later_day_of_the_data_is_a_cause(store: ReleaseStore) -> None:
    known = replace(small_evidence(), as_of=date(2022, 7, 1))
    found = diff(store, known, replace(known, as_of=date(2022, 12, 31)))
    assert Cause.AS_OF in causes(found.differences)
    assert {each.cell.year for each in found.differences} == {2022}


# What can be told


def test_a_change_is_demonstrated_only_where_the_order_can_be_told(store: ReleaseStore) -> None:
    known = graded_evidence()
    little = diff(store, known, with_submission(known, 3, 3))
    judged = [each for each in little.differences if each.p_higher is not None]
    assert judged
    assert not any(each.demonstrated for each in judged)
    low = tuple(
        replace(each, value=0.0, lower=None, upper=None) if each.indicator else each
        for each in known.observations
        if each.value is not None
    )
    high = tuple(replace(each, value=100.0) for each in low)
    others = tuple(each for each in known.observations if each.value is None)
    far = diff(
        store,
        replace(known, observations=(*low, *others)),
        replace(known, observations=(*high, *others)),
    )
    assert any(each.demonstrated for each in far.differences)
    for each in far.differences:
        if each.demonstrated:
            assert each.p_higher is not None
            assert max(each.p_higher, 1 - each.p_higher) >= far.threshold


# Submissions of a release


def test_a_submissions_digest_is_over_its_public_evidence_whatever_the_order() -> None:
    known = with_submission(small_evidence(), 0, 0)
    (part,) = submission_parts(known)
    assert (part.submission, part.items) == (SUBMISSION, 1)
    assert submission_parts(turned_round(known)) == (part,)
    changed = with_submission(small_evidence(), 0, 0, said=replace(SENT, paraphrase="Other."))
    assert submission_parts(changed)[0].evidence_sha256 != part.evidence_sha256
    assert submission_parts(small_evidence()) == ()


# The command


def run(store: ReleaseStore, *arguments: str, columns: int = 120) -> tuple[str, str]:
    folder = Path(store.url).parent
    settings = {"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": str(columns)}
    result = CliRunner(env=settings).invoke(build_app(), ["release", "diff", *arguments])
    assert result.exit_code == 0, result.stderr
    return result.stdout, result.stderr


def test_the_command_prints_cells_causes_and_submissions(store: ReleaseStore) -> None:
    known = small_evidence()
    first = cut(store, known).entry.id
    second = cut(store, with_submission(known, 0, 0)).entry.id
    table, told = run(store, first)
    assert f"+{SUBMISSION}" in table
    assert "1 cell of 6 moved" in told
    assert "1 submission" in told
    document = json.loads(run(store, first, second, "--format", "json")[0])
    assert document["differences"][0]["cell"]["items"][0]["submission"] == SUBMISSION
    assert document["new"]["submissions"][0]["submission"] == SUBMISSION


def test_an_id_is_never_shortened_in_a_narrow_terminal(store: ReleaseStore) -> None:
    known = small_evidence()
    first = cut(store, known).entry.id
    cut(store, with_submission(known, 0, 0))
    assert f"+{SUBMISSION}\n" in run(store, first, columns=40)[0]


def test_cells_that_moved_by_less_than_shows_are_counted_and_not_listed(
    store: ReleaseStore,
) -> None:
    known = replace(small_evidence(), as_of=date(2022, 7, 1))
    first = cut(store, known).entry.id
    second = cut(store, replace(known, as_of=known.as_of + timedelta(days=1))).entry.id
    table, told = run(store, first, second)
    assert table == ""
    assert "moved by less than shows, because of as_of; --all lists them." in told
    everything, told = run(store, first, second, "--all")
    assert "as_of" in everything
    assert "less than shows" not in told
    document = json.loads(run(store, first, second, "--format", "json")[0])
    assert len(document["differences"]) == len(everything.splitlines()) - 1 > 0


def test_releases_that_are_the_same_say_so(store: ReleaseStore) -> None:
    entry = cut(store).entry
    table, told = run(store, entry.id)
    assert table == ""
    assert "0 cells of 6 moved" in told


def test_an_unknown_release_is_named(store: ReleaseStore) -> None:
    cut(store)
    with pytest.raises(UnknownName):
        diff_releases(store, "2020-01-01-00000000")
