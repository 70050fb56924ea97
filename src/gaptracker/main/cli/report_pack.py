"""`gaptracker report pack`: what an assessed actor is told before its figures are published."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from gaptracker.main.cli.lookup import named_actor
from gaptracker.main.cli.options import ActorArgument, ReleaseOption
from gaptracker.main.cli.stores import open_release
from gaptracker.main.cli.terminal import write
from gaptracker.publish.pack.contents import PackOrder
from gaptracker.publish.pack.write import write_pack

PackLanguageOption = Annotated[
    Literal["en", "es", "pt"], typer.Option("--lang", help="Language of the pack.")
]
PackOutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", help="Folder to write; new or empty. `pack-CODE` if left out.", metavar="DIR"
    ),
]
WindowOption = Annotated[
    int, typer.Option("--window-days", help="Days in which a reply is awaited.", min=1, max=366)
]
FromOption = Annotated[
    str | None,
    typer.Option("--from", help="First of these days, as 2026-12-01; today if left out."),
]
PackContactOption = Annotated[
    str | None, typer.Option("--contact", help="How the publisher is reached.")
]


def pack_command(  # noqa: PLR0913  one parameter for each option
    actor: ActorArgument,
    *,
    release: ReleaseOption = None,
    lang: PackLanguageOption = "en",
    out: PackOutOption = None,
    window_days: WindowOption = 30,
    first: FromOption = None,
    contact: PackContactOption = None,
) -> None:
    """Write the pack for an assessed actor: what will be said of it, and how to reply.

    A folder with the figures, the demonstrated findings and each pair with both sources, as HTML
    and Markdown, both tables as CSV, and the form that `gaptracker reply add` takes. Written
    whole or not at all; the same release and options give the same bytes.

    Examples:
        gaptracker report pack MEX --lang es --from 2026-12-01
        gaptracker report pack COL --out for-bogota --window-days 45
    """
    frozen = open_release(release)
    code = named_actor(frozen, actor)
    order = PackOrder(
        actor=code, language=lang, first=_day(first), days=window_days, contact=contact
    )
    for path in write_pack(frozen, order, out or Path(f"pack-{code}")):
        write(f"{path}\n")


def _day(given: str | None) -> date:
    if given is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(
            f"{given!r} is no day; expected one as 2026-12-01", param_hint="--from"
        ) from None
