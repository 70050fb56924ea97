"""Actors, memberships, competences and populations."""

from scripts.build_reference.build import FIRST_YEAR, Build, number_text
from scripts.build_reference.rights import MEXICO_COLUMNS

ACTOR_COLUMNS = (
    "code",
    "kind",
    "name_en",
    "name_es",
    "name_pt",
    "parent",
    "exists_from",
    "exists_to",
)
COUNTRY_COLUMNS = (
    "iso3",
    "iso2",
    "m49",
    "fips",
    "name_en",
    "name_es",
    "name_fr",
    "unterm_en",
    "unterm_es",
    "un_region",
    "un_subregion",
    "un_intermediate_region",
    "independent",
    "ldc",
    "sids",
    "capital",
    "wikidata",
)
COMPETENCE_COLUMNS = ("actor", "theme", "level", "valid_from", "valid_to", "enforced", "basis")
MEXICAN_STATES = ("mexican_states.csv", ("cve_ent", "code", "state"))
MOST_APART = 0.005
FLOW_COLUMNS = (
    *("id", "donor", "recipient", "theme", "period_from", "period_to", "amount", "currency"),
    *("purpose", "source", "locator"),
)
FLOWS_LEFT_OUT = {
    "Norway's six million kroner a year for Iran, 2011 to 2014": (
        "Earmarked for prevention, treatment and justice: executions do not say what it was for."
    ),
    "European programmes for several states at once (Afghanistan and neighbours 2010 to 2015, "
    "EU-ACT, BOMCA 10)": (
        "What was read does not share the sums out; entering the one state that is named would "
        "make a part stand for the whole."
    ),
    "736,800 dollars of the United States for interdiction in Viet Nam": (
        "The page that was read gives no year."
    ),
    "help of the United Kingdom for Pakistan and Iran since 1985": (
        "One sum over 29 years and two states."
    ),
}
OTHER_CODES = ("CSK", "DDR", "YMD", "YUG", "ZAN", "SCG", "WLD")


def add_actors(build: Build) -> None:
    """Add the actors of the table; whatever else has a country code is left out by name."""
    for row in build.table("actors.csv", ACTOR_COLUMNS):
        code = row.text("code")
        if code in build.actors:
            build.problems.add(row.where("code"), code, "each code once")
        build.actors[code] = row.text("kind")
        build.output.add("actors.csv", **dict(row.fields))
    countries = build.raw_rows("practice/country_codes.csv", COUNTRY_COLUMNS)
    build.skipped_actors = {row.text("iso3") for row in countries} - set(build.actors)
    build.skipped_actors.update(OTHER_CODES)
    build.output.leave_out(
        "actors.csv",
        f"{len(build.skipped_actors)} territories and former states",
        "Not members of the United Nations; dependent territories answer for no policy of their "
        "own here, and former states spoke before the first cell. States with an observer's seat "
        "or a penal law of their own are in: PSE, TWN, VAT, XKX.",
    )


def add_memberships(build: Build) -> None:
    """Add memberships of the European Union, the United Nations and the system of its bodies."""
    members = {"EU": "EUU", "UN": "UN", "UN system": "UN-SYSTEM"}
    columns = ("member", "group", "valid_from", "valid_to", "reference")
    for row in build.table("memberships.csv", columns):
        build.is_actor(row, "member")
        build.output.add(
            "memberships.csv",
            member=row.text("member"),
            group=members[row.choice("group", tuple(members))],
            valid_from=row.fields["valid_from"],
            valid_to=row.fields["valid_to"],
        )


def add_competences(build: Build) -> None:
    """Add which level of government decides a theme, where it is not the national one alone."""
    for row in build.table("competences.csv", COMPETENCE_COLUMNS):
        build.is_actor(row, "actor")
        row.text("basis")
        build.output.add("competences.csv", **dict(row.fields))
    build.output.leave_out(
        "competences.csv",
        "federations other than those of the cases",
        "Entered only where units differ on a scored theme and the rule is beyond doubt; an actor "
        "without an entry decides nationally.",
    )


def add_populations(build: Build) -> None:
    """Add residents by year: states from the World Population Prospects, US units in 2020."""
    columns = ("iso3", "year", "population", "estimate_or_projection")
    for row in build.raw_rows("practice/population_wpp2024.csv", columns):
        row.choice("estimate_or_projection", ("estimate", "projection"))
        persons, year = row.number("population"), row.year()
        if not build.is_actor(row) or persons is None:
            continue
        if persons <= 0 or persons != int(persons):
            build.problems.add(row.where("population"), persons, "a whole number above zero")
        build.populations[row.text("iso3"), year] = persons
    for (actor, year), persons in build.populations.items():
        if year >= FIRST_YEAR:
            _add_population(build, actor, year, persons, "un-wpp-2024")
    total = 0.0
    for row in build.table("us_census_2020.csv", ("code", "persons")):
        persons = row.number("persons") or 0.0
        build.is_actor(row, "code")
        total += persons
        build.populations[row.text("code"), 2020] = persons
        _add_population(build, row.text("code"), 2020, persons, "us-census-2020")
    # The count of the whole country checks the 51 figures entered by hand.
    if total != 331_449_281:  # noqa: PLR2004
        build.problems.add("us_census_2020.csv", total, "figures that add up to 331449281")
    _add_mexican_populations(build)
    build.output.leave_out(
        "populations.csv",
        "yearly populations of the units of the United States",
        "The file with yearly figures of US states carries no licence; the counts of the census "
        "of 2020 are in the public domain and stand in for every year.",
    )


def _add_mexican_populations(build: Build) -> None:
    """Add the residents of Mexico's states that counts and rates of offences imply.

    The publisher's rates rest on the projections of the population council (CONAPO), which no
    copy that was found holds. Of two offences the larger count is the more exact; both have to
    agree within half a per cent.
    """
    codes = {row.text("cve_ent"): row.text("code") for row in build.table(*MEXICAN_STATES)}
    implied: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for row in build.raw_rows("practice/mexico_states_sesnsp_2015_2025.csv", MEXICO_COLUMNS):
        count, rate = row.number("count"), row.number("rate_per_100k")
        if row.text("cve_ent") in codes and row.text("partial_year") == "False" and count and rate:
            key = codes[row.text("cve_ent")], row.year()
            implied.setdefault(key, []).append((count, 100_000 * count / rate))
    for (actor, year), found in sorted(implied.items()):
        _, persons = max(found)
        if any(abs(other / persons - 1) > MOST_APART for _, other in found):
            build.problems.add(f"residents of {actor} in {year}", found, "one number from both")
        _add_population(build, actor, year, float(round(persons, -3)), "sesnsp-2025")


def add_flows(build: Build) -> None:
    """Add money and help for drug control abroad, each sum read on a page that is cited."""
    for row in build.table("flows.csv", FLOW_COLUMNS):
        build.is_actor(row, "donor")
        if row.fields["recipient"]:
            build.is_actor(row, "recipient")
        for column in ("period_from", "period_to", "amount", "currency", "purpose", "source"):
            row.text(column)
        build.output.add("flows.csv", **dict(row.fields))
    for what, why in FLOWS_LEFT_OUT.items():
        build.output.leave_out("flows.csv", what, why)


def _add_population(build: Build, actor: str, year: int, persons: float, source: str) -> None:
    build.output.add(
        "populations.csv",
        actor=actor,
        year=str(year),
        persons=number_text(persons),
        source=source,
    )
