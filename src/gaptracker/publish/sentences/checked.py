"""What became of a figure that somebody printed, in one plain sentence."""

from dataclasses import dataclass

from gaptracker.domain.vocabulary import Grade, Order
from gaptracker.publish.checked_claims import CheckedClaim, Said, Verdict
from gaptracker.publish.said_figures import SaidFigure
from gaptracker.publish.sentences.probabilities import probability_words
from gaptracker.publish.texts import Texts, texts_of
from gaptracker.publish.vocabulary.words import grade_words, label_words, reason_words

PART = "sentences"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTopic:
    """Whose figure was printed, in the reader's language; `newest` is the newest release's id.

    `threshold` is the probability from which figures are told apart.
    """

    actor: str
    theme: str
    year: int
    newest: str
    threshold: float

    def __str__(self) -> str:
        """Return it as a sentence begins: `Mexico, Death penalty, 2022`."""
        return f"{self.actor}, {self.theme}, {self.year}"


def claim_sentence(claim: CheckedClaim, topic: ClaimTopic, language: str) -> str:
    """Return whether a figure was published, and what it is now."""
    texts = texts_of(PART, language)
    printed = texts.signed(float(claim.printed.value), claim.printed.decimals)
    newest = next((each for each in claim.said if each.release.entry.id == topic.newest), None)
    unread = _unread(claim, texts)
    now = "" if topic.newest in claim.not_read else _now(newest, topic, texts)
    last = claim.last_said
    if last is None:
        never = texts.say(
            "{topic}: no published release says {printed} points.", topic=topic, printed=printed
        )
        return " ".join(filter(None, (never, unread, now)))
    if claim.verdict is Verdict.CURRENT:
        still = texts.say(
            "{topic}: {printed} points is the current figure.", topic=topic, printed=printed
        )
        return " ".join(filter(None, (still, now, unread)))
    if topic.newest in claim.not_read:
        once = texts.say(
            "{topic}: {printed} points is a figure of release {release}.",
            topic=topic,
            printed=printed,
            release=last.release.entry.id,
        )
        return f"{once} {unread}"
    earlier = texts.say(
        "{topic}: {printed} points is a figure of release {release}, and no longer the current "
        "one.",
        topic=topic,
        printed=printed,
        release=last.release.entry.id,
    )
    change = _change(claim, topic.threshold, texts)
    return " ".join(filter(None, (earlier, now, change, unread)))


def _unread(claim: CheckedClaim, texts: Texts) -> str:
    """Return which releases may say otherwise, because they cannot be read."""
    if not claim.not_read:
        return ""
    return texts.say(
        "Not read, and what they say is not known: {releases}.", releases=", ".join(claim.not_read)
    )


def _now(newest: Said | None, topic: ClaimTopic, texts: Texts) -> str:
    """Return what the newest release says."""
    if newest is None or newest.figure is None:
        return texts.say("The newest release, {release}, has no such cell.", release=topic.newest)
    figure = newest.figure
    if figure.gap is None or figure.gap_low is None or figure.gap_high is None:
        return texts.say(
            "The newest release, {release}, gives no gap: {reason}.",
            release=topic.newest,
            reason=_why(figure, texts.language),
        )
    said = texts.say(
        "The newest release, {release}, gives a gap of {gap} points, with a 90% interval from "
        "{low} to {high}: {label} ({grade}).",
        release=topic.newest,
        gap=texts.signed(figure.gap, 1),
        low=texts.signed(figure.gap_low, 1),
        high=texts.signed(figure.gap_high, 1),
        label=label_words(figure.label, texts.language),
        grade=grade_words(figure.grade, texts.language),
    )
    if figure.grade is not Grade.D:
        return said
    unfit = texts.say("With so little evidence it is not fit to be printed.")
    return f"{said} {unfit}"


def _why(figure: SaidFigure, language: str) -> str:
    if figure.reason is None:
        return label_words(figure.label, language)
    return reason_words(figure.reason, language)


def _change(claim: CheckedClaim, threshold: float, texts: Texts) -> str:
    """Return whether the newest figure differs demonstrably from that which was printed."""
    pair = claim.change
    if pair is None:
        return ""
    likelihood = max(pair.p_first_higher, 1 - pair.p_first_higher)
    share = probability_words(likelihood, (threshold,), texts.language)
    if pair.order is Order.CANNOT_BE_TOLD_APART:
        return texts.say(
            "Both figures cannot be told apart: the probability of their order is {share}, and "
            "{threshold} is asked for.",
            share=share,
            threshold=texts.percent(threshold),
        )
    return texts.say(
        "The change is demonstrated: the probability of this order is {share}.", share=share
    )
