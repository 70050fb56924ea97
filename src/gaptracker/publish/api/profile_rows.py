"""One actor's profile as the API shows it: each theme with its years, all themes, its pledges."""

import polars as pl

from gaptracker.domain.actors import Actor
from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.records import Statement
from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import Grade, Label, Outcome, Reading
from gaptracker.publish.addresses import COMPARE_PATH, path_part
from gaptracker.publish.api.actor_rows import build_actor
from gaptracker.publish.api.cells import WEAKEST_SHOWN, build_cells
from gaptracker.publish.api.deps import View
from gaptracker.publish.api.pair_rows import PAIRS_PATH
from gaptracker.publish.api.schemas_actors import (
    ActorProfile,
    PledgeOfActor,
    ThemeOfActor,
    YearOfActor,
    YearOfTheme,
)
from gaptracker.workflows.profile_actor import ThemeFigure, profile_years

FEWEST_YEARS = 2


def build_profile(view: View, actor: Actor) -> ActorProfile:
    """Return an actor with its themes, its years across them, and its pledges."""
    cells = view.release.cells.table.where(actor=actor.code).frame.sort("theme", "year")
    shown, held = cells.filter(pl.col("grade") <= WEAKEST_SHOWN), set(cells["theme"])
    return ActorProfile(
        **dict(build_actor(view, actor, shown.height)),
        themes=[
            _theme(view, theme, cells.filter(pl.col("theme") == theme))
            for theme in view.release.scored_themes
            if theme in held
        ],
        years=_years(shown),
        pledges=_pledges(view, actor.code),
    )


def _theme(view: View, theme: str, cells: pl.DataFrame) -> ThemeOfActor:
    graded = cells.filter(pl.col("grade") <= WEAKEST_SHOWN)
    (newest,) = build_cells(view, (graded if graded.height else cells).tail(1))
    trend = graded.select(list(YearOfTheme.model_fields))
    ends = [trend["year"][0], trend["year"][-1]] if trend.height >= FEWEST_YEARS else None
    return ThemeOfActor(
        theme=theme,
        theme_name=view.name_of(view.release.themes[theme].name),
        cell=newest,
        trend=[YearOfTheme(**row) for row in trend.iter_rows(named=True)],
        compare=view.link(
            COMPARE_PATH, actors=newest.actor, theme=theme, years=",".join(map(str, ends))
        )
        if ends
        else None,
    )


def _years(shown: pl.DataFrame) -> list[YearOfActor]:
    figures = [
        ThemeFigure(
            actor=row["actor"],
            theme=row["theme"],
            year=row["year"],
            gap_points=row["gap"],
            gap_interval=(
                Interval(low=row["gap_low"], high=row["gap_high"])
                if row["gap"] is not None
                else None
            ),
            grade=Grade(row["grade"]),
            label=Label(row["label"]),
        )
        for row in shown.iter_rows(named=True)
    ]
    return [
        YearOfActor(**{name: getattr(year, name) for name in YearOfActor.model_fields})
        for year in profile_years(figures)
    ]


def _pledges(view: View, actor: str) -> list[PledgeOfActor]:
    """Return each pair of a pledge; their number is that of pledges times deeds."""
    rows = view.release.pairs.table.where(actor=actor, reading=Reading.PLEDGE.value).frame
    found = []
    for row in rows.sort("due_on", "id").iter_rows(named=True):
        statement = view.release.statements.get(row["statement"])
        if not isinstance(statement, Statement):
            raise ReleaseCorrupt(
                f"{view.release.id}: a pair names statement {row['statement']}, which is missing"
            )
        found.append(
            PledgeOfActor(
                pair=row["id"],
                theme=row["theme"],
                said_on=str(statement.said_on),
                forum=statement.forum,
                excerpt=statement.excerpt,
                paraphrase=statement.paraphrase,
                due_on=row["due_on"],
                outcome=Outcome(row["outcome"]),
                link=view.link(f"{PAIRS_PATH}/{path_part(row['id'])}"),
            )
        )
    return found
