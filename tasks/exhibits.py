"""What a contract manager is shown: plain words, tables and pictures, in markdown for the Prefect UI.

Whatever came from mail or from a scan is escaped. Pictures are links to the gateway, which shows them to signed-in
people only; Prefect's database holds no scan.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from sqlmodel import Session

from db import accounts, messages, papers, requests
from db.lifecycle import WAITING_FOR, State
from db.models import Provider, Request
from db.papers import Paper
from forms.schema import ACCESS_REQUEST, FORMS, FieldSpec, FormKind, FormSchema, Role
from tasks.policy.findings import Effect, Finding

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-!|~=]|(?<=^\d)[.)]|(?<=^\d\d)[.)])")
LINK = re.compile(r"(?i)\b(https?|ftp|www)(?=[:.])")
"""What the UI would make a link of, although nobody here vouches for where it leads."""

WORD_JOINER = "\u2060"
"""Takes no room on the screen; parts what would be a link."""

KIND_WORDS = {"NEW_ACCESS": "new access"}

ASKED = {
    State.ON_HOLD: "Is this sender accepted?",
    State.IN_DOUBT: "What does the scan say?",
    State.INCOMPLETE: "Waiting for the requester's papers",
    State.AWAITING_APPROVAL: "May this person have access?",
    State.WITH_IT: "Waiting for the IT service desk",
}

SLOT_WORDS = {
    "ink": "signed in ink",
    "blank": "not signed",
    "typed": "typed, not in ink",
    "electronic": "electronic, not in ink",
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
    line = " ".join(text.split())
    line = line if len(line) <= limit else line[: limit - 1] + "…"
    return SPECIAL.sub(r"\\\1", html.escape(LINK.sub(rf"\1{WORD_JOINER}", line), quote=False))


def quoted(text: str, limit: int = 1500) -> str:
    """Text from outside as a quotation that keeps its lines."""
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    lines = [plain(line, limit) for line in text.splitlines()]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(f"> {line}\\" if line else ">" for line in kept).rstrip("\\\n> ") or "> (no text)"


def title(request: Request, provider: Provider | None) -> str:
    """The run's name, e.g. `CR-2026-000123 · new access · Jane Doe · Nexus`."""
    parts = [request.number, KIND_WORDS[request.kind], request.staff_name or "name not read", provider_name(provider)]
    return " · ".join(" ".join(p.split()) for p in parts)[:190]


def provider_name(provider: Provider | None) -> str:
    """The provider's name, or that it is not known."""
    return provider.name if provider else "provider unknown"


def tags(request: Request) -> list[str]:
    """Kind, provider, and whose turn it is."""
    waiting = WAITING_FOR[request.state].replace(" ", "-").lower()
    kind = KIND_WORDS[request.kind].replace(" ", "-")
    return [f"kind:{kind}", f"provider:{request.provider_key or 'unknown'}", f"waiting:{waiting}"]


def _findings(findings: Sequence[Finding]) -> list[str]:
    if not findings:
        return ["No clause has anything to say against it.", ""]
    lines = ["| clause | | what it says |", "| --- | --- | --- |"]
    lines += [f"| {f.clause} | {EFFECT_WORDS[f.effect]} | {plain(f.sentence)} |" for f in findings]
    return [*lines, ""]


def summary(session: Session, request: Request, provider: Provider | None, findings: Sequence[Finding]) -> str:
    """The case on one page: who, where, what for, what the clauses say, what happened so far."""
    forms = papers.of_request(session, request.id)
    access = forms.get(FormKind.ACCESS_REQUEST)
    account = accounts.of_request(session, request.id)
    lines = [
        f"## {plain(request.number)}: {plain(request.staff_name or 'name not read')}",
        "",
        f"**Waiting for:** {WAITING_FOR[request.state]} ({request.state.replace('_', ' ').lower()})",
        "",
        "| | |",
        "| --- | --- |",
        f"| Provider | {plain(provider_name(provider))} |",
        f"| Asked by | {plain(request.requester_name)} {plain(request.requester_email)} |",
    ]
    if access:
        lines += [
            f"| Position | {plain(access.value('position'))} |",
            f"| Access asked for | {plain(access.value('entitlement') or 'not said')} |",
            f"| Reason on the form | {plain(access.value('justification'))} |",
        ]
    if account and account.user_name:
        lines.append(f"| User ID | {account.user_name} |")
    lines += ["", "### What the clauses say (FPB 6.1.205)", "", *_findings(findings)]
    lines += ["### What the mail says", "", f"> {plain(request.mail_text or '(no text)', 1500)}", ""]
    lines += ["### What happened so far", "", *_history(session, request)]
    return "\n".join(lines)


