"""Protected personal information never reaches a log, wherever the log goes (DOC 1.1.15).

Texts are hidden where they come in. This is for what nobody thought of: the words of an exception that quotes a
value, in a traceback, or in a message of a library. It is done where records are made, so that every handler has it:
files, the console, and Prefect's own database.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from forms.protected import masked

LONGEST = 20_000
"""Characters of a message or a traceback that are kept; hiding takes time in proportion."""

_traceback = logging.Formatter().formatException


class _Discreet(logging.LogRecord):
    """A record whose words and traceback are masked when it is made; what it was made of is not kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            said = self.getMessage()
        except Exception:
            said, self.args = f"{self.msg} (its values do not fit)", (None,)
        hidden = masked(said[:LONGEST])
        if hidden != said or self.args == (None,):
            self.msg, self.args = hidden, ()
        if self.exc_info and self.exc_info[0] is not None:
            self.exc_text = masked(_traceback(self.exc_info)[-LONGEST:])


def begin() -> None:
    """From now on every record of this process is masked, and so is what ends the process."""
    logging.setLogRecordFactory(_Discreet)
    sys.excepthook = _last_words


def _last_words(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    sys.stderr.write(masked(_traceback((kind, error, trace))[-LONGEST:]) + "\n")
