"""`gaptracker federation`, `coherence` and `abroad`, and what `explain` says of a federation."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from typer.testing import CliRunner, Result

from gaptracker.domain.actors import Actor, CompetenceEntry, Membership, Population
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import (
    AbroadReason,
    ActorKind,
    CoherenceReason,
    Competence,
    FederalReason,
    Grade,
    Label,
    Layer,
)
from gaptracker.main.cli import build_app
from gaptracker.main.cli.abroad_text import ABROAD_REASONS
from gaptracker.main.cli.federation_text import (
    COHERENCE_REASONS,
    FEDERAL_REASONS,
    both_readings,
    coherence_table,
    notes_on,
    years_notes,
    years_table,
)
from gaptracker.main.cli.figures import NOTHING
from gaptracker.publish.federation_rows import FrozenFederation
from gaptracker.publish.frozen import load_release
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.columns import names
from gaptracker.release.federation_tables import ABROAD, COHERENCE, FEDERATION_UNITS, FEDERATIONS
from gaptracker.workflows.cut_release import cut_release
from tests import cli_world
from tests.core.builders import ACTOR
from tests.core.rules import RULES, THEME
from tests.federal_release import federal_evidence
from tests.small_release import PLAN


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the federal release; tests only read it."""
    folder = tmp_path_factory.mktemp("data")
    store = ReleaseStore((folder / "releases").as_posix())
    cut_release(federal_evidence(), RULES, store, PLAN)
    return folder


def run(folder: Path, *arguments: str, columns: int = 80) -> Result:
    settings = {"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": str(columns)}
    return CliRunner(env=settings).invoke(build_app(), list(arguments))


def told(folder: Path, *arguments: str) -> str:
    result = run(folder, *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_both_readings_stand_side_by_side_with_the_units_under_them(data_folder: Path) -> None:
    text = told(data_folder, "federation", ACTOR, THEME, "2022", "--min-grade", "D")
    lines = text.splitlines()
    national = next(line for line in lines if line.startswith("national (P_nat)"))
    residents = next(line for line in lines if line.startswith("residents (P_pop)"))
    assert national.split()[2] == "25.0"
    # (56 x 100 + 844 x 25) / 900, and 75 minus it
    assert residents.split()[2] == "29.7"
    assert "+45.3" in residents
    assert "+50.0" in national
    assert "2 of 3 units, 90.0% of residents" in text
    assert "P_pop lies from 26.7 to 36.7" in text
    units = [line.split()[0] for line in lines if line.startswith("UR-")]
    assert units == ["UR-A", "UR-B", "UR-C"]
    assert "no deed on record" in text


def test_a_gap_of_grade_d_is_shown_on_demand_alone_and_with_its_label(data_folder: Path) -> None:
    asked = ("federation", ACTOR, THEME, "2022")
    text = told(data_folder, *asked)
    lines = [line for line in text.splitlines() if line.startswith(("national", "residents"))]
    assert [line.split()[-4:] for line in lines] == [[NOTHING] * 4] * 2
    assert "Too little evidence (grade D) for a gap" in text
    assert "Grade D: not enough evidence." in told(data_folder, *asked, "--min-grade", "D")


def test_years_of_grade_d_show_no_gap_and_are_named(data_folder: Path) -> None:
    asked = ("federation", ACTOR, THEME, "2020-2022")
    text = told(data_folder, *asked)
    assert "+50.0" not in text
    assert "Too little evidence (grade D) for a gap; --min-grade D shows it: 2022." in text
    assert "not enough evidence" in " ".join(told(data_folder, *asked, "--min-grade", "D").split())


def read_back(folder: Path) -> FrozenFederation:
    """The federation's reading of 2022, of grade D."""
    release = load_release(ReleaseStore((folder / "releases").as_posix()))
    reading = release.across.federation(ACTOR, THEME, 2022)
    assert reading is not None
    return reading


def test_a_gap_of_grade_c_is_shown_with_its_label(data_folder: Path) -> None:
    graded = replace(read_back(data_folder), grade=Grade.C, label=Label.WORDS_AHEAD)
    assert "+50.0" in shown(both_readings(graded))
    assert "Grade C: words ahead." in list(notes_on(graded))
    assert "+45.3" in shown(years_table([graded]))


@pytest.mark.parametrize(
    ("national", "written", "said"),
    [
        (Layer.PRACTICE, 0.0, None),
        (Layer.LAW, 1.0, None),
        (Layer.PRACTICE, 1.0, "P_nat rests on practice, P_pop on law alone"),
        (Layer.LAW, 0.0, "P_nat rests on law alone, P_pop on practice"),
        (Layer.LAW, 0.4, "P_pop on law alone in some units and on practice in others"),
    ],
)
def test_readings_on_different_layers_are_said_to_be(
    data_folder: Path, national: Layer, written: float, said: str | None
) -> None:
    reading = replace(
        read_back(data_folder),
        practice_national_layer=national,
        practice_population_law_share=written,
    )
    notes = [note for note in notes_on(reading) if "rests on" in note]
    assert len(notes) == (said is not None)
    assert said is None or said in notes[0]
    years = [note for note in years_notes([reading], Grade.C) if "rests on" in note]
    assert years == [f"2022: {note}" for note in notes]


def test_a_span_of_years_has_a_line_for_each(data_folder: Path) -> None:
    text = told(data_folder, "federation", ACTOR, THEME, "2020-2022")
    assert [line[:4] for line in text.splitlines()[2:5]] == ["2020", "2021", "2022"]
    assert "no deed on record" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("federation", ACTOR, THEME, "2022"),
        ("federation", ACTOR, THEME, "all"),
        ("coherence",),
        ("abroad", ACTOR),
    ],
)
def test_tables_fit_80_columns(data_folder: Path, arguments: tuple[str, ...]) -> None:
    assert max(map(len, told(data_folder, *arguments).splitlines())) <= 80


