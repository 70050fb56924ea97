"""The shape of `[choices]` in `methodology.toml`: what a release tries beside its own method."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from gaptracker.domain.choices import Aggregation, ChoiceRules, ChoiceSpace, Spacing
from gaptracker.domain.scale import EQUAL_POINTS, RUNGS
from gaptracker.intake.methodology_shapes import Flag, Name, Number, Points, Shape, Whole, refuse

# Infinity is a half-life: words that never age.
HalfLife = Annotated[float, Field(strict=True, gt=0)]
Runs = Annotated[Whole, Field(ge=2)]


class SpacingShape(Shape):
    """`[[choices.spacing]]`."""

    name: Name
    points: tuple[Points, ...]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        """Refuse rungs that do not rise from one end of the scale to the other."""
        rising = all(low < high for low, high in pairwise(self.points))
        ends = (EQUAL_POINTS[0], EQUAL_POINTS[-1])
        if len(self.points) != RUNGS or not rising or (self.points[0], self.points[-1]) != ends:
            raise refuse(
                "spacing",
                f"points of {self.name} are {list(self.points)}; expected {RUNGS} rising numbers "
                f"from {ends[0]:g} to {ends[1]:g}",
            )
        return self


class ChoicesShape(Shape):
    """`[choices]`."""

    multiplier_spread: Annotated[Number, Field(ge=0, lt=1)]
    half_lives_years: tuple[HalfLife, ...]
    aggregations: tuple[Aggregation, ...]
    solicited: tuple[Flag, ...]
    spacing: tuple[SpacingShape, ...]
    base_runs: Runs
    resamples: Annotated[Whole, Field(ge=1)]
    grid_size: Runs
    weight_spread: Annotated[Number, Field(ge=0, le=1)]

    @model_validator(mode="after")
    def _options(self) -> Self:
        """Refuse a list that repeats an option, or leaves out what the methodology does."""
        names = [spacing.name for spacing in self.spacing]
        for key, given, published in (
            ("half_lives_years", self.half_lives_years, None),
            ("aggregations", self.aggregations, Aggregation.ARITHMETIC),
            ("solicited", self.solicited, True),
            ("spacing", [spacing.points for spacing in self.spacing], EQUAL_POINTS),
            ("spacing", names, None),
        ):
            _require_options(key, given, published)
        return self


def _require_options(key: str, given: Sequence[object], published: object) -> None:
    if not given or len(set(given)) != len(given):
        raise refuse("options", f"{key} is {list(given)}; expected one or more different options")
    if published is not None and published not in given:
        raise refuse("options", f"{key} is {list(given)}; expected {published}, as published, too")


def choice_rules(shape: ChoicesShape) -> ChoiceRules:
    """Return how a release tries other choices than its own."""
    return ChoiceRules(
        space=ChoiceSpace(
            multiplier_spread=shape.multiplier_spread,
            half_lives_years=shape.half_lives_years,
            aggregations=shape.aggregations,
            spacings=tuple(Spacing(name=each.name, points=each.points) for each in shape.spacing),
            solicited=shape.solicited,
        ),
        base_runs=shape.base_runs,
        resamples=shape.resamples,
        grid_size=shape.grid_size,
        weight_spread=shape.weight_spread,
    )
