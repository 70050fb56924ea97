"""When people's codings of one item count: two that agree, and as many more as it takes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.ownership import of_the_desk, submission_of
from gaptracker.domain.records import HIGHEST_RUNG, LOWEST_RUNG, Coding
from gaptracker.domain.vocabulary import CoderKind

# Methodology 1.0.0, section 2: two or more coders an item.
FEWEST_CODERS = 2
# Two windows of neighbouring rungs share a rung if they begin so far apart.
NEXT = 1
# Codings two rungs apart are both next to the one between.
WIDEST_SPAN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Fewer than two people have coded the item; `needed` more have to."""

    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """People agree: `used` places the item, `outvoted` is kept and shown beside it."""

    used: tuple[Coding, ...]
    outvoted: tuple[Coding, ...]

    @property
    def needed(self) -> int:
        """Return how many more people have to code the item: nobody."""
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """Two or more people have coded the item and lie too far apart: one more is asked."""

    codings: tuple[Coding, ...]
    needed: int = 1


Round = Waiting | Settled | Disputed


def round_state(codings: Iterable[Coding]) -> Round:
    """Say whether people agree where one item stands on one theme's ladder.

    Two codings agree if they lie within one rung of each other, so what agrees lies on two
    neighbouring rungs. The two rungs on which most codings lie are used, if those are at least
    two codings. Where two such pairs of rungs hold equally many, they are used together if they
    share a rung (codings at 1, 2 and 3: the one in the middle agrees with both); otherwise people
    are divided, and one more is asked.

    Args:
        codings: Codings of one item on one theme. Those by machines and rules count for nothing.

    Returns:
        The state, the same whatever the order of the codings; codings stand in order of their
        coders.

    Raises:
        InvalidValue: If one person comes twice; only a person's newest coding may be given.
    """
    by_people = sorted(
        (coding for coding in codings if coding.coder_kind is CoderKind.PERSON),
        key=lambda coding: coding.coder,
    )
    twice = [name for name, times in Counter(each.coder for each in by_people).items() if times > 1]
    if twice:
        raise InvalidValue(
            f"item {by_people[0].item}: {', '.join(twice)} coded it twice; expected one coding "
            "for each person: give the newest"
        )
    if len(by_people) < FEWEST_CODERS:
        return Waiting(needed=FEWEST_CODERS - len(by_people))
    agreed = _agreed_rungs(by_people)
    if not agreed:
        return Disputed(codings=tuple(by_people))
    return Settled(
        used=tuple(each for each in by_people if each.rung in agreed),
        outvoted=tuple(each for each in by_people if each.rung not in agreed),
    )


def counting_codings(codings: Sequence[Coding]) -> tuple[Coding, ...]:
    """Return those codings of one item on one theme by which it is placed.

    A rule's coding leaves no question. Where people have settled an item, theirs alone are used:
    a machine's is kept beside. An item of a submission counts for nothing until then. One of the
    reference data counts meanwhile by what the reference data hold, as a machine's coding, which
    marks the release provisional; people in them who lie so far apart that no rung is next to all
    of theirs are left out.

    Args:
        codings: All codings of one item on one theme, at least one.

    Returns:
        The codings to place it by; none if it may not be used yet.
    """
    if any(coding.coder_kind is CoderKind.RULE for coding in codings):
        return tuple(codings)
    state = round_state(codings)
    if isinstance(state, Settled):
        return state.used
    if submission_of(codings[0].item) is not None:
        return ()
    stored = [each for each in codings if not of_the_desk(each)]
    people = [each.rung for each in stored if each.coder_kind is CoderKind.PERSON]
    if people and max(people) - min(people) > WIDEST_SPAN:
        stored = [each for each in stored if each.coder_kind is CoderKind.MACHINE]
    return tuple(stored)


def shown_codings(codings: Sequence[Coding]) -> tuple[Coding, ...]:
    """Return those codings of one item on one theme that may be shown.

    A coding made at the desk stays unseen until people have settled the item: whoever codes
    next must not know it. Then all are shown, the outvoted too.
    """
    if isinstance(round_state(codings), Settled):
        return tuple(codings)
    return tuple(coding for coding in codings if not of_the_desk(coding))


def _agreed_rungs(codings: Sequence[Coding]) -> frozenset[int]:
    """Return the rungs on which people agree; none if they are divided."""
    at = Counter(coding.rung for coding in codings)
    held = {low: at[low] + at[low + 1] for low in range(LOWEST_RUNG, HIGHEST_RUNG)}
    most = max(held.values())
    windows = [low for low, count in held.items() if count == most]
    if most < FEWEST_CODERS or windows[-1] - windows[0] > NEXT:
        return frozenset()
    return frozenset(range(windows[0], windows[-1] + NEXT + 1))
