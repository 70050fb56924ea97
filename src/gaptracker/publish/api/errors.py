"""Refusals, and how every error becomes a problem document (RFC 9457)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from gaptracker.domain.errors import GapTrackerError
from gaptracker.publish.api.codes import PROBLEM_KINDS, ErrorCode, ProblemCode, type_of
from gaptracker.publish.api.described import described
from gaptracker.publish.api.names import nearest_names
from gaptracker.publish.api.schemas import Problem, ProblemError

PROBLEM_MEDIA_TYPE = "application/problem+json"
ECHOED_CHARACTERS = 200
MOST_ERRORS = 100
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PLACE = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with one part of a request: what came and what was expected."""

    parameter: str
    place: str
    code: ErrorCode
    detail: str
    given: str | None = None
    expected: str | None = None
    nearest: tuple[str, ...] = ()


class RequestRefused(GapTrackerError):
    """A request that gets a problem document instead of an answer."""

    def __init__(
        self,
        code: ProblemCode,
        detail: str,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Name the problem, say it in a sentence, and list what is wrong where."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


def invalid(*faults: Fault) -> RequestRefused:
    """Return the refusal of a request whose parameters are wrong (422)."""
    count = len(faults)
    detail = faults[0].detail if count == 1 else f"{count} problems found"
    return RequestRefused(ProblemCode.VALIDATION_FAILED, detail, faults)


def refusal_of(error: RequestValidationError) -> RequestRefused:
    """Return the refusal of a request that its route's parameters do not fit (422)."""
    return invalid(*(_fault_of(item) for item in error.errors()))


def absent(fault: Fault) -> RequestRefused:
    """Return the refusal of an address that nothing has (404)."""
    return RequestRefused(ProblemCode.NOT_FOUND, fault.detail, (fault,))


def unknown(
    parameter: str, code: ErrorCode, given: str, known: Mapping[str, Sequence[str]], *, place: str
) -> Fault:
    """Return the fault of a name that nothing carries, with the nearest known ones.

    Args:
        parameter: The query or path parameter that brought it.
        code: What kind of name it is, as `actor.unknown`.
        given: What came.
        known: Each known name with its other spellings.
        place: `query` or `path`.
    """
    kind = code.partition(".")[0]
    nearest = nearest_names(given, known)
    hint = f"; did you mean {' or '.join(nearest)}?" if nearest else ""
    return Fault(
        parameter=parameter,
        place=place,
        code=code,
        detail=f"no {kind} is called {clip(given)!r}{hint}",
        given=clip(given),
        expected=f"a known {kind}",
        nearest=nearest,
    )


def clip(text: str) -> str:
    """Return what came, short and writable enough to be echoed.

    Examples:
        >>> len(clip("x" * 5000))
        200
    """
    return text[:ECHOED_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def problem_response(refused: RequestRefused, request_id: str) -> Response:
    """Write a refusal as `application/problem+json`; it is never stored by a cache."""
    kind = PROBLEM_KINDS[refused.code]
    problem = Problem(
        type=type_of(refused.code),
        title=kind.title,
        status=kind.status.value,
        detail=refused.detail,
        instance=f"urn:request:{request_id}",
        code=refused.code,
        errors=[
            ProblemError(
                parameter=fault.parameter,
                place=fault.place,
                code=fault.code,
                detail=fault.detail,
                given=fault.given,
                expected=fault.expected,
                nearest=list(fault.nearest),
            )
            for fault in refused.faults[:MOST_ERRORS]
        ],
    )
    return Response(
        problem.model_dump_json(),
        status_code=kind.status.value,
        media_type=PROBLEM_MEDIA_TYPE,
        headers={"Cache-Control": "no-store", "Content-Language": "en", **refused.headers},
    )


def request_id_of(request: Request) -> str:
    """Return the id that the envelope gave this request."""
    return str(request.state.request_id)


# Writes a refusal as whoever asks can read it.
Writer = Callable[[Request, RequestRefused], Response]


def install_error_handlers(app: FastAPI, write_absent: Writer) -> None:
    """Make the application answer every expected error with a problem document.

    Args:
        app: The application.
        write_absent: Writes the refusal of an address that nothing has.
    """
    app.add_exception_handler(RequestRefused, _on_refused)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, partial(_on_http_exception, write_absent))


# FastAPI's handlers take any Exception; each of these is registered for one class alone.
async def _on_refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestRefused):
        raise error
    return problem_response(error, request_id_of(request))


