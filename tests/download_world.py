"""A release whose texts hold what breaks files: commas, quotes, formulas, RTL and CJK letters."""

from dataclasses import replace
from pathlib import Path

from gaptracker.domain.evidence import Evidence
from gaptracker.workflows.export_release import export_release
from tests.api_world import API_EVIDENCE, open_store
from tests.cli_world import SPEECH, cut

EXCERPT = '=HYPERLINK("x"), 乌拉圭 said: إيران\nand "quoted"'
TITLE = "@list, “公报” \u202eabc"


def hostile_evidence() -> Evidence:
    """The API's evidence, with texts that no format may bend."""
    return replace(
        API_EVIDENCE,
        statements=tuple(
            replace(each, excerpt=EXCERPT) if each.id == SPEECH.id else each
            for each in API_EVIDENCE.statements
        ),
        measures=tuple(replace(each, title=TITLE) for each in API_EVIDENCE.measures),
    )


def exported(folder: Path) -> Path:
    """Cut a release of that evidence in a data folder; return a folder with all its files."""
    cut(folder, evidence=hostile_evidence())
    export_release(open_store(folder), folder / "exported")
    return folder / "exported"
