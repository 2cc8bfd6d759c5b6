"""A service desk that is spoken to by REST: a ticket is looked for by our key, opened if it is not there, asked about.

The key is the idempotency key. Every attempt to open a ticket begins with the look, so that an attempt whose outcome is
unknown (an error of the server, an answer that never came) leads to one ticket all the same. What is attached to a
ticket that was found is looked at in the same way, by the file's name.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from tasks.adapters.desk import DeskDown, DeskRefused, Paper, Seen, Work
from tasks.adapters.desk.mail import USER_ID
from tasks.adapters.desk.mapping import Attaching, Call, Mapping, at, fill

log = logging.getLogger(__name__)

_NOTE_CHARS = 500
_SAID_CHARS = 200
_BUSY = frozenset({408, 425, 429})
_ID = re.compile(r"[\w-]{1,64}")
"""Goes into paths; whatever else a desk calls a ticket's id is not one."""


@dataclass(frozen=True)
class Access:
    """Where the desk is and who we are there: a bearer token, or user and password."""

    url: str
    user: str
    password: SecretStr
    token: SecretStr
    ca_file: Path | None
    timeout: float


class RestDesk:
    """The desk behind one interface. Opens its connection for each call: calls are minutes apart."""

    def __init__(self, access: Access, mapping: Mapping, values: dict[str, str]) -> None:
        self._access = access
        self._mapping = mapping
        self._values = mapping.values | values

    def open(self, work: Work, text: str, papers: Sequence[Paper] = ()) -> None:
        """Open the ticket unless the desk has it. Raises `DeskDown` or `DeskRefused`; both may be tried again.

        Papers are put onto it as far as the desk takes them. Where it does not, the ticket stays as it is: its text
        must say where they lie. Nothing is raised then, for the search of some desks does not know a new ticket at
        once, and another attempt could open a second one.
        """
        found, made = self._found(work.key), None
        if found is None:
            facts = {name: "" if value is None else str(value) for name, value in work.facts.items()}
            made = self._call(self._mapping.create, facts | {"key": work.key, "title": work.title, "text": text})
        if papers and self._mapping.attaching:
            try:
                self._attach(self._mapping.attaching, papers, found, made)
            except (DeskDown, DeskRefused) as why:
                log.warning("%s is open without its papers: %s", work.key, why)

    def _attach(self, how: Attaching, papers: Sequence[Paper], found: Any, made: Any) -> None:
        """Put those papers onto the ticket that are not there yet."""
        ticket = _text(at(how.id, found) if found is not None else at(how.made, made))
        if not _ID.fullmatch(ticket):
            raise DeskRefused(f"the answer of {self._access.url} holds no id of the ticket; check the mapping")
        there = at(how.items, self._call(how.find, {"id": ticket})) if found is not None else []
        if not isinstance(there, list):
            raise DeskRefused(f"the answer of {self._access.url} holds no list at “{how.items}”; check the mapping")
        names = {_text(at(how.name, one)) for one in there}
        for paper in papers:
            name = _in_query(paper.name)  # as it is sent, so that it is known again
            if name not in names:
                self._call(how.add, {"id": ticket, "name": name}, replace(paper, name=name))

    def look(self, key: str) -> Seen | None:
        """How the ticket with our key stands, or None when the desk has none. Raises `DeskDown`, `DeskRefused`."""
        found = self._found(key)
        return None if found is None else self._seen(found)

    def _found(self, key: str) -> Any:
        mapping = self._mapping
        found = at(mapping.items, self._call(mapping.find, {"key": key}))
        if not isinstance(found, list):
            raise DeskRefused(f"the answer of {self._access.url} holds no list at “{mapping.items}”; check the mapping")
        mine = [item for item in found if key in _texts(at(mapping.key, item))]
        return mine[0] if mine else None

    def _seen(self, item: Any) -> Seen:
        mapping = self._mapping
        state, outcome, note = (_text(at(path, item)) for path in (mapping.state, mapping.outcome, mapping.note))
        against = mapping.not_done and re.search(mapping.not_done, outcome, re.IGNORECASE)
        user_id = USER_ID.search(note)
        return Seen(
            reference=_text(at(mapping.reference, item)),
            closed=state in mapping.closed,
            done=state in mapping.done and not against,
            user_name=user_id[1].upper() if user_id else "",
            note=" ".join(f"{outcome}. {note}".strip(". ").split())[:_NOTE_CHARS],
        )

    def _call(self, call: Call, fields: dict[str, str], paper: Paper | None = None) -> Any:
        values = self._values | fields
        access = self._access
        basic = (access.user, access.password.get_secret_value()) if access.user else None
        headers = {"Accept": "application/json", **call.headers}
        if not basic:
            headers["Authorization"] = f"Bearer {access.token.get_secret_value()}"
        try:
            context = ssl.create_default_context(cafile=access.ca_file)
            with httpx.Client(verify=context, timeout=access.timeout, auth=basic, headers=headers) as client:
                response = client.request(
                    call.method,
                    access.url.rstrip("/") + fill(call.path, self._values | {"id": fields.get("id", "")}),
                    params=fill(call.query, {n: _in_query(v) for n, v in values.items()}),
                    json=fill(call.body, values) if call.body is not None else None,
                    **_sent(call, paper),
                )
        except (httpx.HTTPError, OSError) as error:
            raise DeskDown(f"{access.url} does not answer: {type(error).__name__}") from None
        return self._judged(response)

    def _judged(self, response: httpx.Response) -> Any:
        status, url = response.status_code, self._access.url
        if status in _BUSY or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise DeskDown(f"{url} answers {status}", wait=_wait(response.headers.get("Retry-After", "")))
        if not response.is_success:
            raise DeskRefused(f"{url} answers {status}: {self._words(response)}")
        try:
            return response.json()
        except ValueError:
            raise DeskRefused(
                f"{url} answers {status} without JSON; does a sign-in page or proxy stand between?"
            ) from None

    def _words(self, response: httpx.Response) -> str:
        """The desk's own words, clipped, without our credential should it repeat it."""
        said = " ".join(response.text.split())[:_SAID_CHARS]
        for secret in (self._access.password, self._access.token):
            if secret.get_secret_value():
                said = said.replace(secret.get_secret_value(), "***")
        return said


def _sent(call: Call, paper: Paper | None) -> dict[str, Any]:
    """The file as the call wants it: the body itself, or a part of a form."""
    if paper is None:
        return {}
    if call.file == "form":
        return {"files": {"file": (paper.name, paper.content, paper.media_type)}}
    return {"content": paper.content, "headers": {"Content-Type": paper.media_type}}


def _in_query(value: str) -> str:
    """Query languages have signs of their own (^ and = in ServiceNow, quotes in JQL); keys and names need none."""
    return re.sub(r"[^\w /.-]", "", value)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _texts(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _wait(retry_after: str) -> timedelta:
    """Retry-After: seconds or a date (RFC 9110 10.2.3); nothing when it is absent or makes no sense."""
    if retry_after.strip().isdigit():
        return timedelta(seconds=min(int(retry_after), 86_400))
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return timedelta(0)
    return max(until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC), timedelta(0))
