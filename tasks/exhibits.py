"""What a contract manager is shown: plain words, tables and pictures, in markdown for the Prefect UI.

Whatever came from mail or from a scan is escaped. Pictures are links to the gateway, which shows them to signed-in
people only; Prefect's database holds no scan.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from sqlmodel import Session

from db import accounts, copies, messages, papers, requests, stand_ins
from db.columns import montana_day
from db.lifecycle import WAITING_FOR, State
from db.models import FieldRow, Kind, Provider, Request
from db.papers import Paper
from forms.protected import masked
from forms.schema import ACCESS_REQUEST, FORMS, FieldSpec, FieldType, FormKind, FormSchema, Role
from tasks.policy.findings import Effect, Finding, once

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-!|~=])")
NUMBERED = re.compile(r"^(\d+)([.)])")
LINK = re.compile(r"(?i)(https?|ftp|www)(?=[:.])")
"""What the UI would make a link of, although nobody here vouches for where it leads."""

TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing round; with them text can look like another."""

WORD_JOINER = "\u2060"
"""Takes no room on the screen; parts what would be a link."""

BROKEN_AT = 60
"""A longer line of a mail was probably broken by the sender's program (RFC 5322 recommends at most 78)."""

KIND_WORDS = {
    Kind.MAIL: "mail to sort",
    Kind.NEW_ACCESS: "new access",
    Kind.CHANGE: "change of access",
    Kind.DEPARTURE: "departure",
    Kind.LEAVE: "leave",
    Kind.MOVE: "move",
    Kind.RESET: "password reset",
    Kind.UNLOCK: "unlock",
    Kind.VIOLATION: "violation report",
}

ASKED = {
    State.TO_SORT: "What is this mail?",
    State.ON_HOLD: "Is this sender accepted?",
    State.IN_DOUBT: "What does the scan say?",
    State.INCOMPLETE: "Waiting for the requester's papers",
    State.AWAITING_APPROVAL: "May this person have access?",
    State.SCHEDULED: "Waiting for its day",
    State.WITH_IT: "Waiting for the IT service desk",
    State.UNDER_SUSPENSION: "What follows from the violation?",
    State.REINSTATING: "Is the account given back?",
}
"""The question in each state, in words; a road has words of its own for some (`tasks.roads.asked`)."""

SLOT_WORDS = {
    "ink": "signed in ink",
    "blank": "not signed",
    "typed": "typed, not in ink",
    "electronic": "electronic, not in ink",
    "stray": "a mark, but no signature",
    "unclear": "in doubt, please look",
}
"""A verdict of the reader or of a person, as people say it."""

WHOSE = {Role.STAFF: "staff member", Role.SUPERVISOR: "supervisor"}

DOUBTFUL = 0.75
"""Below this confidence a value is pointed out in the table; what goes to a person is settled elsewhere."""

EFFECT_WORDS = {
    Effect.HOLD: "hold",
    Effect.DOUBT: "in doubt",
    Effect.DEFECT: "missing",
    Effect.BAR: "bars approval",
    Effect.FLAG: "please note",
}


def plain(text: str, limit: int = 400) -> str:
    """Text from outside as harmless markdown on one line."""
    line = " ".join(TURNING.sub("", masked(text)).split())
    line = line if len(line) <= limit else line[: limit - 1] + "…"
    harmless = SPECIAL.sub(r"\\\1", html.escape(LINK.sub(rf"\1{WORD_JOINER}", line), quote=False))
    return NUMBERED.sub(r"\1\\\2", harmless)


def quoted(text: str, limit: int = 1500) -> str:
    """Text from outside as a quotation. Lines that the writer ended stay; those that a mail program broke flow."""
    text = masked(text)
    text = text.strip() if len(text) <= limit else text[: limit - 1].strip() + "…"
    lines = re.sub(r"\n\s*\n", "\n\n", text).splitlines()
    quote = [f"> {plain(line, limit)}{'' if len(line) > BROKEN_AT else '  '}" for line in lines]
    return "\n".join(quote) or "> (no text)"


def title(request: Request, provider: Provider | None) -> str:
    """The run's name, e.g. `CR-2026-000123 · new access · Jane Doe · Nexus`."""
    if request.restricted:
        return f"{request.number} · restricted case"  # everybody who signs in can read the names of runs (III.C.5)
    about = [request.staff_name or "name not read", provider_name(provider)]
    if request.kind is Kind.MAIL:
        about = [request.subject or "no subject", request.requester_email or "sender not readable"]
    parts = [request.number, KIND_WORDS[request.kind], *about]
    return " · ".join(" ".join(p.split()) for p in parts)[:190]


