"""`gaptracker proposals`: what a machine found for coders, and what they make of it."""

from typing import Annotated, Literal

import typer

from gaptracker.domain.proposals import Proposal, ProposalState, Proposed
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Mode, Office
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.principals import records
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import folded, show, talk, write
from gaptracker.main.intake import present
from gaptracker.records.proposals_repository import Asked
from gaptracker.workflows.decide_proposals import (
    Reading,
    accept_proposal,
    find_proposal,
    reject_proposal,
    stamp_of_coder,
)
from gaptracker.workflows.read_documents import read_document

WIDTH = 80
ProposalArgument = Annotated[str, typer.Argument(help="A proposal's id.", metavar="PROPOSAL")]
DocumentArgument = Annotated[
    str, typer.Argument(help="A speech, as UNGA-GD-2023-NOR.", metavar="DOCUMENT")
]
CoderOption = Annotated[
    str, typer.Option("--as", help="Who decides: a member with the role coder.", metavar="mem_…")
]
WhyOption = Annotated[str, typer.Option(help="Why; it stays on record.")]
StateOption = Annotated[
    ProposalState | None, typer.Option(help="Only these; the open ones if left out.")
]
ActorOption = Annotated[str | None, typer.Option(help="Only of this actor.")]
CandidateOption = Annotated[
    str | None, typer.Option("--theme", help="Only with this candidate theme.")
]
DocumentOption = Annotated[str | None, typer.Option(help="Only of this document, in any state.")]
LimitOption = Annotated[int, typer.Option(help="Most proposals shown.", min=1, max=10_000)]
ThemeOption = Annotated[
    list[str], typer.Option("--theme", help="On which ladder; give it once for each.")
]
ModeOption = Annotated[Mode, typer.Option(help="What the words do; votes come as roll calls.")]
ParaphraseOption = Annotated[str, typer.Option(help="What is said, in your own words.")]
OfficeOption = Annotated[
    Office | None, typer.Option(help="Who spoke, where the document does not say.")
]
SpeakerOption = Annotated[
    str | None, typer.Option(help="Their name, where the document does not say.")
]
ExcerptOption = Annotated[
    str | None,
    typer.Option(help="The words that say it; the paragraph, if that is at most 500 characters."),
]
DueOption = Annotated[str | None, typer.Option(help="Of a pledge: by when.", metavar="DATE")]
FormatOption = Annotated[
    Literal["table", "json"], typer.Option("--format", help="A table to read, or JSON.")
]

proposals_app = typer.Typer(
    no_args_is_help=True,
    help="Paragraphs that a machine found, for coders: no statements, no codings.",
)


def list_command(
    *,
    state: StateOption = None,
    actor: ActorOption = None,
    theme: CandidateOption = None,
    document: DocumentOption = None,
    limit: LimitOption = 20,
    form: FormatOption = "table",
) -> None:
    """List the paragraphs that a machine found and nobody has looked at.

    Each with the themes that its words propose. A proposal is nobody's reading: it is no
    statement, and no score is made of it.

    Examples:
        gaptracker proposals list --actor MEX
        gaptracker proposals list --theme cannabis --state accepted --format json
    """
    if state is None and document is None:
        state = ProposalState.OPEN
    asked = Asked(state=state, actor=actor, theme=theme, document=document)
    with records(read_only=True) as work:
        found = work.proposals.load(asked, limit)
    if form == "json":
        write_json([_as_json(each) for each in found])
        return
    if not found:
        talk("no such proposal.")
        return
    table = plain_table("proposal", "document", "paragraph", "candidate themes", "state")
    for each in found:
        proposal = each.proposal
        table.add_row(
            proposal.id,
            proposal.document.id,
            str(proposal.paragraph),
            ", ".join(proposal.themes) or "none",
            each.state.value,
        )
    show(table)
    talk("found by a machine, by words alone; `gaptracker proposals show` has the paragraph.")


def show_command(proposal: ProposalArgument, form: FormatOption = "table") -> None:
    """Show one proposal: its paragraph, the words that led to it, what was decided.

    Examples:
        gaptracker proposals show prop_0123456789abcdef
    """
    with records(read_only=True) as work:
        found = find_proposal(proposal, work)
    if form == "json":
        write_json(_as_json(found))
        return
    write("\n".join(_told(found)) + "\n")


