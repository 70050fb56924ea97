"""From what a submission published to domain evidence; only its public projection is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gaptracker.domain.corrections import FieldChange
from gaptracker.domain.records import Measure, Observation, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import Instrument, Layer, Mode, ObservationStatus, Office
from gaptracker.intake.public_view import public_view
from gaptracker.intake.submission_origins import Origins, Submitter, origin_of, site_of, slug
from gaptracker.intake.submission_terms import FORMS, LegalForm
from gaptracker.intake.submissions import Content

NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction of one of our records; that an editor publishes it is the decision."""

    id: str
    record_id: str
    changes: tuple[FieldChange, ...]
    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedEvidence:
    """What a published submission adds to the evidence.

    `themes` is what coders are asked first, by the id of a statement or measure; `bearings`
    maps a measure's id to the statements that its sender holds it to bear on.
    """

    sources: tuple[Source, ...]
    statements: tuple[Statement, ...]
    measures: tuple[Measure, ...]
    observations: tuple[Observation, ...]
    corrections: tuple[Correction, ...]
    themes: Mapping[str, str]
    bearings: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Under which id and revision, when and from whom something was published."""

    submission_id: str
    revision: int
    published_on: date
    submitter: Submitter
    origins: Origins

    def id_of(self, ref: str) -> str:
        """Return the id of a part, the same in every revision."""
        return f"{self.submission_id}-{ref}"


def evidence_of(content: Content, publication: Publication) -> SubmittedEvidence:
    """Return the evidence that published content makes.

    Items without a public source are none (intake, rule 1.4.5). An item that several sources
    carry rests on the best of them alone: what one organisation brings together never counts as
    several independent origins.

    Args:
        content: The content of the published revision.
        publication: Under which id, and from whom.
    """
    projection = public_view(content).projection
    items: list[Content] = projection["items"]
    worst = dict(_worst_reliability(items))
    given = {each["ref"]: each for each in projection["sources"]}
    sources = {
        ref: _source(
            {**each, "reliability": max(each["reliability"], worst.get(ref, "A"), key=_doubt)},
            publication,
        )
        for ref, each in given.items()
    }
    placed = [(item, *_best(item, sources)) for item in items]
    used = {source.id for _, source, _ in placed}
    return SubmittedEvidence(
        sources=tuple(
            sorted((each for each in sources.values() if each.id in used), key=lambda s: s.id)
        ),
        statements=tuple(
            _statement(item, source, locator, publication)
            for item, source, locator in placed
            if item["kind"] == "statement"
        ),
        measures=tuple(
            _measure(item, source, locator, publication)
            for item, source, locator in placed
            if item["kind"] == "measure"
        ),
        observations=tuple(
            _observation(item, source, publication)
            for item, source, _ in placed
            if item["kind"] == "observation"
        ),
        corrections=tuple(
            _correction(item, source, publication)
            for item, source, _ in placed
            if item["kind"] == "correction"
        ),
        themes={publication.id_of(each["ref"]): each["theme"] for each in items if "theme" in each},
        bearings=_bearings(items, publication),
    )


def _doubt(reliability: str) -> int:
    """Order the letters: F, not judged, stands between B and C."""
    return "ABFCDE".index(reliability)


def _links(item: Content) -> Iterator[Mapping[str, Any]]:
    for link in item["sources"]:
        yield {"ref": link} if isinstance(link, str) else link


def _worst_reliability(items: list[Content]) -> Iterator[tuple[str, str]]:
    letters: dict[str, str] = {}
    for item in items:
        for link in _links(item):
            if "reliability" in link:
                ref = link["ref"]
                letters[ref] = max(letters.get(ref, "A"), link["reliability"], key=_doubt)
    yield from letters.items()


def _best(item: Content, sources: Mapping[str, Source]) -> tuple[Source, str | None]:
    """Return the best source that carries an item, and the place in it."""
    carried = [(sources[link["ref"]], link.get("locator")) for link in _links(item)]
    return min(carried, key=lambda each: (not each[0].record_of_act, each[0].grade, each[0].id))


def _source(given: Mapping[str, Any], publication: Publication) -> Source:
    origin = origin_of(given, publication.submitter, publication.origins)
    url = given.get("url")
    publisher = given.get("publisher") or (site_of(url) if url else None) or NOT_STATED
    title = given.get("title") or given["kind"].replace("_", " ")
    told = [publisher, title, given.get("published"), url]
    submitted = f"submission {publication.submission_id}, revision {publication.revision}"
    return Source(
        id=publication.id_of(given["ref"]),
        title=title,
        publisher=publisher,
        group=origin.group,
        grade=origin.grade,
        record_of_act=origin.record_of_act,
        kind=given["kind"],
        licence=given.get("licence") or NOT_STATED,
        citation=", ".join([each for each in told if each] + [submitted]),
        retrieved_on=date.fromisoformat(given["collected_on"])
        if "collected_on" in given
        else publication.published_on,
        url=url,
        published_on=_date(given.get("published")),
    )


def _statement(
    item: Content, source: Source, locator: str | None, publication: Publication
) -> Statement:
    # Who reports an act that another organisation reported, too, has not found a second one.
    act = item.get("act") or "-".join(
        (item["actor"], slug(item["forum"]), item["said_on"], item["theme"])
    )
    return Statement(
        id=publication.id_of(item["ref"]),
        actor=item["actor"],
        forum=item["forum"],
        said_on=PartialDate.parse(item["said_on"]),
        mode=Mode(item["mode"]),
        instrument=Instrument(item["instrument"]),
        office=Office(item["office"]),
        source=source.id,
        document=source.id,
        act=act,
        paraphrase=item["paraphrase"],
        speaker=item.get("speaker"),
        language=item.get("language"),
        excerpt=item.get("excerpt"),
        series=item.get("series"),
        due_on=_date(item.get("due_on")),
        solicited=item["solicited"],
        locator=locator,
    )


def _measure(
    item: Content, source: Source, locator: str | None, publication: Publication
) -> Measure:
    elsewhere = [each for each in item["territory"] if each != item["actor"]]
    return Measure(
        id=publication.id_of(item["ref"]),
        actor=item["actor"],
        layer=Layer(item["layer"]),
        kind=FORMS[LegalForm(item["instrument"])][0],
        title=item["title"],
        in_force=Period(start=_date(item.get("in_force_from")), end=_date(item.get("in_force_to"))),
        source=source.id,
        issuer=item.get("issuer"),
        territory=", ".join(elsewhere) or None,
        locator=locator,
        note=item.get("public_note"),
    )


def _observation(item: Content, source: Source, publication: Publication) -> Observation:
    return Observation(
        id=publication.id_of(item["ref"]),
        actor=item["actor"],
        indicator=item["indicator"],
        period=PartialDate.parse(item["period"]),
        source=source.id,
        value=_number(item.get("value")),
        category=item.get("category"),
        lower=_number(item.get("lower")),
        upper=_number(item.get("upper")),
        status=ObservationStatus(item["status"]),
        note=item.get("public_note"),
    )


def _correction(item: Content, source: Source, publication: Publication) -> Correction:
    return Correction(
        id=publication.id_of(item["ref"]),
        record_id=item["record"],
        changes=tuple(
            FieldChange(
                field=each["field"],
                is_wrong=each.get("is_wrong"),
                should_be=each.get("should_be"),
            )
            for each in item["changes"]
        ),
        reason=item["reason"],
        source=source.id,
    )


def _bearings(items: list[Content], publication: Publication) -> dict[str, tuple[str, ...]]:
    own = {each["ref"] for each in items if each["kind"] == "statement"}
    return {
        publication.id_of(item["ref"]): tuple(
            publication.id_of(name) if name in own else name for name in item["bears_on_statements"]
        )
        for item in items
        if item.get("bears_on_statements")
    }


def _date(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text is not None else None


def _number(given: int | str | None) -> float | None:
    return float(given) if given is not None else None
