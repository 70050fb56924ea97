"""A walk of schemathesis through the whole API, and what its record of events proves."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from gaptracker.publish.api.envelope import OWN_DOCUMENT
from tests.fuzz_allowances import ALLOWED, statuses_of
from tests.intake_world import DOCUMENT, Served

PROGRAM = Path(sys.executable).parent / "schemathesis"
ROOT = Path(__file__).parent.parent
# Two organisations that must not see each other's objects.
OWNER, PEER = "sender", "stranger"
# An operation that refuses one of them is tried by the next, until somebody may use it.
CALLERS = (OWNER, "everything", "sender_admin", "coder", "custodian", "auditor", PEER)
OBJECTS = "object_level_authorization"
REFUSED = 400
PATCH = "PATCH /v1/submissions/{submission_id}"
# A whole submission has thousands of edges; the short walk leaves them to the long one.
WHOLE_SUBMISSIONS = (
    "POST /v1/submissions",
    "POST /v1/submissions:batch",
    "POST /v1/submissions:preview-public",
    "POST /v1/submissions:validate",
    PATCH,
)
Event = dict[str, Any]  # JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One peer's request for what another peer owns, and how it was answered."""

    path: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What was asked, what was checked, and what came of it."""

    exit_code: int
    said: str
    operations: frozenset[str]
    answered: frozenset[str]
    cases: int
    checks: int
    failures: int
    objects_checked: int
    probes: tuple[Probe, ...]

    def numbers(self) -> str:
        """Say the walk in a line."""
        return (
            f"{len(self.operations)} operations, {self.cases} cases, {self.checks} checks, "
            f"{self.failures} failures; {OBJECTS}: {self.objects_checked} checks, "
            f"{len(self.probes)} probes of {PEER} for what {OWNER} made"
        )


def walk(served: Served, folder: Path, *, seed: int, examples: int, whole: bool) -> Walk:
    """Walk through the API of a server.

    Args:
        served: The server.
        folder: Where configuration and record are kept.
        seed: Of everything that is random.
        examples: How many of each operation in the random phases.
        whole: Whether every edge of whole submissions is tried too.
    """
    users, config = folder / "users.json", folder / "st.toml"
    users.write_text(json.dumps({"auth": [_user(served, each) for each in CALLERS]}))
    config.write_text("\n".join(_configuration(users, whole=whole)))
    (folder / "submission.json").write_text(json.dumps(DOCUMENT))  # the hooks look for it there
    return _run(served.base, folder, seed=seed, examples=examples)


def walk_reading(base: str, folder: Path, *, seed: int, examples: int) -> Walk:
    """Walk through the API of a server that only reads, as nobody in particular.

    Args:
        base: The server's address.
        folder: Where configuration and record are kept.
        seed: Of everything that is random.
        examples: How many of each operation in the random phases.
    """
    there = httpx.get(f"{base}/v1/openapi.json").json()["paths"]
    operations = [each for each in sorted(ALLOWED) if each.removeprefix("GET ") in there]
    allowed = [line for operation in operations for line in _operation(operation)]
    (folder / "st.toml").write_text("\n".join([*_everywhere(), *allowed]))
    return _run(base, folder, seed=seed, examples=examples)


def labels_of(document: str) -> frozenset[str]:
    """Return every operation of an OpenAPI document but that which gives it.

    Schemathesis passes over the address that it has the document from.
    """
    return frozenset(
        f"{method.upper()} {path}"
        for path, operations in json.loads(document)["paths"].items()
        for method in operations
        if path != OWN_DOCUMENT
    )


def _run(base: str, folder: Path, *, seed: int, examples: int) -> Walk:
    record = folder / "events.ndjson"
    done = subprocess.run(
        [
            *(str(PROGRAM), "--config-file", str(folder / "st.toml"), "run"),
            *(f"{base}/v1/openapi.json", "--checks", "all", "--continue-on-failure"),
            *("--phases", "examples,coverage,fuzzing,stateful", "--no-color"),
            *("--max-examples", str(examples), "--seed", str(seed)),
            *("--report", "ndjson", "--report-ndjson-path", str(record)),
        ],
        cwd=folder,
        # A short one: `requests` searches all of it for proxies at every call.
        env={
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
            "FUZZ_BASE": base,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout[-12_000:] + done.stderr[-2_000:]
    return _summary(list(_scenarios(record)), done.returncode, said)


def _everywhere() -> Iterator[str]:
    yield f'hooks = "{(ROOT / "tests" / "fuzz_hooks.py").as_posix()}"'
    yield _expected("checks", "positive_data_acceptance", ["2xx", "3xx", *statuses_of("")])


def _operation(name: str) -> Iterator[str]:
    """Say with which statuses an operation may refuse good data."""
    yield f'[[operations]]\ninclude-name = "{name}"'
    accepted: list[str | int] = ["2xx", "3xx", *statuses_of(name)]
    yield _expected("operations.checks", "positive_data_acceptance", accepted)
    if name == "GET /oembed":
        # The standard's own answer to a form that is not given is 501.
        yield _expected("operations.checks", "not_a_server_error", ["2xx", "3xx", "4xx", 501])
        yield _expected("operations.checks", "negative_data_rejection", [404, 406, 422, 501])


def _configuration(users: Path, *, whole: bool) -> Iterator[str]:
    yield from _everywhere()
    yield f'[auth.wfc]\npath = "{users.as_posix()}"\npeers = ["{OWNER}", "{PEER}"]'
    for operation in sorted({*ALLOWED, *WHOLE_SUBMISSIONS}):
        yield from _operation(operation)
        if operation == PATCH:
            # RFC 6585 has a status for this, and RFC 9110 puts preconditions before content.
            yield _expected("operations.checks", "missing_required_header", [428])
            refused = [400, 401, 403, 404, 409, 412, 413, 415, 422, 428]
            yield _expected("operations.checks", "negative_data_rejection", refused)
        if operation in WHOLE_SUBMISSIONS and not whole:
            yield "[operations.phases.coverage]\nenabled = false"


def _expected(section: str, check: str, statuses: Sequence[str | int]) -> str:
    return f"[{section}.{check}]\nexpected-statuses = {json.dumps(statuses)}"


def _user(served: Served, handle: str) -> dict[str, object]:
    key = f"Bearer {served.cast.secrets[handle]}"
    return {"name": handle, "fixedHeaders": [{"name": "Authorization", "value": key}]}


def _scenarios(record: Path) -> Iterator[Event]:
    with record.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if "ScenarioFinished" in event:
                yield event["ScenarioFinished"]["recorder"]


def _summary(scenarios: Sequence[Event], exit_code: int, said: str) -> Walk:
    cases = [case["value"] for each in scenarios for case in each.get("cases", {}).values()]
    checks = [
        check for each in scenarios for made in each.get("checks", {}).values() for check in made
    ]
    return Walk(
        exit_code=exit_code,
        said=said,
        operations=frozenset(each["label"] for each in scenarios if " /" in each["label"]),
        answered=frozenset(label for each in scenarios for label in _answered(each)),
        cases=len(cases),
        checks=len(checks),
        failures=sum(check["status"] == "failure" for check in checks),
        objects_checked=sum(check["name"] == OBJECTS for check in checks),
        probes=tuple(probe for each in scenarios for probe in _probes(each)),
    )


def _answered(scenario: Event) -> Iterator[str]:
    """Find the operations that gave what good data asked for."""
    for name, case in scenario.get("cases", {}).items():
        # A walk through several steps may end before its last case is sent.
        value, response = case["value"], scenario["interactions"].get(name, {}).get("response")
        is_good = value.get("meta", {}).get("generation", {}).get("mode") == "positive"
        if is_good and response is not None and response["status_code"] < REFUSED:
            yield f"{value['method']} {value['path']}"


def _probes(scenario: Event) -> Iterator[Probe]:
    """Find the requests that were sent again as the peer, for a path with an id of the owner's."""
    cases = scenario.get("cases", {})
    for name, case in cases.items():
        parent, value = cases.get(case.get("parent_id")), case["value"]
        if parent is None or value.get("auth_identity") != PEER or "{" not in value["path"]:
            continue
        if parent["value"].get("auth_identity") == OWNER:
            response = scenario["interactions"][name]["response"]
            yield Probe(path=value["path"], status=response["status_code"])
