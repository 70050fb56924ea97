"""Statements, measures, observations and indicators of a release as the API shows them."""

from dataclasses import asdict
from typing import Any

import polars as pl

from gaptracker.domain.records import Measure, Statement
from gaptracker.publish.api.deps import View, path_part
from gaptracker.publish.api.pair_rows import build_source
from gaptracker.publish.api.schemas import Names
from gaptracker.publish.api.schemas_records import (
    CodingAnswer,
    IndicatorLinks,
    IndicatorRow,
    MeasureAnswerData,
    ObservationRow,
    RecordLinks,
    SourceAnswer,
    StatementAnswerData,
)
from gaptracker.publish.frozen import FrozenRelease

STATEMENTS_PATH = "/v1/statements"
MEASURES_PATH = "/v1/measures"
OBSERVATIONS_PATH = "/v1/observations"
INDICATORS_PATH = "/v1/indicators"


def observations_frame(release: FrozenRelease) -> pl.DataFrame:
    """Return all observations of a release."""
    return release.observations.frame


def build_statement(view: View, statement: Statement) -> StatementAnswerData:
    """Return a statement with its source and every coding of it."""
    members = _members(view, statement, STATEMENTS_PATH)
    members.pop("specificity")  # a rule's, and with each coding of the rule
    return StatementAnswerData(
        **{
            **members,
            "said_on": str(statement.said_on),
            "due_on": str(statement.due_on) if statement.due_on else None,
            "withdrawn_on": str(statement.withdrawn_on) if statement.withdrawn_on else None,
        }
    )


def build_measure(view: View, measure: Measure) -> MeasureAnswerData:
    """Return a measure with its source and every coding of it."""
    members = _members(view, measure, MEASURES_PATH)
    members.pop("in_force")
    start, end = measure.in_force.start, measure.in_force.end
    return MeasureAnswerData(
        **members,
        in_force_from=str(start) if start else None,
        in_force_to=str(end) if end else None,
    )


# `Any`, because the members differ in type.
def _members(view: View, record: Statement | Measure, path: str) -> dict[str, Any]:
    release = view.release
    source = release.sources[record.source]
    return {
        **asdict(record),
        "actor_name": view.name_of(release.actors[record.actor].names),
        "source": SourceAnswer(
            **dict(build_source(view, record.source)),
            group=source.group,
            grade=source.grade,
            record_of_act=source.record_of_act,
            published_on=str(source.published_on) if source.published_on else None,
            retrieved_on=source.retrieved_on,
        ),
        "codings": [
            CodingAnswer(**{name: getattr(coding, name) for name in CodingAnswer.model_fields})
            for coding in release.codings_of(record.id)
        ],
        "links": RecordLinks(
            self=view.link(f"{path}/{path_part(record.id)}"),
            actor=view.link(f"/v1/actors/{path_part(record.actor)}"),
        ),
    }


def build_observations(view: View, rows: pl.DataFrame) -> list[ObservationRow]:
    """Return observations with the names of actor and indicator, and their sources."""
    release = view.release
    indicators = release.methodology.indicators
    return [
        ObservationRow(
            **{
                **row,
                "actor_name": view.name_of(release.actors[row["actor"]].names),
                "indicator_name": view.name_of(indicators[row["indicator"]].name),
                "unit": indicators[row["indicator"]].unit,
                "release": release.id,
                "source": build_source(view, row["source"]),
            }
        )
        for row in rows.iter_rows(named=True)
    ]


def build_indicators(view: View, theme: str | None) -> list[IndicatorRow]:
    """Return indicators, all of them or those of one theme."""
    release = view.release
    counts = dict(release.observations.frame.group_by("indicator").len().iter_rows())
    return [
        IndicatorRow(
            id=name,
            name=view.name_of(each.name),
            names=Names(en=each.name["en"], es=each.name.get("es"), pt=each.name.get("pt")),
            unit=each.unit,
            layer=each.layer,
            lag=each.lag,
            scale=each.goalposts.scale,
            worst=each.goalposts.worst,
            best=each.goalposts.best,
            maximum_age_years=each.maximum_age_years,
            themes=sorted(each.uses),
            critical_in=sorted(theme for theme, use in each.uses.items() if use.critical),
            caution=each.caution,
            n_observations=counts.get(name, 0),
            links=IndicatorLinks(observations=view.link(OBSERVATIONS_PATH, indicator=name)),
        )
        for name, each in sorted(release.methodology.indicators.items())
        if theme is None or theme in each.uses
    ]
