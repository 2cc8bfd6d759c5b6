"""Who wrote a mail, as far as the edge of our own mail system says so (III.B.2): nothing the sender can write counts.

Only the top-most Authentication-Results (RFC 8601) that our own edge added, or Exchange's own AuthAs header, is
believed. Addresses that merely look like somebody we know are told apart by their letters, not by their owner.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

FIRST = "first"
"""Setting: the top-most header is our edge's although it names no server, as Exchange Online writes it."""

_RESULT = re.compile(r"(?<![\w.-])(dmarc|compauth|dkim|spf)\s*=\s*(\w+)([^;]*)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:header\.(?:d|i|from)|smtp\.mailfrom)\s*=\s*\"?(?:[^\s;\"]*@)?([\w.-]+)", re.IGNORECASE)
_LOOKS_LIKE = str.maketrans({"0": "o", "1": "l", "3": "e", "5": "s", "8": "b", "i": "l", "j": "l", "|": "l"})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))
_SHORT = 9
"""A known domain with fewer letters is imitated only by one of the very same shape: mn.gov is not mt.gov."""


@dataclass(frozen=True)
class Edge:
    """How our own mail system marks mail. `authserv_id` is its name in Authentication-Results, `first`, or empty.

    `exchange`: Exchange's AuthAs header is set by our own servers, which strip it from mail that comes from outside.
    """

    authserv_id: str = ""
    exchange: bool = False


def proven(edge: Edge, headers: Mapping[str, str], sender: str) -> bool | None:
    """Whether the sender's address was authenticated; None when nothing that we trust says anything."""
    folded = {name.casefold(): value for name, value in headers.items()}
    auth_as = folded.get("x-ms-exchange-organization-authas", "").strip().casefold()
    if edge.exchange and auth_as == "internal":
        return True
    if not edge.authserv_id:
        return False if edge.exchange and auth_as == "anonymous" else None
    named, _, results = folded.get("authentication-results", "").partition(";")
    if edge.authserv_id == FIRST:
        results = f"{named};{results}"
    elif named.split()[:1] != [edge.authserv_id] and named.strip().casefold() != edge.authserv_id.casefold():
        return False
    return _passed(results, sender.rpartition("@")[2].casefold())


def _passed(results: str, domain: str) -> bool:
    """DMARC's word counts first; without it an aligned DKIM or SPF pass (RFC 7489 3.1, relaxed)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for method, result, rest in _RESULT.findall(re.sub(r"\([^)]*\)", " ", results)):
        found.setdefault(method.lower(), []).append((result.lower(), rest))
    for method in ("dmarc", "compauth"):
        if method in found:
            said = found[method][0][0]
            if said in ("pass", "fail", "softfail", "reject", "quarantine"):
                return said == "pass"
    return any(
        result == "pass" and any(_aligned(d, domain) for d in _DOMAIN.findall(rest))
        for method in ("dkim", "spf")
        for result, rest in found.get(method, [])
    )


def _aligned(authenticated: str, domain: str) -> bool:
    a, b = authenticated.casefold().strip("."), domain
    return bool(a) and (a == b or a.endswith(f".{b}") or b.endswith(f".{a}")) and "." in a and "." in b


def imitated(sender: str, known: Collection[str]) -> str:
    """The known domain that the sender's domain imitates without being it; empty when it imitates none."""
    domain = sender.rpartition("@")[2].casefold().strip(".")
    if not domain or domain in known or any(domain.endswith(f".{k}") for k in known):
        return ""
    shape = _shape(domain)
    for other in sorted(known):
        near = Levenshtein.distance(shape, _shape(other)) <= (1 if len(other) >= _SHORT else 0)
        inside = domain.startswith((f"{other}.", f"{other}-")) or f"-{other}" in domain
        if near or inside:
            return other
    return ""


def _shape(domain: str) -> str:
    """The domain as it looks at a glance: look-alike letters of other scripts become Latin ones."""
    try:
        domain = domain.encode("ascii").decode("idna") if "xn--" in domain else domain
    except (UnicodeError, ValueError):
        return domain
    plain = "".join(
        _CONFUSABLE.get(c, c) for c in unicodedata.normalize("NFKD", domain) if not unicodedata.combining(c)
    )
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return plain.translate(_LOOKS_LIKE)


_CONFUSABLE = dict(zip("аеорсухікмтвнѕјԁɡӏοαερνικτ", "aeopcyxikmtbhsjdgloaepvikt", strict=True))
"""Cyrillic and Greek letters that look like Latin ones (Unicode TR 39, the usual ones)."""


def suspicion(
    edge: Edge, headers: Mapping[str, str], sender: str, own_domain: str, known_domains: Collection[str]
) -> str:
    """Why nothing may be done on the word of this mail, as a sentence for the contract manager, or empty."""
    answer = proven(edge, headers, sender)
    domain = sender.rpartition("@")[2].casefold()
    if answer is False and domain == own_domain.casefold():
        return f"It claims to come from our own {own_domain}, but our mail system says that it does not."
    if answer is False:
        return f"Our mail system could not confirm that it comes from {sender}. The address may be forged."
    if like := imitated(sender, {*known_domains, own_domain.casefold()}):
        return f"Its address ends in {domain}, which looks like {like} but is not."
    return ""
