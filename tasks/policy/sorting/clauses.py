"""A mail in clauses: its subject, the sender's own sentences, and a forwarded mail that is only passed on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.policy.own_words import forwarded, sentences
from tasks.policy.sorting.spelling import mended
from tasks.policy.sorting.values import Letter

LONGEST, MOST = 600, 80
"""What of a sentence, and how many sentences, are looked at."""

_SIGNATURE = 9
"""Words of a line that begins with the sender's name and only signs."""

_READ = 20_000
_MARK = re.compile(r"^\s*(?:(?P<re>re|aw|antwort|sv)|(?P<fw>fwd?|wg|tr))\s*:\s*", re.IGNORECASE)
_TAGS = re.compile(r"\[[^\]]{0,40}\]|<[^>]{0,200}>|&nbsp;|&#\d+;")
_POINTS = re.compile(
    r"^(?:fyi|for (?:your|the|our) (?:records?|files?)|see (?:below|attached|forwarded)|(?:please )?(?:see|per|as"
    r"|read) (?:the )?(?:below|"
    r"forwarded|e-?mail)[^.]*|below|(?:please|pls) (?:process|handle|advise|help|assist|take care of)"
    r"[^.]{0,30}"
    r"|forwarding[^.]{0,30}|can you (?:please )?(?:help|assist|handle|take care|get)[^.]{0,40}|"
    r"thanks?|from one of (?:my|our) staff[^.]*|for your (?:attention|information)[^.]*|[\w ,]{0,40}\bbelow"
    r"\b[^.]{0,40})[.!? -]*"
    r"(?:please (?:process|handle|advise|help)[.! ]*)?$",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r";\s+|,?\s+(?:but|however|whereas|and also|while i have you,?)\s+|\s+[–—-]{1,2}\s+|:\s+(?=[A-Z])", re.IGNORECASE
)
_TITLED = re.compile(r"^[A-Z][\w.'’-]* (?:[A-Z]\.? )?[A-Z][\w'’-]+[, |·-]*(?:[\w/&'’-]+[, |·-]*){0,6}$(?<![.!?])")
"""A name with a title or a facility behind it, which ends a mail."""

_VERB = re.compile(
    r"\b(?:is|are|was|has|have|had|needs?|will|can|left|quit|please|remove|delete|add|resigned|"
    r"retired|fired|terminat\w+|leave|forgot|starts?|reset|lock\w*|term|change|new|to|from|no|"
    r"not|on|at|still|out|back)\b|\d",
    re.IGNORECASE,
)
_SCANNER = re.compile(
    r"\b(?:multi-?function|mfp\b|scanned (?:document|image|and sent|from|to)|attachment file type|"
    r"device (?:name|model)|file format|resolution:|sent (?:to you )?from a (?:copier|printer|"
    r"scanner))",
    re.IGNORECASE,
)
"""What a scanner writes by itself."""

_FORWARD = re.compile(r"(?i)^(-{2,}|begin forwarded|from:|on .*wrote:|_+$)")
_NAME_LINE = re.compile(r"^[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}(?:,? [A-Z]{2,5})*$")
_SIGNED = re.compile(
    r"(?:\b(?:406|\d{3})[-. )]+\d{3}[-. ]\d{4}\b|@[\w-]+\.\w+$|^(?:case manager|office (?:manager|"
    r"administrator)|program (?:director|manager|coordinator)|administrat\w+|deputy director|"
    r"records(?: clerk)?|director|supervisor|human resources)\b[\w ,|&-]{0,40}$"
    r"|\bsent from (?:my|outlook|yahoo|mail)\b|^get outlook|^\*{3}|^(?:this|the) (?:e-?mail|message|"
    r"communication)\b.{0,80}\b(?:confidential|intended|privileged))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Clause:
    """A piece of what was written. `weight` (0 to 1): how far it is the sender's own word on this matter."""

    text: str
    weight: float
    subject: bool = False


def subject_of(subject: str) -> tuple[str, bool, bool]:
    """A subject without its marks, whether it is a reply's, and whether a forwarded mail's."""
    reply = passed_on = False
    while mark := _MARK.match(subject):
        reply, passed_on = reply or bool(mark["re"]), passed_on or bool(mark["fw"])
        subject = subject[mark.end() :]
    return " ".join(_TAGS.sub(" ", subject).split()), reply, passed_on


def clauses_of(letter: Letter) -> list[Clause]:
    """What the mail says, clause by clause, subject first."""
    subject, reply, passed_on = subject_of(mended(letter.subject[:300]))
    text = mended(letter.text[:_READ])
    own = [s for s in own_sentences(text) if not _signs(s, letter.sender.name)] or _bare(text)
    earlier = forwarded(text)
    found = [Clause(subject, 0.25 if reply else 0.6 if passed_on else 0.9, subject=True)] if subject else []
    found += [Clause(piece, 1.0) for whole in own for piece in _pieces(whole)]
    if earlier and not (reply and own) and all(_POINTS.match(s) for s in own):
        found += [Clause(piece, 0.9) for whole in _unsigned(sentences(earlier)) for piece in _pieces(whole)]
    return found[:MOST]


def own_sentences(text: str) -> list[str]:
    """The sender's own sentences, without what only signs the mail."""
    return _unsigned(sentences(_TAGS.sub(" ", text)))


def _signs(sentence: str, name: str) -> bool:
    """Whether a sentence is no more than the sender's name, with what he or she is."""
    return bool(name) and sentence.casefold().startswith(name.casefold()) and len(sentence.split()) <= _SIGNATURE


def _bare(text: str) -> list[str]:
    """The first line of a mail that is a greeting or a closing and no more, such as `Thank you!`."""
    first = next((line.strip() for line in text[:LONGEST].splitlines() if line.strip()), "")
    return [] if first.startswith(">") or _SIGNED.search(first) or _FORWARD.match(first) else [first]


def _unsigned(found: list[str]) -> list[str]:
    kept = [s for s in found if not _SIGNED.search(s) and not _SCANNER.search(s)]
    if len(kept) > 1 and _TITLED.match(kept[-1]) and not _VERB.search(kept[-1]) and not kept[-2].endswith(":"):
        kept.pop()
    while len(kept) > 1 and _NAME_LINE.match(kept[-1]) and len(kept[-1].split()) <= 3 and not kept[-2].endswith(":"):
        kept.pop()
    return kept


def _pieces(sentence: str) -> list[str]:
    return [piece for part in _SPLIT.split(sentence[:LONGEST]) if (piece := part.strip(" -•*\t"))]
