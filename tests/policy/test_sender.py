"""Who wrote a mail: only our own edge is believed."""

from __future__ import annotations

import pytest

from tasks.policy.sender import FIRST, Edge, imitated, proven, suspicion

MX, CLOUD, NOBODY = Edge("mx.mt.example"), Edge(FIRST), Edge()
EXCHANGE = Edge(exchange=True)
LAURA = "laura.brandt@nexus.example"


def results(text: str) -> dict[str, str]:
    return {"Authentication-Results": text}


AUTHENTICATION = [
    ("dmarc passes", MX, "mx.mt.example; dmarc=pass header.from=nexus.example", True),
    ("dmarc fails although spf passes", MX, "mx.mt.example; spf=pass smtp.mailfrom=nexus.example; dmarc=fail", False),
    ("aligned dkim without dmarc", MX, "mx.mt.example; dkim=pass header.d=nexus.example", True),
    ("dkim of a parent domain", MX, "mx.mt.example 1; dkim=pass header.d=mail.nexus.example", True),
    ("dkim of somebody else", MX, "mx.mt.example; dkim=pass header.d=evil.example", False),
    ("dkim of a name that only ends alike", MX, "mx.mt.example; dkim=pass header.d=notnexus.example", False),
    ("dkim of a top-level name", MX, "mx.mt.example; dkim=pass header.d=example", False),
    ("spf by mailbox", MX, "mx.mt.example; spf=pass smtp.mailfrom=bounce@nexus.example", True),
    ("spf of somebody else", MX, "mx.mt.example; spf=pass smtp.mailfrom=evil.example", False),
    ("a result in a comment", MX, "mx.mt.example; spf=none (dmarc=pass would be nice)", False),
    ("a method that only ends alike", MX, "mx.mt.example; x-dmarc=pass", False),
    ("dmarc=none, then dkim", MX, "mx.mt.example; dkim=pass header.d=nexus.example; dmarc=none", True),
    ("nothing known", MX, "mx.mt.example; none", False),
    ("added by somebody else", MX, "mx.evil.example; dmarc=pass", False),
    ("our name inside another", MX, "mx.mt.example.evil.example; dmarc=pass", False),
    ("missing", MX, None, False),
    (
        "Exchange Online names no server",
        CLOUD,
        "spf=pass smtp.mailfrom=x.example; dkim=none; dmarc=pass; compauth=pass",
        True,
    ),
    ("composite authentication fails", CLOUD, "spf=fail; dkim=none; dmarc=none; compauth=fail reason=001", False),
    ("composite authentication alone", CLOUD, "spf=none; dmarc=none; compauth=pass reason=109", True),
    ("nobody's word is asked", NOBODY, "mx.evil.example; dmarc=fail", None),
]


@pytest.mark.parametrize(
    ("edge", "header", "wanted"), [c[1:] for c in AUTHENTICATION], ids=[c[0] for c in AUTHENTICATION]
)
def test_authentication_results(edge: Edge, header: str | None, wanted: bool | None) -> None:
    assert proven(edge, results(header) if header is not None else {}, LAURA) is wanted


@pytest.mark.parametrize(
    ("edge", "auth_as", "wanted"),
    [(EXCHANGE, "Internal", True), (EXCHANGE, "Anonymous", False), (EXCHANGE, "", None), (MX, "Internal", False)],
)
def test_exchange_says_who_was_inside_but_only_where_it_is_ours(edge: Edge, auth_as: str, wanted: bool | None) -> None:
    assert proven(edge, {"X-MS-Exchange-Organization-AuthAs": auth_as}, LAURA) is wanted


KNOWN = {"nexus.example", "buttetransition.example", "mt.gov"}
LOOKALIKES = [
    ("nexus.example", ""),
    ("mail.nexus.example", ""),
    ("helena.example", ""),
    ("mn.gov", ""),
    ("nexus.example.evil.test", "nexus.example"),
    ("it-nexus.example", "nexus.example"),
    ("nexus.example-forms.test", "nexus.example"),
    ("nexxus.example", "nexus.example"),
    ("nexu5.example", "nexus.example"),
    ("nехus.example", "nexus.example"),  # Cyrillic
    ("buttetransitlon.example", "buttetransition.example"),
    ("buttetransitiom.example", "buttetransition.example"),
    ("rnt.gov", "mt.gov"),
    ("", ""),
    ("xn--not-idna-\x00", ""),
]


@pytest.mark.parametrize(("domain", "like"), LOOKALIKES)
def test_domains_that_look_like_known_ones(domain: str, like: str) -> None:
    assert imitated(f"laura@{domain}" if domain else "", KNOWN) == like


def test_the_sentence_says_what_is_wrong() -> None:
    def said(edge: Edge, header: str, sender: str) -> str:
        return suspicion(edge, results(header), sender, "mt.example", {"nexus.example"})

    assert said(MX, "mx.mt.example; dmarc=pass", LAURA) == ""
    assert "could not confirm" in said(MX, "mx.mt.example; dmarc=fail", LAURA)
    assert "our own mt.example" in said(MX, "mx.mt.example; dmarc=fail", "maria.reyes@mt.example")
    assert "looks like nexus.example" in said(MX, "mx.mt.example; dmarc=pass", "laura.brandt@nexuss.example")
    assert said(NOBODY, "", "maria.reyes@mt.example") == ""
