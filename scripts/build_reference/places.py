"""Actors, memberships, competences and populations."""

from scripts.build_reference.build import FIRST_YEAR, Build, number_text

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
    """Add dated memberships of the European Union and the United Nations."""
    members = {"EU": "EUU", "UN": "UN"}
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
    columns = ("actor", "theme", "level", "valid_from", "valid_to", "reference")
    for row in build.table("competences.csv", columns):
        build.is_actor(row, "actor")
        values = {name: row.fields[name] for name in columns if name != "reference"}
        build.output.add("competences.csv", **values)
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
    build.output.leave_out(
        "populations.csv",
        "yearly populations of the units of the United States and of Mexico",
        "The file with yearly figures of US states carries no licence; the counts of the census "
        "of 2020 are in the public domain and stand in for every year. Mexico's units need none.",
    )


def _add_population(build: Build, actor: str, year: int, persons: float, source: str) -> None:
    build.output.add(
        "populations.csv",
        actor=actor,
        year=str(year),
        persons=number_text(persons),
        source=source,
    )
