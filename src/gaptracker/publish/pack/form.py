"""The form on which an assessed actor replies: TOML that `gaptracker reply add` takes."""

import json

from gaptracker.publish.pack.contents import Pack


def write_form(pack: Pack) -> bytes:
    """Return `reply.toml`, its comments in the pack's language and nothing filled in.

    What is left empty of `link`, `attachment_sha256`, `pairs` and `cells` is not there; without
    who, office, language and text no reply is taken.
    """
    say = pack.texts.say
    example = pack.cells[0].name if pack.cells else "cannabis/2022"
    theme, year = example.split("/")
    release = pack.view.release.id
    # Said one by one: the texts of an f-string are not found by whoever gathers translations.
    head = say("Reply to what release {release} says.", release=release)
    signed = say("Who signs, and in which office. Both are published.")
    tongue = say("Language of the text, as es or pt-BR.")
    words = say("The text, between the lines with three quotes. It is published as it is.")
    beside = say("Where you published it, or the SHA-256 of a document; empty if there is none.")
    about = say("What it is about; empty for everything. For example:")
    lines = [
        *(f"# {head}", f"# {pack.window}"),
        *(f"actor = {_quoted(pack.order.actor)}", f"release = {_quoted(release)}", ""),
        *(f"# {signed}", 'who = ""', 'office = ""', ""),
        *(f"# {tongue}", 'language = ""', ""),
        *(f"# {words}", "text = '''", "'''", ""),
        *(f"# {beside}", 'link = ""', 'attachment_sha256 = ""', ""),
        f"# {about}",
        f"# cells = [{{theme = {_quoted(theme)}, year = {year}}}]",
        '# pairs = ["pair_0c1d2e3f4a5b6c7d"]',
        *("cells = []", "pairs = []"),
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _quoted(text: str) -> str:
    """Return a text as TOML's basic string, which escapes as JSON does."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
