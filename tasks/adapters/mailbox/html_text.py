"""The words of an HTML mail, laid out in lines, for mails that have no plain text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = {"script", "style", "head", "title", "template"}
_BLOCKS = {"p", "div", "br", "tr", "li", "ul", "ol", "table", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
_MAX_CHARS = 1_000_000


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.unseen = 0
        self.quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag == "body":
            self.unseen = 0
        elif tag == "blockquote":
            self.lines.append("")
            self.quotes += 1
        elif tag in ("td", "th") and self.lines[-1].strip("> "):
            self.lines[-1] += "\t"
        elif tag in _BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag == "blockquote":
            self.lines.append("")
            self.quotes = max(0, self.quotes - 1)
        elif tag in _BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        words = re.sub(r"[ \t\r\n\xa0]+", " ", data)
        if not self.lines[-1]:
            words = words.lstrip()
            if words and self.quotes:
                words = "> " + words
        self.lines[-1] += words


def html_to_text(page: str) -> str:
    """The visible text. Blocks become lines, cells of a table row are parted by tabs, block quotes begin with `>`."""
    parser = _Words()
    parser.feed(page[:_MAX_CHARS])
    parser.close()
    text = "\n".join(line.strip() for line in parser.lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
