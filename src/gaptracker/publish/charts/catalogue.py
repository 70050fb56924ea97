"""All charts, by the id that their addresses hold."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from gaptracker.publish.charts import (
    alliance_matrix,
    alliance_network,
    over_years,
    positions,
    profile,
    says_does,
    tile_map,
)
from gaptracker.publish.charts.asked import Asked
from gaptracker.publish.charts.picture import PART, Spec, Words
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.texts import Texts, texts_of

# A few kilobytes each.
MOST_WORDS = 500

Parameter = Literal["actor", "actors", "side", "theme", "year"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart: what it takes, what it says in words, and how it is built.

    `words` and `build` are pure: the same release and question give the same words and the same
    specification. `any_theme` is true where themes of positions only can be asked for, too.
    """

    id: str
    parameters: tuple[Parameter, ...]
    name: Callable[[Texts], str]
    words: Callable[[FrozenRelease, Asked], Words]
    build: Callable[[FrozenRelease, Asked], Spec]
    any_theme: bool = False

    def title(self, release: FrozenRelease, asked: Asked) -> str:
        """Return the title of a picture."""
        return KEPT_WORDS.take(self, release, asked).title

    def alt(self, release: FrozenRelease, asked: Asked) -> str:
        """Return the text for those who do not see a picture."""
        return KEPT_WORDS.take(self, release, asked).alt

    def name_in(self, language: str) -> str:
        """Return what the chart shows, whatever it is asked for."""
        return self.name(texts_of(PART, language))


class KeptWords:
    """Words of pictures asked for lately: a page and an embed ask for the same ones many times.

    They are found one at a time, however many ask at once: each takes a large table in hand.
    """

    def __init__(self, most: int = MOST_WORDS) -> None:
        """Begin with none.

        Args:
            most: How many are kept; those asked for the longest ago go first.
        """
        self._most = most
        self._kept: OrderedDict[tuple[str, str, Asked], Words] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, chart: Chart, release: FrozenRelease, asked: Asked) -> Words:
        """Return what a picture says, found if it is not kept."""
        key = (release.content_sha256, chart.id, asked)
        with self._lock:
            found = self._kept.get(key) or chart.words(release, asked)
            self._kept[key] = found
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return found


KEPT_WORDS = KeptWords()

_ALL = (
    Chart(
        id="says_does",
        parameters=("theme", "year"),
        name=lambda texts: texts.say("What actors say and what they do, on one theme"),
        words=says_does.words_of,
        build=says_does.build,
    ),
    Chart(
        id="profile",
        parameters=("actor", "year"),
        name=lambda texts: texts.say("One actor's words and deeds, theme by theme"),
        words=profile.words_of,
        build=profile.build,
    ),
    Chart(
        id="over_years",
        parameters=("actor", "theme"),
        name=lambda texts: texts.say("What an actor says, its law and what it does, over years"),
        words=over_years.words_of,
        build=over_years.build,
    ),
    Chart(
        id="map",
        parameters=("theme", "year"),
        name=lambda texts: texts.say("A map of verdicts on one theme, a tile for each state"),
        words=tile_map.words_of,
        build=tile_map.build,
    ),
    Chart(
        id="positions",
        parameters=("theme", "actors"),
        name=lambda texts: texts.say("Where actors' words stand on one theme, over years"),
        words=positions.words_of,
        build=positions.build,
        any_theme=True,
    ),
    Chart(
        id="alliance_matrix",
        parameters=("side", "year"),
        name=lambda texts: texts.say("How alike every two actors are, in words or in deeds"),
        words=alliance_matrix.words_of,
        build=alliance_matrix.build,
    ),
    Chart(
        id="alliance_network",
        parameters=("side", "year"),
        name=lambda texts: texts.say("Who stands together, in words or in deeds"),
        words=alliance_network.words_of,
        build=alliance_network.build,
    ),
)

CHARTS: Mapping[str, Chart] = {chart.id: chart for chart in _ALL}
