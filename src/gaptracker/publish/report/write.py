"""Writing reports: every edition, language and form that was ordered, whole or not at all."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gaptracker.domain.errors import InvalidValue
from gaptracker.publish.charts.draw import Painter
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.report.archive import write_archive
from gaptracker.publish.report.build import build_report
from gaptracker.publish.report.drawn import draw_pictures
from gaptracker.publish.report.files import require_writable, write_whole
from gaptracker.publish.report.model import Paragraph, Points, ReportModel
from gaptracker.publish.report.render_html import render_html
from gaptracker.publish.report.render_markdown import render_markdown
from gaptracker.publish.report.render_pdf import render_pdf
from gaptracker.publish.report.settings import Form, ReportSettings
from gaptracker.publish.report.spans import plain

# Told of a step's name, how much is done, and of how much.
Progress = Callable[[str, int, int], None]
UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")
GLOBAL = "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """One file of a report; `language` is None for the data, which are in none."""

    path: Path
    form: Form
    language: str | None
    actor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReport:
    """What was written.

    `titles` and `summaries` are plain text by actor (None for the global edition) and language.
    """

    release: str
    period: str
    files: tuple[WrittenFile, ...]
    titles: dict[tuple[str | None, str], str]
    summaries: dict[tuple[str | None, str], str]


def write_report(
    frozen_release: FrozenRelease,
    settings: ReportSettings,
    folder: Path,
    progress: Progress | None = None,
) -> WrittenReport:
    """Write every edition, language and form of a report into a folder; blocks meanwhile.

    The same release and settings give the same bytes. Files of one edition and language appear
    together, each whole.

    Args:
        frozen_release: The release.
        settings: What is ordered.
        folder: Where files are written; made if it is not there.
        progress: Told of every step.

    Raises:
        InvalidValue: If no language or form is ordered, or the period ends before the release.
        UnknownName: If the release knows no such actor or theme.
        ReportNotWritten: If the folder cannot be written to.
        DrawingFailed: If a picture cannot be drawn.
        PdfFailed: If the PDF cannot be set.
    """
    _require_order(frozen_release, settings)
    require_writable(folder)
    report = progress or _say_nothing
    painter = Painter()
    files: list[WrittenFile] = []
    titles: dict[tuple[str | None, str], str] = {}
    summaries: dict[tuple[str | None, str], str] = {}
    try:
        for actor in settings.actors or (None,):
            models = []
            for language in settings.languages:
                model = build_report(frozen_release, settings, language=language, actor=actor)
                models.append(model)
                titles[actor, language] = plain(model.title)
                summaries[actor, language] = summary_of(model)
                bodies = _bodies(frozen_release, settings, model, (painter, report))
                files += _write(folder, settings, model, bodies)
            if Form.DATA in settings.forms:
                body = {Form.DATA: write_archive(models, frozen_release.manifest)}
                files += _write(folder, settings, models[0], body)
    finally:
        painter.close()
    return WrittenReport(
        release=frozen_release.id,
        period=settings.period.name,
        files=tuple(files),
        titles=titles,
        summaries=summaries,
    )


def summary_of(model: ReportModel) -> str:
    """Return the summary as plain text, a sentence or finding on each line."""
    lines = [plain(model.notice)] if model.notice else []
    for block in model.sections[0].blocks:
        if isinstance(block, Paragraph):
            lines.append(plain(block.line))
        elif isinstance(block, Points):
            lines += [f"- {plain(line)}" for line in block.lines]
    return "\n".join(filter(None, lines))


def file_name(settings: ReportSettings, model: ReportModel, form: Form) -> str:
    """Return the name of a file: period, edition, release and language stand in it."""
    parts = ["gaptracker", model.period, model.actor or GLOBAL, *settings.themes, model.release]
    parts.append("data" if form is Form.DATA else model.language)
    return "_".join(UNSAFE.sub("-", part) for part in parts) + f".{form.value}"


def _require_order(release: FrozenRelease, settings: ReportSettings) -> None:
    if not settings.languages or not settings.forms:
        raise InvalidValue("no language or form was ordered; expected at least one of each")
    if settings.period.last.year < release.years[0]:
        raise InvalidValue(
            f"period {settings.period.name} lies before the first year of release {release.id}, "
            f"{release.years[0]}; expected one that it covers"
        )
    for actor in settings.actors:
        release.actor(actor)
    for theme in settings.themes:
        release.theme(theme)


def _bodies(
    release: FrozenRelease,
    settings: ReportSettings,
    model: ReportModel,
    tools: tuple[Painter, Progress],
) -> dict[Form, bytes]:
    painter, report = tools
    pictures = model.pictures()
    step = f"{model.actor or GLOBAL}, {model.language}: pictures"
    drawn = 0

    def done() -> None:
        nonlocal drawn
        drawn += 1
        report(step, drawn, len(pictures))

    report(step, 0, len(pictures))
    images = draw_pictures(release, pictures, settings.forms, painter, done)
    bodies: dict[Form, bytes] = {}
    if Form.HTML in settings.forms:
        bodies[Form.HTML] = render_html(model, images)
    if Form.MARKDOWN in settings.forms:
        bodies[Form.MARKDOWN] = render_markdown(model)
    if Form.PDF in settings.forms:
        bodies[Form.PDF] = render_pdf(model, images)
    return bodies


def _write(
    folder: Path, settings: ReportSettings, model: ReportModel, bodies: dict[Form, bytes]
) -> list[WrittenFile]:
    names = {form: file_name(settings, model, form) for form in bodies}
    write_whole(folder, {names[form]: body for form, body in bodies.items()})
    return [
        WrittenFile(
            path=folder / names[form],
            form=form,
            language=None if form is Form.DATA else model.language,
            actor=model.actor,
        )
        for form in bodies
    ]


def _say_nothing(step: str, done: int, of: int) -> None:  # noqa: ARG001
    return
