"""Parameters that nobody documented, or that came twice, are refused before anything else."""

from collections import Counter

from fastapi import Request

from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.described import described
from gaptracker.publish.api.errors import Fault, clip, invalid
from gaptracker.publish.api.names import nearest_names
from gaptracker.publish.api.queries import LanguageQuery


async def require_documented_parameters(request: Request) -> None:
    """Refuse query parameters that the OpenAPI document does not list for the route.

    A misspelt filter that were passed over would give all rows for the answer to a question
    about some.

    Raises:
        RequestRefused: If a parameter is unknown or came more than once; it names each.
    """
    given = Counter(name for name, _ in request.query_params.multi_items())
    if not given:
        return
    known = _documented(request)
    faults = [
        *(_undocumented(name, known) for name in given if name not in known),
        *(_repeated(name, count) for name, count in given.items() if count > 1 and name in known),
    ]
    if faults:
        raise invalid(*faults)


def _documented(request: Request) -> tuple[str, ...]:
    """Return the query parameters of the route that was matched."""
    path = request.scope["route"].path
    methods = described(request.app).parameters.get(path)
    if methods is None:  # the bare address, which is no part of the API and only leads on
        return tuple(LanguageQuery.model_fields)
    return methods.get(request.method.lower(), ())


def _undocumented(name: str, known: tuple[str, ...]) -> Fault:
    nearest = nearest_names(name, dict.fromkeys(known, ()))
    hint = f"; did you mean {' or '.join(nearest)}?" if nearest else ""
    return Fault(
        parameter=clip(name),
        place="query",
        code=ErrorCode.PARAMETER_UNKNOWN,
        detail=f"no parameter is called {clip(name)!r} here{hint}",
        given=clip(name),
        expected=", ".join(known) or "no parameter",
        nearest=nearest,
    )


def _repeated(name: str, count: int) -> Fault:
    return Fault(
        parameter=name,
        place="query",
        code=ErrorCode.PARAMETER_REPEATED,
        detail=f"{name} came {count} times; separate several values by commas",
        given=str(count),
        expected="once",
    )
