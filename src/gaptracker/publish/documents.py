"""From the JSON files of a release back to domain values."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from gaptracker.domain.actors import Actor
from gaptracker.domain.errors import GapTrackerError, ReleaseCorrupt
from gaptracker.domain.methodology import Methodology, RecommendationRule
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import ActorKind
from gaptracker.release.documents import ACTORS_FILE, INFINITY, METHODOLOGY_FILE


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
