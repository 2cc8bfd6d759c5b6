"""Answers become decisions: checked against the clauses, written with the state change, or asked again with the reason.

The name comes from the gateway's stamp alone. An answer by the product itself (`service`) decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from sqlmodel import Session

from db import accounts, audit, messages, papers, register, requests, tickets
from db.lifecycle import OPEN, Event, advance
from db.models import Entitlement, FieldRow, Kind, Message, Request, SignatureRow, User
from db.models.people import Role as UserRole
from db.models.requests import Question
from db.papers import Paper
from forms.protected import masked
from forms.schema import FORMS, FormKind, Role
from tasks import casefile, notices, sorting, verdicts
from tasks.people import person_for, record_clearance
from tasks.policy import Approver, approval_problems, assess
from tasks.policy.findings import Finding
from tasks.policy.tokens import bare_numbers
from tasks.questions import (
    LOOK_AGAIN,
    QUESTION_OF,
    SERVICE,
    VERDICTS,
    Answer,
    ApprovalAnswer,
    CompletionAnswer,
    PapersAnswer,
    SenderAnswer,
    SortingAnswer,
)
from tasks.settings import Settings

_MODELS: dict[Question, type[Answer]] = {
    Question.SORTING: SortingAnswer,
    Question.SENDER: SenderAnswer,
    Question.PAPERS: PapersAnswer,
    Question.APPROVAL: ApprovalAnswer,
    Question.COMPLETION: CompletionAnswer,
}
OFFERED: dict[Question, tuple[str, ...]] = {
    question: get_args(model.model_fields["decision"].annotation) for question, model in _MODELS.items()
}
"""The decisions that each form offers; no other is taken, whatever way it came."""
CLAUSE = "III.B.1"
"""The contract manager receives and handles what is sent to the mailbox."""

_WHOLE_PAGE: dict[str, Any] = {"page": 1, "x0": 0, "y0": 0, "x1": 1, "y1": 1}
"""Where something is that the reader did not find; parts of the page's size."""


@dataclass(frozen=True)
class Decider:
    """Who answers, and for whom when a deputy stands in."""

    user: User
    on_behalf_of: str


def decider(session: Session, user_name: str, provider_key: str | None) -> Decider | None:
    """The signed-in approver, when he or she is contract manager or deputy for this provider (III.B.1), else None."""
    user = session.get(User, user_name)
    if user is None or not user.active or user.role is not UserRole.APPROVER:
        return None
    named = register.managers(session, provider_key)
    if user.user_name not in {m.user_name for m in named}:
        return None
    first = named[0]
    return Decider(user, "" if first.user_name == user.user_name else first.name)


@dataclass(frozen=True)
class Sitting:
    """One answer being settled: by whom, to what, on which day."""

    session: Session
    config: Settings
    request: Request
    given: dict[str, Any]
    who: Decider
    today: date

    @property
    def by(self) -> str:
        """The signed-in name."""
        return self.who.user.user_name

    @property
    def reason(self) -> str:
        """The reason given, without spaces around it."""
        return str(self.given.get("reason", "")).strip()

    def decide(self, outcome: str, clause: str, notes: Sequence[Finding] = ()) -> None:
        """Write the decision down, audited."""
        requests.decide(
            self.session,
            self.request,
            question=QUESTION_OF[self.request.state],
            outcome=outcome,
            by=self.by,
            on_behalf_of=self.who.on_behalf_of,
            clause=clause,
            reason=self.reason,
            findings=[f"{f.clause} {f.code}" for f in notes],
        )

    def move(self, event: Event, clause: str, detail: dict[str, Any] | None = None) -> None:
        """Move the request in the name of the decider."""
        advance(self.session, self.request, event, by=self.by, clause=clause, detail=detail)

    def refuse(self, problem: str) -> None:
        """Do not accept the answer, audit that, and ask again."""
        _refuse(self.session, self.request, self.by, problem)


