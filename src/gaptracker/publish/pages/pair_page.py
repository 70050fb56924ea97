"""The page of one pair: what was said, what was done, and how both were placed."""

from dataclasses import dataclass

from gaptracker.domain.records import Coding
from gaptracker.publish.addresses import PAIRS_PAGE, cell_page, path_part
from gaptracker.publish.api.cited import cited_pair
from gaptracker.publish.api.pair_rows import build_pair_detail
from gaptracker.publish.api.schemas_pairs import PairDetail
from gaptracker.publish.beside import SaidBeside
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.pages.asked import Asked, citations_of, cite_link, iframe, short_citation
from gaptracker.publish.pages.beside import EMBEDDED_LINES, beside_lines, shown_beside
from gaptracker.publish.pages.cards import card_of, oembed_address
from gaptracker.publish.pages.cell_page import CHART
from gaptracker.publish.pages.frame import Frame
from gaptracker.publish.pages.linked_data import Publication, review
from gaptracker.publish.pages.rendering import render
from gaptracker.publish.rows import FrozenPair
from gaptracker.publish.vocabulary.words import outcome_words

EMBED_HEIGHT = 420


@dataclass(frozen=True, slots=True, kw_only=True)
class RungPlace:
    """Where a coder put an item on the theme's ladder."""

    coding: Coding
    rung: str


def build_pair_page(asked: Asked, pair: FrozenPair) -> bytes:
    """Return the page of a pair."""
    view = asked.view
    detail = build_pair_detail(view, view.release.pairs_called(pair.id).frame)
    title = pair_title(asked, pair)
    outcome = outcome_words(pair.outcome, asked.language)
    work = cited_pair(view, pair, asked.site)
    summary = detail.statement.excerpt or detail.statement.paraphrase or ""
    named = {"actor": pair.actor, "theme": pair.theme}
    publication = Publication(
        manifest=view.release.manifest, site=asked.site, language=asked.language
    )
    frame = Frame(
        title=title,
        description=f"{outcome}. {summary}",
        place=asked.place,
        manifest=view.release.manifest,
        newer=asked.newer(lambda release: pair_there(release, pair, asked)),
        card=card_of(asked, CHART, named, alt=title),
        oembed=oembed_address(asked),
        linked_data=(review(detail, work, outcome, publication),),
    )
    embed = asked.site + asked.pinned(f"/embed/pair/{pair.id}")
    return render(
        "pair.html",
        asked.language,
        frame=frame,
        pair=detail,
        theme=asked.theme_name(pair.theme),
        beside=shown_beside(view, _beside(asked, pair)),
        beside_lines=beside_lines(view, _beside(asked, pair), page=""),
        cell_page=_cell_page(asked, detail),
        said_codings=_codings(asked, pair.statement, pair.theme),
        did_codings=_codings(asked, pair.deed, pair.theme) if pair.deed else [],
        citations=citations_of(work),
        cite_link=cite_link(asked, pair=pair.id),
        embed_code=iframe(embed, title, height=EMBED_HEIGHT),
        json=asked.pinned(f"/v1/pairs/{pair.id}"),
        rows=asked.pinned("/v1/pairs.csv", actor=pair.actor, theme=pair.theme, year=pair.year),
    )


def build_pair_embed(asked: Asked, pair: FrozenPair) -> bytes:
    """Return a pair's embed: both texts with their sources, no script."""
    detail = build_pair_detail(asked.view, asked.view.release.pairs_called(pair.id).frame)
    outcome = outcome_words(pair.outcome, asked.language)
    frame = Frame(
        title=pair_title(asked, pair),
        description=outcome,
        place=asked.place,
        manifest=asked.view.release.manifest,
        newer=asked.newer(
            lambda release: pair_there(release, pair, asked),
            path=f"{PAIRS_PAGE}/{path_part(pair.id)}",
        ),
    )
    return render(
        "embed_pair.html",
        asked.language,
        frame=frame,
        pair=detail,
        citation=short_citation(cited_pair(asked.view, pair, asked.site)),
        picture_says_it=False,
        beside_lines=beside_lines(asked.view, _beside(asked, pair), most=EMBEDDED_LINES),
        back=asked.pinned(f"{PAIRS_PAGE}/{path_part(pair.id)}"),
    )


def pair_title(asked: Asked, pair: FrozenPair) -> str:
    """Return what a pair's page and its embed are called."""
    return asked.texts.say(
        "{actor}: {theme}, said and did",
        actor=asked.actor_name(pair.actor),
        theme=asked.theme_name(pair.theme),
    )


def pair_there(release: FrozenRelease, pair: FrozenPair, asked: Asked) -> str:
    """Return what a newer release says of a pair."""
    found = release.pairs_called(pair.id).sorted_by("year", descending=True).only()
    if found is None:
        return asked.texts.say("It does not hold this pair any more.")
    outcome = outcome_words(found.outcome, asked.language)
    return asked.texts.say("There it reads: {outcome}.", outcome=outcome)


def _beside(asked: Asked, pair: FrozenPair) -> SaidBeside:
    """Return what is said of the pair, or of the cell in which it stands."""
    beside = asked.view.standing.beside
    return beside.of_pair(pair.id, pair.actor, pair.theme, pair.year)


def _cell_page(asked: Asked, detail: PairDetail) -> str | None:
    if detail.year not in asked.view.release.years:
        return None
    pinned = {"release": asked.view.release.id, "lang": asked.language}
    return cell_page(detail.actor, detail.theme, detail.year, **pinned)


def _codings(asked: Asked, item: str, theme: str) -> list[RungPlace]:
    release = asked.view.release
    titles = {rung.rung: asked.view.name_of(rung.title) for rung in release.themes[theme].rungs}
    return [
        RungPlace(coding=each, rung=titles[each.rung])
        for each in release.codings_of(item)
        if each.theme == theme
    ]
