"""Cannabis law: states as the page has them, dated where its own text gives the year, US states."""

from scripts.build_reference.build import Build, listed, measured

PAGE_COLUMNS = (
    "iso3",
    "country",
    "recreational_code",
    "medical_code",
    "recreational_text",
    "medical_text",
    "notes",
)
DATES_COLUMNS = (
    "iso3",
    "country",
    "effective_date",
    "licensed_dispensary_sales_since",
    "licensed_club_sales_since",
)
US_COLUMNS = (
    "iso_3166_2",
    "state",
    "name",
    "adult_use_legal",
    "medical_legal",
    "decriminalised_mark",
    "wiki_sort_key",
    "medical_year",
    "adult_use_year",
    "notes",
    "check",
)
RECREATIONAL = (
    "legal_regulated_market",
    "legal_clubs_or_home_grow",
    "legal_personal_no_market",
    "decriminalised_tolerated_sales",
    "decriminalised",
    "subnational_mixed",
    "religious_use_only",
    "illegal_unenforced",
    "illegal",
)
MEDICAL = ("legal", "limited", "cbd_or_low_thc_only", "illegal_special_permit", "illegal")
SEEN_ON = "2026-01"
US_SEEN_ON = "2026-06"
FIRST_YEAR = 2000
LAST_FULL_YEAR = 2025
PAGE = "wikipedia-cannabis-2026"
US_PAGE = "wikipedia-cannabis-us-2026"


def add_cannabis_law(build: Build) -> None:
    """Add national cannabis law as listed, and by year where it is certain."""
    corrections = _corrections(build)
    for row in build.raw_rows("practice/cannabis_legality_wikipedia_2026-01-02.csv", PAGE_COLUMNS):
        recreational = row.choice("recreational_code", RECREATIONAL)
        medical = row.choice("medical_code", MEDICAL)
        if not build.is_actor(row):
            continue
        actor = row.text("iso3")
        given, note = corrections.get((actor, "cannabis_law"), (recreational, "as listed"))
        build.observe(
            listed("cannabis_law", actor, period=SEEN_ON, category=given, source=PAGE, note=note)
        )
        given, note = corrections.get((actor, "medical_cannabis_law"), (medical, "as listed"))
        build.observe(
            listed(
                "medical_cannabis_law",
                actor,
                period=SEEN_ON,
                category=given,
                source=PAGE,
                note=note,
            )
        )
    _add_history(build)
    _check_dates(build)
    _add_us_states(build)
    build.output.leave_out(
        "observations.csv",
        "cannabis law before 2026 where the page's own text gives no year",
        "When a state changed its law cannot be told from the copy, so earlier years are empty.",
    )
    build.output.leave_out(
        "observations.csv",
        "the page's own machine-readable statuses",
        "Wrong in the copy (Afghanistan as legal); the page's wording was coded instead.",
    )


def _corrections(build: Build) -> dict[tuple[str, str], tuple[str, str]]:
    """Read where the page's category is not what the methodology means, with the reason."""
    columns = ("actor", "indicator", "category", "reason")
    return {
        (row.text("actor"), row.text("indicator")): (row.text("category"), row.text("reason"))
        for row in build.table("cannabis_corrections.csv", columns)
        if build.is_actor(row, "actor")
    }


def _add_history(build: Build) -> None:
    """Add yearly categories for stretches of years with a known start, end and reason."""
    columns = ("actor", "indicator", "category", "first_year", "last_year", "reason")
    for row in build.table("cannabis_history.csv", columns):
        known = {"cannabis_law": RECREATIONAL, "medical_cannabis_law": MEDICAL}
        indicator = row.choice("indicator", tuple(known))
        category = row.choice("category", known[indicator])
        build.is_actor(row, "actor")
        for year in range(row.year("first_year"), row.year("last_year") + 1):
            build.observe(
                listed(
                    indicator,
                    row.text("actor"),
                    period=year,
                    category=category,
                    source=PAGE,
                    note=row.text("reason"),
                )
            )


