"""Who a record belongs to: the reference folder, a submission, or the coding desk.

All evidence lies in the same tables. The beginning of an id says where it came from, so that a
load of the reference folder takes back nothing that somebody else sent.
"""

from gaptracker.domain.records import Coding

SUBMISSION_PREFIX = "sub_"
MEMBER_PREFIX = "mem_"
RESERVED_PREFIXES = (SUBMISSION_PREFIX, MEMBER_PREFIX)
# Between a submission's id, which holds none, and the sender's own name for an item.
ITEM_SEPARATOR = "-"


def submission_of(record: str) -> str | None:
    """Return the submission that a source or an item came in; None if it came in none.

    Examples:
        >>> submission_of("sub_01JABC-m1-b")
        'sub_01JABC'
        >>> submission_of("law-MEX-1")
    """
    if not record.startswith(SUBMISSION_PREFIX):
        return None
    return record.partition(ITEM_SEPARATOR)[0]


def items_prefix(submission: str) -> str:
    """Return how the ids of a submission's sources and items begin."""
    return f"{submission}{ITEM_SEPARATOR}"


def of_the_desk(coding: Coding) -> bool:
    """Say whether a coding was made at the coding desk, by a member of an organisation."""
    return coding.coder.startswith(MEMBER_PREFIX)
