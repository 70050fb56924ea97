"""For whom a body speaks, and what joins the two sides of such a pair."""

from dataclasses import replace
from datetime import date

import pytest

from gaptracker.domain.actors import CompetenceEntry
from gaptracker.domain.records import Coding, Statement
from gaptracker.domain.results import CellScore, Contribution
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import ActorKind, Competence, Mode, Reading, Relation
from gaptracker.pairing.now import now_pairs
from gaptracker.scoring.run import score_evidence
from gaptracker.workflows.cell_inputs import hash_cell_inputs
from gaptracker.workflows.pair_evidence import history_of
from tests.core.builders import coding, pairs_of_dossiers, statement
from tests.core.federation_world import FORMER, MEMBER, ORGAN, UNION, dossiers, period, union
from tests.core.rules import RULES, THEME, WORDS_ONLY

SPOKEN = statement("of the union", "2018-05-01", actor=UNION, act="the act")


def cell_of(
    actor: str, *coded: tuple[Statement, int], competences: tuple[CompetenceEntry, ...] = ()
) -> CellScore:
    cells = score_evidence(union(coded, competences=competences), RULES, [2022])
    return next(cell for cell in cells if cell.actor == actor)


def words_of(cell: CellScore) -> dict[str, Contribution]:
    return {part.item: part for part in cell.contributions}


@pytest.mark.parametrize("actor", [MEMBER, FORMER])
def test_a_union_speaks_for_who_was_a_member_on_the_day(actor: str) -> None:
    cell = cell_of(actor, (SPOKEN, 4))
    assert cell.says is not None
    assert cell.says.points == pytest.approx(100.0)
    (part,) = cell.contributions
    assert part.item == SPOKEN.id
    assert ("membership", 0.5) in part.factors


def test_it_counts_half_of_what_it_counts_for_the_union() -> None:
    coded = ((SPOKEN, 4),)
    own = words_of(cell_of(UNION, *coded))[SPOKEN.id]
    inherited = words_of(cell_of(MEMBER, *coded))[SPOKEN.id]
    assert inherited.weight == pytest.approx(own.weight / 2)
    assert "membership" not in dict(own.factors)


def test_it_does_not_speak_for_who_had_left() -> None:
    late = statement("later", "2020-01-01", actor=UNION)
    assert cell_of(FORMER, (late, 4)).says is None
    assert cell_of(MEMBER, (late, 4)).says is not None


def test_it_does_not_speak_for_who_may_have_joined_later_that_year() -> None:
    early = statement("early", "2000-06", actor=UNION)
    assert cell_of(MEMBER, (early, 4)).says is None


def test_a_members_own_statement_on_the_act_stands_in_its_place() -> None:
    aligned = statement("aligned", "2018-05-01", actor=MEMBER, act=SPOKEN.act)
    cell = cell_of(MEMBER, (SPOKEN, 4), (aligned, 3))
    assert set(words_of(cell)) == {aligned.id}


def test_a_member_that_dissociates_itself_is_not_spoken_for() -> None:
    refusal = statement("no", "2018-05-01", actor=MEMBER, act=SPOKEN.act, mode=Mode.REFUSAL)
    cell = cell_of(MEMBER, (SPOKEN, 4), (refusal, 0))
    assert cell.says is not None
    assert cell.says.points == 0.0
    assert cell_of(FORMER, (SPOKEN, 4), (refusal, 0)).says is not None


def test_a_refusal_that_no_coder_placed_is_a_dissociation_all_the_same() -> None:
    refusal = statement("no", "2018-05-01", actor=MEMBER, act=SPOKEN.act, mode=Mode.REFUSAL)
    given = union([(SPOKEN, 4), (refusal, 0)])
    uncoded = [coding for coding in given.codings if coding.item != refusal.id]
    cells = score_evidence(replace(given, codings=tuple(uncoded)), RULES, [2022])
    assert next(cell for cell in cells if cell.actor == MEMBER).says is None


YEARS = range(2018, 2023)


