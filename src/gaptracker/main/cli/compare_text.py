"""Comparisons for people and programs: a table, tiers and sentences; CSV; JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.table import Table

from gaptracker.domain.vocabulary import Order
from gaptracker.main.cli.figures import gap, number, points, probability, span_dots
from gaptracker.main.cli.rows_out import write_csv_records, write_json
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.terminal import data_console, folded, show, talk
from gaptracker.main.cli.wording import label_in_words, reason_in_words
from gaptracker.publish.comparing import FEWEST, Compared, NotCompared
from gaptracker.workflows.compare_figures import ComparedPair

TOO_LITTLE = "too little evidence (grade D), which enters no comparison"
DIFFERENT_RULES = (
    "The releases follow different methodologies ({rules}): a difference may come from the rules "
    "as well as from the evidence."
)
# As long as the hash in a release's id.
HASH_BEGINNING = 8
HIGHER = {
    "gap": "Higher: words further ahead of deeds; no mark for quality.",
    "says": "Higher: words nearer to full alignment.",
    "practice": "Higher: practice nearer to full alignment (the law, if no practice is on record).",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRecord:
    """Two figures as one flat row; the difference is missing where they are not told apart."""

    first: str
    second: str
    order: Order
    p_first_higher: float
    difference_points: float | None
    difference_low: float | None
    difference_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A comparison with what is told beside it, wherever it was made.

    Attributes:
        releases: Ids of the releases that figures are of.
        notes: Sentences for the reader: on rules that differ, on evidence that is shared.
        notice: What a reader of the release has to know.
    """

    theme: str
    theme_name: str
    compared: Compared
    releases: tuple[str, ...]
    notes: tuple[str, ...]
    notice: str


def tell_comparison(comparison: Comparison, form: str) -> None:
    """Write a comparison to standard output, and what goes with it to standard error.

    Args:
        comparison: The comparison.
        form: `table`, `csv` or `json`.
    """
    compared = comparison.compared
    match form:
        case "csv":
            write_csv_records([_flat(pair) for pair in compared.pairs], PairRecord)
        case "json":
            write_json(_record(compared))
        case _:
            _show(comparison)
    for note in comparison.notes:
        talk(note)
    talk(comparison.notice)


def _record(compared: Compared) -> dict[str, object]:
    """Return a comparison for JSON, flat where the tables are."""
    return {
        "figure": compared.figure,
        "threshold": compared.threshold,
        "figures": compared.figures,
        "left_out": [{"name": left.name, "why": _why_left_out(left)} for left in compared.left_out],
        "pairs": [_flat(pair) for pair in compared.pairs],
        "tiers": compared.tiers,
    }


def _flat(pair: ComparedPair) -> PairRecord:
    interval = pair.difference_interval
    return PairRecord(
        first=pair.first,
        second=pair.second,
        order=pair.order,
        p_first_higher=pair.p_first_higher,
        difference_points=pair.difference_points,
        difference_low=interval.low if interval else None,
        difference_high=interval.high if interval else None,
    )


def _why_left_out(left: NotCompared) -> str:
    return TOO_LITTLE if left.reason is None else f"no gap: {reason_in_words(left.reason)}"


def told_rules(rules: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """Say by which methodology each release was made, where they differ in it.

    Args:
        rules: Version and hash of the methodology, by release.
    """
    if len({sha256 for _, sha256 in rules.values()}) > 1:
        told = "; ".join(
            f"{release}: {version}, hash {sha256[:HASH_BEGINNING]}"
            for release, (version, sha256) in rules.items()
        )
        yield DIFFERENT_RULES.format(rules=told)


def _show(comparison: Comparison) -> None:
    width = data_console().width
    compared = comparison.compared
    show(f"{comparison.theme_name} ({comparison.theme}) · {compared.figure}")
    if len(set(comparison.releases)) == 1:
        show(f"Release {comparison.releases[0]}")
    if compared.figures:
        show(_table(compared))
    for line in _sentences(compared):
        show(folded(line, width=width, hang=2))
    talk(HIGHER[compared.figure])


def _table(compared: Compared) -> Table:
    tiered = len(compared.figures) > FEWEST
    many_releases = len({row.release for row in compared.figures}) > 1
    table = plain_table(
        *(("tier",) if tiered else ()),
        "",
        *(("release",) if many_releases else ()),
        *("year", compared.figure, "90%", "gr"),
        # A label is a verdict on the gap, and would be taken for one on the words or deeds.
        *(("label",) if compared.figure == "gap" else ()),
        numbers=("tier", compared.figure, "90%"),
    )
    for row in compared.figures:
        table.add_row(
            *((str(row.tier),) if tiered else ()),
            row.actor if many_releases else f"{row.actor} {row.actor_name}",
            *((row.release,) if many_releases else ()),
            str(row.year),
            gap(row.points) if compared.figure == "gap" else points(row.points),
            span_dots(row.low, row.high),
            row.grade,
            *((label_in_words(row.label),) if compared.figure == "gap" else ()),
        )
    return table


def _sentences(compared: Compared) -> Iterator[str]:
    """Yield what can be said: of two figures their order, of more their tiers."""
    if len(compared.figures) == FEWEST:
        yield _verdict(compared.pairs[0], compared.threshold)
    elif len(compared.figures) > FEWEST:
        yield from _tier_sentences(compared)
    else:
        yield "There is nothing to compare: fewer than two figures of grade C or better."
    for left in compared.left_out:
        yield f"Left out: {left.name}, {_why_left_out(left)}."


def _verdict(pair: ComparedPair, threshold: float) -> str:
    """Return the one sentence that may be printed of two figures."""
    if pair.same:
        return f"{pair.first} and {pair.second} have the same figure."
    first, second, likelihood = pair.first, pair.second, pair.p_first_higher
    if likelihood < 1 - likelihood:
        first, second, likelihood = second, first, 1 - likelihood
    if pair.order is Order.CANNOT_BE_TOLD_APART or pair.difference_points is None:
        return (
            f"{first} and {second} cannot be told apart: the probability that {first} is the "
            f"higher is {_below(likelihood, threshold)}, and {probability(threshold)} is asked for."
        )
    return (
        f"{first} is {number(abs(pair.difference_points), 1)} points higher than {second}; the "
        f"probability of this order is {probability(likelihood)}."
    )


def _below(likelihood: float, threshold: float) -> str:
    """Write a probability with as many decimals as show that it lies below a threshold."""
    rounded = probability(likelihood)
    return number(likelihood, 4) if rounded == probability(threshold) else rounded


def _tier_sentences(compared: Compared) -> Iterator[str]:
    if len(compared.tiers) == 1:
        yield "One tier: there is no place to draw a line between higher and lower."
    else:
        yield (
            "Everything in a higher tier is told apart from everything in a lower one, each with "
            f"probability {probability(compared.threshold)} or more."
        )
    for tier in compared.tiers:
        if len(tier.members) > 1:
            alike = (
                "no two can be told apart"
                if tier.all_alike
                else "some can be told apart, but no line leaves all others on one side "
                "(--format csv gives each pair)"
            )
            yield f"Tier {tier.tier}, {', '.join(tier.members)}: {alike}."
