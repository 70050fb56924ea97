"""`gaptracker release`: cut, list, verify and export frozen releases."""

from pathlib import Path
from typing import Annotated

import typer

from gaptracker.domain.results import CheckResult
from gaptracker.main.cli.errors import NothingThere
from gaptracker.main.cli.evidence import read_all_evidence
from gaptracker.main.cli.figures import count
from gaptracker.main.cli.methodologies import newest_methodology
from gaptracker.main.cli.stores import NO_RELEASE, open_store
from gaptracker.main.cli.tables import releases_table
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import Stopwatch, progress, show, talk, write
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.cut_release import CutOutcome, CutPlan, cut_release
from gaptracker.workflows.export_release import export_release

IdArgument = Annotated[
    str | None,
    typer.Argument(
        help="Release, as `release list` names it; the current one if left out.", metavar="ID"
    ),
]
FolderArgument = Annotated[
    Path, typer.Argument(help="Where to write; must not exist yet, or be empty.", metavar="FOLDER")
]
AgainOption = Annotated[
    bool,
    typer.Option(
        "--again", help="Score even if this release is there, to prove that the bytes are the same."
    ),
]

release_app = typer.Typer(no_args_is_help=True, help="Cut, list, verify and export releases.")


def cut_command(again: AgainOption = False) -> None:
    """Score the evidence, freeze it as a release, check it and make it the current one.

    The same evidence and rules make the same release: if it is there already, it is verified
    and nothing is scored. A run that misses a check is archived as failed, and the current
    release stays.

    Examples:
        gaptracker release cut
        gaptracker release cut --again
    """
    watch = Stopwatch()
    outcome = cut(open_store(), again=again)
    if outcome.created:
        talk(f"frozen in {watch} as number {outcome.entry.number}; it is the current release now.")
    else:
        talk(f"this release was there already, verified in {watch}; it is the current one.")
    write(f"{outcome.entry.id}\n")


def cut(store: ReleaseStore, *, again: bool = False) -> CutOutcome:
    """Cut a release of the evidence in the database, telling of progress and warnings.

    Args:
        store: Where releases are kept.
        again: Score even if the release is there.

    Raises:
        SchemaMismatch: If there is no database, or its schema is not this program's.
        NothingToScore: If no evidence was ever loaded.
        ReleaseCheckFailed: If the run missed a check; it is archived as failed.
        ReleaseCorrupt: If the release is there already and was changed.
    """
    methodology = newest_methodology()
    evidence = read_all_evidence()
    with progress() as report:
        plan = CutPlan(
            again=again, progress=lambda done, total: report("scoring cells", done, total)
        )
        outcome = cut_release(evidence, methodology, store, plan)
    for warning in outcome.warnings:
        talk(f"warning: {_bound_passed(warning)}")
    return outcome


def list_command() -> None:
    """List every run that was ever kept, the newest first, failed ones too.

    Examples:
        gaptracker release list
    """
    store = open_store()
    entries = store.entries()
    if not entries:
        raise NothingThere(NO_RELEASE.format(store=store.url))
    show(releases_table(entries, store.latest()))


def verify_command(release: IdArgument = None) -> None:
    """Hash every file of a release again and hold it against its manifest and the index.

    Ends with code 7 if a byte differs from what was frozen.

    Examples:
        gaptracker release verify
        gaptracker release verify 2026-08-16-1f0c33ab
    """
    store = require_releases(open_store())
    entry = store.verify(release)
    manifest, _ = store.manifest(entry)
    files = count(len(manifest.files), "file")
    write(f"{entry.id}: {files} and the manifest are as frozen ({entry.content_sha256})\n")


def export_command(folder: FolderArgument, release: IdArgument = None) -> None:
    """Copy a release's files, byte for byte, and its gaps as CSV, into a new folder.

    Examples:
        gaptracker release export for-the-archive
        gaptracker release export old 2026-08-16-1f0c33ab
    """
    store = require_releases(open_store())
    for path in export_release(store, folder, release):
        write(f"{path}\n")


def require_releases(store: ReleaseStore) -> ReleaseStore:
    """Return a store that holds a release.

    Raises:
        NothingThere: If none was ever published in it.
    """
    if store.latest() is None:
        raise NothingThere(NO_RELEASE.format(store=store.url))
    return store


def _bound_passed(check: CheckResult) -> str:
    return f"{check.name} is {check.found:.3g}, above {check.bound:.3g}: {check.reason}"


release_app.command("cut", help=help_of(cut_command))(cut_command)
release_app.command("list", help=help_of(list_command))(list_command)
release_app.command("verify", help=help_of(verify_command))(verify_command)
release_app.command("export", help=help_of(export_command))(export_command)