def _check_dates(build: Build) -> None:
    """Hold the history against the page's table of the states that legalised adult use."""
    for row in build.raw_rows("practice/cannabis_adult_use_legal_countries.csv", DATES_COLUMNS):
        year = row.text("effective_date").split()[-1]
        if not build.is_actor(row) or int(year) > LAST_FULL_YEAR:
            continue
        before, after = (_category(build, row.text("iso3"), int(year) + step) for step in (-1, 0))
        if before == after or after is None:
            came = f"{before} in {int(year) - 1}, {after} in {year}"
            build.problems.add(row.where("effective_date"), came, f"a change in {year}")


def _category(build: Build, actor: str, year: int) -> str | None:
    name = f"cannabis_law.{actor}.{year}"
    rows = (row["category"] for row in build.output.rows["observations.csv"] if row["id"] == name)
    return next(rows, None)


def _add_us_states(build: Build) -> None:
    """Add each state's law by year, and the share of residents under adult-use law."""
    since: dict[str, int] = {}
    for row in build.raw_rows("practice/us_states_cannabis.csv", US_COLUMNS):
        code = row.text("iso_3166_2")
        adult_use, medical = row.maybe_year("adult_use_year"), row.maybe_year("medical_year")
        legal = row.choice("adult_use_legal", ("True", "False")) == "True"
        medical_legal = row.choice("medical_legal", ("True", "False")) == "True"
        decriminalised = row.choice("decriminalised_mark", ("True", "False")) == "True"
        # Georgia's medical law is marked without a year: its years before the page stay empty.
        if legal != (adult_use is not None) or (medical is not None and not medical_legal):
            build.problems.add(row.where("check"), code, "a year of approval where law is legal")
        if not build.is_actor(row, "iso_3166_2"):
            continue
        today = _us_category(code, legal, decriminalised)
        build.observe(
            listed(
                "cannabis_law",
                code,
                period=US_SEEN_ON,
                category=today,
                source=US_PAGE,
                note="as listed",
            )
        )
        today = "legal" if medical_legal else "illegal"
        build.observe(
            listed(
                "medical_cannabis_law",
                code,
                period=US_SEEN_ON,
                category=today,
                source=US_PAGE,
                note="as listed",
            )
        )
        _add_us_years(build, code, adult_use, medical)
        if adult_use is not None:
            since[code] = adult_use
    _add_population_share(build, since)


def _us_category(code: str, adult_use: bool, decriminalised: bool) -> str:
    if adult_use:
        # The District of Columbia may possess and grow: its budget forbids a market.
        return "legal_clubs_or_home_grow" if code == "US-DC" else "legal_regulated_market"
    return "decriminalised" if decriminalised else "illegal"


def _add_us_years(build: Build, code: str, adult_use: int | None, medical: int | None) -> None:
    """Add the years after approval; in the year of approval itself the law was mixed."""
    category = _us_category(code, adult_use=True, decriminalised=False)
    known = (("cannabis_law", category, adult_use), ("medical_cannabis_law", "legal", medical))
    for indicator, category, approved in known:
        if approved is None:
            continue
        note = f"approved in {approved}; years before are not entered, since the page dates no more"
        for year in range(max(approved + 1, FIRST_YEAR), LAST_FULL_YEAR + 1):
            build.observe(
                listed(indicator, code, period=year, category=category, source=US_PAGE, note=note)
            )


def _add_population_share(build: Build, since: dict[str, int]) -> None:
    """Add the share of residents of the United States who live under adult-use law."""
    counts = {code: n for (code, year), n in build.populations.items() if code.startswith("US-")}
    total = sum(counts.values())
    for year in range(FIRST_YEAR, LAST_FULL_YEAR + 1):
        legal = sum(counts[code] for code, approved in since.items() if approved < year)
        _share(build, str(year), legal / total, "approved by the end of the year before")
    legal = sum(counts[code] for code in since)
    _share(build, US_SEEN_ON, legal / total, "24 states and the District of Columbia")


def _share(build: Build, period: str, share: float, note: str) -> None:
    build.observe(
        measured(
            "cannabis_adult_use_population_share",
            "USA",
            period=period,
            value=share,
            source=US_PAGE,
            note=f"residents by the census of 2020; {note}",
        )
    )
