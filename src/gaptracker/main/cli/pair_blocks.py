"""Pairs for people: what was said and what was done, one under the other."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text

from gaptracker.main.cli.figures import gap, in_words, points
from gaptracker.main.cli.terminal import folded
from gaptracker.main.cli.wording import OUTCOMES
from gaptracker.publish.rows import FrozenPair

HANG = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTexts:
    """Both sides of a pair in words; `did` is None where no deed is on record."""

    said: str
    did: str | None


def said_text(*, by: str | None, said_on: str, forum: str, words: str | None) -> str:
    """Return a statement as one text.

    Args:
        by: Who spoke, where that is another than the pair's actor.
        said_on: The day, as precise as known.
        forum: Where.
        words: What was said.

    Examples:
        >>> said_text(by="EUU", said_on="2022-12", forum="UNGA", words="Voted in favour.")
        '2022-12, EUU, UNGA: Voted in favour.'
    """
    speaker = f"{by}, " if by else ""
    return f"{said_on}, {speaker}{forum}: {words}"


# What stands in place of a value that the licence of its source keeps from readers.
WITHHELD_TEXT = "withheld: licence; see the source"


def deed_text(
    title: str, *, since: str | None = None, period: str | None = None, value: str | None = None
) -> str:
    """Return a deed as one text.

    Args:
        title: The measure's, or the indicator's name.
        since: From when a measure is in force.
        period: What an observation is of.
        value: The observation's, as it is shown.

    Examples:
        >>> deed_text("Penal code", since="1999"), deed_text("Executions", period="2022", value="0")
        ('Penal code, in force from 1999', '2022, Executions: 0')
    """
    if period is not None:
        return f"{period}, {title}: {value}"
    return f"{title}, in force from {since}" if since else title


def pair_block(pair: FrozenPair, texts: PairTexts, width: int) -> Iterator[Text]:
    """Yield the lines of one pair: its verdict, the words, the deed.

    Args:
        pair: The pair.
        texts: Both sides in words.
        width: Characters a line may have.
    """
    adds = "" if pair.contribution_points is None else f" · adds {gap(pair.contribution_points)}"
    due = "" if pair.due_on is None else f" · due {pair.due_on}"
    head = (
        f"{pair.actor} {pair.theme} {pair.year} · {in_words(pair.reading)}: "
        f"{OUTCOMES[pair.outcome]}{adds}{due}"
    )
    yield Text(folded(head, width=width, hang=2), style="bold")
    said = f"said  {texts.said} [{points(pair.statement_points)} points]"
    for line in (said, _did(pair, texts)):
        yield Text(folded(line, width=width, indent=2, hang=HANG))
    yield Text(f"  {pair.id}", style="dim")


def _did(pair: FrozenPair, texts: PairTexts) -> str:
    if texts.did is None:
        return (
            "did   no deed is on record here"
            if pair.due_on is None
            else "did   not yet on record here"
        )
    before = ""
    if pair.deed_points_before is not None:
        before = f", {points(pair.deed_points_before)} when it was said"
    return f"did   {texts.did} [{points(pair.deed_points)} points{before}]"