def settle(
    session: Session, config: Settings, request: Request, given: dict[str, Any], decided_by: str, today: date
) -> None:
    """Take the answer to the present question: decide, or ask again and say why. The gateway stamps `decided_by`."""
    question = QUESTION_OF[request.state]
    if decided_by == SERVICE:
        requests.ask_again(session, request, request.problem)
        return
    who = decider(session, decided_by, request.provider_key)
    if who is None:
        _refuse(session, request, decided_by, "Only the provider's contract manager or deputy can answer this.")
        return
    if question in OFFERED and given.get("decision") not in OFFERED[question]:
        _refuse(session, request, decided_by, "The form does not offer this answer. Please choose one that it offers.")
        return
    {
        Question.SORTING: _sorting,
        Question.SENDER: _sender,
        Question.READING: _reading,
        Question.PAPERS: _papers,
        Question.APPROVAL: _approval,
        Question.COMPLETION: _completion,
    }[question](Sitting(session, config, request, given, who, today))


def _refuse(session: Session, request: Request, by: str, problem: str) -> None:
    audit.record(
        session,
        actor=by or "unknown",
        action="answer.refused",
        subject=request.number,
        clause="III.B.1",
        detail={"problem": problem},
    )
    requests.ask_again(session, request, problem)


def _sorting(s: Sitting) -> None:
    mails = messages.of_request(s.session, s.request.id)
    said = s.given["decision"]
    if said == LOOK_AGAIN:
        requests.ask_again(s.session, s.request, "")
    elif said == "file it" and not s.reason:
        s.refuse("Please give a reason for filing the mail.")
    elif said == "file it":
        s.decide(said, CLAUSE)
        for mail in mails:
            sorting.file_away(s.session, mail, s.reason)
        s.move(Event.CLOSE, CLAUSE)
    elif said == "try again":
        s.decide(said, CLAUSE)
        for mail in mails:
            messages.sort_again(s.session, mail, by=s.by)
        s.move(Event.CLOSE, CLAUSE)
    elif len(mails) > 1:
        s.refuse("These are several mails. File them all, or have correquests try them again one by one.")
    elif not mails[0].readable:
        s.refuse("This mail could not be read, so its papers are not known. Ask the sender to send it again.")
    elif said == "new access request":
        s.decide(said, CLAUSE)
        sorting.make_request(s.session, s.config, s.request, mails[0], Kind.NEW_ACCESS)
        s.move(Event.SORT, CLAUSE)
    else:
        _belongs(s, mails[0])


def _belongs(s: Sitting, mail: Message) -> None:
    number = next(iter(bare_numbers(s.given["case_number"])), "")
    try:
        case = requests.by_number(s.session, number)
    except requests.UnknownRequest:
        s.refuse("There is no such case. Please give the number of an open one as CR-YYYY-NNNNNN.")
        return
    if case.state not in OPEN or case.id == s.request.id or case.kind is Kind.MAIL:
        s.refuse(f"{case.number} takes no more papers. Please give the number of an open case.")
        return
    s.decide(f"belongs to {case.number}", CLAUSE)
    sorting.join(s.session, case, mail)
    s.move(Event.CLOSE, CLAUSE)


def _sender(s: Sitting) -> None:
    if s.given["decision"] == LOOK_AGAIN:
        s.decide(LOOK_AGAIN, "III.B.2")
        s.move(Event.RELEASE, "III.B.2")
    elif s.given["decision"] == "refuse":
        if not s.reason:
            s.refuse("Please give a reason for refusing the sender.")
            return
        s.decide("refuse", "III.B.2")
        s.move(Event.REJECT, "III.B.2")
    else:
        s.decide("accept", "III.B.2")
        s.request.sender_accepted_by = s.by
        s.session.add(s.request)
        s.session.flush()
        s.move(Event.RELEASE, "III.B.2")


def _reading(s: Sitting) -> None:
    forms = papers.of_request(s.session, s.request.id)
    changed: list[str] = []
    consent = forms.get(FormKind.CONSENT)
    for role in Role:
        said = s.given.get(f"{role}_signature", LOOK_AGAIN)
        if consent and said in VERDICTS:
            _judge(s, consent, role, VERDICTS[said])
            changed.append(f"{role} signature: {said}")
    for kind, paper in forms.items():
        for spec in FORMS[FormKind(kind)].fields if kind in FORMS else ():
            value = s.given.get(f"{kind}_{spec.name}")
            if isinstance(value, str):
                _correct(s, paper, spec.name, value.strip())
                changed.append(f"{kind} {spec.name}")
    s.session.flush()
    s.decide("; ".join(changed) or LOOK_AGAIN, "III.B.2.b")
    s.move(Event.SETTLE, "III.B.2.b")


