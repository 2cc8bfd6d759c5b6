"""Whatever stands in a mail or on a form, an exhibit shows it and does nothing else with it."""

from __future__ import annotations

import html
import re

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from db.lifecycle import State
from forms.reading import Verdict
from tasks.exhibits import plain, title
from tests.factories import LAURA, access, consent
from tests.tasks.office import Office

HOSTILE = {
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)><b>bold</b>",
    "links": "[click](javascript:alert(1)) ![x](http://evil.example/x.png) <http://evil.example> [a]: javascript:x",
    "reference links": "[x][y]\n\n[y]: javascript:alert(1)\n[y]",
    "bare links": "https://evil.example/a-b_c www.evil.example ftp://evil.example HTTP://evil.example",
    "pipes": "a | b || c\n| --- | --- |\n| x | y |\\| z \\\\| w",
    "newlines": "one\n\n# two\n- three\r\n1. four\n\u2028> five\n\x0b```\nsix\n```\n---\n===\n    seven\n",
    "markdown": "**a** __b__ *c* _d_ ~~e~~ `f` ``g`` # h + i - j 1. k 2) l $m$ {{n}} {%o%} \\*p\\*",
    "entities": "&lt;script&gt; &#60;img src=x&#62; &nbsp; &bogus;",
    "10,000 letters": "A" * 10_000,
    "10,000 pipes": "|" * 10_000,
    "10,000 lines": "x\n" * 5_000,
    "turned round": "\u202etxt.exe\u202c \u2067abc\u2069",
}
OURS = re.compile(r"/evidence/(documents/\d+(#page=\d+)?|(fields|signatures)/\d+\.png)")
one_database = pytest.mark.parametrize("registry", ["sqlite"], indirect=True)
"""What is drawn does not depend on the database."""
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def walk(tokens: list[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *walk(token.children or []))]


def check(name: str, page: str) -> None:
    """The page holds our own headings, tables and links and nothing that came from outside."""
    tokens = walk(READER.parse(page))
    kinds = {token.type for token in tokens}
    foreign = {"html_block", "html_inline", "code_inline", "code_block", "fence", "hr", "s_open", "ordered_list_open"}
    assert not kinds & foreign, (name, kinds & foreign)
    for token in tokens:
        target = token.attrs.get("href") or token.attrs.get("src")
        assert target is None or OURS.fullmatch(str(target)), (name, target)
        if token.type == "heading_open":
            assert token.tag in ("h2", "h3"), name
        if token.type == "text":  # what a renderer would make a link of
            assert not re.search(r"(?i)(https?|ftp)://|www\.", token.content), (name, token.content)
    assert page.count("\n## ") + page.startswith("## ") <= 1
    width = 0
    for line in page.split("\n"):
        bars = len(re.findall(r"(?<!\\)\|", line))
        assert not line.startswith("|") or not width or bars == width, (name, line)
        width = bars if line.startswith("|") else 0
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page), name


@one_database
@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_text_stays_harmless_in_every_exhibit(office: Office, text: str) -> None:
    form = access(position=text, justification=text, telephone=text, given_name=text, facility=text)
    mark = consent(marks=(Verdict.INK, Verdict.UNCLEAR), staff_name=text, supervisor_name=text, position=text)
    request_id = office.open(LAURA, mark, form, text=text, subject=text, file_name=f"{text[:200]}.pdf")
    with office.session() as session:
        case = office.case(request_id)
        case.requester_name = text
        session.add(case)
    office.assess(request_id)
    assert office.case(request_id).state is State.IN_DOUBT
    office.answer_raw(request_id, {"access_request_position": text, "supervisor_signature": "signed in ink"})
    for _ in range(2):
        pages = office.pages(request_id)
        assert set(pages) >= {"summary", "fields", "signature-staff", "signature-supervisor", "title", "tags"}
        for name in set(pages) - {"title", "tags"}:
            check(name, pages[name])
            assert len(pages[name]) < 30_000
        assert "\n" not in pages["title"]
        assert len(pages["title"]) <= 190
        office.assess(request_id)
        office.answer_raw(request_id, {"decision": "close the request", "reason": text})


@one_database
@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_an_answer_that_was_not_accepted_is_shown_harmlessly(office: Office, text: str) -> None:
    request_id = office.assessed()
    given = {"decision": "approve", "entitlement": "view", "clearance_on": text, "reason": text}
    assert "is not a day" in office.answer_raw(request_id, given).problem
    check("question", office.pages(request_id)["question"])


@pytest.mark.parametrize("text", ["Jane Doe", "O'Brien & Sons", "5 * 3 < 4", "a_b@nexus.example", "1. Jan", "C# - x!"])
def test_what_is_shown_is_what_was_written(text: str) -> None:
    assert html.unescape(re.sub("<[^>]+>", "", READER.render(plain(text)))).strip() == text


def test_the_title_names_the_case(office: Office) -> None:
    case = office.case(office.open())
    assert title(case, None) == f"{case.number} · new access · Jane Doe · provider unknown"
    assert title(case, None) in office.pages(case.id)["title"].replace("Nexus", "provider unknown")
