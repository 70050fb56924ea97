"""Prisons and prisoners: rates, detention without sentence, occupancy, drug offences."""

from collections.abc import Iterable

from scripts.build_reference.build import FIRST_YEAR, Build, measured
from scripts.build_reference.rows import RawRow

DERIVED_COLUMNS = (
    "iso3",
    "year",
    "persons_held",
    "prison_rate_per_100k",
    "unsentenced",
    "capacity",
    "drug_possession",
    "drug_trafficking",
    "drug_offences_iccs06",
    "unsentenced_share_pct",
    "drug_possession_share_pct",
    "drug_trafficking_share_pct",
    "drug_offences_share_pct",
    "occupancy_pct",
    "quality_flag",
)
CTS_COLUMNS = (
    "iso3",
    "country",
    "indicator",
    "dimension",
    "category",
    "year",
    "unit",
    "value",
    "source",
)
LATEST_COLUMNS = (
    "iso3",
    "year",
    "persons_held",
    "facilities",
    "facilities_year",
    "population",
    "derived_rate_per_100k",
    "note",
)
SDG_COLUMNS = ("iso3", "m49", "series", "year", "value", "nature", "units", "sex", "quality_flag")
PARTS = {"GBR_E_W": "GBR", "GBR_NI": "GBR", "GBR_S": "GBR", "IRQ_C": "IRQ", "IRQ_KRI": "IRQ"}
LEAST_DRUG_SHARE = 1.0
OCCUPANCY_BOUNDS = (5.0, 400.0)
PER_100K = 100_000
REPLIES = "unodc-cts-2023"
GAP_FILLED = "unodc-cts-2023-gap-filled"
LATEST = "unodc-prisons-2026"
Origins = dict[tuple[str, int, str], set[str]]


def add_prison_figures(build: Build) -> None:
    """Add all prison indicators; UNODC's own figures go before copies of them elsewhere."""
    _add_latest(build)
    origins = _origins(build)
    parts: dict[tuple[str, int], dict[str, RawRow]] = {}
    for row in build.raw_rows("practice/derived_prison_indicators.csv", DERIVED_COLUMNS):
        code, year = row.text("iso3"), row.year()
        if code in PARTS:
            parts.setdefault((PARTS[code], year), {})[code] = row
        elif build.is_actor(row) and year >= FIRST_YEAR:
            _add_derived(build, row, origins)
    _add_sums_of_parts(build, parts, origins)
    _add_sdg(build)
    _record_what_is_left_out(build)


def _origins(build: Build) -> Origins:
    """Return where each count comes from, by state, year and kind."""
    origins: Origins = {}
    for row in build.raw_rows("practice/unodc_cts_prisons_2023-05.csv", CTS_COLUMNS):
        kind = row.text("category") if row.text("category") != "Total" else row.text("indicator")
        key = (row.text("iso3"), row.year(), kind)
        origins.setdefault(key, set()).add(row.text("source"))
    return origins


def _source_of(origins: Origins, codes: Iterable[str], year: int, kinds: Iterable[str]) -> str:
    """Return the source of a figure: the state's reply, or one filled in from elsewhere."""
    kinds = tuple(kinds)
    keys = [(code, year, kind) for code in codes for kind in kinds]
    found = {name for key in keys for name in origins.get(key, ())}
    other = ("WPB", "External", "Media")
    official = found and not any(mark in name for name in found for mark in other)
    return REPLIES if official else GAP_FILLED


def _add_latest(build: Build) -> None:
    """Add the newest count of each state from the release of 2026."""
    for row in build.raw_rows("practice/unodc_persons_held_latest_2026.csv", LATEST_COLUMNS):
        if row.maybe("note"):
            if not row.text("note").startswith("count not comparable"):
                build.problems.add(row.where("note"), row.text("note"), "a note known to the build")
            continue
        rate, year = row.number("derived_rate_per_100k"), row.year()
        if build.is_actor(row) and rate and year >= FIRST_YEAR:
            note = "count over the population of the same year (WPP 2024)"
            actor = row.text("iso3")
            build.observe(
                measured("prison_rate", actor, period=year, value=rate, source=LATEST, note=note)
            )


def _add_derived(build: Build, row: RawRow, origins: Origins) -> None:
    actor, year = row.text("iso3"), row.year()
    held = "Persons held"

    def source(*kinds: str) -> str:
        return _source_of(origins, (actor,), year, kinds)

    rate = row.number("prison_rate_per_100k")
    if rate and f"prison_rate.{actor}.{year}" not in build.observed:
        build.observe(
            measured("prison_rate", actor, period=year, value=round(rate, 3), source=source(held))
        )
    unsentenced = row.number("unsentenced_share_pct")
    if unsentenced and row.number("persons_held"):
        build.observe(
            measured(
                "unsentenced_share",
                actor,
                period=year,
                value=unsentenced,
                source=source(held, "Unsentenced"),
                note="unsentenced over persons held",
            )
        )
    _add_occupancy(build, row, source(held, "Official prison capacity"))
    _add_drug_shares(build, row, origins)


def _add_occupancy(build: Build, row: RawRow, source: str) -> None:
    """Add held over capacity, unless the capacity is plainly wrong."""
    occupancy = row.number("occupancy_pct")
    flag = row.fields["quality_flag"]
    if flag not in {"", "occupancy>400;", "occupancy<5;"}:
        build.problems.add(row.where("quality_flag"), flag, "a flag known to the build")
    if occupancy is None or flag:
        return
    low, high = OCCUPANCY_BOUNDS
    if not low <= occupancy <= high:
        build.problems.add(row.where("occupancy_pct"), occupancy, "a flag on a wrong capacity")
        return
    build.observe(
        measured(
            "occupancy",
            row.text("iso3"),
            period=row.year(),
            value=occupancy,
            source=source,
            note="persons held over official capacity",
        )
    )


