"""III.B.2: designated provider staff submit a completed Consent Form and a completed Access Request."""

from __future__ import annotations

from datetime import date

from db.procedure import REVISION
from forms.schema import ACCESS_REQUEST, CONSENT, FormSchema
from tasks.policy.case import Case, Sent
from tasks.policy.findings import Effect, Finding

CLAUSE = "III.B.2"


def sender_designated(case: Sent, today: date) -> Finding | None:  # noqa: ARG001
    """The sender is on the provider's list, or the contract manager has accepted the sender (A7: never silent)."""
    if case.sender_designated or case.sender_accepted:
        return None
    whose = f" of {case.provider.name}" if case.provider else ""
    sentence = f"{case.requester_email} is not on the list of designated staff{whose}. Say whether it is accepted."
    return Finding(CLAUSE, "sender_not_designated", Effect.HOLD, sentence)


def not_for_oneself(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """Staff who ask for themselves are held until the contract manager accepts it (A8)."""
    if case.sender_accepted or case.access is None or not _same_address(case.requester_email, case.access.email):
        return None
    sentence = "The sender asks for access for themselves. Say whether to accept the sender."
    return Finding(CLAUSE, "self_submission", Effect.HOLD, sentence)


def files_readable(case: Sent, today: date) -> Finding | None:  # noqa: ARG001
    """Every attachment could be read."""
    if not case.refused_files:
        return None
    told = [f"We could not read the file “{file.name}”: {_lower(file.sentence)}" for file in case.refused_files]
    return Finding(CLAUSE, "file_refused", Effect.DEFECT, " ".join(told))


def consent_present(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The Consent Form is there."""
    if case.consent is not None:
        return None
    sentence = f"The {CONSENT.title} is missing. Please print it, have it signed by hand and send us the scan."
    return Finding(CLAUSE, "consent_missing", Effect.DEFECT, sentence)


def access_request_present(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The Access Request is there."""
    if case.access is not None:
        return None
    sentence = f"The {ACCESS_REQUEST.title} form is missing. Please complete it and send it to us."
    return Finding(CLAUSE, "access_request_missing", Effect.DEFECT, sentence)


def access_request_complete(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """Every field that the Access Request requires is filled in."""
    if case.access is None or not case.access.missing_fields:
        return None
    labels = _labels(ACCESS_REQUEST, case.access.missing_fields)
    sentence = f"The Access Request form is not complete. Please fill in {labels} and send the form again."
    return Finding(CLAUSE, "access_request_incomplete", Effect.DEFECT, sentence)


def access_request_legible(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """Every required field of the Access Request was read without doubt."""
    doubtful = _required(ACCESS_REQUEST, case.access.doubtful_fields) if case.access else ()
    return _doubt("Access Request", "access_request_doubtful", _labels(ACCESS_REQUEST, doubtful))


def consent_legible(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The names on the Consent Form were found, and every required field was read without doubt."""
    if case.consent is None:
        return None
    names = {"staff_name": case.consent.staff_name, "supervisor_name": case.consent.supervisor_name}
    unread = tuple(name for name, value in names.items() if not value.strip())
    doubtful = _required(CONSENT, (*case.consent.doubtful_fields, *unread))
    return _doubt("Consent Form", "consent_doubtful", _labels(CONSENT, doubtful))


def same_facility(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """Both forms name the same facility."""
    if case.consent is None or case.access is None:
        return None
    keys = case.consent.provider_key, case.access.provider_key
    if not all(keys) or keys[0] == keys[1]:
        return None
    sentence = "The two forms name different facilities. Make sure which one is meant."
    return Finding(CLAUSE, "facilities_differ", Effect.FLAG, sentence)


def editions_current(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The forms are of an edition not older than the revision in force (A12)."""
    old: list[str] = []
    for title, form in (("Consent Form", case.consent), ("Access Request", case.access)):
        if form is not None and form.edition.rpartition(" ")[2] < REVISION[:7]:
            old.append(f"the {title} is of {'edition ' + form.edition if form.edition else 'an unknown edition'}")
    if not old:
        return None
    sentence = f"{_capital(' and '.join(old))}; the procedure was revised on {REVISION}. Say whether it will do."
    return Finding(CLAUSE, "edition_old", Effect.FLAG, sentence)


def only_open_request(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """No other request for the same person is open."""
    if not case.other_open_request:
        return None
    sentence = f"Request {case.other_open_request} for the same person is open too. Decide only one of them."
    return Finding(CLAUSE, "other_request_open", Effect.FLAG, sentence)


def _doubt(form: str, code: str, labels: str) -> Finding | None:
    if not labels:
        return None
    return Finding(CLAUSE, code, Effect.DOUBT, f"Hard to read on the {form}: {labels}. Look at the scan and enter it.")


def _required(form: FormSchema, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(spec.name for spec in form.fields if spec.required and spec.name in names)


def _labels(form: FormSchema, names: tuple[str, ...]) -> str:
    printed = [f"“{spec.label}”" for spec in form.fields if spec.name in names]
    return " and ".join([", ".join(printed[:-1]), printed[-1]]) if len(printed) > 1 else "".join(printed)


def _same_address(a: str, b: str) -> bool:
    return bool(a.strip()) and a.strip().casefold() == b.strip().casefold()


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
