"""Readings across actors as lines and tables for people: rounded, 80 columns wide at most."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.table import Table

from gaptracker.domain.vocabulary import (
    CoherenceReason,
    FederalReason,
    Grade,
    Layer,
)
from gaptracker.main.cli.figures import NOTHING, gap, points, probability, span_dots
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.wording import label_in_words
from gaptracker.publish.federation_rows import (
    FrozenCoherence,
    FrozenFederation,
    FrozenUnit,
)
from gaptracker.publish.frozen import FrozenRelease

WHOLE_PERCENT = 100

FEDERAL_REASONS: dict[FederalReason, str] = {
    FederalReason.NO_WORDS: "no words of the national government on record",
    FederalReason.NO_NATIONAL_PRACTICE: "no national law or practice on record",
    FederalReason.NO_UNIT_DATA: "no deed on record",
    FederalReason.PARTIAL_UNIT_DATA: "too little on record",
    FederalReason.NO_POPULATION: "the residents of a unit are not on record",
    FederalReason.TOO_FEW_RESIDENTS: "on record for too few residents",
}
COHERENCE_REASONS: dict[CoherenceReason, str] = {
    CoherenceReason.TOO_FEW_AGENCIES: "fewer than two agencies spoke",
}


def percent(share: float | None) -> str:
    """Write a share in per cent.

    Examples:
        >>> percent(0.5364), percent(None)
        ('53.6%', '–')
    """
    return NOTHING if share is None else f"{points(WHOLE_PERCENT * share)}%"


def both_readings(reading: FrozenFederation, min_grade: Grade = Grade.C) -> Table:
    """Return the national reading and that of residents, one under the other.

    Args:
        reading: A federation's reading.
        min_grade: The weakest grade of which gaps are shown.
    """
    reading = held_to(reading, min_grade)
    figures = ("practice", "90%", "gap", "gap 90%", "Pr ahead", "Pr behind")
    table = plain_table("reading", *figures, numbers=figures)
    table.add_row(
        "national (P_nat)",
        points(reading.practice_national),
        span_dots(reading.practice_national_low, reading.practice_national_high),
        gap(reading.gap_attributable),
        span_dots(reading.gap_attributable_low, reading.gap_attributable_high),
        probability(reading.gap_attributable_p_words_ahead),
        probability(reading.gap_attributable_p_deeds_ahead),
    )
    table.add_row(
        "residents (P_pop)",
        points(reading.practice_population),
        span_dots(reading.practice_population_low, reading.practice_population_high),
        gap(reading.gap_system),
        span_dots(reading.gap_system_low, reading.gap_system_high),
        probability(reading.gap_system_p_words_ahead),
        probability(reading.gap_system_p_deeds_ahead),
    )
    return table


def held_to(reading: FrozenFederation, min_grade: Grade) -> FrozenFederation:
    """Return a reading without its gaps where its grade is weaker than asked for.

    What a reading of grade D says and does is known as far as it goes, but methodology 1.0.0,
    section 5, lets it enter no comparison, and a gap is one.
    """
    if reading.grade <= min_grade:
        return reading
    return replace(
        reading,
        gap_attributable=None,
        gap_attributable_low=None,
        gap_attributable_high=None,
        gap_attributable_p_words_ahead=None,
        gap_attributable_p_deeds_ahead=None,
        gap_system=None,
        gap_system_low=None,
        gap_system_high=None,
        gap_system_p_words_ahead=None,
        gap_system_p_deeds_ahead=None,
    )


def verdict(reading: FrozenFederation, min_grade: Grade) -> str | None:
    """Say what may be said of a reading's gaps by its grade; None where it has no gap."""
    if reading.gap_attributable is None and reading.gap_system is None:
        return None
    if reading.grade > min_grade:
        return f"too little evidence (grade {reading.grade.value}) for a gap"
    return f"grade {reading.grade.value}: {label_in_words(reading.label)}"


def layers_apart(reading: FrozenFederation) -> str | None:
    """Say on what P_nat and P_pop rest where that is not the same; None where it is."""
    national, written = reading.practice_national_layer, reading.practice_population_law_share
    if national is None or written is None or written == (national is Layer.LAW):
        return None
    of_units = "practice" if written == 0 else "law alone"
    if 0 < written < 1:
        of_units = "law alone in some units and on practice in others"
    own = "law alone" if national is Layer.LAW else "practice"
    return f"P_nat rests on {own}, P_pop on {of_units}: part of what lies between is that."


