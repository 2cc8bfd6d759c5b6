"""Whom a mail speaks of: names and user IDs as they are written, in usual, capital or small letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.policy.sorting.given_names import GIVEN_NAMES

_NAME = re.compile(
    r"(?<![\w@.])(?:(?:Mr|Mrs|Ms|Miss|Dr)\.? )?"
    r"(?P<name>[A-Z][a-zà-ÿ]+(?:['’-][A-Za-zà-ÿ]+)*(?: [A-Z]\.?(?= ))?(?: [A-Z][a-zà-ÿ'’]*[a-zà-ÿ](?:-[A-Z][a-zà-ÿ]+)*){1,2})(?:['’]s?(?!\w))?"
)
_TURNED = re.compile(r"(?<![\w@.])(?P<family>[A-Z][a-z'’-]+), (?P<given>[A-Z][a-z'’-]+)(?=\s*(?:[-–(,;:]|$))")
_PLAIN = re.compile(r"[A-Za-zà-ÿ][A-Za-zà-ÿ'’-]*")
_OPENS = re.compile(
    r"(?:had to fire |remove |add |delete |reset |please (?:add|remove|reset|delete) )?(?P<a>[a-z]{2,12}) (?P<b>[a-z'’-]{3,15}) (?:is|was|has|have|had|needs?|wants?|quit|left|got|will|dont|doesnt|isnt|don['’]t"
    r"|doesn['’]t|isn['’]t|no longer|resigned|retired|forgot|cant|can['’]t|went|starts?|started|works?|moved|never|said|just|walked|from)\b"
)
_FUNCTION = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "give",
        "given",
        "got",
        "had",
        "has",
        "have",
        "he",
        "her",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "isnt",
        "it",
        "its",
        "left",
        "let",
        "may",
        "me",
        "my",
        "need",
        "needs",
        "new",
        "no",
        "not",
        "now",
        "of",
        "off",
        "on",
        "or",
        "our",
        "out",
        "per",
        "please",
        "pls",
        "quit",
        "resigned",
        "retired",
        "she",
        "should",
        "so",
        "starts",
        "started",
        "starting",
        "still",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "they",
        "this",
        "to",
        "today",
        "told",
        "took",
        "up",
        "us",
        "use",
        "was",
        "we",
        "went",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "work",
        "works",
        "would",
        "yesterday",
        "you",
        "your",
        "fired",
        "hired",
        "has",
        "moved",
        "no",
        "moving",
        "leaving",
        "transferred",
        "wants",
        "asks",
        "called",
        "says",
        "said",
        "cannot",
        "cant",
        "also",
        "just",
        "back",
        "due",
        "after",
        "before",
        "and/or",
        "was",
        "from",
        "until",
        "access",
        "account",
        "omis",
        "oms",
        "login",
        "password",
        "forgot",
        "locked",
        "position",
        "returns",
        "returning",
        "starts",
        "joins",
        "joined",
        "says",
        "tried",
        "keeps",
        "passed",
        "walked",
        "died",
        "isn't",
        "wasn't",
        "doesn't",
        "won't",
        "can't",
        "reset",
    ]
)
_NO_NAME = frozenset(
    ["jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "access", "account", "action", "admin", "administrative", "administrator", "adobe", "agency", "aide", "alternatives", "april", "assistant", "august", "automatic", "background", "billing", "board", "boulder", "bozeman", "billings", "butte", "bureau", "butte", "case", "center", "centre", "cert", "chrono", "city", "clerk", "client", "clinical", "community", "confidential", "congratulations", "consent", "contract", "contractor", "coordinator", "correctional", "corrections", "counselor", "county", "david's", "dear", "december", "delivery", "department", "departing", "deputy", "device", "director", "disability", "doc", "elkhorn", "email", "employee", "entry", "facility", "facebook", "february", "file", "fmla", "form", "forms", "forwarding", "friday", "front", "fw", "fwd", "gallatin", "good", "google", "great", "greeting", "hello", "helena", "hi", "holiday", "hr", "human", "i", "important", "information", "initial", "inc", "incident", "intake", "invoice", "it", "january", "job", "july", "june", "kindly", "kitchen", "level", "licensed", "lead", "list", "login", "manager", "march", "may", "medical", "missoula", "model", "monday", "monitor", "montana", "morning", "name", "need", "new", "nexus", "night", "no", "notes", "november", "october", "office", "officer", "offender", "oms", "omis", "our", "outlook", "on", "page", "papers", "parole", "passages", "password", "pdf", "per", "permissions", "person", "phone", "please", "policy", "position", "prerelease", "privacy", "probation", "procedure", "program", "programs", "question", "quick", "re", "read", "reentry", "regarding", "register", "release", "reply", "report", "request", "resident", "resources", "resolution", "revocation", "sanction", "saturday", "scan", "scanned", "security", "september", "service", "sheet", "sheets", "shift", "staff", "start", "state", "status", "subject", "sunday", "supervisor", "support", "system", "tech", "technician", "termination", "terminations", "thank", "thanks", "thanksgiving", "the", "this", "thursday", "ticket", "to", "today", "training", "transfer", "transition", "treatment", "tuesday", "two", "update", "urgent", "us", "use", "user", "view", "wednesday", "webinar", "welcome", "work", "worker", "workers", "your", "university", "assessment", "reason", "date", "attached", "facebook", "gmail", "sharp", "lac", "docusign", "sign", "mfp", "re-entry", "can", "could", "would", "will", "does", "is", "are", "do", "did", "who", "what", "where", "when", "how", "why", "any", "if", "we", "he", "she", "they", "it", "as", "effective", "since", "because", "although", "however", "also", "both", "all", "these", "those", "that", "there", "here", "going", "join", "wishing", "hey", "ok", "okay", "urgent", "night", "swing", "day", "last", "final", "first", "second", "third", "one", "three", "four", "five", "general", "dmv", "va", "ua", "uas", "ever", "every", "everyone", "everybody", "somebody", "someone", "after", "before", "during", "while", "remove", "delete", "add", "see", "keep", "keeps", "let", "give", "send", "cancel", "disable", "deactivate", "reactivate", "reset", "restore", "unlock", "sorry", "well", "great", "fyi", "ps", "usb", "access", "only", "former"]
)  # fmt: skip
_BESIDE = re.compile(
    r"(?:\b(?:reports? to|signed by|supervisor(?: is| was)?,?|contact|call|reach|e-?mail|ask|cc|copied|per|instead of|suggested|dear|hi|hello|hey|morning|thanks,?|thank you,?"
    r"|regards,?|sincerely,?|this is|my name is|i am|i['’]m|from|by|attn:?|told|for more information|assistance|boss|attorney|mother of|wife of)\s*)$",
    re.IGNORECASE,
)
"""Words before a name that is not the one the mail is about."""


@dataclass(frozen=True)
class Named:
    """A person named in a text, with the place of the name. `aside`: somebody the mail is hardly about."""

    name: str
    start: int
    end: int
    aside: bool = False


def people_in(text: str, known: Sequence[str] = ()) -> list[Named]:
    """Everybody whose name stands in the text, in order. `known` are names to be found whatever their letters."""
    found = [*_known(text, known), *_turned(text), *_usual(text), *_loose(text), *_small(text)]
    kept: list[Named] = []
    for one in sorted(found, key=lambda n: (n.start, n.start - n.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _known(text: str, known: Sequence[str]) -> list[Named]:
    folded = text.casefold()
    found = []
    for name in known:
        at = folded.find(name.casefold()) if name else -1
        if at >= 0 and not folded[at - 1 : at].isalnum() and not folded[at + len(name) : at + len(name) + 1].isalnum():
            found.append(Named(name, at, at + len(name), _is_aside(text, at)))
    return found


def _usual(text: str) -> list[Named]:
    found = []
    for match in _NAME.finditer(text):
        start, parts = match.start("name"), re.sub(r"['’]s$", "", match["name"]).split(" ")
        while parts and parts[0].lower().split("'")[0].split("’")[0] in _NO_NAME:
            start += len(parts[0]) + 1
            parts = parts[1:]
        while parts and parts[-1].lower() in _NO_NAME:
            parts = parts[:-1]
        if len(parts) >= 2 and not any(part.lower() in _NO_NAME for part in parts[:2]):
            name = " ".join(parts)
            found.append(Named(name, start, start + len(name), _is_aside(text, start)))
    return found


def _turned(text: str) -> list[Named]:
    """`Doe, Jane` as it stands in lists; both must not be other words."""
    return [
        Named(f"{m['given']} {m['family']}", m.start(), m.end(), _is_aside(text, m.start()))
        for m in _TURNED.finditer(text)
        if (m["given"].lower() in GIVEN_NAMES or m.end() - m.start() == len(text.strip()))
        and m["family"].lower() not in _NO_NAME | _FUNCTION
    ]


def _loose(text: str) -> list[Named]:
    """Names in small or capital letters: a given name that we know, and the word behind it."""
    words = list(_PLAIN.finditer(text))
    found = []
    for first, second in zip(words, words[1:], strict=False):
        if text[first.end() : second.start()] != " " or first.group().lower() not in GIVEN_NAMES:
            continue
        family = re.sub(r"(?i)['’]s$", "", second.group())
        if first.group()[0].isupper() and family[0].islower():
            continue
        if len(family) < 3 or family.lower() in _FUNCTION or family.lower() in _NO_NAME:
            continue
        name = (
            f"{first.group()} {family}".title()
            if text[first.start()].islower() or family.isupper()
            else f"{first.group()} {family}"
        )
        found.append(Named(name, first.start(), second.start() + len(family), _is_aside(text, first.start())))
    return found


def _small(text: str) -> list[Named]:
    """`wes harding dont work here`: two words that open a text in small letters and that something is said of."""
    match = None if text[:1].isupper() else _OPENS.match(text)
    if not match or {match["a"], match["b"]} & (_FUNCTION | _NO_NAME):
        return []
    return [Named(f"{match['a']} {match['b']}".title(), match.start("a"), match.end("b"))]


def _is_aside(text: str, at: int) -> bool:
    return bool(_BESIDE.search(text[max(0, at - 40) : at]))


def single_names(text: str, everybody: Sequence[str] = ()) -> list[Named]:
    """Names that stand alone, as `Dale is on FMLA as of today`: given names, and parts of names that the mail has in full."""
    parts = {part.casefold() for name in everybody for part in name.split()}
    return [
        Named(word.title(), m.start(), m.start() + len(word), _is_aside(text, m.start()))
        for m in _PLAIN.finditer(text)
        if (word := re.sub(r"['’]s$", "", m.group()))[0].isupper()
        and (word.lower() in GIVEN_NAMES or word.casefold() in parts)
        and word.lower() not in _NO_NAME
    ]


def same(a: str, b: str) -> bool:
    """Whether one name is the other or a part of it."""
    left, right = a.casefold().split(), b.casefold().split()
    return left == right or (len(left) == 1 and left[0] in right) or (len(right) == 1 and right[0] in left)
