"""Actors that stand somewhere on a few themes, with draws around where they stand."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gaptracker.domain.methodology import AllianceRule, Methodology
from gaptracker.domain.vocabulary import Side
from gaptracker.scoring.reading_draws import Drawn
from gaptracker.scoring.seeds import CellKey, stream
from gaptracker.scoring.standings import YearStandings, stand
from tests.core.rules import ALLIANCES, methodology

THEMES = ("one", "two", "three", "four")
RULE = replace(ALLIANCES, themes=2, theme_weights=dict.fromkeys(THEMES, 1.0))
RULES_OF_FOUR = replace(methodology(), alliances=RULE)
DRAWS = 60

# Points by actor and theme.
Places = Mapping[str, Mapping[str, float]]


def by_rule(rule: AllianceRule) -> Methodology:
    """The tests' rules with another rule of alliances."""
    return replace(RULES_OF_FOUR, alliances=rule)


def standings(
    places: Places, *, year: int = 2022, spread: float = 5.0, side: Side = Side.WORDS
) -> YearStandings:
    """Put actors where they stand, each theme drawn from the actor's own stream."""
    drawn = {}
    for actor, themes in places.items():
        for theme, points in themes.items():
            key = CellKey(
                methodology="1.0.0", random_series="1", actor=actor, theme=theme, year=year
            )
            noise = stream(key, side.value).normal(0.0, spread, DRAWS)
            drawn[actor, theme] = Drawn(points=points, draws=np.asarray(points + noise))
    return stand(side, year, THEMES, drawn)


def everywhere(points: float) -> dict[str, float]:
    """The same points on every theme."""
    return dict.fromkeys(THEMES, points)
