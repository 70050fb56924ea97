"""A whole life with a word of its own in every field that is sealed or restricted.

Everybody asks for everything on the way, and what they were answered is kept.
"""

import io
import json
import re
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import APIRouter
from fastapi.routing import APIRoute
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gaptracker.custody.sealing import SealedCopy, unseal
from gaptracker.publish.api.app import ROUTERS as RELEASE_ROUTERS
from gaptracker.receive.app import ROUTERS as INTAKE_ROUTERS
from tests.every_object import (
    Asker,
    address_of,
    attach,
    batch_of_lines,
    batch_of_rows,
    copied,
    endpoint_with_delivery,
    expecting,
    key_of_a_colleague,
    unseal_request,
    with_identity,
)
from tests.intake_world import PEOPLE, Cast, Document, document, once, wait_for
from tests.loopback_world import Loopback

ADDRESS = "127.0.0.77"
OWN = frozenset({"sender", "colleague"})
REVIEWING = frozenset({"reviewer", "second_reviewer", "editor", "second_editor", "everything"})
NOBODY: frozenset[str] = frozenset()
# Each canary, and who may ever see it in an answer.
ENTITLED: Mapping[str, frozenset[str]] = {
    "identity-name": NOBODY,
    "identity-contact": NOBODY,
    "identity-testimony": NOBODY,
    "identity-edited": NOBODY,
    "identity-refused": NOBODY,
    "identity-in-line": NOBODY,
    "identity-in-row": NOBODY,
    "identity-in-refused-line": NOBODY,
    "sealed-title": NOBODY,
    "sealed-publisher": NOBODY,
    "restricted-title": OWN | REVIEWING,
    "restricted-item": OWN | REVIEWING,
    "organisation-title": OWN | {"reviewer", "second_reviewer"},
    "village": OWN | REVIEWING,
    "collector": OWN | REVIEWING,
    "note": OWN | REVIEWING,
    "item-note": OWN | REVIEWING,
    "edited-note": OWN | REVIEWING,
    "filename": OWN | REVIEWING,
    "file": OWN | {"reviewer", "second_reviewer"},
    "line-note": OWN | REVIEWING,
    "row-note": OWN | REVIEWING,
    "refused-line-note": NOBODY,
    "unseal-reason": frozenset({"custodian", "second_custodian"}),
    "message": OWN | REVIEWING,
    "comment": OWN | REVIEWING,
    "internal-message": REVIEWING,
    "internal-note": REVIEWING,
    "user-agent": NOBODY,
    "referer": NOBODY,
}
WORD: Mapping[str, str] = {name: f"kanarie{secrets.token_hex(8)}" for name in ENTITLED}


def paths_of(routers: Iterable[APIRouter]) -> list[str]:
    """The paths of some routers that are read."""
    routes = [route for router in routers for route in router.routes]
    return [
        each.path for each in routes if isinstance(each, APIRoute) and "GET" in (each.methods or ())
    ]


READING, RELEASED = paths_of(INTAKE_ROUTERS), paths_of(RELEASE_ROUTERS)
ASIDE = (
    *("/v1/exports/evidence.csv", "/v1/exports/evidence.ndjson", "/v1/evidence?limit=1"),
    *("/v1/submissions?count=estimate&limit=1", "/v1/reviews/queue?limit=1"),
    *("/healthz", "/readyz", "/metrics", "/v1/openapi.json"),
)


