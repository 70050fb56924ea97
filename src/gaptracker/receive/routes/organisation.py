"""Members and keys of one organisation, for its admins."""

from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import Field

from gaptracker.domain.principals import LONGEST_KEY_DAYS, ApiKey, Member, Scope
from gaptracker.domain.workflow import Role
from gaptracker.intake.submission_fields import Line
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import json_of, respond
from gaptracker.receive.documented import IDEMPOTENCY_KEY, SENT_ONCE, intake_problems, takes
from gaptracker.receive.errands import BodyParameter, ReadingErrand, WritingErrand
from gaptracker.receive.idempotency import Answer, answer_once
from gaptracker.receive.requests import Body, Id, parse_body
from gaptracker.receive.schemas import IssuedKeyAnswer, KeyList, KeyMark, MemberList, MemberMark
from gaptracker.workflows.administer_organisation import (
    add_own_member,
    issue_own_key,
    own_keys,
    own_members,
    revoke_own_key,
)
from gaptracker.workflows.manage_principals import IssuedKey

router = Routes(tag="organisation")

KeyId = Annotated[str, Path(min_length=1, max_length=64)]
SENDING = intake_problems(*SENT_ONCE, ProblemCode.IDEMPOTENCY_KEY_REUSED)


class MemberBody(Body):
    """A new member: a handle, and what they may be."""

    handle: Line
    roles: Annotated[
        list[Annotated[Role, Field(strict=False)]], Field(min_length=1, max_length=len(Role))
    ]


class KeyBody(Body):
    """A new key: whose, for what, and how long."""

    member: Id
    scopes: (
        Annotated[
            list[Annotated[Scope, Field(strict=False)]], Field(min_length=1, max_length=len(Scope))
        ]
        | None
    ) = None
    days: Annotated[int, Field(ge=1, le=LONGEST_KEY_DAYS)] = LONGEST_KEY_DAYS


@router.get(
    "/v1/members",
    summary="The organisation's members",
    response_model=MemberList,
    responses=intake_problems(),
)
def list_members(errand: ReadingErrand) -> Response:
    """Give handles and roles, by handle."""
    return respond(MemberList(data=[_member(each) for each in own_members(errand)]))


@router.post(
    "/v1/members",
    summary="Add a member",
    status_code=201,
    response_model=MemberMark,
    responses=SENDING,
    openapi_extra=takes(MemberBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def create_member(request: Request, errand: WritingErrand, body: BodyParameter) -> Response:
    """Add a member with roles that the caller may grant."""

    def create() -> Answer:
        asked = parse_body(MemberBody, body)
        member = add_own_member(asked.handle, asked.roles, errand)
        return Answer(status=201, body=json_of(_member(member)))

    return answer_once(request, body, errand, create)


@router.get(
    "/v1/keys",
    summary="The organisation's keys, without the keys",
    response_model=KeyList,
    responses=intake_problems(),
)
def list_keys(errand: ReadingErrand) -> Response:
    """Give whose each key is, what it may do and until when."""
    return respond(KeyList(data=[_key(each) for each in own_keys(errand)]))


@router.post(
    "/v1/keys",
    summary="Issue a key; it is shown in this answer and never again",
    status_code=201,
    response_model=IssuedKeyAnswer,
    responses=SENDING,
    openapi_extra=takes(KeyBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def create_key(request: Request, errand: WritingErrand, body: BodyParameter) -> Response:
    """Issue a key to a member. A repeated request is answered with a key id and no key."""
    new: list[IssuedKey] = []

    def create() -> Answer:
        asked = parse_body(KeyBody, body)
        issued = issue_own_key(asked.member, asked.scopes, asked.days, errand)
        new.append(issued)
        # What is kept for a repeated request must not hold the key: it is shown once.
        return Answer(status=201, body=json_of(_issued(issued.key, None)))

    kept = answer_once(request, body, errand, create)
    return respond(_issued(new[0].key, new[0].secret), status=201) if new else kept


@router.post(
    "/v1/keys/{key_id}:revoke",
    summary="Make a key open nothing",
    response_model=KeyMark,
    responses=SENDING,
    openapi_extra=takes({"type": "object"}, IDEMPOTENCY_KEY),
)
def revoke(request: Request, key_id: KeyId, errand: WritingErrand, body: BodyParameter) -> Response:
    """Revoke a key of the caller's organisation; doing it again changes nothing."""

    def do() -> Answer:
        return Answer(status=200, body=json_of(_key(revoke_own_key(key_id, errand))))

    return answer_once(request, body, errand, do)


def _member(member: Member) -> MemberMark:
    return MemberMark(
        member=member.id,
        handle=member.handle,
        roles=sorted(member.roles),
        disabled=member.disabled,
    )


def _key(key: ApiKey) -> KeyMark:
    return KeyMark(
        key=key.id,
        member=key.member,
        scopes=sorted(key.scopes),
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )


def _issued(key: ApiKey, secret: str | None) -> IssuedKeyAnswer:
    return IssuedKeyAnswer(**_key(key).model_dump(), secret=secret)
