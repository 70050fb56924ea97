"""What a picture says is found once, by one who asks at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from gaptracker.publish.charts.asked import Asked
from gaptracker.publish.charts.catalogue import CHARTS, Chart, KeptWords
from gaptracker.publish.charts.picture import Words
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.texts import LANGUAGES
from tests.chart_world import cut_release, question


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> FrozenRelease:
    return cut_release(tmp_path_factory.mktemp("words"))


class Counting:
    """Words of a chart, found slowly, and how many look for them at once."""

    def __init__(self) -> None:
        self.found, self.most, self._now = 0, 0, 0
        self._several = threading.Event()

    def __call__(self, release: FrozenRelease, asked: Asked) -> Words:
        self._now += 1
        self.most = max(self.most, self._now)
        self._several.wait(0.02)
        self._now -= 1
        self.found += 1
        return CHARTS["map"].words(release, asked)


def counted(words: Counting) -> Chart:
    chart = CHARTS["map"]
    return Chart(
        id=chart.id,
        parameters=chart.parameters,
        name=chart.name,
        words=words,
        build=chart.build,
    )


@pytest.mark.hostile(id="many-embeds")
def test_words_are_found_once_and_by_one_at_a_time(release: FrozenRelease) -> None:
    kept, words = KeptWords(), Counting()
    chart = counted(words)
    asked = [
        question("map", language=each, year=year) for each in LANGUAGES for year in (2021, 2022)
    ]
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda each: kept.take(chart, release, each), asked * 4))
    assert (words.found, words.most) == (6, 1)
    assert given == [CHARTS["map"].words(release, each) for each in asked] * 4


def test_words_asked_for_long_ago_are_found_again(release: FrozenRelease) -> None:
    kept, words = KeptWords(most=2), Counting()
    for language in ("en", "es", "pt", "pt", "es", "en"):
        kept.take(counted(words), release, question("map", language=language))
    assert words.found == 4
