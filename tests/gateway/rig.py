"""What the gateway's tests stand on: a registry, users, an account, and a stand-in for the Prefect server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from pydantic import SecretStr
from sqlmodel import SQLModel
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from db import users
from db.audit import GENESIS
from db.models import (
    Account,
    AccountState,
    AuditHead,
    DirectoryEntry,
    Entitlement,
    Kind,
    Person,
    Role,
    User,
)
from db.models import (
    Request as RequestRow,
)
from db.session import engine, transaction

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
KEY = "the-service-key-of-this-test"
ORIGIN = {"Origin": "http://testserver"}
HTML = {"Accept": "text/html"}


@dataclass
class Inner:
    """A stand-in for the Prefect server that remembers what reached it."""

    status: int = 201
    calls: list[tuple[str, str, bytes]] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)
    deployment: str = "all waiting mail"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for stage in ("startup", "shutdown"):
                self.stages.append((await receive())["type"])
                await send({"type": f"lifespan.{stage}.complete"})
        elif scope["type"] == "websocket":
            await self.socket(WebSocket(scope, receive, send))
        elif scope["type"] == "http":
            request = Request(scope, receive)
            self.calls.append((request.method, scope["path"], await request.body()))
            said = {"status": "ACCEPT", "name": self.deployment}
            await JSONResponse(said, status_code=self.status)(scope, receive, send)

    async def socket(self, socket: WebSocket) -> None:
        """What Prefect's sockets do: accept, read one message of authentication, then talk."""
        await socket.accept(subprotocol="prefect")
        try:
            await socket.receive_json()
        except Exception:
            return
        self.sockets.append(socket.url.path)
        await socket.send_json({"type": "auth_success"})
        await socket.close()


def make_registry(url: str) -> None:
    SQLModel.metadata.create_all(engine(url))
    with transaction(url) as session:
        session.add(AuditHead(id=1, seq=0, hash=GENESIS))
    add_users(url)


def add_users(url: str) -> None:
    with transaction(url) as session:
        for name, role in (("hanako", Role.APPROVER), ("vera", Role.VIEWER)):
            row = User(user_name=name, name=name.title(), email=f"{name}@mt.example", role=role)
            row.password_hash = hashed(f"{name}-password")
            session.add(row)


@lru_cache
def hashed(password: str) -> str:
    return users.hash_password(SecretStr(password))


def make_account(url: str, number: str = "CR-2026-000001", user_name: str = "CX10001") -> int:
    """A person with a request, an account with a user ID, and an entry in the built-in directory."""
    with transaction(url) as session:
        person = Person(given_name="Jane", family_name="Doe", name_key="doe jane", email="jane@nexus.example")
        session.add(person)
        session.add(RequestRow(id=number, number=number, kind=Kind.NEW_ACCESS, requester_email="boss@nexus.example"))
        session.flush()
        account = Account(
            person_id=person.id or 0,
            request_id=number,
            user_name=user_name,
            entitlement=Entitlement.VIEW,
            state=AccountState.ACTIVE,
        )
        session.add_all([account, DirectoryEntry(user_name=user_name)])
        session.flush()
        assert account.id is not None
        return account.id


def enter(client: TestClient, user_name: str) -> TestClient:
    """Sign in as one of the users of `make_registry`."""
    answer = client.post("/signin", data={"user_name": user_name, "password": f"{user_name}-password"}, headers=ORIGIN)
    assert answer.status_code == 303, answer.text
    return client
