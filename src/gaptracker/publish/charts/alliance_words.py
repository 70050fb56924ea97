"""What both pictures of alliances say in words."""

from collections.abc import Sequence

from gaptracker.publish.charts.asked import Asked
from gaptracker.publish.charts.cells import name_of
from gaptracker.publish.charts.near import Near
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.texts import Texts

NAMED_IN_ALT = 6


def of_side(asked: Asked, words: str, deeds: str) -> str:
    """Return the text for words or that for deeds, as the picture is of one or the other."""
    return words if asked.the_side == "words" else deeds


def groups_of(near: Near) -> list[list[str]]:
    """Return the groups among the actors that are drawn, the largest first."""
    found: dict[str, list[str]] = {}
    for actor in near.actors:
        if actor in near.groups:
            found.setdefault(near.groups[actor], []).append(actor)
    return sorted(found.values(), key=lambda members: (-near.size_of(members[0]), members))


def alt_of(release: FrozenRelease, asked: Asked, near: Near, texts: Texts) -> str:
    """Say in a sentence or two what the picture shows."""
    side = of_side(
        asked,
        texts.say("words, {year}", year=asked.the_year),
        texts.say("deeds, {year}", year=asked.the_year),
    )
    if not near.pairs:
        return texts.say("{side}: no two actors can be compared.", side=side)
    said = texts.count(
        "{side}: {number} actor.", "{side}: {number} actors.", len(near.actors), side=side
    )
    groups = groups_of(near)
    if not groups:
        return f"{said} " + texts.say("No group can be told.")
    named = [name_of(release, actor, asked.language) for actor in groups[0][:NAMED_IN_ALT]]
    more = near.size_of(groups[0][0]) - len(named)
    if more:
        named.append(texts.count("{number} more actor", "{number} more actors", more))
    return f"{said} " + texts.count(
        "{number} group; the largest: {named}.",
        "{number} groups; the largest: {named}.",
        len(groups),
        named=texts.all_of(named),
    )


def nobody(release: FrozenRelease, texts: Texts) -> list[str]:
    """Say why nobody can be drawn."""
    return [
        texts.count(
            "No two actors are both on record on {number} theme here: nothing is drawn.",
            "No two actors are both on record on {number} themes here: nothing is drawn.",
            release.methodology.alliances.themes,
        )
    ]


def left_out(near: Near, texts: Texts) -> Sequence[str]:
    """Say how many of those who could be drawn are, where it is not all of them."""
    if len(near.actors) == near.known:
        return ()
    return (
        texts.say(
            "Shown: {number} of {known} actors, members of groups and those with most on record.",
            number=len(near.actors),
            known=near.known,
        ),
    )


def of_any_grade(texts: Texts) -> str:
    """Say that no grade is asked for: a grade judges a gap, which has two sides (decision 0028)."""
    return texts.say("Evidence of every grade counts here; thin evidence widens the intervals.")
