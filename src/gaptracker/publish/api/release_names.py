"""How a release is named in a query: by its id, or as `latest`."""

from typing import Annotated

from pydantic import Field

LONGEST_ID = 100
RELEASE_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{8}"
LATEST = "latest"


def not_latest(given: object) -> object:
    """Return None for `latest`, as if no release were named: the newest, and not for ever."""
    return None if given == LATEST else given


ReleaseId = Annotated[
    str,
    Field(
        json_schema_extra={"pattern": f"^{RELEASE_PATTERN}$"},
        min_length=1,
        max_length=LONGEST_ID,
    ),
]
ReleaseOrLatest = Annotated[
    str,
    Field(
        json_schema_extra={"pattern": f"^({RELEASE_PATTERN}|{LATEST})$"},
        min_length=1,
        max_length=LONGEST_ID,
    ),
]