def accept_command(  # noqa: PLR0913  each is an option of the command line
    proposal: ProposalArgument,
    *,
    coder: CoderOption,
    theme: ThemeOption,
    mode: ModeOption,
    paraphrase: ParaphraseOption,
    why: WhyOption,
    office: OfficeOption = None,
    speaker: SpeakerOption = None,
    excerpt: ExcerptOption = None,
    due: DueOption = None,
) -> None:
    """Make a statement of a proposal, one for each theme, and ask people to code it.

    Nothing counts by that: an accepted statement waits in `gaptracker coding queue` until two
    people agree where it stands.

    Examples:
        gaptracker proposals accept prop_… --as mem_… --theme cannabis --mode advocacy --office minister --paraphrase "Wants a market" --why "Says so"
    """  # noqa: E501  an example is one line, as it is typed
    reading = Reading(
        themes=tuple(theme),
        mode=mode,
        paraphrase=paraphrase,
        office=office,
        excerpt=excerpt,
        speaker=speaker,
        due_on=PartialDate.parse(due) if due else None,
    )
    with records() as work:
        made = accept_proposal(
            proposal,
            reading,
            work,
            newest_methodology(),
            stamp=stamp_of_coder(coder, present().now, why),
        )
        work.commit()
    write("".join(f"{statement.id}\n" for statement in made))
    talk(f"{count(len(made), 'statement')} for coders.")


def reject_command(proposal: ProposalArgument, coder: CoderOption, why: WhyOption) -> None:
    """Say that a proposal is no statement; what was made of it before is taken back.

    Examples:
        gaptracker proposals reject prop_… --as mem_… --why "Drugs are medicines here"
    """
    with records() as work:
        taken = reject_proposal(proposal, work, stamp=stamp_of_coder(coder, present().now, why))
        work.commit()
    talk(f"rejected; {count(taken, 'statement')} taken back.")


def read_command(document: DocumentArgument, coder: CoderOption, why: WhyOption) -> None:
    """Say that you have read a speech whole: from then on its silences count.

    A machine that finds no words of a theme shows no silence. All proposals of the speech have to
    be accepted or rejected before; on the themes of which no statement speaks it was silent.

    Examples:
        gaptracker proposals read UNGA-GD-2023-NOR --as mem_… --why "Read whole in the record"
    """
    with records() as work:
        found = read_document(
            document, work, newest_methodology(), stamp=stamp_of_coder(coder, present().now, why)
        )
        work.commit()
    write(f"taken: {', '.join(found.taken) or 'none'}\n")
    write(f"silent: {', '.join(found.silent) or 'none'}\n")


def _as_json(found: Proposed) -> dict[str, object]:
    return {"proposal": found.proposal, "state": found.state, "decision": found.decision}


def _told(found: Proposed) -> list[str]:
    proposal, document = found.proposal, found.proposal.document
    told = [
        f"{proposal.id}: found by a {proposal.found_by.value}, lists {proposal.finder}",
        f"{document.id}, paragraph {proposal.paragraph}",
        f"{document.actor}, {document.forum}, {document.said_on}",
        "",
        folded(proposal.text, width=WIDTH),
        "",
        f"terms: {', '.join(term.term for term in proposal.terms) or 'none'}",
        *_candidate_themes(proposal),
        f"state: {found.state.value}",
    ]
    if found.decision:
        decision = found.decision
        told.append(f"by {decision.decided_by}, {decision.decided_at:%Y-%m-%d}: {decision.why}")
        told.extend(decision.statements)
    return told


def _candidate_themes(proposal: Proposal) -> list[str]:
    return [
        f"candidate theme {theme}: {', '.join(term.term for term in terms)}"
        for theme, terms in proposal.themes.items()
    ]


proposals_app.command("list", help=help_of(list_command))(list_command)
proposals_app.command("show", help=help_of(show_command))(show_command)
proposals_app.command("accept", help=help_of(accept_command))(accept_command)
proposals_app.command("reject", help=help_of(reject_command))(reject_command)
proposals_app.command("read", help=help_of(read_command))(read_command)
