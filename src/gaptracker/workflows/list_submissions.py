"""Lists of submissions: an organisation's own, and what waits for reviewers and editors."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gaptracker.domain.principals import Scope
from gaptracker.domain.submissions import Submission
from gaptracker.domain.workflow import Role, State
from gaptracker.records.submissions_repository import SubmissionFilter
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.look_up_submissions import SubmissionView, view_of
from gaptracker.workflows.read_log import midnight
from gaptracker.workflows.submission_sight import sight_of

# A count tells how much an organisation works on, so it is given in steps only.
TICK = timedelta(microseconds=1)
STEPS = (0, 1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which page: a state, what changed after a time, and where the last page ended."""

    state: State | None = None
    updated_after: datetime | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50
    count: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPage:
    """One page; `last` is where the next begins, None on the last page."""

    views: tuple[SubmissionView, ...]
    last: Submission | None
    count: str | None


def list_own(asked: Asked, errand: Errand) -> ListedPage:
    """List the submissions of the caller's organisation; empty for who may not see them."""
    if Role.CONTRIBUTOR not in errand.principal.acting_roles(Scope.SUBMISSION_READ):
        return _page(SubmissionFilter(assigned_to=errand.principal.member), asked, errand)
    return _page(SubmissionFilter(organisation=errand.principal.organisation), asked, errand)


def list_queue(asked: Asked, errand: Errand) -> ListedPage:
    """List other organisations' submissions that wait for the caller's roles.

    `updated_after` counts from the beginning of its day: asked again and again with other minutes,
    it would tell to the second when an organisation was at work (intake, rule 4).
    """
    if asked.updated_after is not None:
        asked = replace(asked, updated_after=midnight(asked.updated_after) - TICK)
    roles = errand.principal.roles
    states: tuple[State, ...] = ()
    if Role.REVIEWER in roles:
        states += (State.SUBMITTED, State.IN_REVIEW)
    if Role.EDITOR in roles:
        states += (State.ACCEPTED, State.PUBLISHED)
    wanted = SubmissionFilter(not_organisation=errand.principal.organisation, states=states)
    return _page(wanted, asked, errand)


def _page(wanted: SubmissionFilter, asked: Asked, errand: Errand) -> ListedPage:
    states = wanted.states
    if asked.state is not None:
        if states and asked.state not in states:
            return ListedPage(views=(), last=None, count=_bucket(0) if asked.count else None)
        states = (asked.state,)
    page = SubmissionFilter(
        organisation=wanted.organisation,
        not_organisation=wanted.not_organisation,
        assigned_to=wanted.assigned_to,
        states=states,
        updated_after=asked.updated_after,
        after=asked.after,
        limit=asked.limit + 1,
    )
    found = errand.work.submissions.page(page)
    shown = found[: asked.limit]
    views = [
        view_of(each, sight, errand)
        for each in shown
        if (sight := sight_of(each, errand.principal)) is not None
    ]
    return ListedPage(
        views=tuple(views),
        last=shown[-1] if len(found) > asked.limit else None,
        count=_bucket(errand.work.submissions.count(page)) if asked.count else None,
    )


def _bucket(count: int) -> str:
    """Return a count in steps, as `10+`.

    Examples:
        >>> _bucket(0), _bucket(7)
        ('0', '5+')
    """
    step = max(each for each in STEPS if each <= count)
    return str(step) if step == 0 else f"{step}+"
