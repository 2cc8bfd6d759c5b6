"""Two readers of the text layer agree; the slower one is asked where the other names nothing."""

from __future__ import annotations

import re

import pytest

from deployments.samples.mails import DAY, good
from forms import pdf_second
from forms.limits import Limits
from forms.pages import open_file
from forms.pdf_render import opened
from forms.pdf_text import TextWord, words_of


def filled_request() -> bytes:
    """The Access Request of the sample cast, filled in and born digital."""
    return good(DAY).mails[0].attachments[1].make()


def letters(words: list[TextWord]) -> set[str]:
    return {piece for word in words for piece in re.findall(r"\w+", word.text)}


def test_both_readers_see_the_same_words_at_the_same_places() -> None:
    data = filled_request()
    with opened(data, Limits()) as renderer:
        ours = words_of(renderer.glyphs(0), renderer.size(0))
    theirs = pdf_second.words(data, 0)
    assert letters(ours) == letters(theirs)  # one of them parts a comma from its word
    assert len(ours) > 50
    places = {w.text: w.box for w in theirs}
    for word in ours:
        if word.text in places and sum(w.text == word.text for w in ours) == 1:
            assert word.box[0] == pytest.approx(places[word.text][0], abs=0.01)
            assert word.box[1] == pytest.approx(places[word.text][1], abs=0.01)


def test_the_second_is_asked_where_the_first_names_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    data = filled_request()
    expected = {w.text for w in pdf_second.words(data, 0)}
    monkeypatch.setattr("forms.pdf_render.Renderer.glyphs", lambda self, index: [])
    page = next(iter(open_file(data, Limits()).walk))
    assert {w.text for w in page.words} == expected


def test_what_cannot_be_opened_has_no_words() -> None:
    assert pdf_second.words(b"%PDF-1.7 broken", 0) == []
