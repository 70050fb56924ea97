"""The page of a refusal: what a problem document says, for a person in a browser."""

from dataclasses import dataclass

from gaptracker.publish.pages.frame import Frame, Place
from gaptracker.publish.pages.rendering import render
from gaptracker.publish.pages.words import PART
from gaptracker.publish.texts import texts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A problem as its document has it, with what the reader can do; `faults` if there are many."""

    status: int
    code: str
    title: str
    detail: str
    advice: str
    request: str
    faults: tuple[str, ...] = ()


def build_problem_page(place: Place, trouble: Trouble) -> bytes:
    """Return the page of a refusal."""
    title = texts_of(PART, place.language).say("This page cannot be shown")
    frame = Frame(title=title, description=trouble.title, place=place, manifest=None)
    return render("problem.html", place.language, frame=frame, problem=trouble)
