"""Published corrections: laid over the records, taken away again, never forced on a misfit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gaptracker.domain.corrections import FieldChange, PublishedCorrection
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Measure, Observation, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate
from gaptracker.release.inputs import hash_evidence
from gaptracker.release.submissions import submission_parts
from gaptracker.workflows.apply_corrections import Corrected, apply_corrections
from tests.desk_world import DeskWorld, correction, desk_world
from tests.small_evidence import CATEGORY, EVIDENCE, PRISONERS, SPEECH, STATUTE

NOW = datetime(2026, 11, 25, tzinfo=UTC)
TITLE = ("title", STATUTE.title, "General Health Law, article 479")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[DeskWorld]:
    with desk_world(database_url, tmp_path) as made:
        yield made


def given(
    record: str, *changes: tuple[str, str | None, str | None], number: int = 1
) -> PublishedCorrection:
    return PublishedCorrection(
        id=f"sub_{number}-c1",
        submission=f"sub_{number}",
        record=record,
        changes=tuple(
            FieldChange(field=name, is_wrong=wrong, should_be=right)
            for name, wrong, right in changes
        ),
        published_at=NOW + timedelta(hours=number),
    )


def applied(*corrections: PublishedCorrection) -> Corrected:
    return apply_corrections(EVIDENCE, corrections)


def law(evidence: Evidence) -> Measure:
    return next(each for each in evidence.measures if each.id == STATUTE.id)


# What a correction does


def test_without_corrections_evidence_keeps_its_bytes_and_its_hash() -> None:
    found = applied()
    assert found.evidence is EVIDENCE
    assert hash_evidence(replace(EVIDENCE, corrections=())) == hash_evidence(EVIDENCE)


def test_a_correction_changes_the_field_it_names_and_nothing_else() -> None:
    found = applied(given(STATUTE.id, TITLE))
    assert found.unfit == ()
    assert law(found.evidence) == replace(STATUTE, title=TITLE[2])
    assert replace(found.evidence, measures=EVIDENCE.measures, corrections=()) == EVIDENCE
    assert hash_evidence(found.evidence) != hash_evidence(EVIDENCE)


@pytest.mark.parametrize(
    ("record", "change", "field", "value"),
    [
        (STATUTE.id, ("kind", "statute", "ruling"), "kind", "ruling"),
        (STATUTE.id, ("note", "Thresholds  of small amounts.", None), "note", None),
        (PRISONERS.id, ("value", "0.30000000000000004", "0.5"), "value", 0.5),
        (CATEGORY.id, ("period", "2026-01", "2026-02"), "period", PartialDate.parse("2026-02")),
        (SPEECH.id, ("solicited", "false", "true"), "solicited", True),
        (SPEECH.id, ("due_on", "2018", None), "due_on", None),
        ("encyclopedia", ("record_of_act", "false", "true"), "record_of_act", True),
        ("encyclopedia", ("kind", "web page", "dataset"), "kind", "dataset"),
    ],
)
def test_each_sort_of_field_is_read_as_it_is_kept(
    record: str, change: tuple[str, str | None, str | None], field: str, value: object
) -> None:
    found = applied(given(record, change))
    assert found.unfit == ()
    every: tuple[Source | Statement | Measure | Observation, ...] = (
        *found.evidence.sources.values(),
        *found.evidence.statements,
        *found.evidence.measures,
        *found.evidence.observations,
    )
    (corrected,) = (each for each in every if each.id == record)
    assert getattr(corrected, field) == value


def test_both_ends_of_a_period_are_corrected_together() -> None:
    ends = (("in_force_from", "2009-08", "2032"), ("in_force_to", "2031", "2033"))
    found = law(applied(given(STATUTE.id, *ends)).evidence)
    assert str(found.in_force.start) == "2032"
    assert str(found.in_force.end) == "2033"


def test_a_record_whose_existence_is_corrected_is_left_out_with_its_codings() -> None:
    found = applied(given(STATUTE.id, ("existence", None, "never enacted"))).evidence
    assert found.measures == ()
    assert all(coding.item != STATUTE.id for coding in found.codings)
    assert found.statements == EVIDENCE.statements


def test_a_source_that_does_not_exist_takes_all_that_cites_it_along() -> None:
    found = applied(given("encyclopedia", ("existence", None, None))).evidence
    assert "encyclopedia" not in found.sources
    for records in (found.statements, found.measures, found.observations, found.flows):
        assert all(each.source != "encyclopedia" for each in records)


# What does not fit


@pytest.mark.parametrize(
    ("record", "change"),
    [
        (STATUTE.id, ("title", "Another title", "Article 479")),
        (STATUTE.id, ("title", STATUTE.title, None)),
        (STATUTE.id, ("layer", "law", "wish")),
        (STATUTE.id, ("actor", "MEX", "MEXX")),
        (STATUTE.id, ("source", "encyclopedia", "rumour")),
        (STATUTE.id, ("in_force_to", "2031", "2001")),
        (STATUTE.id, ("in_force_from", "2009-08", "soon")),
        (STATUTE.id, ("value", "1", "2")),
        ("law-MEX-9", TITLE),
        (PRISONERS.id, ("value", "0.30000000000000004", "NaN")),
        (PRISONERS.id, ("value", "0.30000000000000004", "7")),
        (PRISONERS.id, ("indicator", "drug_prisoners_share", "happiness")),
        (PRISONERS.id, ("category", None, "decriminalised")),
        (CATEGORY.id, ("category", "decriminalised", "adored")),
        ("encyclopedia", ("record_of_act", "false", "1")),
    ],
)
def test_what_does_not_fit_changes_nothing_and_is_named(
    record: str, change: tuple[str, str | None, str | None]
) -> None:
    found = applied(given(record, change))
    assert found.evidence == EVIDENCE
    assert [(each.id, each.record) for each in found.unfit] == [("sub_1-c1", record)]
    assert found.unfit[0].why


def test_a_correction_of_which_one_part_does_not_fit_changes_nothing() -> None:
    found = applied(given(STATUTE.id, TITLE, ("issuer", "The senate", "The president")))
    assert found.evidence == EVIDENCE
    assert len(found.unfit) == 1


# Two of one field


def test_of_two_corrections_the_later_publication_wins_and_alone_is_named() -> None:
    other = ("title", STATUTE.title, "Article 480")
    found = applied(given(STATUTE.id, TITLE), given(STATUTE.id, other, number=2)).evidence
    assert law(found).title == "Article 480"
    assert [each.submission for each in found.corrections] == ["sub_2"]


def test_a_correction_of_a_correction_rests_on_it() -> None:
    again = given(STATUTE.id, ("title", TITLE[2], "Article 480"), number=2)
    found = applied(given(STATUTE.id, TITLE), again)
    assert law(found.evidence).title == "Article 480"
    assert [each.submission for each in found.evidence.corrections] == ["sub_1", "sub_2"]
    assert [each.id for each in applied(again).unfit] == ["sub_2-c1"]


def test_a_release_names_the_submission_and_what_it_corrected() -> None:
    (part,) = submission_parts(applied(given(STATUTE.id, TITLE)).evidence)
    assert (part.submission, part.items, part.corrected) == ("sub_1", 1, (STATUTE.id,))


# From sending to taking back


def test_a_correction_works_from_publication_to_retraction_whatever_is_loaded(
    world: DeskWorld,
) -> None:
    before = world.read()
    submission = world.sent(correction(STATUTE.id, TITLE))
    assert world.read() == before
    world.act(submission, "reviewer", "claim")
    alone = world.ask(
        "POST",
        f"/v1/submissions/{submission}/transitions",
        "reviewer",
        {"action": "accept", "rubric": dict.fromkeys(("provenance", "accuracy"), 5)},
    )
    assert alone.status_code in {409, 422}
    other = world.published(correction(STATUTE.id, TITLE))
    assert law(world.read().evidence).title == TITLE[2]
    world.load()
    assert law(world.read().evidence).title == TITLE[2]
    with world.open() as work:
        marks = {(each.actor, each.theme) for each in work.dirty_scores.pending()}
    assert marks == {("MEX", "*")}
    world.retracted(other)
    assert world.read() == before


def test_codings_of_words_that_were_corrected_are_withdrawn(world: DeskWorld) -> None:
    given_coding = {
        "item": STATUTE.id,
        "theme": "personal_use",
        "rung": 2,
        "specificity": "specific",
        "rationale": "Small amounts are not prosecuted.",
    }
    for coder in ("coder", "other_coder"):
        world.done("/v1/codings", coder, given_coding)

    def people() -> int:
        codings = world.read().evidence.codings
        return sum(each.item == STATUTE.id and each.coder.startswith("mem_") for each in codings)

    assert people() == 2
    world.published(correction(STATUTE.id, ("locator", "article 478", "article 479")))
    assert people() == 2
    world.published(correction(STATUTE.id, TITLE))
    assert people() == 0
    queue = world.ask("GET", "/v1/codings/queue?limit=200", "coder").json()["data"]
    (entry,) = (each for each in queue if each["item"] == STATUTE.id)
    assert entry["reads"]["title"] == TITLE[2]
