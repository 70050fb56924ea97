"""`gaptracker demo`: everything once, from an empty folder to a page in the browser."""

import hashlib
from typing import Annotated

import typer
from rich.text import Text

from gaptracker.intake.reference_files import packaged_reference
from gaptracker.main.cli.database import load, told_load, told_migration, upgrade
from gaptracker.main.cli.demo_cases import case_cells, strongest_pairs
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.pair_blocks import pair_block
from gaptracker.main.cli.readers import texts_of
from gaptracker.main.cli.release import cut
from gaptracker.main.cli.serve import serve
from gaptracker.main.cli.stores import open_release, open_store, settings_in_force
from gaptracker.main.cli.tables import LEGEND, gaps_table
from gaptracker.main.cli.terminal import Stopwatch, data_console, show, talk
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.records.schema import open_database
from gaptracker.records.unit_of_work import UnitOfWork

PAIRS_SHOWN = 5

ServeOption = Annotated[
    bool, typer.Option("--serve/--no-serve", help="Serve the release when it is ready.")
]


def demo_command(serve_it: ServeOption = True) -> None:
    """Make a first release from the reference data, show it, and serve it.

    Makes the database, loads the reference data, pairs, scores, freezes a release, prints the
    cases of the 2016 report and the strongest pairs, and serves. A second run starts from what
    is there: where neither evidence nor rules nor program changed, nothing is scored.

    Examples:
        gaptracker demo
        gaptracker demo --no-serve
    """
    watch = Stopwatch()
    talk(told_migration(upgrade()))
    load_if_changed()
    outcome = cut(open_store())
    if outcome.created:
        talk(f"paired, scored and froze release {outcome.entry.id} in {watch}.")
    else:
        talk(
            f"release {outcome.entry.id} is there already and its inputs are unchanged: verified, "
            f"not scored again ({watch})."
        )
    release = open_release()
    show_release(release)
    if serve_it:
        serve(settings_in_force())
    else:
        talk(
            "`gaptracker serve` serves it; `gaptracker explain MEX death_penalty 2022` shows how "
            "one figure was made."
        )


def load_if_changed() -> None:
    """Load the package's reference data, unless the database holds just these."""
    reference = packaged_reference()
    try:
        content = reference.joinpath("manifest.json").read_bytes()
    except OSError:
        content = b""  # the loader says what is missing
    if content and hashlib.sha256(content).hexdigest() == loaded_manifest():
        talk("the reference data were loaded already.")
        return
    talk(told_load(load(reference)))


def loaded_manifest() -> str | None:
    """Return the SHA-256 of the manifest that was loaded last, None if none ever was."""
    engine = open_database(settings_in_force().resolved_database_url)
    try:
        with UnitOfWork(engine, read_only=True) as work:
            dataset = work.datasets.load_current()
    finally:
        engine.dispose()
    return dataset.manifest_sha256 if dataset else None


def show_release(release: FrozenRelease) -> None:
    """Print a release: the cases of the 2016 report, and the strongest pairs."""
    manifest = release.manifest
    state = " · PROVISIONAL" if manifest.provisional else ""
    show(Text(f"\nRelease {release.id}{state}", style="bold"))
    show(
        f"{count(len(release.actors), 'actor')}, {len(release.scored_themes)} themes, "
        f"{manifest.first_year} to {manifest.last_year}, as of {manifest.as_of}. "
        f"{manifest.notice}"
    )
    show(Text("\nCases of the 2016 report, each in the newest year that tells most", style="bold"))
    show(gaps_table(case_cells(release), with_actor=True, with_law=False))
    talk(LEGEND)
    show(Text("\nStrongest pairs: one for each actor and theme", style="bold"))
    width = data_console().width
    for pair in strongest_pairs(release, PAIRS_SHOWN):
        for line in pair_block(pair, texts_of(release, pair), width):
            show(line)
        show("")
