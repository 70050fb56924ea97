"""The page of all replies and errata, on which each has an anchor of its own."""

from gaptracker.publish.addresses import ERRATA_PATH, REPLIES_PATH, address
from gaptracker.publish.pages.asked import Asked
from gaptracker.publish.pages.beside import shown_beside
from gaptracker.publish.pages.frame import Frame
from gaptracker.publish.pages.rendering import render


def build_replies_page(asked: Asked, actor: str | None) -> bytes:
    """Return the page; `actor` narrows it to what is said of one actor."""
    texts, beside = asked.texts, asked.view.standing.beside
    said = beside.of(actor) if actor else beside.everything
    title = texts.say("Replies and errata")
    if actor:
        title = texts.say("Replies and errata: {actor}", actor=asked.actor_name(actor))
    frame = Frame(
        title=title,
        description=texts.say(
            "What assessed actors answered, word for word, and what was wrong in published "
            "releases."
        ),
        place=asked.place,
        manifest=asked.view.release.manifest,
        follow={"actor": actor} if actor else {},
    )
    named = {"actor": actor, "lang": asked.language}
    return render(
        "replies.html",
        asked.language,
        frame=frame,
        beside=shown_beside(asked.view, said),
        replies_json=address(REPLIES_PATH, named),
        errata_json=address(ERRATA_PATH, named),
    )
