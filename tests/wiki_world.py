"""Pages of Wikipedia as its interface for programmers gives them: flags, footnotes, colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from gaptracker.intake.connectors.us_states import us_states

REVISION = 1_330_815_123


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """Which revision a page is, and when it was saved."""

    revision: int = REVISION
    at: str = "2026-01-02T18:56:11.000Z"


NEW_YEAR = Saved()
STATES = (
    *("Afghanistan", "Albania", "Algeria", "Brazil", "Canada", "Colombia", "France", "Germany"),
    *("Ghana", "India", "Japan", "Korea, North (DPRK)", "Mexico", "Netherlands", "Thailand"),
)
FOOTNOTE = (
    '<sup class="mw-ref reference" id="cite_ref-22"><a href="#n"><span>[</span>21<span>]</span>'
    "</a></sup>"
)
LAWS: Mapping[str, tuple[str, str]] = {
    "Canada": ("Legal", "Legal"),
    "Germany": (
        (
            "Legal for possession, consumption, and cultivation since 1 April 2024. Distribution "
            "allowed through non-profit cannabis clubs since 1 July 2024."
        ),
        "Legal",
    ),
    "Colombia": ("Decriminalized up to 22 g (<sup>3</sup>&frasl;<sub>4</sub> oz)", "Legal"),
    "Netherlands": ("Consumption and sale are tolerated in licensed coffeeshops.", "Legal"),
    "Korea, North (DPRK)": ("Illegal, but widely unenforced according to defectors.", "Illegal"),
}
# In the tables of the United States: key, words on adult use, words on medical use.
US_LAWS: Mapping[str, tuple[str, str, str]] = {
    "California": ("1", "Legal to age 21+", "Legal"),
    "Colorado": ("1", "Legal", "Legal"),
    "Hawaii": ("2", "Decriminalized (civil infraction)", "Legal"),
    "North Carolina": ("4", "Decriminalized", "CBD oil for seizures"),
    "Florida": ("3", "Illegal (misdemeanor)", "Legal"),
}
DISTRICT = "District of Columbia"
CONTINENTS = 5


def page(body: str, saved: Saved = NEW_YEAR) -> bytes:
    """A page around its tables."""
    return (
        '<!DOCTYPE html><html prefix="dc: http://purl.org/dc/terms/" '
        f'about="https://en.wikipedia.org/wiki/Special:Redirect/revision/{saved.revision}">'
        f'<head><meta property="mw:pageId" content="168917"/>'
        f'<meta property="dc:modified" content="{saved.at}"/></head><body>'
        '<table class="infobox"><tr><th colspan="2">Key</th></tr><tr><td>x</td></tr></table>'
        f"{body}</body></html>"
    ).encode()


def place(name: str) -> str:
    """A state with its flag."""
    return (
        '<td id="A"><span class="flagicon"><img alt="" src="//x.png"></span>'
        f'<a href="./{escape(name)}">{escape(name)}</a></td>'
    )


def cannabis(
    laws: Mapping[str, tuple[str, str]] = LAWS,
    *,
    states: Sequence[str] = STATES,
    header: tuple[str, ...] = ("Country/Territory", "Recreational", "Medical", "Notes"),
    saved: Saved = NEW_YEAR,
) -> bytes:
    """The page of cannabis law by country; its last row repeats the header."""
    head = "".join(f"<th>{name}</th>" for name in header)
    rows = "".join(
        f'<tr>{place(name)}<td class="table-no" style="background:#FFC7C7">{adult}{FOOTNOTE}</td>'
        f'<td data-sort-value="1">{medical}</td><td><style>.x{{}}</style>Main article</td></tr>'
        for name in (*states, "Bermuda")
        for adult, medical in (laws.get(name, ("Illegal", "Illegal")),)
    )
    table = f'<table class="wikitable"><tbody><tr>{head}</tr>{rows}<tr>{head}</tr></tbody></table>'
    return page(table, saved)


def us_cannabis(
    laws: Mapping[str, tuple[str, str, str]] = US_LAWS, *, saved: Saved = NEW_YEAR
) -> bytes:
    """The page of cannabis law by U.S. jurisdiction; the district has a table of its own."""
    head = "<th>{}</th><th></th><th>Recreational</th><th>Medical</th><th>Notes</th>"
    rows = "".join(
        f'<tr>{place(name)}<td data-sort-value="{key}" style="background:#f88"></td>'
        f"<td>{adult}</td><td>{medical}</td><td>Cannabis in {name}</td></tr>"
        for name in (state.name for state in us_states().values())
        if name != DISTRICT
        for key, adult, medical in (laws.get(name, ("5", "Illegal (felony)", "Illegal")),)
    )
    district = (
        f"<tr>{place(DISTRICT)}<td></td><td>Legal to possess and grow; not for sale</td>"
        "<td>Legal</td><td></td></tr>"
    )
    guam = f"<tr>{place('Guam')}<td></td><td>Legal</td><td>Legal</td><td></td></tr>"
    tables = "".join(
        f'<table class="wikitable sortable"><tr>{head.format(name)}</tr>{body}</table>'
        for name, body in (("State", rows), ("Federal district", district), ("Territory", guam))
    )
    return page(tables, saved)


PENALTIES: Mapping[str, tuple[str, str, str]] = {
    "Afghanistan": ("P", "2021", "–"),
    "Algeria": ("L", "1993", "–"),
    "Germany": ("A", "1981 (East Germany)", "–"),
    "Ghana": ("L", "1993", "–"),
    "India": ("P", "2020", "–"),
    "Japan": ("P", "July 2022", "–"),
    "Korea, North (DPRK)": ("P", "2023", "+"),
    "Thailand": ("P", "2018", "–"),
    "Brazil": ("E", "*None since 1876", "–"),
}


def penalties(
    listed: Mapping[str, tuple[str, str, str]] = PENALTIES,
    *,
    header: tuple[str, ...] = ("Key", "Country", "Last execution", "Executions in 2024"),
    tables: int = CONTINENTS,
    saved: Saved = NEW_YEAR,
) -> bytes:
    """The page of the death penalty: a table a continent."""
    head = "".join(f"<th>{name}</th>" for name in (*header, "Year abolished", "Notes"))
    rows = [
        f"<tr><td>{key}</td>{place(name)}<td>{last}{FOOTNOTE}</td><td>{number}</td>"
        f"<td>1990</td><td></td></tr>"
        for name in STATES
        for key, last, number in (listed.get(name, ("A", "1970", "–")),)
    ]
    body = "".join(
        f"<table><tr>{head}</tr>{''.join(rows[number::tables])}</table>" for number in range(tables)
    )
    return page(body, saved)
