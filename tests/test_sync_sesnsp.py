"""SESNSP's counts and CONAPO's population: months, states, spellings, and years that are whole."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.syncing import RunState
from gaptracker.intake.connectors.base import SourceUnreadable
from gaptracker.intake.connectors.sesnsp import INVESTIGATIONS, POPULATION, Sesnsp
from gaptracker.intake.fetching import Fetcher, Pace, Validators
from tests.publisher_world import Given, publishing
from tests.sync_world import NOON, Syncs, issues, open_syncs

MONTHS = "Enero,Febrero,Marzo,Abril,Mayo,Junio,Julio,Agosto,Septiembre,Octubre,Noviembre,Diciembre"
COLUMNS = "Clave_Ent,Entidad,Bien jurídico afectado,Tipo de delito,Subtipo de delito,Modalidad"
HEADER = f"Año,{COLUMNS},{MONTHS}"
YEARS = (2023, 2024)
OTHERS = "Otros bienes jurídicos afectados (del fuero común)"
PERSONS = 2_000_000
EVERY = ["10"] * 12
INDICATOR = "retail_drug_prosecution_rate"


class FewRows(Sesnsp):
    """The connector with a guard for a small world."""

    about = replace(Sesnsp.about, guard=replace(Sesnsp.about.guard, rows=100, actors=30))


def row(
    year: int | str, entity: int | str, months: list[str], *, offence: str = "Narcomenudeo"
) -> str:
    return f"{year},{entity},Entidad {entity},{OTHERS},{offence},{offence},{offence}," + ",".join(
        months
    )


def counts(*more: str, header: str = HEADER, years: Mapping[int, list[str]] | None = None) -> str:
    """Thirty-two states, each with a row of homicide beside."""
    given = years if years is not None else dict.fromkeys(YEARS, EVERY)
    rows = [
        each
        for year, months in given.items()
        for entity in range(1, 33)
        for each in (
            row(year, entity, months),
            row(year, entity, ["3"] * 12, offence="Homicidio"),
        )
    ]
    return "\r\n".join([header, *rows, *more, ""])


def people(header: str = "RENGLON,ANIO,ENTIDAD,CVE_GEO,EDAD,SEXO,POBLACION") -> str:
    """Two ages and two sexes a state, and the nation."""
    rows = [
        f"{year},{year},E,{entity},{age},{sex},{PERSONS // 4}"
        for year in range(2015, 2030)
        for entity in range(33)
        for age in (0, 1)
        for sex in ("HOMBRES", "MUJERES")
    ]
    return "\n".join([header, *rows, ""])


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        publishers.serve(INVESTIGATIONS.url, counts().encode("latin-1"))
        publishers.serve(POPULATION.url, people().encode("latin-1"))
        yield found


def serve(syncs: Syncs, text: str, encoding: str = "latin-1") -> None:
    syncs.publishers.serve(INVESTIGATIONS.url, text.encode(encoding))


def test_investigations_are_divided_by_the_population(syncs: Syncs) -> None:
    run = syncs.sync(FewRows())
    assert run.state is RunState.APPLIED, run.issues
    found = syncs.observations(INDICATOR)
    assert len(found) == 32 * len(YEARS)
    capital = found[f"{INDICATOR}.MX-CMX.2024"]
    assert (capital.value, capital.source) == (6.0, "sesnsp-2024")
    assert capital.note == "120 investigations opened"
    assert (run.counts.rows_read, run.counts.rows_left_over) == (128, 64)
    assert run.snapshots[0].release == "2024-12"


def test_a_second_sync_applies_nothing(syncs: Syncs) -> None:
    syncs.sync(FewRows())
    before = syncs.content()
    assert syncs.sync(FewRows()).state is RunState.UNCHANGED
    again = syncs.sync(FewRows(), again=True)
    assert (again.counts.added, again.counts.changed, again.counts.withdrawn) == (0, 0, 0)
    assert syncs.content() == before


@pytest.mark.parametrize(
    "months",
    [
        pytest.param(EVERY[:7] + [""] * 5, id="blank"),
        pytest.param(EVERY[:7] + ["0"] * 5, id="nought"),
    ],
)
def test_a_year_without_all_of_its_months_is_left_open(syncs: Syncs, months: list[str]) -> None:
    serve(syncs, counts(years={2024: EVERY, 2025: months}))
    run = syncs.sync(FewRows())
    assert run.state is RunState.APPLIED, run.issues
    assert {str(each.period) for each in syncs.observations(INDICATOR).values()} == {"2024"}
    assert (run.snapshots[0].release, run.counts.rows_refused) == ("2025-07", 0)


def test_this_year_is_never_whole(syncs: Syncs) -> None:
    serve(syncs, counts(years={2025: EVERY, 2026: EVERY}))
    syncs.sync(FewRows())
    assert {str(each.period) for each in syncs.observations(INDICATOR).values()} == {"2025"}


def test_a_file_of_later_years_leaves_the_earlier_ones(syncs: Syncs) -> None:
    syncs.sync(FewRows())
    serve(syncs, counts(years={2024: EVERY, 2025: EVERY}))
    run = syncs.sync(FewRows())
    assert run.state is RunState.APPLIED, run.issues
    assert (run.counts.withdrawn, run.counts.added) == (0, 32 + 1)
    assert f"{INDICATOR}.MX-CMX.2023" in syncs.observations(INDICATOR)


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        pytest.param(HEADER, "utf-8-sig", id="mark"),
        pytest.param(
            HEADER.replace("Año", "AÑO").replace("jurídico", "Juridico"), "utf-8", id="utf"
        ),
        pytest.param(HEADER.replace("Año", "anio").upper(), "ascii", id="capitals"),
    ],
)
def test_a_header_spelt_anew_is_understood(syncs: Syncs, header: str, encoding: str) -> None:
    text = counts(header=header).replace("jurídicos", "juridicos").replace("común", "comun")
    text = text.replace("Í", "I") if encoding == "ascii" else text
    serve(syncs, text, encoding)
    run = syncs.sync(FewRows())
    assert run.state is RunState.APPLIED, run.issues
    assert len(syncs.observations(INDICATOR)) == 32 * len(YEARS)


def test_municipalities_are_added_up_those_without_a_name_too(syncs: Syncs) -> None:
    header = HEADER.replace("Entidad,", "Entidad,Cve. Municipio,")
    rows = [
        row(2024, entity, EVERY).replace(
            f"Entidad {entity},", f"Entidad {entity},{entity}{place:03},"
        )
        for entity in range(1, 33)
        for place in (1, 2, 998, 999)
    ]
    serve(syncs, "\n".join([header, *rows]))
    run = syncs.sync(FewRows())
    assert run.state is RunState.APPLIED, run.issues
    assert syncs.observations(INDICATOR)[f"{INDICATOR}.MX-JAL.2024"].value == 24.0


def test_it_is_read_from_downloads(syncs: Syncs, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "IDEFC_NM_dic2024.csv").write_text(counts(), encoding="latin-1")
    (folder / "00_Pob_Mitad_1950_2070.csv").write_text(people(), encoding="latin-1")
    assert syncs.sync(FewRows(), offline=folder).state is RunState.APPLIED
    fetcher = Fetcher(
        client=syncs.client,
        folder=tmp_path,
        pace=Pace(seconds=0.0, monotonic=lambda: 0.0, sleep=syncs.waited.append),
        now=lambda: NOON,
    )
    assert Sesnsp.about.by_hand
    with pytest.raises(SourceUnreadable, match="run with --offline FOLDER, and in it a file IDEFC"):
        fetcher.fetch(INVESTIGATIONS, "sesnsp/investigations", Validators())


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("months", "kind"),
    [
        pytest.param(["<5", *EVERY[1:]], "value_censored", id="bound"),
        pytest.param(["…", *EVERY[1:]], "value_censored", id="ellipsis"),
        pytest.param(["-3", *EVERY[1:]], "value_out_of_range", id="negative"),
        pytest.param(["2.5", *EVERY[1:]], "value_out_of_range", id="half"),
        pytest.param(['"2,5"', *EVERY[1:]], "row_refused", id="decimal-comma"),
        pytest.param(["diez", *EVERY[1:]], "row_refused", id="word"),
    ],
)
def test_a_month_that_cannot_be_leaves_that_state_and_year_open(
    syncs: Syncs, months: list[str], kind: str
) -> None:
    text = counts().replace(row(2024, 9, EVERY), row(2024, 9, months))
    serve(syncs, text, "utf-8")
    run = syncs.sync(FewRows())
    assert run.state is RunState.APPLIED, run.issues
    assert (run.counts.rows_refused, len(issues(run, kind))) == (1, 1)
    found = syncs.observations(INDICATOR)
    assert f"{INDICATOR}.MX-CMX.2024" not in found
    assert len(found) == 32 * len(YEARS) - 1


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("extra", "kind", "left"),
    [
        pytest.param(row(2024, 33, EVERY), "actor_unknown", 64, id="no-such-state"),
        pytest.param(row(1013, 9, EVERY), "value_out_of_range", 64, id="year-1013"),
        pytest.param(row(2027, 9, EVERY), "value_out_of_range", 64, id="year-to-come"),
        pytest.param(row(2024, 9, ["7"] * 12), "duplicate", 63, id="twice-otherwise"),
    ],
)
def test_a_row_that_cannot_be_is_refused(syncs: Syncs, extra: str, kind: str, left: int) -> None:
    serve(syncs, counts(extra))
    run = syncs.sync(FewRows())
    assert run.state is RunState.APPLIED, run.issues
    assert (run.counts.rows_refused, len(issues(run, kind))) == (1, 1)
    assert len(syncs.observations(INDICATOR)) == left


@pytest.mark.hostile
def test_a_row_that_came_twice_is_counted_once(syncs: Syncs) -> None:
    serve(syncs, counts(row(2024, 9, EVERY)))
    run = syncs.sync(FewRows())
    assert syncs.observations(INDICATOR)[f"{INDICATOR}.MX-CMX.2024"].value == 6.0
    assert run.counts.rows_refused == 0


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        pytest.param(b"", "empty_answer", id="empty"),
        pytest.param(b"<html><title>Imperva</title></html>", "column_missing", id="challenge"),
        pytest.param(counts().encode()[:3_000], "shape_unknown", id="cut-row"),
        pytest.param(
            counts(header=HEADER.replace("Modalidad", "Modalidad,Sexo")).encode(),
            "column_missing",
            id="victims",
        ),
        pytest.param(counts(header=f"Id,{HEADER}").encode(), "shape_unknown", id="moved-column"),
        pytest.param(
            counts().replace("Narcomenudeo", "Contra la salud").encode(),
            "category_unknown",
            id="renamed-offence",
        ),
        pytest.param(counts().replace(",", ";").encode(), "column_missing", id="semicolons"),
        pytest.param(counts(years={2024: EVERY}).encode()[:-2], "guard_breached", id="few-rows"),
        pytest.param(counts().replace(",Enero", "").encode(), "column_missing", id="no-january"),
    ],
)
def test_what_is_no_such_table_changes_nothing(syncs: Syncs, given: bytes, kind: str) -> None:
    syncs.sync(FewRows())
    before = syncs.content()
    syncs.publishers.serve(INVESTIGATIONS.url, given)
    run = syncs.sync(FewRows())
    assert run.state in {RunState.FAILED, RunState.STOPPED}, run.issues
    assert kind in {issue.kind for issue in run.issues}
    assert syncs.content() == before


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param(people("RENGLON,ANIO,ENTIDAD,CVE,EDAD,SEXO,P"), "column_missing", id="header"),
        pytest.param(people().replace(",500000", ",5e5"), "shape_unknown", id="no-count"),
        pytest.param(people().replace("2024,2024", "2024,2054"), "guard_breached", id="no-year"),
    ],
)
def test_without_the_population_nothing_is_divided(syncs: Syncs, text: str, kind: str) -> None:
    others = [row(2024, entity, EVERY, offence="Robo") for entity in (*range(1, 33), 1, 2, 3, 4)]
    serve(syncs, counts(*others, years={2024: EVERY}))
    syncs.publishers.answers[POPULATION.url.partition("://")[2]] = Given(body=text.encode())
    run = syncs.sync(FewRows())
    assert run.state in {RunState.FAILED, RunState.STOPPED}, run.issues
    assert kind in {issue.kind for issue in run.issues}
    assert syncs.observations(INDICATOR) == {}
