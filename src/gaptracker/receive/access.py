"""The access table: every route of the intake, and what a key needs to use it.

Written by hand. A route that does not stand here answers nobody: `authenticate` refuses it, and a
test compares the table with the application's routes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gaptracker.domain.principals import Scope


class Open(StrEnum):
    """Who may ask where no scope is needed."""

    ANYBODY = "anybody"
    ANY_KEY = "any_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a route asks of its caller: one of some scopes, any good key, or nothing."""

    needs: frozenset[Scope] | Open


def one_of(*scopes: Scope) -> Rule:
    """Ask for a key with at least one of some scopes, which a role of its member still allows."""
    return Rule(needs=frozenset(scopes))


ANYBODY, ANY_KEY = Rule(needs=Open.ANYBODY), Rule(needs=Open.ANY_KEY)
READ, WRITE = one_of(Scope.SUBMISSION_READ), one_of(Scope.SUBMISSION_WRITE)
ACT = one_of(Scope.SUBMISSION_WRITE, Scope.REVIEW_WRITE, Scope.PUBLISH_WRITE)
REVIEW = one_of(Scope.REVIEW_WRITE, Scope.PUBLISH_WRITE)
EDIT = one_of(Scope.PUBLISH_WRITE)
TELL = one_of(Scope.WEBHOOK_WRITE)
CODE = one_of(Scope.CODING_WRITE)
UNSEAL = one_of(Scope.IDENTITY_UNSEAL)
AUDIT = one_of(Scope.LOG_READ)
LOGGED = one_of(Scope.SUBMISSION_READ, Scope.LOG_READ)
KEYS = one_of(Scope.KEYS_ADMIN)

SUBMISSION = "/v1/submissions/{submission_id}"
ENDPOINT = "/v1/webhook-endpoints/{endpoint_id}"

# fmt: off
ACCESS: Mapping[tuple[str, str], Rule] = {
    ("GET",    "/v1/me"):                                    ANY_KEY,
    ("GET",    "/v1/schemas/submission"):                    ANYBODY,
    ("POST",   "/v1/submissions:validate"):                  WRITE,
    ("POST",   "/v1/submissions:preview-public"):            WRITE,
    ("POST",   "/v1/submissions"):                           WRITE,
    ("GET",    "/v1/submissions"):                           READ,
    ("GET",    SUBMISSION):                                  READ,
    ("PATCH",  SUBMISSION):                                  WRITE,
    ("GET",    f"{SUBMISSION}/revisions"):                   READ,
    ("GET",    f"{SUBMISSION}/revisions/{{number}}"):        READ,
    ("GET",    f"{SUBMISSION}/diff"):                        READ,
    ("GET",    f"{SUBMISSION}/preview-public"):              READ,
    ("POST",   f"{SUBMISSION}/transitions"):                 ACT,
    ("GET",    f"{SUBMISSION}/receipt"):                     READ,
    ("GET",    f"{SUBMISSION}/log"):                         LOGGED,
    ("POST",   f"{SUBMISSION}/messages"):                    ACT,
    ("GET",    f"{SUBMISSION}/messages"):                    READ,
    ("POST",   f"{SUBMISSION}/reviews"):                     REVIEW,
    ("GET",    "/v1/reviews/queue"):                         REVIEW,
    ("GET",    "/v1/members"):                               KEYS,
    ("POST",   "/v1/members"):                               KEYS,
    ("GET",    "/v1/keys"):                                  KEYS,
    ("POST",   "/v1/keys"):                                  KEYS,
    ("POST",   "/v1/keys/{key_id}:revoke"):                  KEYS,
    ("GET",    "/v1/codings/queue"):                         CODE,
    ("POST",   "/v1/codings"):                               CODE,
    ("GET",    "/v1/events"):                                READ,
    ("POST",   "/v1/webhook-endpoints"):                     TELL,
    ("GET",    "/v1/webhook-endpoints"):                     TELL,
    ("GET",    ENDPOINT):                                    TELL,
    ("DELETE", ENDPOINT):                                    TELL,
    ("POST",   f"{ENDPOINT}:rotate-secret"):                 TELL,
    ("POST",   f"{ENDPOINT}:test"):                          TELL,
    ("GET",    f"{ENDPOINT}/deliveries"):                    TELL,
    ("POST",   f"{ENDPOINT}/deliveries/{{delivery_id}}:redeliver"): TELL,
    ("POST",   f"{SUBMISSION}/attachments"):                 WRITE,
    ("GET",    f"{SUBMISSION}/attachments"):                 READ,
    ("POST",   f"{SUBMISSION}/links"):                       WRITE,
    ("GET",    "/v1/attachments/{attachment_id}"):           READ,
    ("DELETE", "/v1/attachments/{attachment_id}"):           WRITE,
    ("GET",    "/v1/attachments/{attachment_id}/content"):   READ,
    ("POST",   "/v1/attachments/{attachment_id}/derivatives"): EDIT,
    ("GET",    "/v1/derivatives/{derivative_id}/content"):   READ,
    ("GET",    "/v1/evidence/{submission_id}/attachments"):  ANYBODY,
    ("GET",    "/v1/evidence/{submission_id}/attachments/{derivative_id}"): ANYBODY,
    ("POST",   "/v1/submissions:batch"):                     WRITE,
    ("GET",    "/v1/jobs/{job_id}"):                         READ,
    ("GET",    "/v1/jobs/{job_id}/results"):                 READ,
    ("POST",   "/v1/jobs/{job_id}:cancel"):                  WRITE,
    ("GET",    "/v1/csv-mappings/template"):                 WRITE,
    ("POST",   "/v1/csv-mappings"):                          WRITE,
    ("GET",    "/v1/csv-mappings"):                          WRITE,
    ("DELETE", "/v1/csv-mappings/{mapping_id}"):             WRITE,
    ("POST",   f"{SUBMISSION}/unseal-requests"):             UNSEAL,
    ("POST",   "/v1/unseal-requests/{request_id}:confirm"):  UNSEAL,
    ("GET",    "/v1/unseal-requests/{request_id}"):          UNSEAL,
    ("GET",    "/v1/log/checkpoint"):                        ANYBODY,
    ("GET",    "/v1/log/key"):                               ANYBODY,
    ("GET",    "/v1/log/proof/inclusion"):                   ANYBODY,
    ("GET",    "/v1/log/proof/consistency"):                 ANYBODY,
    ("GET",    "/v1/log/entries"):                           AUDIT,
    ("GET",    "/v1/evidence"):                              ANYBODY,
    ("GET",    "/v1/evidence/{submission_id}"):              ANYBODY,
    ("GET",    "/v1/exports/evidence"):                      ANYBODY,
}
# fmt: on
