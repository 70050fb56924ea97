"""Reads `tests/cases/*.yml`: what was said and done, and the cell that has to come of it.

The format is written for people who know policy and no Python; `tests/cases/README.md` explains
it. A key that is not listed here is refused, so that a misspelt expectation cannot pass unseen.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Coding, Measure, Observation, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import (
    CoderKind,
    Grade,
    Instrument,
    Label,
    Layer,
    MeasureKind,
    Mode,
    ObservationStatus,
    Office,
    OpportunityOutcome,
    Reason,
    Specificity,
)
from tests.core.builders import (
    coding,
    evidence,
    measure,
    observation,
    opportunity,
    source,
    statement,
)

FOLDER = Path(__file__).resolve().parent.parent / "cases"

# YAML reads 2016 as a number and 2016-09-30 as a date; both are dates here.
When = Annotated[str, BeforeValidator(str)]


class Part(BaseModel):
    """A part of a case; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class Coded(Part):
    """Where something stands: a rung that is certain, or the rungs that coders gave it."""

    rung: int | None = None
    coders: list[int] = Field(default_factory=list)
    machine: bool = False

    def codings(
        self, item: Statement | Measure, theme: str, specificity: Specificity
    ) -> list[Coding]:
        """One coding by rule, or one for each coder."""
        if self.rung is not None:
            return [coding(item, self.rung, theme=theme, specificity=specificity)]
        kind = CoderKind.MACHINE if self.machine else CoderKind.PERSON
        return [
            coding(
                item,
                rung,
                theme=theme,
                coder=f"coder {number}",
                coder_kind=kind,
                specificity=specificity,
            )
            for number, rung in enumerate(self.coders, start=1)
        ]


class Told(Part):
    """Something with a name, and who tells of it: sources of one `group` are one origin."""

    id: str
    group: str | None = None
    source_grade: int = 1
    record_of_act: bool = False

    def source(self) -> Source:
        """The item's source, an origin of its own where no group is named."""
        return source(
            f"source of {self.id}",
            group=self.group,
            grade=self.source_grade,
            record=self.record_of_act,
        )


class Words(Coded, Told):
    """Something that was said."""

    date: When
    instrument: Instrument
    office: Office
    specificity: Specificity
    mode: Mode = Mode.ADVOCACY
    act: str | None = None
    series: str | None = None
    due: When | None = None
    withdrawn: When | None = None

    def value(self) -> Statement:
        """The statement."""
        return statement(
            self.id,
            self.date,
            mode=self.mode,
            instrument=self.instrument,
            office=self.office,
            source=f"source of {self.id}",
            act=self.act or self.id,
            series=self.series,
            due_on=PartialDate.parse(self.due) if self.due else None,
            withdrawn_on=PartialDate.parse(self.withdrawn) if self.withdrawn else None,
        )


class Act(Coded, Told):
    """A law or a practice in force."""

    layer: Layer
    kind: MeasureKind = MeasureKind.STATUTE
    since: When | None = None
    until: When | None = None

    def value(self) -> Measure:
        """The measure."""
        in_force = Period(
            start=PartialDate.parse(self.since) if self.since else None,
            end=PartialDate.parse(self.until) if self.until else None,
        )
        return measure(
            self.id,
            layer=self.layer,
            kind=self.kind,
            in_force=in_force,
            source=f"source of {self.id}",
        )


class Figure(Told):
    """An indicator's value in one period, a category of its table, or a figure withheld."""

    indicator: str
    period: When
    value: float | None = None
    category: str | None = None

    def observation(self) -> Observation:
        """The observation; one without value and category is withheld."""
        told = observation(
            self.id,
            self.value,
            self.period,
            indicator=self.indicator,
            source=f"source of {self.id}",
        )
        if self.category is None:
            return told
        return replace(told, category=self.category, status=ObservationStatus.OBSERVED)


class Session(Part):
    """A chance to speak that was coded whole."""

    id: str
    date: When
    outcome: OpportunityOutcome


class Expected(Part):
    """The cell of one year; only the keys that are given are checked, and `null` is a value."""

    says: float | None = None
    law: float | None = None
    does: float | None = None
    practice: float | None = None
    gap: float | None = None
    legislative: float | None = None
    implementation: float | None = None
    bounds: tuple[float, float] | None = None
    mixed_message: float | None = None
    n_eff_says: float | None = None
    n_eff_does: float | None = None
    silence_rate: float | None = None
    coverage: float | None = None
    capped: bool = False
    law_only: bool = False
    grade: Grade = Grade.D
    label: Label = Label.INSUFFICIENT_EVIDENCE
    says_reason: Reason | None = None
    law_reason: Reason | None = None
    does_reason: Reason | None = None
    gap_reason: Reason | None = None
    weights: dict[str, float] = Field(default_factory=dict)
    points: dict[str, float] = Field(default_factory=dict)
    contributions: dict[str, float] = Field(default_factory=dict)
    notes: dict[str, str | None] = Field(default_factory=dict)
    flagged_old: dict[str, bool] = Field(default_factory=dict)


class Case(Part):
    """One worked example."""

    title: str
    reference: str
    by_hand: str
    theme: str
    data_as_of: dt.date | None = None
    words: list[Words] = Field(default_factory=list)
    acts: list[Act] = Field(default_factory=list)
    figures: list[Figure] = Field(default_factory=list)
    sessions: list[Session] = Field(default_factory=list)
    expected: dict[int, Expected] = Field(min_length=1)

    def evidence(self) -> Evidence:
        """Everything that is known in this case, of one made-up state."""
        said = [(entry, entry.value()) for entry in self.words]
        acts = [(entry, entry.value()) for entry in self.acts]
        items: list[Statement | Measure] = [
            *(item for _, item in said),
            *(item for _, item in acts),
        ]
        as_of = self.data_as_of or dt.date(max(self.expected), 12, 31)
        return evidence(
            coded=[(item, 0) for item in items],
            codings=[
                *(
                    one
                    for entry, item in said
                    for one in entry.codings(item, self.theme, entry.specificity)
                ),
                *(
                    one
                    for entry, item in acts
                    for one in entry.codings(item, self.theme, Specificity.SPECIFIC)
                ),
            ],
            observations=[entry.observation() for entry in self.figures],
            opportunities=[
                opportunity(entry.id, entry.date, entry.outcome, theme=self.theme)
                for entry in self.sessions
            ],
            sources=[
                *(entry.source() for entry in self.words),
                *(entry.source() for entry in self.acts),
                *(entry.source() for entry in self.figures),
            ],
            as_of=as_of,
        )


def read_cases() -> Iterator[tuple[str, Case]]:
    """Every case with the name of its file."""
    for path in sorted(FOLDER.glob("*.yml")):
        yield path.stem, Case.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
