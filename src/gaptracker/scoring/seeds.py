"""Random streams that depend on nothing but the cell they belong to."""

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class CellKey:
    """What a cell's random streams are named by."""

    methodology: str
    random_series: str
    actor: str
    theme: str
    year: int


def stream(key: CellKey, reading: str) -> np.random.Generator:
    """Return the random stream of one reading of one cell.

    The seed is the SHA-256 of methodology version, random series, actor, theme, year and
    reading: the same cell draws the same numbers on any machine, beside any other cells.

    Args:
        key: The cell.
        reading: `says`, `law` or `does`.

    Returns:
        A fresh generator at its start.

    References:
        Methodology 1.0.0, section 5; decision 0006.
    """
    name = "\x1f".join(
        (key.methodology, key.random_series, key.actor, key.theme, str(key.year), reading)
    )
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big")
    return np.random.Generator(np.random.SFC64(seed))
