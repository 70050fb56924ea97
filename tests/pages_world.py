"""A release whose names and texts try to leave their place in a page."""

from dataclasses import replace
from pathlib import Path

from tests.api_world import API_EVIDENCE, World, open_world
from tests.beside_world import a_reply, an_erratum, decided, lay
from tests.cli_world import SPEECH

SITE = "http://testserver"
LANGUAGES = ("en", "es", "pt")
# Ends of elements, attributes and scripts; an override of direction; letters of two scripts.
HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"' "
    "\N{RIGHT-TO-LEFT OVERRIDE}\u0631\u0633\u0627\u0644\u0629 \u4e4c\u62c9\u572d & {x} $%_#"
)
EVIL_URL = "javascript:alert(3)"


def open_hostile(folder: Path) -> World:
    """Two releases in which Mexico, its speech, sources, reply and erratum have hostile texts."""
    actor = replace(API_EVIDENCE.actors["MEX"], names=dict.fromkeys(LANGUAGES, HOSTILE))
    evidence = replace(
        API_EVIDENCE,
        actors={**API_EVIDENCE.actors, "MEX": actor},
        statements=tuple(
            replace(each, excerpt=HOSTILE, paraphrase=HOSTILE, speaker=HOSTILE, forum=HOSTILE)
            if each.id == SPEECH.id
            else each
            for each in API_EVIDENCE.statements
        ),
        sources={
            name: replace(each, title=HOSTILE, publisher=HOSTILE, url=EVIL_URL)
            for name, each in API_EVIDENCE.sources.items()
        },
    )
    world = open_world(folder, evidence=evidence)
    texts = {"text": HOSTILE, "who": HOSTILE, "office": HOSTILE, "link": EVIL_URL}
    reply = decided(a_reply(world.newer, **texts), because=HOSTILE)
    erratum = an_erratum(world.newer, said=HOSTILE, right=HOSTILE, because=HOSTILE)
    lay(world.shelf.store, [reply], [erratum])
    world.shelf.refresh()
    return world


def a_pair(world: World, release: str | None = None) -> str:
    """The id of the pair that moves a cell of Mexico the most."""
    pinned = f"&release={release}" if release else ""
    rows = world.data(f"/v1/pairs?actor=MEX&year=2022&reading=now{pinned}")
    found: str = rows[0]["id"]
    return found


def page_addresses(world: World) -> tuple[str, ...]:
    """One address of each kind of page."""
    return (
        "/cells/MEX/death_penalty/2022",
        "/cells/CHN/cannabis/2021",
        "/cells/URY/cannabis/2023",
        f"/cells/MEX/death_penalty/2022?release={world.older}",
        f"/pairs/{a_pair(world)}",
        f"/pairs/{a_pair(world, world.older)}?release={world.older}",
        f"/releases/{world.newer}",
        f"/releases/{world.older}",
        "/docs",
        "/replies",
        "/charts/over_years?actor=MEX&theme=death_penalty",
        "/charts/says_does?theme=death_penalty&year=2022",
        f"/embed/over_years?actor=MEX&theme=death_penalty&release={world.older}",
        f"/embed/pair/{a_pair(world)}",
        f"/embed/pair/{a_pair(world, world.older)}?release={world.older}",
    )


def with_language(address: str, language: str) -> str:
    """An address with a language added."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"
