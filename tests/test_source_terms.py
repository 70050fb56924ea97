"""Which licences keep values from readers: every one that the project records is decided."""

import csv
import io
from importlib.resources import files

from gaptracker.domain.sources import WITHHOLDING_TERMS, withheld_by
from gaptracker.domain.vocabulary import Withheld
from gaptracker.intake.connectors import sipri, unaids, who_gho, world_bank
from gaptracker.intake.connectors.registry import CONNECTORS

# Begin licences under which values are shown, with the licence beside them.
SHOWN = (
    *(
        "facts",
        "law texts",
        "CC0-1.0",
        "CC-BY",
        "CC BY 4.0",
        "MIT",
        "Libre Uso MX",
        "public domain",
    ),
    *("UNODC terms: reuse", "UN data terms: reuse", "UNAIDS terms: reuse"),
    *("European Parliament: reuse", "Council: reuse", "Terms of use of the United Nations"),
    *("as each row says", "none stated: facts only"),
)


def reference_licences() -> dict[str, str]:
    content = files("gaptracker").joinpath("reference/sources.csv").read_bytes()
    rows = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    return {row["id"]: row["licence"] for row in rows}


def recorded() -> set[str]:
    """Every licence of the reference data, and every one that a connector records."""
    return {
        *reference_licences().values(),
        *(each.about.licence for each in CONNECTORS.values()),
        *(each.licence for each in world_bank.SERIES),
        *(sipri.LICENCE, unaids.LICENCE, who_gho.LICENCE),
    }


def test_every_licence_is_decided_one_way() -> None:
    for licence in recorded():
        shown = licence.startswith(SHOWN)
        assert shown is (withheld_by(licence) is None), licence


def test_military_spending_is_withheld_whoever_passes_it_on() -> None:
    own = [name for name, licence in reference_licences().items() if withheld_by(licence)]
    assert own == ["sipri-via-wdi"]
    assert withheld_by(sipri.LICENCE) is Withheld.LICENCE
    assert {withheld_by(each.licence) for each in world_bank.SERIES} == {Withheld.LICENCE}
    (through,) = (each for each in world_bank.SERIES if each.source == "sipri-via-wdi")
    assert through.licence == reference_licences()["sipri-via-wdi"]


def test_terms_that_ask_for_no_commerce_do_not_withhold() -> None:
    for licence in (unaids.LICENCE, who_gho.LICENCE):
        assert withheld_by(licence) is None
    assert reference_licences()["unaids-gam"] == unaids.LICENCE


def test_each_term_has_a_reason_and_any_case_is_read() -> None:
    for term, reason in WITHHOLDING_TERMS.items():
        assert term == term.casefold()
        assert len(reason) > 20
        assert withheld_by(f"Terms: {term.upper()}.") is Withheld.LICENCE
    assert withheld_by("") is None


def test_what_may_be_shown_again_is_said_of_sources_that_are_withheld() -> None:
    for name in ("sipri", "world_bank"):
        (about,) = (each.about for key, each in CONNECTORS.items() if key.value == name)
        assert "withheld from readers" in about.republish
