"""The scan of US states' laws over real HTTP: read, checked, told, and staged nowhere."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.syncing import RunState
from gaptracker.intake.connectors.oeps import TABLES, Oeps
from gaptracker.intake.connectors.us_states import us_states
from tests.publisher_world import Given, publishing
from tests.sync_world import Syncs, issues, open_syncs

URLS = {table.name: table.resource.url for table in TABLES}
FIPS = {code: state.fips for code, state in us_states().items()}


def samaritan(changes: Mapping[str, str] | None = None, *, more: str = "") -> bytes:
    """Quoted numbers with their nought, ISO days, and `NA` where there is no law."""
    rows = [
        (changes or {}).get(code, f'"{fips}",2018,2015-06-10,NA,1,0')
        for code, fips in sorted(FIPS.items())
    ]
    header = '"GEOID","Year","AnyGSLdt","GSLArrdt","AnyGSLfr","GSLArrfr"'
    return "\n".join([header, *rows, more, ""]).encode()


def naloxone() -> bytes:
    """The later edition: other letters, days as they are written in the country."""
    rows = [f"{fips},2017,4/1/2016,7/13/2016,NA" for fips in FIPS.values()]
    return "\n".join(["STATEFP,Year,AnyNalDt,NalPrStDt,NalPresDt", *rows]).encode()


def syringes() -> bytes:
    """Without the nought before a number, in no order."""
    rows = [
        f"{int(fips)},{code[3:]},Name,{int(code == 'US-CA')},0,0,0,0,0"
        for code, fips in reversed(FIPS.items())
    ]
    header = "GEOID,STUSPS,NAME,expSSP,noPrphLw,ntPrFrDsSy,PrExcInj,PrNtRefInj,noLwRmUnc"
    return "\r\n".join([header, *rows]).encode()


def medical() -> bytes:
    rows = [f'"{fips}",{int(code != "US-ID")}' for code, fips in FIPS.items()]
    return "\n".join(['"GEOID","MedMarijLaw"', *rows, ""]).encode()


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        for name, body in zip(URLS, (samaritan(), naloxone(), syringes(), medical()), strict=True):
            publishers.serve(URLS[name], body)
        yield found


def told(syncs: Syncs, title: str) -> str:
    run = syncs.sync(Oeps(), again=True)
    assert run.state is RunState.APPLIED, run.issues
    return next(each.detail for each in issues(run, "left_over") if each.detail.startswith(title))


def test_laws_are_told_by_state_and_staged_nowhere(syncs: Syncs) -> None:
    run = syncs.sync(Oeps())
    assert run.state is RunState.APPLIED, run.issues
    counts = run.counts
    assert (counts.rows_read, counts.rows_left_over, counts.staged) == (4 * 51, 4 * 51, 0)
    assert Oeps.about.indicators == ()
    assert told(syncs, "Good Samaritan law:").startswith(
        "Good Samaritan law: AK 2015-06-10, AL 2015-06-10"
    )
    assert "AK 2016-07-13" in told(syncs, "naloxone by standing")
    assert told(syncs, "syringe services explicitly").startswith(
        "syringe services explicitly authorised: CA; none in AK, AL"
    )
    assert "; none in ID; no indicator" in told(syncs, "medical marijuana")
    assert "that protects from arrest: no state; none in AK" in told(
        syncs, "Good Samaritan law that"
    )


def test_a_second_sync_costs_conditional_requests(syncs: Syncs) -> None:
    syncs.sync(Oeps())
    assert syncs.sync(Oeps()).state is RunState.UNCHANGED
    assert syncs.publishers.statuses[-4:] == [304] * 4


def test_downloads_of_either_edition_are_read(syncs: Syncs, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    for name, body in (
        ("PS04_2018_S.csv", samaritan()),
        ("PS05_S.csv", naloxone()),
        ("PS08_2020_S.csv", syringes()),
        ("PS09_2017_S.csv", medical()),
    ):
        (folder / name).write_bytes(b"\xef\xbb\xbf" + body)
    assert syncs.sync(Oeps(), offline=folder).counts.rows_read == 4 * 51


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("row", "kind"),
    [
        pytest.param('"48",2018,2015-13-10,NA,1,0', "row_refused", id="no-day"),
        pytest.param('"48",1013,1013-01-01,NA,1,0', "row_refused", id="year-1013"),
        pytest.param('"48",2018,<5,NA,1,0', "row_refused", id="bound"),
        pytest.param('"72",2018,NA,NA,0,0', "actor_unknown", id="territory"),
        pytest.param('"Texas",2018,NA,NA,0,0', "actor_unknown", id="name"),
        pytest.param('"06",2018,NA,NA,0,0', "duplicate", id="twice"),
    ],
)
def test_a_row_that_cannot_be_is_refused_alone(syncs: Syncs, row: str, kind: str) -> None:
    syncs.publishers.serve(URLS["good_samaritan"], samaritan({"US-TX": row}))
    run = syncs.sync(Oeps())
    assert run.state is RunState.APPLIED, run.issues
    assert (run.counts.rows_refused, len(issues(run, kind))) == (1, 1)
    assert "US-TX did not" in issues(run, "count_differs")[0].detail


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        pytest.param(Given(status=404), "not_reached", id="moved"),
        pytest.param(Given(body=b""), "empty_answer", id="empty"),
        pytest.param(Given(body=b"<html>sign in</html>"), "column_missing", id="html"),
        pytest.param(
            Given(body=samaritan().replace(b"AnyGSLdt", b"GSL")), "column_missing", id="renamed"
        ),
        pytest.param(Given(body=samaritan(more='"06",2018')), "shape_unknown", id="cut-row"),
        pytest.param(Given(body=samaritan()[:200]), "shape_unknown", id="cut-short"),
        pytest.param(
            Given(body=b"\n".join(samaritan().split(b"\n")[:30])), "guard_breached", id="few-rows"
        ),
        pytest.param(Given(body=samaritan(more="\xe9")), "shape_unknown", id="not-quite-a-row"),
        pytest.param(
            Given(body=samaritan().replace(b"NA", b"\xf1", 1)), "shape_unknown", id="latin-1"
        ),
        pytest.param(Given(body=samaritan().replace(b",", b";")), "shape_unknown", id="semicolons"),
        pytest.param(Given(body=samaritan(more="x" * 2_000_000)), "shape_unknown", id="too-large"),
    ],
)
def test_what_is_no_such_table_ends_the_run(syncs: Syncs, given: Given, kind: str) -> None:
    syncs.publishers.answers[URLS["good_samaritan"].partition("://")[2]] = given
    run = syncs.sync(Oeps())
    assert run.state in {RunState.FAILED, RunState.STOPPED}, run.issues
    assert kind in {issue.kind for issue in run.issues}
