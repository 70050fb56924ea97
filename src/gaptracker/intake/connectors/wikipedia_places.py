"""The states of Wikipedia's tables as our actors."""

import re

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import Known, Staging
from gaptracker.intake.connectors.state_names import code_of_name

# Listed among states, and parts of others.
TERRITORIES = frozenset(
    (
        *("anguilla", "aruba", "bermuda", "british virgin islands", "cayman islands"),
        *("cook islands", "curaçao", "falkland islands", "faroe islands", "french guiana"),
        *("french polynesia", "gibraltar", "greenland", "guadeloupe", "guam", "guernsey"),
        *("hong kong", "isle of man", "jersey", "macau", "martinique", "montserrat"),
        *("new caledonia", "niue", "northern mariana islands", "puerto rico", "réunion"),
        *("saint helena", "sint maarten", "tokelau", "turks and caicos islands"),
        *("united states virgin islands", "u.s. virgin islands", "american samoa"),
        *("abkhazia", "northern cyprus", "somaliland", "south ossetia", "transnistria"),
        *("sahrawi arab democratic republic", "western sahara", "macau, sar of china"),
    )
)
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")
_MARKS = "*†‡ "


def state_of(said: str, where: str, staging: Staging, known: Known) -> str | None:
    """Return the code of a state that is assessed; count or refuse what is none.

    A name in brackets after it counts for nothing: "Korea, North (DPRK)".
    """
    name = _IN_BRACKETS.sub("", said).strip(_MARKS)
    code = code_of_name(name) or code_of_name(said)
    if code is None and name.casefold() not in TERRITORIES:
        staging.refuse(
            IssueKind.ACTOR_UNKNOWN, where, f"{said[:60]!r} came; expected a state's name"
        )
        return None
    if code not in known.actors:
        staging.leave("territory, or state that is not assessed")
        return None
    return code
