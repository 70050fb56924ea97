"""Reads a reference folder: every row is checked, then everything is returned, or nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from gaptracker.domain.actors import Actor, CompetenceEntry, Membership, Population
from gaptracker.domain.errors import InvalidValue, ReferenceDataError
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import LANGUAGES, Methodology
from gaptracker.domain.records import Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.vocabulary import ActorKind, Competence, ItemKind
from gaptracker.intake.reference_columns import COLUMNS, MANIFEST
from gaptracker.intake.reference_deeds import (
    read_codings,
    read_flows,
    read_measures,
    read_observations,
)
from gaptracker.intake.reference_draft import Draft
from gaptracker.intake.reference_rows import Problems, Row
from gaptracker.intake.reference_words import (
    read_answers,
    read_opportunities,
    read_signatures,
    read_statements,
    read_votes,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceData:
    """A reference folder's evidence, and the SHA-256 of its manifest, which names every byte."""

    evidence: Evidence
    manifest_sha256: str


def packaged_reference() -> Traversable:
    """Return the reference folder that travels in the package."""
    return files("gaptracker") / "reference"


def load_reference_files(folder: Traversable | Path, methodology: Methodology) -> ReferenceData:
    """Read, check and build everything in a reference folder.

    Args:
        folder: Holds `manifest.json` and the CSV files it names.
        methodology: Says which themes and indicators there are, and what its goalposts place.

    Returns:
        The evidence, its sequences in the order of their ids.

    Raises:
        ReferenceDataError: If anything is wrong. It lists every problem found with file, line
            and column, what came and what was expected; nothing is returned.
    """
    problems = Problems()
    manifest = _read_manifest(folder, problems)
    contents = _read_contents(folder, manifest, problems)
    draft = Draft(contents=contents, methodology=methodology, problems=problems)
    draft.sources.update({source.id: source for source in _sources(draft)})
    draft.actors.update({actor.code: actor for actor in _actors(draft)})
    evidence = _evidence(draft, _as_of(manifest, problems))
    if problems.found:
        raise ReferenceDataError(f"reference data {folder.name}", problems.found)
    content = (folder / MANIFEST).read_bytes()
    return ReferenceData(evidence=evidence, manifest_sha256=hashlib.sha256(content).hexdigest())


def _evidence(draft: Draft, as_of: date) -> Evidence:
    votes, roll_calls = read_votes(draft)
    statements = (*votes, *read_signatures(draft), *read_answers(draft), *read_statements(draft))
    measures = tuple(read_measures(draft))
    kinds = {
        **{statement.id: ItemKind.STATEMENT for statement in statements},
        **{measure.id: ItemKind.MEASURE for measure in measures},
    }
    if len(kinds) < len(statements) + len(measures):
        draft.problems.add("statements and measures", _doubles(statements), "ids of their own")
    codings = sorted(read_codings(draft, kinds), key=lambda c: (c.item, c.theme, c.coder))
    return Evidence(
        as_of=as_of,
        actors=draft.actors,
        sources=draft.sources,
        statements=tuple(sorted(statements, key=lambda statement: statement.id)),
        measures=tuple(sorted(measures, key=lambda measure: measure.id)),
        observations=tuple(sorted(read_observations(draft), key=lambda value: value.id)),
        codings=tuple(codings),
        opportunities=tuple(
            sorted((*roll_calls, *read_opportunities(draft)), key=lambda chance: chance.id)
        ),
        memberships=tuple(_memberships(draft)),
        competences=tuple(_competences(draft)),
        populations=tuple(_populations(draft)),
        flows=tuple(sorted(read_flows(draft), key=lambda flow: flow.id)),
    )


def _doubles(statements: Sequence[Statement]) -> str:
    counts = Counter(statement.id for statement in statements)
    doubles = sorted(name for name, count in counts.items() if count > 1)
    return ", ".join(doubles) or "an id that is both"


