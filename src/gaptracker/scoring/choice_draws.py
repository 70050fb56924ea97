"""Choices drawn many at a time: from numbers between 0 and 1 to choices, one a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from gaptracker.domain.choices import ChoiceSpace
from gaptracker.domain.errors import InvalidValue
from gaptracker.scoring.choices import Choices
from gaptracker.scoring.uncertainty import Floats

Indices = npt.NDArray[np.intp]

CATEGORIES = ("aggregation", "half_life", "solicited", "spacing")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceDraws:
    """The choices of many runs.

    `multipliers` has a row for each of `names` and a column for each run. The integers are
    positions in the choice space's lists of options, one for each run.
    """

    names: tuple[str, ...]
    multipliers: Floats
    aggregation: Indices
    half_life: Indices
    solicited: Indices
    spacing: Indices

    @property
    def runs(self) -> int:
        """Return the number of runs."""
        return len(self.aggregation)

    def rows(self) -> Mapping[str, int]:
        """Return the row of each weight's multipliers."""
        return {name: row for row, name in enumerate(self.names)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceDesign:
    """How a row of numbers between 0 and 1 becomes one set of choices.

    One column for each weight's multiplier, in the order of `names`, then one for each of
    `CATEGORIES`. `factors` names groups of columns that belong to one choice.
    """

    space: ChoiceSpace
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse names out of order: the weights of one table stand side by side."""
        if list(self.names) != sorted(set(self.names)):
            raise InvalidValue(f"names: {self.names}; expected different ones, sorted")

    @property
    def columns(self) -> int:
        """Return how many numbers make one set of choices."""
        return len(self.names) + len(CATEGORIES)

    @property
    def factors(self) -> dict[str, tuple[int, ...]]:
        """Return the choices, each with its columns: the weights of one table are one choice.

        Examples:
            >>> from gaptracker.scoring.choices import EQUAL_SPACING, Aggregation
            >>> space = ChoiceSpace(multiplier_spread=0.5, half_lives_years=(4.0,),
            ...     aggregations=(Aggregation.ARITHMETIC,), spacings=(EQUAL_SPACING,),
            ...     solicited=(True,))
            >>> ChoiceDesign(space=space, names=("measure", "office.minister",
            ...     "office.other")).factors["office"]
            (1, 2)
        """
        tables = groupby(range(len(self.names)), key=lambda column: _table(self.names[column]))
        weights = {table: tuple(columns) for table, columns in tables}
        first = len(self.names)
        return weights | {name: (first + place,) for place, name in enumerate(CATEGORIES)}

    def choose(self, unit: Floats) -> ChoiceDraws:
        """Return the choices that numbers between 0 and 1 stand for.

        Args:
            unit: Shape (runs, columns), each in [0, 1). Multipliers are spread evenly around 1,
                options take equal parts of the way from 0 to 1.

        Raises:
            InvalidValue: If there are not as many columns as choices.
        """
        if unit.ndim != 2 or unit.shape[1] != self.columns:  # noqa: PLR2004
            raise InvalidValue(f"unit: shape {unit.shape}; expected (runs, {self.columns})")
        return self._choices(np.array(unit.T, order="C"))

    def draw(self, runs: int, generator: np.random.Generator) -> ChoiceDraws:
        """Draw choices, all multipliers and options equally likely.

        Args:
            runs: How many sets of choices.
            generator: The random stream; one weight after the other is drawn from it.
        """
        return self._choices(generator.random((self.columns, runs)))

    def _choices(self, block: Floats) -> ChoiceDraws:
        """Return the choices of numbers between 0 and 1, one run a column; uses their room up."""
        spread = self.space.multiplier_spread
        first = len(self.names)
        options: tuple[Sequence[object], ...] = (
            self.space.aggregations,
            self.space.half_lives_years,
            self.space.solicited,
            self.space.spacings,
        )
        aggregation, half_life, solicited, spacing = (
            np.minimum((block[first + place] * len(given)).astype(np.intp), len(given) - 1)
            for place, given in enumerate(options)
        )
        multipliers = block[:first]
        multipliers *= 2.0 * spread
        multipliers += 1.0 - spread
        return ChoiceDraws(
            names=self.names,
            multipliers=multipliers,
            aggregation=aggregation,
            half_life=half_life,
            solicited=solicited,
            spacing=spacing,
        )


def _table(name: str) -> str:
    """Return the table of factors a weight belongs to."""
    return name.partition(".")[0]


def only(choices: Choices) -> ChoiceSpace:
    """Return the space in which there is nothing else to choose; weights are held apart."""
    return ChoiceSpace(
        multiplier_spread=0.0,
        half_lives_years=(choices.half_life_years,),
        aggregations=(choices.aggregation,),
        spacings=(choices.spacing,),
        solicited=(choices.solicited,),
    )


def same_choices(choices: Choices, names: Sequence[str], runs: int) -> ChoiceDraws:
    """Return one set of choices for all runs, in the space `only(choices)`.

    Args:
        choices: The choices.
        names: Weights that the items are made of; a multiplier left out is 1.
        runs: How many times.
    """
    first = np.zeros(runs, dtype=np.intp)
    return ChoiceDraws(
        names=tuple(names),
        multipliers=np.repeat(
            [[choices.multipliers.get(name, 1.0)] for name in names], runs, axis=1
        )
        if names
        else np.empty((0, runs)),
        aggregation=first,
        half_life=first,
        solicited=first,
        spacing=first,
    )
