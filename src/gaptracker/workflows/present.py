"""The moment in which a workflow runs: its time and its randomness, given from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gaptracker.domain.ids import ID_BYTES, make_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Time and randomness of one request, command or job run.

    `now` is an aware UTC time; `random` returns that many bytes from a cryptographic source.
    """

    now: datetime
    random: Callable[[int], bytes]

    def new_id(self, prefix: str) -> str:
        """Return a new opaque id, as `sub_…`."""
        return make_id(prefix, self.random(ID_BYTES))
