"""Alliances in words and tables for people; what cannot be told is said to be so."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table

from gaptracker.main.cli.figures import MINUS, count, number, probability
from gaptracker.main.cli.tables import plain_table
from gaptracker.publish.alliance_rows import (
    FrozenAlikeApart,
    FrozenChange,
    FrozenMember,
    FrozenSimilarity,
)

# Nearest and farthest pairs that a table for people holds, and lines of any other.
ENDS, MOST_LINES = 8, 15
DIGITS = 2
LEGEND = (
    "Similarity: 1 where both stand on the same points on every common theme, 0 on opposite ends "
    "of all. alike: Pr(on average no more than one rung apart). Two pairs whose 90% intervals "
    "overlap cannot be told apart. Who is not listed was not compared."
)


def pairs_lines(
    found: Sequence[FrozenSimilarity], codes: Sequence[str], themes: int
) -> Iterator[RenderableType]:
    """Yield the most and the least alike pairs, and whether they can be told apart.

    Args:
        found: The similarities of one year and side.
        codes: Actors asked for; none for all.
        themes: Themes that a similarity asks for.
    """
    if not found:
        yield (
            f"No two can be compared: a similarity asks for {count(themes, 'theme')} on which both "
            "are on record."
        )
        return
    ranked = sorted(found, key=lambda each: (-each.similarity, each.actor_a, each.actor_b))
    yield f"{count(len(ranked), 'pair')} can be compared. The most alike come first:"
    shown = ranked if len(ranked) <= 2 * ENDS else [*ranked[:ENDS], *ranked[-ENDS:]]
    yield _pairs_table(shown, codes[0] if len(codes) == 1 else None)
    if len(shown) < len(ranked):
        yield f"Left out: {count(len(ranked) - len(shown), 'pair')} between these."
    yield _of_the_first(ranked)


def _of_the_first(ranked: Sequence[FrozenSimilarity]) -> str:
    """Say from how many others the most alike pair can be told apart."""
    first, others = ranked[0], ranked[1:]
    name = f"{first.actor_a} and {first.actor_b}"
    alike = sum(each.similarity_high >= first.similarity_low for each in others)
    if not others:
        return f"{name} are the only pair."
    if alike == len(others):
        return f"{name} cannot be told apart from any other pair: all intervals overlap."
    if alike:
        return f"{name} cannot be told apart from {count(alike, 'other')} of {len(others):,}."
    return f"{name} are more alike than all others."


def _pairs_table(found: Sequence[FrozenSimilarity], actor: str | None) -> Table:
    table = plain_table(
        "" if actor is None else f"{actor} and",
        *("similarity", "90%", "themes", "alike", "together"),
        numbers=("similarity", "90%", "themes", "alike", "together"),
    )
    for each in found:
        table.add_row(
            _named(each.actor_a, each.actor_b, actor),
            number(each.similarity, DIGITS),
            f"{number(each.similarity_low, DIGITS)}..{number(each.similarity_high, DIGITS)}",
            str(each.n_themes),
            probability(each.p_alike),
            f"{each.together_share:.0%}",
        )
    return table


def _named(first: str, second: str, actor: str | None) -> str:
    if actor is None:
        return f"{first} {second}"
    return second if first == actor else first


def groups_lines(found: Sequence[FrozenMember], codes: Sequence[str]) -> Iterator[RenderableType]:
    """Yield the groups that hold, the largest first.

    Args:
        found: All members of each group.
        codes: Actors asked for; none for all.
    """
    of_whom = f" with {' or '.join(codes)}" if codes else ""
    if not found:
        yield f"No group{of_whom} holds in enough of the runs: none can be told."
        return
    groups = [
        list(members) for _, members in groupby(found, key=lambda each: (each.year, each.community))
    ]
    yield f"{count(len(groups), 'group')}{of_whom} in which every two stand together:"
    for group in sorted(groups, key=lambda each: (-len(each), each[0].community))[:MOST_LINES]:
        yield f"  {len(group)}: {' '.join(each.actor for each in group)}"
    if len(groups) > MOST_LINES:
        yield f"  Left out: {count(len(groups) - MOST_LINES, 'smaller one')}."


def alike_apart_lines(found: Sequence[FrozenAlikeApart]) -> Iterator[RenderableType]:
    """Yield who speaks alike and acts apart, the firmest first.

    Args:
        found: Of one year.
    """
    if not found:
        yield "Of no pair can it be told that it speaks alike and acts apart."
        return
    ranked = sorted(found, key=lambda each: -min(each.p_words_alike, each.p_deeds_apart))
    yield f"{count(len(ranked), 'pair')} that speak alike and act apart:"
    table = plain_table(
        *("", "words", "deeds", "Pr alike", "Pr apart", ""),
        numbers=("words", "deeds", "Pr alike", "Pr apart"),
    )
    for each in ranked[:MOST_LINES]:
        table.add_row(
            f"{each.actor_a} {each.actor_b}",
            number(each.words_similarity, DIGITS),
            number(each.deeds_similarity, DIGITS),
            probability(each.p_words_alike),
            probability(each.p_deeds_apart),
            each.standing.value,
        )
    yield table
    if len(ranked) > MOST_LINES:
        yield f"Left out: {count(len(ranked) - MOST_LINES, 'less firm one')}."


def changes_lines(found: Sequence[FrozenChange], since: int, year: int) -> Iterator[RenderableType]:
    """Yield who came nearer and who moved apart between two years, the largest changes first.

    Args:
        found: The changes.
        since: The earlier year.
        year: The later one.
    """
    if not found:
        yield f"No change from {since} to {year} can be told."
        return
    yield f"{count(len(found), 'change')} from {since} to {year} can be told, on the same themes:"
    table = plain_table("", "change", "Pr", "", numbers=("change", "Pr"))
    ranked = sorted(found, key=lambda each: (-abs(each.change), each.actor_a, each.actor_b))
    for each in ranked[:MOST_LINES]:
        nearer = each.change > 0
        table.add_row(
            f"{each.actor_a} {each.actor_b}",
            f"{'+' if nearer else MINUS}{number(abs(each.change), DIGITS)}",
            probability(max(each.p_closer, 1 - each.p_closer)),
            "nearer" if nearer else "apart",
        )
    yield table
    if len(ranked) > MOST_LINES:
        yield f"Left out: {count(len(ranked) - MOST_LINES, 'smaller one')}."
