"""One of every object that a route can name, made over HTTP; and routes filled with their ids.

A route with a parameter that nothing here makes an id for stops the tests that walk all routes.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from gaptracker.intake.csv_templates import TEMPLATES
from tests.intake_world import RUBRIC, Document, document, wait_for

Place = tuple[str, str]  # Method and path, as in the access table
PARAMETER = re.compile(r"\{(\w+)\}")
# Parameters that name no object of somebody's.
NO_OBJECTS = {"number": "1", "code": "not-found"}
JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Asks as a member: handle, method, address, body, headers."""

    ask: Callable[[str, str, str, bytes | None, Mapping[str, str]], httpx.Response]

    def send(
        self,
        handle: str,
        address: str,
        body: object = None,
        media_type: str = JSON,
        expected: int | None = None,
    ) -> httpx.Response:
        """POST JSON, or bytes of another type; the answer has to be a good one."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": media_type, "Idempotency-Key": f'"{uuid4()}"'}
        sent = None if body is None else content
        answer = self.ask(handle, "POST", address, sent, headers)
        good = answer.status_code == expected if expected else answer.status_code < 300
        assert good, (address, answer.status_code, answer.text)
        return answer

    def get(self, handle: str, address: str) -> Any:  # noqa: ANN401  JSON
        """The JSON of an address that the member may read."""
        answer = self.ask(handle, "GET", address, None, {})
        assert answer.status_code == 200, (address, answer.text)
        return answer.json()

    def act(self, handle: str, submission: str, action: str, **given: object) -> None:
        """Do an action."""
        self.send(handle, f"/v1/submissions/{submission}/transitions", {"action": action, **given})

    def accept(self, submission: str, note: str = "Agreed.") -> None:
        """Two reviewers agree to what was submitted."""
        self.act("reviewer", submission, "claim")
        for decision in ("join", "second"):
            body = {"decision": decision, "internal_note": note}
            self.send("second_reviewer", f"/v1/submissions/{submission}/reviews", body)
        self.act("reviewer", submission, "accept", rubric=RUBRIC)


def expecting(content: Document, file: bytes, filename: str, media_type: str) -> Document:
    """Content that announces one file."""
    announced = {
        "ref": "a1",
        "filename": filename,
        "media_type": media_type,
        "size": len(file),
        "sha256": hashlib.sha256(file).hexdigest(),
    }
    return {**content, "attachments_expected": [announced]}


def attach(asker: Asker, submission: str, file: bytes, media_type: str) -> str:
    """Send the file that was announced; its id."""
    address = f"/v1/submissions/{submission}/attachments?ref=a1"
    return str(asker.send("sender", address, file, media_type).json()["id"])


def copied(asker: Asker, attachment: str) -> str:
    """The public copy of an attachment, once the worker made it."""

    def made() -> list[str]:
        found = asker.get("sender", f"/v1/attachments/{attachment}")
        return [each["id"] for each in found["derivatives"]]

    wait_for(lambda: bool(made()))
    return made()[0]


def endpoint_with_delivery(asker: Asker, url: str) -> dict[str, str]:
    """A webhook endpoint, and a test that was sent to it."""
    endpoint = asker.send("sender", "/v1/webhook-endpoints", {"url": url}).json()["id"]
    delivery = asker.send("sender", f"/v1/webhook-endpoints/{endpoint}:test").json()["id"]
    return {"endpoint_id": endpoint, "delivery_id": delivery}


def batch_of_lines(asker: Asker, *lines: Document) -> str:
    """A job that writes documents."""
    body = b"".join(json.dumps(each).encode() + b"\n" for each in lines)
    return finished(asker, asker.send("sender", "/v1/submissions:batch", body, NDJSON))


def batch_of_rows(
    asker: Asker, more: Mapping[str, tuple[str, str]], changed: Mapping[str, str]
) -> dict[str, str]:
    """A mapping with columns of its own, and a job that writes one row by it.

    Args:
        asker: Who is asked.
        more: Columns beside the template's: where each belongs, and what its cell says.
        changed: What the template's own cells say in this row.
    """
    template = TEMPLATES["measure"]
    mapping = template.mapping
    mapping["columns"] |= {
        name: {"pointer": pointer, "kind": "text"} for name, (pointer, _) in more.items()
    }
    kept = asker.send("sender", "/v1/csv-mappings", mapping).json()["id"]
    cells = {name: example for name, (_, example) in template.columns.items()}
    cells |= {name: cell for name, (_, cell) in more.items()}
    cells |= {"country": "MEX", "territory": "MEX", **changed}
    text = io.StringIO()
    csv.writer(text).writerows([list(cells), list(cells.values())])
    address = f"/v1/submissions:batch?mapping={kept}"
    answer = asker.send("sender", address, text.getvalue().encode(), CSV)
    return {"mapping_id": kept, "job_id": finished(asker, answer)}


def finished(asker: Asker, answer: httpx.Response) -> str:
    """A job's id, once the worker has done it."""
    job = str(answer.json()["id"])
    wait_for(lambda: asker.get("sender", f"/v1/jobs/{job}")["finished_at"] is not None)
    return job


def key_of_a_colleague(asker: Asker) -> str:
    """A further key of an organisation's."""
    members = asker.get("sender_admin", "/v1/members")["data"]
    (colleague,) = [each["member"] for each in members if each["handle"] == "colleague"]
    return str(asker.send("sender_admin", "/v1/keys", {"member": colleague}).json()["key"])


def unseal_request(asker: Asker, submission: str, reason: str = "A court order.") -> str:
    """A custodian's request to open a submission's identities."""
    address = f"/v1/submissions/{submission}/unseal-requests"
    return str(asker.send("custodian", address, {"reason": reason}).json()["id"])


def with_identity(content: Document) -> None:
    """Give a submission a sealed source."""
    content["sources"].append(
        {
            "ref": "s3",
            "kind": "interview",
            "confidentiality": "sealed",
            "identity": {"name": "Somebody"},
        }
    )


def everything_of(asker: Asker, url: str, file: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """One of every object, of the senders' organisation and not public.

    Args:
        asker: Who is asked.
        url: Where the webhook endpoint is.
        file: A PNG.

    Returns:
        Ids by parameter, of what nobody outside sees; and those that stand for a submission that
        editors see and can publish.
    """
    announced = expecting(document(), file, "photo.png", "image/png")
    content = expecting(document(with_identity), file, "photo.png", "image/png")
    accepted = asker.send("sender", "/v1/submissions", announced).json()["id"]
    of_accepted = attach(asker, accepted, file, "image/png")
    asker.act("sender", accepted, "submit")
    asker.accept(accepted)
    draft = asker.send("sender", "/v1/submissions", content).json()["id"]
    hidden = {
        "submission_id": draft,
        "attachment_id": attach(asker, draft, file, "image/png"),
        "derivative_id": copied(asker, of_accepted),
        "request_id": unseal_request(asker, draft),
        "key_id": key_of_a_colleague(asker),
        **endpoint_with_delivery(asker, url),
        **batch_of_rows(asker, {}, {}),
    }
    return hidden, {"submission_id": accepted, "attachment_id": of_accepted}


def address_of(path: str, ids: Mapping[str, str]) -> str:
    """A path with an id in the place of each parameter.

    Raises:
        KeyError: If there is no id for one of them.
    """
    return PARAMETER.sub(lambda found: {**NO_OBJECTS, **ids}[found[1]], path)


def objects_in(path: str) -> list[str]:
    """The parameters of a path that name an object of somebody's."""
    return [name for name in PARAMETER.findall(path) if name not in NO_OBJECTS]
