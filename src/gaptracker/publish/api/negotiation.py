"""Which format and language an answer takes: by address, by parameter, by header."""

from collections.abc import Iterator, Mapping, Sequence

from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.errors import Fault, RequestRefused, absent, clip, invalid

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "text": "text/plain",
    "bibtex": "application/x-bibtex",
    "csl": "application/vnd.citationstyles.csl+json",
    "svg": "image/svg+xml",
    "png": "image/png",
}
LANGUAGE_TAGS = ("en", "es", "pt")
DEFAULT_LANGUAGE = "en"
MOST_RANGES = 50


def choose_format(
    offered: Sequence[str], *, suffix: str | None, parameter: str | None, accept: str | None
) -> str:
    """Return the format of an answer.

    Args:
        offered: Formats this address gives, the default first.
        suffix: Ending of the path, without its dot.
        parameter: The `format` parameter.
        accept: The `Accept` header.

    Raises:
        RequestRefused: If suffix and parameter disagree or ask for what is not offered (404
            for a path, 422 for a parameter), or `Accept` takes nothing offered (406).

    Examples:
        >>> choose_format(("json", "csv"), suffix=None, parameter=None, accept="text/*")
        'csv'
    """
    if suffix is not None and parameter is not None and suffix != parameter:
        raise invalid(
            Fault(
                parameter="format",
                place="query",
                code=ErrorCode.PARAMETER_CONFLICT,
                detail=f"the path ends in .{suffix} and format is {parameter!r}; keep one of them",
                given=parameter,
                expected=suffix,
            )
        )
    asked = suffix or parameter
    if asked in offered:
        return str(asked)
    if asked is not None:
        place = "path" if suffix else "query"
        fault = Fault(
            parameter="format",
            place=place,
            code=ErrorCode.FORMAT_UNAVAILABLE,
            detail=f"this address is not given as {asked}; expected one of: {', '.join(offered)}",
            given=asked,
            expected=", ".join(offered),
        )
        raise absent(fault) if suffix else invalid(fault)
    return offered[0] if accept is None else _accepted(offered, accept)


def choose_language(parameter: str | None, accept_language: str | None) -> str:
    """Return the language of names and texts: as asked, else as preferred, else English.

    Args:
        parameter: The `lang` parameter, already known to be one of ours.
        accept_language: The `Accept-Language` header; ranges as `es-MX` count as `es`.

    Examples:
        >>> choose_language(None, "fr, pt-BR;q=0.8, en;q=0.5")
        'pt'
    """
    if parameter is not None:
        return parameter
    if accept_language is None:
        return DEFAULT_LANGUAGE
    best, preferred = 0.0, DEFAULT_LANGUAGE
    for tag, quality in weighted_ranges(accept_language):
        language = tag.partition("-")[0]
        if language in LANGUAGE_TAGS and quality > best:
            best, preferred = quality, language
    return preferred


def prefers_page(accept: str | None) -> bool:
    """Say whether a client names HTML among what it takes: browsers do, programs seldom.

    Examples:
        >>> prefers_page("text/html,application/xhtml+xml,*/*;q=0.8"), prefers_page("*/*")
        (True, False)
    """
    return any(
        name == "text/html" and quality > 0 for name, quality in weighted_ranges(accept or "")
    )


def _accepted(offered: Sequence[str], accept: str) -> str:
    ranges = list(weighted_ranges(accept))
    if not ranges:
        return offered[0]
    qualities = [(_quality(MEDIA_TYPES[name], ranges), name) for name in offered]
    best = max(quality for quality, _ in qualities)
    if best <= 0:
        listed = ", ".join(MEDIA_TYPES[name] for name in offered)
        fault = Fault(
            parameter="Accept",
            place="header",
            code=ErrorCode.FORMAT_UNAVAILABLE,
            detail=f"Accept takes none of: {listed}",
            given=clip(accept),
            expected=listed,
        )
        raise RequestRefused(ProblemCode.NOT_ACCEPTABLE, fault.detail, (fault,))
    return next(name for quality, name in qualities if quality == best)


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return how much a media type is wanted; the most specific range decides (RFC 9110)."""
    kind = media_type.partition("/")[0]
    for wanted in (media_type, f"{kind}/*", "*/*"):
        matching = [quality for name, quality in ranges if name == wanted]
        if matching:
            return max(matching)
    return 0.0


def weighted_ranges(header: str) -> Iterator[tuple[str, float]]:
    """Yield each range of a header with its quality, 1 where none is given or it is no number."""
    for part in header.split(",")[:MOST_RANGES]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if not name:
            continue
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = _number(value.strip())
        yield name, quality


def _number(text: str) -> float:
    """Read a quality from 0 to 1 with up to three decimals; anything else counts as 1."""
    whole, _, decimals = text.partition(".")
    plain = whole in {"0", "1"} and (not decimals or (decimals.isascii() and decimals.isdigit()))
    return min(float(text), 1.0) if plain else 1.0
