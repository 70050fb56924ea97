"""Which requests that fit the OpenAPI document may still be refused, and why.

Schemathesis holds every other refusal of good data for a fault. An allowance names an operation
and a code, never a status alone: what is refused must be what no schema can say.
"""

from collections.abc import Mapping

from gaptracker.publish.api.codes import PROBLEM_KINDS, ProblemCode

# Whose key it is, and whether there is such a thing: known to the database alone.
EVERYWHERE = frozenset({"unauthenticated", "insufficient-scope", "not-found"})
# Releases come and go.
RELEASE = frozenset({"release.unknown"})
# Whom and what there is to tell of, and in which years.
NAMES = frozenset({"actor.unknown", "theme.unknown"})
CELL = RELEASE | NAMES | {"year.unknown"}
# Which cursors we gave.
TABLE = CELL | {"cursor.malformed", "cursor.foreign", "cursor.stale"}
# To JSON Schema 1.0 is an integer; a strict reader wants 1.
INTEGER = frozenset({"integer.type"})
CURSOR = frozenset({"cursor.malformed"})
CONTENT = INTEGER | frozenset(
    {
        # Names of actors, themes, indicators and records are data.
        *("country.unknown", "theme.unknown", "indicator.unknown", "category.unknown"),
        *("record.unknown", "record.field_unknown"),
        # One part of a submission names another, once, and agrees with it.
        *("source.unknown", "ref.repeated", "value.conflict", "date.order", "member.missing"),
        # An identity that is said to be sealed must be here already.
        "identity.not_kept",
        # 29 February of a common year; a number nearer to zero than 10^-30.
        *("date.impossible", "number.range"),
        # Numbers that most readers of JSON would round to zero are refused as such.
        "malformed-json",
        # Beyond a hundred of them.
        "problems.more",
    }
)
# Which state a submission is in, and who did what to it before.
STATE = frozenset({"invalid-transition"})
# What a submission that is handed over must hold, and a draft need not.
COMPLETE = frozenset(
    {"consent.missing", "source.missing", "attachment.missing", "attachments-incomplete"}
)
# A file is judged by its bytes: against the announced ones, and for what it is.
FILE = frozenset(
    {
        *("digest-mismatch", "media-type-mismatch", "unsafe-file", "attachment.differs"),
        # The same `ref` with other bytes.
        "client-ref-conflict",
    }
)

