"""Figures of a report: each number is written here, and nowhere else, with where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.methodology import FULL_SCALE
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.report.spans import Condition, Kind, Ref, Span
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.sentences.probabilities import probability_words
from gaptracker.publish.texts import Texts
from gaptracker.release.cell_tables import GAPS

METHODOLOGY, CHANGES = "methodology", "changes"
INTERVAL_SHARE = "draws.interval_share"
FULL_SCALE_POINTS = "full_scale_points"
MOST_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Writes numbers of one release in one language."""

    release: FrozenRelease
    texts: Texts

    def of_cell(self, cell: FrozenCell, column: str) -> Ref:
        """Return where a figure of a cell stands."""
        where: tuple[Condition, ...] = (
            ("actor", cell.actor),
            ("theme", cell.theme),
            ("year", cell.year),
        )
        return self.ref(GAPS.name, where, column)

    def ref(self, table: str, where: Sequence[Condition], column: str) -> Ref:
        """Return where a figure stands in this release."""
        return Ref(release=self.release.id, table=table, where=tuple(where), column=column)

    def points(self, value: float, ref: Ref) -> Span:
        """Write a place on the ladder, 0 to 100, in whole points."""
        return _figure(self.texts.number(value), value, ref)

    def signed(self, value: float, ref: Ref) -> Span:
        """Write a gap in whole points, with its sign."""
        return _figure(self.texts.signed(value), value, ref)

    def signed_tenths(self, value: float, ref: Ref) -> Span:
        """Write a part of a gap in tenths of a point, with its sign."""
        return _figure(self.texts.signed(value, 1), value, ref)

    def share(self, value: float, ref: Ref) -> Span:
        """Write a share from 0 to 1 in per cent."""
        return _figure(self.texts.percent(value), value, ref)

    def probability(self, value: float, ref: Ref) -> Span:
        """Write a probability: never as certainty, nor on the other side of a threshold."""
        rule = self.release.methodology.labels
        thresholds = (rule.likely, rule.demonstrated, rule.comparison)
        return _figure(probability_words(value, thresholds, self.texts.language), value, ref)

    def likeness(self, value: float, ref: Ref) -> Span:
        """Write how alike two actors are, 0 to 1, in two decimals."""
        return _figure(self.texts.number(value, 2), value, ref)

    def raw(self, value: float, ref: Ref) -> Span:
        """Write a value as its source gives it: all its decimals, up to six."""
        digits = next(
            (each for each in range(MOST_DIGITS) if round(value, each) == value), MOST_DIGITS
        )
        return _figure(self.texts.number(value, digits), value, ref)

    def count(self, value: int, table: str, where: Sequence[Condition]) -> Span:
        """Write how many rows of a table meet some conditions."""
        return _figure(self.texts.number(value), value, self.ref(table, where, ""))

    def whole(self, value: int, ref: Ref) -> Span:
        """Write a whole number that stands in a column."""
        return _figure(self.texts.number(value), value, ref)

    def interval_share(self) -> Span:
        """Write how much of the draws an interval holds, as `90%`."""
        low, high = self.release.methodology.draws.interval
        value = round(high - low, 12)
        return self.share(value, self.ref(METHODOLOGY, (), INTERVAL_SHARE))

    def rule(self, path: str) -> Span:
        """Write a threshold of the rules in points, as `12.5`."""
        value = rule_at(self.release, path)
        return self.raw(value, self.ref(METHODOLOGY, (), path))

    def rule_share(self, path: str) -> Span:
        """Write a threshold of the rules that is a probability or a share, in per cent."""
        return self.share(rule_at(self.release, path), self.ref(METHODOLOGY, (), path))


def rule_at(release: FrozenRelease, path: str) -> float:
    """Return a number of the rules by its path, as `labels.demonstrated`."""
    if path == INTERVAL_SHARE:
        low, high = release.methodology.draws.interval
        return round(high - low, 12)
    if path == FULL_SCALE_POINTS:
        return FULL_SCALE
    found: object = release.methodology
    for part in path.split("."):
        found = getattr(found, part)
    if not isinstance(found, int | float):
        raise ReleaseCorrupt(f"{release.id}: {path} of its methodology is no number")
    return float(found)


def _figure(written: str, value: float, ref: Ref) -> Span:
    return Span(kind=Kind.FIGURE, text=written, value=float(value), ref=ref)
