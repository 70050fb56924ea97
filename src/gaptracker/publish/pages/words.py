"""Closed lists in the reader's language that only pages write out."""

from gaptracker.domain.vocabulary import CoderKind, Layer, Office, Relation, Side
from gaptracker.publish.texts import texts_of

PART = "pages"


def layer_words(layer: Layer, language: str) -> str:
    """Return which layer of the deeds an item belongs to."""
    say = texts_of(PART, language).say
    return {Layer.LAW: say("law"), Layer.PRACTICE: say("practice")}[layer]


def side_words(side: Side, language: str) -> str:
    """Return a side of a gap."""
    say = texts_of(PART, language).say
    return {Side.WORDS: say("Words"), Side.DEEDS: say("Deeds")}[side]


def office_words(office: Office, language: str) -> str | None:
    """Return who spoke by office; None where the record does not say more than that."""
    say = texts_of(PART, language).say
    return {
        Office.HEAD_OF_STATE_OR_GOVERNMENT: say("head of state or government"),
        Office.MINISTER: say("minister"),
        Office.ACCREDITED_DELEGATE: say("accredited delegate"),
        Office.OTHER: None,
        Office.VOTE: say("vote"),
    }[office]


def coder_words(kind: CoderKind, language: str) -> str:
    """Return who put an item on its rung."""
    say = texts_of(PART, language).say
    return {
        CoderKind.PERSON: say("a person"),
        CoderKind.MACHINE: say("a machine, not yet checked by people"),
        CoderKind.RULE: say("a rule of the codebook"),
    }[kind]


def relation_words(relation: Relation, language: str) -> str | None:
    """Return whose words a pair holds; None where they are the actor's own."""
    say = texts_of(PART, language).say
    return {
        Relation.SAME_ACTOR: None,
        Relation.ORGAN: say("Said by an organ of this actor."),
        Relation.COMPETENT_UNIT: say("Said by a union of which this actor is a member."),
    }[relation]
