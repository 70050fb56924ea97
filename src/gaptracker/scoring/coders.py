"""What is known of a coder: codings of known items, and the confusion matrix they give."""

import math
from collections.abc import Iterable, Mapping, Sequence

from gaptracker.domain.calibration import CheckedCoding, Vignette, VignetteCoding
from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.records import Coding
from gaptracker.domain.scale import RUNGS
from gaptracker.domain.vocabulary import CoderKind, ItemKind, Side
from gaptracker.scoring.rungs import Confusion

Counts = tuple[tuple[int, ...], ...]
TOLERANCE = 1e-9


def check_vignettes(
    codings: Iterable[VignetteCoding], vignettes: Mapping[str, Vignette]
) -> tuple[CheckedCoding, ...]:
    """Set codings of vignettes beside the rungs on which the vignettes stand.

    Raises:
        UnknownName: If a coding names no vignette.
    """
    return tuple(_checked(coding, vignettes) for coding in codings)


def check_gold(
    codings: Iterable[Coding], gold: Mapping[tuple[str, str], int]
) -> tuple[CheckedCoding, ...]:
    """Set codings of real statements and measures beside the rungs that people agreed on.

    Args:
        codings: Codings by people and machines. Those by rule and those of items that are
            not gold are left out.
        gold: Agreed rung, by item and theme.

    Returns:
        The codings that can be checked.
    """
    return tuple(
        CheckedCoding(
            coder=coding.coder,
            coder_kind=coding.coder_kind,
            item=coding.item,
            theme=coding.theme,
            side=Side.WORDS if coding.item_kind is ItemKind.STATEMENT else Side.DEEDS,
            true_rung=gold[coding.item, coding.theme],
            rung=coding.rung,
        )
        for coding in codings
        if coding.coder_kind is not CoderKind.RULE and (coding.item, coding.theme) in gold
    )


def code_counts(codings: Iterable[CheckedCoding]) -> Counts:
    """Return how often each true rung (row) was coded as each rung (column).

    Examples:
        >>> code_counts([])[0]
        (0, 0, 0, 0, 0)
    """
    counts = [[0] * RUNGS for _ in range(RUNGS)]
    for coding in codings:
        counts[coding.true_rung][coding.rung] += 1
    return tuple(tuple(row) for row in counts)


def smoothed_confusion(counts: Counts, default: Confusion, strength: float) -> Confusion:
    """Return a confusion matrix from counts, drawn towards the default.

    Each row is the mean of a Dirichlet distribution: (n[k, y] + strength x default[k, y]) /
    (n[k] + strength). A row without codings is the default's; the more codings, the less the
    default weighs.

    Args:
        counts: True rung by coded rung.
        default: The matrix of a coder about whom nothing is known.
        strength: How many codings of each true rung the default counts for, above 0.

    Returns:
        Five rows of five probabilities, each row summing to 1.

    Raises:
        InvalidValue: If the strength is not a number above 0, a count is negative, or a row
            of the default does not sum to 1.

    References:
        Methodology 1.0.0, section 3.

    Examples:
        >>> default = tuple(tuple(float(a == b) for b in range(5)) for a in range(5))
        >>> counts = ((0, 10, 0, 0, 0), *((0,) * 5 for _ in range(4)))
        >>> smoothed_confusion(counts, default, 10.0)[0]
        (0.5, 0.5, 0.0, 0.0, 0.0)
    """
    if not 0 < strength < math.inf:
        raise InvalidValue(f"prior strength {strength}; expected a number above 0")
    if any(count < 0 for row in counts for count in row):
        raise InvalidValue(f"counts {counts}; expected no negative ones")
    for rung, row in enumerate(default):
        if not math.isclose(math.fsum(row), 1.0, abs_tol=TOLERANCE):
            raise InvalidValue(f"default matrix, row {rung}: sums to {math.fsum(row)}; expected 1")
    return tuple(
        tuple(
            (count + strength * prior) / (sum(counted) + strength)
            for count, prior in zip(counted, row, strict=True)
        )
        for counted, row in zip(counts, default, strict=True)
    )


def coder_confusion(
    coder: str, codings: Iterable[CheckedCoding], default: Confusion, *, strength: float
) -> Confusion:
    """Return one coder's confusion matrix from all vignettes and gold items they coded.

    Args:
        coder: The coder.
        codings: Codings by any coders.
        default: The matrix of a coder about whom nothing is known.
        strength: As for `smoothed_confusion`.

    Raises:
        InvalidValue: If the coder has coded no known item.
    """
    own = [coding for coding in codings if coding.coder == coder]
    if not own:
        raise InvalidValue(
            f"coder {coder!r} has coded no vignette and no gold item; expected at least one: "
            "have some coded, or leave the coder out, who then gets the default matrix"
        )
    return smoothed_confusion(code_counts(own), default, strength)


def confusions(
    codings: Sequence[CheckedCoding], default: Confusion, *, strength: float
) -> dict[str, Confusion]:
    """Return the confusion matrix of every coder who has coded a known item, by coder."""
    return {
        coder: coder_confusion(coder, codings, default, strength=strength)
        for coder in sorted({coding.coder for coding in codings})
    }


def _checked(coding: VignetteCoding, vignettes: Mapping[str, Vignette]) -> CheckedCoding:
    if coding.vignette not in vignettes:
        raise UnknownName("vignette", coding.vignette)
    vignette = vignettes[coding.vignette]
    return CheckedCoding(
        coder=coding.coder,
        coder_kind=coding.coder_kind,
        item=vignette.id,
        theme=vignette.theme,
        side=coding.side,
        true_rung=vignette.true_rung,
        rung=coding.rung,
    )
