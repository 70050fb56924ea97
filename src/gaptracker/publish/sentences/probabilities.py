"""Probabilities in words: never rounded to certainty, nor to the other side of a threshold."""

from gaptracker.publish.texts import Texts

CERTAIN_ENOUGH = 0.99
MOST_DIGITS = 4


def probability_words(likelihood: float, threshold: float, texts: Texts) -> str:
    """Write a probability in per cent.

    Args:
        likelihood: From 0 to 1.
        threshold: With as many decimals as show on which side of it the probability lies.
        texts: Texts of the part `sentences` in the reader's language.

    Examples:
        >>> from gaptracker.publish.texts import texts_of
        >>> probability_words(0.8996, 0.9, texts_of("sentences", "en"))
        '89.96%'
        >>> probability_words(0.9998, 0.9, texts_of("sentences", "en"))
        'more than 99%'
    """
    if likelihood > CERTAIN_ENOUGH:
        return texts.say("more than {share}", share=texts.percent(CERTAIN_ENOUGH))
    for digits in range(MOST_DIGITS):
        if (round(likelihood, digits + 2) < threshold) == (likelihood < threshold):
            return texts.percent(likelihood, digits)
    return texts.percent(likelihood, MOST_DIGITS)
