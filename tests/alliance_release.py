"""The smallest release with something of everything about alliances, on invented figures."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from gaptracker.domain.actors import Actor
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.vocabulary import ActorKind
from gaptracker.publish.api.shelf import Shelf
from gaptracker.release.alliance_tables import (
    ALIKE_APART,
    COMMUNITIES,
    POSITIONS,
    SIMILARITIES,
    SIMILARITY_CHANGES,
)
from gaptracker.release.columns import Layout
from tests.api_world import World, client_of, open_store
from tests.core.builders import coding, evidence, observation, statement
from tests.core.rules import WORDS_ONLY
from tests.federal_release import set_to
from tests.small_release import PLAN, cut

# Two camps in words; of the first, one acts as the other camp does, and only since 2022.
RUNGS = {"AAA": 4, "BBB": 4, "CCC": 4, "XXX": 0, "YYY": 0}
POINTS = {"AAA": (95.0, 95.0), "BBB": (95.0, 5.0), "CCC": (95.0, 95.0), "XXX": (5.0, 5.0)}
SPEECHES = 12
NAMES = {"AAA": '=A, "quoted"', "BBB": "إيران, B", "CCC": "乌拉圭", "XXX": "X", "YYY": "Y"}


def alliance_evidence() -> Evidence:
    """Five states of which much is known: three speak alike, one of these acts apart."""
    said = [
        (statement(f"{name} {number}", "2020-02", actor=name, source=f"source {number}"), rung)
        for name, rung in RUNGS.items()
        for number in range(SPEECHES)
    ]
    values = [
        observation(f"{name} {year} {indicator}", value, str(year), actor=name, indicator=indicator)
        for name, points in POINTS.items()
        for year, value in zip((2020, 2022), points, strict=True)
        for indicator in ("alpha", "beta")
    ]
    given = evidence(coded=said, observations=values)
    on_treaties = [coding(item, rung, theme=WORDS_ONLY) for item, rung in said]
    actors = {
        **given.actors,
        **{
            code: Actor(code=code, kind=ActorKind.STATE, names={"en": name, "es": f"{code} (es)"})
            for code, name in NAMES.items()
        },
    }
    return replace(given, actors=actors, codings=(*given.codings, *on_treaties))


def open_alliances(folder: Path) -> World:
    """An application on that one release."""
    name = cut(open_store(folder), alliance_evidence(), PLAN).entry.id
    shelf = Shelf(open_store(folder))
    shelf.refresh()
    return World(client=client_of(shelf), shelf=shelf, folder=folder, older=name, newer=name)


# `Any`, because each layout is of values of its own type.
BREAKS: list[tuple[str, Layout[Any], Callable[[pl.DataFrame], pl.DataFrame]]] = [
    ("positions_share", POSITIONS, set_to("says", pl.lit(101.0))),
    ("positions_share", POSITIONS, set_to("theme", pl.lit("incarceration"))),
    ("positions_share", POSITIONS, set_to("says_high", pl.lit(-1.0))),
    ("positions_share", POSITIONS, set_to("n_statements", pl.lit(0, pl.Int32))),
    ("similarities_share", SIMILARITIES, set_to("similarity", pl.lit(0.9))),
    ("similarities_share", SIMILARITIES, set_to("similarity_low", pl.lit(0.99999))),
    ("similarities_share", SIMILARITIES, set_to("p_alike", pl.lit(1.1))),
    ("similarities_share", SIMILARITIES, set_to("n_themes", pl.lit(7, pl.Int32))),
    ("similarities_share", SIMILARITIES, lambda frame: frame.head(-1)),
    ("similarities_share", POSITIONS, set_to("says", pl.lit(50.0))),
    ("similarity_changes_share", SIMILARITY_CHANGES, set_to("p_closer", pl.lit(0.5))),
    ("similarity_changes_share", SIMILARITY_CHANGES, set_to("change", pl.lit(0.1))),
    ("similarity_changes_share", SIMILARITY_CHANGES, set_to("since", pl.col("year"))),
    ("communities_share", COMMUNITIES, set_to("n_members", pl.lit(9, pl.Int32))),
    ("communities_share", COMMUNITIES, set_to("community", pl.lit("BBB"))),
    ("communities_share", COMMUNITIES, set_to("together_share", pl.lit(0.7))),
    ("communities_share", SIMILARITIES, set_to("together_share", pl.lit(0.7))),
    ("alike_apart_share", ALIKE_APART, lambda frame: frame.clear()),
    ("alike_apart_share", ALIKE_APART, set_to("standing", pl.lit("certain"))),
    ("alike_apart_share", ALIKE_APART, set_to("deeds_similarity", pl.lit(0.01))),
    ("alike_apart_share", SIMILARITIES, set_to("p_alike", pl.lit(0.5))),
]
