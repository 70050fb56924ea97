"""Comparisons as the API shows them: figures, tiers, pairs, and the sentences that go with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from gaptracker.publish.api.cells import GAPS_PATH
from gaptracker.publish.api.comparison_asked import Across
from gaptracker.publish.api.deps import View, address
from gaptracker.publish.api.schemas_compared import (
    ComparedFigureAnswer,
    ComparedPairAnswer,
    ComparedPairRow,
    ComparedTierAnswer,
    ComparisonAnswer,
    LeftOutAnswer,
)
from gaptracker.publish.comparing import (
    FigureName,
    Subject,
    compare_subjects,
    on_shared_evidence,
)
from gaptracker.publish.sentences.compared import (
    PART,
    comparison_sentences,
    figure_words,
    left_out_sentence,
    methodologies_sentence,
    pair_sentence,
    spoken_name,
    tier_sentence,
)
from gaptracker.publish.texts import texts_of
from gaptracker.workflows.compare_figures import ComparedPair


def build_comparison(
    view: View, subjects: Sequence[Subject], figure: FigureName, across: Across
) -> ComparisonAnswer:
    """Compare cells and say what may be said of them.

    Args:
        view: What the request wants to see.
        subjects: The cells, of one theme.
        figure: Which of their figures.
        across: What they differ in.
    """
    texts = texts_of(PART, view.language)
    by_name = {subject.name: subject for subject in subjects}
    spoken = {
        name: spoken_name(subject.cell, _actor_name(view, subject), across, texts)
        for name, subject in by_name.items()
    }
    compared = compare_subjects(subjects, figure)
    first = subjects[0]
    theme = view.name_of(first.release.themes[first.cell.theme].name)
    parts = [figure_words(figure, view.language), theme]
    topic = ", ".join([*parts, str(first.cell.year)] if across != "years" else parts)
    shared = on_shared_evidence(subjects, compared, figure)
    rules = {
        subject.release.id: subject.release.manifest.methodology_sha256 for subject in subjects
    }
    sentences = [
        *comparison_sentences(compared, shared, spoken, texts),
        *(
            methodologies_sentence(
                {each.release.id: each.release.manifest.methodology for each in subjects}, texts
            )
            if len(set(rules.values())) > 1
            else ()
        ),
    ]
    return ComparisonAnswer(
        theme=first.cell.theme,
        theme_name=theme,
        figure=figure,
        across=across,
        threshold=compared.threshold,
        sentences=sentences,
        tiers=[
            ComparedTierAnswer(
                tier=tier.tier,
                members=list(tier.members),
                all_alike=tier.all_alike,
                sentence=tier_sentence(tier, spoken, texts),
            )
            for tier in compared.tiers
        ],
        figures=[
            ComparedFigureAnswer(
                **_identity(view, by_name[row.name]),
                points=row.points,
                low=row.low,
                high=row.high,
                grade=row.grade,
                label=row.label,
                tier=row.tier,
                place_best=row.place_best,
                place_worst=row.place_worst,
            )
            for row in compared.figures
        ],
        pairs=[
            _pair(pair, pair_sentence(pair, compared.threshold, topic, spoken, texts))
            for pair in compared.pairs
        ],
        left_out=[
            LeftOutAnswer(
                **_identity(view, by_name[left.name]),
                grade=left.grade,
                reason=left.reason,
                sentence=left_out_sentence(left, spoken, view.language),
            )
            for left in compared.left_out
        ],
    )


def pair_rows(view: View, comparison: ComparisonAnswer) -> list[ComparedPairRow]:
    """Return the pairs of a comparison as rows that say of which figures they are."""
    years = {each.year for each in comparison.figures}
    return [
        ComparedPairRow(
            **pair.model_dump(),
            theme=comparison.theme,
            figure=comparison.figure,
            year=min(years) if comparison.across != "years" else None,
            release=view.release.id,
            methodology=view.release.manifest.methodology,
            provisional=view.release.manifest.provisional,
        )
        for pair in comparison.pairs
    ]


def _pair(pair: ComparedPair, sentence: str) -> ComparedPairAnswer:
    interval = pair.difference_interval
    return ComparedPairAnswer(
        first=pair.first,
        second=pair.second,
        told_apart=pair.difference_points is not None,
        order=pair.order,
        p_first_higher=pair.p_first_higher,
        difference_points=pair.difference_points,
        difference_low=interval.low if interval else None,
        difference_high=interval.high if interval else None,
        sentence=sentence,
        same=pair.same,
    )


def _actor_name(view: View, subject: Subject) -> str:
    return view.name_of(subject.release.actors[subject.cell.actor].names)


# `Any`, because the members differ in type.
def _identity(view: View, subject: Subject) -> Mapping[str, Any]:
    """Return whose figure it is, and where its cell stands for ever."""
    cell, release = subject.cell, subject.release.id
    return {
        "name": subject.name,
        "actor": cell.actor,
        "actor_name": _actor_name(view, subject),
        "year": cell.year,
        "release": release,
        "link": address(
            GAPS_PATH,
            {
                "actor": cell.actor,
                "theme": cell.theme,
                "year": cell.year,
                "min_grade": "D",
                "release": release,
            },
        ),
    }
