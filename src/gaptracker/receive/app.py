"""Join the intake's routes to the application."""

from fastapi import FastAPI

from gaptracker.receive.desk import Desk
from gaptracker.receive.errors import install_intake_errors
from gaptracker.receive.routes import (
    attachments,
    codings,
    conversation,
    csv_mappings,
    derivatives,
    events,
    evidence,
    jobs,
    links,
    log,
    me,
    organisation,
    submissions,
    unsealing,
    webhooks,
)
from gaptracker.receive.slow_bodies import SlowBodies

ROUTERS = (
    me.router,
    submissions.router,
    conversation.router,
    codings.router,
    jobs.router,
    links.router,
    csv_mappings.router,
    evidence.router,
    organisation.router,
    events.router,
    webhooks.router,
    attachments.router,
    derivatives.router,
    log.router,
    unsealing.router,
)


def install_intake(app: FastAPI, desk: Desk) -> None:
    """Give an application that has the intake's routes its tools and its error handlers."""
    app.state.desk = desk
    install_intake_errors(app)
    app.add_middleware(SlowBodies)
