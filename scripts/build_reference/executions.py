"""Executions recorded by Amnesty International, year by year and state by state."""

from scripts.build_reference.build import Build, Figure

RAW_COLUMNS = ("iso3", "country", "year", "executions_recorded")
FIRST_TABLE_YEAR = 2009
LAST_YEAR = 2024
SECRET = {"CHN", "PRK", "VNM"}
SIGN_ALONE = 2
"""Amnesty writes a bare plus sign where executions took place and no credible figure exists, and
counts two for it in its totals."""
Recorded = dict[tuple[str, int], str]


def read_recorded(build: Build) -> Recorded:
    """Return what Amnesty recorded: a figure, a figure and more (`24+`), `1000s`, `+` or `-`.

    Figures of 2007 and 2008 come from the raw file. From 2009 on they come from the build's own
    table, entered from Amnesty's yearly lists and held against its yearly totals, since the raw
    file has slips (Iran 2016: 156 where the report says at least 567).
    """
    recorded: Recorded = {}
    for row in build.raw_rows("practice/amnesty_executions_2007_2016.csv", RAW_COLUMNS):
        if not row.maybe("iso3"):
            continue  # totals of the world, which are not a state's
        value = row.text("executions_recorded")
        if not value.removeprefix(">").isdigit():
            build.problems.add(row.where("executions_recorded"), value, "a figure such as 12, >12")
        if row.year() < FIRST_TABLE_YEAR and build.is_actor(row) and value != "0":
            text = f"{value[1:]}+" if value.startswith(">") else value
            recorded[row.text("iso3"), row.year()] = text
    for row in build.table("amnesty_executions.csv", ("actor", "year", "recorded")):
        if build.is_actor(row, "actor"):
            recorded[row.text("actor"), row.year()] = row.text("recorded")
    _check_totals(build, recorded)
    return recorded


def _check_totals(build: Build, recorded: Recorded) -> None:
    """Hold the entries of each year against the totals that Amnesty published."""
    for row in build.table("amnesty_totals.csv", ("year", "total", "states", "index")):
        entries = {
            actor: value
            for (actor, year), value in recorded.items()
            if year == row.year() and value != "-"
        }
        total = sum(_counted(value) for value in entries.values())
        if total != row.number("total"):
            build.problems.add(row.where("total"), total, f"a sum of {row.text('total')}")
        if len(entries) != row.number("states"):
            build.problems.add(row.where("states"), len(entries), row.text("states"))


def _counted(value: str) -> int:
    """Return how many executions Amnesty counts for an entry in its totals."""
    if value in {"+", "1000s"}:
        return SIGN_ALONE
    return int(value.removesuffix("+"))


def add_executions(build: Build, recorded: Recorded) -> None:
    """Add executions for every state and year; a state that no list names has none recorded."""
    states = [code for code, kind in build.actors.items() if kind == "state"]
    existed = _first_years(build)
    for year in range(2007, LAST_YEAR + 1):
        for state in states:
            if year >= existed.get(state, 0):
                _add(build, state, year, recorded.get((state, year), "0"))
    build.output.leave_out(
        "observations.csv",
        "executions where Amnesty could not confirm whether there were any",
        "Marked with a dash in its lists; neither zero nor one (Syria 2012 to 2018, Libya 2016 "
        "and others).",
    )
    build.output.leave_out(
        "observations.csv",
        "executions after 2024",
        "No list of 2025 was found to read. The column `executions_2024_as_recorded` of the page "
        "on the status holds four figures that are not of 2024 (ARE, JOR, JPN, TWN): they do not "
        "fit Amnesty's total of 1,518 in 15 countries, and are not used.",
    )


def _first_years(build: Build) -> dict[str, int]:
    rows = build.output.rows["actors.csv"]
    return {row["code"]: int(row["exists_from"][:4]) for row in rows if row["exists_from"]}


def _add(build: Build, state: str, year: int, value: str) -> None:
    figure = Figure(
        indicator="executions_recorded",
        actor=state,
        period=str(year),
        source=f"amnesty-{year}",
    )
    if value == "-":
        return
    if state in SECRET and value in {"0", "+"}:
        note = "kept secret by the state; executions are believed to be many"
        figure = _with(figure, None, None, note)
        build.observe(figure, status="opaque")
    elif value == "1000s":
        build.observe(_with(figure, 1000, 1000, "thousands, by Amnesty's estimate; state secret"))
    elif value == "+":
        note = "executions took place, no credible figure: counted as two, as in Amnesty's totals"
        build.observe(_with(figure, SIGN_ALONE, SIGN_ALONE, note))
    elif value.endswith("+"):
        number = int(value[:-1])
        build.observe(_with(figure, number, number, "a recorded minimum"))
    else:
        build.observe(_with(figure, int(value), None, "" if value != "0" else "none recorded"))


def _with(figure: Figure, value: float | None, lower: float | None, note: str) -> Figure:
    return Figure(
        indicator=figure.indicator,
        actor=figure.actor,
        period=figure.period,
        source=figure.source,
        value=value,
        lower=lower,
        note=note,
    )
