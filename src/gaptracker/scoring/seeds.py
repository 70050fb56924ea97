"""Random streams that depend on nothing but the cell they belong to."""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random.bit_generator import ISeedSequence

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellKey:
    """What a cell's random streams are named by."""

    methodology: str
    random_series: str
    actor: str
    theme: str
    year: int


class _Digest(ISeedSequence):
    """A hash as a seed: its bits are already mixed better than NumPy's own seeding would."""

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def generate_state(self, n_words: int, dtype: npt.DTypeLike = np.uint64) -> Words:
        """Return the first words of the hash, the same on machines of either byte order."""
        return np.frombuffer(self._digest, "<u8", n_words).astype(dtype)


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
    seed = _Digest(hashlib.sha256(name.encode()).digest())
    # NumPy takes any such object; its type hints name only some.
    return np.random.Generator(np.random.SFC64(seed))  # type: ignore[arg-type]
