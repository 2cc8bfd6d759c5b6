"""Every mail of the corpus comes out as its name says."""

from __future__ import annotations

import pytest

from tasks.adapters.mailbox.mime import SENTENCES, MailRefused, ParsedMail, parse
from tasks.adapters.mailbox.mime_client import parser
from tests.intake.corpus import Nasty, corpus

MAILS = corpus()
MEGABYTE = 1024 * 1024


def seen(got: ParsedMail, wish: str) -> object:
    match wish:
        case "files":
            return [a.file_name for a in got.attachments]
        case "kinds":
            return [a.media_type for a in got.attachments]
        case "inline":
            return [a.inline for a in got.attachments]
        case "refusals":
            return [a.refusal for a in got.attachments]
    return getattr(got, wish)


@pytest.mark.parametrize("nasty", MAILS, ids=[m.name for m in MAILS])
def test_a_nasty_mail(nasty: Nasty) -> None:
    refused, got = "", None
    try:
        got = parse(nasty.raw)
    except MailRefused as why:
        refused = why.code
    assert refused == nasty.wishes.get("refused", "")
    ended = parser().last
    assert ended is not None
    assert ended.peak_bytes < 512 * MEGABYTE
    if got is None:
        return
    assert {w: seen(got, w) for w in nasty.wishes} == nasty.wishes
    parts = [a.part for a in got.attachments]
    assert len(set(parts)) == len(parts)
    for words in (got.sender, got.sender_name, got.subject, got.text, *(a.file_name for a in got.attachments)):
        assert words.encode().decode() == words
        assert "\x00" not in words
    for file in got.attachments:
        assert ".." not in file.file_name.split("/")
        assert not file.file_name.startswith("/")
        assert bool(file.refusal) == bool(file.refusal_sentence)


def test_the_corpus_is_what_it_says() -> None:
    assert len(MAILS) >= 150
    assert len({m.name for m in MAILS}) == len(MAILS)
    assert {m.wishes.get("refused", "") for m in MAILS} <= {*SENTENCES, ""}
    assert [m.raw for m in corpus()[::7]] == [m.raw for m in MAILS[::7]]
