"""Cutting again after a change: only what can have moved is scored, and the bytes are the same."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gaptracker.domain.evidence import Evidence
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.blocks import Block, ScoredBlock, ScoringRun, score_block
from gaptracker.workflows.cut_release import CutOutcome
from tests.core.builders import evidence, statement
from tests.core.rules import RULES
from tests.small_release import PLAN, SOFTWARE, SOURCES, cut, freeze, small_evidence, with_value

NEW = statement("a new speech", "2022-03", source="statistics")


class RecordingEngine:
    """Scores in this process, and remembers which cells it was given."""

    def __init__(self) -> None:
        self.cells: list[tuple[str, int]] = []

    def score(self, blocks: Iterable[Block], run: ScoringRun) -> Iterator[ScoredBlock]:
        for block in blocks:
            self.cells += ((task.dossier.actor, year) for task in block for year in task.years)
            yield score_block(run, block)


def with_new_speech() -> Evidence:
    known = small_evidence()
    added = evidence(coded=[(NEW, 4)], sources=SOURCES)
    return replace(
        known,
        statements=(*known.statements, *added.statements),
        codings=(*known.codings, *added.codings),
    )


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    return ReleaseStore(str(tmp_path / "releases"))


def cut_after(store: ReleaseStore, given: Evidence) -> tuple[CutOutcome, RecordingEngine]:
    engine = RecordingEngine()
    return cut(store, given, replace(PLAN, engine=engine)), engine


def test_only_the_cells_that_a_new_statement_can_move_are_scored(store: ReleaseStore) -> None:
    first = cut(store)
    outcome, engine = cut_after(store, with_new_speech())
    assert engine.cells == [(NEW.actor, 2022)]
    assert outcome.entry.id != first.entry.id
    assert (first.scored_cells, first.reused_cells) == (6, 0)
    assert (outcome.scored_cells, outcome.reused_cells) == (1, 5)


@pytest.mark.parametrize("changed", [with_new_speech(), with_value(90.0)])
def test_what_was_taken_over_leaves_no_trace(store: ReleaseStore, changed: Evidence) -> None:
    cut(store)
    outcome, _ = cut_after(store, changed)
    whole = freeze(changed)
    assert outcome.reused_cells > 0
    assert outcome.entry.content_sha256 == whole.content_sha256
    assert dict(store.read(outcome.entry).files) == dict(whole.files)


def test_evidence_taken_away_is_gone_from_the_rows_too(store: ReleaseStore) -> None:
    cut(store, with_new_speech())
    outcome, _ = cut_after(store, small_evidence())
    assert dict(store.read(outcome.entry).files) == dict(freeze(small_evidence()).files)


def test_nothing_is_taken_over_from_another_program(store: ReleaseStore) -> None:
    cut(store)
    engine = RecordingEngine()
    other = replace(SOFTWARE, program_sha256="e" * 64)
    outcome = cut(store, with_new_speech(), replace(PLAN, engine=engine, software=other))
    assert len(engine.cells) == outcome.scored_cells == 6


def test_nothing_is_taken_over_under_other_rules(store: ReleaseStore) -> None:
    cut(store)
    engine = RecordingEngine()
    rules = replace(RULES, sha256="1" * 64)
    outcome = cut(store, with_new_speech(), replace(PLAN, engine=engine), rules)
    assert len(engine.cells) == outcome.scored_cells == 6


def test_nothing_is_taken_over_when_all_is_to_be_proved_again(store: ReleaseStore) -> None:
    cut(store)
    engine = RecordingEngine()
    cut(store, with_new_speech(), replace(PLAN, engine=engine, again=True))
    assert len(engine.cells) == 6
