"""Wikipedia's tables of cannabis law, by state and by state of the United States.

The table of states says the law in words. `cannabis_wordings.csv` gives each wording its category;
one that is not in it is refused and told, since half a sentence can turn the meaning of the rest.
The table of the United States says it by a key for sorting, and in words beside; where the two do
not agree, the row is refused.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gaptracker.domain.records import Observation
from gaptracker.domain.syncing import IssueKind
from gaptracker.domain.time import PartialDate
from gaptracker.intake.connectors.base import Known, Staging
from gaptracker.intake.connectors.us_states import us_state_of, us_states
from gaptracker.intake.connectors.wikipedia_corrections import AS_LISTED, corrected
from gaptracker.intake.connectors.wikipedia_pages import PageRow, Revision
from gaptracker.intake.connectors.wikipedia_places import state_of

PLACE, RECREATIONAL, MEDICAL = "Country", "Recreational", "Medical"
LAW, MEDICAL_LAW = "cannabis_law", "medical_cannabis_law"
SHARE = "cannabis_adult_use_population_share"
# As the reference data have it.
SHARE_DIGITS = 6
LEGAL, DECRIMINALISED, ILLEGAL = "legal", "decriminalised", "illegal"
# Possession and growing are lawful there, and the budget of the Union forbids a market.
WITHOUT_MARKET = {"US-DC": "legal_clubs_or_home_grow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a key for sorting says of a state's law on use by adults, and on medical use."""

    adult: str
    medical: str


# Of the table of the United States: the second column is empty but for its colour and this key.
KEYS = {
    "1": Key(adult=LEGAL, medical=LEGAL),
    "2": Key(adult=DECRIMINALISED, medical=LEGAL),
    "3": Key(adult=ILLEGAL, medical=LEGAL),
    "4": Key(adult=DECRIMINALISED, medical=ILLEGAL),
    "5": Key(adult=ILLEGAL, medical=ILLEGAL),
}
_LOW = re.compile(r"(cbd|low[- ]thc|cannabis oil)\b.*")


def category_of(indicator: str, wording: str) -> str | None:
    """Return the category of a wording; None if nobody has coded it."""
    said = wording.casefold().strip().removesuffix(".")
    found = {each for pattern, each in _wordings()[indicator] if pattern.fullmatch(said)}
    return found.pop() if len(found) == 1 else None


@cache
def _wordings() -> Mapping[str, list[tuple[re.Pattern[str], str]]]:
    text = (files("gaptracker.intake.connectors") / "cannabis_wordings.csv").read_text("utf-8")
    found: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        pattern = re.compile(row["pattern"])
        found.setdefault(row["indicator"], []).append((pattern, row["category"]))
    return found


def stage_states(revision: Revision, staging: Staging, known: Known) -> None:
    """Stage the law of each state of the world as the page lists it."""
    for row in revision.rows((PLACE, RECREATIONAL, MEDICAL), staging):
        if row.text(RECREATIONAL) == RECREATIONAL:
            staging.leave("header repeated")
            continue
        actor = state_of(row.text(PLACE), row.where, staging, known)
        if actor is None:
            continue
        read = {
            indicator: category_of(indicator, row.text(column))
            for indicator, column in ((LAW, RECREATIONAL), (MEDICAL_LAW, MEDICAL))
        }
        unread = [name for name, category in read.items() if category is None]
        if unread:
            said = f"{row.text(RECREATIONAL)[:80]!r} and {row.text(MEDICAL)[:80]!r}"
            staging.refuse(
                IssueKind.CATEGORY_UNKNOWN,
                row.where,
                f"{actor}: {said} came; {' and '.join(unread)} has no such wording in "
                "cannabis_wordings.csv: code it there",
            )
            continue
        for indicator, listed in read.items():
            category, note = corrected(
                staging, row.where, actor=actor, indicator=indicator, listed=str(listed)
            )
            _stage(staging, revision, row.where, _Law(actor, indicator, category, note))


