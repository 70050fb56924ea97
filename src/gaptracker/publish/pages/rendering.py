"""Templates to HTML: escaped everywhere, and nothing that is missing passes for empty."""

import json
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from gaptracker.domain.time import PartialDate
from gaptracker.publish.pages import words
from gaptracker.publish.pages.static_files import static_file
from gaptracker.publish.texts import closed, texts_of
from gaptracker.publish.vocabulary import words as vocabulary

PART = words.PART
# Inside a script element only these could end it, or be read as markup; JSON may escape them.
ESCAPED_IN_SCRIPT = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
# Packages with a folder `templates`; no two files in them have one name.
TEMPLATES = ("gaptracker.publish.pages", "gaptracker.publish.pack")
WEB_ADDRESSES = ("http://", "https://")


def render(template: str, language: str, *, part: str = PART, **values: object) -> bytes:
    """Return a page.

    Args:
        template: Its file under `templates/`.
        language: `en`, `es` or `pt`.
        part: Whose texts `say` and `count` know.
        values: What the template shows. Texts are escaped where they are written.
    """
    texts = texts_of(part, language)
    return (
        _environment()
        .get_template(template)
        .render(
            language=language,
            say=texts.say,
            count=texts.count,
            texts=texts,
            when=lambda written: texts.partial_day(PartialDate.parse(written)),
            label_words=lambda each: vocabulary.label_words(each, language),
            grade_words=lambda each: vocabulary.grade_words(each, language),
            reading_words=lambda each: vocabulary.reading_words(each, language),
            outcome_words=lambda each: vocabulary.outcome_words(each, language),
            reason_words=lambda each: vocabulary.reason_words(each, language),
            layer_words=lambda each: words.layer_words(each, language),
            side_words=lambda each: words.side_words(each, language),
            office_words=lambda each: words.office_words(each, language),
            coder_words=lambda each: words.coder_words(each, language),
            relation_words=lambda each: words.relation_words(each, language),
            **values,
        )
        .encode("utf-8")
    )


# `Any` because linked data is JSON of every shape.
def in_script(document: Any) -> Markup:  # noqa: ANN401
    r"""Return JSON as it may stand inside a script element, whatever its texts hold.

    Examples:
        >>> print(in_script({"name": "</script>"}))
        {"name": "\u003c/script\u003e"}
    """
    text = json.dumps(document, ensure_ascii=False)
    for letter, escaped in ESCAPED_IN_SCRIPT.items():
        text = text.replace(letter, escaped)
    return Markup(text)  # noqa: S704  every letter that HTML reads was escaped above


def web_address(url: str | None) -> str | None:
    """Return a source's address if a browser may follow it; no other scheme becomes a link."""
    return url if url is not None and url.lower().startswith(WEB_ADDRESSES) else None


# `Any` is what Jinja hands over: whatever a template writes.
def _finalize(value: Any) -> Any:  # noqa: ANN401
    """End what a text begins, before the text beside it is read in the wrong direction."""
    return closed(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in TEMPLATES]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["in_script"] = in_script
    environment.filters["web_address"] = web_address
    environment.globals["stylesheet"] = static_file("style.css").address
    environment.globals["icon"] = static_file("icon.svg").address
    return environment
