"""A frozen release in memory says what was scored, and leads back to every source."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from gaptracker.domain.errors import ReleaseCorrupt, UnknownName
from gaptracker.domain.methodology import (
    Codebook,
    JointStatementRule,
    Placement,
    RecommendationRule,
    RollCallRule,
)
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import CoderKind, Grade, Reading, Reason, Response, VoteCast
from gaptracker.publish.documents import read_actors, read_methodology
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.rows import ShownObservation
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.analysis_tables import ALL_THEMES
from gaptracker.release.cell_tables import GAPS
from gaptracker.release.documents import write_methodology
from gaptracker.scoring.analysis import analyse_cell
from gaptracker.scoring.dossier import build_dossiers
from gaptracker.scoring.run import score_evidence, score_year
from gaptracker.workflows.cut_release import cut_release
from tests.core.builders import ACTOR, OTHER
from tests.core.rules import RULES, THEME, WORDS_ONLY, methodology
from tests.small_release import (
    PLAN,
    SECRET,
    SOURCES,
    SPEECH,
    STATUTE,
    VALUE,
    VOTE,
    YEARS,
    cut,
    graded_evidence,
    small_evidence,
)

CODED_BY_RULE = Codebook(
    roll_calls={
        "A/RES/77/222": (
            RollCallRule(
                roll_call="A/RES/77/222",
                theme=THEME,
                series="moratorium",
                votes={VoteCast.YES: Placement(rung=3, reason="asks for a moratorium")},
                sponsorship=Placement(rung=None, reason="not read"),
            ),
        )
    },
    joint_statements={
        "vienna": (
            JointStatementRule(
                joint_statement="vienna", theme=THEME, placement=Placement(rung=4, reason="asks")
            ),
        )
    },
    recommendations={
        (ask, response): RecommendationRule(
            ask=ask,
            response=response,
            theme=THEME,
            placement=Placement(rung=rung, reason="a reason"),
        )
        for ask, response, rung in (
            ("abolish", Response.NOTED, 0),
            ("abolish", Response.ACCEPTED, 4),
        )
    },
    not_coded={"A/RES/1/1": "of another subject"},
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> FrozenRelease:
    store = ReleaseStore(str(tmp_path_factory.mktemp("releases")))
    cut(store)
    return load_release(store)


@pytest.fixture(scope="module")
def scored() -> dict[tuple[str, int], CellScore]:
    cells = score_evidence(small_evidence(), RULES, YEARS)
    return {(cell.actor, cell.year): cell for cell in cells}


def test_a_cell_says_exactly_what_was_scored(
    release: FrozenRelease, scored: dict[tuple[str, int], CellScore]
) -> None:
    for (actor, year), cell in scored.items():
        frozen = release.cell(actor, THEME, year)
        assert frozen.gap == cell.gap_points
        assert frozen.says == (cell.says.points if cell.says else None)
        assert frozen.law_high == (cell.law.interval.high if cell.law else None)
        assert frozen.p_close == (cell.probabilities.close if cell.probabilities else None)
        assert (frozen.grade, frozen.label) == (cell.grade, cell.label)
        assert frozen.reason is cell.gap_reason
        assert frozen.n_eff_does == cell.coverage.effective_deeds
        assert frozen.as_of == cell.as_of
        assert frozen.release == release.id


def test_contributions_of_a_cell_sum_to_its_gap(release: FrozenRelease) -> None:
    parts = release.contributions_of(ACTOR, THEME, 2022).rows()
    assert sum(part.contribution_points for part in parts) == pytest.approx(
        release.cell(ACTOR, THEME, 2022).gap
    )
    (speech,) = [part for part in parts if part.item == SPEECH.id]
    product = 1.0
    for _, value in speech.factors:
        product *= value
    assert product == pytest.approx(speech.weight)


def test_a_pair_leads_to_both_records_and_both_sources(release: FrozenRelease) -> None:
    pairs = release.pairs_of(ACTOR, THEME, 2022).where(reading=Reading.NOW.value).rows()
    assert {(pair.statement, pair.deed) for pair in pairs} == {
        (SPEECH.id, VALUE.id),
        (VOTE.id, VALUE.id),
    }
    for pair in pairs:
        statement, deed = release.statements.get(pair.statement), release.deed(pair.deed or "")
        assert statement is not None
        assert deed is not None
        assert {statement.source, deed.source} <= release.sources.keys()
        assert pair in release.pairs_called(pair.id).rows()


def test_a_pair_with_an_absence_has_no_deed(release: FrozenRelease) -> None:
    (pair,) = release.pairs_of(OTHER, THEME, 2021).where(reading="now").rows()
    assert pair.deed is None
    assert pair.contribution_points is None


def test_records_come_back_as_they_went_in(release: FrozenRelease) -> None:
    assert release.statements.get(SPEECH.id) == SPEECH
    assert release.measures.get(STATUTE.id) == release.deed(STATUTE.id) == STATUTE
    assert release.counted_observations.get(VALUE.id) == VALUE
    assert release.counted_observations.get(SECRET.id) == SECRET
    assert isinstance(release.deed(SECRET.id), ShownObservation)
    assert release.statements.of_actor(ACTOR) == (SPEECH, VOTE)
    assert dict(release.sources) == {source.id: source for source in SOURCES}
    assert dict(release.actors) == dict(small_evidence().actors)
    assert release.methodology == RULES


@pytest.mark.parametrize("name", ["", "a", "speech ", "zzz", VALUE.id])
def test_a_record_that_is_not_there_is_none(release: FrozenRelease, name: str) -> None:
    assert release.statements.get(name) is None


def test_codings_stand_beside_the_item(release: FrozenRelease) -> None:
    (coding,) = release.codings_of(SPEECH.id)
    assert (coding.rung, coding.coder_kind) == (4, CoderKind.RULE)
    assert release.codings_of("nothing") == ()


def test_codings_by_the_codebook_are_frozen_too(tmp_path: Path) -> None:
    evidence = small_evidence()
    vote = replace(VOTE, rule="A/RES/77/222", answer="yes")
    by_rule = replace(
        evidence,
        statements=tuple(vote if each.id == VOTE.id else each for each in evidence.statements),
        codings=tuple(each for each in evidence.codings if each.item != VOTE.id),
    )
    store = ReleaseStore(str(tmp_path))
    rules = methodology(codebook=CODED_BY_RULE)
    cut_release(by_rule, rules, store, PLAN)
    release = load_release(store)
    (coding,) = release.codings_of(VOTE.id)
    assert (coding.rung, coding.rationale) == (3, "asks for a moratorium")
    assert release.methodology == rules


def test_the_rules_come_back_from_their_file() -> None:
    rules = methodology(codebook=CODED_BY_RULE)
    assert read_methodology(write_methodology(rules)) == rules


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"codebook": {}}'])
def test_rules_that_are_none_are_refused(content: bytes) -> None:
    with pytest.raises(ReleaseCorrupt, match=r"methodology\.json"):
        read_methodology(content)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"actors": [{"code": "MEX"}]}'])
def test_actors_that_are_none_are_refused(content: bytes) -> None:
    with pytest.raises(ReleaseCorrupt, match=r"actors\.json"):
        read_actors(content)


def test_unknown_names_are_answered_with_the_nearest(release: FrozenRelease) -> None:
    for ask, kind, nearest in (
        (lambda: release.actor("UR"), "actor", ("URY",)),
        (lambda: release.theme("incarceratoin"), "theme", (THEME,)),
        (lambda: release.cell(ACTOR, THEME, 1999), "year", ("2020",)),
        (lambda: release.cell(ACTOR, THEME, 2030), "year", ("2022",)),
        (lambda: release.contributions_of("ury", THEME, 2022), "actor", ("URY",)),
        (lambda: release.theme(WORDS_ONLY), "theme", ()),
    ):
        with pytest.raises(UnknownName) as raised:
            ask()
        assert (raised.value.kind, raised.value.nearest) == (kind, nearest)


def test_cells_are_asked_for_by_any_part_of_their_name(release: FrozenRelease) -> None:
    assert len(release.cells_of()) == 2 * len(YEARS)
    assert len(release.cells_of(actor=ACTOR)) == len(YEARS)
    assert len(release.cells_of(theme=THEME, year=2021)) == 2
    assert [cell.year for cell in release.cells_of(ACTOR, THEME).rows()] == list(YEARS)


def test_a_table_is_filtered_sorted_and_cut(release: FrozenRelease) -> None:
    cells = release.cells_of()
    known = cells.matching(pl.col("gap").is_not_null())
    assert {cell.year for cell in known.rows()} == {2021, 2022}
    newest = cells.sorted_by("year", descending=True)
    assert [cell.year for cell in newest.rows(limit=2)] == [2022, 2022]
    assert [cell.year for cell in newest.rows(offset=5)] == [2020]
    assert cells.sorted_by("gap").rows()[-1].gap is None
    assert cells.where(reason=Reason.OPAQUE.value, year=2022).only() is not None
    assert cells.where(actor="XXX").only() is None


def test_what_stands_beside_a_cell_is_read_back_as_it_was_analysed(tmp_path: Path) -> None:
    known = graded_evidence()
    store = ReleaseStore(str(tmp_path))
    cut(store, known)
    release = load_release(store)
    dossier = build_dossiers(known, RULES)[ACTOR, THEME]
    scored = score_year(dossier, 2022, known.as_of, RULES)
    analysis = analyse_cell(dossier, scored, known.as_of, RULES)
    cell = release.cell(ACTOR, THEME, 2022)

    assert analysis is not None
    band, grids = release.band_of(cell), release.grids_of(cell)
    assert band is not None
    assert grids is not None
    # To six decimals, which are the same on every processor.
    assert (band.gap_low, band.gap_high) == (
        round(analysis.band.gap.low, 6),
        round(analysis.band.gap.high, 6),
    )
    assert band.p_gap_positive == analysis.band.words_ahead
    assert band.held == analysis.band.held
    assert band.bounded_weights_low == analysis.ranges.bounded_weights.low
    assert grids.gap == pytest.approx(analysis.grids.gap, abs=1e-4)
    rows = {row.source_group: row for row in release.left_out_of(cell)}
    assert set(rows) == {part.group for part in analysis.leave_out.without}
    for part in analysis.leave_out.without:
        row = rows[part.group]
        assert (row.gap, row.move_points) == (part.gap_points, part.move_points)
        assert (row.grade, row.label, row.reason) == (part.grade, part.label, part.gap_reason)


def test_the_sensitivity_covers_each_actors_newest_graded_cell(tmp_path: Path) -> None:
    store = ReleaseStore(str(tmp_path))
    cut(store, graded_evidence())
    release = load_release(store)
    newest = max(cell.year for cell in release.cells_of().rows() if cell.grade < Grade.D)

    rows = release.factors.rows()
    assert {row.scope for row in rows} == {ALL_THEMES, THEME}
    assert {(row.cells, row.first_year, row.last_year) for row in rows} == {(1, newest, newest)}
    by_scope = [
        {(row.factor, round(row.total, 1)) for row in rows if row.scope == scope}
        for scope in (ALL_THEMES, THEME)
    ]
    assert {name for name, _ in by_scope[0]} == {name for name, _ in by_scope[1]}


def test_cells_of_grade_d_have_nothing_beside_them(release: FrozenRelease) -> None:
    for cell in release.cells_of().rows():
        assert cell.grade is Grade.D
        assert release.band_of(cell) is None
        assert release.grids_of(cell) is None
        assert release.left_out_of(cell) == []
    assert len(release.factors) == 0


def test_the_release_says_what_it_is(release: FrozenRelease) -> None:
    assert release.years == range(2020, 2023)
    assert list(release.scored_themes) == [THEME]
    assert set(release.themes) == {THEME, WORDS_ONLY}
    assert release.id == release.entry.id == release.manifest.release
    assert release.content_sha256 == release.entry.content_sha256
    assert release.provenance.random_series == RULES.draws.random_series


def test_a_release_with_other_columns_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ReleaseStore(str(tmp_path))
    cut(store)
    older = replace(GAPS, columns=GAPS.columns[1:])
    monkeypatch.setattr("gaptracker.publish.frozen.LAYOUTS", (older,))
    with pytest.raises(ReleaseCorrupt, match=r"gaps\.parquet: its columns .*actor String.*cut the"):
        load_release(store)
