"""Bodies and parameters of the feed of events and of webhook endpoints."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from gaptracker.domain.webhooks import DeliveryState
from gaptracker.intake.submission_patterns import one_of_listed
from gaptracker.receive.requests import Address, Body, Id

# All types but `webhook.test`, which nobody subscribes to.
FeedType = Literal[
    "submission.submitted",
    "submission.needs_info",
    "submission.accepted",
    "submission.rejected",
    "submission.withdrawn",
    "evidence.published",
    "evidence.superseded",
    "evidence.retracted",
    "attachment.quarantined",
    "job.finished",
    "score.changed",
]


class EndpointBody(Body):
    """Where events are to be sent; which ones, or all if `types` is left out."""

    # Its form and where it leads are judged by the address guard.
    url: Address
    types: Annotated[list[FeedType], Field(min_length=1, max_length=50)] | None = None


class EventQuery(BaseModel):
    """Which events, and how long to wait for the first of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[Id | None, Field(description="The last event that you have.")] = None
    types: Annotated[
        str | None,
        Field(
            description="Event types, separated by commas; all without it.",
            min_length=1,
            max_length=500,
            json_schema_extra={"pattern": one_of_listed(list(get_args(FeedType)))},
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200, description="How many at most.")] = 100
    wait: Annotated[int, Field(ge=0, le=30, description="Seconds to wait if there is none.")] = 0


class DeliveryQuery(BaseModel):
    """Which deliveries, and how many."""

    model_config = ConfigDict(extra="forbid")

    state: Annotated[DeliveryState | None, Field(description="Only those in this state.")] = None
    before: Annotated[Id | None, Field(description="`next` of the page before.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="How many at most.")] = 50
