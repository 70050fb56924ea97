"""A checked figure as the API shows it, with addresses that stay."""

from gaptracker.domain.vocabulary import Order
from gaptracker.publish.addresses import address, cell_page, path_part
from gaptracker.publish.api.cells import GAPS_PATH
from gaptracker.publish.api.deps import View
from gaptracker.publish.api.release_rows import RELEASES_PATH
from gaptracker.publish.api.schemas_checked import (
    CheckAnswerData,
    ClaimAnswer,
    ClaimChangeAnswer,
    SaidAnswer,
)
from gaptracker.publish.checked_claims import CheckedClaim, Said
from gaptracker.publish.said_figures import CellKey
from gaptracker.publish.sentences.checked import ClaimTopic, claim_sentence


def build_check(view: View, claim: CheckedClaim, threshold: float) -> CheckAnswerData:
    """Return what became of a printed figure.

    Args:
        view: What the request wants to see, from the newest release.
        claim: What was found.
        threshold: Probability from which figures are told apart.
    """
    actor, theme, year = claim.cell
    names = (
        view.name_of(view.release.actors[actor].names),
        view.name_of(view.release.themes[theme].name),
    )
    topic = ClaimTopic(
        actor=names[0],
        theme=names[1],
        year=year,
        newest=view.release.id,
        threshold=threshold,
    )
    said = [_said(each, claim.cell) for each in claim.said]
    return CheckAnswerData(
        claim=ClaimAnswer(
            actor=actor,
            actor_name=names[0],
            theme=theme,
            theme_name=names[1],
            year=year,
            gap=claim.printed.written,
            low=float(claim.printed.low),
            high=float(claim.printed.high),
        ),
        verdict=claim.verdict,
        sentence=claim_sentence(claim, topic, view.language),
        said_by=[each.release for each in said if each.matches],
        now=next((each for each in said if each.release == view.release.id), None),
        change=_change(view, claim),
        releases=said,
        not_read=list(claim.not_read),
    )


def _change(view: View, claim: CheckedClaim) -> ClaimChangeAnswer | None:
    pair = claim.change
    if pair is None:
        return None
    actor, theme, year = claim.cell
    return ClaimChangeAnswer(
        release=pair.second,
        demonstrated=pair.order is not Order.CANNOT_BE_TOLD_APART,
        p_now_higher=pair.p_first_higher,
        link=address(
            f"{RELEASES_PATH}/{path_part(view.release.id)}/diff",
            {"from": pair.second, "actor": actor, "theme": theme, "year": year},
        ),
    )


def _said(said: Said, cell: CellKey) -> SaidAnswer:
    actor, theme, year = cell
    manifest, figure = said.release.manifest, said.figure
    release = said.release.entry.id
    asked = {"actor": actor, "theme": theme, "year": year, "min_grade": "D", "release": release}
    return SaidAnswer(
        release=release,
        as_of=manifest.as_of,
        methodology=manifest.methodology,
        in_release=figure is not None,
        matches=said.matches,
        gap=figure.gap if figure else None,
        gap_low=figure.gap_low if figure else None,
        gap_high=figure.gap_high if figure else None,
        grade=figure.grade if figure else None,
        label=figure.label if figure else None,
        reason=figure.reason if figure else None,
        link=address(GAPS_PATH, asked),
        page=cell_page(actor, theme, year, release=release),
    )
