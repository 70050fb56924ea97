"""Published content becomes evidence by its public sources alone, weighed with care."""

import copy
from datetime import date
from typing import Any

import pytest

from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import MeasureKind
from gaptracker.intake.submission_evidence import Publication, SubmittedEvidence, evidence_of
from gaptracker.intake.submission_origins import Origins, Submitter, origin_of, origins_of
from gaptracker.intake.submissions import Content, validate_submission
from tests.intake.submission_world import KNOWN, example, put

SUBMITTER = Submitter(
    group="org_1", hosts=frozenset({"www.hrn.example"}), names=frozenset({"Red HRN"})
)
NOTHING_KNOWN = Origins(groups={}, official=frozenset())
PUBLICATION = Publication(
    submission_id="sub_01J",
    revision=2,
    published_on=date(2026, 11, 23),
    submitter=SUBMITTER,
    origins=Origins(groups={}, official=frozenset({"elperuano.pe"})),
)
CONTENT = validate_submission(example(), KNOWN).content


def made(content: Content = CONTENT) -> SubmittedEvidence:
    return evidence_of(content, PUBLICATION)


def test_items_become_evidence_with_stable_ids() -> None:
    found = made()
    assert [each.id for each in found.sources] == ["sub_01J-s1", "sub_01J-s3"]
    [measure] = found.measures
    assert (measure.id, measure.source, measure.kind) == (
        "sub_01J-m1",
        "sub_01J-s1",
        MeasureKind.EXECUTIVE_ACT,
    )
    assert measure.in_force.start == PartialDate.parse("2026-03")
    assert measure.territory is None
    [observation] = found.observations
    assert (observation.value, observation.upper) == (120.0, 130.5)
    [statement] = found.statements
    assert (statement.source, statement.locator) == ("sub_01J-s3", "minute 12")
    assert found.themes == {"sub_01J-m1": "harm_reduction", "sub_01J-t1": "harm_reduction"}
    assert found.bearings == {"sub_01J-m1": ("st_01J", "sub_01J-t1")}


def test_a_correction_is_told_and_not_applied() -> None:
    [correction] = made().corrections
    assert (correction.record_id, correction.source) == ("me_01J", "sub_01J-s3")
    [change] = correction.changes
    assert (change.field, change.is_wrong, change.should_be) == (
        "in_force_from",
        "2019",
        "2020-01",
    )


@pytest.mark.hostile
@pytest.mark.parametrize("level", ["organisation", "restricted", "sealed"])
def test_an_item_whose_sources_are_not_public_makes_no_evidence(level: str) -> None:
    document = example()
    for source in document["sources"]:
        source["confidentiality"] = level
    found = made(validate_submission(document, KNOWN).content)
    assert found == SubmittedEvidence(
        sources=(),
        statements=(),
        measures=(),
        observations=(),
        corrections=(),
        themes={},
        bearings={},
    )


@pytest.mark.hostile
def test_nothing_confidential_is_in_the_evidence() -> None:
    assert "CANARY" not in repr(made())


def test_two_reports_of_one_act_are_one_act() -> None:
    one = made().statements[0]
    other = evidence_of(
        CONTENT,
        Publication(
            submission_id="sub_02",
            revision=1,
            published_on=date(2026, 11, 24),
            submitter=Submitter(group="org_2"),
            origins=NOTHING_KNOWN,
        ),
    ).statements[0]
    assert one.act == other.act == "PER-cnd69-2026-03-10-harm_reduction"
    assert one.id != other.id


def source(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    return {"ref": "s", "kind": "ngo_report", "reliability": "B", **changes}


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({}, "org_1"),
        ({"publisher": "Anybody"}, "org_1"),
        ({"url": "https://hrn.example/report"}, "org_1"),
        ({"url": "https://files.hrn.example/report"}, "org_1"),
        ({"url": "https://x.test/a", "publisher": "RED  HRN"}, "org_1"),
        ({"url": "https://docs.google.com/d/1"}, "org_1"),
        ({"url": "https://web.archive.org/web/2026/https://x.test/"}, "org_1"),
        ({"url": "https://192.0.2.1/report"}, "org_1"),
        ({"url": "https://[2001:db8::1]/report"}, "org_1"),
        ({"url": "https://larepublica.pe/a"}, "site_larepublica.pe"),
        ({"url": "https://www.minsa.gob.pe/a"}, "site_gob.pe"),
        ({"url": "https://www.inpe.gob.pe/a"}, "site_gob.pe"),
    ],
)
def test_a_group_is_where_all_can_read_it_or_the_organisation(
    changes: dict[str, str], group: str
) -> None:
    assert origin_of(source(**changes), SUBMITTER, NOTHING_KNOWN).group == group


@pytest.mark.hostile
def test_many_names_of_one_organisation_are_one_group() -> None:
    many = [source(publisher=f"Institute {n}", kind="study") for n in range(20)]
    assert {origin_of(each, SUBMITTER, NOTHING_KNOWN).group for each in many} == {"org_1"}


def test_a_document_that_we_have_too_is_of_the_same_group() -> None:
    ours = Source(
        id="x",
        title="x",
        publisher="x",
        group="unodc",
        grade=1,
        record_of_act=True,
        kind="statistic",
        licence="x",
        citation="x",
        retrieved_on=date(2026, 1, 1),
        url="https://data.unodc.org/x",
    )
    known = origins_of([ours])
    found = origin_of(
        source(url="https://www.unodc.org/y", kind="official_statistics"), SUBMITTER, known
    )
    assert (found.group, found.grade, found.record_of_act) == ("unodc", 2, True)


@pytest.mark.parametrize(
    ("changes", "grade", "record"),
    [
        ({"kind": "official_gazette", "url": "https://www.gob.pe/1"}, 2, True),
        ({"kind": "official_gazette", "url": "https://blog.test/1"}, 3, False),
        ({"kind": "official_gazette"}, 4, False),
        ({"kind": "official_gazette", "url": "https://www.gob.pe/1", "reliability": "F"}, 3, True),
        ({"kind": "roll_call", "url": "https://hrn.example/1"}, 3, False),
        ({"kind": "law_register", "url": "https://www.gob.pe/1"}, 3, False),
        ({"url": "https://x.test/1", "reliability": "A"}, 3, False),
        ({"url": "https://x.test/1", "reliability": "D"}, 4, False),
        ({"kind": "press", "url": "https://x.test/1", "reliability": "A"}, 4, False),
        ({"kind": "interview", "reliability": "A"}, 5, False),
    ],
)
def test_a_grade_is_lowered_by_doubt_and_never_raised_by_praise(
    changes: dict[str, str], grade: int, record: bool
) -> None:
    found = origin_of(source(**changes), SUBMITTER, NOTHING_KNOWN)
    assert (found.grade, found.record_of_act) == (grade, record)


def test_doubt_about_one_link_is_doubt_about_the_source() -> None:
    content = copy.deepcopy(CONTENT)
    put(content, "#/items/2/sources", [{"ref": "s3", "reliability": "E"}])
    assert made(content).sources[1].grade == 5
