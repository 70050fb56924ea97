"""Closed vocabularies: every status, kind and verdict the project knows."""

from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of body speaks or acts."""

    STATE = "state"
    SUBNATIONAL = "subnational"
    SUPRANATIONAL = "supranational"
    ORGAN = "organ"
    AGENCY = "agency"


class Competence(StrEnum):
    """Which level of government decides a theme."""

    NATIONAL = "national"
    SHARED = "shared"
    SUBNATIONAL = "subnational"


class Mode(StrEnum):
    """What a statement does: asks of all, claims, promises, votes or refuses."""

    ADVOCACY = "advocacy"
    CLAIM = "claim"
    PLEDGE = "pledge"
    VOTE = "vote"
    REFUSAL = "refusal"


class Instrument(StrEnum):
    """The form in which a statement was made; sets factor f of its weight."""

    BINDING_ACT = "binding_act"
    ACCEPTED_RECOMMENDATION = "accepted_recommendation"
    FORMAL_PLEDGE = "formal_pledge"
    VOTE = "vote"
    SPONSORSHIP = "sponsorship"
    EXPLANATION_OF_POSITION = "explanation_of_position"
    NATIONAL_STATEMENT = "national_statement"
    JOINT_STATEMENT = "joint_statement"
    GROUP_STATEMENT = "group_statement"
    INTERVIEW = "interview"
    SOCIAL_MEDIA = "social_media"


class Office(StrEnum):
    """Who spoke; sets factor v of a statement's weight."""

    HEAD_OF_STATE_OR_GOVERNMENT = "head_of_state_or_government"
    MINISTER = "minister"
    ACCREDITED_DELEGATE = "accredited_delegate"
    OTHER = "other"
    VOTE = "vote"


class Specificity(StrEnum):
    """How definite the words are; sets factor c of a statement's weight."""

    SPECIFIC = "specific"
    GENERAL = "general"
    CONSIDERING = "considering"
    CONTINUING = "continuing"
    VOTE = "vote"


class Layer(StrEnum):
    """Which layer of the deeds a measure or indicator describes."""

    LAW = "law"
    PRACTICE = "practice"


class MeasureKind(StrEnum):
    """The legal or practical form of a measure; sets its lag."""

    STATUTE = "statute"
    EXECUTIVE_ACT = "executive_act"
    RULING = "ruling"
    PROGRAMME = "programme"
    PRACTICE = "practice"


class Lag(StrEnum):
    """How long a kind of deed is given before it is held against the words."""

    EXECUTIVE_ACT = "executive_act"
    STATUTE = "statute"
    MEASURED_STOCK = "measured_stock"


class Scale(StrEnum):
    """How an indicator's value is placed between its goalposts."""

    LINEAR = "linear"
    LOG1P = "log1p"
    TABLE = "table"


class CoderKind(StrEnum):
    """Who put an item on its rung."""

    PERSON = "person"
    MACHINE = "machine"
    RULE = "rule"


class ItemKind(StrEnum):
    """What was coded or observed."""

    STATEMENT = "statement"
    MEASURE = "measure"
    OBSERVATION = "observation"


class ObservationStatus(StrEnum):
    """Whether a value was published, or kept secret by the government."""

    OBSERVED = "observed"
    OPAQUE = "opaque"


class Withheld(StrEnum):
    """Why a value that is known and counted is not shown."""

    LICENCE = "licence"


