"""What a contract manager writes into a form, who knows from the paper and the telephone what is really so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

from db.lifecycle import State
from db.models import Account, Person, Request
from db.models.requests import Kind
from db.session import transaction
from deployments.simulation.post import Letter
from deployments.simulation.world import World
from forms.schema import PROVIDERS
from tasks.questions import SORTS, Answer

Given = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One question: the case, its form, who answers, and what its first mail really was."""

    w: World
    request: Request
    form: type[Answer]
    who: str
    letter: Letter | None

    def hits(self, share: float, *key: object) -> bool:
        """A chance of this case."""
        return self.w.chance.hits(share, *key, self.request.number)

    @property
    def truth(self) -> dict[str, str]:
        """The true values of the papers, by the name of the form's field."""
        if self.letter is None or self.letter.about is None:
            return {}
        one = self.letter.about
        return {
            "given_name": one.who.given_name,
            "family_name": one.who.family_name,
            "staff_name": one.who.name,
            "position": one.who.position,
            "email": one.email,
            "provider": PROVIDERS[one.home.key][0],
            "supervisor_name": one.home.supervisor.name,
            "entitlement": "view",
            "action": "new",
        }


def answer(a: Asked) -> Given | None:
    """The answer to the present question; None when somebody looks and leaves it."""
    return {
        State.TO_SORT: _sort,
        State.ON_HOLD: _sender,
        State.IN_DOUBT: _doubt,
        State.INCOMPLETE: _papers,
        State.SCHEDULED: _day,
        State.WITH_IT: _with_it,
        State.UNDER_SUSPENSION: _suspended,
        State.REINSTATING: _reinstate,
    }.get(a.request.state, _approval)(a)


def _sort(a: Asked) -> Given:
    means = a.letter.means if a.letter else ""
    if means in SORTS and not a.request.problem:
        return {"decision": means}
    return {"decision": "file it", "reason": f"{means or 'unknown'}; nothing to do."}


def _sender(a: Asked) -> Given:
    if a.letter and a.letter.genuine:
        return {"decision": "accept for this request"}
    return {"decision": "refuse", "reason": "The provider was called and knows nothing of it."}


def _doubt(a: Asked) -> Given:
    """Signatures are looked at on paper, fields are corrected, people are told apart."""
    given: Given = {}
    name = a.truth.get("staff_name", "")
    for key, spec in a.form.model_fields.items():
        if key.endswith("_signature"):
            given[key] = "signed in ink"
        elif key == "person":
            offered = [str(option) for option in get_args(spec.annotation)]
            mine = [option for option in offered if name and name in option]
            given[key] = mine[0] if len(mine) == 1 else offered[-1]
        elif key == "reason":
            given[key] = "Nobody we know."
        elif key not in ("user_id", "decided_by"):
            value = next((v for field, v in a.truth.items() if key.endswith(field)), None)
            options = get_args(spec.annotation)
            if value is not None and (not options or value in options):
                given[key] = value
    return given


def _papers(_: Asked) -> Given:
    return {"decision": "close the request", "reason": "They no longer need it."}


def _day(a: Asked) -> Given | None:
    return {"decision": "do it now"} if a.request.kind is Kind.DEPARTURE else None


def _with_it(_: Asked) -> Given:
    return {"decision": "IT has done it"}


def _suspended(a: Asked) -> Given:
    back = a.hits(0.5, "innocent", a.request.asking)
    return {"decision": "give back" if back else "disable", "reason": "As found by the inquiry."}


def _reinstate(a: Asked) -> Given:
    agrees = a.hits(0.7, "agrees", a.request.asking)
    return {"decision": "give back" if agrees else "disable", "reason": "I have read the file."}


def _approval(a: Asked) -> Given:
    road = {
        Kind.NEW_ACCESS: _new_access,
        Kind.CHANGE: _change,
        Kind.MOVE: _change,
        Kind.DEPARTURE: _departure,
        Kind.LEAVE: _leave,
        Kind.RESET: _reset,
        Kind.UNLOCK: _review,
        Kind.VIOLATION: _report,
    }[a.request.kind]
    return road(a)


def _cleared(a: Asked) -> str:
    return (a.w.clock.today - timedelta(3)).isoformat()


def _new_access(a: Asked) -> Given:
    if a.request.problem or a.hits(0.03, "rejects"):
        return {"decision": "reject", "reason": a.request.problem or "This position does not need access."}
    if a.request.place is None and a.hits(0.04, "asks back"):
        return {"decision": "send back", "reason": "Does this person really work with residents?"}
    given: Given = {"decision": "approve", "clearance_on": _cleared(a)}
    alike = [key for key in a.form.model_fields if key.startswith("person_")]
    for key in alike:
        given[key] = "same person" if _is(a, int(key.partition("_")[2])) else "another person"
    return given | ({"identity_reason": "The provider was asked."} if alike else {})


def _is(a: Asked, person_id: int) -> bool:
    with transaction(a.w.config.database_url) as session:
        person = session.get_one(Person, person_id)
        return bool(a.letter and a.letter.about and a.letter.about.who.name == person.name)


def _change(a: Asked) -> Given:
    if a.request.problem:
        return {"decision": "reject", "reason": a.request.problem}
    return {"decision": "approve", "clearance_on": _cleared(a)}


def _departure(a: Asked) -> Given:
    today = a.w.clock.today.isoformat()
    if not a.request.problem:
        return {"decision": "submit the form"}
    if "reject" not in a.request.problem and a.request.asking < 12:
        return {"decision": "submit the form", "last_day": today, "disable_on": today}
    return {"decision": "reject", "reason": a.request.problem}


def _leave(a: Asked) -> Given:
    if "returns: enable the account" in get_args(a.form.model_fields["decision"].annotation):
        return _return(a)
    if not a.request.problem:
        return {"decision": "confirm"}
    return {"decision": "reject", "reason": a.request.problem}


def _return(a: Asked) -> Given:
    said = a.w.chance.weighed({"returns": 75.0, "extend": 15.0, "stays": 10.0}, "return", a.request.number)
    one = a.letter.about if a.letter else None
    if one and one.gone:
        said = "stays"
    if said == "extend" and a.request.asking < 10:
        until = a.w.clock.today + timedelta(14)
        if one:
            one.away_until = until
        return {"decision": "extend the leave", "until": until.isoformat()}
    if said == "stays":
        if one and not one.gone:
            one.gone = a.w.clock.today
        return {"decision": "does not return"}
    return {"decision": "returns: enable the account"}


def _reset(a: Asked) -> Given:
    if a.request.problem:
        return {"decision": "reject", "reason": a.request.problem}
    return {"decision": "reset"}


def _review(a: Asked) -> Given:
    """Whoever works there and wants to is kept; who has left is removed."""
    with transaction(a.w.config.database_url) as session:
        account = session.get(Account, a.request.account_id) if a.request.account_id else None
        person = session.get(Person, account.person_id) if account else None
    one = a.w.town.workers.get(person.email) if person else None
    if a.request.problem or one is None:
        return {"decision": "close", "reason": "Nothing to unlock."}
    if one.gone or one.habit.value == "never" or a.hits(0.2, "not needed"):
        return {"decision": "remove", "reason": "No longer needed, says the supervisor."}
    return {"decision": "keep", "reason": "Reads the notes of the unit."}


def _report(a: Asked) -> Given:
    """A report is looked into at once."""
    whom = a.truth.get("staff_name", "")
    if a.request.problem or not whom or a.hits(0.3, "no violation"):
        return {"decision": "no violation", "reason": "It was a training account."}
    return {"decision": "suspend", "account": whom, "reason": "Seen by the supervisor."}
