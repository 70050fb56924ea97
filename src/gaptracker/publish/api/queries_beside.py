"""The query parameters of replies and errata."""

from pydantic import Field

from gaptracker.publish.api.queries import LanguageQuery, ListQuery, Names, Text, Years

# What narrows a list; the rest says how it looks.
FILTERS = ("actor", "theme", "year", "pair")


class RepliesPageQuery(LanguageQuery):
    """What the page of replies and errata takes."""

    actor: Text | None = Field(default=None, description="An actor's code.", examples=["MEX"])


class BesideQuery(ListQuery):
    """Filters of `/v1/replies` and `/v1/errata`; lists are separated by commas."""

    actor: Names | None = Field(default=None, description="Actor codes.", examples=["MEX"])
    theme: Names | None = Field(default=None, description="Theme ids.", examples=["death_penalty"])
    year: Years | None = Field(default=None, description="Years.", examples=["2022"])
    pair: Names | None = Field(
        default=None,
        description="Pairs that it names, by their ids.",
        examples=["pair_0c1d2e3f4a5b6c7d"],
    )
