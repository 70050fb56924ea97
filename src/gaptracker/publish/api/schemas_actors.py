"""What `/v1/actors` answers: who is assessed, and one actor's profile."""

from datetime import date

from pydantic import Field

from gaptracker.domain.vocabulary import ActorKind, Grade, Label, Outcome
from gaptracker.publish.api.schemas import Cell, Count, Message, Meta, Names, Number, Share


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


class YearOfTheme(Message):
    """One year of an actor on one theme, of grade C or better, in short."""

    year: int
    says: Number | None
    practice: Number | None
    gap: Number | None
    gap_low: Number | None
    gap_high: Number | None
    mixed_message_points: Number | None
    silence_rate: Share | None
    grade: Grade
    label: Label


class ThemeOfActor(Message):
    """An actor's standing on one theme, and how it came to it."""

    theme: str
    theme_name: str
    cell: Cell = Field(
        description="The newest cell of grade C or better; the newest of any grade if none is."
    )
    trend: list[YearOfTheme] = Field(
        description="Every year of grade C or better, the oldest first."
    )
    compare: str | None = Field(
        description="Whether the first and the last year of the trend can be told apart; null "
        "where there are not two."
    )


class YearOfActor(Message):
    """One year of an actor across its themes of grade C or better. There is no overall number."""

    year: int
    n_themes: Count
    mean_points: Number = Field(
        description="Plain signed mean of the gaps: words ahead and deeds ahead cancel in it."
    )
    mean_standard_error_points: Number
    size_points: Number = Field(
        description="Root mean square of the gaps once chance is taken off: they do not cancel."
    )
    lowest_points: Number = Field(description="Least that some weighting of the themes makes.")
    highest_points: Number = Field(description="Greatest that some weighting of the themes makes.")
    words_ahead: Count = Field(description="Demonstrated gaps in which words are ahead.")
    deeds_ahead: Count = Field(description="Demonstrated gaps in which deeds are ahead.")


class PledgeOfActor(Message):
    """A pledge held against one deed of the time when it fell or falls due."""

    pair: str = Field(description="Id of the pair.")
    theme: str
    said_on: str = Field(description="As precise as known: YYYY, YYYY-MM or YYYY-MM-DD.")
    forum: str
    excerpt: str | None = Field(description="The words themselves, where they may be shown.")
    paraphrase: str | None = Field(description="What they amount to, in our words.")
    due_on: date | None
    outcome: Outcome
    link: str = Field(description="The pair: both texts, both sources.")


class ActorProfile(ActorRow):
    """Who is assessed, with the newest cell and the trend of every theme, and its pledges."""

    themes: list[ThemeOfActor]
    years: list[YearOfActor] = Field(
        description="Years in which a theme has a gap of grade C or better, the oldest first."
    )
    pledges: list[PledgeOfActor] = Field(
        description="By the day on which they fell or fall due; one pledge meets several deeds."
    )


class ActorList(Message):
    """All actors, in the order of their codes."""

    meta: Meta
    data: list[ActorRow]


class ActorAnswer(Message):
    """One actor."""

    meta: Meta
    data: ActorProfile