def _read_manifest(folder: Traversable | Path, problems: Problems) -> Mapping[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        problems.add(MANIFEST, str(error), "a JSON file naming every file and its SHA-256")
        return {}
    if not isinstance(manifest, dict):
        problems.add(MANIFEST, type(manifest).__name__, "a JSON object")
        return {}
    return manifest


def _as_of(manifest: Mapping[str, Any], problems: Problems) -> date:
    given = manifest.get("as_of")
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        problems.add(f"{MANIFEST}, as_of", given, "a date as YYYY-MM-DD")
        return date.min


def _read_contents(
    folder: Traversable | Path, manifest: Mapping[str, Any], problems: Problems
) -> dict[str, bytes]:
    """Return the bytes of every expected file whose hash is the manifest's."""
    hashes = {
        str(entry.get("file")): entry.get("sha256")
        for entry in manifest.get("files", [])
        if isinstance(entry, dict)
    }
    contents = {}
    for name in COLUMNS:
        try:
            content = (folder / name).read_bytes()
        except OSError:
            problems.add(name, "no such file", "a file: rebuild or reinstall the reference data")
            continue
        found = hashlib.sha256(content).hexdigest()
        if hashes.get(name) != found:
            expected = f"SHA-256 {hashes.get(name)}, as the manifest says: the file was changed"
            problems.add(name, f"SHA-256 {found}", expected)
        contents[name] = content
    return contents


def _sources(draft: Draft) -> Iterator[Source]:
    seen: set[str] = set()
    for row in draft.rows("sources.csv"):
        source = draft.build(row, _source)
        if source is not None and draft.unique(row, source.id, seen):
            yield source


def _source(_: Draft, row: Row) -> Source:
    grade, retrieved = row.whole("grade"), row.day("retrieved")
    if grade is None or retrieved is None:
        raise InvalidValue("a source lacks its grade (1 to 5) or the day it was retrieved")
    return Source(
        id=row.text("id"),
        title=row.text("title"),
        publisher=row.text("publisher"),
        group=row.text("group"),
        grade=grade,
        record_of_act=row.flag("record_of_act"),
        kind=row.text("kind"),
        licence=row.text("licence"),
        citation=row.text("citation"),
        retrieved_on=retrieved,
        url=row.optional("url"),
        published_on=row.partial("published"),
    )


def _actors(draft: Draft) -> Iterator[Actor]:
    seen: set[str] = set()
    for row in draft.rows("actors.csv"):
        code, kind = row.text("code"), row.required("kind", ActorKind)
        names = {language: row.text(f"name_{language}") for language in LANGUAGES}
        if kind is not None and draft.unique(row, code, seen):
            yield Actor(
                code=code,
                kind=kind,
                names=names,
                parent=row.optional("parent"),
                existence=row.period("exists_from", "exists_to"),
            )


def _memberships(draft: Draft) -> Iterator[Membership]:
    for row in draft.rows("memberships.csv"):
        yield Membership(
            member=draft.actor(row, "member"),
            group=row.text("group"),
            period=row.period("valid_from", "valid_to"),
        )


def _competences(draft: Draft) -> Iterator[CompetenceEntry]:
    for row in draft.rows("competences.csv"):
        level = row.required("level", Competence)
        actor, theme = draft.actor(row), draft.theme(row)
        if level is not None:
            yield CompetenceEntry(
                actor=actor,
                theme=theme,
                level=level,
                period=row.period("valid_from", "valid_to"),
                enforced=row.flag("enforced") if row.optional("enforced") else None,
                basis=row.optional("basis"),
            )


def _populations(draft: Draft) -> Iterator[Population]:
    seen: set[str] = set()
    for row in draft.rows("populations.csv"):
        actor, year, persons = draft.actor(row), row.whole("year"), row.whole("persons")
        source = draft.source(row)
        if year is None or persons is None or persons <= 0:
            draft.problems.add(f"{row.file} line {row.line}", persons, "a year and its residents")
        elif draft.unique(row, f"{actor} {year}", seen):
            yield Population(actor=actor, year=year, persons=persons, source=source)
