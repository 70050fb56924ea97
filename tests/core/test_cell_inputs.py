"""Equal hashes, equal cells: what may be taken over from an earlier release, and what may not."""

from dataclasses import fields, replace

from hypothesis import assume, given
from hypothesis import strategies as st

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Statement
from gaptracker.domain.results import CellScore
from gaptracker.release.documents import write_line
from gaptracker.scoring.items import Placement
from gaptracker.scoring.run import all_dossiers, score_years
from gaptracker.workflows.cell_inputs import hash_cell_inputs
from tests.core.builders import AS_OF, evidence, observation, opportunity, source, statement
from tests.core.rules import RULES
from tests.core.strategies import worlds

SCORED = range(2010, 2023)
KINDS = ("statements", "measures", "observations", "codings", "opportunities")
Cell = tuple[str, int]


def hashes(known: Evidence) -> dict[Cell, str]:
    return {
        (dossier.theme, year): digest
        for dossier in all_dossiers(known, RULES)
        for year, digest in hash_cell_inputs(dossier, SCORED, known.as_of, RULES).items()
    }


def cells(known: Evidence) -> dict[Cell, CellScore]:
    return {
        (cell.theme, cell.year): cell
        for dossier in all_dossiers(known, RULES)
        for cell in score_years(dossier, SCORED, known.as_of, RULES)
    }


def without_one(known: Evidence, kind: str, place: int) -> Evidence:
    items = list(getattr(known, kind))
    del items[place % len(items)]
    # mypy cannot check a field's name through `**`; the dataclass itself takes any of its own.
    return replace(known, **{kind: tuple(items)})  # type: ignore[arg-type]


@given(worlds(), st.sampled_from(KINDS), st.integers(0, 100))
def test_cells_whose_inputs_have_the_same_hash_are_the_same(
    known: Evidence, kind: str, place: int
) -> None:
    assume(getattr(known, kind))
    other = without_one(known, kind, place)
    before, after = hashes(known), hashes(other)
    was, is_now = cells(known), cells(other)

    same = [cell for cell, digest in before.items() if after[cell] == digest]

    assert [was[cell] for cell in same] == [is_now[cell] for cell in same]


def changed_years(before: Evidence, after: Evidence) -> list[int]:
    one, other = hashes(before), hashes(after)
    return sorted({year for (theme, year), digest in one.items() if other[theme, year] != digest})


def test_a_new_statement_changes_its_year_and_later_ones_alone() -> None:
    first = evidence(coded=[(statement("old", "2012"), 1)])
    second = evidence(coded=[(statement("old", "2012"), 1), (statement("new", "2019-05"), 3)])

    assert changed_years(first, second) == [2019, 2020, 2021, 2022]


def test_each_field_of_a_statement_and_of_its_source_changes_the_hash() -> None:
    plain = statement("said", "2020", excerpt="words", paraphrase="what was said")
    known = evidence(coded=[(plain, 2)])
    for changed in (
        replace(plain, excerpt="other words"),
        replace(plain, solicited=True),
        replace(plain, act="another act"),
        replace(plain, series="a series"),
    ):
        other = evidence(coded=[(changed, 2)])
        assert changed_years(known, other) == [2020, 2021, 2022], changed
    graded = evidence(coded=[(plain, 2)], sources=[source("report", grade=3)])
    assert changed_years(known, graded) == [2020, 2021, 2022]
    assert {field.name for field in fields(Statement)} > {"excerpt", "solicited", "act", "series"}


def test_another_methodology_another_series_of_numbers_or_another_day_changes_all() -> None:
    known = evidence(observations=[observation("a figure", 10.0)])
    dossier = next(iter(all_dossiers(known, RULES)))
    base = hash_cell_inputs(dossier, [2020, 2022], AS_OF, RULES)
    others = [
        hash_cell_inputs(dossier, [2020, 2022], AS_OF, replace(RULES, sha256="1" * 64)),
        hash_cell_inputs(
            dossier,
            [2020, 2022],
            AS_OF,
            replace(RULES, draws=replace(RULES.draws, random_series="another")),
        ),
    ]
    assert all(set(base.values()).isdisjoint(other.values()) for other in others)
    earlier = hash_cell_inputs(dossier, [2020, 2022], AS_OF.replace(month=7), RULES)
    assert earlier[2020] == base[2020]
    assert earlier[2022] != base[2022]


def test_what_lies_ahead_changes_the_newest_year_alone() -> None:
    ahead = evidence(
        coded=[(statement("said", "2012"), 1)],
        opportunities=[opportunity("to come", "2022-12-31")],
        as_of=AS_OF.replace(month=7),
    )
    without = replace(ahead, opportunities=())

    assert changed_years(ahead, without) == [2022]


def test_a_hash_rests_on_nothing_that_is_only_the_programs_own() -> None:
    known = Placement(points=(0.0, 25.0), probabilities=(0.5, 0.5))
    written = write_line(known)
    hash(known)
    assert write_line(known) == written
    assert b"hash" not in written
