"""The Universal Human Rights Index: a JSON list of annotations of every mechanism."""

import re
from collections.abc import Iterator, Set

import msgspec

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import Arrived, SourceUnreadable, Staging
from gaptracker.intake.connectors.json_body import BYTE_ORDER_MARK, SHOWN_BYTES
from gaptracker.intake.connectors.reviews import Asked

UPR = "UPR"
RECOMMENDATION = "recommendation"
_NUMBER = re.compile(r"^\s*\d+(?:\.\d+)*\.?\s+")
# `(Maldives) (Portugal); Source of Position: A/HRC/59/15/Add.1 - Para.3`
_AFTER = re.compile(r"\s*(?:\([^()]{3,60}\)[\s;.]*)+(?:Source of Position:.*)?$", re.DOTALL)
_SESSION = re.compile(r"\d+")


class _Annotation(msgspec.Struct, frozen=True):
    """What is used of an annotation, under the names of the export and of the API."""

    text: str = msgspec.field(name="Text", default="")
    body: str = msgspec.field(name="Reccomending Body", default="")
    body_mended: str = msgspec.field(name="Recommending Body", default="")
    body_short: str = msgspec.field(name="Body", default="")
    countries: str = msgspec.field(name="Countries Concerned", default="")
    country_list: list[str] = msgspec.field(name="Countries", default_factory=list)
    by: str = msgspec.field(name="UPR Reccomending States", default="")
    by_mended: str = msgspec.field(name="UPR Recommending States", default="")
    by_list: list[str] = msgspec.field(name="UprRecommendingStates", default_factory=list)
    position: str | None = msgspec.field(name="UPR Position", default="")
    position_short: str | None = msgspec.field(name="UprPosition", default="")
    session: str | None = msgspec.field(name="UPR Session", default="")
    session_short: str | None = msgspec.field(name="UprSession", default="")
    themes: str = msgspec.field(name="Themes", default="")
    type: str = msgspec.field(name="Type", default="")
    id: str = msgspec.field(name="OHCHR Annotation Id", default="")
    id_short: str = msgspec.field(name="AnnotationId", default="")


def read_index(arrived: Arrived, staging: Staging, covered: Set[str]) -> Iterator[Asked]:
    """Yield one recommendation for each state that made it.

    Args:
        arrived: The file.
        staging: Where rows are counted.
        covered: Sessions that another source has; they are left.

    Raises:
        SourceUnreadable: If it is no list of annotations.
    """
    for number, found in enumerate(_annotations(arrived), start=1):
        staging.rows_read += 1
        where = f"{arrived.where} row {number}"
        if without_dash(found.body or found.body_mended or found.body_short) != UPR:
            staging.leave("annotation of another mechanism")
        elif found.type and RECOMMENDATION not in found.type.casefold():
            staging.leave("annotation that is no recommendation")
        else:
            yield from _each(found, where, staging, covered)


def _each(found: _Annotation, where: str, staging: Staging, covered: Set[str]) -> Iterator[Asked]:
    session = _SESSION.search(found.session or found.session_short or "")
    number = session[0].lstrip("0") if session else ""
    if number in covered:
        staging.leave("recommendation of a session that UPR Info's export has")
        return
    states = lines(found.countries) or tuple(map(without_dash, found.country_list))
    makers = lines(found.by or found.by_mended) or tuple(map(without_dash, found.by_list))
    if len(states) != 1:
        staging.refuse(
            IssueKind.ROW_REFUSED, where, f"states {states} came; expected one under review"
        )
        return
    for by in makers or ("",):
        yield Asked(
            where=where,
            to=states[0],
            by=by,
            text=_AFTER.sub("", _NUMBER.sub("", found.text)).strip(),
            response=found.position or found.position_short or "",
            issues=found.themes,
            session=number,
            action="",
        )


def lines(cell: str) -> tuple[str, ...]:
    r"""Return a cell's lines without their dashes.

    Examples:
        >>> lines("- Women & girls\n- Children")
        ('Women & girls', 'Children')
    """
    return tuple(said for said in map(without_dash, cell.splitlines()) if said)


def without_dash(text: str) -> str:
    """Return a value as the index means it.

    Examples:
        >>> without_dash("- UPR")
        'UPR'
    """
    return text.strip().removeprefix("-").strip()


def _annotations(arrived: Arrived) -> list[_Annotation]:
    content = arrived.read().removeprefix(BYTE_ORDER_MARK)
    if not content.strip():
        raise SourceUnreadable(
            IssueKind.EMPTY_ANSWER, arrived.where, "an empty document came; expected JSON"
        )
    try:
        found = msgspec.json.decode(content, type=list[_Annotation])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            arrived.where,
            f"no list of annotations came ({error}): it begins with {content[:SHOWN_BYTES]!r}",
        ) from error
    if found and not any(each.id or each.id_short for each in found):
        raise SourceUnreadable(
            IssueKind.COLUMN_MISSING,
            arrived.where,
            "no annotation has an id; expected 'OHCHR Annotation Id' or 'AnnotationId'",
        )
    return found
