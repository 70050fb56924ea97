"""What has to stand beside a figure under other choices than the methodology's."""

from gaptracker.publish.texts import texts_of

PART = "sentences"


def not_official_sentence(release: str, language: str) -> str:
    """Return that a figure is no published one, and how it may be quoted."""
    return texts_of(PART, language).say(
        "Not official: this is no published figure. Quote it only with its parameters, and beside "
        "the published one of release {release}.",
        release=release,
    )
