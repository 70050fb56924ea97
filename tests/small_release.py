"""The smallest evidence of which a release can be cut, and how it is cut here."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Coding, Statement
from gaptracker.domain.vocabulary import CoderKind
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.checks import INVARIANTS
from gaptracker.release.freeze import Frozen
from gaptracker.release.inputs import Software, describe_inputs
from gaptracker.workflows.blocks import Block, ScoredBlock, ScoringRun, score_block
from gaptracker.workflows.cut_release import CutOutcome, CutPlan, cut_release, freeze_run
from tests.core.builders import (
    OTHER,
    evidence,
    measure,
    observation,
    source,
    statement,
)
from tests.core.rules import RULES

YEARS = (2020, 2021, 2022)
SOFTWARE = Software(version="0.0.0", program_sha256="f" * 64, libraries={"numpy": "0"})
PLAN = CutPlan(checks=INVARIANTS, years=YEARS, software=SOFTWARE)

SOURCES = (
    source("report"),
    source("roll-calls", record=True),
    source("law-register", record=True),
    source("statistics"),
)
SPEECH = statement("speech", "2021-04", excerpt="=verbatim, “quoted”")
VOTE = statement("vote", "2022-06-01", source="roll-calls")
CLAIM = statement("claim", "2020", actor=OTHER)
STATUTE = measure("statute", "2010-05", source="law-register", territory="everywhere")
VALUE = observation("value", 40.0, "2021", source="statistics", lower=30.0, upper=50.0)
SECOND_SPEECH = statement("second speech", "2021-10", source="yearbook")
SECOND_VALUE = observation("second value", 10.0, "2021", indicator="beta", source="yearbook")
SECRET = observation("secret", None, "2022", actor=OTHER, source="statistics")


def small_evidence() -> Evidence:
    """Two states: one with both sides, one that speaks and keeps its figures secret."""
    return evidence(
        coded=[(SPEECH, 4), (VOTE, 3), (CLAIM, 2), (STATUTE, 1)],
        observations=[VALUE, SECRET],
        sources=SOURCES,
    )


def graded_evidence() -> Evidence:
    """The same two states; of the first enough is known for grade C, and so for comparisons."""
    return evidence(
        coded=[(SPEECH, 4), (VOTE, 3), (SECOND_SPEECH, 2), (CLAIM, 2), (STATUTE, 1)],
        observations=[VALUE, SECOND_VALUE, SECRET],
        sources=(*SOURCES, source("yearbook")),
    )


def machine_coded(given: Evidence, item: Statement) -> Evidence:
    """The same evidence with one statement coded by a machine alone."""

    def by_machine(each: Coding) -> Coding:
        return replace(each, coder="machine", coder_kind=CoderKind.MACHINE)

    return replace(
        given,
        codings=tuple(by_machine(each) if each.item == item.id else each for each in given.codings),
    )


def with_value(value: float) -> Evidence:
    """The small evidence with another value of its one indicator."""
    given = small_evidence()
    return replace(
        given,
        observations=tuple(
            replace(each, value=value, lower=None, upper=None) if each.id == VALUE.id else each
            for each in given.observations
        ),
    )


def turned_round(given: Evidence) -> Evidence:
    """The same evidence, everything in the opposite order."""
    return replace(
        given,
        actors=dict(reversed(list(given.actors.items()))),
        sources=dict(reversed(list(given.sources.items()))),
        statements=given.statements[::-1],
        measures=given.measures[::-1],
        observations=given.observations[::-1],
        codings=given.codings[::-1],
    )


class BackwardsEngine:
    """An engine that yields the same rows, one dossier a block, the last first."""

    def score(self, blocks: Iterable[Block], run: ScoringRun) -> Iterator[ScoredBlock]:
        tasks = [task for block in blocks for task in block]
        yield from (score_block(run, (task,)) for task in reversed(tasks))


def freeze(given: Evidence, plan: CutPlan = PLAN, methodology: Methodology = RULES) -> Frozen:
    """Freeze evidence without keeping it."""
    inputs = describe_inputs(given, methodology, years=plan.years or YEARS, software=plan.software)
    return freeze_run(given, methodology, inputs, plan)


def cut(
    store: ReleaseStore,
    given: Evidence | None = None,
    plan: CutPlan = PLAN,
    methodology: Methodology = RULES,
) -> CutOutcome:
    """Cut a release of the small evidence, or of other evidence."""
    return cut_release(given or small_evidence(), methodology, store, plan)