def notes_on(reading: FrozenFederation, min_grade: Grade = Grade.C) -> Iterator[str]:
    """Yield what else there is to say of a federal reading, a sentence each.

    Args:
        reading: A federation's reading.
        min_grade: The weakest grade of which gaps are shown.
    """
    said = verdict(reading, min_grade)
    if said is not None:
        hidden = "; --min-grade D shows it" if reading.grade > min_grade else ""
        yield f"{said[0].upper()}{said[1:]}{hidden}."
    apart = layers_apart(reading)
    if apart is not None:
        yield apart
    if reading.says is not None:
        yield (
            f"The national government says {points(reading.says)} "
            f"({span_dots(reading.says_low, reading.says_high)})."
        )
    yield (
        f"Known: {reading.n_units_known} of {reading.n_units} units"
        + (
            f", {percent(reading.covered_share)} of residents."
            if reading.covered_share is not None
            else "."
        )
    )
    if reading.spread is not None and reading.lowest == reading.highest:
        yield f"All of them stand at {points(reading.lowest)}."
    elif reading.spread is not None:
        yield (
            f"Units lie {points(reading.spread)} points apart (standard deviation over residents), "
            f"from {reading.lowest_unit} at {points(reading.lowest)} to {reading.highest_unit} at "
            f"{points(reading.highest)}."
        )
    if reading.national_prevails:
        yield "The national rule prevails and is enforced: it stands for every unit."
    for name, reason in (
        ("P_nat", reading.practice_national_reason),
        ("P_pop", reading.practice_population_reason),
        ("The gap to P_nat", reading.gap_attributable_reason),
        ("The gap to P_pop", reading.gap_system_reason),
    ):
        if reason is not None:
            yield f"{name} is missing: {FEDERAL_REASONS[reason]} ({reason.value})."
    low, high = reading.practice_population_bound_low, reading.practice_population_bound_high
    if low is not None and high is not None:
        yield (f"Whatever the other units do, P_pop lies from {points(low)} to {points(high)}.")


def units_table(release: FrozenRelease, units: Sequence[FrozenUnit]) -> Table:
    """Return the units of a federation, those with most points first, unknown ones last.

    An `L` stands before the points of a unit of which only the law is on record.
    """
    figures = ("practice", "90%", "residents", "share")
    table = plain_table("unit", "", *figures, "note", numbers=figures)
    ordered = sorted(units, key=lambda u: (u.practice is None, -(u.practice or 0.0), u.unit))
    for unit in ordered:
        note = FEDERAL_REASONS[unit.reason] if unit.reason else ""
        table.add_row(
            unit.unit,
            release.actors[unit.unit].names["en"],
            f"{'L ' if unit.layer is Layer.LAW else ''}{points(unit.practice)}",
            span_dots(unit.practice_low, unit.practice_high),
            NOTHING if unit.persons is None else f"{unit.persons:,}",
            percent(unit.population_share),
            "national rule" if unit.replaced and not note else note,
        )
    return table


def years_table(readings: Sequence[FrozenFederation], min_grade: Grade = Grade.C) -> Table:
    """Return a federation's readings over the years.

    Args:
        readings: Its readings, oldest first.
        min_grade: The weakest grade of which gaps are shown.
    """
    figures = ("says", "P_nat", "gap", "90%", "P_pop", "gap ", "90% ", "covered")
    table = plain_table("year", *figures, "gr", "note", numbers=figures)
    for given in readings:
        each, reason = held_to(given, min_grade), given.practice_population_reason
        known = each.gap_attributable is not None or each.gap_system is not None
        notes = (
            FEDERAL_REASONS[reason] if reason else "",
            label_in_words(each.label) if known and each.grade is Grade.D else "",
        )
        table.add_row(
            str(each.year),
            points(each.says),
            points(each.practice_national),
            gap(each.gap_attributable),
            span_dots(each.gap_attributable_low, each.gap_attributable_high),
            points(each.practice_population),
            gap(each.gap_system),
            span_dots(each.gap_system_low, each.gap_system_high),
            percent(each.covered_share),
            each.grade.value,
            "; ".join(note for note in notes if note),
        )
    return table


def years_notes(readings: Sequence[FrozenFederation], min_grade: Grade) -> Iterator[str]:
    """Yield what there is to say of several years: gaps left out, and layers that differ."""
    weak = [each for each in readings if each.grade > min_grade and verdict(each, min_grade)]
    if weak:
        years = ", ".join(str(each.year) for each in weak)
        yield f"Too little evidence (grade D) for a gap; --min-grade D shows it: {years}."
    apart: dict[str, list[str]] = {}
    for each in readings:
        sentence = layers_apart(each)
        if sentence is not None:
            apart.setdefault(sentence, []).append(str(each.year))
    for sentence, found in apart.items():
        yield f"{', '.join(found)}: {sentence}"


def coherence_table(rows: Sequence[FrozenCoherence]) -> Table:
    """Return how far the agencies lie apart, theme by theme; where all agree, no ends are named.

    In brackets stands how many statements an agency's words are.
    """
    figures = ("n", "spread", "distance", "90%", "Pr apart")
    table = plain_table("theme", "year", *figures, "lowest", "highest", numbers=figures)
    for row in rows:
        table.add_row(
            row.theme,
            str(row.year),
            str(row.n_agencies),
            points(row.spread),
            points(row.distance),
            span_dots(row.distance_low, row.distance_high),
            probability(row.p_apart),
            _voices(row, row.lowest_agencies),
            COHERENCE_REASONS[row.reason] if row.reason else _voices(row, row.highest_agencies),
        )
    return table


def _voices(row: FrozenCoherence, agencies: str | None) -> str:
    """Name the agencies at an end, each with the number of statements that it rests on."""
    numbers = dict(zip(row.agencies.split(), row.n_statements.split(), strict=True))
    return ", ".join(f"{agency} ({numbers[agency]})" for agency in (agencies or "").split())