def stage_us_states(revision: Revision, staging: Staging, known: Known) -> None:
    """Stage the law of each state of the United States, and the share under adult-use law."""
    adult_use = set()
    listed = set()
    for row in revision.rows((RECREATIONAL, MEDICAL), staging):
        actor = us_state_of(row.first())
        if actor is None or actor not in known.actors:
            staging.leave("territory, reservation or heading")
            continue
        key = _key(row)
        if key is None:
            staging.refuse(
                IssueKind.CATEGORY_UNKNOWN,
                row.where,
                f"{actor}: key {_said_key(row)!r}, {row.text(RECREATIONAL)[:60]!r} and "
                f"{row.text(MEDICAL)[:60]!r} came; expected a key from 1 to 5, or none, and words "
                "that agree with it",
            )
            continue
        listed.add(actor)
        adult = key.adult
        if adult == LEGAL:
            adult_use.add(actor)
            adult = WITHOUT_MARKET.get(actor, "legal_regulated_market")
        for indicator, category in ((LAW, adult), (MEDICAL_LAW, key.medical)):
            _stage(staging, revision, row.where, _Law(actor, indicator, category, AS_LISTED))
    _stage_share(revision, staging, adult_use, listed)


def _key(row: PageRow) -> Key | None:
    """Return what a row says by its key and in words; None if they do not agree."""
    words = row.text(RECREATIONAL).casefold()
    adult = next(
        (
            each
            for each, begins in (
                (LEGAL, LEGAL),
                (DECRIMINALISED, "decriminali"),
                (ILLEGAL, ILLEGAL),
            )
            if words.startswith(begins)
        ),
        None,
    )
    medical = _medical(row.text(MEDICAL).casefold())
    said = _said_key(row)
    if said is None:
        return Key(adult=adult, medical=medical) if adult and medical else None
    key = KEYS.get(said)
    if key is None or key.adult != adult:
        return None
    if key.medical == ILLEGAL and medical == "cbd_or_low_thc_only":
        return Key(adult=key.adult, medical=medical)
    return key if medical in {key.medical, None} else None


def _medical(words: str) -> str | None:
    if words.startswith((LEGAL, ILLEGAL)):
        return LEGAL if words.startswith(LEGAL) else ILLEGAL
    return "cbd_or_low_thc_only" if _LOW.fullmatch(words) else None


def _said_key(row: PageRow) -> str | None:
    """Return the key for sorting of the cell that says nothing else; None where there is none."""
    for name, cell in row.cells.items():
        if name not in {RECREATIONAL, MEDICAL} and not cell.text:
            said = cell.attributes.get("data-sort-value")
            if said is not None:
                return said.strip()
    return None


@dataclass(frozen=True, slots=True)
class _Law:
    actor: str
    indicator: str
    category: str
    note: str


def _stage(staging: Staging, revision: Revision, where: str, law: _Law) -> None:
    staging.add_observation(
        Observation(
            id=f"{law.indicator}.{law.actor}.{revision.period}",
            actor=law.actor,
            indicator=law.indicator,
            period=PartialDate.parse(revision.period),
            category=law.category,
            source=revision.source_id,
            note=law.note,
        ),
        where,
    )


def _stage_share(
    revision: Revision, staging: Staging, adult_use: set[str], listed: set[str]
) -> None:
    """Stage the share of residents under adult-use law, if every state was read."""
    persons = {code: state.persons for code, state in us_states().items()}
    missing = sorted(persons.keys() - listed)
    if missing:
        staging.note(
            IssueKind.COUNT_DIFFERS,
            revision.where,
            f"{SHARE} is not computed: no law was read of {', '.join(missing)}",
        )
        return
    share = round(sum(persons[code] for code in adult_use) / sum(persons.values()), SHARE_DIGITS)
    staging.add_observation(
        Observation(
            id=f"{SHARE}.USA.{revision.period}",
            actor="USA",
            indicator=SHARE,
            period=PartialDate.parse(revision.period),
            value=share,
            source=revision.source_id,
            note=f"residents by the census of 2020; {len(adult_use)} of {len(persons)} states "
            "and the district",
        ),
        revision.where,
    )
