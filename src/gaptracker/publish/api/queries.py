"""The query parameters of each table, checked for form; what they name is checked by routes."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from gaptracker.domain.vocabulary import Label
from gaptracker.publish.api.pages import DEFAULT_LIMIT, HIGHEST_LIMIT, LONGEST_CURSOR
from gaptracker.publish.api.release_names import (
    RELEASE_PATTERN,
    ReleaseId,
    ReleaseOrLatest,
    not_latest,
)
from gaptracker.publish.checked_claims import FIGURE_PATTERN
from gaptracker.publish.differences import ChangeCause

LONGEST_LIST = 1000
LONGEST_NAME = 100
HIGHEST_DIGITS = 10


def whole_number(given: object) -> object:
    """Refuse what Python would take for a whole number but no journalist would write.

    Raises:
        PydanticCustomError: If it is not made of ASCII digits with at most one sign.
    """
    if isinstance(given, str):
        digits = given.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= HIGHEST_DIGITS):
            raise PydanticCustomError("whole_number", "a whole number, as 100")
    return given


Text = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
# What a list looks like is only said here; the routes judge it, and name what comes nearest.
MEMBER = r"[^,]*[^,\s][^,]*"
_YEAR = r"\s*[0-9]{4}\s*"


def one_of(names: Iterable[str]) -> str:
    """Return the pattern of a list's member that has to be one of some names."""
    return rf"\s*({'|'.join(names)})\s*"


def list_of(member: str, *, most: int | None = None) -> FieldInfo:
    """Return the field of a list separated by commas, each member of one form; `most` of them."""
    more = "*" if most is None else f"{{0,{most - 1}}}"
    extra: JsonDict = {"pattern": f"^{member}(,{member}){more}$"}
    found: FieldInfo = Field(min_length=1, max_length=LONGEST_LIST, json_schema_extra=extra)
    return found


Names = Annotated[str, list_of(MEMBER)]
Years = Annotated[str, list_of(_YEAR)]
Year = Annotated[str, Field(json_schema_extra={"pattern": f"^{_YEAR}$"}, max_length=LONGEST_NAME)]
# A year in an address that people cite, without the blanks that lists may have.
PlainYear = Annotated[
    str, Field(json_schema_extra={"pattern": "^[0-9]{4}$"}, min_length=1, max_length=LONGEST_NAME)
]
ReleaseIds = Annotated[str, list_of(rf"\s*{RELEASE_PATTERN}\s*")]
Labels = Annotated[str, list_of(one_of(Label))]
Causes = Annotated[str, list_of(one_of(ChangeCause))]
FormatParameter = Annotated[
    Literal["json", "csv", "ndjson"] | None,
    Field(
        description=(
            "`csv` gives the same rows as a file, `ndjson` one JSON object a line; the endings "
            "`.csv` and `.ndjson` do so too."
        )
    ),
]
Language = Literal["en", "es", "pt"]
CellOrder = Literal[
    "actor",
    "-actor",
    "theme",
    "-theme",
    "year",
    "-year",
    "says",
    "-says",
    "law",
    "-law",
    "does",
    "-does",
    "practice",
    "-practice",
    "gap",
    "-gap",
    "p_words_ahead",
    "-p_words_ahead",
    "p_deeds_ahead",
    "-p_deeds_ahead",
    "p_close",
    "-p_close",
    "mixed_message_points",
    "-mixed_message_points",
    "silence_rate",
    "-silence_rate",
    "grade",
    "-grade",
]

PairOrder = Literal[
    "actor",
    "-actor",
    "theme",
    "-theme",
    "year",
    "-year",
    "contribution_points",
    "-contribution_points",
]


ChangeOrder = Literal[
    "actor",
    "-actor",
    "theme",
    "-theme",
    "year",
    "-year",
    "change_points",
    "-change_points",
    "p_after_higher",
    "-p_after_higher",
]


