"""Exhibits as HTML: what came from outside stays text, and headings and tables can be found by a screen reader."""

from __future__ import annotations

import re

import pytest

from deployments.exhibit_html import rendered, without
from tasks.exhibits import plain, quoted

TABLE = "| field | read as |\n| --- | --- |\n| Name | Jane |"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example",
        "//evil.example/evidence/1",
        "javascript:alert(1)",
        "data:text/html,x",
        "/signout",
        "/evidence/../signout",
        "/evidence/%2e%2e/signout",
        "/api/flow_runs/x/resume",
        "/evidence/documents/1?x=1",
        "evidence/1",
    ],
)
def test_links_and_pictures_lead_to_evidence_only(url: str) -> None:
    assert not re.search(r"<(a|img)", rendered(f"[x]({url}) ![x]({url}) <{url}>\n\n[x]: {url}\n\n[x]", 3))


def test_evidence_is_shown() -> None:
    made = rendered("[scan](/evidence/documents/1#page=2) ![staff](/evidence/signatures/7.png)", 3)
    assert '<a href="/evidence/documents/1#page=2">scan</a>' in made
    assert 'src="/evidence/signatures/7.png" alt="staff"' in made


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "<b onclick=x>", "<!-- x -->", "<style>*{}</style>", "&lt;b&gt;"]
)
@pytest.mark.parametrize("as_text", [lambda t: t, plain, quoted])
def test_markup_is_text(text: str, as_text: object) -> None:
    assert callable(as_text)
    made = rendered(str(as_text(text)), 3)
    assert set(re.findall(r"</?(\w+)", made)) <= {"p", "blockquote", "br"}


@pytest.mark.parametrize("text", ["# Big", "- item", "1. one", "> said", "| a | b |", "**b**", "`c`", "a\n\nb", "***"])
def test_what_plain_made_harmless_stays_so(text: str) -> None:
    made = rendered(plain(text), 3)
    assert made.count("<") == 2, made
    assert made.startswith("<p>")


def test_headings_begin_where_the_page_says_and_skip_none() -> None:
    assert re.findall(r"<h\d>\w+", rendered("## A\n\n#### B\n\n## C", 3)) == ["<h3>A", "<h4>B", "<h3>C"]


def test_cells_are_named_after_their_column() -> None:
    made = rendered(TABLE, 3)
    assert '<th role="columnheader" scope="col">read as</th>' in made
    assert '<td role="cell" data-label="read as">Jane</td>' in made


def test_a_table_without_a_heading_has_its_first_column_as_one() -> None:
    made = rendered("| | |\n| --- | --- |\n| Provider | Nexus |", 3)
    assert "<thead" not in made
    assert '<th role="rowheader" scope="row">Provider</th>' in made
    assert made.count("<th") == made.count("</th>") == 1


def test_what_was_said_is_not_said_twice() -> None:
    said = f"**Question?**\n\n{TABLE}\n\n### Signature\n\n![s](/evidence/signatures/1.png)"
    summary = f"## Case\n\nfacts\n\n### Findings\n\n{TABLE}\n\n### Mail\n\n> hello"
    assert without(said, summary) == "## Case\n\nfacts\n\n### Mail\n\n> hello"
    assert without(said, "### Signature\n\n![s](/evidence/signatures/1.png)") == ""
    assert without("", summary) == summary
