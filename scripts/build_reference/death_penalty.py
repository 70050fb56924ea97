"""Legal status of the death penalty by year, time since the last execution, drug executions."""

from dataclasses import dataclass

from scripts.build_reference.build import Build, Figure
from scripts.build_reference.executions import LAST_YEAR, SECRET, Recorded

STATUS_COLUMNS = (
    "iso3",
    "status",
    "status_label",
    "last_execution_year",
    "abolished_year",
    "executions_2024_as_recorded",
)
DRUG_COLUMNS = (
    "iso3",
    "year",
    "executions_for_drug_offences",
    "certainty",
    "source_url",
    "note",
)
LABELS = {
    "A": "abolished_all_crimes",
    "E": "abolished_ordinary_crimes_only",
    "L": "abolitionist_in_practice",
    "P": "retentionist",
}
FIRST_STATUS_YEAR = 1996
LAST_FULL_YEAR = 2025
SEEN_ON = "2026-07"
"""The page was copied in August 2026: July is the last month of which it certainly speaks."""
SEEN_YEAR = 2026
FIRST_LIST = 2007
IN_PRACTICE_YEARS = 10
ORDINARY_CRIMES_ONLY = {"GHA": None, "ISR": LAST_FULL_YEAR}
"""States whose year of abolition is of ordinary crimes while the page lists them as L or P; for
Israel the page's P holds from the year of the page, since it does not say since when."""
CERTAINTIES = (
    "known minimum",
    "known",
    "confirmed, no figure in source",
    "assumed, state secret",
)
PER_10_MILLION = 10_000_000
PAGE = "wikipedia-capital-punishment-2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One state's line of the page."""

    actor: str
    today: str
    abolished: int | None
    last_execution: int | None
    exists_from: int


def add_death_penalty(build: Build, recorded: Recorded) -> None:
    """Add status and time since the last execution for every state of the page."""
    existed = {row["code"]: row["exists_from"] for row in build.output.rows["actors.csv"]}
    for row in build.raw_rows(
        "practice/death_penalty_status_wikipedia_2026-08.csv", STATUS_COLUMNS
    ):
        today = row.choice("status", tuple(LABELS))
        row.choice("status_label", (LABELS[today],))
        if not build.is_actor(row):
            continue
        actor = row.text("iso3")
        status = Status(
            actor=actor,
            today=today,
            abolished=row.maybe_year("abolished_year"),
            last_execution=row.maybe_year("last_execution_year"),
            exists_from=int((existed[actor] or "0000")[:4]),
        )
        _add_status(build, status, recorded)
        _add_years_since(build, status, recorded)
    _add_drug_executions(build)
    build.output.leave_out(
        "observations.csv",
        "status of the death penalty of states that the page does not list",
        "The Democratic Republic of the Congo has no line in the copy.",
    )


def _newest_execution(status: Status, recorded: Recorded) -> int | None:
    """Return the later of the page's year and of the years in Amnesty's lists."""
    listed = [year for (actor, year), value in recorded.items() if actor == status.actor and value != "-"]
    years = [*listed, *([status.last_execution] if status.last_execution is not None else [])]
    return max(years, default=None)


def _add_status(build: Build, status: Status, recorded: Recorded) -> None:
    newest = _newest_execution(status, recorded)
    for year in range(max(FIRST_STATUS_YEAR, status.exists_from), LAST_FULL_YEAR + 1):
        category = _category(status, year, newest, recorded)
        if category:
            note = "reconstructed from the years of abolition and of the last execution"
            _status(build, status.actor, str(year), (category, note))
    today = "E" if status.actor in ORDINARY_CRIMES_ONLY and status.today == "L" else status.today
    note = "as listed" if today == status.today else "listed L; abolished for ordinary crimes"
    _status(build, status.actor, SEEN_ON, (today, note))


