"""Actors of a frozen release as the API shows them."""

from gaptracker.domain.actors import Actor
from gaptracker.publish.addresses import REPLIES_PATH, address
from gaptracker.publish.api.cells import GAPS_PATH
from gaptracker.publish.api.deps import View, path_part
from gaptracker.publish.api.schemas import Names
from gaptracker.publish.api.schemas_actors import ActorLinks, ActorRow

ACTORS_PATH = "/v1/actors"


def build_actor(view: View, actor: Actor, n_cells: int) -> ActorRow:
    """Return an actor without its figures.

    Args:
        view: What the request wants to see.
        actor: The actor.
        n_cells: Its cells of grade C or better.
    """
    names, existence = actor.names, actor.existence
    return ActorRow(
        code=actor.code,
        kind=actor.kind,
        name=view.name_of(names),
        names=Names(en=names["en"], es=names.get("es"), pt=names.get("pt")),
        parent=actor.parent,
        exists_from=str(existence.start) if existence.start else None,
        exists_to=str(existence.end) if existence.end else None,
        n_cells=n_cells,
        links=ActorLinks(
            self=_address(view, actor.code),
            gaps=view.link(GAPS_PATH, actor=actor.code),
            parent=_address(view, actor.parent) if actor.parent else None,
            replies=address(REPLIES_PATH, {"actor": actor.code}),
        ),
    )


def _address(view: View, code: str) -> str:
    return view.link(f"{ACTORS_PATH}/{path_part(code)}")
