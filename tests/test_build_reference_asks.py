"""What a recommendation of the Universal Periodic Review asks, in sentences of our own making."""

import pytest

from gaptracker.intake.upr_asks import ASKS, ask_of


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("Abolish capital punishment", "abolish"),
        ("Consider the possibility of repealing the death penalty", "abolish"),
        ("Set up a moratorium with a view to abolishing the death penalty", "moratorium"),
        ("Halt all executions as a first step towards abolition", "moratorium"),
        ("Abolish the penalty and, until then, keep a moratorium", "abolish"),
        ("Accede to the Second Optional Protocol, aiming at abolition", "ratify_op2"),
        ("Ratify the ICCPR and its two Optional Protocols", "ratify_op2"),
        ("Commute all sentences and declare a moratorium", "commute"),
        ("Limit the penalty to the most serious crimes", "restrict_most_serious"),
        ("Reduce the number of crimes that carry the death penalty", "reduce_crimes"),
        ("End the death penalty for drug offences", "exclude_drug_offences"),
        ("Abolish the death penalty for minors", "no_juveniles"),
        ("Ratify the convention on the rights of the child and abolish torture", "abolish"),
        ("Publish figures on executions", "transparency"),
        ("Maintain its abolition of the death penalty", "maintain_abolition"),
        ("Do not reintroduce the death penalty", "maintain_abolition"),
        ("Exercise its sovereign right to keep the penalty", "retain"),
        ("Seek clemency for nationals sentenced to death abroad", "other"),
        ("Hold a broad dialogue on the death penalty", "other"),
    ],
)
def test_asks_on_the_death_penalty(text: str, ask: str) -> None:
    assert ask_of(text, about_death_penalty=True) == ask


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("Continue the fight against drug trafficking", "drug_enforcement"),
        ("Raise awareness of drug abuse in schools", "drug_treatment"),
        ("End discrimination against people with drug dependence", "human_rights_in_drug_control"),
        ("Protect journalists who report on drug trafficking", "other"),
    ],
)
def test_asks_on_drugs(text: str, ask: str) -> None:
    assert ask_of(text, about_death_penalty=False) == ask


def test_every_ask_is_listed_once() -> None:
    assert len(set(ASKS)) == len(ASKS)
