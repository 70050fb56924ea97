"""Pairs for people: what was said and what was done, one under the other."""

from collections.abc import Iterator

from rich.text import Text

from gaptracker.domain.records import Measure, Observation
from gaptracker.main.cli.figures import gap, in_words, points, short
from gaptracker.main.cli.terminal import folded
from gaptracker.main.cli.wording import OUTCOMES
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenPair

HANG = 8


def pair_block(release: FrozenRelease, pair: FrozenPair, width: int) -> Iterator[Text]:
    """Yield the lines of one pair: its verdict, the words, the deed.

    Args:
        release: The release that holds it.
        pair: The pair.
        width: Characters a line may have.
    """
    adds = "" if pair.contribution_points is None else f" · adds {gap(pair.contribution_points)}"
    due = "" if pair.due_on is None else f" · due {pair.due_on}"
    head = (
        f"{pair.actor} {pair.theme} {pair.year} · {in_words(pair.reading)}: "
        f"{OUTCOMES[pair.outcome]}{adds}{due}"
    )
    yield Text(folded(head, width=width, hang=2), style="bold")
    for line in (_said(release, pair), _did(release, pair)):
        yield Text(folded(line, width=width, indent=2, hang=HANG))
    yield Text(f"  {pair.id}", style="dim")


def _said(release: FrozenRelease, pair: FrozenPair) -> str:
    statement = release.statements.get(pair.statement)
    if statement is None:
        return f"said  {pair.statement}"
    by = "" if statement.actor == pair.actor else f"{statement.actor}, "
    return (
        f"said  {statement.said_on}, {by}{statement.forum}: {statement.paraphrase} "
        f"[{points(pair.statement_points)} points]"
    )


def _did(release: FrozenRelease, pair: FrozenPair) -> str:
    if pair.deed is None:
        return "did   no deed is known" if pair.due_on is None else "did   not yet known"
    before = ""
    if pair.deed_points_before is not None:
        before = f", {points(pair.deed_points_before)} when it was said"
    return f"did   {_deed(release, pair.deed)} [{points(pair.deed_points)} points{before}]"


def _deed(release: FrozenRelease, name: str) -> str:
    match release.deed(name):
        case Measure(title=title, in_force=period):
            since = f", in force from {period.start}" if period.start else ""
            return f"{title}{since}"
        case Observation() as observation:
            indicator = release.methodology.indicator(observation.indicator)
            value = observation.category
            if observation.value is not None:
                value = short(observation.value)
            return f"{observation.period}, {indicator.name['en']}: {value}"
        case None:
            return name