def test_json_holds_reading_and_units(data_folder: Path) -> None:
    arguments = ("federation", ACTOR, THEME, "2022", "--format", "json")
    (document,) = json.loads(told(data_folder, *arguments))
    assert document["reading"]["practice_population"] == pytest.approx(26700 / 900)
    assert [unit["unit"] for unit in document["units"]] == ["UR-A", "UR-B", "UR-C"]
    assert document["units"][2]["practice"] is None


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        (("federation", ACTOR, THEME, "2022"), names(FEDERATION_UNITS.columns)),
        (("federation", ACTOR, THEME, "all"), names(FEDERATIONS.columns)),
        (("coherence",), names(COHERENCE.columns)),
        (("abroad", ACTOR), names(ABROAD.columns)),
    ],
)
def test_csv_holds_every_column(
    data_folder: Path, arguments: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    reader = csv.reader(io.StringIO(told(data_folder, *arguments, "--format", "csv")))
    assert tuple(next(reader)) == columns
    assert list(reader)


def test_an_actor_without_units_is_refused_with_those_that_have_some(data_folder: Path) -> None:
    result = run(data_folder, "federation", "IRN", THEME)
    assert result.exit_code == 3
    assert f"{ACTOR} {THEME}" in result.stderr


def test_coherence_names_both_ends(data_folder: Path) -> None:
    text = told(data_folder, "coherence", "--theme", THEME)
    (line,) = [line for line in text.splitlines() if line.startswith(THEME)]
    assert line.split()[1:5] == ["2022", "2", "25.0", "50.0"]
    assert line.split()[-4:] == ["BBB", "(1)", "AAA", "(1)"]


def test_coherence_says_that_agencies_have_no_grade(data_folder: Path) -> None:
    legend = " ".join(run(data_folder, "coherence").stderr.split())
    assert "no deeds here and therefore no grade" in legend


def test_coherence_names_no_ends_among_equals(data_folder: Path) -> None:
    (row,) = (
        load_release(ReleaseStore((data_folder / "releases").as_posix()))
        .across.coherence.where(theme=THEME, year=2022)
        .rows()
    )
    equal = replace(row, distance=0.0, lowest_agencies=None, highest_agencies=None, p_apart=None)
    assert shown(coherence_table([equal])).splitlines()[1].split()[-1] == NOTHING


def shown(table: Table) -> str:
    """What a table looks like on 80 columns."""
    console = Console(width=80, file=io.StringIO())
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_themes_on_which_too_few_spoke_are_left_out_and_counted(data_folder: Path) -> None:
    result = run(data_folder, "coherence", "--year", "2020")
    assert result.stdout == ""
    assert "1 of 1 left out" in result.stderr
    (row,) = json.loads(told(data_folder, "coherence", "--year", "2020", "--format", "json"))
    assert row["reason"] == "too_few_agencies"


def test_abroad_shows_years_with_flows_and_each_flow_with_its_source(data_folder: Path) -> None:
    text = told(data_folder, "abroad", ACTOR)
    (line,) = [line for line in text.splitlines() if line.startswith("2022 ")]
    assert line.split()[:4] == ["2022", "EUR", "100", "100.0%"]
    assert "50.0" in line
    assert "2022: 30 EUR to IRN. dogs [report]" in text
    result = run(data_folder, "abroad", "IRN")
    assert "no flow from IRN is on record here" in result.stderr
    document = json.loads(told(data_folder, "abroad", ACTOR, "--format", "json"))
    assert len(document["readings"]) == 3
    assert {part["flow"] for part in document["flows"]} == {"to-irn", "to-pak"}


def test_part_of_a_sum_for_several_years_is_not_printed_to_the_unit(tmp_path: Path) -> None:
    given = federal_evidence()
    decade = Period(start=PartialDate.parse("2012"), end=PartialDate.parse("2022"))
    whole, part = given.flows
    longer = replace(part, amount=1_234_567.0, period=decade)
    store = ReleaseStore((tmp_path / "releases").as_posix())
    cut_release(replace(given, flows=(whole, longer)), RULES, store, PLAN)
    text = told(tmp_path, "abroad", ACTOR)
    (line,) = [line for line in text.splitlines() if line.startswith("2022 ")]
    assert line.split()[:4] == ["2022", "EUR", "~110,000", "~100%"]
    assert "~: holds part of a sum for several years, spread evenly over 2012 to 2022" in text
    assert "2012 to 2022: 1,234,567 EUR to PAK" in text


def test_sums_for_one_year_stand_as_they_are(data_folder: Path) -> None:
    assert "~" not in told(data_folder, "abroad", ACTOR)


def test_every_reason_has_its_words() -> None:
    assert set(FEDERAL_REASONS) == set(FederalReason)
    assert set(COHERENCE_REASONS) == set(CoherenceReason)
    assert set(ABROAD_REASONS) == set(AbroadReason)


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command line's release, its Mexico with one unit and a member of a union that spoke."""
    folder = tmp_path_factory.mktemp("explained")
    given = cli_world.EVIDENCE
    spoken = replace(cli_world.SPEECH, id="speech-EUU-2021", actor="EUU", document="u", act="u")
    figure = next(each for each in given.observations if each.actor == "URY")
    unit = Actor(code="MX-SIN", kind=ActorKind.SUBNATIONAL, names={"en": "Sinaloa"}, parent="MEX")
    union = Actor(code="EUU", kind=ActorKind.SUPRANATIONAL, names={"en": "A union"})
    coding = next(each for each in given.codings if each.item == cli_world.SPEECH.id)
    evidence = replace(
        given,
        actors={**given.actors, unit.code: unit, union.code: union},
        statements=(spoken, *given.statements),
        codings=(*given.codings, replace(coding, item=spoken.id)),
        observations=(*given.observations, replace(figure, id="of Sinaloa", actor=unit.code)),
        memberships=(Membership(member="MEX", group="EUU", period=Period()),),
        populations=(Population(actor=unit.code, year=2020, persons=9, source=figure.source),),
        competences=(
            CompetenceEntry(
                actor="MEX", theme=cli_world.THEME, level=Competence.SHARED, period=Period()
            ),
        ),
    )
    cli_world.cut(folder, evidence=evidence)
    return folder


def test_explain_shows_what_residents_live_under(explained: Path) -> None:
    text = told(explained, "explain", "MEX", cli_world.THEME, "2022")
    assert "WHAT RESIDENTS LIVE UNDER (P_pop)" in text
    assert "gaptracker federation MEX death_penalty 2022" in text
    assert "All of them stand at" in text
    arguments = ("explain", "MEX", cli_world.THEME, "2022", "--format", "json")
    document = json.loads(told(explained, *arguments))
    assert document["federation"]["n_units_known"] == 1
    other = json.loads(
        told(explained, "explain", "URY", cli_world.THEME, "2022", "--format", "json")
    )
    assert other["federation"] is None


def test_explain_says_who_spoke_for_a_member_and_what_that_counts(explained: Path) -> None:
    text = told(explained, "explain", "MEX", cli_world.THEME, "2022")
    assert "UN General Debate, EUU, The minister" in text
    assert "membership: EUU spoke, of which MEX was a member" in " ".join(text.split())


def test_pairs_name_the_speaker_where_another_spoke(explained: Path) -> None:
    text = told(explained, "pairs", "MEX", "--theme", cli_world.THEME, "--year", "2022")
    assert "EUU, UN General Debate" in " ".join(text.split())
