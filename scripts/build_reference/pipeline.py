"""The build, in order: read everything, check everything, and only then write."""

from pathlib import Path

from gaptracker.intake.upr_asks import ASKS
from scripts.build_reference.build import RETRIEVED, TABLES, Build
from scripts.build_reference.cannabis import add_cannabis_law
from scripts.build_reference.death_penalty import add_death_penalty
from scripts.build_reference.executions import add_executions, read_recorded
from scripts.build_reference.health import add_health
from scripts.build_reference.laws import add_measures
from scripts.build_reference.output import (
    COLUMNS,
    csv_bytes,
    key_of,
    manifest_bytes,
    write_folder,
)
from scripts.build_reference.places import (
    add_actors,
    add_competences,
    add_flows,
    add_memberships,
    add_populations,
)
from scripts.build_reference.prisons import add_prison_figures
from scripts.build_reference.problems import BuildStoppedError
from scripts.build_reference.rights import add_rights_and_forces
from scripts.build_reference.spoken import add_statements
from scripts.build_reference.upr import add_recommendations
from scripts.build_reference.votes import add_joint_statements, add_roll_calls

AS_OF = "2026-08-16"
"""The newest day on which a data set was retrieved; what was read later is dated before it."""
TITLES = {
    "sources.csv": "Documents and data sets cited, with grade, independent group and licence",
    "actors.csv": "States, units of federations, bodies and agencies",
    "memberships.csv": "Dated memberships of the European Union, the United Nations and its bodies",
    "competences.csv": "Which level of government decides a theme, where not the national alone",
    "populations.csv": "Residents by year",
    "roll_calls.csv": "Recorded votes of the General Assembly and the drugs commission",
    "votes.csv": "How each member voted, absences included",
    "joint_statements.csv": "Joint statements, letters and declarations",
    "signatories.csv": "Who signed or led them",
    "recommendations.csv": "Recommendations and pledges of the Universal Periodic Review",
    "statements.csv": "Coded statements in own words, with the sentence where its licence allows",
    "codings.csv": "Rungs given to statements and measures by a machine, not yet by people",
    "measures.csv": "Laws, rulings, orders, programmes and practices, dated and cited",
    "observations.csv": "Indicator values by state and period",
    "opportunities.csv": "Sessions coded whole",
    "flows.csv": "Money and help for drug control abroad, by donor, recipient and period",
}
LARGEST_FOLDER_BYTES = 8_000_000


def build_reference(raw: Path, out: Path, *, tables: Path = TABLES) -> dict[str, int]:
    """Build the reference folder.

    Args:
        raw: The folder that holds `practice` and `rhetoric`.
        out: Where the CSV files and the manifest are written.
        tables: The facts entered by hand.

    Returns:
        Number of rows of each file.

    Raises:
        BuildStoppedError: If anything in the raw files or tables cannot be right; nothing is
            written then.
    """
    build = collect(raw, tables)
    contents = {
        name: csv_bytes(columns, build.output.sorted_rows(name))
        for name, columns in COLUMNS.items()
    }
    contents["manifest.json"] = manifest_bytes(build.output, contents, TITLES, AS_OF)
    size = sum(len(content) for content in contents.values())
    if size > LARGEST_FOLDER_BYTES:
        raise BuildStoppedError([f"{size} bytes came, expected at most {LARGEST_FOLDER_BYTES}"])
    write_folder(out, contents)
    return {name: len(build.output.rows[name]) for name in COLUMNS}


def collect(raw: Path, tables: Path) -> Build:
    """Read and check everything; nothing is written.

    Raises:
        BuildStoppedError: With every problem found.
    """
    if not (raw / "practice").is_dir() or not (raw / "rhetoric").is_dir():
        problem = f"{raw}: expected a folder that holds practice/ and rhetoric/"
        raise BuildStoppedError([problem])
    build = Build(raw=raw, tables=tables)
    add_actors(build)
    build.read_exclusions()
    add_sources(build)
    for stage in (
        add_memberships,
        add_competences,
        add_populations,
        add_flows,
        add_roll_calls,
        add_joint_statements,
        add_recommendations,
        add_statements,
        add_measures,
        add_prison_figures,
        add_cannabis_law,
        add_health,
        add_rights_and_forces,
    ):
        stage(build)
    recorded = read_recorded(build)
    add_executions(build, recorded)
    add_death_penalty(build, recorded)
    check_whole(build)
    build.problems.stop_if_any()
    return build


def add_sources(build: Build) -> None:
    """Add the sources of the table."""
    columns = COLUMNS["sources.csv"][:-1]
    for row in build.table("sources.csv", columns):
        build.output.add("sources.csv", retrieved=RETRIEVED, **dict(row.fields))


def check_whole(build: Build) -> None:
    """Check what only the whole can show: twins, unknown sources and items, unused sources."""
    _check_twins(build)
    _check_sources(build)
    output = build.output
    items = {row["id"] for name in ("statements.csv", "measures.csv") for row in output.rows[name]}
    coded = {row["item"] for row in output.rows["codings.csv"]}
    for item in sorted(items ^ coded):
        build.problems.add("codings.csv", item, "one coding for each statement and measure")
    for row in output.rows["recommendations.csv"]:
        if row["ask"] not in ASKS:
            build.problems.add("recommendations.csv", row["ask"], "a known ask")


def _check_twins(build: Build) -> None:
    for name in COLUMNS:
        seen = set()
        for row in build.output.rows[name]:
            key = key_of(name, row)
            if key in seen:
                build.problems.add(name, " ".join(key), "each row once")
            seen.add(key)


def _check_sources(build: Build) -> None:
    """Refuse a source that is not listed, and drop those that nothing cites."""
    rows = build.output.rows
    sources = {row["id"] for row in rows["sources.csv"]}
    used = set()
    for name in COLUMNS:
        for row in rows[name]:
            source = row.get("source")
            if source and source not in sources:
                build.problems.add(f"{name} {' '.join(key_of(name, row))}", source, "a source")
            used.add(source)
    rows["sources.csv"] = [row for row in rows["sources.csv"] if row["id"] in used]
