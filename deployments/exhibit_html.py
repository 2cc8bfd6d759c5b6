"""Exhibits for our own pages: the markdown that the Prefect UI shows, as HTML that cannot do more than the UI's.

The exhibits escape whatever came from outside (`tasks.exhibits.plain`). Here nothing is taken on trust again: HTML in
the text stays text, and links and pictures lead nowhere but to this site's evidence and cases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_OURS = re.compile(r"/(evidence|desk)/[\w./#=-]+")
_BLOCK = re.compile(r"\n{2,}")
_HEADING = re.compile(r"(#{1,6}) [^\n]*\Z")
_CELLS = frozenset({"th_open", "td_open", "th_close", "td_close"})


def _leads_to_us(url: str) -> bool:
    return _OURS.fullmatch(url) is not None and ".." not in url


def _reader() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    made.validateLink = _leads_to_us  # type: ignore[method-assign]
    return made


_MARKDOWN = _reader()


def without(said: str, exhibit: str) -> str:
    """An exhibit without the blocks that stand in `said` already, word for word, and without headings left empty."""
    known = set(_BLOCK.split(said))
    kept: list[str] = []
    for block in reversed([b for b in _BLOCK.split(exhibit) if b.strip() and b not in known]):
        if not _HEADING.match(block) or (kept and not _outranks(kept[-1], block)):
            kept.append(block)
    return "\n\n".join(reversed(kept))


def _outranks(following: str, heading: str) -> bool:
    """Whether `following` is a heading of the same level or a higher one."""
    other, own = _HEADING.match(following), _HEADING.match(heading)
    return other is not None and own is not None and len(other[1]) <= len(own[1])


def rendered(markdown: str, top: int) -> Markup:
    """Markdown as HTML whose first level of headings is `top` and which skips none."""
    tokens = _MARKDOWN.parse(markdown)
    _level(tokens, top)
    _mend_tables(tokens)
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S704 - made from escaped text


def _level(tokens: Sequence[Token], top: int) -> None:
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(top + used.index(token.tag), 6)}"


def _mend_tables(tokens: Sequence[Token]) -> None:
    """Name each cell after its column, for narrow screens; a table without a heading has its first column as one."""
    heads: list[str] = []
    column, in_head = 0, False
    for place, token in enumerate(tokens):
        if token.type == "table_open":
            heads = []
            token.attrSet("role", "table")
        elif token.type == "thead_open":
            in_head = True
        elif token.type == "thead_close":
            in_head = False
            if not any(heads):
                _hide_head(tokens, place)
        elif token.type == "tr_open":
            column = 0
            token.attrSet("role", "row")
        elif token.type in {"th_open", "td_open"}:
            _cell(token, tokens[place + 1].content, heads, column, in_head=in_head)
            column += 1
        elif token.type == "td_close" and not any(heads) and column == 1:
            token.tag = "th"


def _cell(token: Token, content: str, heads: list[str], column: int, *, in_head: bool) -> None:
    if in_head:
        heads.append(content.strip())
        token.attrSet("role", "columnheader")
        token.attrSet("scope", "col")
    elif column == 0 and not any(heads):
        token.tag = "th"
        token.attrSet("role", "rowheader")
        token.attrSet("scope", "row")
    else:
        token.attrSet("role", "cell")
        token.attrSet("data-label", heads[column] if column < len(heads) else "")


def _hide_head(tokens: Sequence[Token], end: int) -> None:
    """Take a heading without words away: it would be read out as empty columns."""
    for token in reversed(tokens[: end + 1]):
        token.hidden = True
        if token.type in _CELLS or token.type == "inline":
            token.children, token.content = [], ""
        if token.type == "thead_open":
            return
