"""Errors of the project: what a worker process raises reaches the one that waits for it."""

import importlib
import io
import pickle
import pkgutil
from collections.abc import Iterator
from threading import Lock

import pytest

import gaptracker
from gaptracker.client.errors import ProblemRaised
from gaptracker.domain.errors import (
    GapTrackerError,
    LogTampered,
    ProblemList,
    ReceiptInvalid,
    UnknownName,
)
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import SourceUnreadable
from gaptracker.intake.connectors.figures import NoFigure
from gaptracker.intake.fetching import _TryAgain
from gaptracker.intake.page_capture import CaptureFailed, CaptureFault
from gaptracker.intake.strict_json import MalformedJson
from gaptracker.intake.submission_problems import SubmissionInvalid
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.errors import Fault, RequestRefused
from gaptracker.workflows.batch_lines import BatchLine
from gaptracker.workflows.run_batch import AtomicBatchFailed

FAULT = Fault(
    parameter="actor",
    place="query",
    code=ErrorCode.ACTOR_UNKNOWN,
    detail="no actor is called 'MEXX'; did you mean MEX?",
    given="MEXX",
    nearest=("MEX",),
)
# What each constructor is given; a class without an entry is built as the one it descends from.
ARGUMENTS: dict[type[GapTrackerError], tuple[object, ...]] = {
    GapTrackerError: ("what came, what was expected, what to do",),
    ProblemList: ("a folder", ["line 2: rung is 'x'", "line 3: rung is 'y'"]),
    UnknownName: ("actor", "MEXX", ["MEX", "MLT"]),
    SubmissionInvalid: ([],),
    MalformedJson: (7, "NaN is no JSON; leave the member out where nothing is known"),
    ReceiptInvalid: ("content", "the digest is another"),
    LogTampered: (17, "changed"),
    AtomicBatchFailed: ("job_a", BatchLine(number=3, client_ref="HRN-3"), {"code": "too-large"}),
    CaptureFailed: (CaptureFault.ABSENT,),
    Refused: (RefusalCode.INVALID_TRANSITION, "publish is not possible while it is a draft"),
    ProblemRaised: ({"code": "too-large", "detail": "send less", "errors": []}, 413),
    NoFigure: (IssueKind.VALUE_CENSORED, "<5 came; expected a number"),
    SourceUnreadable: (IssueKind.COLUMN_MISSING, "unodc/prisons", "no column VALUE"),
    _TryAgain: (IssueKind.NOT_REACHED, "the server answered 503", 7.0),
    RequestRefused: (ProblemCode.NOT_FOUND, "no such actor", [FAULT], {"Allow": "GET"}),
}


def descendants(kind: type[GapTrackerError]) -> Iterator[type[GapTrackerError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from descendants(child)


def errors_of_the_package() -> list[type[GapTrackerError]]:
    """Every error class of the package, whichever module defines it."""
    for module in pkgutil.walk_packages(gaptracker.__path__, f"{gaptracker.__name__}."):
        importlib.import_module(module.name)
    found = (
        kind
        for kind in descendants(GapTrackerError)
        if kind.__module__.startswith(f"{gaptracker.__name__}.")
    )
    return sorted(set(found), key=lambda kind: kind.__qualname__)


def built(kind: type[GapTrackerError]) -> GapTrackerError:
    return kind(*next(ARGUMENTS[each] for each in kind.__mro__ if each in ARGUMENTS))


def pickled(error: GapTrackerError) -> bytes:
    """Pickle by what the error says itself: a library of the cluster's registers ways of its own
    for all exceptions, which a process without it does not have."""
    out = io.BytesIO()
    pickler = pickle.Pickler(out)
    pickler.dispatch_table = {}
    pickler.dump(error)
    return out.getvalue()


def survives_pickling(error: GapTrackerError) -> bool:
    again = pickle.loads(pickled(error))
    return (
        type(again) is type(error)
        and str(again) == str(error)
        and again.args == error.args
        and vars(again) == vars(error)
    )


@pytest.mark.parametrize("kind", errors_of_the_package(), ids=lambda kind: kind.__qualname__)
def test_every_error_reaches_another_process_with_its_message_and_fields(
    kind: type[GapTrackerError],
) -> None:
    assert survives_pickling(built(kind))


def test_the_errors_of_every_layer_are_tried() -> None:
    names = {kind.__qualname__ for kind in errors_of_the_package()}
    assert {"UnknownName", "CodingsRefused", "GoldRefused", "RequestRefused", "OutOfReach"} <= names


class FieldThatStays(GapTrackerError):
    """An error that holds what no other process can have."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.lock = Lock()


class OwnWay(GapTrackerError):
    """An error that is pickled without its field."""

    def __init__(self, subject: str) -> None:
        super().__init__(f"{subject} is wrong")
        self.subject = subject

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), self.args


def test_an_error_that_cannot_be_sent_is_noticed() -> None:
    with pytest.raises(TypeError, match="pickle"):
        survives_pickling(FieldThatStays("held"))
    assert not survives_pickling(OwnWay("a rung"))
