"""An assessed government's reply as a file: TOML, JSON or plain text, checked before it is kept."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, TypeVar

from babel import Locale
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from gaptracker.domain.errors import ProblemList
from gaptracker.intake.submission_fields import (
    LANGUAGE,
    LONGEST_LINE,
    PATTERNS,
    Line,
    Part,
    ReplyText,
    Sha256,
    WebAddress,
)

LONGEST_FILE_BYTES = 1_000_000
MOST_SUBJECTS = 1_000
FORMS = (".toml", ".json", ".txt")
Form = TypeVar("Form", bound=Part)


class ReplyRefused(ProblemList):
    """A reply, or an erratum, that cannot be kept as it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDraft:
    """A reply as it came; whom and what it names is not held against a release yet.

    `cells` holds themes and years of the actor. None stands where nothing was said.
    """

    actor: str | None
    release: str | None
    who: str
    office: str
    received_on: date | None
    language: str
    text: str
    link: str | None
    attachment_sha256: str | None
    cells: tuple[tuple[str, int], ...]
    pairs: tuple[str, ...]


@cache
def known_languages() -> frozenset[str]:
    """Return the codes of all languages; read when first asked, since they take five megabytes."""
    return frozenset(str(tag).partition("_")[0] for tag in Locale("en").languages)


def _language(tag: str) -> str:
    first = tag.partition("-")[0].lower()
    known = known_languages()
    if first not in known:
        near = get_close_matches(first, known, n=2)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise PydanticCustomError(
            "language", "{detail}", {"detail": f"no language has the code {first!r}{hint}"}
        )
    return tag


def _day(came: object) -> object:
    """Read a day as TOML and JSON have it."""
    if isinstance(came, str):
        try:
            return date.fromisoformat(came)
        except ValueError:
            raise PydanticCustomError(
                "day", "{detail}", {"detail": f"{came[:20]!r} is no day; expected YYYY-MM-DD"}
            ) from None
    return came


def _nothing(came: object) -> object:
    """Take an empty text of a form for what was not filled in."""
    return None if came == "" else came


Language = Annotated[
    str, StringConstraints(pattern=LANGUAGE, max_length=35), AfterValidator(_language)
]


class _CellForm(Part):
    theme: Line
    year: int


class _ReplyForm(Part):
    """What the form `reply.toml` holds."""

    who: Line
    office: Line
    language: Language
    text: ReplyText
    actor: Annotated[Line | None, BeforeValidator(_nothing)] = None
    release: Annotated[Line | None, BeforeValidator(_nothing)] = None
    received_on: Annotated[date | None, BeforeValidator(_day), BeforeValidator(_nothing)] = None
    link: Annotated[WebAddress | None, BeforeValidator(_nothing)] = None
    attachment_sha256: Annotated[Sha256 | None, BeforeValidator(_nothing)] = None
    cells: list[_CellForm] = Field(default_factory=list, max_length=MOST_SUBJECTS)
    pairs: list[Line] = Field(default_factory=list, max_length=MOST_SUBJECTS)


class _ErratumForm(Part):
    said: ReplyText
    right: ReplyText
    because: ReplyText
    language: Language


def read_reply(content: bytes, name: str, given: Mapping[str, object]) -> ReplyDraft:
    """Read a reply.

    Args:
        content: The file: TOML, JSON, or the text alone, told apart by the name's ending.
        name: The file's name.
        given: What stands beside the file, as on a command line; it wins over the file. None is
            nothing given.

    Raises:
        ReplyRefused: If anything is wrong, with every problem: an ending that is none of these, a
            file that is too long or no UTF-8, a member that is missing, unknown or of no such
            form, a sign that makes a text read otherwise than it is stored.
    """
    if len(content) > LONGEST_FILE_BYTES:
        problem = (
            f"more than {LONGEST_FILE_BYTES:,} bytes came; expected at most that: give the address "
            "of the long document as `link`, or its SHA-256 as `attachment_sha256`"
        )
        raise ReplyRefused(name, [problem])
    document = _document(content, name)
    document |= {key: value for key, value in given.items() if value not in (None, [], ())}
    form = _checked(_ReplyForm, document, name)
    return ReplyDraft(
        **{
            **form.model_dump(),
            "cells": tuple((each.theme, each.year) for each in form.cells),
            "pairs": tuple(form.pairs),
        }
    )


def check_texts(subject: str, texts: Mapping[str, str]) -> None:
    """Hold the texts of an erratum (`said`, `right`, `because`, `language`) to the same rules.

    Raises:
        ReplyRefused: If one is empty, too long, or holds a sign that no text may hold.
    """
    _checked(_ErratumForm, texts, subject)


def check_because(text: str) -> None:
    """Hold the reason of a decision to the rules of every text.

    Raises:
        ReplyRefused: If it is empty, too long, or holds a sign that no text may hold.
    """
    check_texts("because", {"said": "-", "right": "-", "language": "en", "because": text})


# `Any`: TOML and JSON of every shape, until the form is held against it.
def _document(content: bytes, name: str) -> dict[str, Any]:
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending not in FORMS:
        raise ReplyRefused(name, [f"its name ends in {ending!r}; expected {', '.join(FORMS)}"])
    try:
        text = content.decode("utf-8-sig")
        if ending == ".txt":
            return {"text": text.strip()}
        found = tomllib.loads(text) if ending == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReplyRefused(name, [f"no {ending[1:].upper()} in UTF-8: {error}"]) from error
    if not isinstance(found, dict):
        raise ReplyRefused(name, [f"{type(found).__name__} came; expected one object"])
    return found


def _checked(kind: type[Form], document: Mapping[str, object], name: str) -> Form:
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise ReplyRefused(name, list(_problems(faults, tuple(kind.model_fields)))) from None


def _problems(faults: list[ErrorDetails], members: tuple[str, ...]) -> Iterator[str]:
    for fault in faults:
        place = ".".join(map(str, fault["loc"]))
        yield f"{place}: {_told(fault, members)}"


def _told(fault: ErrorDetails, members: tuple[str, ...]) -> str:
    context = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return "nothing came; it is needed"
        case "extra_forbidden":
            return f"nothing is called so; expected {', '.join(members)}"
        case "string_too_short":
            return "an empty text came; expected words"
        case "string_too_long":
            came = len(fault["input"])
            return f"{came:,} characters came; expected at most {context['max_length']:,}"
        case "string_pattern_mismatch":
            expected = PATTERNS[context["pattern"]]
            return f"{str(fault['input'])[:LONGEST_LINE]!r} came; {expected}"
        case _:
            return fault["msg"]
