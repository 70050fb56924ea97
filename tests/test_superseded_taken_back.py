"""What was superseded is still shown, so it can be retracted and withdrawn like the published."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gaptracker.domain.refusals import Refused
from gaptracker.domain.workflow import Action, State
from gaptracker.workflows.public_evidence import show_evidence
from tests.intake_world import at, fill
from tests.migrated_databases import migrated_postgres, migrated_sqlite
from tests.submission_life import Life
from tests.test_transition_table import box


@pytest.fixture(params=["sqlite", "postgres"])
def life(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Life]:
    """Everybody on each database in turn."""
    made = (
        migrated_sqlite(tmp_path)
        if request.param == "sqlite"
        else migrated_postgres(request.getfixturevalue("postgres_server_url"))
    )
    with made as engine:
        yield Life(cast=fill(engine, box(), at()))


def shown(life: Life, submission: str) -> str:
    """What the public address of a submission answers."""
    with life.cast.work(read_only=True) as work:
        try:
            return show_evidence(submission, work).state.value
        except Refused as refused:
            return refused.code.value


def test_superseded_evidence_is_retracted_with_a_reason(life: Life) -> None:
    submission = life.in_state(State.SUPERSEDED)
    assert shown(life, submission) == "superseded"

    life.do("editor", Action.RETRACT, submission, public_reason="A person is named in it.")

    assert shown(life, submission) == "retracted"


def test_superseded_evidence_is_withdrawn_when_its_organisation_asked(life: Life) -> None:
    submission = life.in_state(State.SUPERSEDED)
    with pytest.raises(Refused):
        life.do("editor", Action.WITHDRAW, submission)

    life.do("colleague", Action.WITHDRAW, submission)
    assert shown(life, submission) == "superseded"
    life.do("editor", Action.WITHDRAW, submission)

    assert shown(life, submission) == "withdrawn"