def _history(session: Session, request: Request) -> list[str]:
    lines = [
        f"- {m.received_at:%Y-%m-%d %H:%M} UTC: mail from {plain(m.sender)}, {plain(m.reason)}"
        for m in messages.of_request(session, request.id)
    ]
    for d in requests.decisions(session, request.id):
        behalf = f" for {plain(d.on_behalf_of)}" if d.on_behalf_of else ""
        why = f": {plain(d.reason)}" if d.reason else ""
        lines.append(
            f"- {d.decided_at:%Y-%m-%d %H:%M} UTC: {plain(d.decided_by)}{behalf} answered"
            f" “{plain(d.outcome)}” ({d.clause}){why}"
        )
    return lines


def field_table(forms: dict[str, Paper]) -> str:
    """Every field as read, with the piece of the page it was read from beside it."""
    lines: list[str] = []
    for kind, paper in forms.items():
        if kind not in FORMS:
            continue
        schema = FORMS[FormKind(kind)]
        source = f"[{plain(paper.document.file_name)}](/evidence/documents/{paper.document.id})"
        edition = plain(paper.reading.edition or "not read")
        lines += [f"### {schema.title}", "", f"From {source}, edition {edition}.", ""]
        lines += ["| field | value | sure | page | as it stands on the page |", "| --- | --- | --- | --- | --- |"]
        for spec in schema.fields:
            row = paper.fields.get(spec.name)
            if row is None:
                lines.append(f"| {spec.label} | *not found* | | | |")
                continue
            value = plain(row.final) or "*empty*"
            if row.corrected_value is not None:
                value += f" (read as {plain(row.value) or 'empty'}, corrected by {plain(row.corrected_by or '')})"
            crop = f"![{spec.name}](/evidence/fields/{row.id}.png)" if row.crop else ""
            lines.append(f"| {spec.label} | {value} | {row.confidence:.0%} | {row.page} | {crop} |")
        lines.append("")
    return "\n".join(lines) or "No form was found in the attachments."


def signature_text(paper: Paper, role: Role) -> str:
    """One signature slot: the picture, the verdict, the evidence."""
    row = paper.signatures.get(role)
    who = "Staff member" if role is Role.STAFF else "Supervisor"
    if row is None:
        return f"### {who}\n\nNo place for this signature was found on the form."
    judged = f" (judged by {plain(row.judged_by or '')}; the reader said {row.verdict})" if row.judged_verdict else ""
    lines = [f"### {who}: {row.final}{judged}", ""]
    if row.crop:
        lines += [f"![{role}](/evidence/signatures/{row.id}.png)", ""]
    lines += [f"- {plain(e)}" for e in row.evidence]
    lines += [f"- page {row.page} of {plain(paper.document.file_name)}, sure to {row.confidence:.0%}"]
    return "\n".join(lines)


def question(
    session: Session, request: Request, provider: Provider | None, findings: Sequence[Finding], problem: str
) -> str:
    """What stands above the form: the question, the two signatures, the findings."""
    forms = papers.of_request(session, request.id)
    lines = [f"**{ASKED[request.state]}** {plain(title(request, provider))}", ""]
    if problem:
        lines += [f"**Your last answer was not accepted:** {plain(problem)}", ""]
    consent = forms.get(FormKind.CONSENT)
    if consent and request.state in (State.IN_DOUBT, State.AWAITING_APPROVAL):
        for role in Role:
            lines += [signature_text(consent, role), ""]
    lines += _findings(findings)
    lines.append("The fields and the source page are under *Artifacts* of this run.")
    return "\n".join(lines)
