"""Documented measures: laws, rulings, orders and deployments, each with its coding."""

from scripts.build_reference.build import Build, measured
from scripts.build_reference.spoken import CODER, CODER_KIND

COLUMNS = (
    "id",
    "actor",
    "layer",
    "kind",
    "title",
    "issuer",
    "in_force_from",
    "in_force_to",
    "territory",
    "source",
    "locator",
    "note",
    "theme",
    "rung",
    "rationale",
)
MEASURE_COLUMNS = COLUMNS[:12]
KINDS = ("statute", "executive_act", "ruling", "programme", "practice")


def add_measures(build: Build) -> None:
    """Add the measures of the table and their codings."""
    for row in build.table("measures.csv", COLUMNS):
        build.is_actor(row, "actor")
        row.choice("layer", ("law", "practice"))
        row.choice("kind", KINDS)
        row.text("note")
        build.output.add("measures.csv", **{name: row.fields[name] for name in MEASURE_COLUMNS})
        build.output.add(
            "codings.csv",
            item=row.text("id"),
            theme=row.text("theme"),
            coder=CODER,
            coder_kind=CODER_KIND,
            rung=row.choice("rung", ("0", "1", "2", "3", "4")),
            specificity="specific",
            rationale=row.text("rationale"),
        )
    _add_military_policing(build)
    leave_out = build.output.leave_out
    leave_out(
        "measures.csv",
        "Pakistan's Anti-Narcotics Force, Brazil's and Argentina's deployments, Honduras' military "
        "police",
        "No page on them was read for this build; an evidence entry may bring them.",
    )
    leave_out(
        "measures.csv",
        "funding and participation",
        "No source of budgets or of consultation was at hand; these themes have no deeds yet.",
    )


def _add_military_policing(build: Build) -> None:
    """Add the part of the armed forces in drug enforcement, year by year where a page says so."""
    columns = ("actor", "period", "value", "source", "note")
    for row in build.table("military_policing.csv", columns):
        value = row.number("value")
        if value is not None and build.is_actor(row, "actor"):
            build.observe(
                measured(
                    "military_policing",
                    row.text("actor"),
                    period=row.text("period"),
                    value=value,
                    source=row.text("source"),
                    note=row.text("note"),
                )
            )