ALLOWED: Mapping[str, frozenset[str]] = {
    "GET /v1/actors": RELEASE,
    "GET /v1/actors/{code}": RELEASE,
    "GET /v1/themes": RELEASE,
    "GET /v1/themes/{id}": RELEASE,
    "GET /v1/pairs/{id}": RELEASE,
    "GET /v1/replies": NAMES | {"year.unknown"},
    "GET /v1/errata": NAMES | {"year.unknown"},
    "GET /replies": frozenset({"actor.unknown"}),
    "GET /feed.atom": NAMES,
    "GET /feed.json": NAMES,
    **dict.fromkeys(
        (
            "GET /cells/{actor}/{theme}/{year}",
            "GET /embed/pair/{id}",
            "GET /pairs/{id}",
            "GET /v1/charts",
            "GET /v1/gaps/{actor}/{theme}/{year}",
            "GET /v1/measures/{id}",
            "GET /v1/statements/{id}",
        ),
        RELEASE,
    ),
    "GET /v1/indicators": RELEASE | NAMES,
    **dict.fromkeys(
        (
            "GET /v1/abroad",
            "GET /v1/coherence",
            "GET /v1/federation-units",
            "GET /v1/federations",
        ),
        TABLE,
    ),
    **dict.fromkeys(
        ("GET /v1/alliances", "GET /v1/gaps", "GET /v1/pairs", "GET /v1/positions"), TABLE
    ),
    "GET /v1/observations": TABLE | {"indicator.unknown"},
    # The earlier of two releases is one that was cut before.
    "GET /v1/releases/{id}/diff": TABLE | {"value.out_of_range"},
    **dict.fromkeys(("GET /charts/{chart}", "GET /embed/{chart}", "GET /v1/charts/{chart}"), CELL),
    "GET /v1/cite": CELL | {"pair.unknown"},
    # Lists whose members come once, and are so many at most.
    "GET /v1/compare": CELL | {"value.invalid", "value.out_of_range"},
    "GET /v1/check": NAMES | {"year.unknown"},
    # Weights are named by the methodology, each once, and some item has to keep one.
    "GET /v1/what-if": CELL
    | {"spacing.unknown", "value.invalid", "value.out_of_range", "weight.unknown"},
    # The status that oEmbed has for a form that is not given.
    "GET /oembed": frozenset({"not-implemented"}),
    "GET /v1/submissions": CURSOR,
    "GET /v1/reviews/queue": CURSOR,
    "POST /v1/submissions": CONTENT | COMPLETE | {"client-ref-conflict", "client-ref-retired"},
    "POST /v1/submissions:validate": CONTENT,
    "POST /v1/submissions:preview-public": CONTENT,
    # Its sender must have read what it changes, and the state must take edits. `client_ref`
    # may come back as it is.
    "PATCH /v1/submissions/{submission_id}": CONTENT
    | STATE
    | {"precondition-failed", "member.read_only"},
    "POST /v1/submissions/{submission_id}/transitions": STATE
    | INTEGER
    | COMPLETE
    | {"self-review"},
    "POST /v1/submissions/{submission_id}/messages": STATE,
    # Which hosts, schemes and ports may be reached is the operator's to say; the source is one of
    # the submission's.
    "POST /v1/submissions/{submission_id}/links": STATE | {"url.refused", "source.unknown"},
    "POST /v1/submissions/{submission_id}/reviews": STATE | {"self-review"},
    "POST /v1/submissions/{submission_id}/attachments": STATE | FILE,
    # Two columns to one place; a place beyond the fiftieth. A constant that is a number is told
    # what it could have been, each in turn.
    "POST /v1/csv-mappings": INTEGER
    | {"value.conflict", "value.invalid", "boolean.type", "string.type"},
    # CSV needs a mapping of ours, and whatever comes must be rows or lines.
    "POST /v1/submissions:batch": frozenset({"validation-failed", "malformed-json"}),
    # Boxes have a width: left is smaller than right. Numbers as in submissions.
    "POST /v1/attachments/{attachment_id}/derivatives": INTEGER
    | {"validation-failed", "malformed-json"},
    # Each handle is somebody else's.
    "POST /v1/members": frozenset({"validation-failed"}),
    # As for links; and an organisation has so many endpoints at most.
    "POST /v1/webhook-endpoints": frozenset({"url.refused", "validation-failed"}),
    "POST /v1/keys": INTEGER,
    # The items and themes that are to be coded are data.
    "POST /v1/codings": INTEGER | {"theme.unknown", "validation-failed"},
    "GET /v1/codings/queue": frozenset({"theme.unknown"}),
}


def statuses_of(operation: str) -> list[int]:
    """Return the statuses that an operation may refuse good data with."""
    codes = EVERYWHERE | ALLOWED.get(operation, frozenset())
    return sorted({_status_of(code) for code in codes})


def _status_of(code: str) -> int:
    known = {each.value for each in ProblemCode}
    kind = ProblemCode(code) if code in known else ProblemCode.VALIDATION_FAILED
    return PROBLEM_KINDS[kind].status.value


def codes_of(problem: object) -> set[str]:
    """Return what a problem document complains of: each fault, or the problem as a whole."""
    if not isinstance(problem, dict):
        return {"no problem document"}
    faults = {each["code"] for each in problem["errors"]}
    is_listed = problem["code"] == ProblemCode.VALIDATION_FAILED and bool(faults)
    return faults if is_listed else {problem["code"]}
