"""Answers to “is this the same person?”: asked on the form of approval, kept with their reason, audited.

The question stands beside the decision that it holds up (III.B.2.a, III.A.5): whoever approves has seen both records.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, create_model

from db import identities, papers
from db.models import IdentityVerdict, Said
from forms.protected import masked
from forms.schema import FormKind
from tasks import casefile, identity
from tasks.policy import iii_a_5, iii_b_2_a
from tasks.policy.case import Case, OffenderMatch, PersonMatch
from tasks.questions import Answer, ApprovalAnswer
from tasks.sitting import Sitting

WHY = "identity_reason"
UNDECIDED = "not decided"
_WORDS = {"same": "same person", "another": "another person", "": UNDECIDED}
_SAID = {"same person": Said.SAME, "another person": Said.ANOTHER, "not this person": Said.ANOTHER}


def _field(match: PersonMatch | OffenderMatch) -> str:
    return f"person_{match.person_id}" if isinstance(match, PersonMatch) else f"entry_{match.entry}"


def approval_answer(case: Case) -> type[Answer]:
    """The form of approval, with a choice for everybody who may be the staff member, and room for the reasons."""
    asked: dict[str, Any] = {}
    for match in iii_b_2_a.to_be_told(case.matches):
        account = f", {match.account}" if match.account else ""
        asked[_field(match)] = (
            Literal["not decided", "same person", "another person"],
            Field(
                default=_WORDS[match.said],
                title=f"{match.name}{account} (record {match.person_id})",
                description="Compare both records above. The same person keeps the one record and gets no second ID.",
            ),
        )
    for number, entry in enumerate(case.offenders, start=1):
        asked[_field(entry)] = (
            Literal["not decided", "not this person"],
            Field(
                default="not this person" if entry.said else UNDECIDED,
                title=f"Name {number} on the list of offenders",
                description="Say that it is not this person only when you know it (III.A.5). Otherwise reject.",
            ),
        )
    if not asked:
        return ApprovalAnswer
    hint = "Needed for each answer about a likeness. Kept on file, sent to nobody."
    asked[WHY] = (str, Field(default="", title="How you know", description=hint))
    return create_model("ApprovalAnswer", __base__=ApprovalAnswer, **asked)


def take(s: Sitting) -> str:
    """Keep what is new among the answers about likenesses; why they are not accepted, or the empty string.

    From here on nobody else writes down a person before this transaction ends.
    """
    identities.wait_for_others(s.session)
    case = casefile.build(s.session, s.request, s.config, s.today)
    new: list[tuple[PersonMatch | OffenderMatch, Said]] = []
    asked: list[PersonMatch | OffenderMatch] = [*iii_b_2_a.to_be_told(case.matches), *case.offenders]
    for match in asked:
        said = _SAID.get(str(s.given.get(_field(match), UNDECIDED)))
        if said is Said.SAME and isinstance(match, OffenderMatch):
            return "An offender is never approved. Reject the request."
        if said is not None and said.lower() != match.said:
            new.append((match, said))
    why = masked(str(s.given.get(WHY, "")).strip())
    if new and not why:
        return "Please say how you know whether it is the same person."
    forms = papers.of_request(s.session, s.request.id)
    wanted = identity.asked_for(forms.get(FormKind.ACCESS_REQUEST), forms.get(FormKind.CONSENT), s.request.provider_key)
    for match, said in new:
        verdict = IdentityVerdict(
            request_id=s.request.id,
            person_id=match.person_id if isinstance(match, PersonMatch) else None,
            entry=match.entry if isinstance(match, OffenderMatch) else "",
            asked_about=identity.about(wanted),
            said=said,
            reason=why,
            score=match.score,
            evidence=list(match.reasons) if isinstance(match, PersonMatch) else [],
            decided_by=s.by,
            on_behalf_of=s.who.on_behalf_of,
        )
        identities.say(s.session, s.request, verdict, iii_b_2_a.CLAUSE if verdict.person_id else iii_a_5.CLAUSE)
    return ""
