"""What a recommendation of the Universal Periodic Review asks, by patterns of our own.

The rule, in the order in which it is tried:

1. A recommendation that does not speak of the death penalty is about drugs: rights in drug
   control, treatment and prevention, enforcement, or something else.
2. On the death penalty, clauses of purpose ("with a view to abolition", "as a first step towards")
   are cut off first: who asks for a moratorium with a view to abolition asks for a moratorium.
3. What is asked about a group of cases (drug offences, people under 18) goes before what is asked
   about the penalty as a whole.
4. Of several demands the first named counts.
"""

import re

ASKS = (
    "abolish",
    "moratorium",
    "ratify_op2",
    "restrict_most_serious",
    "reduce_crimes",
    "exclude_drug_offences",
    "commute",
    "no_juveniles",
    "transparency",
    "maintain_abolition",
    "retain",
    "drug_enforcement",
    "drug_treatment",
    "human_rights_in_drug_control",
    "other",
)
_PURPOSE = re.compile(
    r"[,;]?\s*\(?(?:"
    r"(?:with|in) (?:a|an|the|its)? ?(?:long-term |eventual |ultimate |final |clear )?"
    r"(?:view|aim|objective|purpose|goal|intention|perspective|prospect|ultimate aim)\b"
    r"|in view of|in order to|so as to|aim(?:ing|ed)? (?:at|to)|aims at|geared towards|leading to"
    r"|as (?:an?|the) (?:\w+ )?(?:\w+ )?(?:step|measure|prelude)\b"
    r"|which aims|for the purpose of|pending|until|prior to|while awaiting|towards?)"
    r"[^;.]*",
    re.IGNORECASE,
)
_OP2 = (
    r"second optional|2nd optional|second additional|op-? ?2\b|optional protocol 2|"
    r"second (?:facultative )?protocol|protocols? (?:no\.? ?|n[o°]\.? ?)?(?:6|13|vi|xiii)\b|"
    r"optional protocols? (?:\w+ )*(?:to|of) (?:the )?"
    r"(?:iccpr|international covenant on (?:the )?civil)|"
    r"(?:its|their|both|two|respective|iccpr|iccpr's)(?: two| both)?(?: iccpr)?(?: optional)? "
    r"protocols"
)
_MORATORIUM = (
    r"moratori|suspen[ds]|(?:halt|stop|ceas|discontinu)\w*(?: \w+){0,3} execution|"
    r"refrain\w* from (?:\w+ ){0,4}(?:execut|carry|apply|us)|"
    r"not (?:to )?(?:carry|execut|apply)"
)
_RETAIN = r"right to (?:retain|maintain|apply|keep)|exercise its sovereign|retain (?:the|its)"
_RESTRICT = (
    r"(?:restrict|limit|reserv|appl)\w*(?: \w+){0,12} most (?:serious|severe)|"
    r"most (?:serious|severe)|minimum (?:international )?(?:standards|norms|rules)|1984/?-?50|"
    r"safeguards (?:guaranteeing|surrounding)|"
    r"(?:compliance|comply|respect) (?:with )?international standards on (?:the death|capital)"
)
_REDUCE = (
    r"(?:reduc|restrict|limit|narrow|decreas|review|shorten|diminish)\w*(?: \w+){0,6} "
    r"(?:crimes?|offen[cs]es?|list|scope|number|use|application|cases)|mandatory|automatic"
)
_ABOLISH = (
    r"abol|repeal|eliminat|eradicat|remov|put(?:ting)? an end|end(?:ing)? (?:to )?(?:of )?"
    r"(?:the |its )?(?:use|practice|death|capital|application)|\bban\b|prohibit|do away|"
    r"abrogat|revok|replac|delet|not (?:to )?maintain"
)
_TRANSPARENCY = (
    r"statistic|transparen|publish|publici[sz]e|(?:make|making|made|provide) (?:\w+ ){0,2}"
    r"(?:public|available)|public information|information|disclos|declassif|secrecy"
)
_DEMANDS: tuple[tuple[str, str], ...] = (
    ("maintain_abolition", r"not (?:to )?re-?(?:introduc|instat|stor|establish|sum)"),
    ("ratify_op2", _OP2),
    ("moratorium", _MORATORIUM),
    ("commute", r"commut|clemency|pardon"),
    ("retain", _RETAIN),
    ("restrict_most_serious", _RESTRICT),
    ("reduce_crimes", _REDUCE),
    ("abolish", _ABOLISH),
    ("transparency", _TRANSPARENCY),
)
_MAINTAIN = re.compile(
    r"(?:maintain|preserv|keep|uphold|stand by)\w*(?: (?:its|the|this|full|total|status|position|"
    r"as|an|of)){0,5} (?:abolition|abolitionist)",
    re.IGNORECASE,
)
_FORMER = re.compile(r"moratori", re.IGNORECASE)
_YOUNG = re.compile(
    r"juvenile|minors?\b|child|(?:under|below|less than)(?: the age of| age)? ?(?:18|eighteen)|"
    r"18 years|eighteen years|adolescent",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"canadian|citizens? sentenced|nationals? (?:sentenced|abroad)|campaign|"
    r"reservations? to the (?:second|2nd|iccpr-op)",
    re.IGNORECASE,
)
_JOINING = re.compile(r"\W*(?:\w+ ){0,6}(?:ratif|acced|sign\b|adhere)", re.IGNORECASE)
_DRUG = re.compile(r"drug|narcot", re.IGNORECASE)
_YOUNG_ONLY = re.compile(
    r"executions? of (?:all )?"
    r"(?:juvenile|minor|child|persons? (?:\w+ ){0,5}(?:under|before|below))",
    re.IGNORECASE,
)
_SPARING = frozenset({"abolish", "other", "restrict_most_serious", "reduce_crimes", "commute"})
_RIGHTS = re.compile(
    r"drug (?:treatment|detention|rehabilitation)[^.]*(?:compulsory|forced|work|detain)|"
    r"(?:compulsory|administrative)[^.]*drug|discriminat\w*[^.]*drug dependen|"
    r"rights in the (?:national )?strategy[^.]*drug",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"bangkok|journalist|safety of those|trafficking in persons act|figures|procuring",
    re.IGNORECASE,
)
_TREATMENT = re.compile(
    r"prevent|awareness|educat|rehabilit|substitution|consumption|\buse\b|abuse|dependen|addict|"
    r"help line|health|protect(?:ing)? (?:youth|children)|scourge of drugs|harm of|laws on drugs",
    re.IGNORECASE,
)
_ENFORCEMENT = re.compile(
    r"combat|fight|traffick|war on drugs|illicit|illegal|organi[sz]ed crime|counter", re.IGNORECASE
)