def with_canaries(content: Document) -> None:
    """Put a word into each field that is not public."""
    item = content["items"][0]
    item["note"] = WORD["item-note"]
    hidden = {
        **item,
        "ref": "m2",
        "title": WORD["restricted-item"],
        "confidentiality": "restricted",
    }
    content["items"].append(hidden)
    content["note"] = WORD["note"]
    content["sources"][0]["collected_by"] = WORD["collector"]
    content["sources"] += [
        {
            "ref": "s3",
            "kind": "interview",
            "title": WORD["sealed-title"],
            "publisher": WORD["sealed-publisher"],
            "confidentiality": "sealed",
            "identity": {
                "name": WORD["identity-name"],
                "contact": WORD["identity-contact"],
                "testimony": WORD["identity-testimony"],
            },
        },
        {"ref": "s4", "kind": "internal_document", "title": WORD["restricted-title"]},
        {
            "ref": "s5",
            "kind": "field_observation",
            "title": WORD["organisation-title"],
            "confidentiality": "organisation",
        },
    ]
    content["event"] = {"place": {"territory": "MEX", "locality": WORD["village"]}}


@dataclass(slots=True, kw_only=True)
class Heard:
    """Everything that anybody was answered, headers and bodies."""

    base: str
    cast: Cast
    by_handle: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    clients: dict[str, httpx.Client] = field(default_factory=dict)
    # What objects there are now, by the parameters of routes.
    ids: dict[str, str] = field(default_factory=dict)

    def ask(
        self, handle: str, method: str, address: str, body: object = None, **headers: str
    ) -> httpx.Response:
        """Ask as a member, from an address and with headers that must leave no trace."""
        sent: dict[str, Any] = {} if body is None else {"json": body}
        answer = self.client(handle).request(method, address, headers=once(**headers), **sent)
        self.by_handle[handle].append(str(answer.headers).encode() + answer.content)
        return answer

    def ask_anyhow(
        self,
        handle: str,
        method: str,
        address: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> httpx.Response:
        """Ask with any body."""
        answer = self.client(handle).request(
            method, address, content=body, headers={**once(), **headers}
        )
        self.by_handle[handle].append(str(answer.headers).encode() + answer.content)
        return answer

    def client(self, handle: str) -> httpx.Client:
        """A member's client; nobody's has no key."""
        if handle not in self.clients:
            key = self.cast.secrets.get(handle)
            self.clients[handle] = httpx.Client(
                base_url=self.base,
                transport=httpx.HTTPTransport(local_address=ADDRESS),
                headers={
                    "User-Agent": WORD["user-agent"],
                    "Referer": f"https://{WORD['referer']}.example/",
                    **({} if key is None else {"Authorization": f"Bearer {key}"}),
                },
                timeout=60,
            )
        return self.clients[handle]

    def do(self, handle: str, name: str, action: str, **given: Any) -> httpx.Response:  # noqa: ANN401  JSON
        """Do an action that has to be possible."""
        answer = self.ask(
            handle, "POST", f"/v1/submissions/{name}/transitions", {"action": action, **given}
        )
        assert answer.status_code == 200, answer.text
        return answer

    def everybody_reads(self, name: str, within: str = "/v1/") -> None:
        """Everybody asks for everything of a submission, for every list and every other object.

        With `within` they ask only for paths that hold it.

        A route whose parameters name what this life has not got stops the test.
        """
        ids = {**self.ids, "submission_id": name}
        reading = [
            address_of(path, ids)
            for path in READING
            if within in path and not path.endswith("/diff")
        ]
        about = f"/v1/submissions/{name}"
        reading += [f"{about}/diff?from=1&to=2", f"{about}/revisions/2", *ASIDE]
        for handle in ("nobody", *(handle for handle, _, _ in PEOPLE)):
            for address in reading:
                self.ask(handle, "GET", address)


def live(heard: Heard, receiver: Loopback) -> tuple[bytes, ...]:
    """Live a whole life; the sealed identities of it."""
    asker = Asker(ask=heard.ask_anyhow)
    heard.ids |= endpoint_with_delivery(asker, receiver.url("/hook"))
    heard.ids["key_id"] = key_of_a_colleague(asker)
    body = expecting(document(with_canaries), PICTURE, f"{WORD['filename']}.png", "image/png")
    name = draft(heard, asker, body)
    unseal_in_pairs(heard, asker, name)
    batches(heard, asker)
    heard.everybody_reads(name)
    identities = sealed(heard.cast, name)
    review(heard, asker, name)
    publish(heard, asker, name)
    withdraw(heard, body)
    for path in RELEASED:
        heard.ask("nobody", "GET", re.sub(r"\{\w+\}", "none", path))
    heard.by_handle["receiver"] = all_delivered(heard, asker, receiver)
    return identities


def draft(heard: Heard, asker: Asker, body: Document) -> str:
    """Create, fail, attach and edit; the submission."""
    made = heard.ask("sender", "POST", "/v1/submissions", body, **{"Idempotency-Key": "first"})
    assert made.status_code == 201, made.text
    name: str = made.json()["id"]
    wrong = document(with_canaries)
    wrong["sources"][2]["identity"] = {"name": WORD["identity-refused"], "contact": 7}
    for address in ("/v1/submissions", "/v1/submissions:validate"):
        assert heard.ask("sender", "POST", address, wrong).status_code == 422
    assert heard.ask("sender", "POST", "/v1/submissions:preview-public", body).status_code == 200
    sources = [*body["sources"]]
    sources[2] = {**sources[2], "identity": {"name": WORD["identity-edited"]}}
    patch = {"note": WORD["edited-note"], "sources": sources}
    about = f"/v1/submissions/{name}"
    assert heard.ask("sender", "PATCH", about, patch, **{"If-Match": "*"}).status_code == 200
    heard.ids["attachment_id"] = attach(asker, name, PICTURE, "image/png")
    heard.ids["derivative_id"] = "drv_none_yet"
    return name


def review(heard: Heard, asker: Asker, name: str) -> None:
    """Hand over, claim, ask, answer and accept, with words on both sides."""
    about = f"/v1/submissions/{name}"
    heard.do("sender", name, "submit")
    heard.ids["derivative_id"] = copied(asker, heard.ids["attachment_id"])
    heard.everybody_reads(name)
    heard.do("reviewer", name, "claim")
    said = {"text": WORD["internal-message"], "visibility": "internal"}
    assert heard.ask("reviewer", "POST", f"{about}/messages", said).status_code == 201
    asked = {"comment": WORD["comment"], "internal_note": WORD["internal-note"]}
    heard.do("reviewer", name, "request_info", **asked)
    said = {"text": WORD["message"]}
    assert heard.ask("sender", "POST", f"{about}/messages", said).status_code == 201
    heard.everybody_reads(name)
    heard.do("sender", name, "resubmit")
    asker.accept(name, WORD["internal-note"])
    heard.ids["derivative_id"] = redacted(heard, asker)


def publish(heard: Heard, asker: Asker, name: str) -> None:
    """Publish, code and supersede."""
    heard.do("editor", name, "publish")
    coding = {"item": f"{name}-m1", "theme": "harm_reduction", "rung": 1}
    said = {"specificity": "specific", "rationale": "It says so."}
    asker.send("coder", "/v1/codings", {**coding, **said})
    heard.everybody_reads(name)
    successor = heard.ask("sender", "POST", "/v1/submissions", {**document(), "submit": True})
    asker.accept(successor.json()["id"], WORD["internal-note"])
    heard.do("editor", name, "supersede", successor=successor.json()["id"])
    heard.everybody_reads(name)


def withdraw(heard: Heard, body: Document) -> None:
    """Send the same again under another key, and withdraw it; nothing of it is told any more."""
    key = {"Idempotency-Key": "other"}
    again = heard.ask("sender", "POST", "/v1/submissions", body, **key)
    heard.do("colleague", again.json()["id"], "withdraw")
    before = {handle: len(answers) for handle, answers in heard.by_handle.items()}
    replayed = heard.ask("sender", "POST", "/v1/submissions", body, **key)
    assert replayed.headers["idempotency-replayed"] == "true"
    heard.everybody_reads(again.json()["id"])
    withdrawn = b"".join(
        answer
        for handle, answers in heard.by_handle.items()
        for answer in answers[before.get(handle, 0) :]
        if again.json()["id"].encode() in answer
    )
    assert WORD["note"].encode() not in withdrawn


def all_delivered(heard: Heard, asker: Asker, receiver: Loopback) -> list[bytes]:
    """All that the webhook's receiver was sent, once nothing is on its way any more."""
    deliveries = f"/v1/webhook-endpoints/{heard.ids['endpoint_id']}/deliveries?limit=200"

    def done() -> bool:
        states = {each["state"] for each in asker.get("sender", deliveries)["data"]}
        told = b"".join(receiver.requests)
        return states == {"delivered"} and b"submission.withdrawn" in told

    wait_for(done)
    return list(receiver.requests)


def batches(heard: Heard, asker: Asker) -> None:
    """Lines and rows with what is sealed and restricted, and a line that is refused."""

    def line(note: str, identity: Document) -> Document:
        content = document(with_identity)
        content["note"], content["sources"][2]["identity"] = note, identity
        return content

    job = batch_of_lines(
        asker,
        line(WORD["line-note"], {"name": WORD["identity-in-line"]}),
        line(WORD["refused-line-note"], {"name": WORD["identity-in-refused-line"], "contact": 7}),
    )
    more = {
        "who_ref": ("/sources/1/ref", "s2"),
        "who_kind": ("/sources/1/kind", "interview"),
        "who_level": ("/sources/1/confidentiality", "sealed"),
        "who_name": ("/sources/1/identity/name", WORD["identity-in-row"]),
        "note": ("/note", WORD["row-note"]),
    }
    heard.ids |= batch_of_rows(asker, more, {})
    for each, expected in ((job, [201, 422]), (heard.ids["job_id"], [201])):
        answer = asker.ask("sender", "GET", f"/v1/jobs/{each}/results", None, {})
        results = [json.loads(line) for line in answer.text.splitlines()]
        assert [result["status"] for result in results] == expected, answer.text
        heard.everybody_reads(results[0]["id"], "{submission_id}")


def unseal_in_pairs(heard: Heard, asker: Asker, name: str) -> None:
    """A custodian asks, another one confirms, and the first gets what only they can open."""
    request = unseal_request(asker, name, WORD["unseal-reason"])
    asker.send("second_custodian", f"/v1/unseal-requests/{request}:confirm", {})
    heard.ids["request_id"] = request
    assert asker.get("custodian", f"/v1/unseal-requests/{request}")["copies"]


def redacted(heard: Heard, asker: Asker) -> str:
    """A redaction, which becomes public, of the file that was sent; its id."""
    address = f"/v1/attachments/{heard.ids['attachment_id']}/derivatives"
    box = {"page": 0, "left": 0, "top": 0, "right": 0.5, "bottom": 0.5}
    return str(asker.send("editor", address, {"boxes": [box]}).json()["id"])


def telling_picture() -> bytes:
    """A picture that says in its metadata what nobody may read in its copies."""
    about, out = PngInfo(), io.BytesIO()
    about.add_text("Author", WORD["file"])
    Image.new("RGB", (40, 30), (200, 10, 10)).save(out, "PNG", pnginfo=about)
    return out.getvalue()


PICTURE = telling_picture()


def sealed(cast: Cast, name: str) -> tuple[bytes, ...]:
    """What the custodian can open of a submission."""
    with cast.work(read_only=True) as work:
        keys = dict(work.custodians.active())
        return tuple(
            unseal(
                SealedCopy(
                    custodian=keys[each.custodian].name,
                    fingerprint=keys[each.custodian].fingerprint,
                    ciphertext=each.ciphertext,
                ),
                cast.custodian_secret,
            )
            for each in work.submissions.identities(name)
            if each.ciphertext is not None and keys[each.custodian].name == "custodian-1"
        )
