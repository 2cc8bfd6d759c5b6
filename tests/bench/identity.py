"""Processor time that it takes to look for one person among 100,000, beside a look at every record by name alone."""

from __future__ import annotations

import random
import time
from pathlib import Path

from rapidfuzz import fuzz
from rapidfuzz.process import cdist
from sqlmodel import insert

from db.migrate import upgrade
from db.models import Person
from db.session import transaction
from tasks.identity import compared
from tasks.policy.identity import Identity
from tasks.policy.names import name_key
from tasks.policy.nicknames import forms_of
from tasks.policy.spelling import Name

SYLLABLES = [c + v for c in "bdfghjklmnprstvw" for v in ("a", "e", "o", "al", "en", "er")]
GIVEN = [
    "james",
    "mary",
    "robert",
    "patricia",
    "john",
    "jennifer",
    "michael",
    "linda",
    "david",
    "elizabeth",
    "william",
    "barbara",
    "richard",
    "susan",
]


def people(count: int, seed: int = 3) -> list[dict[str, str]]:
    """Invented people: few given names, many family names, as in life."""
    chance = random.Random(seed)
    given = [*GIVEN, *sorted(set().union(*(forms_of(name) for name in GIVEN)))]
    family = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 3))) for _ in range(count // 5)]
    made = []
    for number in range(count):
        g, f = chance.choice(given).title(), family[int(len(family) * chance.random() ** 2)].title()
        phone = f"406-{chance.randint(200, 999)}-{chance.randint(0, 9999):04d}"
        made.append(
            {"given_name": g, "family_name": f, "name_key": name_key(f"{g} {f}"), "email": f"p{number}@x.example",
             "telephone": phone}
        )  # fmt: skip
    return made


def among(folder: Path, count: int = 100_000) -> list[tuple[str, float, str, float]]:
    """Find one of them under a short form with a slip, from an open registry."""
    url = f"sqlite:///{folder}/people.db"
    upgrade(url)
    made = people(count)
    with transaction(url) as session:
        for start in range(0, count, 10_000):
            session.connection().execute(insert(Person), made[start : start + 10_000])
    bob = next(row for row in made if row["given_name"] == "Robert" and len(row["family_name"]) > 4)
    slip = bob["family_name"][:2] + bob["family_name"][3:]
    wanted = Identity((Name("Bob", slip),), ("nobody@y.example",), ("406-555-0100",))
    with transaction(url) as session:
        began = time.process_time()
        found = compared(session, wanted)
        took = time.process_time() - began
    assert made.index(bob) + 1 in [person for person, _ in found]
    keys = [row["name_key"] for row in made]
    began = time.process_time()
    cdist([name_key(wanted.name)], keys, scorer=fuzz.token_set_ratio)
    least = time.process_time() - began
    return [(f"look for one of {count:,}", took, f"names alone, {len(found)} found", least)]
