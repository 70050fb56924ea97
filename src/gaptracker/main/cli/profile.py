"""`gaptracker profile`: one actor across themes, and what may be said of it as a whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.table import Table

from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.main.cli.figures import count, gap, number, points, span_dots
from gaptracker.main.cli.lookup import named_actor
from gaptracker.main.cli.options import ActorArgument, ReleaseOption, TableFormatOption
from gaptracker.main.cli.rows_out import write_csv_records, write_json
from gaptracker.main.cli.stores import open_release
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.terminal import data_console, folded, show, talk
from gaptracker.main.cli.wording import label_in_words, reason_in_words
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.nearest import require_year
from gaptracker.publish.rows import FrozenCell
from gaptracker.scoring.theme_profile import ThemeProfile, theme_profile

ProfileYearOption = Annotated[
    int | None, typer.Option("--year", help="The year; the newest if left out.")
]

LEGEND = (
    "gap: says minus does, in points; plus: words ahead. SE: standard error. size: how large the "
    "gap is once chance is taken off, the root of gap squared minus SE squared. all weights: range "
    "of the gap when its items may weigh anything. No mark for quality."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenThemeCell:
    """A cell of a release as a profile reads it."""

    actor: str
    theme: str
    year: int
    gap_points: float | None
    gap_interval: Interval | None
    grade: Grade
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """One theme of a profile; `why_left_out` is missing where it is in.

    `newest_graded_year` is the newest year in which the theme has grade C or better.
    """

    actor: str
    theme: str
    year: int
    gap: float | None
    gap_low: float | None
    gap_high: float | None
    standard_error_points: float | None
    size_points: float | None
    all_weights_low: float | None
    all_weights_high: float | None
    grade: Grade
    label: Label
    why_left_out: str | None
    newest_graded_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRecord:
    """A profile as a program reads it."""

    release: str
    actor: str
    actor_name: str
    year: int
    mean_points: float | None
    mean_standard_error_points: float | None
    size_points: float | None
    all_weights_of_themes_low: float | None
    all_weights_of_themes_high: float | None
    words_ahead: int
    deeds_ahead: int
    demonstrated: int
    themes: tuple[ProfileRow, ...]


def profile_command(
    actor: ActorArgument,
    *,
    year: ProfileYearOption = None,
    release: ReleaseOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Show one actor's gaps across themes: no overall number, but what can be said of them.

    The signed mean, in which words ahead and deeds ahead cancel; the size of the gaps once
    chance is taken off, in which they do not; how many are demonstrated; and the range of
    everything that some weighting of the themes could make of them. Themes that are left out are
    named, and why.

    Examples:
        gaptracker profile MEX
        gaptracker profile COL --year 2024
        gaptracker profile IRN --year 2024 --format json
    """
    frozen = open_release(release)
    code = named_actor(frozen, actor)
    chosen = frozen.years[-1] if year is None else require_year(year, frozen.years)
    cells = [frozen.cell(code, theme, chosen) for theme in frozen.scored_themes]
    profile = theme_profile([_theme_cell(cell) for cell in cells])
    rows = _rows(frozen, cells, profile)
    match form:
        case "csv":
            write_csv_records(rows, ProfileRow)
        case "json":
            write_json(_record(frozen, profile, rows))
        case "table":
            _show(frozen, profile, rows)
            talk(LEGEND)
    talk(frozen.manifest.notice)


def _theme_cell(cell: FrozenCell) -> FrozenThemeCell:
    known = cell.gap_low is not None and cell.gap_high is not None
    return FrozenThemeCell(
        actor=cell.actor,
        theme=cell.theme,
        year=cell.year,
        gap_points=cell.gap,
        gap_interval=(
            Interval(low=cell.gap_low, high=cell.gap_high)
            if known and cell.gap_low is not None and cell.gap_high is not None
            else None
        ),
        grade=cell.grade,
        label=cell.label,
    )


