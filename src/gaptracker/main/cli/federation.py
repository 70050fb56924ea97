"""`gaptracker federation`, `coherence` and `abroad`: readings across actors."""

from typing import Annotated, Any

import typer

from gaptracker.domain.errors import UnknownName
from gaptracker.domain.vocabulary import Grade
from gaptracker.main.cli.abroad_text import (
    abroad_table,
    flows_lines,
    spread_note,
    years_of_spread,
)
from gaptracker.main.cli.federation_text import (
    both_readings,
    coherence_table,
    notes_on,
    units_table,
    years_notes,
    years_table,
)
from gaptracker.main.cli.lookup import chosen_years, named_actor, named_theme, parse_years
from gaptracker.main.cli.options import (
    ActorArgument,
    ReleaseOption,
    TableFormatOption,
    ThemeOption,
    YearsOption,
)
from gaptracker.main.cli.rows_out import write_csv_rows, write_json, write_json_rows
from gaptracker.main.cli.stores import open_release
from gaptracker.main.cli.terminal import data_console, folded, show, talk
from gaptracker.publish.federation_rows import FrozenFederation
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.release.documents import plain
from gaptracker.release.federation_tables import ABROAD, COHERENCE, FEDERATION_UNITS, FEDERATIONS

ThemeArgument = Annotated[str, typer.Argument(help="Theme's id, as cannabis.", metavar="THEME")]
SpanArgument = Annotated[
    str | None,
    typer.Argument(
        help="One year with its units, a span as 2012-2026, or `all`; the newest if left out.",
        metavar="[YEAR]",
    ),
]


GapGradeOption = Annotated[
    Grade,
    typer.Option(
        help="Weakest grade of which gaps are shown; D shows them with what that is worth.",
        case_sensitive=False,
    ),
]
FEDERATION_LEGEND = (
    "Points from 0 to 100. L: law, where no practice is on record. Pr ahead, behind: words more "
    "than 12.5 points above, below deeds. Grade and label are those of the nation's own cell."
)
COHERENCE_LEGEND = (
    "n: bodies that spoke. (n): statements that a body's words rest on. Bodies have no deeds here "
    "and therefore no grade: one statement shows as firmly as twenty. Where all stand at one place "
    "no ends are named. Pr apart: ends more than 12.5 points apart."
)