def over_time(
    *coded: tuple[Statement, int], uncoded: tuple[str, ...] = (), codings: tuple[Coding, ...] = ()
) -> dict[int, CellScore]:
    """The member's cells, of statements some of which no coder placed."""
    given = union(coded)
    kept = tuple(each for each in given.codings if each.item not in uncoded)
    cells = score_evidence(replace(given, codings=(*kept, *codings)), RULES, YEARS)
    return {cell.year: cell for cell in cells if (cell.actor, cell.theme) == (MEMBER, THEME)}


def own_words(said_on: str, **changes: object) -> Statement:
    return statement("own", said_on, actor=MEMBER, act=SPOKEN.act, **changes)


@pytest.mark.parametrize("rung", [4, 1])
def test_what_a_member_says_later_does_not_reach_back(rung: int) -> None:
    own = own_words("2021-03-01")
    alone, cells = over_time((SPOKEN, 4)), over_time((SPOKEN, 4), (own, rung))
    assert [cells[year] for year in (2018, 2019, 2020)] == [
        alone[year] for year in (2018, 2019, 2020)
    ]
    for year in (2021, 2022):
        parts = words_of(cells[year])
        assert parts[SPOKEN.id].share == 0.0
        assert parts[SPOKEN.id].note == "spoke itself on the act: own"
        assert parts["own"].share == 1.0


def test_a_later_dissociation_that_no_coder_placed_counts_from_its_day() -> None:
    refusal = own_words("2020-03-01", mode=Mode.REFUSAL)
    cells = over_time((SPOKEN, 4), (refusal, 0), uncoded=("own",))
    assert [year for year in YEARS if cells[year].says is not None] == [2018, 2019]


def test_an_alignment_that_no_coder_placed_leaves_the_unions_words() -> None:
    cells = over_time((SPOKEN, 4), (own_words("2018-05-01"), 4), uncoded=("own",))
    assert all(cells[year].says is not None for year in YEARS)


@pytest.mark.parametrize("mode", [Mode.ADVOCACY, Mode.REFUSAL])
@pytest.mark.parametrize("said_on", ["2018-05-01", "2020-03-01"])
def test_what_a_member_says_on_one_theme_leaves_the_union_its_others(
    mode: Mode, said_on: str
) -> None:
    own = own_words(said_on, mode=mode)
    elsewhere = replace(coding(own, 0), theme=WORDS_ONLY)
    cells = over_time((SPOKEN, 4), (own, 0), uncoded=("own",), codings=(elsewhere,))
    assert [cells[year].says for year in YEARS] == [
        over_time((SPOKEN, 4))[year].says for year in YEARS
    ]


def test_a_later_statement_leaves_the_hashes_of_earlier_cells() -> None:
    def hashes(*coded: tuple[Statement, int]) -> dict[int, str]:
        given = union(coded)
        return hash_cell_inputs(dossiers(given)[MEMBER, THEME], YEARS, given.as_of, RULES)

    before, after = hashes((SPOKEN, 4)), hashes((SPOKEN, 4), (own_words("2021-03-01"), 1))
    assert [year for year in YEARS if before[year] != after[year]] == [2021, 2022]


def test_the_hash_covers_a_dissociation_that_no_coder_placed() -> None:
    def hashed(said_on: str) -> str:
        refusal = own_words(said_on, mode=Mode.REFUSAL)
        given = union([(SPOKEN, 4), (refusal, 0)])
        given = replace(given, codings=tuple(c for c in given.codings if c.item != "own"))
        placed = dossiers(given)[MEMBER, THEME]
        return hash_cell_inputs(placed, [2022], given.as_of, RULES)[2022]

    assert hashed("2020-03-01") != hashed("2021-03-01")


def test_a_unions_pledge_ends_for_a_member_that_speaks_for_itself() -> None:
    pledge = replace(SPOKEN, mode=Mode.PLEDGE, due_on=PartialDate.parse("2021"))
    placed = dossiers(union([(pledge, 4), (own_words("2020-03-01"), 1)]))
    for actor, ends in ((MEMBER, date(2020, 3, 1)), (UNION, None), (FORMER, None)):
        words = {each.statement.id: each for each in history_of(placed[actor, THEME], RULES).words}
        assert words[pledge.id].superseded_on == ends


