"""III.B.2.b: the Consent Form is printed and signed by staff and supervisor in ink, scanned and e-mailed."""

from __future__ import annotations

from datetime import date, timedelta

from tasks.policy.case import Case, SignatureFacts
from tasks.policy.findings import Effect, Finding
from tasks.policy.names import Match, same_person

CLAUSE = "III.B.2.b"
OLD_AFTER = timedelta(days=365)
"""Age from which a signature is pointed out (A12; AT-2 and PL-4 ask for it yearly)."""


def staff_signed(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The staff member signed by hand."""
    return _slot(case.consent.staff, "staff", "staff member") if case.consent else None


def supervisor_signed(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The supervisor signed by hand."""
    return _slot(case.consent.supervisor, "supervisor", "supervisor") if case.consent else None


def same_staff_member(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The name printed beside the staff member's signature is the one on the Access Request."""
    if case.consent is None or case.access is None:
        return None
    names = case.consent.staff_name, case.access.staff_name
    match = same_person(*names)
    if match is Match.SAME or not all(name.strip() for name in names):
        return None
    told = f"The Consent Form is for {names[0]}, the Access Request for {names[1]}."
    unsure = {"given_name", "family_name"} & set(case.access.doubtful_fields)
    if "staff_name" in case.consent.doubtful_fields or unsure:
        return Finding(CLAUSE, "names_doubtful", Effect.DOUBT, f"{told} Look at both scans and correct the name.")
    if match is Match.NEAR:
        return Finding(CLAUSE, "names_nearly_agree", Effect.FLAG, f"{told} Make sure that they are the same person.")
    sentence = f"{told} Please send both forms for the same person."
    return Finding(CLAUSE, "names_differ", Effect.DEFECT, sentence)


def two_people(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """Staff member and supervisor are two people (A8: the supervisor is never the staff member)."""
    if case.consent is None:
        return None
    supervisor = case.consent.supervisor_name or (case.access.supervisor_name if case.access else "")
    match = same_person(case.consent.staff_name, supervisor)
    if match is Match.DIFFERENT:
        return None
    if match is Match.SAME and "supervisor_name" not in case.consent.doubtful_fields:
        sentence = (
            f"The Consent Form names {case.consent.staff_name} both as staff member and as supervisor. "
            "Please have it signed by the staff member's supervisor and send it again."
        )
        return Finding(CLAUSE, "one_person", Effect.DEFECT, sentence)
    sentence = f"Staff member ({case.consent.staff_name}) and supervisor ({supervisor}) have nearly the same name."
    return Finding(CLAUSE, "names_alike", Effect.FLAG, f"{sentence} Make sure that they are two people.")


def two_hands(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The two signatures do not look written by the same hand, unless a person has judged both."""
    consent = case.consent
    if consent is None or not consent.same_hand:
        return None
    if all(slot is not None and slot.judged_by_person for slot in (consent.staff, consent.supervisor)):
        return None
    sentence = "The two signatures look written by the same hand. Look at both and say what they are."
    return Finding(CLAUSE, "same_hand", Effect.DOUBT, sentence)


def signing_supervisor_agrees(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The supervisor on the Access Request is the one on the Consent Form."""
    if case.consent is None or case.access is None:
        return None
    names = case.consent.supervisor_name, case.access.supervisor_name
    if not all(name.strip() for name in names) or same_person(*names) is not Match.DIFFERENT:
        return None
    sentence = f"{names[0]} is the supervisor on the Consent Form, {names[1]} on the Access Request. Make sure which."
    return Finding(CLAUSE, "supervisors_differ", Effect.FLAG, sentence)


def scanned(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The form is a scan; a photo is accepted and pointed out (A9)."""
    if case.consent is None or not case.consent.photo:
        return None
    sentence = "The Consent Form is a photo instead of a scan. Make sure that both signatures can be seen."
    return Finding(CLAUSE, "photo", Effect.FLAG, sentence)


def signature_dated(case: Case, today: date) -> Finding | None:
    """The staff member's signature has a date that is neither to come nor more than a year old (A11, A12)."""
    if case.consent is None:
        return None
    signed = case.consent.staff_signed_on
    if signed is None:
        return Finding(CLAUSE, "undated", Effect.FLAG, "The Consent Form has no readable date. Say whether it will do.")
    if signed > today:
        sentence = f"The Consent Form is dated {signed}, which is still to come. Look at the date on the scan."
        return Finding(CLAUSE, "date_in_future", Effect.FLAG, sentence)
    if today - signed > OLD_AFTER:
        sentence = f"The Consent Form was signed on {signed}, more than a year ago. Say whether it will do."
        return Finding(CLAUSE, "signature_old", Effect.FLAG, sentence)
    return None


def _slot(slot: SignatureFacts | None, code: str, who: str) -> Finding | None:
    if slot is None:
        sentence = f"No place for the {who}'s signature was found on the Consent Form. Look at the scan."
        return Finding(CLAUSE, f"{code}_slot_missing", Effect.DOUBT, sentence)
    again = f"Please print the form, have the {who} sign it by hand in ink and send us the scan."
    seen = "; ".join(e[:1].lower() + e[1:].rstrip(".") for e in slot.evidence)
    why = f" ({seen})" if seen else ""
    if slot.copied:
        sentence = (
            f"The {who}'s signature shows the same strokes as the one on the form of {' and '.join(slot.copy_of)}, as "
            "copies of one picture do. Compare the two pictures and say what it is."
        )
        return Finding(CLAUSE, f"{code}_copied", Effect.DOUBT, sentence)
    if slot.verdict == "ink":
        return None
    if slot.verdict == "blank":
        sentence = f"The Consent Form is not signed by the {who}. {again}"
        return Finding(CLAUSE, f"{code}_blank", Effect.DEFECT, sentence)
    if slot.verdict in ("typed", "electronic"):
        what = "is typed" if slot.verdict == "typed" else "was made electronically"
        sentence = f"The {who}'s signature on the Consent Form {what}{why}, which is not accepted. {again}"
        return Finding(CLAUSE, f"{code}_{slot.verdict}", Effect.DEFECT, sentence)
    if slot.verdict == "stray":
        sentence = f"The mark in the {who}'s place on the Consent Form is not a signature{why}. {again}"
        return Finding(CLAUSE, f"{code}_stray", Effect.DEFECT, sentence)
    sentence = f"The {who}'s signature could not be judged{why}. Look at it and say what it is."
    return Finding(CLAUSE, f"{code}_unclear", Effect.DOUBT, sentence)