def provider_name(provider: Provider | None) -> str:
    """The provider's name, or that it is not known."""
    return provider.name if provider else "provider unknown"


def tags(request: Request) -> list[str]:
    """Whose turn it is, provider and kind; the first one first, because the list shows as many as have room."""
    waiting = WAITING_FOR[request.state].replace(" ", "-").lower()
    if request.restricted:
        return [f"waiting:{waiting}", "kind:restricted"]
    kind = KIND_WORDS[request.kind].replace(" ", "-")
    return [f"waiting:{waiting}", f"provider:{request.provider_key or 'unknown'}", f"kind:{kind}"]


def _findings(findings: Sequence[Finding]) -> list[str]:
    if not findings:
        return ["No clause has anything to say against it.", ""]
    lines = ["| clause | effect | what it says |", "| --- | --- | --- |"]
    weighed = sorted(once(findings), key=lambda f: list(Effect).index(f.effect))
    lines += [f"| {f.clause} | {EFFECT_WORDS[f.effect]} | {plain(f.sentence)} |" for f in weighed]
    return [*lines, ""]


def summary(
    session: Session,
    request: Request,
    provider: Provider | None,
    facts: Sequence[tuple[str, str]],
    findings: Sequence[Finding],
) -> str:
    """The case on one page: who, where, what for, what the clauses say, what happened so far.

    `facts` are the rows that are particular to its kind, label and markdown.
    """
    forms = papers.of_request(session, request.id)
    account = accounts.of_case(session, request)
    lines = [
        f"## {plain(request.number)}: {plain(request.staff_name or 'name not read')}",
        "",
        f"**Waiting for:** {plain(whose(session, request))} ({request.state.replace('_', ' ').lower()})",
        "",
        "| | |",
        "| --- | --- |",
        f"| Provider | {plain(provider_name(provider))} |",
        f"| Asked by | {plain(request.requester_name)} {plain(request.requester_email)} |",
    ]
    lines += [f"| {label} | {said} |" for label, said in facts]
    if account and account.user_name:
        lines.append(f"| User ID | {account.user_name} |")
    lines += [f"| Papers | {_sources(forms)} |"] if forms else []
    lines += ["", "### What the clauses say (FPB 6.1.205)", "", *_findings(findings)]
    lines += ["### What the mail says", "", quoted(request.mail_text), ""]
    lines += ["### What happened so far", "", *_history(session, request)]
    return "\n".join(lines)


def asked_for(access: Paper | None) -> list[tuple[str, str]]:
    """What an Access Request asks for, as rows of the summary."""
    if access is None:
        return []
    return [
        ("Position", plain(access.value("position"))),
        ("Access asked for", plain(_wanted(access) or "not said")),
        ("Reason on the form", plain(access.value("justification"))),
    ]


def whose(session: Session, request: Request) -> str:
    """Whose turn it is: a contract manager, or who stands in, by name."""
    role = WAITING_FOR[request.state]
    if role != "contract manager":
        return role
    charge = stand_ins.of_provider(session, request.provider_key, montana_day())
    return f"{role}, {charge.in_words or 'and nobody is there to decide'}"


def _source(paper: Paper, page: int = 1) -> str:
    """A link to the page as it came by mail."""
    return f"[{plain(paper.document.file_name)}](/evidence/documents/{paper.document.id}#page={page})"


def _sources(forms: dict[str, Paper]) -> str:
    return ", ".join(dict.fromkeys(_source(paper) for paper in forms.values()))


def _wanted(access: Paper) -> str:
    """The level of access in the words of the form."""
    said = access.value("entitlement")
    return ACCESS_REQUEST.field("entitlement").choices.get(said, said)


def _history(session: Session, request: Request) -> list[str]:
    lines = [
        f"- {m.received_at:%Y-%m-%d %H:%M} UTC: mail from {plain(m.sender)}, {plain(m.reason)}"
        for m in messages.of_request(session, request.id)
    ]
    for d in requests.decisions(session, request.id):
        behalf = f" for {plain(d.on_behalf_of)}" if d.on_behalf_of else ""
        why = f": {plain(d.reason)}" if d.reason else ""
        further = " and asked for a further approval" if requests.FURTHER in d.findings else ""
        lines.append(
            f"- {d.decided_at:%Y-%m-%d %H:%M} UTC: {plain(d.decided_by)}{behalf} answered"
            f" “{plain(d.outcome)}”{further} ({d.clause}){why}"
        )
    return lines


def _label(schema: FormSchema, spec: FieldSpec) -> str:
    """What the form prints beside the field; where it prints the same twice, also whose it is."""
    twice = [other.label for other in schema.fields].count(spec.label) > 1
    whose = next((words for role, words in WHOSE.items() if spec.name.startswith(role)), "") if twice else ""
    return f"{spec.label} ({whose})" if whose else spec.label


