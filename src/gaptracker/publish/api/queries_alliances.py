"""The query parameters of positions and alliances, checked for form."""

from typing import Annotated, Literal

from pydantic import Field

from gaptracker.publish.api.queries import LONGEST_NAME, Names, PagedQuery, Years

Side = Literal["words", "deeds"]
Show = Literal["similarities", "communities", "changes", "alike_apart"]
PositionOrder = Literal[
    "actor", "-actor", "theme", "-theme", "year", "-year", "position", "-position"
]
AllianceOrder = Literal["year", "-year", "figure", "-figure"]


class PositionsQuery(PagedQuery):
    """Filters and order of `/v1/positions`; lists are separated by commas."""

    actor: Names | None = Field(default=None, description="Actor codes.", examples=["MEX,COL"])
    theme: Names | None = Field(
        default=None,
        description="Theme ids, those of positions only too.",
        examples=["treaty_regime"],
    )
    year: Years | None = Field(default=None, description="Years.", examples=["2021,2022"])
    side: Side | None = Field(default=None, description="Words or deeds; both if left out.")
    sort: PositionOrder = Field(
        default="actor",
        description=(
            "Column to sort by, with `-` before it for the largest first; equal ones come in the "
            "order of actor, theme, year and side."
        ),
    )


class AlliancesQuery(PagedQuery):
    """Filters and order of `/v1/alliances`; lists are separated by commas."""

    show: Show | None = Field(
        default=None,
        description=(
            "`similarities` of every two actors, which is also given without it; `communities` "
            "whose members all stand together; `changes` that can be told between two years, also "
            "given where `since` asks for them; `alike_apart`: who speaks alike and acts apart."
        ),
    )
    side: Side | None = Field(
        default=None,
        description="Words or deeds; both if left out. `alike_apart` holds both together.",
    )
    year: Years | None = Field(default=None, description="Years.", examples=["2022"])
    since: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)] | None = Field(
        default=None,
        description="The earlier year of `changes`.",
        examples=["2021"],
        json_schema_extra={"pattern": r"^\s*[0-9]{4}\s*$"},
    )
    actor: Names | None = Field(
        default=None,
        description=(
            "Actor codes. One: every row in which it stands. Several: only pairs of two of them, "
            "and of communities their members."
        ),
        examples=["MEX"],
    )
    sort: AllianceOrder = Field(
        default="year",
        description=(
            "`year`, or `figure`: similarity, share of runs together, change, or the similarity "
            "of words; with `-` before it for the largest first."
        ),
    )

    @property
    def shown(self) -> Show:
        """Return which table is asked for."""
        if self.show is not None:
            return self.show
        return "similarities" if self.since is None else "changes"
