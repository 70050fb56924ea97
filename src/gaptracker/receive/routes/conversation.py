"""What is said about a submission: messages, second opinions, the queue, history and the log."""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Request, Response

from gaptracker.domain.errors import SealUnopened
from gaptracker.domain.submissions import Decision, Submission
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.errors import RequestRefused
from gaptracker.publish.api.pages import cursor_refused
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import (
    json_of,
    log_mark,
    message_answer,
    respond,
    submission_answer,
)
from gaptracker.receive.documented import (
    IDEMPOTENCY_KEY,
    SENT_ONCE,
    intake_problems,
    takes,
)
from gaptracker.receive.errands import BodyParameter, ReadingErrand, SubmissionId, WritingErrand
from gaptracker.receive.idempotency import Answer, answer_once
from gaptracker.receive.requests import (
    DiffQuery,
    ListQuery,
    MessageBody,
    ReviewBody,
    parse_body,
)
from gaptracker.receive.schemas import (
    DifferenceList,
    DifferenceMark,
    LogList,
    MessageAnswer,
    MessageList,
    ReviewAnswer,
    RevisionAnswer,
    RevisionList,
    RevisionMark,
    SubmissionPage,
)
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.list_submissions import Asked, ListedPage, list_own, list_queue
from gaptracker.workflows.look_up_submissions import (
    difference_seen,
    entries_seen,
    messages_seen,
    revision_seen,
    revisions_seen,
)
from gaptracker.workflows.review_submission import give_opinion, post_message

router = Routes(tag="submissions")

Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get(
    "/v1/submissions",
    summary="The caller's submissions, oldest first",
    response_model=SubmissionPage,
    responses=intake_problems(),
)
def list_submissions(query: Annotated[ListQuery, Query()], errand: ReadingErrand) -> Response:
    """Give the organisation's own submissions, and to reviewers and editors those they work on."""
    return _page(list_own, "/v1/submissions", query, errand)


@router.get(
    "/v1/reviews/queue",
    summary="What waits for a reviewer or an editor",
    response_model=SubmissionPage,
    responses=intake_problems(),
)
def get_review_queue(query: Annotated[ListQuery, Query()], errand: ReadingErrand) -> Response:
    """Give submissions of other organisations that the caller could claim, second or publish."""
    return _page(list_queue, "/v1/reviews/queue", query, errand)


@router.get(
    "/v1/submissions/{submission_id}/revisions",
    summary="All revisions, without their content",
    response_model=RevisionList,
    responses=intake_problems(),
)
def list_revisions(submission_id: SubmissionId, errand: ReadingErrand) -> Response:
    """Give number, digest and time of each revision."""
    marks = [RevisionMark(**each) for each in revisions_seen(submission_id, errand)]
    return respond(RevisionList(data=marks))


@router.get(
    "/v1/submissions/{submission_id}/revisions/{number}",
    summary="One revision",
    response_model=RevisionAnswer,
    responses=intake_problems(),
)
def get_revision(submission_id: SubmissionId, number: Number, errand: ReadingErrand) -> Response:
    """Give a revision's content as the caller may see it."""
    digest, content = revision_seen(submission_id, number, errand)
    return respond(RevisionAnswer(revision=number, content_sha256=digest, content=content))


@router.get(
    "/v1/submissions/{submission_id}/diff",
    summary="What differs between two revisions",
    response_model=DifferenceList,
    responses=intake_problems(),
)
def get_difference(
    submission_id: SubmissionId, query: Annotated[DiffQuery, Query()], errand: ReadingErrand
) -> Response:
    """Give each place in which two revisions differ, in the parts that the caller may see."""
    found = difference_seen(submission_id, query.earlier, query.later, errand)
    marks = [DifferenceMark(**each.as_json()) for each in found]
    return respond(DifferenceList(earlier=query.earlier, later=query.later, data=marks))