def federation_command(
    actor: ActorArgument,
    theme: ThemeArgument,
    year: SpanArgument = None,
    *,
    min_grade: GapGradeOption = Grade.C,
    release: ReleaseOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Show what a nation enacts beside what its residents live under, unit by unit.

    P_nat is the national government's practice, P_pop the mean of all units' weighted by their
    residents; each gap has its own. They stand side by side and are never averaged. A span of
    years gives one line a year. The grade is that of the nation's own cell; its gaps are shown
    from grade C on. JSON holds readings and units; CSV holds the units of one year,
    the readings of several.

    Examples:
        gaptracker federation USA cannabis 2026
        gaptracker federation MEX personal_use 2015-2026
        gaptracker federation USA cannabis 2026 --format csv > units.csv
    """
    frozen = open_release(release)
    code, asked = named_actor(frozen, actor), named_theme(frozen, theme)
    years = chosen_years(frozen, year)
    found = frozen.across.federations.where(actor=code, theme=asked).rows()
    if not found:
        raise UnknownName("federation on this theme", f"{code} {asked}", _read_ones(frozen))
    readings = [reading for reading in found if reading.year in years]
    match form:
        case "csv" if len(readings) == 1:
            write_csv_rows(_units(frozen, readings[0]), FEDERATION_UNITS)
        case "csv":
            write_csv_rows(readings, FEDERATIONS)
        case "json":
            write_json([_document(frozen, reading) for reading in readings])
        case "table":
            _show(frozen, readings, min_grade)


def coherence_command(
    theme: ThemeOption = None,
    *,
    year: YearsOption = None,
    release: ReleaseOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Show how far the words of United Nations bodies lie apart, theme by theme.

    The spread is the standard deviation of what they say, each body counted once; the distance
    is from the lowest to the highest, with its 90% interval, and in brackets how many statements
    each of these rests on. Bodies have no deeds here and so no grade. The newest year is shown
    unless --year asks for others; themes on which fewer than two bodies spoke are left out of
    the table.

    Examples:
        gaptracker coherence
        gaptracker coherence --theme death_penalty --year all
    """
    frozen = open_release(release)
    asked = named_theme(frozen, theme) if theme else None
    years = chosen_years(frozen, year)
    rows = [row for row in frozen.across.coherence.where(theme=asked).rows() if row.year in years]
    match form:
        case "csv":
            write_csv_rows(rows, COHERENCE)
        case "json":
            write_json_rows(rows)
        case "table":
            spoken = [row for row in rows if row.reason is None]
            if spoken:
                show(coherence_table(spoken))
            if len(spoken) < len(rows):
                talk(f"{len(rows) - len(spoken)} of {len(rows)} left out: under two bodies spoke.")
            talk(COHERENCE_LEGEND)
            talk(frozen.manifest.notice)


def abroad_command(
    actor: ActorArgument,
    *,
    year: YearsOption = None,
    release: ReleaseOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Show what the states do that an actor's drug control money goes to, beside what it says.

    Practice is each recipient's own, weighted by what it was given; it moves no other figure of
    the donor. Years without a flow on record are left out of the table. A sum for several years is
    spread evenly over them: such years are marked ~ and rounded.

    Examples:
        gaptracker abroad JPN
        gaptracker abroad EUU --year 2012-2021 --format json
    """
    frozen = open_release(release)
    code = named_actor(frozen, actor)
    years = parse_years(year, frozen.years, "--year")
    rows = [row for row in frozen.across.abroad.where(actor=code).rows() if row.year in years]
    flows = [
        part for part in frozen.across.abroad_flows.where(actor=code).rows() if part.year in years
    ]
    match form:
        case "csv":
            write_csv_rows(rows, ABROAD)
        case "json":
            parts = [plain(part) for part in flows]
            write_json({"readings": [plain(row) for row in rows], "flows": parts})
        case "table":
            shown = [row for row in rows if row.n_flows]
            if shown:
                spread = years_of_spread(frozen, flows)
                show(abroad_table(shown, frozenset(spread)))
                note = spread_note(spread)
                if note is not None:
                    show(folded(note, width=data_console().width, hang=2))
            else:
                talk(f"no flow from {code} is on record here in these years")
            width = data_console().width
            for line in flows_lines(frozen, flows):
                show(folded(line, width=width, hang=4))
            talk(frozen.manifest.notice)


def _read_ones(release: FrozenRelease) -> list[str]:
    """Return the federations and themes that a release reads."""
    frame = (
        release.across.federations.frame.select("actor", "theme").unique().sort("actor", "theme")
    )
    return [f"{actor} {theme}" for actor, theme in frame.iter_rows()]


def _units(release: FrozenRelease, reading: FrozenFederation) -> list[Any]:
    """Return a reading's units; `Any`, because rows of several tables are written alike."""
    table = release.across.units.where(actor=reading.actor, theme=reading.theme, year=reading.year)
    return list(table.rows())


def _document(release: FrozenRelease, reading: FrozenFederation) -> dict[str, Any]:
    """Return a reading with its units, as JSON holds it; values are of JSON's types."""
    units = [plain(unit) for unit in _units(release, reading)]
    return {"reading": plain(reading), "units": units}


def _show(release: FrozenRelease, readings: list[FrozenFederation], min_grade: Grade) -> None:
    first, width = readings[0], data_console().width
    name = release.actor(first.actor).names["en"]
    if len(readings) == 1:
        show(f"{first.actor} {name} · {first.theme} · {first.year} · release {release.id}")
        show(both_readings(first, min_grade))
        for note in notes_on(first, min_grade):
            show(folded(note, width=width, hang=2))
        show("")
        show(units_table(release, _units(release, first)))
    else:
        show(f"{first.actor} {name} · {first.theme} · release {release.id}")
        show(years_table(readings, min_grade))
        for note in years_notes(readings, min_grade):
            show(folded(note, width=width, hang=2))
    talk(FEDERATION_LEGEND)
    talk(release.manifest.notice)
