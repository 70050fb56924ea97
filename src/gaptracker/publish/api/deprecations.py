"""What will go away, since when that is known, and on which day: the headers that say so.

The policy is in docs/versioning.md. An address or a parameter is deprecated by one entry here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any

from fastapi import Request

# Long enough for a yearly report to meet the notice once before the address is gone.
SHORTEST_NOTICE = timedelta(days=365)
POLICY_ADDRESS = "/docs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """One address, or one parameter of it, that will go away.

    `path` is the route as OpenAPI writes it (`/v1/actors/{code}`); without `parameter` all of it
    goes. `since` and `until` are days in UTC: the notice, and the first day without it.
    `successor` is what to use instead, an address of ours; None if there is nothing.
    """

    path: str
    since: date
    until: date
    parameter: str | None = None
    successor: str | None = None

    def __post_init__(self) -> None:
        """Check that there is time enough to move.

        Raises:
            ValueError: If the notice is shorter than the policy promises.
        """
        if self.until - self.since < SHORTEST_NOTICE:
            days = (self.until - self.since).days
            raise ValueError(
                f"{self.path} would go {days} days after its notice; the policy promises "
                f"{SHORTEST_NOTICE.days}: set a later day"
            )


DEPRECATIONS: tuple[Deprecation, ...] = ()


def deprecation_headers(entries: Sequence[Deprecation]) -> dict[str, str]:
    """Return the headers of an answer to which entries apply.

    Args:
        entries: At least one. The oldest notice and the earliest end are said.

    Returns:
        `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and in `Link` the policy and successors.

    Examples:
        >>> entry = Deprecation(path="/v1/x", since=date(2026, 1, 1), until=date(2027, 1, 1))
        >>> deprecation_headers([entry])["Deprecation"]
        '@1767225600'
    """
    since, until = min(each.since for each in entries), min(each.until for each in entries)
    links = [f'<{POLICY_ADDRESS}>; rel="deprecation"', f'<{POLICY_ADDRESS}>; rel="sunset"']
    links += [
        f'<{successor}>; rel="successor-version"'
        for successor in dict.fromkeys(each.successor for each in entries)
        if successor is not None
    ]
    return {
        "Deprecation": f"@{int(_midnight(since).timestamp())}",
        "Sunset": format_datetime(_midnight(until), usegmt=True),
        "Link": ", ".join(links),
    }


async def announce_deprecations(request: Request) -> None:
    """Let the answer say if its address, or a parameter that came, will go away."""
    path = request.scope["route"].path
    entries = [
        each
        for each in deprecations_of(request.app.state)
        if each.path == path and (each.parameter is None or each.parameter in request.query_params)
    ]
    if entries:
        request.state.headers.update(deprecation_headers(entries))


def deprecations_of(state: object) -> tuple[Deprecation, ...]:
    """Return what an application was told will go away; most are told of nothing."""
    found: tuple[Deprecation, ...] = getattr(state, "deprecations", ())
    return found


# `Any` because the document is JSON of every shape.
def mark_deprecated(paths: Mapping[str, Any], entries: Sequence[Deprecation]) -> None:
    """Say in the OpenAPI document what will go away.

    Args:
        paths: The document's paths, which are changed.
        entries: What will go.

    Raises:
        KeyError: If an entry names an address or a parameter that there is not.
    """
    for each in entries:
        for operation in paths[each.path].values():
            marked = {"": operation} | {
                parameter["name"]: parameter for parameter in operation.get("parameters", ())
            }
            marked[each.parameter or ""]["deprecated"] = True


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