@pytest.mark.parametrize(
    ("level", "speaks"),
    [(Competence.SUBNATIONAL, False), (Competence.SHARED, True), (Competence.NATIONAL, True)],
)
def test_a_union_is_silent_for_members_on_what_it_leaves_to_them(
    level: Competence, speaks: bool
) -> None:
    entry = CompetenceEntry(actor=UNION, theme=THEME, level=level, period=period("2010"))
    assert (cell_of(MEMBER, (SPOKEN, 4), competences=(entry,)).says is not None) is speaks


def test_the_competence_of_the_day_decides() -> None:
    entry = CompetenceEntry(
        actor=UNION, theme=THEME, level=Competence.SUBNATIONAL, period=period("2019")
    )
    assert cell_of(MEMBER, (SPOKEN, 4), competences=(entry,)).says is not None


def test_an_organ_speaks_for_its_body_in_full_and_not_for_members() -> None:
    resolution = statement("resolution", "2018-05-01", actor=ORGAN)
    coded = ((resolution, 4),)
    (part,) = cell_of(UNION, *coded).contributions
    assert part.item == resolution.id
    assert "membership" not in dict(part.factors)
    assert cell_of(ORGAN, *coded).says is not None
    assert cell_of(MEMBER, *coded).says is None


def test_only_a_union_of_states_speaks_for_members() -> None:
    given = union([(SPOKEN, 4)])
    agency = replace(given.actors[UNION], kind=ActorKind.AGENCY)
    cells = score_evidence(replace(given, actors={**given.actors, UNION: agency}), RULES, [2022])
    assert {cell.actor for cell in cells if cell.says is not None} == {UNION}


def test_states_speak_for_nobody_else() -> None:
    own = statement("own", "2018-05-01", actor=MEMBER)
    assert cell_of(UNION, (own, 4)).says is None
    assert cell_of(FORMER, (own, 4)).says is None


@pytest.mark.parametrize(
    ("actor", "speaker", "relation"),
    [
        (UNION, UNION, Relation.SAME_ACTOR),
        (UNION, ORGAN, Relation.ORGAN),
        (MEMBER, UNION, Relation.COMPETENT_UNIT),
    ],
)
def test_pairs_say_what_joins_the_speaker_to_the_deeds(
    actor: str, speaker: str, relation: Relation
) -> None:
    said = statement("said", "2018-05-01", actor=speaker)
    given = union([(said, 4)])
    dossier = dossiers(given)[actor, THEME]
    relations = {placed.statement.id: placed.relation for placed in dossier.statements}
    cell = next(c for c in score_evidence(given, RULES, [2022]) if c.actor == actor)
    (pair,) = now_pairs(cell, 12.5, relations)
    assert (pair.statement, pair.relation) == (said.id, relation)
    (words,) = history_of(dossier, RULES).words
    assert words.relation is relation


def test_a_pair_without_a_deed_is_named_for_each_member_apart() -> None:
    pledge = statement("pledge", "2018-05-01", actor=UNION, mode=Mode.PLEDGE)
    given = union([(pledge, 4)])
    cells = [cell for cell in score_evidence(given, RULES, [2022]) if cell.says is not None]
    placed = dossiers(given)
    pairs = [*pairs_of_dossiers(placed, RULES, given.as_of)]
    for cell in cells:
        words = placed[cell.actor, THEME].statements
        relations = {each.statement.id: each.relation for each in words}
        pairs += now_pairs(cell, 12.5, relations)
    actors = {UNION, MEMBER, FORMER}
    assert {(pair.actor, pair.reading) for pair in pairs} == {
        (actor, reading) for actor in actors for reading in (Reading.NOW, Reading.PLEDGE)
    }
    assert len({pair.id for pair in pairs}) == len(pairs) == 6
