"""Who am I: the first call of every integrator."""

from fastapi import Response

from gaptracker.intake.bulk_lines import USUAL_BULK
from gaptracker.intake.submission_sources import MEDIA_TYPES
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import respond
from gaptracker.receive.callers import CallerParameter, DeskParameter, ReadingParameter
from gaptracker.receive.documented import intake_problems
from gaptracker.receive.schemas import LimitsAnswer, Me

router = Routes(tag="submissions")


@router.get(
    "/v1/me",
    summary="Whose key this is, what it may do, and how much may be sent",
    response_model=Me,
    responses=intake_problems(),
)
def get_me(caller: CallerParameter, desk: DeskParameter, work: ReadingParameter) -> Response:
    """Give organisation, roles, scopes, the key's expiry and every limit."""
    limits = desk.limits
    return respond(
        Me(
            organisation=caller.organisation,
            organisation_name=caller.organisation_name,
            member=caller.member,
            handle=caller.handle,
            roles=sorted(caller.roles),
            scopes=sorted(caller.scopes),
            key=caller.key,
            key_expires_at=caller.key_expires_at,
            limits=LimitsAnswer(
                json_bytes=limits.json_bytes,
                batch_bytes=limits.batch_bytes,
                batch_lines=USUAL_BULK.lines,
                attachment_bytes=limits.attachment_bytes,
                attachments_per_submission=limits.attachments_per_submission,
                organisation_bytes=limits.organisation_bytes,
                organisation_bytes_used=work.attachments.used_bytes(caller.organisation),
                reads_per_minute=desk.rates.quota("read"),
                writes_per_minute=desk.rates.quota("write"),
            ),
            media_types=list(MEDIA_TYPES),
            identities_can_be_sealed=bool(work.custodians.active()),
        )
    )
