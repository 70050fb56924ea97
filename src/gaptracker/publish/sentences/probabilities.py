"""Probabilities in words: never rounded to certainty, nor to the other side of a threshold."""

from gaptracker.publish.texts import Texts, texts_of

PART = "sentences"
CERTAIN_ENOUGH = 0.99
MOST_DIGITS = 4


def probability_words(likelihood: float, thresholds: tuple[float, ...], language: str) -> str:
    """Write a probability in per cent.

    Args:
        likelihood: From 0 to 1.
        thresholds: With as many decimals as show on which side of each the probability lies.
        language: The reader's.

    Examples:
        >>> probability_words(0.8996, (0.9,), "en")
        '89.96%'
        >>> probability_words(0.9998, (0.9,), "en"), probability_words(0.0002, (0.9,), "en")
        ('more than 99%', 'less than 1%')
    """
    texts: Texts = texts_of(PART, language)
    if likelihood > CERTAIN_ENOUGH:
        return texts.say("more than {share}", share=texts.percent(CERTAIN_ENOUGH))
    if likelihood < 1 - CERTAIN_ENOUGH:
        return texts.say("less than {share}", share=texts.percent(1 - CERTAIN_ENOUGH))
    for digits in range(MOST_DIGITS):
        rounded = round(likelihood, digits + 2)
        if all((rounded < each) == (likelihood < each) for each in thresholds):
            return texts.percent(likelihood, digits)
    return texts.percent(likelihood, MOST_DIGITS)
