"""Questions that a server can answer, made of what schemathesis drew by chance.

No schema knows which names a release holds or which parameters belong together. Without this nearly
every question that chance makes up is refused for its first name, and no answer is ever looked at.
One name of eight stays as it was drawn, so that unknown ones are asked for as well.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

import httpx

LEFT_ALONE = 8
STATIC = re.compile(r'"/static/([^"]+)"')
# Which kind of name stands in a parameter, by its own name or by that of its path.
KINDS = {
    "actor": "actor",
    "actors": "actor",
    "chart": "chart",
    "from": "release",
    "indicator": "indicator",
    "pair": "pair",
    "release": "release",
    "releases": "release",
    "since": "year",
    "theme": "theme",
    "year": "year",
    "years": "year",
}
PLACES = {
    ("/embed/pair/{id}", "id"): "pair",
    ("/pairs/{id}", "id"): "pair",
    ("/releases/{id}", "id"): "release",
    ("/static/{name}", "name"): "static",
    ("/v1/actors/{code}", "code"): "actor",
    ("/v1/errata/{id}", "id"): "erratum",
    ("/v1/pairs/{id}", "id"): "pair",
    ("/v1/releases/{id}", "id"): "release",
    ("/v1/releases/{id}/diff", "id"): "later",
    ("/v1/releases/{id}/files", "id"): "release",
    ("/v1/releases/{id}/files/{name}", "id"): "release",
    ("/v1/releases/{id}/files/{name}", "name"): "file",
    ("/v1/replies/{id}", "id"): "reply",
    ("/v1/themes/{id}", "id"): "theme",
}
CELL = ("actor", "theme", "year")
Query = dict[str, Any]  # strings nearly always; chance draws numbers, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a server holds: names by their kind, and what each chart takes."""

    site: str
    names: Mapping[str, list[str]]
    charts: Mapping[str, list[str]]


def known_to(base: str) -> Known:
    """Ask a server what it holds; releases come newest first."""
    with httpx.Client(base_url=base) as client:

        def data(address: str) -> Any:  # noqa: ANN401  JSON
            return client.get(address).raise_for_status().json()["data"]

        actors, charts = data("/v1/actors"), data("/v1/charts")
        cells = data("/v1/gaps?min_grade=D&limit=1000")
        releases = [each["id"] for each in data("/v1/releases")]
        names = {
            "actor": [each["code"] for each in actors],
            "chart": [each["id"] for each in charts],
            "erratum": [each["id"] for each in data("/v1/errata")],
            "file": [each["name"] for each in data(f"/v1/releases/{releases[0]}/files")],
            "indicator": [each["id"] for each in data("/v1/indicators")],
            "later": releases[:-1] or releases,
            "pair": [each["id"] for each in data("/v1/pairs?limit=10")],
            "release": releases,
            "reply": [each["id"] for each in data("/v1/replies")],
            "static": STATIC.findall(client.get("/docs").text),
            "theme": sorted({each["theme"] for each in cells}),
            "year": sorted({str(each["year"]) for each in cells}),
        }
    return Known(
        site=base,
        names=names,
        charts={each["id"]: each["parameters"] for each in charts},
    )


def examples_of(path: str, parameter: str, known: Known) -> list[str]:
    """Return examples of a parameter that the server holds, none if it is not of names.

    They come in place of the document's own; what is drawn from them is never changed.
    """
    if parameter == "from":
        return known.names["release"][-1:]
    if (path, parameter) == ("/oembed", "url"):
        return [f"{known.site}/cells/{'/'.join(known.names[name][0] for name in CELL)}"]
    kind = _kind(path, parameter)
    return known.names[kind][:1] if kind is not None else []


def in_place(path: str, place: str, drawn: str, known: Known) -> str:
    """Return what to ask for in a place of a path."""
    kind = _kind(path, place)
    return _name(drawn, known.names[kind]) if kind is not None else drawn


def question(path: str, places: Mapping[str, str], drawn: Query, known: Known) -> Query:
    """Return a query that asks for what there is, of parameters that belong together.

    Args:
        path: The operation's path, with its places.
        places: What stands in them.
        drawn: The query as it was drawn.
        known: What the server holds.
    """
    query = {
        name: _list(value, known.names[KINDS[name]])
        if name in KINDS and isinstance(value, str)
        else value
        for name, value in drawn.items()
    }
    if len(query) > 1:
        query.pop("cursor", None)  # whoever has one was given it; it would hide all the rest
    fit = TOGETHER.get(path)
    return query if fit is None else fit(query, places, known)