async def _on_invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return problem_response(refusal_of(error), request_id_of(request))


async def _on_http_exception(write_absent: Writer, request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == PROBLEM_KINDS[ProblemCode.METHOD_NOT_ALLOWED].status:
        return _wrong_method(request)
    if error.status_code != PROBLEM_KINDS[ProblemCode.NOT_FOUND].status:
        raise error
    known = dict.fromkeys(described(request.app).parameters, ())
    fault = unknown("path", ErrorCode.PATH_UNKNOWN, request.url.path, known, place="path")
    return write_absent(request, absent(fault))


def _wrong_method(request: Request) -> Response:
    """Answer OPTIONS with the methods there are, any other method with 405."""
    allow = ", ".join((*allowed_methods(request.app, request.scope), "OPTIONS"))
    if request.method == "OPTIONS":
        return Response(
            status_code=204,
            headers={
                "Allow": allow,
                "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
                "Access-Control-Allow-Headers": (
                    "Accept, Accept-Language, If-Match, If-None-Match, If-Range, Range"
                ),
                "Access-Control-Max-Age": "86400",
                "Cache-Control": "no-store",
            },
        )
    detail = f"{clip(request.method)} came; this address takes {allow}"
    refused = RequestRefused(ProblemCode.METHOD_NOT_ALLOWED, detail, headers={"Allow": allow})
    return problem_response(refused, request_id_of(request))


def allowed_methods(app: FastAPI, scope: Scope) -> tuple[str, ...]:
    """Return every method that an address takes, not only those of its first route.

    Args:
        app: The application.
        scope: The ASGI scope of a request to that address.
    """
    taken = _documented_methods(app, scope["path"]) or [
        method
        for method in METHODS
        if any(
            route.matches({**scope, "method": method})[0] is Match.FULL
            for route in app.router.routes
        )
    ]
    if "GET" in taken and "HEAD" not in taken:
        taken.insert(1, "HEAD")  # the envelope answers HEAD wherever there is a GET
    return tuple(taken)


def _documented_methods(app: FastAPI, address: str) -> list[str]:
    """Return the methods of the documented path that fits an address, empty if none does.

    Where several fit (`/v1/jobs/{id}:cancel`, and `/v1/jobs/{id}` if ids had colons), it is the
    one with the most letters of its own.
    """
    paths = described(app).parameters
    fitting = {
        sum(map(len, pieces)): operations
        for path, operations in paths.items()
        if re.fullmatch("[^/]+".join(map(re.escape, pieces := PLACE.split(path))), address)
    }
    operations = fitting[max(fitting)] if fitting else {}
    return [method for method in METHODS if method.lower() in operations]


# `Any` because pydantic describes an error as a plain mapping.
def _fault_of(item: Mapping[str, Any]) -> Fault:
    """Turn one of pydantic's errors into a fault, by its stable type name."""
    place, *names = (str(part) for part in item["loc"])
    parameter = ".".join(names) or place
    if item["type"] == "missing":
        return Fault(
            parameter=parameter,
            place=place,
            code=ErrorCode.VALUE_INVALID,
            detail=f"{parameter} is missing; this address asks for it",
            given="",
            expected=f"a value of {parameter}",
        )
    given = clip(str(item["input"]))
    context = item.get("ctx", {})
    code, expected = ErrorCode.VALUE_INVALID, str(item["msg"])
    nearest: tuple[str, ...] = ()
    match item["type"]:
        case "literal_error":
            code = ErrorCode.VALUE_NOT_LISTED
            listed = re.findall(r"'([^']*)'", context["expected"])
            expected = ", ".join(listed)
            nearest = nearest_names(given, dict.fromkeys(listed, ()))
        case "greater_than_equal":
            code, expected = ErrorCode.VALUE_OUT_OF_RANGE, f"at least {context['ge']}"
        case "less_than_equal":
            code, expected = ErrorCode.VALUE_OUT_OF_RANGE, f"at most {context['le']}"
        case "string_too_short":
            expected = "a value; leave the parameter out to ask for everything"
        case "string_too_long":
            expected = f"at most {context['max_length']} characters"
        case _:
            pass  # the message says what was expected
    return Fault(
        parameter=parameter,
        place=place,
        code=code,
        detail=f"{parameter} is {given!r}; expected: {expected}",
        given=given,
        expected=expected,
        nearest=nearest,
    )
