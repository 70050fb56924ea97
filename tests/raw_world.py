"""Raw files as small as a build can have: every file with its header, rows where a test wants them.

The figures are invented; only their form is that of the real files.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.build_reference import (
    cannabis,
    death_penalty,
    executions,
    health,
    laws,
    places,
    prisons,
    rights,
    spoken,
    upr,
    votes,
)
from scripts.build_reference.build import Build
from scripts.build_reference.output import COLUMNS

Rows = Sequence[Mapping[str, str]]

RAW: dict[str, tuple[str, ...]] = {
    "practice/country_codes.csv": places.COUNTRY_COLUMNS,
    "practice/population_wpp2024.csv": (
        "iso3",
        "year",
        "population",
        "estimate_or_projection",
    ),
    "practice/unodc_persons_held_latest_2026.csv": prisons.LATEST_COLUMNS,
    "practice/unodc_cts_prisons_2023-05.csv": prisons.CTS_COLUMNS,
    "practice/derived_prison_indicators.csv": prisons.DERIVED_COLUMNS,
    "practice/un_sdg_16_3_2_unsentenced.csv": prisons.SDG_COLUMNS,
    "practice/cannabis_legality_wikipedia_2026-01-02.csv": cannabis.PAGE_COLUMNS,
    "practice/cannabis_adult_use_legal_countries.csv": cannabis.DATES_COLUMNS,
    "practice/us_states_cannabis.csv": cannabis.US_COLUMNS,
    "practice/unaids_aidsinfo_pwid.csv": health.UNAIDS_COLUMNS,
    "practice/un_sdg_3_5_1_sud_treatment.csv": health.SDG_COLUMNS,
    "practice/opioid_consumption_2015_2017.csv": health.CONSUMPTION_COLUMNS,
    "practice/opioids_on_national_eml.csv": health.LIST_COLUMNS,
    "practice/vdem_via_owid.csv": rights.VDEM_COLUMNS,
    "practice/fariss_human_rights_1990_2019.csv": rights.FARISS_COLUMNS,
    "practice/wdi_practice_context.csv": rights.VDEM_COLUMNS,
    "practice/mexico_states_sesnsp_2015_2025.csv": rights.MEXICO_COLUMNS,
    "practice/amnesty_executions_2007_2016.csv": executions.RAW_COLUMNS,
    "practice/death_penalty_status_wikipedia_2026-08.csv": death_penalty.STATUS_COLUMNS,
    "practice/hri_drug_offence_executions.csv": death_penalty.DRUG_COLUMNS,
    "rhetoric/unga-votes-selected.csv": votes.UNGA_COLUMNS,
    "rhetoric/cnd-votes.csv": votes.CND_COLUMNS,
    "rhetoric/joint-statements.csv": votes.JOINT_COLUMNS,
    "rhetoric/upr-drug-deathpenalty-recommendations.csv": upr.COLUMNS,
    "rhetoric/positions-facts.csv": spoken.FACT_COLUMNS,
}
TABLES: dict[str, tuple[str, ...]] = {
    "actors.csv": places.ACTOR_COLUMNS,
    "sources.csv": COLUMNS["sources.csv"][:-1],
    "memberships.csv": ("member", "group", "valid_from", "valid_to", "reference"),
    "competences.csv": places.COMPETENCE_COLUMNS,
    "flows.csv": places.FLOW_COLUMNS,
    "us_census_2020.csv": ("code", "persons"),
    "excluded.csv": ("what", "actor", "year", "reason"),
    "roll_calls.csv": (
        "key",
        "id",
        "title",
        "forum",
        "series",
        "source",
        "opportunity_theme",
        "tally",
    ),
    "joint_statements.csv": ("key", "title", "source", "completeness", "leads", "act"),
    "positions.csv": spoken.PLACED_COLUMNS,
    "positions_left_out.csv": ("fact", "reason"),
    "further_statements.csv": spoken.FURTHER_COLUMNS,
    "measures.csv": laws.COLUMNS,
    "military_policing.csv": ("actor", "period", "value", "source", "note"),
    "cannabis_corrections.csv": ("actor", "indicator", "category", "reason"),
    "cannabis_history.csv": (
        "actor",
        "indicator",
        "category",
        "first_year",
        "last_year",
        "reason",
    ),
    "mexican_states.csv": ("cve_ent", "code", "state"),
    "amnesty_executions.csv": ("actor", "year", "recorded"),
    "amnesty_totals.csv": ("year", "total", "states", "index"),
}
ACTORS: Rows = [
    {"code": code, "kind": kind, "name_en": code, "name_es": code, "name_pt": code, "parent": to}
    for code, kind, to in (
        ("MEX", "state", ""),
        ("CHN", "state", ""),
        ("GBR", "state", ""),
        ("USA", "state", ""),
        ("US-CA", "subnational", "USA"),
    )
]
CENSUS: Rows = [{"code": "US-CA", "persons": "331449281"}]


def source(name: str) -> dict[str, str]:
    """A source of that id, its other values invented."""
    return {
        "id": name,
        "title": name,
        "publisher": "A publisher",
        "group": "a_group",
        "grade": "2",
        "record_of_act": "false",
        "kind": "statistic",
        "licence": "CC0-1.0",
        "citation": "A citation",
    }


class RawWorld:
    """A raw folder and tables on disk, to which a test adds rows."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.tables = folder / "raw", folder / "tables"
        for part in (self.raw / "practice", self.raw / "rhetoric", self.tables):
            part.mkdir(parents=True)
        for name, columns in RAW.items():
            _write(self.raw / name, columns, [])
        (self.raw / "rhetoric" / "ungdc-drug-paragraphs.jsonl").write_text("", encoding="utf-8")
        for name, columns in TABLES.items():
            _write(self.tables / name, columns, [])
        self.put("actors.csv", ACTORS)
        self.put("us_census_2020.csv", CENSUS)

    def put(self, name: str, rows: Rows) -> None:
        """Fill a raw file or a table; columns not named stay empty."""
        if name in RAW:
            _write(self.raw / name, RAW[name], rows)
        else:
            _write(self.tables / name, TABLES[name], rows)

    def sources(self, *names: str) -> None:
        """List sources."""
        self.put("sources.csv", [source(name) for name in names])

    def build(self) -> Build:
        """A build in which the actors are known."""
        build = Build(raw=self.raw, tables=self.tables)
        places.add_actors(build)
        return build


def _write(path: Path, columns: Sequence[str], rows: Rows) -> None:
    lines = [",".join(columns)]
    lines += [",".join(row.get(column, "") for column in columns) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def observed(build: Build) -> dict[str, str]:
    """The written value or category of each observation, by id."""
    rows = build.output.rows["observations.csv"]
    return {row["id"]: row["value"] or row["category"] or row["status"] for row in rows}
