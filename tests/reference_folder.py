"""A reference folder of a row or two in each file, and how it is written with other rows."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from gaptracker.intake.reference_columns import COLUMNS

Cells = Mapping[str, str]

NAMES = {"name_en": "Mexico", "name_es": "México", "name_pt": "México"}
ROWS: dict[str, list[Cells]] = {
    "sources.csv": [
        {
            "id": "un-votes",
            "title": "Voting data",
            "publisher": "A publisher",
            "group": "un_roll_calls",
            "grade": "1",
            "record_of_act": "true",
            "kind": "roll_call",
            "licence": "CC0-1.0",
            "citation": "A citation",
            "published": "2025-01",
            "retrieved": "2026-08-16",
        }
    ],
    "actors.csv": [
        {"code": "MEX", "kind": "state", **NAMES},
        {"code": "EUU", "kind": "supranational", **NAMES},
        {"code": "MX-CMX", "kind": "subnational", "parent": "MEX", **NAMES},
    ],
    "memberships.csv": [{"member": "MEX", "group": "UN"}],
    "competences.csv": [
        {"actor": "MEX", "theme": "personal_use", "level": "shared", "valid_from": "2009-08-21"},
        {
            "actor": "MEX",
            "theme": "cannabis",
            "level": "national",
            "enforced": "true",
            "basis": "Constitution article 73",
        },
    ],
    "populations.csv": [
        {"actor": "MEX", "year": "2022", "persons": "128000000", "source": "un-votes"}
    ],
    "roll_calls.csv": [
        {
            "id": "A/RES/77/222",
            "title": "Moratorium",
            "forum": "UNGA plenary",
            "date": "2022-12-15",
            "series": "moratorium",
            "source": "un-votes",
            "opportunity_theme": "death_penalty",
        }
    ],
    "votes.csv": [
        {"roll_call": "A/RES/77/222", "actor": "MEX", "vote": "yes"},
        {"roll_call": "A/RES/77/222", "actor": "EUU", "vote": "absent"},
    ],
    "joint_statements.csv": [
        {
            "id": "UNGASS-2016-DP",
            "title": "Regret",
            "forum": "UNGASS 2016",
            "date": "2016-04-19",
            "source": "un-votes",
            "completeness": "complete",
        }
    ],
    "signatories.csv": [{"joint_statement": "UNGASS-2016-DP", "actor": "MEX", "role": "signatory"}],
    "recommendations.csv": [
        {
            "id": "UPR-17-MEX-001",
            "actor": "MEX",
            "recommended_by": "EUU",
            "upr_session": "17",
            "date": "2013",
            "theme": "death_penalty",
            "ask": "ratify_op2",
            "specificity": "considering",
            "response": "accepted",
            "source": "un-votes",
        }
    ],
    "statements.csv": [
        {
            "id": "PF0209",
            "actor": "MEX",
            "office": "head_of_state_or_government",
            "forum": "UNGA General Debate",
            "date": "2012-09",
            "mode": "advocacy",
            "instrument": "national_statement",
            "paraphrase": "Asks for a review.",
            "document": "UNGA-GD-2012-MEX",
            "act": "UNGA-GD-2012-MEX-treaty_regime",
            "solicited": "false",
            "source": "un-votes",
        }
    ],
    "codings.csv": [
        {
            "item": "PF0209",
            "theme": "treaty_regime",
            "coder": "machine-2026-11",
            "coder_kind": "machine",
            "rung": "3",
            "specificity": "specific",
            "rationale": "Wants a review.",
            "original_code": "stance=+2",
        }
    ],
    "measures.csv": [
        {
            "id": "MEX-2009-law",
            "actor": "MEX",
            "layer": "law",
            "kind": "statute",
            "title": "A law",
            "in_force_from": "2009-08-21",
            "source": "un-votes",
        }
    ],
    "observations.csv": [
        {
            "id": "prison_rate.MEX.2022",
            "actor": "MEX",
            "indicator": "prison_rate",
            "period": "2022",
            "value": "175.5",
            "status": "observed",
            "source": "un-votes",
        },
        {
            "id": "drug_executions_rate.EUU.2024",
            "actor": "EUU",
            "indicator": "drug_executions_rate",
            "period": "2024",
            "status": "opaque",
            "source": "un-votes",
        },
    ],
    "flows.csv": [
        {
            "id": "EUU-MEX-2016",
            "donor": "EUU",
            "recipient": "MEX",
            "theme": "death_penalty",
            "period_from": "2016",
            "period_to": "2018-06",
            "amount": "650000",
            "currency": "EUR",
            "purpose": "Training.",
            "source": "un-votes",
        },
        {
            "id": "EUU-rest",
            "donor": "EUU",
            "theme": "death_penalty",
            "period_from": "2016",
            "period_to": "2016",
            "amount": "0.5",
            "currency": "EUR",
            "purpose": "Recipients not told apart.",
            "source": "un-votes",
            "locator": "page 4",
        },
    ],
    "opportunities.csv": [
        {
            "id": "CND-67-MEX",
            "actor": "MEX",
            "theme": "harm_reduction",
            "session": "CND67",
            "date": "2024-03",
            "outcome": "silent",
        }
    ],
}


def write_folder(folder: Path, changes: Mapping[str, list[Cells]] | None = None) -> Path:
    """Write the small folder, with some files' rows replaced."""
    entries = []
    for name, columns in COLUMNS.items():
        rows = (changes or {}).get(name, ROWS[name])
        lines = [",".join(columns)]
        lines += [",".join(row.get(column, "") for column in columns) for row in rows]
        content = ("\n".join(lines) + "\n").encode("utf-8")
        (folder / name).write_bytes(content)
        entries.append({"file": name, "sha256": sha256(content).hexdigest()})
    manifest = {"as_of": "2026-08-16", "files": entries}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder
