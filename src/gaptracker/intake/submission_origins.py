"""From whom a submitted source really comes, and how much it weighs: always the lesser reading.

A cell's grade counts independent source groups, so whoever could name groups freely could raise
grades freely. A group is therefore never what a submission says of itself: it is the host where
anybody can read the document, or the submitting organisation.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gaptracker.domain.sources import WORST_GRADE, Source
from gaptracker.intake.submission_terms import Reliability, SourceKind

# Second-level names under which a country's registry puts everybody of one sort.
SHARED_LABELS = frozenset({"com", "co", "org", "or", "net", "ne", "edu", "ac", "go", "gov", "gob"})
# The same for governments. Only where the registry keeps the label for them: anybody could own
# `go.tv`. One government's bodies are one source of what it does, so all of them are one site.
GOVERNMENT_LABELS: Mapping[str, frozenset[str] | None] = {
    "gov": None,
    "gob": None,
    "gouv": None,
    "gub": frozenset({"uy"}),
    "govt": frozenset({"nz"}),
    "go": frozenset({"cr", "id", "jp", "ke", "kr", "th", "tz", "ug"}),
    "mil": None,
    "jus": frozenset({"br"}),
    "leg": frozenset({"br"}),
}
INTERGOVERNMENTAL = frozenset(
    {"un.org", "unodc.org", "ohchr.org", "who.int", "europa.eu", "oas.org"}
)
# Where anybody can put anything: who wrote it is not told by the host.
PLATFORMS = frozenset(
    {
        *("archive.org", "archive.ph", "archive.today", "perma.cc", "google.com", "goo.gl"),
        *("youtube.com", "youtu.be", "facebook.com", "instagram.com", "x.com", "twitter.com"),
        *("tiktok.com", "t.me", "telegram.me", "telegra.ph", "medium.com", "substack.com"),
        *("wordpress.com", "blogspot.com", "tumblr.com", "wixsite.com", "weebly.com"),
        *("github.com", "github.io", "gitlab.com", "gitlab.io", "netlify.app", "vercel.app"),
        *("dropbox.com", "scribd.com", "issuu.com", "bit.ly", "tinyurl.com", "t.co"),
        *("pages.dev", "herokuapp.com", "wikipedia.org", "reddit.com", "pastebin.com"),
    }
)
RECORDS = frozenset(
    {SourceKind.OFFICIAL_GAZETTE, SourceKind.ROLL_CALL, SourceKind.OFFICIAL_STATISTICS}
)
# Grades 1 to 5 weigh 1.0, 0.85, 0.7, 0.5 and 0.3 (methodology, section 4). The best are kept for
# sources that we fetch ourselves and whose bytes we hold.
RECORD_GRADE = 2
GRADES: Mapping[SourceKind, int] = {
    SourceKind.OFFICIAL_GAZETTE: 3,
    SourceKind.LAW_REGISTER: 3,
    SourceKind.COURT_DECISION: 3,
    SourceKind.ROLL_CALL: 3,
    SourceKind.VERBATIM_RECORD: 3,
    SourceKind.OFFICIAL_STATISTICS: 3,
    SourceKind.OFFICIAL_STATEMENT: 3,
    SourceKind.TREATY_BODY_DOCUMENT: 3,
    SourceKind.UN_DOCUMENT: 3,
    SourceKind.NGO_REPORT: 3,
    SourceKind.STUDY: 3,
    SourceKind.DATASET: 3,
    SourceKind.PRESS: 4,
    SourceKind.SOCIAL_MEDIA: 5,
    SourceKind.FIELD_OBSERVATION: 5,
    SourceKind.INTERVIEW: 5,
    SourceKind.TESTIMONY: 5,
    SourceKind.INTERNAL_DOCUMENT: 5,
    SourceKind.PHOTOGRAPH: 5,
    SourceKind.RECORDING: 5,
    SourceKind.OTHER: 5,
}
# The organisation's own judgement can lower a grade and never raise it; F means not judged.
AT_BEST: Mapping[Reliability, int] = {
    Reliability.A: 1,
    Reliability.B: 1,
    Reliability.C: 3,
    Reliability.D: 4,
    Reliability.E: 5,
    Reliability.F: 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """What is known of hosts: the groups of our own sources, and whose records they are."""

    groups: Mapping[str, str]
    official: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitter:
    """The submitting organisation: its source group, its own hosts and its names.

    `group` is published in releases; it is opaque where the organisation must not be named.
    """

    group: str
    hosts: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One source's group, grade, and whether it is the record of the act itself."""

    group: str
    grade: int
    record_of_act: bool


