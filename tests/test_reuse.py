"""Cutting again after a change: only what can have moved is scored, and the bytes are the same."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gaptracker.domain.evidence import Evidence
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.blocks import Block, ScoredBlock, ScoringRun, score_block
from gaptracker.workflows.cut_release import CutOutcome
from tests.core.builders import evidence, observation, statement
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


def test_an_actor_renamed_has_its_new_name_in_every_row(store: ReleaseStore) -> None:
    cut(store)
    known = small_evidence()
    renamed = {
        code: replace(actor, names={**actor.names, "en": f"New {actor.names['en']}"})
        for code, actor in known.actors.items()
    }
    changed = replace(known, actors=renamed)
    outcome, engine = cut_after(store, changed)
    assert not engine.cells
    assert dict(store.read(outcome.entry).files) == dict(freeze(changed).files)


@pytest.mark.parametrize("gone", ["speech to come", "figure to come"])
def test_what_lay_ahead_and_was_taken_away_waits_for_nothing(
    store: ReleaseStore, gone: str
) -> None:
    later = evidence(
        coded=[(statement("speech to come", "2022-11", source="statistics"), 4)],
        observations=[observation("figure to come", 90.0, "2022-12", source="statistics")],
        sources=SOURCES,
    )
    early = replace(small_evidence(), as_of=date(2022, 8, 31))
    ahead = replace(
        early,
        statements=(*early.statements, *later.statements),
        observations=(*early.observations, *later.observations),
        codings=(*early.codings, *later.codings),
    )
    kept = replace(
        ahead,
        statements=tuple(each for each in ahead.statements if each.id != gone),
        observations=tuple(each for each in ahead.observations if each.id != gone),
        codings=tuple(each for each in ahead.codings if each.item != gone),
    )
    cut(store, ahead)
    outcome, _ = cut_after(store, kept)
    assert outcome.reused_cells > 0
    assert dict(store.read(outcome.entry).files) == dict(freeze(kept).files)


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
