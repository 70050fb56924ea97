"""What tests of reports share: releases with findings, orders, and readings of what was written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import TypeVar

from gaptracker.domain.actors import Actor
from gaptracker.domain.annotations import (
    CellRef,
    DecidedReply,
    Erratum,
    Reply,
    ReplyDecision,
    ReplyOutcome,
)
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Observation, Statement
from gaptracker.domain.vocabulary import ActorKind
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.report.beside import Beside
from gaptracker.publish.report.build import build_report
from gaptracker.publish.report.drawn import DrawnPicture
from gaptracker.publish.report.model import Picture, ReportModel
from gaptracker.publish.report.period import ReportPeriod
from gaptracker.publish.report.settings import ReportSettings
from gaptracker.publish.texts import LANGUAGES
from gaptracker.release.difference import CellFigures
from gaptracker.workflows.release_changes import (
    CorrectedEvidence,
    DemonstratedChange,
    ReleaseChanges,
)
from tests.alliance_release import alliance_evidence
from tests.api_world import API_EVIDENCE, open_store
from tests.cli_world import LIST, REGISTER, WATCH, cut, observation
from tests.small_release import PLAN
from tests.small_release import cut as cut_small

Kept = TypeVar("Kept", Observation, Statement)

# What is known to be no figure of the release by the element that it stands in.
NOT_FIGURES = {"data", "time", "q", "code", "a", "bdi", "style", "title"}
PERIOD = ReportPeriod.parse("2022-Q4")
ANSWERED_AT = datetime(2023, 7, 3, 9, tzinfo=UTC)
CELL = CellRef(actor="MEX", theme="death_penalty", year=2022)
REPLY = Reply(
    id="rep_7",
    actor="MEX",
    release="2021-06-30-aaaaaaaa",
    who="Ministry of 7 *stars*",
    office="Director #1",
    received_on=date(2023, 7, 2),
    text="No estamos de acuerdo con los 12 puntos.",
    language="es",
    link="https://example.org/reply",
    attachment_sha256=None,
    cells=(CELL,),
    pairs=(),
    recorded_at=ANSWERED_AT,
)
DECISION = ReplyDecision(
    reply=REPLY.id,
    outcome=ReplyOutcome.PARTLY,
    because="1 of the *votes* was misread.",
    decided_at=ANSWERED_AT,
)
ERRATUM = Erratum(
    id="err_7",
    release="2021-06-30-aaaaaaaa",
    said="One vote of 2016 was read as yes.",
    right="It was an abstention.",
    because="A column was shifted by 1.",
    language="en",
    cells=(CELL,),
    pairs=(),
    records=(),
    published_at=ANSWERED_AT,
)


def _state(code: str, answer: str, values: tuple[str, float, float]) -> Evidence:
    """Return what is known of a state that always votes one way: its status and executions."""
    status, executed, years = values
    votes = [each for each in API_EVIDENCE.statements if each.actor == "CHN"]
    return replace(
        API_EVIDENCE,
        actors={code: Actor(code=code, kind=ActorKind.STATE, names={"en": f"State 7 {code}"})},
        statements=tuple(_cast(each, code, answer) for each in votes),
        observations=(
            observation(code, "death_penalty_status", "2022", source=LIST, category=status),
            observation(code, "executions_recorded", "2022", source=WATCH, value=executed),
            observation(code, "years_since_last_execution", "2022", source=REGISTER, value=years),
        ),
    )


def _cast(vote: Statement, code: str, answer: str) -> Statement:
    """Return the vote of another state, as one that stands alone: no later one supersedes it."""
    return replace(
        vote,
        id=f"{code}-{vote.id}",
        actor=code,
        act=f"{code}-{vote.act}",
        answer=answer,
        series=None,
    )


def finding_evidence() -> Evidence:
    """The evidence of tests of the API, and two states with demonstrated gaps, one each way."""
    states = [_state("AAD", "no", ("A", 0.0, 60.0)), _state("WWA", "yes", ("P", 300.0, 0.0))]
    return replace(
        API_EVIDENCE,
        actors=dict(chain.from_iterable(each.actors.items() for each in (API_EVIDENCE, *states))),
        statements=_sorted(API_EVIDENCE.statements, *(each.statements for each in states)),
        observations=_sorted(API_EVIDENCE.observations, *(each.observations for each in states)),
    )


def _sorted(*given: Sequence[Kept]) -> tuple[Kept, ...]:
    return tuple(sorted((each for some in given for each in some), key=lambda each: each.id))


def written_release(folder: Path) -> FrozenRelease:
    """Cut a release under names that hurt, with demonstrated gaps, and load it."""
    cut(folder, evidence=finding_evidence())
    return load_release(open_store(folder))


def allied_release(folder: Path) -> FrozenRelease:
    """Cut a release with alliances under rules without words, and load it."""
    cut_small(open_store(folder), alliance_evidence(), PLAN)
    return load_release(open_store(folder))


def order(**other: object) -> ReportSettings:
    """Return an order for 2022; what is given replaces what it has."""
    return replace(ReportSettings(period=PERIOD), **other)  # type: ignore[arg-type]


def changes_of_mexico(release: FrozenRelease) -> ReleaseChanges:
    """Return a change and a correction of Mexico, as if the release had made them."""

    def figures(gap: float) -> CellFigures:
        return CellFigures(
            says=80.0,
            practice=80.0 - gap,
            gap=gap,
            gap_low=gap - 9.25,
            gap_high=gap + 9.25,
            grade="C",
            label="words_ahead",
            reason=None,
        )

    return ReleaseChanges(
        release=release.id,
        previous="2022-06-30-00000000",
        demonstrated=(
            DemonstratedChange(
                actor="MEX",
                theme="death_penalty",
                year=2022,
                years=(2022,),
                old=figures(13.37),
                new=figures(41.75),
                p_higher=0.9731,
                causes=("evidence_entered", "as_of"),
                submissions=(),
            ),
        ),
        corrected=(
            CorrectedEvidence(
                actor="MEX",
                theme="death_penalty",
                years=(2021, 2022),
                items=tuple(f"item-{number}" for number in range(9)),
                demonstrated=False,
            ),
        ),
    )


def everything_beside(release: FrozenRelease) -> Beside:
    """Return changes, a reply and a correction."""
    return Beside(
        changes=changes_of_mexico(release),
        replies=(DecidedReply(reply=REPLY, decision=DECISION),),
        errata=(ERRATUM,),
    )


def every_model(release: FrozenRelease, settings: ReportSettings) -> Iterator[ReportModel]:
    """Yield the global edition and that of each actor, in every language."""
    for language in LANGUAGES:
        for actor in (None, *release.actors):
            yield build_report(release, settings, language=language, actor=actor)


def undrawn(model: ReportModel) -> Mapping[Picture, DrawnPicture]:
    """Return pictures that show nothing, for tests of the text around them."""
    blank = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    return {each: DrawnPicture(svg=blank, narrow_svg=blank) for each in model.pictures()}


class Words(HTMLParser):
    """The text of a page apart from what its elements say is no text of ours."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.own: list[str] = []
        self.figures: list[tuple[float, str]] = []
        self._inside: list[str] = []
        self._value: float | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_FIGURES:
            self._inside.append(tag)
        if tag == "data":
            self._value = float(dict(attrs)["value"] or "nan")

    def handle_endtag(self, tag: str) -> None:
        if tag in NOT_FIGURES:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside == ["data"] and self._value is not None:
            self.figures.append((self._value, data))
        elif not self._inside:
            self.own.append(data)
