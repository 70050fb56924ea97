"""The end of a derivation as text: the gap, its interval, grade, label and silence."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from gaptracker.main.cli.explanation.derivation import Derivation, DerivedGap, DerivedReading
from gaptracker.main.cli.explanation.derive import sums_of
from gaptracker.main.cli.explanation.verdict import TriedRule
from gaptracker.main.cli.figures import count, gap, number, points, probability, span
from gaptracker.main.cli.terminal import folded
from gaptracker.main.cli.wording import label_in_words, reason_in_words


def gap_section(derivation: Derivation, width: int) -> Iterator[Text]:
    """Yield the gap and its parts, its interval and its probabilities."""
    yield Text("\nTHE GAP (G)", style="bold")
    for line in _gap_lines(derivation):
        yield Text(folded(line, width=width, hang=4))


def _gap_lines(derivation: Derivation) -> Iterator[str]:
    found, says = derivation.gap, derivation.says
    yield _practice_line(derivation)
    if found.points is None or says.points is None:
        yield f"G is missing: {reason_in_words(found.reason)}."
        if found.bound_low is not None and found.bound_high is not None:
            yield (
                f"Whatever the deeds are, it lies within R − 100 to R: "
                f"{gap(found.bound_low)} to {gap(found.bound_high)}."
            )
        return
    yield (
        f"G = R − P = {number(says.points, 2)} − {number(found.practice or 0.0, 2)} = "
        f"{gap(found.points)} points, {_direction(found.points)}"
    )
    yield f"Added up item by item: {gap(found.contributions_sum_points)}"
    yield from _split_lines(derivation)
    yield from _uncertainty_lines(derivation)


def _practice_line(derivation: Derivation) -> str:
    found = derivation.gap
    match found.practice_from:
        case "does":
            return f"P = F = {points(found.practice)}"
        case "law":
            return (
                f"P = L = {points(found.practice)}: no practice is on record, so the law stands in"
            )
        case _:
            return f"P is missing: {reason_in_words(derivation.does.reason)}"


def _direction(value: float) -> str:
    if value == 0:
        return "words and deeds alike"
    return "words ahead of deeds" if value > 0 else "deeds ahead of words"


def _split_lines(derivation: Derivation) -> Iterator[str]:
    found = derivation.gap
    if found.legislative_points is not None and found.implementation_points is not None:
        law, does = derivation.law.points, derivation.does.points
        yield (
            f"G = (R − L) + (L − F): legislative {points(derivation.says.points)} − {points(law)} "
            f"= {gap(found.legislative_points)}, implementation {points(law)} − {points(does)} "
            f"= {gap(found.implementation_points)}"
        )


def _uncertainty_lines(derivation: Derivation) -> Iterator[str]:
    found, sheets = derivation.gap, sums_of(derivation)
    used = "L" if found.practice_from == "law" else "F"
    errors = sheets["R"].standard_error_points, sheets[used].standard_error_points
    both = (errors[0] ** 2 + errors[1] ** 2) ** 0.5
    yield (
        f"Standard error by hand: √({number(errors[0], 2)}² + {number(errors[1], 2)}²) = "
        f"{points(both)} "
        "points, before doubt about codings"
    )
    yield (
        f"90% interval {span(found.low, found.high)}: 5th to 95th percentile of {found.draws:,} "
        "draws, G_b = R_b − P_b, each side drawn as mean + t(ν) × standard error with rungs drawn "
        "from their probabilities. The t has long tails, so it is wider than ±1.64 standard errors."
    )
    yield from _odds_lines(found)


def _odds_lines(found: DerivedGap) -> Iterator[str]:
    odds = found.probabilities
    if odds is not None:
        yield (
            f"Share of draws: Pr(G>0) {probability(odds.words_ahead)}, "
            f"Pr(G>12.5) {probability(odds.words_ahead_demonstrably)}, "
            f"Pr(G<−12.5) {probability(odds.deeds_ahead_demonstrably)}, "
            f"Pr(|G|≤12.5) {probability(odds.close)}"
        )


def verdict_section(derivation: Derivation, width: int) -> Iterator[Text]:
    """Yield the grade and the label with the rules tried on the way."""
    verdict = derivation.verdict
    yield Text(f"\nGRADE {verdict.grade}", style="bold")
    if not verdict.grades_tried:
        yield Text("A cell without a gap has grade D.")
    for line in _tried_lines(verdict.grades_tried):
        yield Text(folded(line, width=width, hang=6))
    if verdict.grades_tried and not verdict.grades_tried[-1].reached:
        yield Text("None of them is reached: grade D.")
    if verdict.ceiling is not None:
        line = f"A machine's coding carries weight here: held to grade {verdict.ceiling}."
        yield Text(folded(line, width=width, hang=4))
    yield Text(f"\nLABEL {verdict.label}: {label_in_words(verdict.label)}", style="bold")
    for line in _tried_lines(verdict.labels_tried):
        yield Text(folded(line, width=width, hang=6))


def _tried_lines(tried: Sequence[TriedRule]) -> Iterator[str]:
    for rule in tried:
        yield f"{rule.verdict}: {'yes' if rule.reached else 'no'}"
        for test in rule.tests:
            yield f"  {'✓' if test.holds else '✗'} {test.asks}: {test.found}"


def silence_section(derivation: Derivation, width: int) -> Iterator[Text]:
    """Yield how often the actor let a chance to speak pass, and which readings are missing."""
    silence = derivation.silence
    yield Text("\nSILENCE AND WHAT IS MISSING", style="bold")
    if silence.rate_share is None:
        yield Text("No opportunity to speak was coded whole.")
    else:
        line = (
            f"{silence.silent} of {count(silence.opportunities, 'chance')} to speak let pass: "
            f"{number(100 * silence.rate_share, 0)}%"
        )
        yield Text(folded(line, width=width, hang=4))
    for line in _missing_lines((derivation.says, derivation.law, derivation.does)):
        yield Text(folded(line, width=width, hang=4))


def _missing_lines(readings: Sequence[DerivedReading]) -> Iterator[str]:
    for reading in readings:
        if reading.points is None:
            yield f"{reading.letter} is missing: {reason_in_words(reading.reason)}."
