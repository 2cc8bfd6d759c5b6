"""Answers become decisions: checked against the clauses, written with the state change, or asked again with the reason.

The name comes from the gateway's stamp alone. An answer by the product itself (`service`) decides nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

from sqlmodel import Session

from db import accounts, messages, requests, tickets
from db.lifecycle import OPEN, Event, State
from db.models import Kind, Message, Request
from db.models.requests import Question
from forms.protected import masked_within
from tasks import decision_notices, further_approval, sorting
from tasks.policy import Approver, iii_b_1
from tasks.policy.tokens import bare_numbers
from tasks.questions import LOOK_AGAIN, QUESTION_OF, SEND_BACK, SERVICE, SORTS
from tasks.roads import ROADS, form_of
from tasks.settings import Settings
from tasks.sitting import Sitting, decider, refuse

CLAUSE = "III.B.1"
"""The contract manager receives and handles what is sent to the mailbox."""


def settle(
    session: Session, config: Settings, request: Request, given: dict[str, Any], decided_by: str, today: date
) -> None:
    """Take the answer to the present question: decide, or ask again and say why. The gateway stamps `decided_by`."""
    if decided_by == SERVICE:
        requests.ask_again(session, request, request.problem)
        return
    who = decider(session, decided_by, request.provider_key, today)
    if who is None:
        refuse(session, request, decided_by, "Only the provider's contract manager or deputy can answer this.")
        return
    # what somebody types is kept, shown and mailed: protected numbers are hidden before anything is done with it
    sitting = Sitting(session=session, config=config, request=request, today=today, given=masked_within(given), who=who)
    decision = form_of(sitting).model_fields.get("decision")
    if decision and given.get("decision") not in get_args(decision.annotation):
        sitting.refuse("The form does not offer this answer. Please choose one that it offers.")
        return
    {
        Question.SORTING: _sorting,
        Question.SENDER: _sender,
        Question.PAPERS: _papers,
        Question.DAY: _day,
        Question.COMPLETION: _completion,
    }.get(QUESTION_OF[request.state], _of_the_road)(sitting)


def _of_the_road(s: Sitting) -> None:
    """In doubt, or to be approved: what is asked and what follows differs by kind."""
    said = s.given.get("decision")
    if s.request.state is State.AWAITING_APPROVAL and said != LOOK_AGAIN:
        approver = Approver(s.by, s.who.user.email, s.who.user.name)
        if twice := iii_b_1.another_person(approver, requests.approved_by(s.session, s.request)):
            s.refuse(f"{twice.sentence} ({twice.clause})")
            return
        if said == SEND_BACK:
            _send_back(s)
            return
        if said in further_approval.ASKS.values():
            s = replace(s, given={**s.given, "decision": further_approval.APPROVE}, further=True)
    ROADS[s.request.kind].settle(s)


def _send_back(s: Sitting) -> None:
    """The requester is asked what the decider wants to know; the request keeps its place (III.B.1)."""
    if not s.reason:
        s.refuse("Please write as the reason what the requester is to tell you.")
        return
    s.decide(SEND_BACK, CLAUSE)
    s.move(Event.SEND_BACK, CLAUSE)
    decision_notices.sent_back(s.session, s.config, s.request, s.reason)


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
    elif said in SORTS:
        s.decide(said, CLAUSE)
        kind, terminated = SORTS[said]
        sorting.make_request(s.session, s.config, s.request, mails[0], kind, terminated=terminated)
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


def _papers(s: Sitting) -> None:
    if s.given["decision"] == LOOK_AGAIN:
        s.move(Event.SUPPLEMENT, "III.B.2")
        return
    if not s.reason:
        s.refuse("Please give a reason for closing the request.")
        return
    s.decide("close", "III.B.2")
    s.move(Event.CLOSE, "III.B.2")


def _day(s: Sitting) -> None:
    if s.given["decision"] == "do it now":
        s.decide("do it now", CLAUSE)
        ROADS[s.request.kind].come_due(s)
    elif s.given["decision"] == "decide again":
        s.decide("decide again", CLAUSE)
        s.move(Event.REVIEW, CLAUSE)
    else:
        requests.ask_again(s.session, s.request, "")


def _completion(s: Sitting) -> None:
    if s.given["decision"] != "IT has done it":
        requests.ask_again(s.session, s.request, "")
        return
    ticket, account = tickets.of_request(s.session, s.request.id), accounts.of_case(s.session, s.request)
    assert ticket is not None
    assert account is not None
    brought = s.given["user_id"].strip()
    problem = accounts.refusal(s.session, brought, s.config.user_id_pattern) if account.user_name is None else ""
    if account.user_name is None and s.config.separate_issuer and not problem:
        approvers = [d.decided_by for d in requests.decisions(s.session, s.request.id) if d.outcome == "approve"]
        same = iii_b_1.issuer_apart(s.by, approvers)
        problem = f"{same.sentence} ({same.clause})" if same else ""
    if problem:
        s.refuse(problem)
        return
    s.decide("IT has done it", "III.B.2.d")
    if account.user_name is None:
        accounts.acquire(s.session, s.request, account, brought, by=s.by)
    tickets.close(s.session, s.request, ticket, by=s.by, note="noted in the resume form", user_name=brought)
    requests.ask_again(s.session, s.request, "")
