"""An organisation's payload to a draft: checked as a whole, its sealed parts set apart at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from gaptracker.intake.submission_checks import check, hidden_details
from gaptracker.intake.submission_faults import Path, faults_of
from gaptracker.intake.submission_known import Known
from gaptracker.intake.submission_models import MEMBERS, SUBMISSION
from gaptracker.intake.submission_problems import (
    FieldCode,
    Problem,
    SubmissionInvalid,
    in_order,
    pointer_to,
)

# `Any` because content is JSON: its shape is that of the models, and JSON has no static type.
Content = dict[str, Any]
SEALED_MARK = {"sealed": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionDraft:
    """A valid submission.

    `content` is JSON of texts, whole numbers and truth values (no floats), with every default
    written out and nothing that is sealed. `identities` maps a source's ref to what has to be
    sealed, `kept` names the sources whose identity is sealed already and stays.
    """

    client_ref: str | None
    submit: bool
    content: Content
    identities: Mapping[str, Content]
    kept: frozenset[str]

    @property
    def attachments_expected(self) -> tuple[Content, ...]:
        """Return the files that will follow, as the content lists them."""
        return tuple(self.content["attachments_expected"])


def validate_submission(
    document: object, known: Known, *, sealed: Collection[str] = frozenset()
) -> SubmissionDraft:
    """Return a draft of what came, or say everything that is wrong with it.

    Args:
        document: A body as `parse_json` reads it: no floats.
        known: Actors, themes, indicators and records that may be named.
        sealed: Refs of sources whose identity is sealed already, when a revision is edited;
            their `{"sealed": true}` is accepted and keeps it.

    Raises:
        SubmissionInvalid: With all problems at once, in the order of the document, at most 100.
            Nothing that is restricted, sealed or private is quoted.
    """
    found: list[tuple[Path, Problem]] = []
    content: Content = {}
    try:
        content = SUBMISSION.validate_python(document).model_dump(mode="json", exclude_none=True)
    except ValidationError as error:
        found.extend(faults_of(error, document))
    found.extend(check(document, known, sealed))
    if found:
        raise SubmissionInvalid(in_order(found, MEMBERS))
    return _draft(content)


def completeness(
    content: Content, received: Mapping[str, str] | None = None
) -> tuple[Problem, ...]:
    """Return what keeps a valid submission from being submitted (intake, section 1.2).

    Args:
        content: A draft's content.
        received: The SHA-256 of each attachment that arrived clean, by its ref.
    """
    found: list[tuple[Path, Problem]] = []
    if not content["consent"]["review"]:
        found.append(
            _blocks(
                ("consent", "review"),
                FieldCode.CONSENT_MISSING,
                "nobody may review this without consent; set it to true once you have it",
            )
        )
    if not content["sources"]:
        found.append(
            _blocks(("sources",), FieldCode.SOURCE_MISSING, "expected at least one source")
        )
    found.extend(
        _blocks(
            ("items", number, "sources"),
            FieldCode.SOURCE_MISSING,
            "the item names no source; expected the ref of at least one",
        )
        for number, item in enumerate(content["items"])
        if not item["sources"]
    )
    for number, expected in enumerate(content["attachments_expected"]):
        came = (received or {}).get(expected["ref"])
        if came is None:
            place: Path = ("attachments_expected", number)
            found.append(
                _blocks(place, FieldCode.ATTACHMENT_MISSING, "this file has not arrived; send it")
            )
        elif came != expected["sha256"]:
            place = ("attachments_expected", number, "sha256")
            found.append(
                _blocks(
                    place,
                    FieldCode.ATTACHMENT_DIFFERS,
                    "other bytes arrived than announced; send the file again, or mend the digest",
                )
            )
    return in_order(found, MEMBERS)


def publication_obstacles(content: Content) -> tuple[Problem, ...]:
    """Return what would keep an accepted submission from becoming evidence.

    Without consent to publish nothing is; an item without a public source is left out.
    """
    found: list[tuple[Path, Problem]] = []
    if not content["consent"]["publish"]:
        found.append(
            _blocks(
                ("consent", "publish"),
                FieldCode.CONSENT_MISSING,
                "nothing is published without consent to it",
            )
        )
    found.extend(
        _blocks(
            ("items", number, "sources"),
            FieldCode.SOURCE_NOT_PUBLIC,
            "the item is public and none of its sources is; name a public one, or it is left out",
        )
        for number, item in enumerate(content["items"])
        if item["confidentiality"] == "public" and not public_sources(item, content)
    )
    return in_order(found, MEMBERS)


def public_sources(item: Content, content: Content) -> list[str]:
    """Return the refs of the sources that an item names openly and that are public."""
    open_refs = {each["ref"] for each in content["sources"] if each["confidentiality"] == "public"}
    links = (each if isinstance(each, dict) else {"ref": each} for each in item["sources"])
    return [
        each["ref"]
        for each in links
        if each["ref"] in open_refs and each.get("confidentiality", "public") == "public"
    ]


def is_confidential(content: Content) -> bool:
    """Say whether any part is restricted or sealed, so that a second reviewer is needed."""
    parts = [*content["items"], *content["sources"], *filter(None, [content.get("event")])]
    links = [each for item in content["items"] for each in item["sources"]]
    levels = {each.get("confidentiality") for each in [*parts, *links] if isinstance(each, dict)}
    return bool(levels & {"restricted", "sealed"}) or any(
        "identity" in each for each in content["sources"]
    )


def _draft(content: Content) -> SubmissionDraft:
    client_ref, submit = content.pop("client_ref", None), content.pop("submit")
    identities: dict[str, Content] = {}
    kept: set[str] = set()
    for item in content["items"]:
        item["sources"] = [each["ref"] if len(each) == 1 else each for each in item["sources"]]
    for source in content["sources"]:
        identity: Content = source.pop("identity", {})
        if identity == SEALED_MARK:
            kept.add(source["ref"])
        details = {
            name: source.pop(name) for name in sorted(hidden_details(source)) if name in source
        }
        if details:
            identity["source"] = details
        if identity:
            source["identity"] = dict(SEALED_MARK)
        if identity and identity != SEALED_MARK:
            identities[source["ref"]] = identity
    return SubmissionDraft(
        client_ref=client_ref,
        submit=submit,
        content=content,
        identities=identities,
        kept=frozenset(kept),
    )


def _blocks(path: Path, code: FieldCode, detail: str) -> tuple[Path, Problem]:
    return path, Problem(pointer=pointer_to(path), code=code, detail=detail)
