"""When a request is sent again, and how long is waited before it."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

AGAIN_STATUSES = frozenset({429, 502, 503, 504})
# After these the request may have been done all the same.
UNSURE_STATUSES = frozenset({502, 504})
IN_PROGRESS = "request-in-progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How stubborn a client is.

    Waits double from `first_seconds` to `longest_seconds`; half of each is random, so that many
    clients whose line comes back at once do not all knock at once. A server's `Retry-After` is
    obeyed; one beyond `patience_seconds` ends the attempts.

    Attributes:
        attempts: How often one request is sent at most.
        patience_seconds: The longest wait that a server may ask for.
        sleep: Waits for some seconds.
        random: Gives a number from 0 up to 1.
    """

    attempts: int = 10
    first_seconds: float = 0.5
    longest_seconds: float = 60.0
    patience_seconds: float = 600.0
    sleep: Callable[[float], object] = field(default=time.sleep, repr=False)
    random: Callable[[], float] = field(default=secrets.SystemRandom().random, repr=False)

    def back_off(self, failures: int) -> float:
        """Return how many seconds to wait after some failures in a row, from 1.

        Examples:
            >>> calm = Retries(random=lambda: 1.0)
            >>> [calm.back_off(failures) for failures in (1, 2, 3, 20)]
            [0.5, 1.0, 2.0, 60.0]
        """
        doubled = self.first_seconds * 2.0 ** min(failures - 1, 30)
        longest = min(self.longest_seconds, doubled)
        return longest * (0.5 + self.random() / 2)


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `Retry-After` asks for; None if it asks for nothing readable.

    A date is read against the answer's own `Date`: this machine's clock may be wrong.

    Args:
        headers: With names in lower case.

    Examples:
        >>> asked_wait({"retry-after": "7"})
        7.0
        >>> noon = "Wed, 25 Nov 2026 12:00:{:02} GMT".format
        >>> asked_wait({"retry-after": noon(30), "date": noon(10)})
        20.0
    """
    given = headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit():
        return float(given[:9])
    try:
        until = parsedate_to_datetime(given)
        since = parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - since).total_seconds())
    except (TypeError, ValueError):
        return None


def is_worth_again(status: int, code: str | None) -> bool:
    """Say whether the same request may succeed when it is sent again.

    Examples:
        >>> is_worth_again(409, "request-in-progress"), is_worth_again(409, "invalid-transition")
        (True, False)
    """
    return status in AGAIN_STATUSES or (status == 409 and code == IN_PROGRESS)  # noqa: PLR2004  Conflict
