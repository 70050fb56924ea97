"""From codes to rungs: coders' confusion, the posterior, and coding by rule."""

import math
from collections.abc import Iterator, Mapping, Sequence

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Codebook
from gaptracker.domain.methodology import Placement as RulePlacement
from gaptracker.domain.records import Coding, Statement
from gaptracker.domain.scale import POINTS_PER_RUNG, RUNGS
from gaptracker.domain.vocabulary import (
    CoderKind,
    ItemKind,
    Response,
    Specificity,
    VoteCast,
)
from gaptracker.scoring.items import Placement, at_rung

Confusion = tuple[tuple[float, ...], ...]

RULE_CODER = "codebook"


def default_confusion(right_probability: float) -> Confusion:
    """Return the confusion matrix of a coder about whom nothing is known yet.

    Args:
        right_probability: Probability of coding the true rung, in [0, 1].

    Returns:
        Five rows (true rung) of five probabilities (coded rung). The rest of each row goes
        to the neighbouring rungs in equal parts, to the only neighbour at the ends.

    References:
        Methodology 1.0.0, section 3: right with probability 0.8, else one rung off.

    Examples:
        >>> default_confusion(0.8)[0][:2]
        (0.8, 0.19999999999999996)
    """
    rows = []
    for true in range(RUNGS):
        neighbours = [rung for rung in (true - 1, true + 1) if 0 <= rung < RUNGS]
        miss = (1.0 - right_probability) / len(neighbours)
        rows.append(
            tuple(
                right_probability if rung == true else miss if rung in neighbours else 0.0
                for rung in range(RUNGS)
            )
        )
    return tuple(rows)


def place(codings: Sequence[Coding], confusions: Mapping[str, Confusion]) -> Placement:
    """Return where an item stands, given all codings of it on one theme.

    Args:
        codings: At least one coding of the same item and theme.
        confusions: Confusion matrix of each coder, by coder.

    Returns:
        A certain placement if a rule coded the item; otherwise the posterior over the rungs
        from a flat prior, p(k) proportional to the product over coders of M_j[k, y_j],
        rungs of no probability left out.

    Raises:
        InvalidValue: If two coders, or two rules, exclude each other, so that no rung is possible.

    References:
        Methodology 1.0.0, section 3.
    """
    by_rule = {coding.rung for coding in codings if coding.coder_kind is CoderKind.RULE}
    if len(by_rule) > 1:
        raise InvalidValue(f"item {codings[0].item}: rules differ, {sorted(by_rule)}; expected one")
    if by_rule:
        return at_rung(by_rule.pop())
    # Sorted, because the rounding of a product depends on the order of its factors.
    likelihoods = [
        math.prod(sorted(confusions[coding.coder][rung][coding.rung] for coding in codings))
        for rung in range(RUNGS)
    ]
    total = math.fsum(likelihoods)
    if total <= 0:
        codes = ", ".join(f"{coding.coder}: {coding.rung}" for coding in codings)
        raise InvalidValue(f"item {codings[0].item}: no rung fits these codings ({codes})")
    possible = [(rung, value / total) for rung, value in enumerate(likelihoods) if value > 0]
    return Placement(
        points=tuple(POINTS_PER_RUNG * rung for rung, _ in possible),
        probabilities=tuple(probability for _, probability in possible),
    )


def rule_codings(statement: Statement, codebook: Codebook) -> Iterator[Coding]:
    """Code a vote, a signature or an answer to a recommendation by the codebook.

    Args:
        statement: A statement; one without `rule` yields nothing.
        codebook: The methodology's codebook.

    Yields:
        One coding for each theme on which the codebook gives the answer a rung.
    """
    if statement.rule is None or statement.answer is None:
        return
    for theme, placement, specificity in _placements(statement, codebook):
        if placement.rung is not None:
            yield Coding(
                item=statement.id,
                item_kind=ItemKind.STATEMENT,
                theme=theme,
                coder=RULE_CODER,
                coder_kind=CoderKind.RULE,
                rung=placement.rung,
                specificity=specificity,
                rationale=placement.reason,
            )


def _placements(
    statement: Statement, codebook: Codebook
) -> Iterator[tuple[str, RulePlacement, Specificity]]:
    """Yield theme, rung with its reason, and specificity of each rule that applies."""
    rule, answer = str(statement.rule), str(statement.answer)
    for roll_call in codebook.roll_calls.get(rule, ()):
        if answer == "sponsored":
            yield roll_call.theme, roll_call.sponsorship, Specificity.VOTE
        else:
            yield roll_call.theme, roll_call.votes[VoteCast(answer)], Specificity.VOTE
    for joint in codebook.joint_statements.get(rule, ()):
        yield joint.theme, joint.placement, Specificity.GENERAL
    if answer in set(Response):
        recommendation = codebook.recommendations.get((rule, Response(answer)))
        if recommendation is not None:
            given = statement.specificity or Specificity.GENERAL
            yield recommendation.theme, recommendation.placement, given
