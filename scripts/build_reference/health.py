"""Harm reduction and access to opioid medicines."""

from scripts.build_reference.build import Build, measured

UNAIDS_COLUMNS = ("iso3", "area_name", "indicator", "year", "value")
SDG_COLUMNS = (
    "iso3",
    "m49",
    "series",
    "year",
    "value",
    "nature",
    "units",
    "substance_use_disorders",
)
CONSUMPTION_COLUMNS = (
    "country",
    "iso3",
    "pop_2016",
    "mean_opioid_kg_per_100k_pop_2015_17",
    "decile_of_consumption",
)
LIST_COLUMNS = (
    "iso3",
    "country",
    "opioids_on_national_eml",
    "of_which_on_who_model_list",
    "similarity_score",
)
UNAIDS_USED = {
    "nsp_syringes_per_pwid": "needles_per_injector",
    "oat_coverage_pct": "oat_coverage",
}
UNAIDS_NOT_USED = {
    "art_coverage_pwid_pct",
    "hiv_prevalence_pwid_pct",
    "needles_to_prisoners",
    "prisoners_on_oat",
    "prisoners_size",
    "pwid_avoid_care_pct",
    "pwid_size_estimate",
    "safe_injecting_pct",
}
# The figure for all drugs is used where a state gives it, the one for opioids otherwise.
DISORDERS = ("total", "opioids", "ats", "cocaine")
USED_DISORDERS = DISORDERS[:2]
PLAUSIBLE_NEEDLES = 1000
STUDY_CODES = {"BKA": "BFA"}
"""The study on opioid medicines writes Burkina Faso with a code of its own."""


def add_health(build: Build) -> None:
    """Add all indicators of harm reduction and medicines."""
    _add_unaids(build)
    _add_treatment(build)
    _add_medicines(build)
    reasons = {
        "availability of services in 20 states (Global State of Harm Reduction)": "Read by a "
        "machine from the publisher's PDF by a third party and not verified; all rights reserved.",
        "opioid policies of US states (OEPS)": "The data set carries no licence file.",
        "UNAIDS indicators of prevalence, size, safe injecting, treatment and prisons": "They "
        "describe an epidemic or a small part of services, not what a state offers.",
        "treatment coverage for amphetamines and cocaine alone": "One kind of drug each; the "
        "figure for all drugs, or else for opioids, is used.",
        "opioid consumption in kilograms": "Rounded to whole kilograms, so most states read 0; "
        "the decile tells more.",
    }
    for what, why in reasons.items():
        build.output.leave_out("observations.csv", what, why)


def _add_unaids(build: Build) -> None:
    for row in build.raw_rows("practice/unaids_aidsinfo_pwid.csv", UNAIDS_COLUMNS):
        name = row.choice("indicator", (*UNAIDS_USED, *sorted(UNAIDS_NOT_USED)))
        value = row.number("value")
        if name in UNAIDS_NOT_USED or not build.is_actor(row) or value is None:
            continue
        if name == "nsp_syringes_per_pwid" and value > PLAUSIBLE_NEEDLES:
            what = f"needles per injector in {row.text('iso3')} {row.year()}"
            build.output.leave_out("observations.csv", what, f"{value:.0f} cannot be right.")
            continue
        if name == "oat_coverage_pct" and value > 100:  # noqa: PLR2004
            what = f"opioid agonist coverage in {row.text('iso3')} {row.year()}"
            build.output.leave_out("observations.csv", what, f"{value:.0f} per cent.")
            continue
        actor, year = row.text("iso3"), row.year()
        build.observe(
            measured(UNAIDS_USED[name], actor, period=year, value=value, source="unaids-gam")
        )


def _add_treatment(build: Build) -> None:
    found: dict[tuple[str, int], dict[str, float]] = {}
    for row in build.raw_rows("practice/un_sdg_3_5_1_sud_treatment.csv", SDG_COLUMNS):
        kind = row.choice("substance_use_disorders", DISORDERS)
        value = row.number("value")
        if value is not None and build.is_actor(row):
            found.setdefault((row.text("iso3"), row.year()), {})[kind] = value
    for (actor, year), values in sorted(found.items()):
        known = [name for name in USED_DISORDERS if name in values]
        if known:
            build.observe(
                measured(
                    "treatment_coverage_sud",
                    actor,
                    period=year,
                    value=values[known[0]],
                    source="un-sdg-3-5-1",
                    note="all drugs" if known[0] == "total" else "opioids only",
                )
            )


def _add_medicines(build: Build) -> None:
    """Add the decile of opioid consumption and the opioids on national lists."""
    files = (
        (
            "practice/opioid_consumption_2015_2017.csv",
            CONSUMPTION_COLUMNS,
            "decile_of_consumption",
            "opioid_consumption_decile",
            "decile of mean consumption 2015 to 2017",
        ),
        (
            "practice/opioids_on_national_eml.csv",
            LIST_COLUMNS,
            "opioids_on_national_eml",
            "opioids_on_essential_list",
            "national list as held by WHO about 2017",
        ),
    )
    for file, columns, column, indicator, note in files:
        for row in build.raw_rows(file, columns):
            value = row.number(column)
            actor = STUDY_CODES.get(row.text("iso3"), row.text("iso3"))
            if value is not None and (actor in build.actors or build.is_actor(row)):
                build.observe(
                    measured(
                        indicator,
                        actor,
                        period=2017,
                        value=value,
                        source="richards-2020",
                        note=note,
                    )
                )