class VoteCast(StrEnum):
    """What a member did in a roll call."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    ABSENT = "absent"


class Response(StrEnum):
    """How a state answered a Universal Periodic Review recommendation."""

    ACCEPTED = "accepted"
    NOTED = "noted"
    PLEDGED = "pledged"


class OpportunityOutcome(StrEnum):
    """Whether an actor used a chance to take a position.

    `found_taken` and `found_silent` are what a machine found by words in a document that no
    person has read whole: they count for nothing until one has.
    """

    TAKEN = "taken"
    SILENT = "silent"
    FOUND_TAKEN = "found_taken"
    FOUND_SILENT = "found_silent"

    @property
    def counts(self) -> bool:
        """Say whether a person, or a record of the act, says so."""
        return self in {OpportunityOutcome.TAKEN, OpportunityOutcome.SILENT}


class Side(StrEnum):
    """Words or deeds."""

    WORDS = "words"
    DEEDS = "deeds"


class Standing(StrEnum):
    """How firmly the draws bear out what is said of a pair (methodology, section 5)."""

    DEMONSTRATED = "demonstrated"
    LIKELY = "likely"


class Reading(StrEnum):
    """The question a pair answers (methodology, section 6)."""

    NOW = "now"
    FOLLOWED = "followed"
    MOVED = "moved"
    PLEDGE = "pledge"


class Outcome(StrEnum):
    """What a pair says under its reading."""

    AHEAD = "words_ahead"
    BEHIND = "deeds_ahead"
    ALIKE = "alike"
    FOLLOWED = "followed"
    NOT_FOLLOWED = "not_followed"
    UNCHANGED = "unchanged"
    REVERSED = "reversed"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    NOT_KEPT = "not_kept"
    TOO_EARLY = "too_early"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    NO_EVIDENCE = "no_evidence"


class Relation(StrEnum):
    """What joins the two sides of a pair."""

    SAME_ACTOR = "same_actor"
    ORGAN = "organ"
    COMPETENT_UNIT = "competent_unit"


class Grade(StrEnum):
    """Strength of the evidence under a cell, A the best."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Label(StrEnum):
    """The verdict on a gap, in the order in which verdicts are tried."""

    MIXED_MESSAGE = "mixed_message"
    WORDS_AHEAD = "words_ahead"
    WORDS_AHEAD_LIKELY = "words_ahead_likely"
    DEEDS_AHEAD = "deeds_ahead"
    DEEDS_AHEAD_LIKELY = "deeds_ahead_likely"
    NO_DEMONSTRABLE_GAP = "no_demonstrable_gap"
    INDETERMINATE = "indeterminate"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"


class Reason(StrEnum):
    """Why a number is missing; a missing number always carries one."""

    SILENT = "silent"
    NO_STATEMENT = "no_statement"
    NO_DATA = "no_data"
    OPAQUE = "opaque"
    NO_STATEMENT_AND_NO_DATA = "no_statement_and_no_data"
    NO_LAW_DATA = "no_law_data"
    NO_PRACTICE_DATA = "no_practice_data"


class FederalReason(StrEnum):
    """Why a figure of a federation, or of one unit of it, is missing."""

    NO_WORDS = "no_words"
    NO_NATIONAL_PRACTICE = "no_national_practice"
    NO_UNIT_DATA = "no_unit_data"
    PARTIAL_UNIT_DATA = "partial_unit_data"
    NO_POPULATION = "no_population"
    TOO_FEW_RESIDENTS = "too_few_residents"


class CoherenceReason(StrEnum):
    """Why the spread of the agencies' words is missing."""

    TOO_FEW_AGENCIES = "too_few_agencies"


class AbroadReason(StrEnum):
    """Why practice abroad, or the gap to it, is missing."""

    NO_WORDS = "no_words"
    NO_FLOWS = "no_flows"
    SEVERAL_CURRENCIES = "several_currencies"
    RECIPIENTS_UNKNOWN = "recipients_unknown"
    NO_RECIPIENT_PRACTICE = "no_recipient_practice"
    TOO_LITTLE_COVERED = "too_little_covered"


class ReleaseState(StrEnum):
    """Whether a run may be shown."""

    PUBLISHED = "published"
    FAILED = "failed"


class Order(StrEnum):
    """What may be said of two figures (methodology section 5)."""

    FIRST_HIGHER = "first_higher"
    SECOND_HIGHER = "second_higher"
    CANNOT_BE_TOLD_APART = "cannot_be_told_apart"