def origins_of(sources: Iterable[Source]) -> Origins:
    """Return what our own sources say of hosts; a host with several groups keeps the first."""
    groups: dict[str, str] = {}
    official: set[str] = set()
    for source in sorted(sources, key=lambda each: each.id):
        site = site_of(source.url) if source.url else None
        if site is None or site in PLATFORMS:
            continue
        groups.setdefault(site, source.group)
        if source.record_of_act:
            official.add(site)
    return Origins(groups=groups, official=frozenset(official))


def origin_of(source: Mapping[str, Any], submitter: Submitter, known: Origins) -> Origin:
    """Return the origin of a public source of a submission.

    Args:
        source: A source of the public projection.
        submitter: Who sent it.
        known: What is known of hosts.
    """
    url, kind = source.get("url"), SourceKind(source["kind"])
    site = site_of(url) if url else None
    grade = GRADES[kind] if site else min(GRADES[kind] + 1, WORST_GRADE)
    record = (
        kind in RECORDS and site is not None and (is_government(site) or site in known.official)
    )
    own = site is None or site in PLATFORMS or _is_own(source, site, submitter)
    at_best = AT_BEST[Reliability(source["reliability"])]
    return Origin(
        group=submitter.group if own else known.groups.get(str(site), f"site_{site}"),
        grade=max(RECORD_GRADE if record and not own else grade, at_best),
        record_of_act=record and not own,
    )


def site_of(url: str) -> str | None:
    """Return the part of a host that one body owns; one government's hosts are one site.

    Examples:
        >>> site_of("https://www.minsa.gob.pe/x"), site_of("https://sub.larepublica.pe/")
        ('gob.pe', 'larepublica.pe')
        >>> site_of("https://news.bbc.co.uk/"), site_of("https://www.cdc.gov/"), site_of("x")
        ('bbc.co.uk', 'gov', None)
        >>> site_of("https://go.tv/"), is_government("go.tv"), is_government("gob.pe")
        ('go.tv', False, True)
    """
    host = (urlsplit(url).hostname or "").rstrip(".").casefold()
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or ":" in host:  # noqa: PLR2004 (a name and a registry)
        return None  # an address without a name says nothing of who publishes there
    if labels[-1] in {"gov", "mil"}:
        return "gov"
    country, second = len(labels[-1]) == 2, labels[-2]  # noqa: PLR2004 (ISO 3166 codes have two)
    if country and _is_kept_for_governments(second, labels[-1]):
        return ".".join(labels[-2:])
    if country and second in SHARED_LABELS:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def is_government(site: str) -> bool:
    """Say whether a site is a government's, or a body's of states, by its name alone."""
    label, _, registry = site.partition(".")
    return site in INTERGOVERNMENTAL or _is_kept_for_governments(label, registry)


def slug(text: str) -> str:
    """Return a text's letters and digits, folded, for comparing names.

    Examples:
        >>> slug("La República, S.A.")
        'la_republica_s_a'
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^\w]+", "_", "".join(c for c in plain if not unicodedata.combining(c))).strip(
        "_"
    )


def _is_own(source: Mapping[str, Any], site: str, submitter: Submitter) -> bool:
    own_sites = {site_of(f"https://{host}/") for host in submitter.hosts}
    names = {slug(name) for name in submitter.names}
    return site in own_sites or slug(source.get("publisher", "")) in names


def _is_kept_for_governments(label: str, registry: str) -> bool:
    if not registry:
        return label == "gov"
    registries = GOVERNMENT_LABELS.get(label, frozenset())
    return len(registry) == 2 and (registries is None or registry in registries)  # noqa: PLR2004
