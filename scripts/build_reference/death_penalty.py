"""Legal status of the death penalty by year, time since the last execution, drug executions."""

from dataclasses import dataclass

from scripts.build_reference.build import Build, Figure, listed, measured
from scripts.build_reference.executions import LAST_YEAR, SECRET, Recorded
from scripts.build_reference.rows import RawRow

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
IN_PRACTICE_YEARS = 10
ORDINARY_CRIMES_UNTIL = {"GHA": SEEN_YEAR, "ISR": LAST_FULL_YEAR}
"""States listed L or P whose year of abolition is of ordinary crimes, and the last year of which
that holds: Israel's P holds from the year of the page on, since it does not say since when."""
CERTAINTIES = (
    "known minimum",
    "known",
    "confirmed, no figure in source",
    "assumed, state secret",
)
WITHOUT_FIGURE = CERTAINTIES[2:]
PER_10_MILLION = 10_000_000
PAGE = "wikipedia-capital-punishment-2026"
HRI = "hri-death-penalty"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of one state: the page's line, and the years Amnesty names.

    `named` are years in which executions were recorded, `doubted` those in which Amnesty could
    not tell; `on_page` is the page's year of the last execution.
    """

    actor: str
    today: str
    abolished: int | None
    on_page: int | None
    exists_from: int
    named: tuple[int, ...]
    doubted: tuple[int, ...]

    @property
    def executions(self) -> tuple[int, ...]:
        """Return all years in which an execution is known, ascending."""
        years = {*self.named, *(() if self.on_page is None else (self.on_page,))}
        return tuple(sorted(years))


def add_death_penalty(build: Build, recorded: Recorded) -> None:
    """Add status and time since the last execution for every state of the page."""
    existed = {row["code"]: row["exists_from"] for row in build.output.rows["actors.csv"]}
    name = "practice/death_penalty_status_wikipedia_2026-08.csv"
    for row in build.raw_rows(name, STATUS_COLUMNS):
        today = row.choice("status", tuple(LABELS))
        row.choice("status_label", (LABELS[today],))
        if not build.is_actor(row):
            continue
        actor = row.text("iso3")
        years = {year: value for (state, year), value in recorded.items() if state == actor}
        history = History(
            actor=actor,
            today=today,
            abolished=row.maybe_year("abolished_year"),
            on_page=row.maybe_year("last_execution_year"),
            exists_from=int((existed[actor] or "0000")[:4]),
            named=tuple(sorted(year for year, value in years.items() if value != "-")),
            doubted=tuple(sorted(year for year, value in years.items() if value == "-")),
        )
        _add_status(build, history)
        _add_years_since(build, history)
    _add_drug_executions(build)
    build.output.leave_out(
        "observations.csv",
        "status of the death penalty of states that the page does not list",
        "The Democratic Republic of the Congo has no line in the copy.",
    )


def _add_status(build: Build, history: History) -> None:
    note = "reconstructed from the years of abolition and of the last execution"
    for year in range(max(FIRST_STATUS_YEAR, history.exists_from), LAST_FULL_YEAR + 1):
        category = status_in(history, year)
        if category is not None:
            build.observe(_status(history.actor, str(year), category, note=note))
    ordinary = ORDINARY_CRIMES_UNTIL.get(history.actor, 0) >= SEEN_YEAR
    note = f"listed {history.today}; abolished for ordinary crimes" if ordinary else "as listed"
    today = "E" if ordinary else history.today
    build.observe(_status(history.actor, SEEN_ON, today, note=note))


def _status(actor: str, period: str, category: str, *, note: str) -> Figure:
    return listed(
        "death_penalty_status", actor, period=period, category=category, source=PAGE, note=note
    )


def status_in(history: History, year: int) -> str | None:
    """Return the status at the end of a year, None where it cannot be told.

    From the year of abolition on it is what the page lists. Before it, and for states listed L,
    ten years without an execution make L. A state listed P today is P throughout.

    Args:
        history: What is known of the state.
        year: A year before the page's.
    """
    if history.abolished is not None and history.abolished <= year:
        if history.today in {"A", "E"}:
            return history.today
        if year <= ORDINARY_CRIMES_UNTIL.get(history.actor, 0):
            return "E"
    if history.today == "P":
        return "P"
    if not history.executions:
        return None
    newest = history.executions[-1]
    return "L" if year - newest >= IN_PRACTICE_YEARS else "P"


def _add_years_since(build: Build, history: History) -> None:
    """Add the years since the last execution where that year is certain."""
    for year in range(max(FIRST_STATUS_YEAR, history.exists_from), SEEN_YEAR + 1):
        last = last_execution_by(history, year)
        if last is None:
            continue
        on_page = last == history.on_page
        build.observe(
            measured(
                "years_since_last_execution",
                history.actor,
                period=year if year < SEEN_YEAR else SEEN_ON,
                value=year - last,
                source=PAGE if on_page else f"amnesty-{last}",
                note=f"last known execution in {last}",
            )
        )


def last_execution_by(history: History, year: int) -> int | None:
    """Return the year of the last execution up to a year, None where it is not certain.

    After the newest execution known it is that one. Before it, only Amnesty's lists tell: each
    names every state with an execution, so the last one named is the last one recorded. A year
    in which Amnesty could not tell leaves it open until the next execution.

    Args:
        history: What is known of the state.
        year: The year at whose end one looks back.
    """
    if not history.executions:
        return None
    last = history.executions[-1]
    if year < last:
        earlier = [named for named in history.named if named <= year]
        if not earlier or year > LAST_YEAR:
            return None
        last = earlier[-1]
    return None if any(last < doubt <= year for doubt in history.doubted) else last


def _add_drug_executions(build: Build) -> None:
    """Add executions for drug offences over the population; secret ones as opaque."""
    for row in build.raw_rows("practice/hri_drug_offence_executions.csv", DRUG_COLUMNS):
        if row.text("iso3") != "WLD" and build.is_actor(row):
            _add_drug_row(build, row)
    build.output.leave_out(
        "observations.csv",
        "drug executions of states and years that no page read names",
        "Zero is not assumed: the pages name the figures of some states and the world only.",
    )


def _add_drug_row(build: Build, row: RawRow) -> None:
    actor, year = row.text("iso3"), row.year()
    certainty = row.choice("certainty", CERTAINTIES)
    count = row.number("executions_for_drug_offences")
    if (count is None) != (certainty in WITHOUT_FIGURE):
        build.problems.add(row.where("certainty"), certainty, "a figure if one is known")
    if actor in SECRET:
        note = "state secret; executions are believed to be many"
        secret = Figure(
            indicator="drug_executions_rate",
            actor=actor,
            period=str(year),
            source=HRI,
            note=note,
        )
        build.observe(secret, status="opaque")
        return
    persons = build.populations.get((actor, year))
    if persons is None:
        build.problems.add(row.where("year"), f"{actor} {year}", "a population of that year")
        return
    # Confirmed without a figure is at least one, and is written as one with that note.
    least = 1.0 if count is None else count
    said = "confirmed, no figure: at least one" if count is None else f"{least:.0f} executions"
    minimum = certainty != "known"
    rate = PER_10_MILLION * least / persons
    build.observe(
        Figure(
            indicator="drug_executions_rate",
            actor=actor,
            period=str(year),
            source=HRI,
            value=rate,
            lower=rate if minimum else None,
            note=f"{said}, a known minimum" if minimum and count is not None else said,
        )
    )
