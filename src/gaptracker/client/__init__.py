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
from gaptracker.client.rows import Actor, Cell, Did, Meta, Names, Pair, Release, Said, Source, Theme

__all__ = [
    "Actor",
    "AttachmentState",
    "BadConnection",
    "Cell",
    "Client",
    "ClientError",
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
    "Retries",
    "Rows",
    "Said",
    "Source",
    "SubmissionState",
    "Theme",
    "UnexpectedAnswer",
    "Validated",
]
