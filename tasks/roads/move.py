"""A move between facilities (III.B.3.a): one person, one account, several facilities (A27).

The new facility's designated staff ask, and its contract manager decides. Leaving a facility keeps the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, create_model

from db import notices, register
from db.lifecycle import State
from db.models import Kind, Provider
from tasks import exhibits, whom
from tasks.policy import accd_1_7_200
from tasks.policy.account_case import AccountCase
from tasks.questions import Answer, ChangeAnswer
from tasks.roads import subject
from tasks.roads.change import Change
from tasks.sitting import Matter, Sitting

ALSO = re.compile(r"\b(also|as well|in addition|additional|second facility|both)\b", re.IGNORECASE)
NONE = "leaves none"


class Move(Change):
    """Somebody works at another facility, instead of one or beside it."""

    clause = "III.B.3.a"
    kind = Kind.MOVE
    asked: Mapping[State, str] = {**Change.asked, State.AWAITING_APPROVAL: "May the access move to this facility?"}

    def facility(self, m: Matter, found: whom.Candidate | None) -> str | None:
        """The new facility: as the form says, else the only one of the sender's where the person does not work."""
        paper = subject.naming(m)
        named = register.provider_named(m.session, paper.value("provider")) if paper else None
        if named:
            return named.key
        mine = {d.provider_key for d in register.designations(m.session, m.request.requester_email, m.today)}
        new = mine - set(found.providers if found else ())
        return new.pop() if len(new) == 1 else None

    def days(self, m: Matter) -> None:
        """The first day there, and the facility that is left, when the person works at one and nobody says `also`."""
        notice = notices.of_case(m.session, m.request)
        m.request.effective_on = m.request.effective_on or subject.dates(m).on or m.today
        here = [key for key in subject.facilities(m) if key != m.request.provider_key]
        if notice.reason != "move" and len(here) == 1 and not ALSO.search(subject.words(m)):
            notice.leaves = here[0]
        notice.reason, notice.event_on = "move", notice.event_on or m.request.effective_on
        m.session.add(notice)

    def case(self, m: Matter, wanted: str = "") -> AccountCase:
        """Where nothing else is asked, the access goes along as it is, as far as the contracts let it."""
        return subject.facts(m, wanted=wanted or subject.wanted(m) or self._goes_along(m))

    def _goes_along(self, m: Matter) -> str:
        account, notice = subject.account_of(m), notices.known(m.session, m.request)
        held = str(account.entitlement).lower() if account else ""
        if m.provider is None or notice is None or not notice.leaves:
            return held
        others = [k for k in subject.facilities(m) if k not in (m.request.provider_key, notice.leaves)]
        kept = [m.session.get_one(Provider, key).clause_1_7_200 for key in others]
        return accd_1_7_200.goes_along(held, m.provider.clause_1_7_200, kept)

    def verb(self, m: Matter) -> str:
        """What the sender does."""
        return "gives notice of the move of"

    def approval(self, m: Matter) -> type[Answer]:
        """As for a change, with the facility that is left."""
        here, notice = self._others(m), notices.known(m.session, m.request)
        leaves = next((name for name, key in here.items() if notice and key == notice.leaves), NONE)
        asked: dict[str, Any] = {
            "leaves": (
                Literal[NONE, *here],
                Field(default=leaves, title="Facility that is left", description="The work at any other one goes on."),
            )
        }
        return create_model("MoveAnswer", __base__=ChangeAnswer, **asked)

    def _others(self, m: Matter) -> dict[str, str]:
        """Names and keys of the facilities where the person works besides the new one."""
        return {self._name(m, key): key for key in subject.facilities(m) if key != m.request.provider_key}

    def decide(self, s: Sitting) -> None:
        """Note which facility is left, and decide as on a change."""
        notice = notices.of_case(s.session, s.request)
        notice.leaves = self._others(s).get(s.given["leaves"])
        s.session.add(notice)
        s.session.flush()
        super().decide(s)

    def done(self, m: Matter) -> Provider | None:
        """The work at the new facility begins, and ends at the one that is left."""
        person, notice = subject.person_of(m), notices.of_case(m.session, m.request)
        assert person is not None
        assert person.id is not None
        assert m.request.provider_key is not None
        paper = subject.naming(m)
        position = (paper.value("position") if paper else "") or subject.last_position(m)
        register.affiliate(m.session, person, m.request.provider_key, position, m.today)
        if notice.leaves:
            register.leave_facility(m.session, person.id, notice.leaves, m.today, "correquests", m.request.number)
        return m.session.get(Provider, notice.leaves) if notice.leaves else None

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """The account, what is asked, and which facility is left."""
        notice = notices.known(m.session, m.request)
        left = self._name(m, notice.leaves) if notice and notice.leaves else "none"
        return [
            *super().facts(m),
            ("Moves to", exhibits.plain(exhibits.provider_name(m.provider))),
            ("Leaves", exhibits.plain(left)),
            ("From", str(m.request.effective_on or "not told")),
        ]
