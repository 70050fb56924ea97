"""The page of a refusal: what a problem document says, for a person in a browser."""

from dataclasses import dataclass

from gaptracker.publish.pages.frame import Frame, Place
from gaptracker.publish.pages.rendering import render
from gaptracker.publish.pages.words import PART
from gaptracker.publish.texts import Texts, texts_of


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of the request and what to do about it, in the reader's language."""

    title: str
    advice: str


def build_problem_page(place: Place, trouble: Trouble) -> bytes:
    """Return the page of a refusal.

    What pages refuse is said in the reader's language; what no page refuses, and the one sentence
    on what came and what was expected, is in English and marked so.
    """
    texts = texts_of(PART, place.language)
    said = _said(texts).get(trouble.code)
    frame = Frame(
        title=texts.say("This page cannot be shown"),
        description=said.title if said else trouble.title,
        place=place,
        manifest=None,
    )
    return render("problem.html", place.language, frame=frame, problem=trouble, said=said)


def _said(texts: Texts) -> dict[str, Said]:
    """Return what is said of each code that a page can be refused with."""
    say = texts.say
    return {
        "not-found": Said(
            title=say("There is no page at this address"),
            advice=say(
                "Check the address. A page of this site never moves: if it was printed "
                "somewhere, a letter may have been lost on the way."
            ),
        ),
        "validation-failed": Said(
            title=say("Something in this address is not valid"),
            advice=say("Mend what is named above, or leave it out of the address."),
        ),
        "not-acceptable": Said(
            title=say("This page is not given in the form that was asked for"),
            advice=say("Ask for another form, or open the address without its ending."),
        ),
        "unavailable": Said(
            title=say("The page cannot be shown at the moment"),
            advice=say("Nothing is wrong with the address. Try again in a few seconds."),
        ),
    }