def _category(
    status: Status, year: int, newest: int | None, recorded: Recorded
) -> str | None:
    """Return the status at the end of a year, None where it cannot be told.

    From the year of abolition on it is what the page lists. Before it, and for states that keep
    the penalty, ten years without an execution make L; a state listed P today is P throughout.
    """
    if status.abolished is not None and status.abolished <= year:
        if status.today in {"A", "E"}:
            return status.today
        until = ORDINARY_CRIMES_ONLY.get(status.actor, 0)
        if status.actor in ORDINARY_CRIMES_ONLY and (until is None or year <= until):
            return "E"
    if status.today == "P":
        return "P"
    before = [
        when
        for when in (
            *(y for (actor, y), value in recorded.items() if actor == status.actor and value != "-"),
            *((status.last_execution,) if status.last_execution is not None else ()),
        )
        if when <= year
    ]
    if newest is None:
        return None
    if before and max(before) == newest:
        return "L" if year - newest >= IN_PRACTICE_YEARS else "P"
    return "P"


def _status(build: Build, actor: str, period: str, what: tuple[str, str]) -> None:
    build.observe(
        Figure(
            indicator="death_penalty_status",
            actor=actor,
            period=period,
            source=PAGE,
            category=what[0],
            note=what[1],
        )
    )


def _add_years_since(build: Build, status: Status, recorded: Recorded) -> None:
    """Add the years since the last execution where that year is certain.

    After the newest execution it is. Before it, only the years of Amnesty's lists tell: each
    names every state with an execution, so the last one named is the last one recorded.
    """
    newest = _newest_execution(status, recorded)
    if newest is None:
        return
    named = sorted(y for (a, y), value in recorded.items() if a == status.actor and value != "-")
    doubted = [y for (a, y), value in recorded.items() if a == status.actor and value == "-"]
    for year in range(max(FIRST_STATUS_YEAR, status.exists_from), SEEN_YEAR + 1):
        earlier = [y for y in named if y <= year]
        if year >= newest:
            last, source = newest, _source_for(newest, status, named)
        elif earlier and year <= LAST_YEAR:
            last, source = earlier[-1], f"amnesty-{year}"
        else:
            continue
        if any(last < y <= year for y in doubted):
            continue
        build.observe(
            Figure(
                indicator="years_since_last_execution",
                actor=status.actor,
                period=str(year) if year < SEEN_YEAR else SEEN_ON,
                source=source,
                value=year - last,
                note=f"last known execution in {last}",
            )
        )


def _source_for(newest: int, status: Status, named: list[int]) -> str:
    """Return the page, unless Amnesty's lists name a later year than the page does."""
    if status.last_execution == newest or not named:
        return PAGE
    return f"amnesty-{newest}"


def _add_drug_executions(build: Build) -> None:
    """Add executions for drug offences over the population; secret ones as opaque."""
    for row in build.raw_rows("practice/hri_drug_offence_executions.csv", DRUG_COLUMNS):
        if row.text("iso3") == "WLD" or not build.is_actor(row):
            continue
        actor, year = row.text("iso3"), row.year()
        certainty = row.choice("certainty", CERTAINTIES)
        count = row.number("executions_for_drug_offences")
        if (count is None) != (certainty in CERTAINTIES[2:]):
            build.problems.add(row.where("certainty"), certainty, "a figure if one is known")
        figure = Figure(
            indicator="drug_executions_rate",
            actor=actor,
            period=str(year),
            source="hri-death-penalty",
            note="state secret; believed to be many" if actor in SECRET else "",
        )
        if actor in SECRET:
            build.observe(figure, status="opaque")
            continue
        persons = build.populations.get((actor, year))
        if persons is None:
            build.problems.add(row.where("year"), f"{actor} {year}", "a population of that year")
            continue
        # Confirmed without a figure is at least one, and is written as one with that note.
        least = count if count is not None else 1
        rate = PER_10_MILLION * least / persons
        note = f"{least:.0f} executions" if count is not None else "confirmed, no figure: at least one"
        lower = None if certainty == "known" else rate
        build.observe(
            Figure(
                indicator="drug_executions_rate",
                actor=actor,
                period=str(year),
                source="hri-death-penalty",
                value=rate,
                lower=lower,
                note=note if certainty != "known minimum" else f"{note}, a known minimum",
            )
        )
    build.output.leave_out(
        "observations.csv",
        "drug executions of states and years that no page read names",
        "Zero is not assumed: the pages name the figures of some states and the world only.",
    )