def ask_of(text: str, about_death_penalty: bool) -> str:
    """Return what a recommendation asks.

    Args:
        text: The recommendation's own words, which are not carried into the package.
        about_death_penalty: Whether the source marks it as speaking of the death penalty.

    Returns:
        One of `ASKS`; `other` where no pattern fits.
    """
    if not about_death_penalty:
        return _ask_on_drugs(text)
    if _DRUG.search(text) and not _FORMER.search(text[:60]):
        return "exclude_drug_offences"
    if _MAINTAIN.search(text) and not _FORMER.search(text):
        return "maintain_abolition"
    return "other" if _BESIDE.search(text) else _ask_on_the_penalty(text)


def _ask_on_the_penalty(text: str) -> str:
    demand = _PURPOSE.sub("", text) or text
    first = _first_demand(demand)
    spares = first in _SPARING and _YOUNG.search(demand) and not _JOINING.match(text)
    if spares or (first == "moratorium" and _YOUNG_ONLY.search(demand)):
        return "no_juveniles"
    return first if first != "other" else _first_demand(text)


def _first_demand(text: str) -> str:
    """Return the demand named first; of two that begin together, the one listed first."""
    places = []
    for order, (ask, pattern) in enumerate(_DEMANDS):
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            places.append((found.start(), order, ask))
    return min(places)[2] if places else "other"


def _ask_on_drugs(text: str) -> str:
    if _RIGHTS.search(text):
        return "human_rights_in_drug_control"
    if _ASIDE.search(text):
        return "other"
    if _TREATMENT.search(text):
        return "drug_treatment"
    if _ENFORCEMENT.search(text):
        return "drug_enforcement"
    return "other"
