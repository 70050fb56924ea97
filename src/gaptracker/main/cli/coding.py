"""`gaptracker coding`: the coding desk of a local database."""

from collections.abc import Iterator
from typing import Annotated, Literal

import typer

from gaptracker.domain.vocabulary import Specificity
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.principals import records
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import folded, talk, write
from gaptracker.main.intake import present
from gaptracker.workflows.code_items import QueueEntry, RecordedCoding
from gaptracker.workflows.coding_desk import GivenCoding, code_item, queue_for

WIDTH, INDENT = 80, 4
CoderOption = Annotated[
    str, typer.Option("--as", help="Who codes: a member with the role coder.", metavar="mem_…")
]
LimitOption = Annotated[int, typer.Option(help="Most items shown, 1 to 200.")]
LanguageOption = Annotated[
    Literal["en", "es", "pt"], typer.Option(help="Language of the ladder; JSON holds all three.")
]
QueueFormatOption = Annotated[
    Literal["text", "json"], typer.Option("--format", help="Text to read, or JSON.")
]
ItemArgument = Annotated[
    str, typer.Argument(help="A statement or measure, as the queue names it.", metavar="ITEM")
]
QueueThemeOption = Annotated[
    str | None, typer.Option("--theme", help="Only items on this theme.", metavar="THEME")
]
ThemeOption = Annotated[str, typer.Option(help="On which theme's ladder.")]
RungOption = Annotated[int, typer.Option(help="The rung, 0 to 4.")]
SpecificityOption = Annotated[
    Specificity, typer.Option(help="How definite the words are; `vote` is for rules only.")
]
RationaleOption = Annotated[
    str,
    typer.Option(help="Which words put the item there, 1 to 2,000 characters. Public for ever."),
]

coding_app = typer.Typer(
    no_args_is_help=True, help="Place statements and measures on the ladders, blind."
)


def queue_command(
    coder: CoderOption,
    *,
    theme: QueueThemeOption = None,
    limit: LimitOption = 5,
    language: LanguageOption = "en",
    form: QueueFormatOption = "text",
) -> None:
    """Show what a coder is asked to place next, the items nearest to completion first.

    Each with its own text and where that is from; the ladder of a theme stands below the first
    item on it. What the actor does otherwise, and how others placed it, is not shown.

    Examples:
        gaptracker coding queue --as mem_aaaaaaaaaaaaaaaaaaaaaaaaaa
        gaptracker coding queue --as mem_aaaaaaaaaaaaaaaaaaaaaaaaaa --language es --limit 1
    """
    methodology = newest_methodology()
    with records(read_only=True) as work:
        entries = queue_for(coder, work, methodology, theme=theme, limit=limit)
    if form == "json":
        write_json(entries)
        return
    if not entries:
        talk("nothing waits for this coder.")
    told: set[str] = set()
    for entry in entries:
        ladder = () if entry.item.theme in told else _ladder(entry, language)
        told.add(entry.item.theme)
        write("\n".join((*_told(entry), *ladder)) + "\n\n")


def add_command(
    item: ItemArgument,
    coder: CoderOption,
    theme: ThemeOption,
    rung: RungOption,
    specificity: SpecificityOption,
    rationale: RationaleOption,
) -> None:
    """Keep a coder's rung for an item; one's own again is a new revision of it.

    Nothing is said of other people's codings. An item counts once two people lie within one
    rung of each other; where they do not, one more is asked.

    Examples:
        gaptracker coding add sub_… --as mem_… --theme cannabis --rung 3 --specificity general --rationale Regulated
    """  # noqa: E501  an example is one line, as it is typed
    methodology = newest_methodology()
    with records() as work:
        kept = code_item(
            GivenCoding(
                item=item,
                theme=theme,
                rung=rung,
                specificity=specificity,
                rationale=rationale,
            ),
            work,
            present(),
            member=coder,
            methodology=methodology,
        )
        work.commit()
    write(_kept(kept))


def _kept(kept: RecordedCoding) -> str:
    coding = kept.coding
    return f"{coding.item} on {coding.theme}: rung {coding.rung}, revision {kept.revision}\n"


def _told(entry: QueueEntry) -> Iterator[str]:
    item = entry.item
    needed = f"{count(entry.needed, 'coder')} needed"
    yield f"{item.id} ({item.kind.value}) on {item.theme}: {needed}"
    for name, text in item.face:
        yield folded(f"{name}: {text}", width=WIDTH, indent=2, hang=INDENT)
    where = f"{item.source} {item.url}" if item.url else item.source
    yield folded(f"source: {where}", width=WIDTH, indent=2, hang=INDENT)


def _ladder(entry: QueueEntry, language: str) -> Iterator[str]:
    yield folded(entry.question.get(language, entry.question["en"]), width=WIDTH)
    for rung in entry.ladder:
        title = rung.title.get(language, rung.title["en"])
        text = rung.description.get(language, rung.description["en"])
        yield folded(f"{rung.rung} {title}: {text}", width=WIDTH, indent=2, hang=INDENT)


coding_app.command("queue", help=help_of(queue_command))(queue_command)
coding_app.command("add", help=help_of(add_command))(add_command)
