"""The shapes of the ladders, indicators, references and codebook: their keys and limits."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gaptracker.domain.scale import RUNGS
from gaptracker.domain.vocabulary import Lag, Layer, Response, Scale, VoteCast

EXAMPLES = 2
FULL_SCALE = 100.0

Text = Annotated[str, StringConstraints(strict=True, min_length=1, pattern=r"^\S(.*\S)?$")]
Name = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]*$")]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Positive = Annotated[Number, Field(gt=0)]
Points = Annotated[Number, Field(ge=0, le=FULL_SCALE)]
Address = Annotated[str, StringConstraints(strict=True, pattern=r"^https://\S+$")]


class Shape(BaseModel):
    """A table of a methodology file; a key that it does not name is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def refuse(kind: str, message: str) -> PydanticCustomError:
    """Return an error for a rule that binds several keys of one table."""
    return PydanticCustomError(kind, "{problem}", {"problem": message})


class Translated(Shape):
    """A text in each language of the project."""

    en: Text
    es: Text
    pt: Text


class RungShape(Shape):
    """One `[[rung]]` of a theme."""

    rung: Annotated[Whole, Field(ge=0, lt=RUNGS)]
    title: Translated
    description: Translated
    example_statements: tuple[Text, ...]
    example_deeds: tuple[Text, ...]


class ThemeFile(Shape):
    """`themes/<theme>.toml`."""

    id: Name
    order: Annotated[Whole, Field(ge=1)]
    has_deeds: Flag
    descriptive: Flag
    references: tuple[Name, ...]
    name: Translated
    question: Translated
    note: Translated
    rung: tuple[RungShape, ...]

    @field_validator("rung")
    @classmethod
    def _whole_ladder(
        cls, rungs: tuple[RungShape, ...], info: ValidationInfo
    ) -> tuple[RungShape, ...]:
        """Refuse a ladder without its five rungs in order, or a rung without its examples."""
        given = [rung.rung for rung in rungs]
        for number in range(RUNGS):
            if given.count(number) != 1:
                raise refuse(
                    "ladder",
                    f"rung {number} is given {given.count(number)} times; "
                    f"expected rungs 0 to {RUNGS - 1} once each: add or drop",
                )
        if given != sorted(given):
            raise refuse("ladder", f"rungs come in the order {given}; write them from 0 upward")
        deeds = EXAMPLES if info.data.get("has_deeds", True) else 0
        for rung in rungs:
            counts = (len(rung.example_statements), len(rung.example_deeds))
            if counts != (EXAMPLES, deeds):
                raise refuse(
                    "examples",
                    f"rung {rung.rung} has {counts[0]} example_statements and {counts[1]} "
                    f"example_deeds; expected {EXAMPLES} and {deeds}: add or drop",
                )
        return rungs


class Category(Shape):
    """One row of a table of categories."""

    category: Text
    points: Points


class Step(Shape):
    """One row of a table of numbers: the points from a bound upward."""

    bound: Number = Field(alias="from")
    points: Points


class UseShape(Shape):
    """`[indicator.themes.<theme>]`."""

    weight: Annotated[Number, Field(ge=0)]
    critical: Flag
    reason: Text


class IndicatorShape(Shape):
    """One `[[indicator]]`."""

    id: Name
    name: Translated
    unit: Text
    layer: Layer
    lag: Lag
    scale: Scale
    g0: Number | None = None
    g1: Number | None = None
    categories: tuple[Category, ...] | None = None
    steps: tuple[Step, ...] | None = None
    maximum_age_years: Positive
    references: tuple[Name, ...]
    caution: Text
    themes: dict[Name, UseShape]

    @model_validator(mode="after")
    def _goalposts(self) -> Self:
        """Refuse goalposts that place nothing or the same value twice."""
        problem = self._table_problem() if self.scale is Scale.TABLE else self._ends_problem()
        if problem is not None:
            raise refuse("goalposts", problem)
        return self

    def _ends_problem(self) -> str | None:
        if self.categories is not None or self.steps is not None:
            return f"scale {self.scale.value!r} came with a table; give g0 and g1 only"
        if self.g0 is None or self.g1 is None:
            return f"scale {self.scale.value!r} needs both g0 (worst) and g1 (best)"
        if self.g0 == self.g1:
            return f"g0 and g1 are both {self.g0}; expected a worst and a different best end"
        if self.scale is Scale.LOG1P and min(self.g0, self.g1) < 0:
            return f"scale 'log1p' came with {self.g0} and {self.g1}; expected ends of 0 or more"
        return None

    def _table_problem(self) -> str | None:
        if self.g0 is not None or self.g1 is not None:
            return "scale 'table' came with g0 or g1; give categories or steps only"
        if bool(self.categories) == bool(self.steps):
            return "scale 'table' needs either categories or steps, and not both"
        names = [row.category for row in self.categories or ()]
        if len(names) != len(set(names)):
            return f"categories {names} name one twice; give each once"
        bounds = [row.bound for row in self.steps or ()]
        if any(later <= earlier for earlier, later in pairwise(bounds)):
            return f"steps start from {bounds}; expected ascending bounds"
        points = {row.points for row in self.categories or ()}
        points |= {row.points for row in self.steps or ()}
        if len(points) == 1:
            return f"every row of the table gives {points.pop()} points; expected different ones"
        return None


class IndicatorsFile(Shape):
    """`indicators.toml`."""

    indicator: tuple[IndicatorShape, ...]


class ReferenceShape(Shape):
    """One `[[reference]]`."""

    key: Name
    title: Text
    publisher: Text
    year: Annotated[Whole, Field(ge=1900, le=2100)]
    url: Address | None = None


class ReferencesFile(Shape):
    """`references.toml`."""

    reference: tuple[ReferenceShape, ...]


class PlacementShape(Shape):
    """A rung with its reason, or `not_coded` with its reason."""

    rung: Literal[0, 1, 2, 3, 4, "not_coded"]
    reason: Text


class RollCallShape(Shape):
    """One `[[roll_call]]`, or several of one series that are placed alike."""

    ids: Annotated[tuple[Text, ...], Field(min_length=1)]
    theme: Name
    series: Name | None = None
    yes: PlacementShape
    no: PlacementShape
    abstain: PlacementShape
    sponsored: PlacementShape

    def votes(self) -> dict[VoteCast, PlacementShape]:
        """Return the placements of the votes that take a position."""
        return {VoteCast.YES: self.yes, VoteCast.NO: self.no, VoteCast.ABSTAIN: self.abstain}


class JointStatementShape(Shape):
    """One `[[joint_statement]]`."""

    id: Text
    theme: Name
    rung: Annotated[Whole, Field(ge=0, lt=RUNGS)]
    reason: Text


class RecommendationShape(Shape):
    """One `[[recommendation]]`: an ask, and where each answer to it is placed."""

    ask: Name
    theme: Name
    accepted: PlacementShape
    noted: PlacementShape
    pledged: PlacementShape

    def answers(self) -> dict[Response, PlacementShape]:
        """Return the placement of each answer."""
        return {
            Response.ACCEPTED: self.accepted,
            Response.NOTED: self.noted,
            Response.PLEDGED: self.pledged,
        }


class CodebookFile(Shape):
    """`codebook.toml`."""

    absent_reason: Text
    roll_call: tuple[RollCallShape, ...]
    joint_statement: tuple[JointStatementShape, ...]
    recommendation: tuple[RecommendationShape, ...]
    not_coded: dict[Text, Text]
