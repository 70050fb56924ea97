"""Permanent names of pairs."""

import hashlib

from gaptracker.domain.vocabulary import Reading, Relation

NAME_DIGITS = 16


def pair_id(
    statement: str,
    deed: str | None,
    theme: str,
    reading: Reading,
    *,
    heir: str | None = None,
) -> str:
    """Return the name of a pair, the same in every release that holds it.

    A statement that counts for others than its speaker makes a pair for each of them, also where
    no deed tells them apart: the name then holds the actor. Where the speaker is the actor, the
    statement says which, and the name is what it was before unions spoke for their members.

    Args:
        statement: The statement's id.
        deed: The measure's or observation's id, None for an absence.
        theme: The theme's id.
        reading: The question the pair answers.
        heir: The actor, where another spoke for it (`heir_of`).

    Examples:
        >>> pair_id("said", "done", "cannabis", Reading.NOW)
        'pair_fee7a8d3f04615a5'
    """
    parts = (statement, deed or "", theme, reading)
    name = "\x1f".join(parts if heir is None else (*parts, heir))
    return f"pair_{hashlib.sha256(name.encode()).hexdigest()[:NAME_DIGITS]}"


def heir_of(relation: Relation, actor: str) -> str | None:
    """Return the actor of a pair where another spoke for it, None where it spoke itself."""
    return None if relation is Relation.SAME_ACTOR else actor
