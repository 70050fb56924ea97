"""Closed vocabularies of a submission that the domain's own do not cover."""

from enum import StrEnum

from gaptracker.domain.vocabulary import Layer, MeasureKind


class Confidentiality(StrEnum):
    """Who may read a part, from everybody to custodians alone (intake, section 1.4)."""

    PUBLIC = "public"
    ORGANISATION = "organisation"
    RESTRICTED = "restricted"
    SEALED = "sealed"


class OpenConfidentiality(StrEnum):
    """Levels of items and of the event. What only custodians may read belongs to a source."""

    PUBLIC = "public"
    ORGANISATION = "organisation"
    RESTRICTED = "restricted"


class Reliability(StrEnum):
    """The organisation's own judgement of a source: A the best, E the worst, F not known."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class SourceKind(StrEnum):
    """What sort of thing a source is."""

    OFFICIAL_GAZETTE = "official_gazette"
    LAW_REGISTER = "law_register"
    COURT_DECISION = "court_decision"
    ROLL_CALL = "roll_call"
    VERBATIM_RECORD = "verbatim_record"
    OFFICIAL_STATISTICS = "official_statistics"
    OFFICIAL_STATEMENT = "official_statement"
    TREATY_BODY_DOCUMENT = "treaty_body_document"
    UN_DOCUMENT = "un_document"
    NGO_REPORT = "ngo_report"
    STUDY = "study"
    DATASET = "dataset"
    PRESS = "press"
    SOCIAL_MEDIA = "social_media"
    FIELD_OBSERVATION = "field_observation"
    INTERVIEW = "interview"
    TESTIMONY = "testimony"
    INTERNAL_DOCUMENT = "internal_document"
    PHOTOGRAPH = "photograph"
    RECORDING = "recording"
    OTHER = "other"


class LegalForm(StrEnum):
    """The form of a measure, as a submission's `instrument` names it."""

    CONSTITUTION = "constitution"
    STATUTE = "statute"
    TREATY_ACT = "treaty_act"
    DECREE = "decree"
    MINISTERIAL_ORDER = "ministerial_order"
    REGULATION = "regulation"
    GUIDELINE = "guideline"
    BUDGET_LINE = "budget_line"
    DEPLOYMENT = "deployment"
    RULING = "ruling"
    PROGRAMME = "programme"
    PRACTICE = "practice"


BOTH = frozenset(Layer)
LAW, PRACTICE = frozenset({Layer.LAW}), frozenset({Layer.PRACTICE})
# What a form is to the methodology, and which layers it can describe: nobody's conduct is law,
# and no text of law is conduct. An order or a budget can be either, so its sender says which.
FORMS: dict[LegalForm, tuple[MeasureKind, frozenset[Layer]]] = {
    LegalForm.CONSTITUTION: (MeasureKind.STATUTE, LAW),
    LegalForm.STATUTE: (MeasureKind.STATUTE, LAW),
    LegalForm.TREATY_ACT: (MeasureKind.STATUTE, LAW),
    LegalForm.DECREE: (MeasureKind.EXECUTIVE_ACT, BOTH),
    LegalForm.MINISTERIAL_ORDER: (MeasureKind.EXECUTIVE_ACT, BOTH),
    LegalForm.REGULATION: (MeasureKind.EXECUTIVE_ACT, BOTH),
    LegalForm.GUIDELINE: (MeasureKind.EXECUTIVE_ACT, BOTH),
    LegalForm.BUDGET_LINE: (MeasureKind.EXECUTIVE_ACT, BOTH),
    LegalForm.DEPLOYMENT: (MeasureKind.EXECUTIVE_ACT, PRACTICE),
    LegalForm.RULING: (MeasureKind.RULING, BOTH),
    LegalForm.PROGRAMME: (MeasureKind.PROGRAMME, PRACTICE),
    LegalForm.PRACTICE: (MeasureKind.PRACTICE, PRACTICE),
}


class RecordKind(StrEnum):
    """The kinds of our records that a correction can be about."""

    STATEMENT = "statement"
    MEASURE = "measure"
    OBSERVATION = "observation"
    SOURCE = "source"


CORRECTABLE: dict[RecordKind, frozenset[str]] = {
    RecordKind.STATEMENT: frozenset(
        {
            "actor",
            "forum",
            "said_on",
            "mode",
            "instrument",
            "office",
            "speaker",
            "language",
            "excerpt",
            "paraphrase",
            "due_on",
            "withdrawn_on",
            "solicited",
            "series",
            "locator",
            "source",
            "existence",
        }
    ),
    RecordKind.MEASURE: frozenset(
        {
            "actor",
            "layer",
            "kind",
            "title",
            "issuer",
            "in_force_from",
            "in_force_to",
            "territory",
            "locator",
            "note",
            "source",
            "existence",
        }
    ),
    RecordKind.OBSERVATION: frozenset(
        {
            "actor",
            "indicator",
            "period",
            "value",
            "category",
            "lower",
            "upper",
            "status",
            "note",
            "source",
            "existence",
        }
    ),
    RecordKind.SOURCE: frozenset(
        {
            "title",
            "publisher",
            "kind",
            "url",
            "licence",
            "published_on",
            "record_of_act",
            "existence",
        }
    ),
}
