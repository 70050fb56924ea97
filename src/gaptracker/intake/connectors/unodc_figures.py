"""From counts of prisoners to indicators: rate, shares and occupancy, each with its source."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gaptracker.domain.records import Observation
from gaptracker.domain.syncing import IssueKind
from gaptracker.domain.time import PartialDate
from gaptracker.intake.connectors.base import Staging
from gaptracker.intake.connectors.unodc_rows import PARTS, Count, Counts

# A share below one per cent is an answer that was not given: Thailand had 0.09 per cent after 53.
LEAST_DRUG_SHARE = 1.0
OCCUPANCY_BOUNDS = (5.0, 400.0)
MOST_RATE = 2_500.0
PER_100K = 100_000
WHOLE = 100.0
ELSEWHERE = ("WPB", "External", "Media")
# Colombia's article on trafficking, manufacture or carrying is counted as possession there.
MISCOUNTED_POSSESSION = frozenset({("COL", 2019), ("COL", 2020)})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIds:
    """Ids of the two sources of one release: states' own replies, and what was filled in."""

    replies: str
    gap_filled: str


@dataclass(slots=True)
class Figures:
    """Makes the observations of one workbook."""

    staging: Staging
    counts: Counts
    sources: SourceIds
    where: str

    def stage(self) -> None:
        """Stage every figure that the counts give."""
        places = sorted({(code, year) for code, year, _ in self.counts.numbers})
        for code, year in places:
            if code not in PARTS:
                self._stage_state(code, year)
        for state in sorted(set(PARTS.values())):
            parts = [code for code in PARTS if PARTS[code] == state]
            for year in sorted({year for code, year in places if code in parts}):
                self._stage_sum(state, parts, year)

    def _stage_state(self, state: str, year: int) -> None:
        rate = self.counts.rates.get((state, year, Count.HELD))
        if rate:
            self._add("prison_rate", state, year, value=round(rate, 3), made_of=(Count.HELD,))
        held = self.counts.numbers.get((state, year, Count.HELD))
        if not held:
            return
        unsentenced = self._share(state, year, Count.UNSENTENCED)
        if unsentenced:
            self._add(
                "unsentenced_share",
                state,
                year,
                value=unsentenced,
                made_of=(Count.HELD, Count.UNSENTENCED),
                note="unsentenced over persons held",
            )
        capacity = self.counts.numbers.get((state, year, Count.CAPACITY))
        if capacity:
            self._add(
                "occupancy",
                state,
                year,
                value=round(WHOLE * held / capacity, 1),
                made_of=(Count.HELD, Count.CAPACITY),
                note="persons held over official capacity",
            )
        self._stage_drug_shares(state, year)

    def _stage_drug_shares(self, state: str, year: int) -> None:
        possession = self._drug_share(state, year, Count.POSSESSION)
        if (state, year) in MISCOUNTED_POSSESSION and possession is not None:
            self.staging.note(
                IssueKind.CORRECTED,
                f"{self.where} {state} {year}",
                f"possession {possession} per cent is left out: another offence is counted with it",
            )
            possession = None
        if possession is not None:
            self._add(
                "possession_prisoner_share",
                state,
                year,
                value=possession,
                made_of=(Count.HELD, Count.POSSESSION),
                note="held for drug possession over persons held",
            )
        whole = self._drug_share(state, year, Count.DRUGS)
        trafficking = self._drug_share(state, year, Count.TRAFFICKING)
        if whole is not None:
            self._add(
                "drug_prisoner_share",
                state,
                year,
                value=whole,
                made_of=(Count.HELD, Count.DRUGS),
                note="ICCS section 06 over persons held",
            )
        elif possession is not None and trafficking is not None:
            self._add(
                "drug_prisoner_share",
                state,
                year,
                value=round(possession + trafficking, 2),
                made_of=(Count.HELD, Count.POSSESSION, Count.TRAFFICKING),
                note="possession and trafficking over persons held",
            )

    def _drug_share(self, state: str, year: int, count: Count) -> float | None:
        share = self._share(state, year, count)
        if share is not None and share < LEAST_DRUG_SHARE:
            self.staging.note(
                IssueKind.VALUE_OUT_OF_RANGE,
                f"{self.where} {state} {year}",
                f"{count.value}: {share:g} per cent; below {LEAST_DRUG_SHARE:g} an answer was not "
                "given, and none is staged",
                group="drug shares",
            )
            return None
        return share

    def _share(self, state: str, year: int, count: Count) -> float | None:
        part = self.counts.numbers.get((state, year, count))
        if part is None:
            return None
        return round(WHOLE * part / self.counts.numbers[state, year, Count.HELD], 2)

    def _stage_sum(self, state: str, parts: Sequence[str], year: int) -> None:
        """Stage a state that reports by parts, for years in which all of them did.

        The people among whom they are counted are those that the parts' own rates imply.
        """
        held = self._sum(parts, year, Count.HELD)
        if not held:
            return
        note = f"sum of {', '.join(sorted(parts))}"
        people = [self._people(code, year) for code in parts]
        known = [each for each in people if each is not None]
        if len(known) == len(parts):
            rate = round(PER_100K * held / sum(known), 3)
            self._add(
                "prison_rate",
                state,
                year,
                value=rate,
                made_of=(Count.HELD,),
                note=note,
                places=parts,
            )
        for count, indicator in (
            (Count.UNSENTENCED, "unsentenced_share"),
            (Count.CAPACITY, "occupancy"),
        ):
            other = self._sum(parts, year, count)
            if other:
                share = other / held if count is Count.UNSENTENCED else held / other
                self._add(
                    indicator,
                    state,
                    year,
                    value=round(WHOLE * share, 2),
                    made_of=(Count.HELD, count),
                    note=note,
                    places=parts,
                )

    def _sum(self, parts: Iterable[str], year: int, count: Count) -> float | None:
        found = [self.counts.numbers.get((code, year, count)) for code in parts]
        known = [each for each in found if each is not None]
        return sum(known) if len(known) == len(found) else None

    def _people(self, code: str, year: int) -> float | None:
        key = (code, year, Count.HELD)
        rate = self.counts.rates.get(key)
        return PER_100K * self.counts.numbers[key] / rate if rate else None

    def _add(  # noqa: PLR0913  what an observation is made of
        self,
        indicator: str,
        state: str,
        year: int,
        *,
        value: float,
        made_of: Sequence[Count],
        note: str | None = None,
        places: Sequence[str] = (),
    ) -> None:
        low, high = BOUNDS[indicator]
        where = f"{self.where} {state} {year}"
        if not low <= value <= high:
            self.staging.note(
                IssueKind.VALUE_OUT_OF_RANGE,
                where,
                f"{indicator} {value:g}; expected {low:g} to {high:g}: not staged",
                group=indicator,
            )
            return
        keys = [(code, year, count) for code in places or (state,) for count in made_of]
        self.staging.add_observation(
            Observation(
                id=f"{indicator}.{state}.{year}",
                actor=state,
                indicator=indicator,
                period=PartialDate.parse(str(year)),
                value=value,
                source=self._source(name for key in keys for name in self._origins(key)),
                note=note,
            ),
            where,
        )

    def _origins(self, key: tuple[str, int, Count]) -> Iterator[str]:
        yield from self.counts.origins.get(key, ("External",))

    def _source(self, origins: Iterable[str]) -> str:
        """Return which source a figure has: one origin from elsewhere makes it filled in."""
        names = list(origins)
        filled = not names or any(mark in name for name in names for mark in ELSEWHERE)
        return self.sources.gap_filled if filled else self.sources.replies


BOUNDS = {
    "prison_rate": (0.0, MOST_RATE),
    "unsentenced_share": (0.0, WHOLE),
    "occupancy": OCCUPANCY_BOUNDS,
    "drug_prisoner_share": (LEAST_DRUG_SHARE, WHOLE),
    "possession_prisoner_share": (LEAST_DRUG_SHARE, WHOLE),
}