def _add_drug_shares(build: Build, row: RawRow, origins: Origins) -> None:
    """Add the shares held for drug offences; below one per cent an answer was not given."""
    actor, year = row.text("iso3"), row.year()
    possession = row.number("drug_possession_share_pct")
    if ("possession_prisoner_share", actor, year) in build.excluded:
        possession = None
    if possession is not None and possession >= LEAST_DRUG_SHARE:
        build.observe(
            measured(
                "possession_prisoner_share",
                actor,
                period=year,
                value=possession,
                source=_source_of(origins, (actor,), year, ("Persons held", "Drug possession")),
                note="held for drug possession over persons held",
            )
        )
    share, kinds, note = _drug_share(row, possession)
    if share is not None:
        build.observe(
            measured(
                "drug_prisoner_share",
                actor,
                period=year,
                value=share,
                source=_source_of(origins, (actor,), year, kinds),
                note=note,
            )
        )


def _drug_share(row: RawRow, possession: float | None) -> tuple[float | None, tuple[str, ...], str]:
    """Return the share held for drug offences, what it is made of, and how that is said.

    The figure for all drug offences is used; where it is missing or below one per cent,
    possession and trafficking together, if both were answered.
    """
    share = row.number("drug_offences_share_pct")
    if share is not None and share >= LEAST_DRUG_SHARE:
        whole = "Acts involving controlled psycho-active substances"
        return share, ("Persons held", whole), "ICCS section 06 over persons held"
    trafficking = row.number("drug_trafficking_share_pct")
    if possession is None or trafficking is None:
        return None, (), ""
    if min(possession, trafficking) < LEAST_DRUG_SHARE:
        return None, (), ""
    kinds = ("Persons held", "Drug possession", "Drug trafficking")
    return possession + trafficking, kinds, "possession and trafficking over persons held"


def _add_sums_of_parts(
    build: Build, parts: dict[tuple[str, int], dict[str, RawRow]], origins: Origins
) -> None:
    """Add rate, detention without sentence and occupancy of states reported in parts."""
    needed = {state: [code for code in PARTS if PARTS[code] == state] for state in PARTS.values()}
    for (state, year), rows in sorted(parts.items()):
        if year < FIRST_YEAR or set(rows) != set(needed[state]):
            continue
        note = f"sum of {', '.join(sorted(rows))}"
        held = _total(rows.values(), "persons_held")
        persons = build.populations.get((state, year))
        if held is None or persons is None:
            continue
        source = _source_of(origins, rows, year, ("Persons held",))
        if f"prison_rate.{state}.{year}" not in build.observed:
            rate = round(PER_100K * held / persons, 3)
            build.observe(
                measured("prison_rate", state, period=year, value=rate, source=source, note=note)
            )
        for column, indicator in (("unsentenced", "unsentenced_share"), ("capacity", "occupancy")):
            other = _total(rows.values(), column)
            if other:
                share = other / held if column == "unsentenced" else held / other
                build.observe(
                    measured(
                        indicator,
                        state,
                        period=year,
                        value=round(100 * share, 2),
                        source=GAP_FILLED,
                        note=note,
                    )
                )


def _total(rows: Iterable[RawRow], column: str) -> float | None:
    """Return the sum over all parts, or None if one is missing."""
    values = [row.number(column) for row in rows]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _add_sdg(build: Build) -> None:
    """Add SDG indicator 16.3.2 where UNODC's own file has no figure for the year."""
    for row in build.raw_rows("practice/un_sdg_16_3_2_unsentenced.csv", SDG_COLUMNS):
        sex = row.choice("sex", ("bothsex", "male", "female"))
        flag = row.choice("quality_flag", ("", "value>100"))
        actor, year, value = row.text("iso3"), row.year(), row.number("value")
        if sex != "bothsex" or flag or year < FIRST_YEAR or not build.is_actor(row):
            continue
        if value is None or f"unsentenced_share.{actor}.{year}" in build.observed:
            continue
        build.observe(
            measured(
                "unsentenced_share",
                actor,
                period=year,
                value=value,
                source="un-sdg-16-3-2",
                note="SDG indicator 16.3.2; UNODC's own file has no figure for this year",
            )
        )


def _record_what_is_left_out(build: Build) -> None:
    reasons = {
        "shares of drug prisoners below 1 per cent": "Answers that were not given: exact zeros, "
        "and figures such as 0.09 per cent for Thailand in 2016 after 53 per cent in 2015.",
        "occupancy above 400 or below 5 per cent": "Wrong capacities in the survey (13 rows).",
        "persons held in Saint-Martin (MAF)": "Facilities shared with Guadeloupe.",
        "rates of zero": "The Holy See's empty cells.",
        "SDG 16.3.2 for years that UNODC's own file has": "The same figure in another coat; "
        "UNODC's is preferred, the SDG copy fills 17 gaps and says so.",
        "SDG 16.3.2 by sex, and values above 100 per cent": "Seven rows above 100 per cent are "
        "wrong; the figure for both sexes is used.",
        "World Prison Brief rates of 2018": "Reuse needs the permission of its publisher.",
        "prison figures of US states and counties (Vera)": "The licence forbids redistribution.",
        "shares of drug prisoners in Colombia, possession, 2019 and 2020": "They jump from 0.26 to "
        "20 per cent because the article on trafficking, manufacture or carrying is counted.",
    }
    for what, why in reasons.items():
        build.output.leave_out("observations.csv", what, why)