class LanguageQuery(BaseModel):
    """What every address with names or texts takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: Language | None = Field(
        default=None,
        description="Language of names and texts; without it `Accept-Language` decides.",
        examples=["es"],
    )


class ReleaseQuery(LanguageQuery):
    """What every address that shows figures takes."""

    release: Annotated[ReleaseOrLatest | None, BeforeValidator(not_latest)] = Field(
        default=None,
        description="Id of a release; without it, or as `latest`, the newest. Answers that name an "
        "id never change.",
        examples=["2026-08-16-1f0c33ab"],
    )


class ListQuery(LanguageQuery):
    """What a list that belongs to no release takes."""

    format: FormatParameter = None


class TableQuery(ReleaseQuery):
    """What every table takes."""

    format: FormatParameter = None


class PageQuery(ListQuery):
    """What every table with pages takes."""

    cursor: Annotated[str, Field(min_length=1, max_length=LONGEST_CURSOR)] | None = Field(
        default=None,
        description="Where to go on: from `Link` or `meta.next`, with the same filters and order.",
    )
    limit: Annotated[int, BeforeValidator(whole_number)] = Field(
        default=DEFAULT_LIMIT, ge=1, le=HIGHEST_LIMIT, description="Most rows to give."
    )


class PagedQuery(TableQuery, PageQuery):
    """What every table with pages takes whose release the query names."""


class GapsQuery(PagedQuery):
    """Filters and order of `/v1/gaps`; lists are separated by commas."""

    actor: Names | None = Field(
        default=None, description="Actor codes.", examples=["MEX", "MEX,COL"]
    )
    theme: Names | None = Field(default=None, description="Theme ids.", examples=["death_penalty"])
    year: Years | None = Field(default=None, description="Years.", examples=["2022", "2021,2022"])
    min_grade: Literal["A", "B", "C", "D"] = Field(
        default="C",
        description="Weakest evidence to show. `D` shows every cell, also those without a gap.",
    )
    label: Labels | None = Field(default=None, description="Labels.", examples=["words_ahead"])
    sort: CellOrder = Field(
        default="actor",
        description=(
            "Column to sort by, with `-` before it for the largest first. Missing values come "
            "last, equal ones in the order of actor, theme and year."
        ),
    )


class PairsQuery(PagedQuery):
    """Filters of `/v1/pairs`; lists are separated by commas."""

    actor: Names | None = Field(default=None, description="Actor codes.", examples=["MEX"])
    theme: Names | None = Field(default=None, description="Theme ids.", examples=["death_penalty"])
    year: Years | None = Field(default=None, description="Years.", examples=["2022"])
    reading: Literal["now", "followed", "moved", "pledge"] | None = Field(
        default=None, description="The question that the pairs answer."
    )
    sort: PairOrder = Field(
        default="actor",
        description=(
            "Column to sort by, with `-` before it for the largest first. Missing values come "
            "last, equal ones in the order of actor, theme, year and id."
        ),
    )


class DiffQuery(PageQuery):
    """Filters of `/v1/releases/{id}/diff`; lists are separated by commas."""

    from_: ReleaseId | None = Field(
        default=None,
        alias="from",
        description="The older release; without it the one published before.",
        examples=["2026-08-16-1f0c33ab"],
    )
    actor: Names | None = Field(default=None, description="Actor codes.", examples=["MEX"])
    theme: Names | None = Field(default=None, description="Theme ids.", examples=["death_penalty"])
    year: Years | None = Field(default=None, description="Years.", examples=["2022"])
    cause: Causes | None = Field(
        default=None,
        description="Causes, of which a change has at least one.",
        examples=["new_evidence", "correction,methodology"],
    )
    demonstrated: Literal["true", "false"] | None = Field(
        default=None,
        description="`true` leaves only changes whose order has a probability of 0.90 or more.",
    )
    sort: ChangeOrder = Field(
        default="actor",
        description=(
            "Column to sort by, with `-` before it for the largest first. Missing values come "
            "last, equal ones in the order of actor, theme and year."
        ),
    )


class CompareQuery(TableQuery):
    """What `/v1/compare` holds against each other; lists are separated by commas."""

    actors: Names = Field(
        description="Actor codes: two or more, or one in several years or releases.",
        examples=["MEX,COL"],
    )
    theme: Text = Field(description="A theme's id.", examples=["death_penalty"])
    year: Year | None = Field(
        default=None,
        description="The year; without it the newest in which most of them can be compared.",
        examples=["2022"],
    )
    years: Years | None = Field(
        default=None, description="Two or more years of one actor.", examples=["2016,2024"]
    )
    releases: ReleaseIds | None = Field(
        default=None,
        description="Two or more releases in which one actor's figure is compared.",
        examples=["2026-07-02-5b1d90c4,2026-08-16-1f0c33ab"],
    )
    figure: Literal["gap", "says", "practice"] = Field(
        default="gap", description="What is compared: the gap, the words, or the practice."
    )


class CheckQuery(LanguageQuery):
    """A figure that somebody printed."""

    actor: Text = Field(description="An actor's code.", examples=["MEX"])
    theme: Text = Field(description="A theme's id.", examples=["death_penalty"])
    year: Year = Field(description="The cell's year.", examples=["2022"])
    gap: Annotated[str, Field(min_length=1, max_length=20)] = Field(
        description="The gap as it was printed, with its sign and as many decimals.",
        examples=["26.6", "-12"],
        json_schema_extra={"pattern": rf"^\s*{FIGURE_PATTERN}\s*$"},
    )


class WhatIfQuery(ReleaseQuery):
    """A cell, and the choices under which it is scored; what is left out stays as published."""

    actor: Text = Field(description="An actor's code.", examples=["MEX"])
    theme: Text = Field(description="A theme's id.", examples=["death_penalty"])
    year: Year = Field(description="The cell's year.", examples=["2022"])
    half_life: Text | None = Field(
        default=None,
        description="Years in which words lose half their weight, or `never`.",
        examples=["2", "never"],
    )
    aggregation: Literal["arithmetic", "geometric", "minimum"] | None = Field(
        default=None, description="How items are averaged."
    )
    spacing: Text | None = Field(
        default=None, description="How far apart the rungs lie.", examples=["equal", "wide_below"]
    )
    solicited: Literal["true", "false"] | None = Field(
        default=None, description="With or without words that somebody asked for: votes, answers."
    )
    weights: Names | None = Field(
        default=None,
        description="Weights with what they are multiplied by, from 0 to 1,000; separated by "
        "commas.",
        examples=["instrument.vote=0.5,measure=2"],
    )


class ObservationsQuery(PagedQuery):
    """Filters of `/v1/observations`; lists are separated by commas."""

    actor: Names | None = Field(default=None, description="Actor codes.", examples=["MEX"])
    theme: Names | None = Field(
        default=None, description="Themes on which the indicators bear.", examples=["death_penalty"]
    )
    indicator: Names | None = Field(
        default=None, description="Indicator ids.", examples=["executions_recorded"]
    )
    year: Years | None = Field(default=None, description="Years observed.", examples=["2022"])
    id: Text | None = Field(
        default=None,
        description="Id of one observation, as a cell's contributions name it.",
        examples=["executions_recorded-MEX-2019"],
    )
    sort: Literal[
        "id",
        "-id",
        "actor",
        "-actor",
        "indicator",
        "-indicator",
        "period",
        "-period",
        "value",
        "-value",
    ] = Field(
        default="actor",
        description=(
            "Column to sort by, with `-` before it for the largest first. Missing values come "
            "last, equal ones in the order of their ids."
        ),
    )


class IndicatorsQuery(TableQuery):
    """Filters of `/v1/indicators`."""

    theme: Text | None = Field(
        default=None, description="A theme on which they bear.", examples=["death_penalty"]
    )


class ActorsQuery(TableQuery):
    """Filters of `/v1/actors`."""

    kind: Literal["state", "subnational", "supranational", "organ", "agency"] | None = Field(
        default=None, description="What sort of body."
    )


class CiteQuery(ReleaseQuery):
    """What `/v1/cite` takes."""

    actor: Text | None = Field(default=None, description="An actor's code.", examples=["MEX"])
    theme: Text | None = Field(
        default=None, description="A theme's id.", examples=["death_penalty"]
    )
    year: PlainYear | None = Field(default=None, description="A year.", examples=["2022"])
    pair: Text | None = Field(
        default=None, description="A pair's id.", examples=["pair_0c1d2e3f4a5b6c7d"]
    )
    style: Literal["text", "bibtex", "csl"] | None = Field(
        default=None,
        description="A sentence, BibTeX or CSL-JSON; without it `Accept` decides, else a sentence.",
    )
