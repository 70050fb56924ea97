"""Wikipedia's tables over real HTTP: wordings, keys for sorting, months, and pages made anew."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.records import Observation
from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import RunState
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import ObservationStatus
from gaptracker.intake.connectors.wikipedia import CANNABIS, DEATH_PENALTY, US_CANNABIS, Wikipedia
from gaptracker.intake.connectors.wikipedia_pages import WIKIPEDIA
from gaptracker.records.mapping import OBSERVATIONS, SOURCES
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from tests.publisher_world import Given, publishing
from tests.sync_world import NOON, Syncs, issues, open_syncs
from tests.wiki_world import (
    LAWS,
    PENALTIES,
    REVISION,
    STATES,
    US_LAWS,
    Saved,
    cannabis,
    page,
    penalties,
    us_cannabis,
)

MONTH = "2026-01"
OBSERVED, OPAQUE = ObservationStatus.OBSERVED, ObservationStatus.OPAQUE
LATER = Saved(revision=REVISION + 9, at="2026-03-05T08:00:00.000Z")


class FewStates(Wikipedia):
    """The connector with a guard for a small world."""

    about = replace(Wikipedia.about, guard=replace(Wikipedia.about.guard, rows=80, actors=60))


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        publishers.serve(CANNABIS.resource.url, cannabis())
        publishers.serve(US_CANNABIS.resource.url, us_cannabis())
        publishers.serve(DEATH_PENALTY.resource.url, penalties())
        yield found


def law(syncs: Syncs, indicator: str, month: str = MONTH) -> dict[str, str | None]:
    found = syncs.observations(indicator).values()
    return {each.actor: each.category for each in found if str(each.period) == month}


def test_cannabis_law_is_read_from_its_wording(syncs: Syncs) -> None:
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    found = law(syncs, "cannabis_law")
    assert found["CAN"] == "legal_regulated_market"
    assert found["DEU"] == "legal_clubs_or_home_grow"
    assert found["COL"] == "decriminalised"
    assert found["NLD"] == "decriminalised_tolerated_sales"
    assert found["PRK"] == "illegal_unenforced"
    assert found["MEX"] == "illegal"
    assert law(syncs, "medical_cannabis_law")["COL"] == "legal"
    assert len([actor for actor in found if "-" not in actor]) == len(STATES)


def test_states_of_the_union_are_read_by_key_and_words(syncs: Syncs) -> None:
    syncs.sync(FewStates())
    found, medical = law(syncs, "cannabis_law"), law(syncs, "medical_cannabis_law")
    assert found["US-CA"] == "legal_regulated_market"
    assert found["US-DC"] == "legal_clubs_or_home_grow"
    assert (found["US-HI"], medical["US-HI"]) == ("decriminalised", "legal")
    assert (found["US-NC"], medical["US-NC"]) == ("decriminalised", "cbd_or_low_thc_only")
    assert (found["US-FL"], medical["US-FL"]) == ("illegal", "legal")
    assert (found["US-TX"], medical["US-TX"]) == ("illegal", "illegal")
    share = syncs.observations("cannabis_adult_use_population_share")
    # California, Colorado and the district among the residents of the census of 2020.
    legal = (39_538_223 + 5_773_714 + 689_545) / 331_449_281
    assert share[f"cannabis_adult_use_population_share.USA.{MONTH}"].value == pytest.approx(
        legal, abs=1e-6
    )


def test_the_death_penalty_is_read_with_what_was_recorded_since(syncs: Syncs) -> None:
    run = syncs.sync(FewStates())
    found = law(syncs, "death_penalty_status")
    assert (found["JPN"], found["FRA"], found["BRA"]) == ("P", "A", "E")
    # Listed L, and read as abolished for ordinary crimes: the correction says so.
    assert found["GHA"] == "E"
    assert "GHA" in issues(run, "corrected")[0].detail
    years = {
        each.actor: each.value for each in syncs.observations("years_since_last_execution").values()
    }
    assert (years["JPN"], years["DZA"], years["BRA"]) == (4.0, 33.0, 150.0)
    # A bare `+` in the column of 2024: some were executed in that year.
    assert years["PRK"] == 2.0


def test_each_revision_is_a_source_of_its_month(syncs: Syncs) -> None:
    run = syncs.sync(FewStates())
    assert {each.release for each in run.snapshots} == {f"2026-01-02T18:56 revision {REVISION}"}
    with UnitOfWork(syncs.records) as work:
        sources = {each.id: each for each in work.evidence.load_all(SOURCES)}
    cited = sources["wikipedia-cannabis-2026-01"]
    assert cited.citation == f"Wikipedia, Legality of cannabis, revision {REVISION}, 2 January 2026"
    assert cited.url == f"{WIKIPEDIA}/w/index.php?oldid={REVISION}"
    assert (cited.licence, cited.grade) == ("CC-BY-SA-4.0", 4)


def test_a_later_month_leaves_the_months_before(syncs: Syncs) -> None:
    first = syncs.sync(FewStates())
    before = law(syncs, "cannabis_law")
    syncs.publishers.serve(
        CANNABIS.resource.url, cannabis({**LAWS, "Thailand": ("Legal", "Legal")}, saved=LATER)
    )
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    assert (run.counts.withdrawn, run.counts.changed) == (0, 0)
    assert run.counts.added == 2 * len(STATES) + 1
    assert law(syncs, "cannabis_law") == before
    assert law(syncs, "cannabis_law", "2026-03")["THA"] == "legal_regulated_market"
    assert first.counts.added == 4 * len(STATES) + 2 * 51 + 1 + 3


def test_a_second_sync_applies_nothing(syncs: Syncs) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    assert syncs.sync(FewStates()).state is RunState.UNCHANGED
    again = syncs.sync(FewStates(), again=True)
    assert (again.counts.added, again.counts.changed, again.counts.withdrawn) == (0, 0, 0)
    assert syncs.content() == before


def test_pages_saved_by_a_browser_are_read(syncs: Syncs, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    for each, body in (
        (CANNABIS, cannabis()),
        (US_CANNABIS, us_cannabis()),
        (DEATH_PENALTY, penalties()),
    ):
        text = body.decode().partition("<body>")[2]
        whole = (
            f'<!DOCTYPE html><script>RLCONF={{"wgRevisionId":{REVISION}}};</script>{text}'
            "<li> This page was last edited on 2 January 2026, at 18:56 (UTC).</li>"
        )
        (folder / f"{each.title} - Wikipedia.html").write_text(whole, encoding="utf-8")
    run = syncs.sync(FewStates(), offline=folder)
    assert run.state is RunState.APPLIED, run.issues
    assert law(syncs, "cannabis_law")["CAN"] == "legal_regulated_market"
    assert syncs.publishers.asked == []


def _recorded(syncs: Syncs, *given: tuple[str, int, float | None]) -> None:
    """Hold executions that somebody else recorded; None for a year that is secret."""
    source = Source(
        id="amnesty", title="A", publisher="A", group="amnesty", grade=3, record_of_act=False,
        kind="report", licence="facts", citation="A", retrieved_on=NOON.date(),
    )  # fmt: skip
    values = tuple(
        Observation(
            id=f"executions_recorded.{actor}.{year}",
            actor=actor,
            indicator="executions_recorded",
            period=PartialDate.parse(str(year)),
            value=value,
            status=OBSERVED if value is not None else OPAQUE,
            source="amnesty",
        )
        for actor, year, value in given
    )
    stamp = RevisionStamp(recorded_at=NOON, recorded_by="test", reason="executions")
    with UnitOfWork(syncs.records) as work:
        work.evidence.record(SOURCES, (source,), stamp=stamp)
        work.evidence.record(OBSERVATIONS, values, stamp=stamp)
        work.commit()


def test_executions_recorded_elsewhere_count_and_secret_years_leave_it_open(syncs: Syncs) -> None:
    _recorded(syncs, ("AFG", 2024, 2.0), ("IND", 2021, None), ("JPN", 2024, 0.0))
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    found = syncs.observations("years_since_last_execution")
    assert found[f"years_since_last_execution.AFG.{MONTH}"].value == 2.0
    assert found[f"years_since_last_execution.JPN.{MONTH}"].value == 4.0
    assert f"years_since_last_execution.IND.{MONTH}" not in found
    # Of 2024 somebody could tell of others, and nobody of Thailand.
    assert f"years_since_last_execution.THA.{MONTH}" not in found
    assert law(syncs, "death_penalty_status")["IND"] == "P"


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("url", "body", "kind"),
    [
        pytest.param(
            CANNABIS.resource.url,
            cannabis({**LAWS, "Mexico": ("Illegal unless you are lucky", "Legal")}),
            "category_unknown",
            id="new-wording",
        ),
        pytest.param(
            CANNABIS.resource.url,
            cannabis(states=("Atlantis", *STATES)),
            "actor_unknown",
            id="new-name",
        ),
        pytest.param(
            CANNABIS.resource.url,
            cannabis({**LAWS, "Mexico (2)": ("Legal", "Legal")}, states=(*STATES, "Mexico (2)")),
            "duplicate",
            id="twice",
        ),
        pytest.param(
            US_CANNABIS.resource.url,
            us_cannabis({**US_LAWS, "Texas": ("1", "Illegal", "Illegal")}),
            "category_unknown",
            id="key-against-words",
        ),
        pytest.param(
            US_CANNABIS.resource.url,
            us_cannabis({**US_LAWS, "Texas": ("7", "Illegal", "Illegal")}),
            "category_unknown",
            id="new-key",
        ),
        pytest.param(
            DEATH_PENALTY.resource.url,
            penalties({**PENALTIES, "Japan": ("X", "2022", "–")}),
            "category_unknown",
            id="new-status",
        ),
    ],
)
def test_a_row_that_cannot_be_is_refused_alone(
    syncs: Syncs, url: str, body: bytes, kind: str
) -> None:
    syncs.publishers.serve(url, body)
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    found = [each for each in issues(run, kind) if each.severity == "warning"]
    assert len(found) in {1, 2}
    assert run.counts.rows_refused == len(found)
    assert law(syncs, "cannabis_law")["CAN"] == "legal_regulated_market"


@pytest.mark.hostile
@pytest.mark.parametrize(
    "said",
    [
        pytest.param("unknown", id="no-year"),
        pytest.param("1987, 1996", id="two-years"),
        pytest.param("2031", id="year-to-come"),
        pytest.param("1013", id="year-1013"),
    ],
)
def test_a_last_execution_without_one_year_costs_only_the_years_since(
    syncs: Syncs, said: str
) -> None:
    syncs.publishers.serve(
        DEATH_PENALTY.resource.url, penalties({**PENALTIES, "Japan": ("P", said, "972+")})
    )
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    found = syncs.observations("years_since_last_execution")
    assert f"years_since_last_execution.JPN.{MONTH}" not in found
    assert len(found) == len(STATES) - 1
    assert law(syncs, "death_penalty_status")["JPN"] == "P"
    assert said in issues(run, "value_out_of_range")[0].detail


@pytest.mark.hostile
def test_a_share_is_not_computed_from_some_of_the_states(syncs: Syncs) -> None:
    syncs.publishers.serve(
        US_CANNABIS.resource.url, us_cannabis({**US_LAWS, "Texas": ("1", "Illegal", "Legal")})
    )
    run = syncs.sync(FewStates())
    assert syncs.observations("cannabis_adult_use_population_share") == {}
    assert "US-TX" in issues(run, "count_differs")[0].detail


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        pytest.param(Given(status=403, body=b"set a User-Agent"), "not_reached", id="forbidden"),
        pytest.param(Given(body=b""), "empty_answer", id="empty"),
        pytest.param(Given(body=b'{"title": "Not found."}'), "shape_unknown", id="json"),
        pytest.param(Given(body=b"<html><body>Just a moment"), "shape_unknown", id="other-page"),
        pytest.param(
            Given(body=cannabis(saved=Saved(at="2026-13-45T00:00:00Z"))), "shape_unknown", id="day"
        ),
        pytest.param(
            Given(body=cannabis().replace(b"Afghanistan", b"C\xf4te")), "shape_unknown", id="latin"
        ),
        pytest.param(Given(body=page("<p>moved</p>")), "column_missing", id="no-table"),
        pytest.param(
            Given(body=cannabis(header=("Country", "Adult use", "Medical", "Notes"))),
            "column_missing",
            id="renamed-column",
        ),
        pytest.param(Given(body=cannabis(states=STATES[:3])), "guard_breached", id="cut-short"),
        pytest.param(Given(body=cannabis(saved=LATER), sent=900), "not_reached", id="cut-line"),
        pytest.param(
            Given(body=cannabis(dict.fromkeys(STATES, ("No data", "?")))),
            "guard_breached",
            id="all-wordings-new",
        ),
    ],
)
def test_what_is_no_such_page_changes_nothing(syncs: Syncs, given: Given, kind: str) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    syncs.publishers.answers[CANNABIS.resource.url.partition("://")[2]] = given
    run = syncs.sync(FewStates())
    assert run.state in {RunState.FAILED, RunState.STOPPED}, run.issues
    assert kind in {issue.kind for issue in run.issues}
    assert syncs.content() == before


@pytest.mark.hostile
def test_a_page_with_fewer_tables_of_the_death_penalty_is_not_read(syncs: Syncs) -> None:
    syncs.publishers.serve(DEATH_PENALTY.resource.url, penalties(tables=2))
    run = syncs.sync(FewStates())
    assert run.state is RunState.FAILED
    assert "2 of the 3 tables" in run.issues[0].detail
