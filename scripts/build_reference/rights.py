"""Human rights, military spending, and retail drug prosecutions in Mexico's states."""

from scripts.build_reference.build import FIRST_YEAR, Build, Figure

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
            _add(build, row.fields, "human_rights_vdem", row.number("value"), "vdem-16")
    for row in build.raw_rows("practice/fariss_human_rights_1990_2019.csv", FARISS_COLUMNS):
        score = row.number("latent_human_rights_protection")
        _add(build, row.fields, "human_rights_latent", score, "fariss-2020")
    for row in build.raw_rows("practice/wdi_practice_context.csv", VDEM_COLUMNS):
        if row.choice("indicator", WDI_KNOWN) == "MS.MIL.XPND.GD.ZS":
            _add(build, row.fields, "military_spending", row.number("value"), "sipri-via-wdi")
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


def _add(
    build: Build, fields: object, indicator: str, value: float | None, source: str
) -> None:
    """Add one yearly value of a state; territories and years before the first are passed over."""
    assert isinstance(fields, dict)
    if value is None or fields["iso3"] not in build.actors or int(fields["year"]) < FIRST_YEAR:
        return
    build.observe(
        Figure(
            indicator=indicator,
            actor=fields["iso3"],
            period=fields["year"],
            source=source,
            value=value,
        )
    )


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
            Figure(
                indicator="retail_drug_prosecution_rate",
                actor=codes[entity],
                period=str(row.year()),
                source="sesnsp-2025",
                value=rate,
                note=f"{row.text('count')} investigations opened",
            )
        )
