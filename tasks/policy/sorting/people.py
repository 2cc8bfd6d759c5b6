"""Whom a mail speaks of: names and user IDs as they are written, in usual, capital or small letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.policy.sorting.given_names import GIVEN_NAMES
from tasks.policy.sorting.plain_words import FUNCTION, NO_NAME

_NAME = re.compile(
    r"(?<![\w@.])(?:(?:Mr|Mrs|Ms|Miss|Dr)\.? )?"
    r"(?P<name>[A-Z][a-zà-ÿ]+(?:['’-][A-Za-zà-ÿ]+)*(?: [A-Z]\.?(?= ))?"
    r"(?: (?:[A-Z]['’]|Mc|Mac|De|La|Le|Van|Di)?[A-Z][a-zà-ÿ'’]*[a-zà-ÿ](?:-[A-Z][a-zà-ÿ]+)*){1,2})(?:['’]s?(?!\w))?"
)
_TURNED = re.compile(r"(?<![\w@.])(?P<family>[A-Z][a-z'’-]+), (?P<given>[A-Z][a-z'’-]+)(?=\s*(?:[-–(,;:]|$))")
_PLAIN = re.compile(r"[A-Za-zà-ÿ][A-Za-zà-ÿ'’-]*")
_OPENS = re.compile(
    r"(?:(?:hey|hi|hello|also|fyi|btw|and|so|ok|just fyi|heads up|morning)[,.!:]? )*(?:had to fire |remove |add "
    r"|delete |reset |please (?:add|remove|reset|delete) )?(?P<a>[a-z]{2,12})"
    r" (?P<b>[a-z'’-]{3,15}) (?:(?:finally|just|already|also|still|now|really|only|officially) )?(?:is|was|has|have"
    r"|had|needs?|wants?|quit|left|got|will|dont|doesnt|"
    r"isnt|don['’]t"
    r"|doesn['’]t|isn['’]t|no longer|resigned|retired|forgot|cant|can['’]t|went|starts?|started|"
    r"works?|moved|never|said|just|walked|passed|took|gets?|transferr?ed|came|retires|isn|wont|needed|from)\b"
)
_BESIDE = re.compile(
    r"(?:\b(?:reports? to|signed by|supervisor(?: is| was)?,?|contact|call|reach|e-?mail|ask|"
    r"cc|copied|per|instead of|suggested|dear|hi|hello|hey|morning|thanks,?|thank you,?"
    r"|regards,?|sincerely,?|this is|my name is|i am|i['’]m|from|by|attn:?|told|for more information|"
    r"assistance|boss|attorney|mother of|wife of|\b(?:resident|offender|inmate|parolee))\s*)$",
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
        while parts and parts[0].lower().split("'")[0].split("’")[0] in NO_NAME:
            start += len(parts[0]) + 1
            parts = parts[1:]
        while parts and parts[-1].lower() in NO_NAME:
            parts = parts[:-1]
        if len(parts) >= 2 and not any(part.lower() in NO_NAME for part in parts[:2]):
            name = " ".join(parts)
            found.append(Named(name, start, start + len(name), _is_aside(text, start)))
    return found


def _turned(text: str) -> list[Named]:
    """`Doe, Jane` as it stands in lists; both must not be other words."""
    return [
        Named(f"{m['given']} {m['family']}", m.start(), m.end(), _is_aside(text, m.start()))
        for m in _TURNED.finditer(text)
        if (m["given"].lower() in GIVEN_NAMES or m.end() - m.start() == len(text.strip()))
        and m["family"].lower() not in NO_NAME | FUNCTION
    ]


def _loose(text: str) -> list[Named]:
    """Names in small or capital letters: a given name that we know, and the word behind it."""
    words = list(_PLAIN.finditer(text))
    found = []
    for first, second in pairwise(words):
        if text[first.end() : second.start()] != " " or first.group().lower() not in GIVEN_NAMES:
            continue
        family = re.sub(r"(?i)['’]s$", "", second.group())
        if first.group()[0].isupper() and family[0].islower():
            continue
        if len(family) < 3 or family.lower() in FUNCTION or family.lower() in NO_NAME:
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
    if not match or {match["a"], match["b"]} & (FUNCTION | NO_NAME):
        return []
    return [Named(f"{match['a']} {match['b']}".title(), match.start("a"), match.end("b"))]


def _is_aside(text: str, at: int) -> bool:
    return bool(_BESIDE.search(text[max(0, at - 40) : at]))


def single_names(text: str, everybody: Sequence[str] = ()) -> list[Named]:
    """Names that stand alone, as `Dale is on FMLA`: given names, and parts of names that the mail has in full."""
    parts = {part.casefold() for name in everybody for part in name.split()}
    return [
        Named(word.title(), m.start(), m.start() + len(word), _is_aside(text, m.start()))
        for m in _PLAIN.finditer(text)
        if (word := re.sub(r"['’]s$", "", m.group()))[0].isupper()
        and (word.lower() in GIVEN_NAMES or word.casefold() in parts)
        and word.lower() not in NO_NAME
    ]


def same(a: str, b: str) -> bool:
    """Whether one name is the other or a part of it."""
    left, right = a.casefold().split(), b.casefold().split()
    return left == right or (len(left) == 1 and left[0] in right) or (len(right) == 1 and right[0] in left)