def _judge(s: Sitting, consent: Paper, role: Role, verdict: str) -> None:
    """Keep a person's verdict beside the reader's; a slot that was not found at all gets a row of its own."""
    assert consent.reading.id is not None
    row = consent.signatures.get(role) or SignatureRow(
        reading_id=consent.reading.id,
        role=role,
        verdict="unclear",
        confidence=0.0,
        evidence=["no place for this signature was found"],
        **_WHOLE_PAGE,
    )
    row.judged_verdict, row.judged_by = verdict, s.by
    s.session.add(row)


def _correct(s: Sitting, paper: Paper, name: str, value: str) -> None:
    """Keep a person's value beside the one that was read; a field that was not found at all gets a row of its own."""
    assert paper.reading.id is not None
    row = paper.fields.get(name) or FieldRow(
        reading_id=paper.reading.id,
        name=name,
        value="",
        confidence=0.0,
        source="person",
        **_WHOLE_PAGE,
    )
    row.corrected_value, row.corrected_by = masked(value), s.by
    s.session.add(row)


def _papers(s: Sitting) -> None:
    if s.given["decision"] == LOOK_AGAIN:
        s.move(Event.SUPPLEMENT, "III.B.2")
        return
    if not s.reason:
        s.refuse("Please give a reason for closing the request.")
        return
    s.decide("close", "III.B.2")
    s.move(Event.CLOSE, "III.B.2")


def _approval(s: Sitting) -> None:
    case = casefile.build(s.session, s.request, s.config, s.today)
    if problem := verdicts.take(s.session, s.request, case, s.given, s.by, s.who.on_behalf_of):
        s.refuse(problem)
        return
    if s.given["decision"] == LOOK_AGAIN:
        s.move(Event.SUPPLEMENT, "III.B.2")
        return
    case = casefile.build(s.session, s.request, s.config, s.today)  # with what was said just now
    wanted = s.given["entitlement"]
    if wanted == "as requested":
        wanted = case.access.entitlement if case.access else ""
    try:
        cleared = date.fromisoformat(s.given["clearance_on"]) if s.given["clearance_on"] else None
    except ValueError:
        s.refuse(f"“{s.given['clearance_on']}” is not a day. Please write the clearance as YYYY-MM-DD.")
        return
    problems = approval_problems(
        case,
        Approver(s.by, s.who.user.email, s.who.user.name),
        decision=s.given["decision"],
        entitlement=wanted,
        clearance_on=cleared,
        reason=s.reason,
        today=s.today,
    )
    if problems:
        s.refuse(" ".join(f"{p.sentence} ({p.clause})" for p in problems))
        return
    notes = assess(case, s.today)
    if s.given["decision"] == "reject":
        s.decide("reject", "III.B.1", notes)
        notices.rejected(s.session, s.config, s.request, s.reason, "III.B.1")
        s.move(Event.REJECT, "III.B.1")
        return
    person = person_for(s.session, s.request, case, s.today)
    record_clearance(s.session, s.request, person, cleared, s.by)
    s.request.entitlement = Entitlement(str(wanted).upper())
    s.session.add(s.request)
    s.session.flush()
    s.decide("approve", "III.B.1", notes)
    s.move(Event.APPROVE, "III.B.1", {"entitlement": str(s.request.entitlement)})


def _completion(s: Sitting) -> None:
    if s.given["decision"] != "IT has done it":
        requests.ask_again(s.session, s.request, "")
        return
    ticket, account = tickets.of_request(s.session, s.request.id), accounts.of_request(s.session, s.request.id)
    assert ticket is not None
    assert account is not None
    brought = s.given["user_id"].strip()
    problem = accounts.refusal(s.session, brought, s.config.user_id_pattern) if account.user_name is None else ""
    if problem:
        s.refuse(problem)
        return
    s.decide("IT has done it", "III.B.2.d")
    if account.user_name is None:
        accounts.acquire(s.session, s.request, account, brought, by=s.by)
    tickets.close(s.session, s.request, ticket, by=s.by, note="noted in the resume form", user_name=brought)
    requests.ask_again(s.session, s.request, "")
