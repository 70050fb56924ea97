"""The files of a reference folder and their columns."""

MANIFEST = "manifest.json"

COLUMNS: dict[str, tuple[str, ...]] = {
    "sources.csv": (
        *("id", "title", "publisher", "group", "grade", "record_of_act", "kind", "url"),
        *("licence", "citation", "published", "retrieved"),
    ),
    "actors.csv": (
        *("code", "kind", "name_en", "name_es", "name_pt", "parent", "exists_from", "exists_to"),
    ),
    "memberships.csv": ("member", "group", "valid_from", "valid_to"),
    "competences.csv": (
        *("actor", "theme", "level", "valid_from", "valid_to", "enforced", "basis"),
    ),
    "populations.csv": ("actor", "year", "persons", "source"),
    "roll_calls.csv": ("id", "title", "forum", "date", "series", "source", "opportunity_theme"),
    "votes.csv": ("roll_call", "actor", "vote"),
    "joint_statements.csv": ("id", "title", "forum", "date", "source", "completeness", "act"),
    "signatories.csv": ("joint_statement", "actor", "role"),
    "recommendations.csv": (
        *("id", "actor", "recommended_by", "upr_session", "date", "theme", "ask", "specificity"),
        *("response", "source"),
    ),
    "statements.csv": (
        *("id", "actor", "speaker", "office", "forum", "date", "mode", "instrument", "language"),
        *("excerpt", "paraphrase", "document", "act", "series", "due", "solicited", "source"),
        "locator",
    ),
    "codings.csv": (
        *("item", "theme", "coder", "coder_kind", "rung", "specificity", "rationale"),
        "original_code",
    ),
    "measures.csv": (
        *("id", "actor", "layer", "kind", "title", "issuer", "in_force_from", "in_force_to"),
        *("territory", "source", "locator", "note"),
    ),
    "observations.csv": (
        *("id", "actor", "indicator", "period", "value", "category", "lower", "upper", "status"),
        *("source", "note"),
    ),
    "opportunities.csv": ("id", "actor", "theme", "session", "date", "outcome"),
    "flows.csv": (
        *("id", "donor", "recipient", "theme", "period_from", "period_to", "amount", "currency"),
        *("purpose", "source", "locator"),
    ),
}
