"""From the JSON files of a release back to domain values."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from gaptracker.domain.actors import Actor, CompetenceEntry, Membership
from gaptracker.domain.errors import GapTrackerError, ReleaseCorrupt
from gaptracker.domain.methodology import Methodology, RecommendationRule
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import ActorKind, Competence
from gaptracker.release.documents import ACTORS_FILE, INFINITY, METHODOLOGY_FILE

# Only a release that was cut with calibrated coders holds it.
CALIBRATION_FILE = "calibration.json"


def read_methodology(content: bytes) -> Methodology:
    """Return the rules that a release was scored by.

    Raises:
        ReleaseCorrupt: If the file holds something else.
    """
    try:
        fields: dict[str, Any] = msgspec.json.decode(content, type=dict[str, Any])
        # Rules for recommendations have keys of two parts, which JSON has not; each holds both.
        given = fields["codebook"].pop("recommendations")
        rules = msgspec.convert(given, list[RecommendationRule])
        fields["codebook"]["recommendations"] = {}
        # JSON has no infinity, which is the half-life of words that never age.
        space = fields["choices"]["space"]
        lives = [math.inf if life == INFINITY else life for life in space["half_lives_years"]]
        space["half_lives_years"] = lives
        methodology = msgspec.convert(fields, Methodology, str_keys=True)
    except (msgspec.MsgspecError, GapTrackerError, KeyError, TypeError) as error:
        raise ReleaseCorrupt(f"{METHODOLOGY_FILE} is no methodology: {error}") from error
    by_answer = {(rule.ask, rule.response): rule for rule in rules}
    codebook = replace(methodology.codebook, recommendations=by_answer)
    return replace(methodology, codebook=codebook)


def read_actors(content: bytes) -> dict[str, Actor]:
    """Return the actors of a release by their codes.

    Raises:
        ReleaseCorrupt: If the file holds something else.
    """
    try:
        document = msgspec.json.decode(content, type=dict[str, list[dict[str, Any]]])
        return {entry["code"]: _actor(entry) for entry in document["actors"]}
    except (msgspec.MsgspecError, GapTrackerError, KeyError, TypeError, ValueError) as error:
        raise ReleaseCorrupt(f"{ACTORS_FILE} is no list of actors: {error}") from error


def partial_date(text: str | None) -> PartialDate | None:
    """Read a date of any precision; a missing one stays missing."""
    return PartialDate.parse(text) if text is not None else None


def _actor(entry: Mapping[str, Any]) -> Actor:
    return Actor(
        code=entry["code"],
        kind=ActorKind(entry["kind"]),
        names=entry["names"],
        parent=entry["parent"],
        existence=Period(
            start=partial_date(entry["exists_from"]), end=partial_date(entry["exists_to"])
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """Who belongs to what, and which level of government decides which theme."""

    memberships: tuple[Membership, ...]
    competences: tuple[CompetenceEntry, ...]


def read_belonging(content: bytes) -> Belonging:
    """Return memberships and competences from a release's list of actors.

    Raises:
        ReleaseCorrupt: If the file holds something else.
    """
    try:
        document = msgspec.json.decode(content, type=dict[str, list[dict[str, Any]]])
        return Belonging(
            memberships=tuple(
                Membership(member=entry["code"], group=each["group"], period=_valid(each))
                for entry in document["actors"]
                for each in entry["memberships"]
            ),
            competences=tuple(
                CompetenceEntry(
                    actor=entry["code"],
                    theme=each["theme"],
                    level=Competence(each["level"]),
                    period=_valid(each),
                    enforced=each["enforced"],
                    basis=each["basis"],
                )
                for entry in document["actors"]
                for each in entry["competences"]
            ),
        )
    except (msgspec.MsgspecError, GapTrackerError, KeyError, TypeError, ValueError) as error:
        raise ReleaseCorrupt(f"{ACTORS_FILE} is no list of actors: {error}") from error


def read_confusions(content: bytes) -> dict[str, tuple[tuple[float, ...], ...]]:
    """Return every known coder's confusion matrix from a release's calibration report.

    Raises:
        ReleaseCorrupt: If the file holds something else.
    """
    try:
        report = msgspec.json.decode(content, type=dict[str, Any])
        return {
            coder["coder"]: tuple(tuple(row) for row in coder["confusion"])
            for kind in ("people", "machines")
            for coder in report[kind]["coders"]
        }
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise ReleaseCorrupt(f"{CALIBRATION_FILE} is no calibration report: {error}") from error


def _valid(entry: Mapping[str, Any]) -> Period:
    return Period(start=partial_date(entry["valid_from"]), end=partial_date(entry["valid_to"]))
