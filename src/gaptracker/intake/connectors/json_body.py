"""JSON as publishers send it: byte order marks, HTML in its place, and nothing guessed."""

from typing import Any

import msgspec

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import Arrived, SourceUnreadable

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SHOWN_BYTES = 80


# `Any`: the shapes of publishers' documents differ, and each connector checks its own.
def read_json(arrived: Arrived) -> Any:  # noqa: ANN401
    """Read a document.

    Raises:
        SourceUnreadable: If it is empty or no JSON; it shows how it begins.
    """
    content = arrived.read().removeprefix(BYTE_ORDER_MARK)
    if not content.strip():
        raise SourceUnreadable(
            IssueKind.EMPTY_ANSWER, arrived.where, "an empty document came; expected JSON"
        )
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            arrived.where,
            f"no JSON came ({error}): it begins with {content[:SHOWN_BYTES]!r}",
        ) from error