def _rows(
    release: FrozenRelease, cells: Sequence[FrozenCell], profile: ThemeProfile
) -> list[ProfileRow]:
    gaps = {found.theme: found for found in profile.gaps}
    rows = []
    for cell in cells:
        found, band = gaps.get(cell.theme), release.band_of(cell)
        rows.append(
            ProfileRow(
                actor=cell.actor,
                theme=cell.theme,
                year=cell.year,
                gap=cell.gap,
                gap_low=cell.gap_low,
                gap_high=cell.gap_high,
                standard_error_points=found.standard_error_points if found else None,
                size_points=found.size_points if found else None,
                all_weights_low=band.all_weights_low if band else None,
                all_weights_high=band.all_weights_high if band else None,
                grade=cell.grade,
                label=cell.label,
                why_left_out=None if found else _why(cell),
                newest_graded_year=_newest_graded(release, cell),
            )
        )
    return rows


def _why(cell: FrozenCell) -> str:
    if cell.gap is None:
        return reason_in_words(cell.reason)
    return "too little evidence (grade D)"


def _newest_graded(release: FrozenRelease, cell: FrozenCell) -> int | None:
    rows = release.bands.of_cell(cell.actor, cell.theme).rows()
    return max((row.year for row in rows), default=None)


def _record(
    release: FrozenRelease, profile: ThemeProfile, rows: Sequence[ProfileRow]
) -> ProfileRecord:
    span = profile.range_points
    return ProfileRecord(
        release=release.id,
        actor=profile.actor,
        actor_name=release.actor(profile.actor).names["en"],
        year=profile.year,
        mean_points=profile.mean_points,
        mean_standard_error_points=profile.mean_standard_error_points,
        size_points=profile.size_points,
        all_weights_of_themes_low=span.low if span else None,
        all_weights_of_themes_high=span.high if span else None,
        words_ahead=profile.words_ahead,
        deeds_ahead=profile.deeds_ahead,
        demonstrated=profile.demonstrated,
        themes=tuple(rows),
    )


def _show(release: FrozenRelease, profile: ThemeProfile, rows: Sequence[ProfileRow]) -> None:
    width = data_console().width
    name = release.actor(profile.actor).names["en"]
    show(f"{profile.actor} {name} · {profile.year} · release {release.id}")
    counted = [row for row in rows if row.why_left_out is None]
    if counted:
        show(_table(counted))
        show("")
    for line in (*_sentences(profile), *_left_out(rows)):
        show(folded(line, width=width, hang=4))


def _table(rows: Sequence[ProfileRow]) -> Table:
    numbers = ("gap", "90%", "SE", "size", "all weights")
    table = plain_table("theme", *numbers, "gr", "label", numbers=numbers)
    for row in rows:
        table.add_row(
            row.theme,
            gap(row.gap),
            span_dots(row.gap_low, row.gap_high),
            points(row.standard_error_points),
            points(row.size_points),
            span_dots(row.all_weights_low, row.all_weights_high),
            row.grade.value,
            label_in_words(row.label),
        )
    return table


def _sentences(profile: ThemeProfile) -> Iterator[str]:
    if (
        profile.mean_points is None
        or profile.mean_standard_error_points is None
        or profile.size_points is None
        or profile.range_points is None
    ):
        yield "No theme has a gap of grade C or better in this year: nothing can be said."
        return
    themes = count(len(profile.gaps), "theme")
    yield (
        f"Signed mean of {themes}: {gap(profile.mean_points)} points, standard error "
        f"{number(profile.mean_standard_error_points, 1)}. Words ahead and deeds ahead cancel "
        "in it."
    )
    yield (
        f"Size once chance is taken off: {points(profile.size_points)} points (root mean square). "
        "They do not cancel in it."
    )
    yield (
        f"Demonstrated gaps: {profile.demonstrated} of {len(profile.gaps)} "
        f"({profile.words_ahead} words ahead, {profile.deeds_ahead} deeds ahead)."
    )
    if len(profile.gaps) > 1:
        low, high = profile.range_points.low, profile.range_points.high
        yield (
            f"No overall number: by weighing the themes it could be made anything from "
            f"{gap(low)} to {gap(high)}."
        )


def _left_out(rows: Sequence[ProfileRow]) -> Iterator[str]:
    """Yield the themes that are left out, those of one reason in one line."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        if row.why_left_out is not None:
            newest = row.newest_graded_year
            hint = f" (enough in {newest})" if newest is not None else ""
            by_reason.setdefault(row.why_left_out, []).append(f"{row.theme}{hint}")
    if by_reason:
        yield ""
        yield "Left out:"
    for reason, themes in by_reason.items():
        yield f"  {reason}: {', '.join(themes)}"
