"""Paragraphs on drug policy are found in four languages, with the words that led to them."""

import json
import subprocess
import sys

import pytest

from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.intake.speech_finder import (
    LANGUAGES,
    Candidate,
    finder_of,
    packaged_finder,
    paragraphs,
)

LINE = (
    "Peace is what we came here for, and we will not leave this hall without having spoken of it "
    "at length, as we do every year"
)


def found(text: str) -> tuple[Candidate, ...]:
    return packaged_finder().search(text)


def words(candidate: Candidate, theme: str | None = None) -> set[str]:
    terms = candidate.terms if theme is None else candidate.themes.get(theme, ())
    return {term.term for term in terms}


@pytest.mark.parametrize(
    ("text", "theme", "term", "language"),
    [
        ("We oppose the death penalty for drug offences.", "death_penalty", "death penalty", "en"),
        ("La despenalización de las drogas avanza.", "personal_use", "despenaliz*", "es"),
        ("A guerra às drogas fracassou.", "militarisation", "guerra as drogas", "pt"),
        (
            "Les stupéfiants et la réduction des risques.",
            "harm_reduction",
            "reduction des risques",
            "fr",
        ),
        ("LA MARIHUANA MEDICINAL", "cannabis", "marihuana", "en"),
        (
            "Counter-narcotics and alternative-development",
            "development",
            "alternative development",
            "en",
        ),
        (
            "Narcotics: United Nations\nconvention",
            "treaty_regime",
            "united nations convention",
            "en",
        ),
        ("Les drogues et les droits de l\u2019homme", "human_rights", "droits de l'homme", "fr"),
    ],
)
def test_a_paragraph_is_found_with_its_theme_and_the_term(
    text: str, theme: str, term: str, language: str
) -> None:
    (candidate,) = found(text)
    assert candidate.is_on_drugs
    told = {(each.term, each.language) for each in candidate.themes[theme]}
    assert (term, language) in told


@pytest.mark.parametrize(
    "text",
    [
        "Access to essential drugs and antiretroviral drugs saves lives.",
        "Drug-resistant tuberculosis spreads.",
        "Religion is the opium of the people.",
        "Our heroines of independence.",
        "Coca-Cola is sold everywhere.",
        "The new drugstore was drugged.",
        "Human rights, prisons and the armed forces.",
        "",
    ],
)
def test_what_is_not_on_drug_policy_is_not_found(text: str) -> None:
    assert found(text) == ()


def test_the_death_penalty_is_found_where_no_drug_is_named() -> None:
    (candidate,) = found("We have abolished the death penalty and respect human rights.")
    assert not candidate.is_on_drugs
    assert set(candidate.themes) == {"death_penalty"}


def test_an_excluded_word_does_not_hide_another() -> None:
    (candidate,) = found("Generic drugs are one thing, cocaine is another.")
    assert words(candidate) == {"cocaine"}


def test_terms_are_told_once_and_in_the_order_of_the_text() -> None:
    (candidate,) = found("Opium and cocaine, opium again, then heroin.")
    assert [term.term for term in candidate.terms] == ["opium", "cocaine", "heroin"]


def test_paragraphs_keep_their_numbers() -> None:
    text = "\n".join([LINE + ".", f"{LINE}, drugs.", LINE + ".", f"{LINE}, cannabis."])
    assert [each.paragraph for each in found(text)] == [2, 4]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param(f"{LINE}, one.\n{LINE}, two.", 2, id="a-line-each"),
        pytest.param("One.\n\nTwo\ngoes on.\n \nThree.\n\nFour.", 4, id="blank-lines"),
        pytest.param(
            "1. We begin here and go on to the\nedge of the page, where we stop.\n"
            "2. Then we begin again and go on\nto the edge of the page.",
            2,
            id="numbered-and-broken-at-the-edge",
        ),
        pytest.param(
            "This goes on to the edge of a page\nand over it, and then it is at an\nend.\n"
            "This begins anew and goes on until\nthe end.",
            2,
            id="short-last-lines",
        ),
        pytest.param(f"{LINE}, one.\r\n{LINE}, two.\r\n", 2, id="lines-of-windows"),
        pytest.param(f"{LINE}, one.\r{LINE}, two.", 2, id="lines-of-old-macs"),
        pytest.param(" \n\t\n", 0, id="nothing"),
    ],
)
def test_texts_are_cut_as_their_records_mark_paragraphs(text: str, count: int) -> None:
    assert len(paragraphs(text)) == count


def test_every_theme_of_the_lists_is_one_of_the_methodology_and_has_every_language() -> None:
    themes = shipped_methodology("1.0.0").themes
    finder = packaged_finder()
    assert set(finder.themes) <= set(themes)
    # Conduct abroad is described, and not taken as a position.
    assert set(themes) - set(finder.themes) == {"conduct_abroad"}
    for sought in (finder.drugs, *finder.themes.values()):
        assert {each.term.language for each in sought} == set(LANGUAGES)


def test_lists_of_ones_own_are_read() -> None:
    finder = finder_of(
        'version = "mine"\n[drugs]\nen = ["qat"]\n[excluded]\n[[theme]]\nid = "medicines"\n'
        'en = ["chew*"]'
    )
    (candidate,) = finder.search("Chewing QAT")
    assert (candidate.finder, set(candidate.themes)) == ("mine", {"medicines"})


@pytest.mark.hostile
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("drug " * 200_000, id="one-word-over-and-over"),
        pytest.param("\x00drug\x00", id="nul"),
        pytest.param("a\u0301" * 100_000 + " cannabis", id="combining-marks"),
        pytest.param("\u202edrug\u202c cannabis", id="direction-marks"),
    ],
)
def test_odd_texts_are_searched_like_any_other(text: str) -> None:
    (candidate,) = found(text)
    assert words(candidate)


def test_the_benchmark_runs() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.speech_finder", "--speeches", "40", "--json"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(ran.stdout)["candidates"] > 0
