"""A whole submission with a canary in every field that is not public, and what it may name."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

from gaptracker.domain.methodology import Goalposts
from gaptracker.domain.vocabulary import Scale
from gaptracker.intake.submission_known import Known, KnownIndicator
from gaptracker.intake.submission_terms import RecordKind

Document = dict[str, Any]  # JSON

KNOWN = Known(
    actors=frozenset({"PER", "MEX", "DEU", "US-CO"}),
    codes_by_name={"peru": "PER", "perú": "PER"},
    themes=frozenset({"harm_reduction", "incarceration"}),
    indicators={
        "prisoners": KnownIndicator(lowest=0.0),
        "status": KnownIndicator(categories=frozenset({"A", "P"})),
    },
    records={
        "st_01J": RecordKind.STATEMENT,
        "me_01J": RecordKind.MEASURE,
        "ob_01J": RecordKind.OBSERVATION,
        "so_01J": RecordKind.SOURCE,
    },
    today=date(2026, 11, 25),
)
TABLE = Goalposts(scale=Scale.TABLE, steps=((5.0, 25.0), (10.0, 75.0)))

MEASURE: Document = {
    "kind": "measure",
    "ref": "m1",
    "actor": "PER",
    "theme": "harm_reduction",
    "layer": "law",
    "title": "Resolución 123-2026",
    "issuer": "Ministerio de Salud",
    "instrument": "ministerial_order",
    "in_force_from": {"date": "2026-03", "precision": "month"},
    "territory": ["PER"],
    "bears_on_statements": ["st_01J", "t1"],
    "sources": ["s1", "s2"],
    "note": "CANARY-item-note",
}
STATEMENT: Document = {
    "kind": "statement",
    "ref": "t1",
    "actor": "PER",
    "theme": "harm_reduction",
    "forum": "CND69",
    "said_on": "2026-03-10",
    "mode": "advocacy",
    "instrument": "national_statement",
    "office": "minister",
    "speaker": "A minister",
    "language": "es",
    "excerpt": "«Salud primero»",
    "paraphrase": "Asks for health first.",
    "sources": [{"ref": "s3", "locator": "minute 12"}, {"ref": "s1", "confidentiality": "sealed"}],
}
OBSERVATION: Document = {
    "kind": "observation",
    "ref": "o1",
    "actor": "MEX",
    "indicator": "prisoners",
    "period": "2025",
    "value": 120,
    "upper": "130.50",
    "sources": ["s3"],
}
CORRECTION: Document = {
    "kind": "correction",
    "ref": "c1",
    "record": "me_01J",
    "changes": [{"field": "in_force_from", "is_wrong": "2019", "should_be": "2020-01"}],
    "reason": "The gazette has another date.",
    "sources": ["s3"],
}
HIDDEN_ITEM: Document = {
    **MEASURE,
    "ref": "m2",
    "title": "CANARY-item-title",
    "issuer": "CANARY-item-issuer",
    "confidentiality": "restricted",
    "sources": ["s2"],
}
EXAMPLE: Document = {
    "client_ref": "HRN-2026-0412",
    "language": "es",
    "submit": False,
    "items": [MEASURE, STATEMENT, OBSERVATION, CORRECTION, HIDDEN_ITEM],
    "public_summary": {"es": "Resumen", "en": "Summary"},
    "note": "CANARY-note",
    "sources": [
        {
            "ref": "s1",
            "kind": "official_gazette",
            "title": "El Peruano, 2 March 2026",
            "url": "https://diariooficial.elperuano.pe/normas/1",
            "publisher": "El Peruano",
            "published": "2026-03-02",
            "collected_at": "2026-03-05T10:11:12Z",
            "collected_by": "CANARY-collector",
            "reliability": "B",
            "confidentiality": "public",
        },
        {
            "ref": "s2",
            "kind": "interview",
            "title": "CANARY-sealed-title",
            "publisher": "CANARY-sealed-publisher",
            "confidentiality": "sealed",
            "identity": {"name": "CANARY-name", "contact": "CANARY-contact"},
        },
        {
            "ref": "s3",
            "kind": "press",
            "title": "A report",
            "publisher": "La República",
            "url": "https://larepublica.pe/a",
            "reliability": "B",
            "confidentiality": "public",
            "identity": {"testimony": "CANARY-testimony"},
        },
        {
            "ref": "s4",
            "kind": "internal_document",
            "title": "CANARY-restricted-title",
            "url": "https://example.org/CANARY-restricted-url",
        },
        {
            "ref": "s5",
            "kind": "field_observation",
            "title": "CANARY-organisation-title",
            "confidentiality": "organisation",
        },
    ],
    "attachments_expected": [
        {
            "ref": "a1",
            "filename": "CANARY-file.pdf",
            "media_type": "application/pdf",
            "size": 184320,
            "sha256": "b9" * 32,
        }
    ],
    "consent": {"review": True, "publish": True, "keep_metadata": False},
    "event": {
        "at": "2026-03-02T23:30:00-05:00",
        "place": {
            "territory": "PER",
            "admin1": "Ucayali",
            "admin2": "CANARY-province",
            "locality": "CANARY-village",
            "latitude": "-8.379111",
            "longitude": "-74.553991",
        },
    },
}


def example(change: Callable[[Document], object] | None = None) -> Document:
    """Return a copy of the example, changed."""
    document = copy.deepcopy(EXAMPLE)
    if change is not None:
        change(document)
    return document


def put(document: Document, pointer: str, value: object) -> Document:
    """Return the document with a value at a pointer such as `#/items/0/actor`."""
    *steps, last = [int(step) if step.isdigit() else step for step in pointer[2:].split("/")]
    part: Any = document
    for step in steps:
        part = part[step]
    part[last] = value
    return document
