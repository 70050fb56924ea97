"""A strict reading of HTML: every element closed, every id once, nothing from elsewhere."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

VOID = {"meta", "link", "img", "source", "input", "br", "hr"}
# Attributes by which a browser loads something without being asked.
LOADED = {
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("source", "srcset"),
    ("iframe", "src"),
    ("image", "href"),
    ("use", "href"),
    ("form", "action"),
}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
FOREIGN_LINKS = {"canonical", "alternate"}
# Elements whose own role may have a name; every other needs a role that may.
NAMED_BY_NATURE = {
    "a",
    "article",
    "button",
    "figure",
    "form",
    "iframe",
    "img",
    "input",
    "main",
    "nav",
    "section",
    "select",
    "svg",
    "table",
    "textarea",
}
NAMED_BY_ROLE = {"group", "img", "region"}
LANDMARKS = {"nav": "navigation", "section": "region", "aside": "complementary"}

Attributes = dict[str, str]


@dataclass(slots=True)
class Element:
    """One element as it was read; `text` is all text inside it."""

    name: str
    attributes: Attributes
    parents: tuple[str, ...]
    text: str = ""


@dataclass(slots=True)
class Page:
    """A page that was read from its beginning to its end."""

    elements: list[Element] = field(default_factory=list)

    def all(self, name: str, **wanted: str) -> list[Element]:
        return [
            each
            for each in self.elements
            if each.name == name
            and all(each.attributes.get(key) == value for key, value in wanted.items())
        ]

    def one(self, name: str, **wanted: str) -> Element:
        (found,) = self.all(name, **wanted)
        return found

    def meta(self, name: str) -> str:
        found = [
            each.attributes["content"]
            for each in self.all("meta")
            if name in {each.attributes.get("property"), each.attributes.get("name")}
        ]
        assert len(found) == 1, (name, found)
        return found[0]

    def linked_data(self) -> list[dict[str, Any]]:
        return [json.loads(each.text) for each in self.all("script", type="application/ld+json")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice: {names}"
        parents = tuple(each.name for each in self.open)
        found = Element(tag, {name: value or "" for name, value in attrs}, parents)
        self.page.elements.append(found)
        if tag not in VOID:
            self.open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert [each.name for each in self.open][-1:] == [tag], (tag, self.open)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for each in self.open:
            each.text += data


def read_page(text: str) -> Page:
    """Read a page, or fail where its elements do not nest."""
    assert text.startswith("<!DOCTYPE html>")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader.page


def require_sound(text: str, *, language: str, site: str) -> Page:
    """Read a page and hold it to what every page of ours keeps."""
    page = read_page(text)
    assert page.one("html").attributes["lang"] == language
    assert page.one("title").text.strip()
    assert page.meta("description")
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    require_unique_ids(page)
    require_headings_in_order(page)
    require_names(page)
    require_nothing_inline(page)
    require_roles(page)
    assert list(foreign(page, site)) == []
    return page


def require_unique_ids(page: Page) -> None:
    ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
    assert len(ids) == len(set(ids)), sorted(each for each in ids if ids.count(each) > 1)
    for each in page.elements:
        for name in ("aria-labelledby", "for"):
            if name in each.attributes:
                assert each.attributes[name] in ids, each
        href = each.attributes.get("href", "")
        if each.name == "a" and href.startswith("#"):
            assert href[1:] in ids, href


def require_headings_in_order(page: Page) -> None:
    level = 0
    for each in page.elements:
        if each.name in HEADINGS:
            now = HEADINGS.index(each.name) + 1
            assert now <= level + 1, f"{each.name} {each.text!r} comes after h{level}"
            assert each.text.strip()
            level = now


def require_names(page: Page) -> None:
    for each in page.all("img"):
        assert each.attributes["alt"].strip(), each
    for each in page.all("iframe"):
        assert each.attributes["title"].strip(), each
    labelled = {each.attributes["for"] for each in page.all("label")}
    for name in ("select", "textarea", "input"):
        for each in page.all(name):
            hidden = each.attributes.get("type") == "hidden"
            assert hidden or each.attributes["id"] in labelled, each
    for name in ("a", "button", "summary", "th", "option", "dt"):
        for each in page.all(name):
            assert each.text.strip(), each


def require_nothing_inline(page: Page) -> None:
    assert page.all("style") == []
    for each in page.elements:
        handlers = [name for name in each.attributes if name.startswith("on")]
        assert handlers == [], each
        assert "style" not in each.attributes, each
        href = each.attributes.get("href", "")
        assert not re.match(r"\s*(javascript|data|vbscript):", href, re.IGNORECASE), each
    for each in page.all("script"):
        if each.attributes.get("type") != "application/ld+json":
            assert each.attributes["src"].startswith("/static/"), each
            assert each.text == ""


def require_roles(page: Page) -> None:
    """Require that names are on what may have one, and landmarks are told apart by theirs."""
    for each in page.elements:
        if {"aria-label", "aria-labelledby"} & set(each.attributes):
            role = each.attributes.get("role")
            named = role in NAMED_BY_ROLE if role else each.name in NAMED_BY_NATURE
            assert named, f"a name that is not read out: {each.name} {each.attributes}"
        # Marks of a drawing have roles of their own, which are read out as nothing without names.
        assert not each.attributes.get("role", "").startswith("graphics-"), each.attributes
        if each.attributes.get("tabindex") == "0":
            assert _name(page, each), f"what is reached by keys has a name: {each.attributes}"
    times = Counter(mark for each in page.elements if (mark := _landmark(page, each)))
    assert [mark for mark, count in times.items() if count > 1] == []


def _landmark(page: Page, each: Element) -> tuple[str, str] | None:
    """Return a landmark's role and name; a section without a name is none."""
    role = each.attributes.get("role") or LANDMARKS.get(each.name, "")
    name = _name(page, each)
    return (role, name) if role in LANDMARKS.values() and (name or role != "region") else None


def _name(page: Page, each: Element) -> str:
    if label := each.attributes.get("aria-labelledby"):
        return " ".join(
            other.text.strip() for other in page.elements if other.attributes.get("id") == label
        )
    return each.attributes.get("aria-label", "").strip()


def foreign(page: Page, site: str) -> Iterator[str]:
    """Yield each address of another host that a browser would load, or a form would go to."""
    for each in page.elements:
        for name, value in each.attributes.items():
            if (each.name, name) not in LOADED:
                continue
            if each.name == "link" and each.attributes.get("rel") in FOREIGN_LINKS:
                assert value.startswith(f"{site}/"), value
                continue
            if urlsplit(value).netloc or value.startswith("//"):
                yield value
