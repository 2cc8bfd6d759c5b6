"""A service desk that is spoken to by mail: a ticket mail with a JSON part out, an answer in plain words back.

An answer closes a ticket only when it says so without reservation: its own words hold a word of completion, and none
of them is negated, asked or put off. Everything else is passed on as a note for a person (III.B.2.d).
"""

from __future__ import annotations

import json
import re

from tasks.adapters.desk import Reply, Work
from tasks.adapters.mailbox.quoting import split_reply

KEY = re.compile(r"\bCR-\d{4}-\d{6}-[a-z]+(?:-\d+)?\b")
_OUR_ID = re.compile(r"<(CR-\d{4}-\d{6})(?:-[a-z]+)?\.ticket\.\d+[.@]")
_OUR_LATER_ID = re.compile(r"<(CR-\d{4}-\d{6})\.ticket-([a-z]+(?:-\d+)?)\.\d+[.@]")
_CASE = re.compile(r"\bCR-\d{4}-\d{6}\b(?!-[a-z])")
_KEY_OF_CASE = "-create"

_ID = r"[A-Z]{1,2}[A-Z0-9]?\d{3,8}"
USER_ID = re.compile(
    rf"(?i)\b(?:user\s*(?:-\s*)?(?:id|name)|login(?:\s*id)?|c\s?#)\s*(?:is|=|:|-|–)?\s*[\"“]?({_ID})\b"
)
_REFERENCE = re.compile(r"(?i)\b((?:INC|REQ|RITM|TASK|SCTASK|CHG|SR|CS|HD|TKT)[-#]?\d{4,12})\b")

_DONE = r"(?:done|closed?|completed?|resolved|fixed|finished|created|fulfilled|all set|set up|implemented)"
_SAYS_DONE = re.compile(rf"(?i)\b{_DONE}\b")
_NOT_DONE = re.compile(
    r"(?i)\b(?:not|never|no|isn['’]?t|wasn['’]?t|hasn['’]?t|haven['’]?t|can['’]?t|cannot|unable|won['’]?t|until"
    r"|before|unless|if|once|when|after|as soon as|will|shall|to be|should|would|could|must|partially|partly|almost"
    r"|nearly|half)"
    rf"\b[^.!\n]{{0,60}}?\b{_DONE}\b|\b(?:un|in)completed?\b|\bincomplete\b"
)
_OBSTACLE = re.compile(
    r"(?i)\b(?:cannot|can['’]?t|could(?: not|n['’]?t)|unable|not able|need(?:s|ed)? more"
    r"|missing|rejected|denied|declined"
    r"|failed|error|problem|on hold|pending|in progress|waiting|duplicate|already exists|reopened|cancel+ed)\b"
)
_TICKET = r"(?:tickets?|incidents?|requests?|case|record|(?:INC|REQ|RITM|TASK|SCTASK|CHG|SR|CS|HD|TKT)[-#]?\d+)"
_ACKNOWLEDGED = re.compile(
    rf"(?i)\b{_TICKET}\b(?:(?!\b(?:account|user|access)\b)[^.:!\n]){{0,40}}?\bcreated\b"
    rf"|\bcreated\s+(?:(?:an?|the|your|this|new)\s+)*{_TICKET}\b"
)
"""The desk's system says that it made a ticket of our mail; nothing has been done yet."""
_SOON = re.compile(r"(?i)\b(?:will|shall|going to|plan to|tomorrow|later)\b")
_NOTE_CHARS = 500
_OWN_WORDS_CHARS = 4000


class MailDesk:
    """The desk behind one address."""

    def __init__(self, address: str) -> None:
        self.address = address.strip().casefold()

    def understands(self, sender: str) -> bool:
        """Whether mail from this address is the desk's."""
        return bool(self.address) and sender.strip().casefold() == self.address

    def ticket(self, work: Work) -> tuple[str, bytes]:
        """Title and JSON part of the ticket mail; the JSON is valid by `ticket.schema.json`, equal for equal work."""
        facts = {"key": work.key, "action": work.action, "title": work.title, **work.facts}
        return work.title, json.dumps(facts, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"

    def read_reply(self, subject: str, text: str, in_reply_to: list[str]) -> Reply | None:
        """The desk's answer in a mail, or None when the mail answers no ticket of ours.

        The ticket is known by the Message-ID it answers, else by its key or case number. Quoted text does not count:
        our own mail holds the word it asks for.
        """
        own = split_reply(text.replace("\r\n", "\n"))[0][:_OWN_WORDS_CHARS]
        key = _key(subject, own, in_reply_to)
        if key is None:
            return None
        words = _without_signature(own)
        return Reply(
            key=key,
            done=_is_done(words),
            user_name=_first(USER_ID, own).upper(),
            reference=_first(_REFERENCE, f"{own}\n{subject}").upper(),
            note=" ".join(words.split())[:_NOTE_CHARS],
        )


def _key(subject: str, text: str, in_reply_to: list[str]) -> str | None:
    for message_id in in_reply_to:
        if found := _OUR_ID.search(message_id):
            return found[1] + _KEY_OF_CASE
        if found := _OUR_LATER_ID.search(message_id):
            return f"{found[1]}-{found[2]}"
    for place in (subject, text):
        if found := KEY.search(place):
            return found[0]
    for place in (subject, text):
        if found := _CASE.search(place):
            return found[0] + _KEY_OF_CASE
    return None


def _is_done(words: str) -> bool:
    """Whether the words say that the work is done, and say nothing against it."""
    against = (_NOT_DONE, _OBSTACLE, _SOON, _ACKNOWLEDGED)
    return bool(_SAYS_DONE.search(words)) and "?" not in words and not any(p.search(words) for p in against)


def _without_signature(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        if line.rstrip() in ("--", "—") or line.strip().startswith("____"):
            break
        lines.append(line)
    return "\n".join(lines).strip()


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
