"""Replies and errata as the API shows them."""

from collections.abc import Iterable

from gaptracker.domain.annotations import CellRef, DecidedReply, Erratum
from gaptracker.publish.addresses import ERRATA_PATH, REPLIES_PATH, path_part
from gaptracker.publish.api.deps import View
from gaptracker.publish.api.release_rows import RELEASES_PATH
from gaptracker.publish.api.schemas_beside import BesideLinks, CellName, ErratumRow, ReplyRow


def build_reply(view: View, found: DecidedReply) -> ReplyRow:
    """Return a reply with its actor's name in the view's language, the code where it has none."""
    reply, decision = found.reply, found.decision
    actor = view.release.actors.get(reply.actor)
    return ReplyRow(
        id=reply.id,
        actor=reply.actor,
        actor_name=view.name_of(actor.names) if actor else reply.actor,
        release=reply.release,
        received_on=reply.received_on,
        who=reply.who,
        office=reply.office,
        language=reply.language,
        text=reply.text,
        link=reply.link,
        attachment_sha256=reply.attachment_sha256,
        cells=_cells(reply.cells),
        pairs=list(reply.pairs),
        outcome=found.outcome,
        because=decision.because if decision else None,
        decided_on=decision.decided_at.date() if decision else None,
        recorded_at=reply.recorded_at,
        links=_links(f"{REPLIES_PATH}/{path_part(reply.id)}", reply.release),
    )


def build_erratum(erratum: Erratum) -> ErratumRow:
    """Return an erratum."""
    return ErratumRow(
        id=erratum.id,
        release=erratum.release,
        published_on=erratum.published_at.date(),
        said=erratum.said,
        right=erratum.right,
        because=erratum.because,
        language=erratum.language,
        cells=_cells(erratum.cells),
        pairs=list(erratum.pairs),
        records=list(erratum.records),
        published_at=erratum.published_at,
        links=_links(f"{ERRATA_PATH}/{path_part(erratum.id)}", erratum.release),
    )


def _cells(cells: Iterable[CellRef]) -> list[CellName]:
    return [CellName(actor=each.actor, theme=each.theme, year=each.year) for each in cells]


def _links(own: str, release: str) -> BesideLinks:
    return BesideLinks(self=own, release=f"{RELEASES_PATH}/{path_part(release)}")
