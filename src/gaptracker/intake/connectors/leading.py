"""Pages and lists that only lead to the file that holds the data."""

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import Arrived, Fetch, Resource, SourceUnreadable


def what_leads(fetch: Fetch, name: str, url: str, *, begins: bytes) -> Arrived | None:
    """Fetch what leads to a file; None in a folder of downloads, where nobody needs it.

    Args:
        fetch: Gives resources.
        name: What it is called among the source's resources.
        url: Where it is.
        begins: Its first byte, past blanks.

    Raises:
        SourceUnreadable: If the publisher does not give it.
    """
    resource = Resource(name=name, url=url, offline=(), begins=(begins,), only_leads=True)
    try:
        return fetch(resource)
    except SourceUnreadable as error:
        if error.issue.kind is not IssueKind.FILE_MISSING:
            raise
        return None