def _value(spec: FieldSpec, row: FieldRow | None) -> str:
    if row is None:
        return "*not found*"
    value = plain(spec.choices.get(row.final, row.final)) or "*empty*"
    if row.corrected_value is not None:
        return f"{value} (read as {plain(row.value) or 'empty'}, corrected by {plain(row.corrected_by or '')})"
    return value if row.confidence >= DOUBTFUL else f"{value} (**in doubt**)"


def _stands(spec: FieldSpec, row: FieldRow | None) -> str:
    """Page, sureness and crop. The words come first: the UI lines a row up by its first words, not by a picture."""
    if row is None:
        return ""
    where = f"page {row.page}, {row.confidence:.0%} sure"
    return f"{where} ![{spec.name}](/evidence/fields/{row.id}.png)" if row.crop else where


def field_table(forms: dict[str, Paper]) -> str:
    """Every field as read, with the piece of the page it was read from beside it."""
    lines: list[str] = []
    for kind, paper in forms.items():
        if kind not in FORMS:
            continue
        schema = FORMS[FormKind(kind)]
        edition = plain(paper.reading.edition or "not read")
        lines += [f"### {schema.title}", "", f"From {_source(paper)}, edition {edition}.", ""]
        lines += ["| field | read as | as it stands on the page |", "| --- | --- | --- |"]
        table = [(spec, paper.fields.get(spec.name)) for spec in schema.fields if spec.type is not FieldType.LONG_TEXT]
        lines += [f"| {_label(schema, spec)} | {_value(spec, row)} | {_stands(spec, row)} |" for spec, row in table]
        for spec in schema.fields:
            if spec.type is FieldType.LONG_TEXT:  # too wide for a cell: its crop could not be read there
                row = paper.fields.get(spec.name)
                lines += ["", f"{spec.label}: {_value(spec, row)}", "", _stands(spec, row)]
        lines.append("")
    return "\n".join(lines) or "No form was found in the attachments."


def signature_text(session: Session, paper: Paper, role: Role) -> str:
    """One signature slot: the picture, the verdict, the evidence, and earlier signatures with the same strokes."""
    row = paper.signatures.get(role)
    heading = f"### Signature of {WHOSE[role]}"
    if row is None:
        return f"{heading}\n\nNo place for this signature was found on the form."
    reader = SLOT_WORDS.get(row.verdict, row.verdict)
    judged = f" (judged by {plain(row.judged_by or '')}; the reader said: {reader})" if row.judged_verdict else ""
    lines = [f"{heading}: {SLOT_WORDS.get(row.final, row.final)}{judged}", ""]
    if row.crop:
        lines += [f"![{role}](/evidence/signatures/{row.id}.png)", ""]
    lines += [f"- {plain(e)}" for e in row.evidence]
    lines += [f"- page {row.page} of {_source(paper, row.page)}, {row.confidence:.0%} sure"]
    for earlier in copies.of_reading(session, paper.reading):
        if earlier.signature_id == row.id:
            lines += ["", f"The same strokes stand on the form of {plain(earlier.number)}:", ""]
            lines += [f"![earlier {role}](/evidence/signatures/{earlier.earlier_id}.png)"]
    return "\n".join(lines)


def question(session: Session, request: Request, *, asked: str, short: str, findings: Sequence[Finding]) -> str:
    """What stands above the form: the question, who it is about (`short`), the findings, the two signatures."""
    forms = papers.of_request(session, request.id)
    problem = request.problem
    lines = [f"**{asked}**", ""]
    if problem:
        heading = "News" if problem.startswith("The service desk writes") else "Your last answer was not accepted"
        lines += [f"**{heading}:** {plain(problem)}", ""]
    lines += [short, ""]
    lines += _findings(findings)
    consent = forms.get(FormKind.CONSENT)
    if consent and request.state in (State.IN_DOUBT, State.AWAITING_APPROVAL):
        for role in Role:
            lines += [signature_text(session, consent, role), ""]
    lines += [f"Papers: {_sources(forms)}."] if forms else []
    return "\n".join(lines)


def in_short(request: Request, provider: Provider | None, access: Paper | None) -> str:
    """One sentence: who asks what for whom."""
    asked = f"{plain(request.requester_name or request.requester_email)} asks for access for"
    whom = f"**{plain(request.staff_name or 'somebody whose name was not read')}**"
    position = access.value("position") if access else ""
    wanted = _wanted(access) if access else ""
    lines = f"{asked} {whom}, {plain(position) + ', ' if position else ''}{plain(provider_name(provider))}"
    return f"{lines}: *{plain(wanted)}*." if wanted else f"{lines}."
