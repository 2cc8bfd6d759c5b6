"""Mails of the corpus, damaged at random: each is read or refused with a code, and nothing else comes out."""

from __future__ import annotations

import random
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path

import pytest

from tasks.adapters.mailbox.mime import MailRefused
from tasks.adapters.mailbox.mime_child import body_of, head_of
from tasks.adapters.mailbox.mime_limits import LIMITS
from tests.intake.corpus import corpus

SMALL = 30_000
MUTANTS = 150
WORDS = (b"\r\n", b"\n", b"--b1\r\n", b"=?", b"?=", b'"', b";", b"\0", b"\xff", b"*0*=", b"charset=", b"<", b">",
         b"Content-Type: multipart/mixed; boundary=b1\r\n", b"Content-Transfer-Encoding: base64\r\n")  # fmt: skip


def mutant(chance: random.Random, mails: list[bytes]) -> bytes:
    """A mail with up to twenty spots changed, cut, doubled, or taken from another mail."""
    made = bytearray(chance.choice(mails))
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(len(made) + 1)
        end = min(len(made), at + chance.choice([1, 4, 30, 300]))
        other = chance.choice(mails)
        start = chance.randrange(len(other) + 1)
        made[at:end] = chance.choice(
            [
                bytes([chance.randrange(256)]),
                b"",
                bytes(made[at:end]) * 2,
                other[start : start + 200],
                chance.choice(WORDS),
            ]
        )
    return bytes(made)


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_mail_is_read_or_refused(seed: int, tmp_path: Path) -> None:
    mails = [nasty.raw for nasty in corpus() if isinstance(nasty.made, bytes) and 0 < len(nasty.made) < SMALL]
    chance = random.Random(seed)
    read = 0
    for _ in range(MUTANTS):
        mail = message_from_bytes(mutant(chance, mails), policy=compat32)
        try:
            body_of(mail, head_of(mail), tmp_path, LIMITS)
            read += 1
        except (MailRefused, RecursionError):
            continue
    assert read > MUTANTS / 2
