"""What `/v1/actors` answers: who is assessed, and one actor's profile."""

from pydantic import Field

from gaptracker.domain.vocabulary import ActorKind
from gaptracker.publish.api.schemas import Cell, Count, Message, Meta, Names


class ActorLinks(Message):
    """Where an actor leads; `parent` is null for an actor that is part of no other."""

    self: str
    gaps: str
    parent: str | None
    replies: str = Field(description="What it replied; of no release, since it may change.")


class ActorRow(Message):
    """Who is assessed."""

    code: str
    kind: ActorKind
    name: str
    names: Names
    parent: str | None = Field(description="Code of the actor that this one is part of.")
    exists_from: str | None = Field(description="Null where no beginning is recorded.")
    exists_to: str | None = Field(description="Null for an actor that still exists.")
    n_cells: Count = Field(description="Cells of grade C or better.")
    links: ActorLinks


class ThemeOfActor(Message):
    """An actor's standing on one theme."""

    theme: str
    theme_name: str
    cell: Cell = Field(
        description="The newest cell of grade C or better; the newest of any grade if none is."
    )


class ActorProfile(ActorRow):
    """Who is assessed, with the newest cell of every theme."""

    themes: list[ThemeOfActor]


class ActorList(Message):
    """All actors, in the order of their codes."""

    meta: Meta
    data: list[ActorRow]


class ActorAnswer(Message):
    """One actor."""

    meta: Meta
    data: ActorProfile
