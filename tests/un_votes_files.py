"""The General Assembly's votes as the Library and Voeten publish them, made for tests."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

LIBRARY_COLUMNS = (
    "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,draft,committee_report,meeting,title,"
    "agenda_title,subjects,vote_note,total_yes,total_no,total_abstentions,total_non_voting,"
    "total_ms,undl_link"
)
MORATORIUM = "Moratorium on the use of the death penalty"
ADDED = " : resolution / adopted by the General Assembly"


def written(header: str, rows: Iterable[Sequence[object]]) -> bytes:
    """CSV of a header and rows."""
    text = io.StringIO()
    text.write(header + "\r\n")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def roll_call(
    symbol: str,
    votes: Mapping[str, str],
    *,
    title: str = MORATORIUM,
    day: str = "2007-12-18",
    tally: Sequence[object] | None = None,
) -> list[list[object]]:
    """A roll call's rows as the Library writes them, numbers of votes with a fraction."""
    cast = list(votes.values())
    said = tally or [f"{cast.count(letter)}.0" for letter in "YNA"]
    link = "https://digitallibrary.un.org/record/614258"
    return [
        [
            614258,
            code,
            f"STATE {code}",
            letter,
            day,
            "62",
            symbol,
            "A/62/439/Add.2",
            "A/62/439/Add.2",
            "A/62/PV.76",
            title + ADDED,
            "Promotion and protection of human rights",
            "DEATH PENALTY--MORATORIUM|HUMAN RIGHTS",
            "",
            *said,
            f"{cast.count('X')}.0",
            f"{len(cast)}.0",
            link,
        ]
        for code, letter in votes.items()
    ]


def file_list(*names: str) -> bytes:
    """The Library's list of a record's files, of other kinds among them."""
    record = "https://digitallibrary.un.org/record/4060887/files"
    tables = [
        {"name": name, "format": ".csv", "url": f"{record}/{name}.csv", "size": 370_000_000}
        for name in names
    ]
    guide = {"name": "ga_voting_md", "format": ".md", "url": f"{record}/ga_voting_md.md"}
    return json.dumps([guide, *tables]).encode()