def _kind(path: str, parameter: str) -> str | None:
    return KINDS.get(parameter) or PLACES.get((path, parameter))


def _name(drawn: str, known: list[str]) -> str:
    mark = crc32(drawn.encode("utf-8", "replace"))
    if drawn in known or not known or mark % LEFT_ALONE == 0:
        return drawn
    return known[mark // LEFT_ALONE % len(known)]


def _list(drawn: str, known: list[str]) -> str:
    return ",".join(dict.fromkeys(_name(each, known) for each in drawn.split(",")))


def _without(query: Query, names: Iterable[str]) -> Query:
    return {name: value for name, value in query.items() if name not in names}


def _filled(query: Query, names: Iterable[str], known: Known) -> Query:
    """Add what is missing."""
    choices = {**known.names, "actors": known.names["actor"], "side": ["words"]}
    return {**{name: choices[name][0] for name in names}, **query}


def _several(drawn: Any, known: list[str]) -> str:  # noqa: ANN401  see Query
    members = [*str(drawn).split(","), *known[:2]]
    return ",".join([*dict.fromkeys(members)][: max(2, len(members) - 2)])


def _chart(query: Query, places: Mapping[str, str], known: Known) -> Query:
    # A link from another answer may lead here with the ending of a picture.
    own = known.charts.get(places["chart"].partition(".")[0], [])
    foreign = {name for each in known.charts.values() for name in each} - set(own)
    return _filled(_without(query, foreign), own, known)


def _citation(query: Query, _places: Mapping[str, str], known: Known) -> Query:
    if "pair" in query:
        return _without(query, CELL)
    return _filled(query, CELL, known) if set(CELL) & set(query) else query


def _comparison(query: Query, _places: Mapping[str, str], known: Known) -> Query:
    """Compare several releases, or else years, or else actors."""
    for many, one, kind in (("releases", "release", "release"), ("years", "year", "year")):
        if many in query:
            actor = query["actors"].partition(",")[0]
            alone = _without(query, {one, "years" if many == "releases" else one})
            return {**alone, many: _several(query[many], known.names[kind]), "actors": actor}
    return {**query, "actors": _several(query["actors"], known.names["actor"])}


def _difference(query: Query, places: Mapping[str, str], known: Known) -> Query:
    """Look back from a release to an earlier one."""
    releases = known.names["release"]
    if places["id"] not in releases:  # a link led here with the id of something else
        return query
    is_later = query.get("from") in releases[: releases.index(places["id"]) + 1]
    return _without(query, {"from"}) if is_later else query


def _alliances(query: Query, _places: Mapping[str, str], _known: Known) -> Query:
    shown = query.get("show")
    query = query if shown in {None, "changes"} else _without(query, {"since"})
    return _without(query, {"side"}) if shown == "alike_apart" else query


def _cells(query: Query, _places: Mapping[str, str], _known: Known) -> Query:
    asks_for_none = "insufficient_evidence" in str(query.get("label"))
    return {**query, "min_grade": "D"} if asks_for_none else query


def _embedded(query: Query, _places: Mapping[str, str], known: Known) -> Query:
    """Ask for an address that has an embed: of a chart, a cell or a pair."""
    names = known.names
    mark = crc32(str(query["url"]).encode("utf-8", "replace"))
    chart = names["chart"][mark // LEFT_ALONE % len(names["chart"])]
    asked = urlencode(_filled({}, known.charts[chart], known))
    addresses = (
        f"/charts/{chart}?{asked}",
        f"/cells/{'/'.join(names[name][0] for name in CELL)}",
        *(f"/pairs/{pair}" for pair in names["pair"][:1]),
    )
    found = known.site + addresses[mark // LEFT_ALONE % len(addresses)]
    is_left = mark % LEFT_ALONE == 0 or query["url"].startswith(known.site)
    return query if is_left else {**query, "url": found}


Fit = Callable[[Query, Mapping[str, str], Known], Query]
TOGETHER: Mapping[str, Fit] = {
    "/charts/{chart}": _chart,
    "/embed/{chart}": _chart,
    "/oembed": _embedded,
    "/v1/alliances": _alliances,
    "/v1/charts/{chart}": _chart,
    "/v1/cite": _citation,
    "/v1/compare": _comparison,
    "/v1/gaps": _cells,
    "/v1/releases/{id}/diff": _difference,
}
