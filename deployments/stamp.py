"""The name of whoever signed in, written into an answer or a start before Prefect sees it.

The open-source Prefect server does not know who resumes a run. The gateway does, so it overwrites whatever the form
claims. Prefect also evaluates objects with the key `__prefect_kind` in an answer (templates, JSON in JSON, variables):
at the top such an object would replace the whole answer and the stamp with it, so it is refused. Protected personal
information that somebody types is hidden here, before Prefect stores what was said (DOC 1.1.15).
"""

from __future__ import annotations

import json
from typing import Any

from forms.protected import masked_within

MAX_ANSWER_BYTES = 64 * 1024
STARTED_BY = "started_by"
STAMPED_BY = "decided_by"
STAMPED_NAME = "decided_name"

_KIND = "__prefect_kind"
_HARMLESS_KINDS = frozenset({"none", "json"})
_CLAIMS = frozenset(
    {"approver", "approver_name", "approved_by", "decider", "signed_in_as", "signed_in_user", "on_behalf_of"}
)


class AnswerRefused(Exception):
    """The answer cannot be read. Open the run again and fill in its form."""


def _claims_identity(key: str) -> bool:
    folded = key.strip().casefold().replace("-", "_").replace(" ", "_")
    return folded.startswith("decided") or folded in _CLAIMS


def _refuse_templates(value: Any) -> None:
    if isinstance(value, dict):
        if _KIND in value and value[_KIND] not in _HARMLESS_KINDS:
            raise AnswerRefused("Templates and variables cannot be used in an answer. Write the answer itself.")
        for inner in value.values():
            _refuse_templates(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_templates(inner)


def started(body: bytes, user_name: str) -> bytes:
    """The body of a call that starts a flow: its parameters with `started_by` set, and nothing else that was said.

    Raises `AnswerRefused` when the body is not a JSON object or uses templates.
    """
    try:
        said = json.loads(body) if body.strip() else {}
        given = said.get("parameters") if isinstance(said, dict) else said
        _refuse_templates(given)
        given = masked_within(given)
    except (ValueError, RecursionError):
        raise AnswerRefused(AnswerRefused.__doc__) from None
    given = {} if given is None else given
    if not isinstance(given, dict) or _KIND in given:
        raise AnswerRefused(AnswerRefused.__doc__)
    return json.dumps({"parameters": {**given, STARTED_BY: user_name}}).encode()


def stamped(body: bytes, user_name: str, name: str) -> bytes:
    """The body of a resume call with `decided_by` and `decided_name` set and every other claim of identity removed.

    Raises `AnswerRefused` when the body is not a JSON object or uses templates.
    """
    try:
        said = json.loads(body) if body.strip() else {}
        answer = said.get("run_input") if isinstance(said, dict) else said
        _refuse_templates(answer)
        answer = masked_within(answer)
    except (ValueError, RecursionError):
        raise AnswerRefused(AnswerRefused.__doc__) from None
    if answer is None and isinstance(said, dict):
        answer = {}
    if not isinstance(answer, dict) or not isinstance(said, dict):
        raise AnswerRefused(AnswerRefused.__doc__)
    if _KIND in answer:
        raise AnswerRefused("An answer has to be given field by field. Open the run again and fill in its form.")
    kept = {key: value for key, value in answer.items() if not _claims_identity(key)}
    return json.dumps({"run_input": {**kept, STAMPED_BY: user_name, STAMPED_NAME: name}}).encode()
