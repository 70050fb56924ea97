"""Permanent names of pairs."""

import hashlib

from gaptracker.domain.vocabulary import Reading

NAME_DIGITS = 16


def pair_id(statement: str, deed: str | None, theme: str, reading: Reading) -> str:
    """Return the name of a pair, the same in every release that holds it.

    Args:
        statement: The statement's id.
        deed: The measure's or observation's id, None for an absence.
        theme: The theme's id.
        reading: The question the pair answers.
    """
    name = "\x1f".join((statement, deed or "", theme, reading))
    return f"pair_{hashlib.sha256(name.encode()).hexdigest()[:NAME_DIGITS]}"
