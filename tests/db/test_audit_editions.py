"""Links of the first edition, which had no body, hold beside those that are written now."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import text

from db import audit
from db.session import engine, transaction


def test_a_chain_that_began_before_goes_on(own_registry: str) -> None:
    said = {"actor": "a", "action": "b", "subject": "c", "clause": "d", "revision": "e", "detail": {"é": 1}}
    place = {"seq": 1, "at": "2026-01-01T00:00:00.000000+00:00", "previous": audit.GENESIS}
    canonical = json.dumps(place | said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    old = hashlib.sha256(canonical.encode()).hexdigest()
    row = place | said | {"detail": json.dumps(said["detail"]), "hash": old}
    with engine(own_registry).begin() as connection:
        columns = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO audit ({columns}) VALUES ({values})"), row)
        connection.execute(text("UPDATE audit_head SET seq = 1, hash = :hash"), {"hash": old})
    with transaction(own_registry) as session:
        link = audit.record(session, actor="x", action="y", subject="z", clause="III", detail={})
        assert (link.previous, bool(link.body)) == (old, True)
        assert audit.verify(session) is None
