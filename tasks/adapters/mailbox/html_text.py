"""The words of an HTML mail, laid out in lines, for mails that have no plain text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = {"script", "style", "head", "title", "template"}
_BLOCKS = {"p", "div", "br", "tr", "li", "ul", "ol", "table", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
_MAX_CHARS = 1_000_000
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARKED = re.compile(r"<[!?][^>]*(?:>|\Z)")
_CUT_OFF = re.compile(r"<[a-zA-Z/][^<>]*\Z")
_NO_TAG = re.compile(r"<(?![a-zA-Z/][^<>]*>)")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.unseen = 0
        self.quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag == "body":
            self.unseen = 0
        elif tag == "blockquote":
            self.end_line()
            self.quotes += 1
        elif tag in ("td", "th") and self.line:
            self.line.append("\t")
        elif tag in _BLOCKS:
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag == "blockquote":
            self.end_line()
            self.quotes = max(0, self.quotes - 1)
        elif tag in _BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        words = re.sub(r"[ \t\r\n\xa0]+", " ", data)
        if not self.line:
            words = words.lstrip()
            if words and self.quotes:
                words = "> " + words
        if words:
            self.line.append(words)

    def end_line(self) -> None:
        self.lines.append("".join(self.line).strip())
        self.line = []


def html_to_text(page: str) -> str:
    """The visible text. Blocks become lines, cells of a table row are parted by tabs, block quotes begin with `>`.

    Comments, marked sections and brackets that begin no closed tag are taken out first: the standard library's parser
    looks for the end of each of them again and again, with the square of their number.
    """
    page = _MARKED.sub(" ", _COMMENT.sub(" ", page[:_MAX_CHARS]))
    parser = _Words()
    parser.feed(_NO_TAG.sub("&lt;", _CUT_OFF.sub("", page)))
    parser.close()
    parser.end_line()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parser.lines)).strip()
