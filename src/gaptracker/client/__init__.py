"""The client library: a small typed client for organisations that send evidence."""

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
from gaptracker.client.retries import Retries

__all__ = [
    "AttachmentState",
    "BadConnection",
    "Client",
    "ClientError",
    "Event",
    "FieldFault",
    "FileProblem",
    "JobState",
    "LineResult",
    "Me",
    "NotTrusted",
    "ProblemRaised",
    "Retries",
    "SubmissionState",
    "UnexpectedAnswer",
    "Validated",
]
