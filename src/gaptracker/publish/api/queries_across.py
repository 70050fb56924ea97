"""The query parameters of tables across actors: federations, agencies, help abroad."""

from typing import Literal

from pydantic import Field

from gaptracker.publish.api.queries import Names, PagedQuery, Years

ORDER = (
    "Column to sort by, with `-` before it for the largest first. Missing values come last, "
    "equal ones in the order of what names the row."
)
ACTORS, THEMES, YEARS = "Actor codes.", "Theme ids.", "Years."


class FederationsQuery(PagedQuery):
    """Filters of `/v1/federations`; lists are separated by commas."""

    actor: Names | None = Field(default=None, description=ACTORS, examples=["USA"])
    theme: Names | None = Field(default=None, description=THEMES, examples=["death_penalty"])
    year: Years | None = Field(default=None, description=YEARS, examples=["2022"])
    sort: Literal[
        "actor",
        "-actor",
        "theme",
        "-theme",
        "year",
        "-year",
        "spread",
        "-spread",
        "gap_attributable",
        "-gap_attributable",
        "gap_system",
        "-gap_system",
    ] = Field(default="actor", description=ORDER)


class FederationUnitsQuery(PagedQuery):
    """Filters of `/v1/federation-units`; lists are separated by commas."""

    actor: Names | None = Field(default=None, description="Federations.", examples=["USA"])
    theme: Names | None = Field(default=None, description=THEMES, examples=["death_penalty"])
    year: Years | None = Field(default=None, description=YEARS, examples=["2022"])
    sort: Literal[
        "actor",
        "-actor",
        "unit",
        "-unit",
        "year",
        "-year",
        "practice",
        "-practice",
        "population_share",
        "-population_share",
    ] = Field(default="actor", description=ORDER)


class CoherenceQuery(PagedQuery):
    """Filters of `/v1/coherence`; lists are separated by commas."""

    theme: Names | None = Field(default=None, description=THEMES, examples=["death_penalty"])
    year: Years | None = Field(default=None, description=YEARS, examples=["2022"])
    sort: Literal["theme", "-theme", "year", "-year", "spread", "-spread"] = Field(
        default="theme", description=ORDER
    )


class AbroadQuery(PagedQuery):
    """Filters of `/v1/abroad`; lists are separated by commas."""

    actor: Names | None = Field(default=None, description="Donors.", examples=["EUU"])
    year: Years | None = Field(default=None, description=YEARS, examples=["2022"])
    sort: Literal["actor", "-actor", "year", "-year", "practice", "-practice", "gap", "-gap"] = (
        Field(default="actor", description=ORDER)
    )
