"""`gaptracker what-if`: one cell under other choices than the methodology's; never official."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import typer

from gaptracker.domain.analysis import PointsRange
from gaptracker.domain.choices import Aggregation, Spacing
from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore
from gaptracker.main.cli.evidence import read_all_evidence
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.options import ActorArgument
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.stores import open_store
from gaptracker.main.cli.terminal import data_console, folded, show, talk
from gaptracker.main.cli.what_if_text import (
    parameters_in_words,
    release_in_words,
    side_by_side,
)
from gaptracker.publish.cell_record import cell_record
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.nearest import require_known, require_year
from gaptracker.publish.rows import FrozenCell
from gaptracker.scoring.choices import Choices, published_choices
from gaptracker.scoring.dossier import Dossier, build_dossiers
from gaptracker.scoring.run import scored_years
from gaptracker.scoring.what_if import WhatIf, what_if
from gaptracker.workflows.what_if import read_half_life, read_weights

NOT_OFFICIAL = (
    "Not official: this is no published figure. Quote it only with its parameters, and beside the "
    "published one."
)
DEFAULT_ERRORS = (
    "The current release was cut with calibrated coders' errors; here both figures, also the one "
    "as published, are computed with the methodology's default errors, and may differ from the "
    "release for that alone."
)

ThemeArgument = Annotated[
    str, typer.Argument(help="Theme's id, as death_penalty.", metavar="THEME")
]
YearArgument = Annotated[int, typer.Argument(help="Year of the cell, as 2022.", metavar="YEAR")]
HalfLifeOption = Annotated[
    str | None,
    typer.Option(help="Years in which words lose half their weight, or `never`.", metavar="YEARS"),
]
AggregationOption = Annotated[
    Aggregation, typer.Option(help="How items are averaged.", case_sensitive=False)
]
WeightOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Multiply one weight: instrument.vote=0.5, office.minister=2, specificity.general=0, "
        "source_grade.3=0.5, indicator.NAME=2, measure=0.5. May come many times.",
        metavar="NAME=NUMBER",
    ),
]
SolicitedOption = Annotated[
    bool, typer.Option(help="With or without words that somebody asked for: votes, answers.")
]
SpacingOption = Annotated[
    str | None,
    typer.Option(help="How far apart the rungs lie: equal, wide_below or wide_above."),
]
FormatOption = Annotated[
    Literal["text", "json"],
    typer.Option("--format", help="Text to read, or JSON with unrounded figures."),
]


def what_if_command(  # noqa: PLR0913  each is an argument or option of the command line
    actor: ActorArgument,
    theme: ThemeArgument,
    year: YearArgument,
    *,
    half_life: HalfLifeOption = None,
    aggregation: AggregationOption = Aggregation.ARITHMETIC,
    weight: WeightOption = None,
    solicited: SolicitedOption = True,
    spacing: SpacingOption = None,
    form: FormatOption = "text",
) -> None:
    """Score one cell under other choices, beside the methodology's own.

    Reads the evidence in the database and keeps nothing. Which evidence counts stays as the
    methodology says; what it weighs, where it stands and how it is averaged may be chosen. The
    two ranges say how far weights alone could move the gap: when each item may weigh anything
    from nothing up, and when each moves by half.

    Examples:
        gaptracker what-if MEX human_rights 2024 --half-life 2
        gaptracker what-if JAM death_penalty 2022 --aggregation geometric --no-solicited
        gaptracker what-if COL militarisation 2026 --weight instrument.vote=0.5 --format json
    """
    methodology = newest_methodology()
    choices = _choices(
        methodology,
        half_life=half_life,
        aggregation=aggregation,
        weights=weight or (),
        solicited=solicited,
        spacing=spacing,
    )
    evidence = read_all_evidence()
    dossier = _dossier(evidence, methodology, actor, theme)
    require_year(year, scored_years(evidence))
    published, found = (
        _score(dossier, year, evidence, methodology=methodology, choices=each)
        for each in (published_choices(methodology), choices)
    )
    current = _current_release()
    frozen = _frozen_cell(current, published.cell) if current else None
    calibrated = current is not None and current.provenance.calibrated
    if form == "json":
        write_json(_record(published, found, frozen, methodology))
    else:
        _show(published, found, evidence)
        released = release_in_words(published.cell, frozen, calibrated=calibrated)
        show(folded(released, width=data_console().width, hang=2))
    talk(f"{NOT_OFFICIAL} {DEFAULT_ERRORS}" if calibrated else NOT_OFFICIAL)


def _choices(
    methodology: Methodology,
    *,
    half_life: str | None,
    aggregation: Aggregation,
    weights: Sequence[str],
    solicited: bool,
    spacing: str | None,
) -> Choices:
    """Return the choices that were typed.

    Raises:
        BadParameter: If a value cannot be; it names the option.
        UnknownName: If a weight or spacing is unknown; it names the nearest.
    """
    published = published_choices(methodology)
    space = {each.name: each for each in methodology.choices.space.spacings}
    try:
        return replace(
            published,
            half_life_years=(
                published.half_life_years if half_life is None else _half_life(half_life)
            ),
            aggregation=aggregation,
            spacing=published.spacing if spacing is None else _spacing(spacing, space),
            solicited=solicited,
            multipliers=_multipliers(weights, methodology),
        )
    except InvalidValue as error:
        raise typer.BadParameter(str(error)) from error


def _half_life(text: str) -> float:
    try:
        return read_half_life(text)
    except InvalidValue as error:
        raise typer.BadParameter(str(error), param_hint="--half-life") from error


def _multipliers(texts: Sequence[str], methodology: Methodology) -> dict[str, float]:
    """Return the weights that were typed, each once."""
    try:
        return read_weights(texts, methodology)
    except InvalidValue as error:
        raise typer.BadParameter(str(error), param_hint="--weight") from error


def _spacing(name: str, known: dict[str, Spacing]) -> Spacing:
    return known[require_known("spacing", name, dict.fromkeys(known, ()))]


def _dossier(evidence: Evidence, methodology: Methodology, actor: str, theme: str) -> Dossier:
    """Return what is known of an actor on a theme, whatever the case of their names."""
    actors = {code: tuple(each.names.values()) for code, each in evidence.actors.items()}
    themes = {each.id: tuple(each.name.values()) for each in methodology.scored_themes()}
    given, asked = actor.strip().upper(), theme.strip().lower().replace("-", "_")
    code = require_known("actor", given if given in actors else actor, actors)
    name = require_known("theme", asked if asked in themes else theme, themes)
    return build_dossiers(evidence, methodology).get((code, name)) or Dossier(
        actor=code, theme=name
    )


def _score(
    dossier: Dossier,
    year: int,
    evidence: Evidence,
    *,
    methodology: Methodology,
    choices: Choices,
) -> WhatIf:
    try:
        return what_if(
            dossier,
            year,
            data_as_of=evidence.as_of,
            methodology=methodology,
            choices=choices,
            weight_spread=methodology.choices.weight_spread,
        )
    except InvalidValue as error:
        raise typer.BadParameter(str(error)) from error


def _current_release() -> FrozenRelease | None:
    store = open_store()
    return None if store.latest() is None else load_release(store)


def _frozen_cell(release: FrozenRelease, cell: CellScore) -> FrozenCell | None:
    """Return the cell as a release has it; None if it has none."""
    try:
        return release.cell(cell.actor, cell.theme, cell.year)
    except UnknownName:
        return None


def _show(published: WhatIf, found: WhatIf, evidence: Evidence) -> None:
    width = data_console().width
    cell = found.cell
    name = evidence.actors[cell.actor].names["en"]
    show("WHAT IF · not official")
    show(f"{cell.actor} {name} · {cell.theme} · {cell.year}")
    for line in (*parameters_in_words(found.parameters), f"evidence up to {evidence.as_of}"):
        show(folded(line, width=width, indent=2, hang=4))
    show("")
    show(side_by_side(published, found))


# `Any` because the values are JSON's.
def _record(
    published: WhatIf, found: WhatIf, frozen: FrozenCell | None, methodology: Methodology
) -> dict[str, Any]:
    """Return both cells as JSON, with the parameters that made the second.

    `published` is the methodology's own cell from the same evidence, and `released` the gap in
    the current release, which may have been cut from other evidence.
    """
    return {
        "official": found.official,
        "actor": found.cell.actor,
        "theme": found.cell.theme,
        "year": found.cell.year,
        "as_of": found.cell.as_of,
        "methodology": methodology.version,
        "parameters": {**_plain_choices(found.parameters), "weight_spread": found.weight_spread},
        "what_if": _figures(found),
        "published": {"parameters": _plain_choices(published.parameters), **_figures(published)},
        # A release that was cut with a calibration has coders' own errors instead.
        "coder_errors": "default",
        "released": frozen and {"release": frozen.release, "gap": frozen.gap},
    }


def _plain_choices(choices: Choices) -> dict[str, Any]:
    return {
        "half_life_years": choices.half_life_years,
        "aggregation": choices.aggregation,
        "spacing": choices.spacing,
        "solicited": choices.solicited,
        "weights": dict(choices.multipliers),
    }


def _figures(given: WhatIf) -> dict[str, Any]:
    """Return a cell's figures, named as in a release, and both ranges of its gap."""
    return {
        **cell_record(given.cell),
        **_range("all_weights", given.gap_over_all_weights),
        **_range("bounded_weights", given.gap_over_bounded_weights),
    }


def _range(name: str, given: PointsRange | None) -> dict[str, float | None]:
    return {
        f"{name}_low": given.low if given else None,
        f"{name}_high": given.high if given else None,
    }
