"""Charts as they are listed."""

from pydantic import Field

from gaptracker.publish.api.schemas import Message, Meta


class ChartLinks(Message):
    """Where a chart is given; what stands in braces is to be filled in."""

    specification: str
    svg: str
    png: str


class ChartRow(Message):
    """One chart and what it takes."""

    id: str
    name: str
    parameters: list[str] = Field(description="Parameters that the chart needs, all of them.")
    sizes: list[str]
    links: ChartLinks


class ChartList(Message):
    """All charts."""

    meta: Meta
    data: list[ChartRow]
