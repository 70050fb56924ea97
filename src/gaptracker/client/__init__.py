"""The client library: for reading what is published, and for organisations that send evidence."""

from gaptracker.client.answers import (
    AttachmentState,
    Event,
    JobState,
    LineResult,
    Me,
    SubmissionState,
    Validated,
)
from gaptracker.client.client import Client
from gaptracker.client.errors import (
    BadConnection,
    ClientError,
    FieldFault,
    FileProblem,
    NotTrusted,
    ProblemRaised,
    UnexpectedAnswer,
)
from gaptracker.client.frames import PandasMissing
from gaptracker.client.paging import Rows
from gaptracker.client.retries import Retries
from gaptracker.client.rows import (
    Actor,
    Cell,
    Did,
    Meta,
    Names,
    Pair,
    Release,
    ReleaseDetail,
    Said,
    Source,
    Theme,
)
from gaptracker.client.rows_compared import Checked, Comparison

__all__ = [
    "Actor",
    "AttachmentState",
    "BadConnection",
    "Cell",
    "Checked",
    "Client",
    "ClientError",
    "Comparison",
    "Did",
    "Event",
    "FieldFault",
    "FileProblem",
    "JobState",
    "LineResult",
    "Me",
    "Meta",
    "Names",
    "NotTrusted",
    "Pair",
    "PandasMissing",
    "ProblemRaised",
    "Release",
    "ReleaseDetail",
    "Retries",
    "Rows",
    "Said",
    "Source",
    "SubmissionState",
    "Theme",
    "UnexpectedAnswer",
    "Validated",
]
