"""Reads the calibration set: vignettes by theme, and how calibration is computed."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from gaptracker.domain.calibration import (
    CalibrationSettings,
    Vignette,
    VignetteDeed,
    VignetteWords,
)
from gaptracker.domain.errors import InvalidValue, MethodologyError
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.scale import RUNGS
from gaptracker.domain.vocabulary import Instrument, Layer, MeasureKind, Mode
from gaptracker.intake.methodology_problems import problem, shape_problems, unknown
from gaptracker.intake.methodology_shapes import Name, Number, Shape, Text, Whole

# Where a version of the methodology keeps its vignettes; coders read English.
FOLDER = ("vignettes", "en")
SETTINGS = "calibration.toml"
SUFFIX = ".toml"

ShapeT = TypeVar("ShapeT", bound=Shape)


class WordsShape(Shape):
    """`[vignette.words]`."""

    mode: Mode
    instrument: Instrument
    text: Text


class DeedShape(Shape):
    """`[vignette.deed]`."""

    layer: Layer
    kind: MeasureKind
    text: Text


class VignetteShape(Shape):
    """One `[[vignette]]`."""

    id: Annotated[Text, Field(pattern=r"^[a-z][a-z0-9_]*-[a-z]+$")]
    country: Text
    true_rung: Annotated[Whole, Field(ge=0, lt=RUNGS)]
    rationale: Text
    words: WordsShape
    deed: DeedShape


class VignetteFile(Shape):
    """`<theme>.toml`."""

    theme: Name
    vignette: Annotated[tuple[VignetteShape, ...], Field(min_length=1)]


class SettingsFile(Shape):
    """`calibration.toml`."""

    coder_prior_strength: Number
    draws: Whole
    reliable_alpha: Number
    provisional_alpha: Number
    least_pairs: Whole
    least_coders: Whole


def shipped_vignettes(methodology: Methodology) -> dict[str, Vignette]:
    """Return the calibration set that travels with a methodology of the package, by id.

    Raises:
        MethodologyError: If its files are wrong; every problem is listed.
    """
    return load_vignettes(_shipped_folder(methodology), methodology)


def shipped_settings(methodology: Methodology) -> CalibrationSettings:
    """Return how a methodology of the package has calibration computed.

    Raises:
        MethodologyError: If the file is wrong; every problem is listed.
    """
    return load_settings(_shipped_folder(methodology))


def load_vignettes(folder: Traversable | Path, methodology: Methodology) -> dict[str, Vignette]:
    """Read a folder of vignettes: one file for each theme that can carry a gap.

    Args:
        folder: Holds `<theme>.toml`, and may hold `calibration.toml`.
        methodology: Names the themes.

    Returns:
        Vignettes by id, in order of themes and, within a theme, of the file.

    Raises:
        MethodologyError: If a file is missing, has no place there, cannot be read or holds an
            impossible value; if a theme leaves a rung without a vignette; if a country or an
            id comes twice. Nothing is loaded then.
    """
    themes = [theme.id for theme in methodology.scored_themes()]
    problems = list(_folder_problems(folder, themes))
    shapes: dict[str, VignetteFile] = {}
    for theme in themes:
        shape = _shaped(folder, f"{theme}{SUFFIX}", VignetteFile, problems)
        if shape is not None:
            shapes[theme] = shape
    problems.extend(_content_problems(shapes))
    if problems:
        raise MethodologyError(f"vignettes of methodology {methodology.version}", problems)
    return {
        row.id: _vignette(theme, row) for theme, shape in shapes.items() for row in shape.vignette
    }


def load_settings(folder: Traversable | Path) -> CalibrationSettings:
    """Read `calibration.toml` of a folder.

    Raises:
        MethodologyError: If it is missing, cannot be read or holds an impossible value.
    """
    problems: list[str] = []
    shape = _shaped(folder, SETTINGS, SettingsFile, problems)
    if shape is not None:
        try:
            return CalibrationSettings(**shape.model_dump())
        except InvalidValue as error:
            problems.append(f"{SETTINGS}: {error}: correct the value")
    elif not problems:
        problems.append(problem(SETTINGS, "the file", "it is missing", "add it"))
    raise MethodologyError("settings of the calibration", problems)


def _shipped_folder(methodology: Methodology) -> Traversable:
    return files("gaptracker").joinpath("methodology", methodology.version, *FOLDER)


def _folder_problems(folder: Traversable | Path, themes: Iterable[str]) -> Iterator[str]:
    """Say which files are missing and which have no place in the folder."""
    expected = {f"{theme}{SUFFIX}" for theme in themes}
    found: set[str] = set()
    if folder.is_dir():
        found = {entry.name for entry in folder.iterdir() if not entry.name.startswith(".")}
    for name in sorted(expected - found):
        yield problem(name, "the file", "it is missing", "expected one for each theme: add it")
    for name in sorted(found - expected - {SETTINGS}):
        yield problem(name, "the file", "it has no place here", "remove it or correct its name")


def _shaped(
    folder: Traversable | Path, name: str, shape: type[ShapeT], problems: list[str]
) -> ShapeT | None:
    """Return one file in its shape; None if it is not there, or after saying what is wrong."""
    file = folder.joinpath(name)
    if not file.is_file():
        return None
    content: dict[str, object] = {}
    try:
        content = tomllib.loads(file.read_bytes().decode("utf-8"))
        return shape.model_validate(content)
    except UnicodeDecodeError as error:
        came = f"byte {error.start} is not UTF-8"
        problems.append(problem(name, "the whole file", came, "expected UTF-8: save it anew"))
    except tomllib.TOMLDecodeError as error:
        came = f"it is not TOML ({error})"
        problems.append(problem(name, "the whole file", came, "mend it there"))
    except ValidationError as error:
        problems.extend(shape_problems(name, content, error))
    return None


def _content_problems(shapes: Mapping[str, VignetteFile]) -> Iterator[str]:
    """Say what is wrong between vignettes that are each well formed."""
    seen: Counter[str] = Counter()
    for theme, shape in shapes.items():
        name = f"{theme}{SUFFIX}"
        if shape.theme != theme:
            yield f"{name}: theme: {unknown('theme', shape.theme, [theme])}; expected the file's"
        for row in shape.vignette:
            key = f"vignette[{row.id}]"
            if not row.id.startswith(f"{theme}-"):
                came = f"came {row.id!r}"
                yield problem(name, f"{key}.id", came, f"expected it to begin with {theme}-")
            for field, value in (("id", row.id), ("country", row.country)):
                seen[value] += 1
                if seen[value] > 1:
                    came = f"{value!r} comes a second time"
                    yield problem(name, f"{key}.{field}", came, "give each its own")
        missing = set(range(RUNGS)) - {row.true_rung for row in shape.vignette}
        for rung in sorted(missing):
            yield problem(name, "vignette", f"none stands on rung {rung}", "add at least one")


def _vignette(theme: str, row: VignetteShape) -> Vignette:
    return Vignette(
        id=row.id,
        theme=theme,
        country=row.country,
        true_rung=row.true_rung,
        rationale=row.rationale,
        words=VignetteWords(
            mode=row.words.mode, instrument=row.words.instrument, text=row.words.text
        ),
        deed=VignetteDeed(layer=row.deed.layer, kind=row.deed.kind, text=row.deed.text),
    )
