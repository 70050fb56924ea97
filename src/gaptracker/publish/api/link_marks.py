"""Marks that networks and newsletters add to links: pages pass over them, data refuses them.

Who opens a page from such a link has not written them. In an address of data an unknown parameter
may be a misspelt filter, and is refused.
"""

from urllib.parse import unquote_plus

CAMPAIGN = "utm_"
MARKS = frozenset(
    {
        "dclid",
        "fbclid",
        "gbraid",
        "gclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "msclkid",
        "twclid",
        "wbraid",
    }
)


def without_marks(query: bytes) -> bytes:
    """Return a query as it was before others added to it; everything else stays as written.

    Examples:
        >>> without_marks(b"lang=es&utm_source=news&fbclid=x")
        b'lang=es'
        >>> without_marks(b"actor=MEX&actr=COL")
        b'actor=MEX&actr=COL'
    """
    return b"&".join(part for part in query.split(b"&") if not _is_mark(part))


def _is_mark(part: bytes) -> bool:
    name = unquote_plus(part.partition(b"=")[0].decode("latin-1"))
    return name in MARKS or name.startswith(CAMPAIGN)
