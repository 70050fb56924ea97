"""The build of the reference data: strict, plausible, deterministic, and silent on nothing."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from scripts.build_reference.__main__ import main
from scripts.build_reference.build import measured
from scripts.build_reference.cannabis import add_cannabis_law
from scripts.build_reference.death_penalty import add_death_penalty
from scripts.build_reference.executions import add_executions, read_recorded
from scripts.build_reference.pipeline import build_reference
from scripts.build_reference.places import add_populations
from scripts.build_reference.prisons import add_prison_figures
from scripts.build_reference.problems import BuildStoppedError, Problems
from scripts.build_reference.rows import read_rows
from scripts.build_reference.spoken import add_statements
from scripts.build_reference.votes import add_roll_calls
from tests.raw_world import RawWorld, observed


@pytest.fixture
def world(tmp_path: Path) -> RawWorld:
    """Raw files and tables with headers only, and five actors."""
    return RawWorld(tmp_path)


def test_a_header_that_differs_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("iso3,valeu\nMEX,1\n", encoding="utf-8")
    problems = Problems()
    assert read_rows(tmp_path, "a.csv", ("iso3", "value"), problems) == []
    assert problems.found == ["a.csv:1: 'iso3,valeu' came, expected the columns iso3,value"]


@pytest.mark.parametrize("text", ["nan", "inf", "twelve", "1,5"])
def test_what_is_no_finite_number_is_a_problem_with_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(f'iso3,value\nMEX,"{text}"\n', encoding="utf-8")
    problems = Problems()
    (row,) = read_rows(tmp_path, "a.csv", ("iso3", "value"), problems)
    assert row.number("value") is None
    assert problems.found[0].startswith(f"a.csv:2 column value: {text!r} came")


def test_the_year_1013_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("year\n1013\n", encoding="utf-8")
    problems = Problems()
    (row,) = read_rows(tmp_path, "a.csv", ("year",), problems)
    row.year()
    assert problems.found == ["a.csv:2 column year: '1013' came, expected a year such as 2016"]


def test_two_values_of_one_period_and_a_value_out_of_bounds_stop_a_build(world: RawWorld) -> None:
    build = world.build()
    figure = measured("prison_rate", "MEX", period=2016, value=200, source="a")
    build.observe(figure)
    build.observe(figure)
    build.observe(measured("drug_prisoner_share", "MEX", period=2016, value=0.0, source="a"))
    assert build.problems.found == [
        "observation prison_rate.MEX.2016: 'a' came, expected one value a period",
        "observation drug_prisoner_share.MEX.2016: 0.0 came, expected between 1 and 100",
    ]


PRISON = {"iso3": "MEX", "year": "2016", "persons_held": "1000"}


def prison_figures(world: RawWorld, **values: str) -> dict[str, str]:
    world.put("practice/derived_prison_indicators.csv", [{**PRISON, **values}])
    build = world.build()
    add_prison_figures(build)
    build.problems.stop_if_any()
    return observed(build)


def test_a_share_of_drug_prisoners_below_one_per_cent_is_missing(world: RawWorld) -> None:
    assert "drug_prisoner_share.MEX.2016" not in prison_figures(
        world, drug_offences_share_pct="0.09", drug_possession_share_pct="0.4"
    )


def test_possession_and_trafficking_stand_in_for_all_drug_offences(world: RawWorld) -> None:
    figures = prison_figures(
        world, drug_possession_share_pct="4.5", drug_trafficking_share_pct="10.5"
    )
    assert figures["drug_prisoner_share.MEX.2016"] == "15"
    assert figures["possession_prisoner_share.MEX.2016"] == "4.5"


def test_a_flagged_occupancy_is_left_out_and_an_unflagged_absurd_one_stops(
    world: RawWorld,
) -> None:
    flagged = {"occupancy_pct": "873.1", "quality_flag": "occupancy>400;"}
    assert "occupancy.MEX.2016" not in prison_figures(world, **flagged)
    with pytest.raises(BuildStoppedError, match=r"occupancy_pct: 873\.1 came, expected a flag"):
        prison_figures(world, occupancy_pct="873.1")


def test_the_newest_release_goes_before_the_older_and_shared_prisons_are_left_out(
    world: RawWorld,
) -> None:
    latest = {"iso3": "MEX", "year": "2016", "derived_rate_per_100k": "190"}
    shared = {
        "iso3": "GBR",
        "year": "2024",
        "derived_rate_per_100k": "3942",
        "note": "count not comparable with population",
    }
    world.put("practice/unodc_persons_held_latest_2026.csv", [latest, shared])
    figures = prison_figures(world, prison_rate_per_100k="180")
    assert figures["prison_rate.MEX.2016"] == "190"
    assert "prison_rate.GBR.2024" not in figures


def test_a_copy_of_a_figure_elsewhere_fills_gaps_only(world: RawWorld) -> None:
    twin = {"iso3": "MEX", "year": "2016", "value": "33", "sex": "bothsex"}
    gap = {"iso3": "MEX", "year": "2015", "value": "35", "sex": "bothsex"}
    women = {"iso3": "MEX", "year": "2014", "value": "120", "sex": "female"}
    world.put("practice/un_sdg_16_3_2_unsentenced.csv", [twin, gap, women])
    figures = prison_figures(world, unsentenced_share_pct="41")
    assert figures["unsentenced_share.MEX.2016"] == "41"
    assert figures["unsentenced_share.MEX.2015"] == "35"
    assert "unsentenced_share.MEX.2014" not in figures


def test_a_state_reported_in_parts_is_summed_when_all_parts_are_there(world: RawWorld) -> None:
    population = {"iso3": "GBR", "year": "2016", "population": "100000"}
    world.put(
        "practice/population_wpp2024.csv", [{**population, "estimate_or_projection": "estimate"}]
    )
    parts = [
        {"iso3": code, "year": "2016", "persons_held": "10"}
        for code in ("GBR_E_W", "GBR_NI", "GBR_S")
    ]
    world.put("practice/derived_prison_indicators.csv", parts)
    build = world.build()
    add_populations(build)
    add_prison_figures(build)
    assert observed(build)["prison_rate.GBR.2016"] == "30"
    world.put("practice/derived_prison_indicators.csv", parts[:2])
    build = world.build()
    add_populations(build)
    add_prison_figures(build)
    assert "prison_rate.GBR.2016" not in observed(build)


def executed(world: RawWorld, *entries: tuple[str, str, str]) -> dict[str, str]:
    rows = [{"actor": a, "year": y, "recorded": r} for a, y, r in entries]
    world.put("amnesty_executions.csv", rows)
    build = world.build()
    add_executions(build, read_recorded(build))
    build.problems.stop_if_any()
    return observed(build)


def test_a_state_on_no_list_has_none_recorded_and_a_secret_one_is_opaque(world: RawWorld) -> None:
    figures = executed(world, ("USA", "2022", "18"), ("GBR", "2021", "-"))
    assert figures["executions_recorded.USA.2022"] == "18"
    assert figures["executions_recorded.MEX.2022"] == "0"
    assert figures["executions_recorded.CHN.2022"] == "opaque"
    assert "executions_recorded.GBR.2021" not in figures


def test_a_bare_plus_counts_two_and_thousands_count_a_thousand(world: RawWorld) -> None:
    figures = executed(world, ("CHN", "2022", "1000s"), ("GBR", "2022", "+"))
    assert figures["executions_recorded.CHN.2022"] == "1000"
    assert figures["executions_recorded.GBR.2022"] == "2"


def test_a_year_that_does_not_add_up_to_the_published_total_stops(world: RawWorld) -> None:
    world.put("amnesty_totals.csv", [{"year": "2022", "total": "19", "states": "1"}])
    with pytest.raises(BuildStoppedError, match="18 came, expected a sum of 19"):
        executed(world, ("USA", "2022", "18"))


def death_penalty(world: RawWorld, **line: str) -> dict[str, str]:
    labels = {"A": "abolished_all_crimes", "L": "abolitionist_in_practice", "P": "retentionist"}
    row = {"iso3": "MEX", "status_label": labels[line["status"]], **line}
    world.put("practice/death_penalty_status_wikipedia_2026-08.csv", [row])
    build = world.build()
    add_death_penalty(build, {("MEX", 2015): "1", ("MEX", 2009): "2"})
    build.problems.stop_if_any()
    return observed(build)


def test_a_state_is_retentionist_then_abolitionist_in_practice_then_abolitionist(
    world: RawWorld,
) -> None:
    figures = death_penalty(world, status="A", abolished_year="2025", last_execution_year="2009")
    statuses = [figures[f"death_penalty_status.MEX.{year}"] for year in (2014, 2024, 2025)]
    assert statuses == ["P", "P", "A"]  # ten years after 2015, the later of page and list
    assert figures["death_penalty_status.MEX.2026-07"] == "A"


def test_time_since_the_last_execution_is_known_after_it_or_from_the_yearly_lists(
    world: RawWorld,
) -> None:
    figures = death_penalty(world, status="P", last_execution_year="2020")
    years = "years_since_last_execution.MEX"
    assert figures[f"{years}.2020"] == "0"
    assert figures[f"{years}.2024"] == "4"
    assert figures[f"{years}.2014"] == "5"  # the list of 2009 names it, those between do not
    assert f"{years}.2008" not in figures


CALIFORNIA = {
    "iso_3166_2": "US-CA",
    "adult_use_legal": "True",
    "medical_legal": "True",
    "decriminalised_mark": "False",
    "medical_year": "1996",
    "adult_use_year": "2016",
}


def test_residents_under_adult_use_law_count_from_the_year_after_approval(
    world: RawWorld,
) -> None:
    world.put("practice/us_states_cannabis.csv", [CALIFORNIA])
    build = world.build()
    add_populations(build)
    add_cannabis_law(build)
    figures = observed(build)
    assert figures["cannabis_adult_use_population_share.USA.2016"] == "0"
    assert figures["cannabis_adult_use_population_share.USA.2017"] == "1"
    assert figures["cannabis_law.US-CA.2017"] == "legal_regulated_market"
    assert "cannabis_law.US-CA.2016" not in figures


def test_an_unknown_category_stops(world: RawWorld) -> None:
    row = {"iso3": "MEX", "recreational_code": "legal-ish", "medical_code": "legal"}
    world.put("practice/cannabis_legality_wikipedia_2026-01-02.csv", [row])
    build = world.build()
    add_populations(build)
    add_cannabis_law(build)
    assert "'legal-ish' came, expected one of" in build.problems.found[0]


ROLL_CALL = {
    "key": "77/222",
    "id": "A/RES/77/222",
    "title": "Moratorium",
    "forum": "UNGA plenary",
    "source": "unga-votes",
}


def votes(world: RawWorld, *cast: tuple[str, str], tally: str) -> list[tuple[str, str]]:
    world.put("roll_calls.csv", [{**ROLL_CALL, "tally": tally}])
    vote = {"resolution": "77/222", "date": "2022-12-15", "source": "matrix"}
    rows = [{**vote, "iso3": actor, "vote": answer} for actor, answer in cast]
    world.put("rhetoric/unga-votes-selected.csv", rows)
    build = world.build()
    add_roll_calls(build)
    build.problems.stop_if_any()
    return [(row["actor"], row["vote"]) for row in build.output.rows["votes.csv"]]


def test_votes_keep_absences_and_are_held_against_the_tally(world: RawWorld) -> None:
    cast = (("MEX", "yes"), ("USA", "no"), ("GBR", "absent"))
    assert votes(world, *cast, tally="1-1-0") == list(cast)
    with pytest.raises(BuildStoppedError, match="'1-1-0' came, expected a tally of 2-0-0"):
        votes(world, *cast, tally="2-0-0")


def test_an_actor_nobody_knows_stops(world: RawWorld) -> None:
    with pytest.raises(BuildStoppedError, match="iso3: 'XYZ' came, expected a known actor"):
        votes(world, ("XYZ", "yes"), tally="1-0-0")


FACT = {
    "actor": "MEX",
    "date": "2012-09",
    "forum": "UNGA General Debate",
    "theme": "treaty-regime",
    "stance": "2",
    "paraphrase": "Asks for a review.",
    "source": "Speech; Corpus; 2012",
    "basis": "speech text: ungdc-drug-paragraphs.jsonl",
    "instrument": "speech",
    "speaker_rank": "head-of-state",
    "confidence": "high",
    "fact_id": "PF0001",
}
PLACED = {
    "fact": "PF0001",
    "theme": "treaty_regime",
    "rung": "3",
    "mode": "advocacy",
    "specificity": "general",
    "rationale": "Wants a review.",
    "paragraph": "7",
    "excerpt_has": "a review",
}


def test_a_position_gets_its_sentence_its_document_and_its_original_code(world: RawWorld) -> None:
    paragraph = {
        "country": "MEX",
        "year": 2012,
        "para": 7,
        "speaker": "A President",
        "post_rank": "head-of-state",
        "text": "We thank you. We ask for a review of the treaties.",
    }
    path = world.raw / "rhetoric" / "ungdc-drug-paragraphs.jsonl"
    path.write_text(json.dumps(paragraph) + "\n", encoding="utf-8")
    world.put("rhetoric/positions-facts.csv", [FACT])
    world.put("positions.csv", [PLACED])
    build = world.build()
    add_statements(build)
    (statement,), (coding,) = build.output.rows["statements.csv"], build.output.rows["codings.csv"]
    assert statement["excerpt"] == "We ask for a review of the treaties."
    assert (statement["document"], statement["office"]) == (
        "UNGA-GD-2012-MEX",
        "head_of_state_or_government",
    )
    assert (coding["rung"], coding["coder_kind"], coding["original_code"]) == (
        "3",
        "machine",
        "stance=+2",
    )


def test_a_position_without_a_rung_or_a_reason_is_a_problem(world: RawWorld) -> None:
    world.put("rhetoric/positions-facts.csv", [FACT, {**FACT, "confidence": "low"}])
    build = world.build()
    add_statements(build)
    expected = "'PF0001' came, expected a rung or a reason to leave it out"
    assert [problem.split(": ", 1)[1] for problem in build.problems.found] == [expected]


# A build without rows still counts executions of every state, and residents of the one US unit.
ALWAYS_CITED = (
    *("us-census-2020", "wikipedia-cannabis-us-2026"),
    *(f"amnesty-{year}" for year in range(2007, 2025)),
)


def test_the_same_raw_files_give_the_same_bytes(world: RawWorld, tmp_path: Path) -> None:
    world.put("practice/derived_prison_indicators.csv", [{**PRISON, "prison_rate_per_100k": "200"}])
    world.sources(*ALWAYS_CITED, "unodc-cts-2023-gap-filled", "unused")
    first, second = tmp_path / "first", tmp_path / "second"
    build_reference(world.raw, first, tables=world.tables)
    (first / "left_over.csv").write_text("an earlier build's", encoding="utf-8")
    build_reference(world.raw, first, tables=world.tables)
    build_reference(world.raw, second, tables=world.tables)
    contents = [{path.name: path.read_bytes() for path in f.iterdir()} for f in (first, second)]
    assert contents[0] == contents[1]
    manifest = json.loads(contents[0]["manifest.json"])
    hashes = {entry["file"]: entry["sha256"] for entry in manifest["files"]}
    assert hashes == {
        name: sha256(content).hexdigest()
        for name, content in contents[0].items()
        if name != "manifest.json"
    }
    assert b"unused" not in contents[0]["sources.csv"]


def test_a_wrong_row_stops_the_command_and_leaves_no_file(
    world: RawWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world.put("practice/vdem_via_owid.csv", [{"iso3": "MEX", "indicator": "x", "year": "2016"}])
    out = tmp_path / "out"
    assert main([str(world.raw), "--out", str(out)]) == 1
    assert "nothing was written" in capsys.readouterr().err
    assert not out.exists()


def test_a_folder_without_raw_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildStoppedError, match=r"practice/ and rhetoric/"):
        build_reference(tmp_path, tmp_path / "out")