@router.post(
    "/v1/submissions/{submission_id}/messages",
    summary="Write to the other side",
    status_code=201,
    response_model=MessageAnswer,
    responses=intake_problems(*SENT_ONCE, ProblemCode.IDEMPOTENCY_KEY_REUSED),
    openapi_extra=takes(MessageBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def write_message(
    request: Request, submission_id: SubmissionId, errand: WritingErrand, body: BodyParameter
) -> Response:
    """Add a message; `internal` ones stay among those who review."""

    def write() -> Answer:
        asked = parse_body(MessageBody, body)
        message = post_message(submission_id, asked.text, asked.visibility, errand)
        return Answer(status=201, body=json_of(message_answer(message, errand.principal)))

    return answer_once(request, body, errand, write)


@router.get(
    "/v1/submissions/{submission_id}/messages",
    summary="The messages, oldest first",
    response_model=MessageList,
    responses=intake_problems(),
)
def list_messages(submission_id: SubmissionId, errand: ReadingErrand) -> Response:
    """Give the messages that the caller may read; people of the other side have no names."""
    found = messages_seen(submission_id, errand)
    return respond(MessageList(data=[message_answer(each, errand.principal) for each in found]))


@router.post(
    "/v1/submissions/{submission_id}/reviews",
    summary="Join a review as the second reviewer, agree to it, or confirm a verification",
    status_code=201,
    response_model=ReviewAnswer,
    responses=intake_problems(
        *SENT_ONCE, ProblemCode.INVALID_TRANSITION, ProblemCode.IDEMPOTENCY_KEY_REUSED
    ),
    openapi_extra=takes(ReviewBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def write_review(
    request: Request, submission_id: SubmissionId, errand: WritingErrand, body: BodyParameter
) -> Response:
    """Give a second opinion; nobody gives one on what they had another part in."""

    def write() -> Answer:
        asked = parse_body(ReviewBody, body)
        review = give_opinion(submission_id, Decision(asked.decision), asked.internal_note, errand)
        answer = ReviewAnswer(id=review.id, decision=asked.decision, revision=review.revision)
        return Answer(status=201, body=json_of(answer))

    return answer_once(request, body, errand, write)


@router.get(
    "/v1/submissions/{submission_id}/log",
    summary="The log's entries about this submission",
    response_model=LogList,
    responses=intake_problems(),
)
def list_log(submission_id: SubmissionId, errand: ReadingErrand) -> Response:
    """Give every entry: what was done, in which role and on which day; never by whom."""
    marks = [log_mark(each, errand.principal) for each in entries_seen(submission_id, errand)]
    return respond(LogList(data=marks))


def write_cursor(last: Submission, path: str, errand: Errand) -> str:
    """Write where a list goes on, closed: it tells when a submission came, to the microsecond."""
    text = json.dumps([last.created_at.isoformat(), last.id])
    closed = errand.work.close_text(text, _place(path, errand))
    return base64.urlsafe_b64encode(closed.encode()).decode().rstrip("=")


def read_cursor(cursor: str, path: str, errand: Errand) -> tuple[datetime, str]:
    """Read a cursor, strictly: of this list and this caller.

    Raises:
        RequestRefused: `validation-failed`, if `write_cursor` never wrote it for them.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        closed = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        at, submission = json.loads(errand.work.open_text(closed, _place(path, errand)))
        return datetime.fromisoformat(at), submission
    except (ValueError, SealUnopened) as error:
        raise _forged(cursor) from error


def _place(path: str, errand: Errand) -> str:
    return f"cursor {path} {errand.principal.member}"


def _forged(cursor: str) -> RequestRefused:
    return cursor_refused(ErrorCode.CURSOR_MALFORMED, cursor, "it is not one that we gave")


def _page(
    list_them: Callable[[Asked, Errand], ListedPage], path: str, query: ListQuery, errand: Errand
) -> Response:
    page = list_them(
        Asked(
            state=query.state,
            updated_after=query.updated_after,
            after=None if query.cursor is None else read_cursor(query.cursor, path, errand),
            limit=query.limit,
            count=query.count is not None,
        ),
        errand,
    )
    following = None if page.last is None else write_cursor(page.last, path, errand)
    headers = {}
    if following is not None:
        kept = f"&state={query.state}" if query.state else ""
        headers["Link"] = f'<{path}?cursor={following}&limit={query.limit}{kept}>; rel="next"'
    answers = [submission_answer(view, detail=False) for view in page.views]
    return respond(SubmissionPage(data=answers, count=page.count, next=following), headers=headers)
