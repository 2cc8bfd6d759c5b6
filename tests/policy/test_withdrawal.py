"""III.B.2: which words take a request back, and which may only correct it."""

from __future__ import annotations

import pytest

from tasks.policy.withdrawal import taken_back

WORDS = {
    "Please withdraw my request.": True,
    "The request is no longer needed. Thank you!": True,
    "Please cancel this request, she took another job.": True,
    "Never mind.": True,
    "Please disregard the request below.": True,
    "I meant Jane Dow, please disregard my last mail.": False,
    "Please do not withdraw the request.": False,
    "Should I withdraw the request?": False,
    "Please disregard the old form, the correct one is attached.": False,
    "Please hold off for now.": False,
    "Thank you!": False,
    "> Please withdraw my request.": False,
}


@pytest.mark.parametrize("words", WORDS)
def test_plain_words_take_it_back(words: str) -> None:
    assert taken_back(words) is WORDS[words]
