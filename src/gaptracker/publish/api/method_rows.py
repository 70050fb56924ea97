"""Themes and rules of a frozen release as the API shows them."""

import msgspec

from gaptracker.domain.methodology import Goalposts, Indicator, Theme
from gaptracker.domain.scale import POINTS_PER_RUNG
from gaptracker.publish.api.cells import GAPS_PATH
from gaptracker.publish.api.deps import View, path_part
from gaptracker.publish.api.schemas import Names
from gaptracker.publish.api.schemas_methods import (
    GoalpostsAnswer,
    IndicatorOfTheme,
    MethodologyDocument,
    ReferenceBrief,
    RungAnswer,
    ThemeDetail,
    ThemeLinks,
    ThemeRow,
)
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.release.documents import write_methodology

THEMES_PATH = "/v1/themes"


def build_theme(view: View, theme: Theme, n_cells: int) -> ThemeRow:
    """Return a theme without its ladder.

    Args:
        view: What the request wants to see.
        theme: The theme.
        n_cells: Its cells of grade C or better.
    """
    return ThemeRow(
        id=theme.id,
        name=view.name_of(theme.name),
        names=Names(en=theme.name["en"], es=theme.name.get("es"), pt=theme.name.get("pt")),
        order=theme.order,
        question=view.name_of(theme.question),
        has_deeds=theme.has_deeds,
        descriptive=theme.descriptive,
        n_cells=n_cells,
        links=ThemeLinks(
            self=view.link(f"{THEMES_PATH}/{path_part(theme.id)}"),
            gaps=view.link(GAPS_PATH, theme=theme.id) if theme.has_deeds else None,
        ),
    )


def build_theme_detail(view: View, theme: Theme, n_cells: int) -> ThemeDetail:
    """Return a theme with its ladder, its indicators and what both rest on."""
    row = build_theme(view, theme, n_cells)
    used = [
        indicator
        for indicator in view.release.methodology.indicators.values()
        if theme.id in indicator.uses
    ]
    return ThemeDetail(
        **dict(row),
        note=view.name_of(theme.note),
        rungs=[
            RungAnswer(
                rung=rung.rung,
                points=rung.rung * POINTS_PER_RUNG,
                title=view.name_of(rung.title),
                description=view.name_of(rung.description),
                example_statements=list(rung.example_statements),
                example_deeds=list(rung.example_deeds),
            )
            for rung in theme.rungs
        ],
        indicators=[_indicator(view, indicator, theme) for indicator in used],
        references=_references(view.release, theme.references),
    )


def build_methodology(release: FrozenRelease) -> MethodologyDocument:
    """Return all the rules of a release, as its file holds them."""
    written = msgspec.json.decode(write_methodology(release.methodology))
    return MethodologyDocument.model_validate(written)


def _indicator(view: View, indicator: Indicator, theme: Theme) -> IndicatorOfTheme:
    use = indicator.uses[theme.id]
    return IndicatorOfTheme(
        id=indicator.id,
        name=view.name_of(indicator.name),
        unit=indicator.unit,
        layer=indicator.layer,
        lag=indicator.lag,
        weight=use.weight,
        critical=use.critical,
        reason=use.reason,
        goalposts=_goalposts(indicator.goalposts),
        maximum_age_years=indicator.maximum_age_years,
        caution=indicator.caution,
        references=_references(view.release, indicator.references),
    )


def _goalposts(goalposts: Goalposts) -> GoalpostsAnswer:
    return GoalpostsAnswer(
        scale=goalposts.scale,
        worst=goalposts.worst,
        best=goalposts.best,
        categories=dict(goalposts.categories) if goalposts.categories is not None else None,
        steps=list(goalposts.steps),
    )


def _references(release: FrozenRelease, keys: tuple[str, ...]) -> list[ReferenceBrief]:
    known = release.methodology.references
    return [
        ReferenceBrief(key=key, citation=known[key].citation, url=known[key].url) for key in keys
    ]
