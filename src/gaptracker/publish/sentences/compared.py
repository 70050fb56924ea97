"""What may be said of figures that were held against each other."""

from collections.abc import Iterator, Mapping, Sequence

from gaptracker.domain.vocabulary import Order
from gaptracker.publish.comparing import FEWEST, Compared, FigureName, NotCompared
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.sentences.probabilities import probability_words
from gaptracker.publish.texts import Texts, texts_of
from gaptracker.publish.vocabulary.words import reason_words
from gaptracker.workflows.compare_figures import ComparedPair, ComparedTier

PART = "sentences"
EVEN = 0.5

# Names of figures in the reader's language, by the names under which they are compared.
Spoken = Mapping[str, str]


def figure_words(figure: FigureName, language: str) -> str:
    """Return what is compared."""
    say = texts_of(PART, language).say
    words: Mapping[FigureName, str] = {
        "gap": say("Gap between words and deeds"),
        "says": say("Words"),
        "practice": say("Practice"),
    }
    return words[figure]


def spoken_name(cell: FrozenCell, actor_name: str, across: str, texts: Texts) -> str:
    """Return how a sentence calls a cell.

    Args:
        cell: The cell.
        actor_name: Its actor's name in the reader's language.
        across: What is compared: `actors`, `years` or `releases`.
        texts: The part `sentences` in that language.
    """
    match across:
        case "years":
            return texts.say("{name} in {year}", name=actor_name, year=cell.year)
        case "releases":
            return texts.say("{name} in release {release}", name=actor_name, release=cell.release)
        case _:
            return actor_name


def pair_sentence(
    pair: ComparedPair, threshold: float, topic: str, spoken: Spoken, texts: Texts
) -> str:
    """Return the one sentence that may be printed of two figures.

    Args:
        pair: The two.
        threshold: Probability from which they are told apart.
        topic: What is compared, as `Gap between words and deeds, Death penalty, 2022`.
        spoken: Names in the reader's language.
        texts: The part `sentences` in that language.
    """
    first, second, likelihood = pair.first, pair.second, pair.p_first_higher
    if likelihood < EVEN:
        first, second, likelihood = second, first, 1 - likelihood
    names = {"topic": topic, "first": spoken[first], "second": spoken[second]}
    if pair.same:
        return texts.say("{topic}: {first} and {second} have the same figure.", **names)
    share = probability_words(likelihood, (threshold,), texts.language)
    if pair.order is Order.CANNOT_BE_TOLD_APART or pair.difference_points is None:
        return texts.say(
            "{topic}: {first} and {second} cannot be told apart. The probability that the figure "
            "of {first} is really the higher is {share}, and {threshold} is asked for.",
            **names,
            share=share,
            threshold=texts.percent(threshold),
        )
    points = texts.number(abs(pair.difference_points), 1)
    return texts.say(
        "{topic}: {first} is {points} points higher than {second}; the probability of this order "
        "is {share}.",
        **names,
        points=points,
        share=share,
    )


def tier_sentence(tier: ComparedTier, spoken: Spoken, texts: Texts) -> str:
    """Return what may be said of the figures of one tier."""
    members = texts.all_of([spoken[name] for name in tier.members])
    if len(tier.members) == 1:
        return texts.say("Tier {tier}: {members}.", tier=tier.tier, members=members)
    if tier.all_alike:
        return texts.say(
            "Tier {tier}: {members}. No two of them can be told apart.",
            tier=tier.tier,
            members=members,
        )
    return texts.say(
        "Tier {tier}: {members}. Some of them can be told apart, but no line leaves all others on "
        "one side.",
        tier=tier.tier,
        members=members,
    )


def left_out_sentence(left: NotCompared, spoken: Spoken, language: str) -> str:
    """Return why a figure enters no comparison."""
    say = texts_of(PART, language).say
    if left.reason is None:
        return say(
            "{name} is not compared: there is too little evidence (grade D).",
            name=spoken[left.name],
        )
    return say(
        "{name} is not compared: no gap is given, since {reason}.",
        name=spoken[left.name],
        reason=reason_words(left.reason, language),
    )


def methodologies_sentence(rules: Mapping[str, str], texts: Texts) -> Iterator[str]:
    """Yield that releases follow different rules.

    Args:
        rules: The methodology of each release.
        texts: The part `sentences` in the reader's language.
    """
    yield texts.say(
        "The releases follow different methodologies ({rules}): a difference may come from the "
        "rules as well as from the evidence.",
        rules="; ".join(f"{release}: {version}" for release, version in rules.items()),
    )


def comparison_sentences(
    compared: Compared, shared: Sequence[str], spoken: Spoken, texts: Texts
) -> Iterator[str]:
    """Yield what has to be said of a comparison as a whole.

    Args:
        compared: The comparison.
        shared: Names of figures that rest on evidence which another of them rests on.
        spoken: Names in the reader's language.
        texts: The part `sentences` in that language.
    """
    if len(compared.figures) < FEWEST:
        yield texts.say(
            "There is nothing to compare: fewer than two figures have evidence of grade C or "
            "better."
        )
    elif len(compared.tiers) == 1:
        yield texts.say("One tier: there is no place to draw a line between higher and lower.")
    else:
        yield texts.say(
            "Everything in a higher tier is told apart from everything in a lower one, each with "
            "a probability of {threshold} or more.",
            threshold=texts.percent(compared.threshold),
        )
    if shared:
        yield texts.say(
            "{names} rest in part on the same evidence and are taken as independent, which errs "
            "on the side of saying nothing.",
            names=texts.all_of([spoken[name] for name in shared]),
        )
