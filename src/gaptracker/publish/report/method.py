"""Method and limits, and how a figure is contested."""

from dataclasses import replace

from gaptracker.publish.addresses import RELEASES_PAGE, path_part
from gaptracker.publish.charts.origins import licence_line
from gaptracker.publish.citations.styles import write_text
from gaptracker.publish.citations.works import Edition as CitedEdition
from gaptracker.publish.citations.works import work_of_release
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.model import Paragraph, Points, Section
from gaptracker.publish.report.spans import Line, code, day, link, name, recorded


def method(edition: Edition) -> Section:
    """Return how the figures come about, and what they cannot say."""
    return Section(
        id="method",
        title=edition.speaker.say("Method and limits"),
        blocks=(Points(lines=tuple(_method(edition))), Points(lines=tuple(_limits(edition)))),
    )


def contest(edition: Edition) -> Section:
    """Return how a figure is contested, corrected and cited."""
    say = edition.speaker.say
    return Section(
        id="contest",
        title=say("How to contest a figure"),
        blocks=(
            Points(lines=tuple(_ways(edition))),
            Paragraph(line=_citation(edition)),
            Paragraph(line=(name(licence_line(edition.language)),)),
        ),
    )


def _method(edition: Edition) -> list[Line]:
    say, figures = edition.speaker.say, edition.figures
    return [
        say(
            "Every theme has a ladder of five described states. Each statement and each deed is "
            "placed on it: votes and indicators by fixed rules, texts by coders, people or a "
            "machine. Weights follow who spoke, in which form, how definitely and how long ago."
        ),
        say(
            "A gap is called demonstrated where, of all the ways in which the evidence could be "
            "off, it exceeds {margin} points in {demonstrated} of cases or more, and likely from "
            "{likely} on. Two figures are told apart from a probability of {comparison} on.",
            margin=figures.rule("labels.demonstrable_points"),
            demonstrated=figures.rule_share("labels.demonstrated"),
            likely=figures.rule_share("labels.likely"),
            comparison=figures.rule_share("labels.comparison"),
        ),
        say(
            "Grades, A to D, say how much independent evidence stands on both sides. Grade D is "
            "too little: no gap is printed. Whatever rests on a machine's coding is at most "
            "grade {grade}.",
            grade=name(edition.release.methodology.machine_ceiling.value),
        ),
        say(
            "All rules are those of methodology {methodology}; every figure can be computed again "
            "from the files of the release.",
            methodology=code(edition.release.manifest.methodology),
        ),
    ]


def _limits(edition: Edition) -> list[Line]:
    say = edition.speaker.say
    return [
        say(
            "What is not recorded here is not known to be absent: a missing statement or deed is "
            "never counted as nought."
        ),
        say(
            "Figures of deeds often come a year or more after the deed. Each pair names the year "
            "or day of both; a change made since the newest source does not show yet."
        ),
        say(
            "A gap is no judgement on motives, and no order of merit: it says how far words and "
            "deeds lie apart, not which of them is right."
        ),
        say(
            "Actors whose intervals overlap are not ranked. No overall figure of an actor is "
            "given, since by weighing the themes it could be made almost anything."
        ),
        say(
            "Statements are given in our words unless they stand as a quotation in their own "
            "language; what counts is the source that is named beside each. Our words, notes, "
            "units and cautions stand in English, as they are on record."
        ),
        say(
            "How well coders agree: {calibration}",
            calibration=recorded(edition.release.provenance.calibration, "en"),
        ),
    ]


def _ways(edition: Edition) -> list[Line]:
    say = edition.speaker.say
    lines = [
        say(
            "Anybody may contest a figure: name the pair or the cell, the source that says "
            "otherwise, and what it says. The ids in this report are permanent."
        ),
        say(
            "A government, or another body that is assessed, may reply; its reply is printed whole "
            "beside what it answers."
        ),
        say(
            "An error found after the freeze is listed, dated and with its reason, under "
            "“Corrections”; the release itself stays as it was, and the next one has the figure "
            "right."
        ),
    ]
    if edition.settings.contact:
        lines.append(say("Write to {contact}.", contact=name(edition.settings.contact)))
    if edition.settings.site is not None:
        path = f"{RELEASES_PAGE}/{path_part(edition.release.id)}"
        if edition.language != "en":
            path += f"?lang={edition.language}"
        address = edition.settings.site + path
        lines.append(
            say("The release, its files and its checks: {address}", address=link(address, address))
        )
    return lines


def _citation(edition: Edition) -> Line:
    site = edition.settings.site
    cited = work_of_release(
        CitedEdition(manifest=edition.release.manifest, site=site or "", language=edition.language)
    )
    # Without a site a release has no address that others could follow.
    work = cited if site else replace(cited, url="")
    return edition.speaker.say("Cite as: {citation}", citation=name(write_text(work).strip()))


def about(edition: Edition) -> tuple[Line, ...]:
    """Return which release, rules, evidence and period these are."""
    say, manifest = edition.speaker.say, edition.release.manifest
    return (
        say(
            "Release {release}, methodology {methodology}.",
            release=code(manifest.release),
            methodology=code(manifest.methodology),
        ),
        say(
            "Evidence up to {day}. Report for the period {period}.",
            day=day(edition.speaker.texts, manifest.as_of),
            period=code(edition.settings.period.name),
        ),
        *_before_its_end(edition),
    )


def _before_its_end(edition: Edition) -> tuple[Line, ...]:
    """Say so where the release knows nothing of the period, or not yet of all of it."""
    say, period = edition.speaker.say, edition.settings.period
    known = edition.release.manifest.as_of
    if known < period.first:
        return (say("The evidence ends before the period begins: nothing here is of the period."),)
    if known < period.last:
        return (say("The evidence ends before the period does."),)
    return ()
