"""How often a caller may ask, counted in memory and forgotten with the process.

A caller without a good key is counted by a keyed hash of the address, under a salt that changes
every day and is kept nowhere: the count cannot be led back to anybody (intake, rule 6).
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

WINDOW_SECONDS = 60
SALT_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left of a policy: how many requests, and in how many seconds all are back."""

    policy: str
    quota: int
    remaining: int
    reset_seconds: int
    allowed: bool

    def headers(self) -> dict[str, str]:
        """Return the headers that tell a caller (draft-ietf-httpapi-ratelimit-headers)."""
        told = {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={self.remaining};t={self.reset_seconds}',
        }
        return told if self.allowed else {**told, "Retry-After": str(self.reset_seconds)}


class Rates:
    """The counters of one process."""

    def __init__(
        self, *, reads: int, writes: int, strangers: int, random: Callable[[int], bytes]
    ) -> None:
        """Set how many requests a minute each policy allows.

        Args:
            reads: Reading requests of one key.
            writes: Writing requests of one key.
            strangers: Requests of one address without a good key.
            random: Gives the salt of each day.
        """
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._quotas = {"read": reads, "write": writes, "stranger": strangers}
        self._items: dict[str, RateLimitItem] = {
            policy: RateLimitItemPerMinute(quota) for policy, quota in self._quotas.items()
        }
        self._random = random
        self._salt = (date.min, b"")

    def quota(self, policy: str) -> int:
        """Return how many requests a minute a policy allows."""
        return self._quotas[policy]

    def count(self, policy: str, who: str, now: datetime) -> Allowance:
        """Count a request and say whether it is within the policy.

        Args:
            policy: `read`, `write` or `stranger`.
            who: A key's id, or what `stranger` returned.
            now: Aware UTC time.
        """
        item = self._items[policy]
        allowed = self._limiter.hit(item, who)
        stats = self._limiter.get_window_stats(item, who)
        return Allowance(
            policy=policy,
            quota=self._quotas[policy],
            remaining=stats.remaining,
            reset_seconds=max(1, min(WINDOW_SECONDS, round(stats.reset_time - now.timestamp()))),
            allowed=allowed,
        )

    def stranger(self, address: str, now: datetime) -> str:
        """Return today's name for an address; tomorrow it has another."""
        if self._salt[0] != now.date():
            self._salt = (now.date(), self._random(SALT_BYTES))
        return hmac.digest(self._salt[1], address.encode(), "sha256").hex()
