"""The hand-marked sample of paragraphs is whole, and what is counted on it is counted rightly."""

from collections import Counter

import pytest

from benchmarks.finder_sample import (
    ONE_WORD,
    PARTS,
    Marked,
    Rates,
    on_drugs,
    one_word,
    rates,
    read_sample,
    report,
    theme,
    wilson,
)
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.intake.speech_finder import packaged_finder, paragraphs

SAMPLE = read_sample()
FINDER = packaged_finder()


def marked(text: str, *themes: str, drugs: bool = True, language: str = "en") -> Marked:
    return Marked(
        id="x",
        language=language,
        origin="constructed",
        kind="plain",
        part="held_out",
        on_drugs=drugs,
        themes=frozenset(themes),
        text=text,
        source="",
    )


def test_every_language_has_every_kind_and_both_parts() -> None:
    constructed = [each for each in SAMPLE if each.origin == "constructed"]
    assert len(SAMPLE) >= 200
    assert len({each.id for each in SAMPLE}) == len({each.text for each in SAMPLE}) == len(SAMPLE)
    counts = Counter((each.language, each.kind) for each in constructed)
    kinds = ("plain", "hard_positive", "hard_negative", "negative")
    assert min(counts[language, kind] for language in ONE_WORD for kind in kinds) >= 7
    parts = Counter((each.language, each.part) for each in constructed)
    assert min(parts[language, part] for language in ONE_WORD for part in PARTS) >= 15


def test_marks_are_of_the_ladders_and_fit_their_kind() -> None:
    assert {name for each in SAMPLE for name in each.themes} == set(FINDER.themes)
    assert set(FINDER.themes) <= set(shipped_methodology("1.0.0").themes)
    for each in SAMPLE:
        assert each.on_drugs == (each.kind in {"plain", "hard_positive"}), each.id
        assert each.on_drugs or each.themes <= {"death_penalty"}, each.id


def test_paragraphs_are_short_and_those_of_speeches_say_whose_they_are() -> None:
    for each in SAMPLE:
        assert len(paragraphs(each.text)) == 1, each.id
        assert len(each.text) <= 330, each.id
        assert bool(each.source) == (each.origin == "corpus"), each.id


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_intervals_are_those_of_wilson(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)


def test_hits_misses_and_false_alarms_are_told_apart() -> None:
    sample = [
        marked("Drug traffickers rule the valley.", "militarisation"),
        marked("A joint is no crime."),
        marked("Drugs against AIDS shall be cheap.", drugs=False),
        marked("The sea rises.", drugs=False),
    ]
    assert rates(sample, on_drugs(FINDER)) == Rates(hits=1, found=2, marked=2)
    assert rates(sample, one_word) == Rates(hits=1, found=2, marked=2)
    assert rates(sample, theme(FINDER, "militarisation")) == Rates(hits=0, found=0, marked=1)
    assert rates([marked("Toda drogadicción.", language="es")], one_word).hits == 1


def test_the_finder_does_no_worse_than_on_the_day_it_was_measured() -> None:
    counted = rates(SAMPLE, on_drugs(FINDER))
    peer = rates(SAMPLE, one_word)
    assert counted.hits >= 89
    assert counted.found - counted.hits <= 9
    assert counted.hits > peer.hits


def test_the_report_names_what_was_constructed() -> None:
    told = "\n".join(report(SAMPLE))
    assert "constructed by the authors (181), not drawn from speeches" in told
    assert "no recall by these" in told
    for name in FINDER.themes:
        assert f"theme {name} " in told
