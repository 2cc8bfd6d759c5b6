"""The values of sorting: what is known of a mail, and what it may ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forms.schema import FormKind


class Matter(StrEnum):
    """What a mail may ask for or tell, in the words that people are shown."""

    NEW_ACCESS = "new access"  # III.B.2
    CHANGE = "change"  # III.B.1
    DEPARTURE = "departure"  # III.B.3.a: left, terminated, or no longer in need
    LEAVE = "leave"  # III.B.3.a
    RETURN = "return"
    MOVE = "move"
    PASSWORD_RESET = "password reset"  # noqa: S105 -- III.B.4.b
    UNLOCK = "unlock"  # III.C.3
    VIOLATION = "violation"  # III.C.5
    QUESTION = "question"
    WITHDRAWAL = "withdrawal"
    THANKS = "thanks"
    AUTOREPLY = "autoreply"
    OTHER = "other"


FILED = frozenset({Matter.THANKS, Matter.AUTOREPLY, Matter.OTHER})
"""What needs nothing done."""


class Writer(StrEnum):
    """Who wrote a mail: designated provider staff, other provider staff, the service desk, or nobody we know."""

    SUBMITTER = "submitter"
    STAFF = "staff"
    DESK = "desk"
    OUTSIDER = "outsider"


class Standing(StrEnum):
    """How the writer's own account stands."""

    NONE = "none"
    ACTIVE = "active"
    LOCKED = "locked"  # unused for 60 days (III.C.3)
    AWAY = "away"  # on leave
    SHUT = "shut"  # departed, suspended or removed


@dataclass(frozen=True)
class Sender:
    """The writer of a mail, with the name as the mail gives it."""

    writer: Writer
    name: str = ""
    standing: Standing = Standing.NONE


@dataclass(frozen=True)
class Attached:
    """A form that came with the mail, as read: whom it names and which box is ticked (`action` or `reason`)."""

    kind: FormKind
    person: str = ""
    choice: str = ""
    user_id: str = ""
    effective_on: date | None = None
    returns_on: date | None = None


@dataclass(frozen=True)
class Letter:
    """A mail as it is sorted. `day` is its day in Montana; `files` counts what came with it and is none of the forms.

    `known` are names of people on record whom the sender may write about; `user_id` is the pattern of user IDs.
    """

    subject: str
    text: str
    day: date
    sender: Sender
    forms: tuple[Attached, ...] = ()
    files: int = 0
    known: tuple[str, ...] = ()
    user_id: re.Pattern[str] = re.compile(r"C[A-Z]\d{3,6}", re.IGNORECASE)


@dataclass(frozen=True)
class Suggestion:
    """One thing that a mail seems to ask. `confidence` is 0 to 1; `reasons` are sentences for a person.

    `person` is the name as written, or empty; `oneself`: the writer asks for himself or herself. `terminated`: the
    employment was ended by the employer. The dates are those of the event and of the return, where the mail names any.
    """

    matter: Matter
    confidence: float
    person: str = ""
    user_id: str = ""
    oneself: bool = False
    terminated: bool = False
    effective_on: date | None = None
    returns_on: date | None = None
    reasons: tuple[str, ...] = ()
