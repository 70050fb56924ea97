"""The calibration report as files: JSON for programs, Markdown for the methodology page."""

from collections.abc import Iterator

from gaptracker.domain.calibration import (
    NOT_YET_CALIBRATED,
    AlphaReason,
    BiasFigure,
    CalibrationReport,
    CoderFigure,
    KindCalibration,
    ReliabilityFigure,
    Verdict,
)
from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import CoderKind
from gaptracker.release.documents import plain, write_json

MINUS = "−"

VERDICTS = {
    Verdict.NOT_CODED: NOT_YET_CALIBRATED,
    Verdict.TOO_FEW: f"{NOT_YET_CALIBRATED}: too few",
    Verdict.EQUIVALENT: "coded alike",
    Verdict.UNDECIDED: "undecided",
    Verdict.WORDS_HIGHER: "words coded higher",
    Verdict.DEEDS_HIGHER: "deeds coded higher",
}
# A machine's verdict is never a calibration, so the words for a missing one differ, too.
MACHINE_VERDICTS = VERDICTS | {Verdict.NOT_CODED: "not coded", Verdict.TOO_FEW: "too few"}
REASONS = {
    AlphaReason.NOT_CODED: "not coded",
    AlphaReason.ONE_CODER: "no item coded twice",
    AlphaReason.ONE_ITEM: "one item coded twice",
    AlphaReason.NO_VARIATION: "all codes equal",
}


def verdict_in_words(verdict: Verdict, kind: CoderKind) -> str:
    """Return a verdict as people read it.

    Examples:
        >>> verdict_in_words(Verdict.NOT_CODED, CoderKind.PERSON)
        'not yet calibrated'
    """
    return (VERDICTS if kind is CoderKind.PERSON else MACHINE_VERDICTS)[verdict]


def alpha_in_words(figure: ReliabilityFigure) -> str:
    """Return an alpha with its interval and standing, or why there is none."""
    if figure.alpha is None:
        return REASONS[figure.reason] if figure.reason else ""
    return f"{_number(figure.alpha, 2)}{_span(figure.interval, 2)} {figure.standing}"


def bias_in_words(figure: BiasFigure) -> str:
    """Return a bias in points with its sign and interval; a dash where there is none."""
    if figure.points is None:
        return "–"
    return f"{_signed(figure.points)}{_span(figure.interval, 1)}"


def report_json(report: CalibrationReport) -> bytes:
    """Write a report as JSON, every figure unrounded, with the sentence that it comes to."""
    return write_json(
        {
            **plain(report),
            "calibrated_themes": list(report.calibrated_themes),
            "sentence": report.sentence,
        }
    )


def report_markdown(report: CalibrationReport) -> bytes:
    """Write a report as Markdown, rounded for people."""
    return ("\n".join(_lines(report)) + "\n").encode("utf-8")


def _lines(report: CalibrationReport) -> Iterator[str]:
    yield "# Calibration of the coders"
    yield ""
    yield f"**{report.sentence[:1].upper()}{report.sentence[1:]}.**"
    yield ""
    yield (
        f"Methodology {report.methodology}, {sum(report.vignettes.values())} vignettes on "
        f"{len(report.vignettes)} themes. "
        f"Codings: {f'SHA-256 {report.codings_sha256}' if report.codings_sha256 else 'none'}."
    )
    yield ""
    limit = _number(report.limit_points, 1)
    yield (
        "Alpha: Krippendorff's ordinal alpha with a 90% bootstrap interval "
        f"({report.settings.reliable_alpha:.2f} is the bar, "
        f"{report.settings.provisional_alpha:.2f} provisional). Bias: points by which words are "
        "coded above deeds that stand on the same rung, with a 90% interval. Words and deeds "
        f"are coded alike if the whole interval lies between {MINUS}{limit} and +{limit}."
    )
    yield from _kind_lines("People", report.people)
    if report.machines.coders:
        yield from _kind_lines("Machines (apart: they calibrate nothing)", report.machines)


def _kind_lines(title: str, part: KindCalibration) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    if not part.coders:
        yield f"No codings by people: {NOT_YET_CALIBRATED}."
        return
    yield "| theme | pairs | alpha, words | alpha, deeds | bias | verdict |"
    yield "|---|---:|---|---|---|---|"
    for theme in part.themes:
        cells = (
            theme.theme,
            str(theme.bias.pairs),
            alpha_in_words(theme.words),
            alpha_in_words(theme.deeds),
            bias_in_words(theme.bias),
            verdict_in_words(theme.bias.verdict, part.kind),
        )
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield "| coder | items | right | error on words | error on deeds |"
    yield "|---|---:|---:|---:|---:|"
    for coder in part.coders:
        yield f"| {' | '.join(_coder_cells(coder))} |"
    for coder in part.coders:
        yield from _confusion_lines(coder)


def _coder_cells(coder: CoderFigure) -> tuple[str, ...]:
    errors = (
        "–" if points is None else _signed(points)
        for points in (coder.words_error_points, coder.deeds_error_points)
    )
    return _escaped(coder.coder), str(coder.items), f"{100 * coder.right_share:.0f}%", *errors


def _confusion_lines(coder: CoderFigure) -> Iterator[str]:
    """Yield a coder's matrix: true rung down, coded rung across."""
    yield ""
    yield f"{_escaped(coder.coder)}: probability of each code, by true rung"
    yield ""
    yield f"| true | {' | '.join(str(rung) for rung in range(len(coder.confusion)))} |"
    yield f"|---:|{'---:|' * len(coder.confusion)}"
    for rung, row in enumerate(coder.confusion):
        yield f"| {rung} | {' | '.join(_number(value, 2) for value in row)} |"


def _escaped(text: str) -> str:
    """Keep a coder's name from breaking a table or becoming a link or markup."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#!&" else sign for sign in text)


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    unsigned = text.removeprefix("-")
    return unsigned if text == unsigned or not float(unsigned) else MINUS + unsigned


def _signed(value: float) -> str:
    text = _number(value, 1)
    return f"+{text}" if value > 0 and float(text) else text


def _span(interval: Interval | None, digits: int) -> str:
    if interval is None:
        return ""
    return f" ({_number(interval.low, digits)} to {_number(interval.high, digits)})"
