"""Human rights, military spending, and retail drug prosecutions in Mexico's states."""

from scripts.build_reference.build import FIRST_YEAR, Build, measured
from scripts.build_reference.rows import RawRow

VDEM_COLUMNS = ("iso3", "indicator", "year", "value")
FARISS_COLUMNS = ("iso3", "country", "year", "latent_human_rights_protection")
MEXICO_COLUMNS = (
    "cve_ent",
    "state",
    "indicator",
    "year",
    "count",
    "rate_per_100k",
    "partial_year",
)
VDEM_KNOWN = (
    "vdem.rights",
    "vdem.ruleoflaw",
    "vdem.libdem",
    "vdem.electdem",
    "vdem.corruption",
    "row.regime",
)
WDI_KNOWN = (
    "MS.MIL.XPND.GD.ZS",
    "MS.MIL.TOTL.P1",
    "VC.IHR.PSRC.P5",
    "SI.POV.GINI",
    "NY.GDP.PCAP.PP.CD",
    "SH.XPD.CHEX.GD.ZS",
    "SP.DYN.LE00.IN",
)
MEXICO_KNOWN = ("narcomenudeo_investigations", "intentional_homicide_victims")


def add_rights_and_forces(build: Build) -> None:
    """Add what stands in for abuse and for the weight of the armed forces."""
    for row in build.raw_rows("practice/vdem_via_owid.csv", VDEM_COLUMNS):
        if row.choice("indicator", VDEM_KNOWN) == "vdem.rights":
            _add(build, row, "value", indicator="human_rights_vdem", source="vdem-16")
    for row in build.raw_rows("practice/fariss_human_rights_1990_2019.csv", FARISS_COLUMNS):
        column = "latent_human_rights_protection"
        _add(build, row, column, indicator="human_rights_latent", source="fariss-2020")
    for row in build.raw_rows("practice/wdi_practice_context.csv", VDEM_COLUMNS):
        if row.choice("indicator", WDI_KNOWN) == "MS.MIL.XPND.GD.ZS":
            _add(build, row, "value", indicator="military_spending", source="sipri-via-wdi")
    _add_mexican_states(build)
    reasons = {
        "armed forces personnel (MS.MIL.TOTL.P1)": "From The Military Balance of the IISS, whose "
        "terms allow no republication of the series; it ends in 2020. A connector may fetch it.",
        "homicides, Gini, GDP, health spending, life expectancy, rule of law, regime": "Context "
        "and outcomes, not what a state does about drugs; never in a score.",
        "retail drug investigations of 2025": "The file covers part of the year only.",
        "figures for all Mexico (cve_ent 00) and homicide victims by state": "The indicator is "
        "for the states of the federation; homicides are an outcome.",
        "military spending and human rights before 1995": "Older than any cell looks back.",
    }
    for what, why in reasons.items():
        build.output.leave_out("observations.csv", what, why)


def _add(build: Build, row: RawRow, column: str, *, indicator: str, source: str) -> None:
    """Add one yearly value of a state; territories and years before the first are passed over."""
    value, year, actor = row.number(column), row.year(), row.maybe("iso3")
    if value is None or year < FIRST_YEAR:
        return
    if actor is None:
        return  # the copy has rows of former states without a code
    if build.is_actor(row):
        build.observe(measured(indicator, actor, period=year, value=value, source=source))


def _add_mexican_states(build: Build) -> None:
    codes = {
        row.text("cve_ent"): row.text("code")
        for row in build.table("mexican_states.csv", ("cve_ent", "code", "state"))
    }
    for row in build.raw_rows("practice/mexico_states_sesnsp_2015_2025.csv", MEXICO_COLUMNS):
        kind = row.choice("indicator", MEXICO_KNOWN)
        partial = row.choice("partial_year", ("True", "False")) == "True"
        entity = row.text("cve_ent")
        if entity != "00" and entity not in codes:
            build.problems.add(row.where("cve_ent"), entity, "a state of the federation")
            continue
        rate = row.number("rate_per_100k")
        if kind != MEXICO_KNOWN[0] or partial or entity == "00" or rate is None:
            continue
        build.observe(
            measured(
                "retail_drug_prosecution_rate",
                codes[entity],
                period=row.year(),
                value=rate,
                source="sesnsp-2025",
                note=f"{row.text('count')} investigations opened",
            )
        )
