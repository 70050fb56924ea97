"""The files of published evidence: which everybody may read, and how many nobody else sees."""

from gaptracker.domain.refusals import not_there
from gaptracker.domain.submissions import Attachment, AttachmentState, Derivative, DerivativeKind
from gaptracker.domain.workflow import State
from gaptracker.intake.public_view import bucket, copies_become_public
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.submission_facts import current_content

SHOWN = (State.PUBLISHED, State.SUPERSEDED)


def public_files(submission: str, work: UnitOfWork) -> tuple[Derivative, ...]:
    """Return the files of published evidence that everybody may read, at most one an attachment.

    A redaction takes the place of the plain copy. Where any part of the submission is not public,
    only redactions are (`copies_become_public`), as its organisation was told beforehand.

    Raises:
        Refused: `not-found`, if nothing published has this id.
    """
    found = work.submissions.find(submission)
    if found is None or found.published_at is None or found.state not in SHOWN:
        raise not_there()
    content = current_content(found, work)
    plain = content is not None and copies_become_public(content)
    shown = (
        _public_one(work.attachments.derivatives(each.id), plain=plain)
        for each in _clean(found.id, work)
    )
    return tuple(each for each in shown if each is not None)


def withheld_files(submission: str, work: UnitOfWork) -> str:
    """Return how many clean files of published evidence are not public: 0, 1-4 or 5+.

    Raises:
        Refused: `not-found`, if nothing published has this id.
    """
    shown = public_files(submission, work)
    return bucket(len(_clean(submission, work)) - len(shown))


def public_file(submission: str, derivative: str, work: UnitOfWork) -> Derivative:
    """Return one file of published evidence.

    Raises:
        Refused: `not-found`, whether it is not there or not public.
    """
    for each in public_files(submission, work):
        if each.id == derivative:
            return each
    raise not_there()


def _public_one(made: tuple[Derivative, ...], *, plain: bool) -> Derivative | None:
    """Choose what stands for an attachment: the newest of the most careful kind there is."""
    kinds = [DerivativeKind.REDACTION]
    if plain:
        kinds += [DerivativeKind.ORIGINAL, DerivativeKind.PUBLIC_COPY]
    for kind in kinds:
        of_kind = [each for each in made if each.kind is kind]
        if of_kind:
            return of_kind[-1]
    return None


def _clean(submission: str, work: UnitOfWork) -> list[Attachment]:
    return [
        each
        for each in work.attachments.of(submission)
        if each.erased_at is None and each.state is AttachmentState.CLEAN
    ]
