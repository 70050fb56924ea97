"""Practice abroad as lines and tables for people: no finer than the sums it was made of."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from gaptracker.domain.records import Flow
from gaptracker.domain.vocabulary import AbroadReason
from gaptracker.main.cli.federation_text import WHOLE_PERCENT, percent
from gaptracker.main.cli.figures import NOTHING, gap, number, points, span_dots
from gaptracker.main.cli.tables import plain_table
from gaptracker.publish.federation_rows import FrozenAbroad, FrozenAbroadFlow
from gaptracker.publish.frozen import FrozenRelease

ABOUT = "~"
# What a year got of a sum for several years is not known to the dollar.
SPREAD_DIGITS = 2

ABROAD_REASONS: dict[AbroadReason, str] = {
    AbroadReason.NO_WORDS: "no words on record",
    AbroadReason.NO_FLOWS: "no flow on record",
    AbroadReason.SEVERAL_CURRENCIES: "flows in several currencies",
    AbroadReason.RECIPIENTS_UNKNOWN: "who was paid is not on record",
    AbroadReason.NO_RECIPIENT_PRACTICE: "practice of those paid not on record",
    AbroadReason.TOO_LITTLE_COVERED: "too little of it covered",
}


def years_of_spread(
    release: FrozenRelease, flows: Sequence[FrozenAbroadFlow]
) -> dict[int, tuple[str, ...]]:
    """Return the years into which only part of a flow falls, each with those flows' periods."""
    found: dict[int, set[str]] = {}
    for part in flows:
        flow = release.across.flows.get(part.flow)
        if flow is not None and part.amount < flow.amount:
            found.setdefault(part.year, set()).add(_period(flow))
    return {year: tuple(sorted(periods)) for year, periods in found.items()}


def abroad_table(rows: Sequence[FrozenAbroad], spread: frozenset[int] = frozenset()) -> Table:
    """Return a donor's readings over the years.

    Args:
        rows: The readings, oldest first.
        spread: The years that hold part of a sum for several; their money is rounded and marked.
    """
    figures = ("amount", "covered", "says", "practice", "gap", "90%")
    table = plain_table("year", "", *figures, "note", numbers=figures)
    for row in rows:
        reason = row.practice_reason or row.gap_reason
        rough = row.year in spread
        table.add_row(
            str(row.year),
            row.currency or "",
            NOTHING if row.amount is None else money(row.amount, rough=rough),
            _rough_percent(row.covered_share) if rough else percent(row.covered_share),
            points(row.says),
            points(row.practice),
            gap(row.gap),
            span_dots(row.gap_low, row.gap_high),
            ABROAD_REASONS[reason] if reason else "",
        )
    return table


def money(amount: float, *, rough: bool) -> str:
    """Write an amount to the unit, or where it is `rough` to two digits and marked.

    Examples:
        >>> money(650000.0, rough=False), money(7085776.1, rough=True)
        ('650,000', '~7,100,000')
    """
    return f"{ABOUT}{float(f'{amount:.{SPREAD_DIGITS}g}'):,.0f}" if rough else f"{amount:,.0f}"


def spread_note(spread: dict[int, tuple[str, ...]]) -> str | None:
    """Say what the marked years are, None where none is."""
    if not spread:
        return None
    periods = sorted({period for found in spread.values() for period in found})
    return (
        f"{ABOUT}: holds part of a sum for several years, spread evenly over {', '.join(periods)}; "
        "what each year got is not on record."
    )


def flows_lines(release: FrozenRelease, flows: Sequence[FrozenAbroadFlow]) -> Iterator[str]:
    """Yield a line for each flow of some years: to whom, what for, and where that is written."""
    for name in sorted({part.flow for part in flows}):
        flow = release.across.flows.get(name)
        if flow is None:
            continue
        source = release.sources[flow.source]
        locator = f", {flow.locator}" if flow.locator else ""
        yield (
            f"{_period(flow)}: {flow.amount:,.0f} {flow.currency} to "
            f"{flow.recipient or 'recipients not told apart'}. {flow.purpose} "
            f"[{source.citation}{locator}]"
        )


def _period(flow: Flow) -> str:
    start, end = str(flow.period.start), str(flow.period.end)
    return start if start == end else f"{start} to {end}"


def _rough_percent(share: float | None) -> str:
    return NOTHING if share is None else f"{ABOUT}{number(WHOLE_PERCENT * share, 0)}%"
