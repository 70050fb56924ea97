"""`gaptracker reply`: what assessed governments answer, kept whole and laid beside the figures."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from gaptracker.domain.annotations import CellRef, DecidedReply, ReplyOutcome
from gaptracker.domain.errors import InvalidValue
from gaptracker.intake.reply_files import (
    LONGEST_FILE_BYTES,
    ReplyDraft,
    check_because,
    read_reply,
)
from gaptracker.main.cli.annotating import (
    load_annotations,
    publish_annotations,
    read_cells,
    show_whole_rows,
)
from gaptracker.main.cli.lookup import named_actor
from gaptracker.main.cli.options import ActorArgument
from gaptracker.main.cli.principals import records
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.stores import open_release
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import folded, talk, write
from gaptracker.main.intake import present
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.subjects import subjects_in
from gaptracker.release.documents import plain
from gaptracker.workflows.annotations import (
    Subjects,
    add_reply,
    decide_reply,
    require_reply,
)

WIDTH, INDENT = 80, 2
COLUMNS = ("id", "received", "actor", "release", "outcome", "about")
FileOption = Annotated[
    Path,
    typer.Option(
        "--file",
        help="The reply: the filled form (.toml), the same as .json, or its text alone (.txt).",
        metavar="FILE",
    ),
]
ReplyReleaseOption = Annotated[
    str | None,
    typer.Option(
        "--release", help="The release it answers; the file's, else the current one.", metavar="ID"
    ),
]
CellOption = Annotated[
    list[str] | None,
    typer.Option("--cell", help="A cell it is about; once for each.", metavar="THEME/YEAR"),
]
PairOption = Annotated[
    list[str] | None,
    typer.Option("--pair", help="A pair it is about; once for each.", metavar="pair_…"),
]
WhoOption = Annotated[str | None, typer.Option(help="Who signed it.")]
OfficeOption = Annotated[str | None, typer.Option(help="Their office.")]
ReceivedOption = Annotated[
    str | None, typer.Option("--received", help="The day it came; today if nothing says another.")
]
LanguageOption = Annotated[str | None, typer.Option(help="Its language, as es or pt-BR.")]
LinkOption = Annotated[
    str | None, typer.Option(help="Where the government published it.", metavar="URL")
]
AttachmentOption = Annotated[
    Path | None,
    typer.Option(
        help="A document that came with it; its SHA-256 is kept, not the file.", metavar="FILE"
    ),
]
ReplyArgument = Annotated[
    str, typer.Argument(help="A reply, as `reply list` names it.", metavar="ID")
]
BecauseOption = Annotated[
    str, typer.Option(help="Why it was decided so. Public for ever.", metavar="TEXT")
]
AcceptedOption = Annotated[
    bool, typer.Option("--accepted", help="The reply is right; a later release takes it in.")
]
PartlyOption = Annotated[bool, typer.Option("--partly", help="It is right in part.")]
DeclinedOption = Annotated[
    bool, typer.Option("--declined", "--rejected", help="The figures stand as they are.")
]
OfActorOption = Annotated[
    str | None, typer.Option("--actor", help="Only this actor's.", metavar="CODE")
]
ListFormatOption = Annotated[
    Literal["table", "json"], typer.Option("--format", help="A table to read, or JSON.")
]
ShowFormatOption = Annotated[
    Literal["text", "json"], typer.Option("--format", help="Text to read, or JSON.")
]

reply_app = typer.Typer(
    no_args_is_help=True, help="Replies of assessed governments, beside the figures."
)


def add_command(  # noqa: PLR0913  one parameter for each option
    actor: ActorArgument,
    file: FileOption,
    *,
    release: ReplyReleaseOption = None,
    cell: CellOption = None,
    pair: PairOption = None,
    who: WhoOption = None,
    office: OfficeOption = None,
    received: ReceivedOption = None,
    language: LanguageOption = None,
    link: LinkOption = None,
    attachment: AttachmentOption = None,
) -> None:
    """Keep an assessed government's reply, whole, and lay it beside the figures as pending.

    It is public at once, in its own words, on the pages of the cells and pairs that it names,
    and of all the actor's cells where it names none. It can neither be changed nor taken back.
    Options win over what the file says. Prints the reply's id.

    Examples:
        gaptracker reply add MEX --file reply.toml
        gaptracker reply add MEX --file letter.txt --who "A. Ruiz" --office "Foreign ministry" --language es
        gaptracker reply add MEX --file reply.json --cell death_penalty/2022 --received 2026-11-20
    """  # noqa: E501  an example is one line, as it is typed
    given: dict[str, object] = {
        "release": release,
        "who": who,
        "office": office,
        "received_on": received,
        "language": language,
        "link": link,
        "attachment_sha256": _digest(attachment) if attachment else None,
    }
    draft = read_reply(_content(file), file.name, given)
    frozen = open_release(draft.release)
    code = named_actor(frozen, actor)
    about = _about(frozen, code, draft, read_cells(cell or [], actor=code), pair or [])
    with records() as work:
        reply = add_reply(draft, code, about, work, present())
        work.commit()
    write(f"{reply.id}\n")
    publish_annotations()


def _about(
    frozen: FrozenRelease,
    actor: str,
    draft: ReplyDraft,
    cells: list[CellRef],
    pairs: list[str],
) -> Subjects:
    """Return what a reply is about; options add to what the file names."""
    if draft.actor is not None and named_actor(frozen, draft.actor) != actor:
        raise InvalidValue(
            f"the file is a reply of {draft.actor}, and {actor} was asked for; make them agree"
        )
    named = [CellRef(actor=actor, theme=theme, year=year) for theme, year in draft.cells]
    return subjects_in(frozen, cells=[*named, *cells], pairs=[*draft.pairs, *pairs], actor=actor)


def decide_command(
    name: ReplyArgument,
    because: BecauseOption,
    *,
    accepted: AcceptedOption = False,
    partly: PartlyOption = False,
    declined: DeclinedOption = False,
) -> None:
    """Put the decision on a reply on record, with its reason, and lay it beside the figures.

    There is one decision of each reply. No figure moves by it: what is accepted moves figures
    in the next release, by the evidence that comes in for it.

    Examples:
        gaptracker reply decide rep_aaaaaaaaaaaaaaaaaaaaaaaaaa --accepted --because "The law of 2025 counts now."
        gaptracker reply decide rep_aaaaaaaaaaaaaaaaaaaaaaaaaa --declined --because "No source was named."
    """  # noqa: E501  an example is one line, as it is typed
    asked = {
        ReplyOutcome.ACCEPTED: accepted,
        ReplyOutcome.PARTLY: partly,
        ReplyOutcome.DECLINED: declined,
    }
    chosen = [outcome for outcome, is_asked in asked.items() if is_asked]
    if len(chosen) != 1:
        raise typer.BadParameter("expected exactly one of --accepted, --partly and --declined")
    check_because(because)
    with records() as work:
        decision = decide_reply(name, chosen[0], because, work, present())
        work.commit()
    write(f"{decision.reply}: {decision.outcome.value}\n")
    publish_annotations()


def publish_command() -> None:
    """Lay every reply and erratum on record beside the releases.

    `reply add`, `reply decide` and `correction add` do so themselves; this is for one of them
    that was stopped in between. Nothing is laid twice. Prints the version and its SHA-256.

    Examples:
        gaptracker reply publish
    """
    laid = publish_annotations()
    if laid.head is not None:
        write(f"{laid.head.version} {laid.head.sha256}\n")


def list_command(actor: OfActorOption = None, *, form: ListFormatOption = "table") -> None:
    """List the replies on record, the newest first.

    Examples:
        gaptracker reply list
        gaptracker reply list --actor MEX --format json
    """
    replies, _ = load_annotations()
    wanted = actor.strip().upper() if actor else None
    found = [each for each in reversed(replies) if wanted in {None, each.reply.actor}]
    if form == "json":
        write_json([_plain(each) for each in found])
    elif found:
        show_whole_rows([_row(each) for each in found], COLUMNS)
    else:
        talk("no reply is on record.")


def show_command(name: ReplyArgument, *, form: ShowFormatOption = "text") -> None:
    """Show a reply, whole, with the decision on it.

    Examples:
        gaptracker reply show rep_aaaaaaaaaaaaaaaaaaaaaaaaaa
    """
    with records(read_only=True) as work:
        found = require_reply(name, work)
    if form == "json":
        write_json(_plain(found))
    else:
        write("\n".join(_told(found)) + "\n")


def _content(file: Path) -> bytes:
    """Read a file, no more of it than shows that it is too long."""
    with file.open("rb") as opened:
        return opened.read(LONGEST_FILE_BYTES + 1)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# `Any`: a JSON document.
def _plain(found: DecidedReply) -> dict[str, Any]:
    document: dict[str, Any] = plain(found)
    return document | {"outcome": found.outcome.value}


def _row(found: DecidedReply) -> dict[str, str]:
    reply = found.reply
    return {
        "id": reply.id,
        "received": str(reply.received_on),
        "actor": reply.actor,
        "release": reply.release,
        "outcome": found.outcome.value,
        "about": ", ".join(f"{each.theme} {each.year}" for each in reply.cells) or "everything",
    }


def _told(found: DecidedReply) -> Iterator[str]:
    reply, decision = found.reply, found.decision
    yield f"{reply.id}: {reply.actor} replies to release {reply.release}"
    yield folded(f"by: {reply.who}, {reply.office}", width=WIDTH, indent=INDENT, hang=INDENT)
    yield f"  received on: {reply.received_on}, on record since {reply.recorded_at.isoformat()}"
    yield folded(f"about: {_row(found)['about']}", width=WIDTH, indent=INDENT, hang=INDENT)
    for label, value in (("link", reply.link), ("attachment", reply.attachment_sha256)):
        if value:
            yield f"  {label}: {value}"
    yield f"  text ({reply.language}):"
    yield reply.text
    yield f"  outcome: {found.outcome.value}" + (
        f" on {decision.decided_at.date()}, because: {decision.because}" if decision else ""
    )


for called, command in (
    ("add", add_command),
    ("decide", decide_command),
    ("list", list_command),
    ("show", show_command),
    ("publish", publish_command),
):
    reply_app.command(called, help=help_of(command))(command)
