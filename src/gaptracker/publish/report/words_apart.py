"""Mixed messages and silence: what the words themselves show."""

from gaptracker.domain.vocabulary import Label
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.findings import spread
from gaptracker.publish.report.model import Block, Column, Paragraph, Points, Section, TableBlock
from gaptracker.publish.report.spans import Line, year
from gaptracker.publish.rows import FrozenCell

MOST_ROWS = 40


def mixed_messages(edition: Edition) -> Section:
    """Return the cells whose words contradict one another."""
    say = edition.speaker.say
    what = say(
        "Words of one actor on one theme may contradict one another: a vote against what a speech "
        "asks for. From a spread of {threshold} points on, that is the finding, and no gap is "
        "claimed.",
        threshold=edition.figures.rule("labels.mixed_points"),
    )
    found = sorted(
        edition.labelled(Label.MIXED_MESSAGE), key=lambda cell: -(cell.mixed_message_points or 0.0)
    )
    blocks: list[Block] = [Paragraph(line=what)]
    if found:
        blocks.append(Points(lines=tuple(_mixed(edition, cell) for cell in found)))
    else:
        blocks.append(Paragraph(line=say("No mixed message was found in this year.")))
    return Section(id="mixed-messages", title=say("Mixed messages"), blocks=tuple(blocks))


def silence(edition: Edition) -> Section:
    """Return how many chances to take a position passed in silence."""
    say = edition.speaker.say
    what = say(
        "Silence is counted only where there was a chance to take a position, as in a roll call "
        "that was coded whole; it is kept apart from a neutral position and enters no gap."
    )
    found = sorted(
        (cell for cell in edition.cells if cell.silence_rate),
        key=lambda cell: (-(cell.silence_rate or 0.0), -cell.n_opportunities),
    )
    blocks: list[Block] = [Paragraph(line=what)]
    if not found:
        blocks.append(Paragraph(line=say("No chance on record passed without words on record.")))
    elif edition.actor is not None:
        blocks.append(Points(lines=tuple(_silent(edition, cell) for cell in found)))
    else:
        if len(found) > MOST_ROWS:
            blocks.append(
                Paragraph(
                    line=say(
                        "The table holds those with most silence on record; the release holds all."
                    )
                )
            )
        blocks.append(_silence_table(edition, found[:MOST_ROWS]))
    return Section(id="silence", title=say("Silence"), blocks=tuple(blocks))


def _mixed(edition: Edition, cell: FrozenCell) -> Line:
    return edition.speaker.say(
        "{topic}: a spread of {spread} points, among {statements} statements.",
        topic=edition.cell_topic(cell),
        spread=spread(edition, cell),
        statements=edition.figures.whole(
            cell.n_statements, edition.figures.of_cell(cell, "n_statements")
        ),
    )


def _silent(edition: Edition, cell: FrozenCell) -> Line:
    figures = edition.figures
    return edition.speaker.say(
        "{topic}: of {chances} chances on record to take a position up to {year}, {share} "
        "passed in silence.",
        topic=edition.cell_topic(cell),
        chances=figures.whole(cell.n_opportunities, figures.of_cell(cell, "n_opportunities")),
        year=year(cell.year),
        share=figures.share(cell.silence_rate or 0.0, figures.of_cell(cell, "silence_rate")),
    )


def _silence_table(edition: Edition, cells: list[FrozenCell]) -> TableBlock:
    say, figures = edition.speaker.texts.say, edition.figures
    return TableBlock(
        id="silence",
        caption=edition.speaker.say("Chances that passed in silence"),
        columns=(
            Column(id="topic", heading=say("Actor and theme")),
            Column(id="n_opportunities", heading=say("Chances"), numeric=True),
            Column(id="silence_rate", heading=say("In silence"), numeric=True),
        ),
        rows=tuple(
            (
                (edition.cell_topic(cell),),
                (figures.whole(cell.n_opportunities, figures.of_cell(cell, "n_opportunities")),),
                (figures.share(cell.silence_rate or 0.0, figures.of_cell(cell, "silence_rate")),),
            )
            for cell in cells
        ),
        key_columns=("actor", "theme", "year"),
        keys=tuple((cell.actor, cell.theme, str(cell.year)) for cell in cells),
    )
