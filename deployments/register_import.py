"""`correquests register import`: what a CSV file would change in the register, and with a word, the change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from db.columns import utc_now
from tasks.register_file import NotAFile, bring_in
from tasks.settings import settings


def run(file: Path, say: Callable[[str], None], by: str, *, apply: bool) -> int:
    """Say the differences line by line. 0: fine; 1: lines were refused and nothing was entered; 2: no register file."""
    config = settings()
    today = utc_now().astimezone(config.zone).date()
    try:
        outcome = bring_in(config.database_url, file.read_text("utf-8"), today, by, apply=apply)
    except UnicodeDecodeError:
        say("The file is not UTF-8. Save it as CSV UTF-8.")
        return 2
    except NotAFile as why:
        say(str(why))
        return 2
    for change in outcome.changes:
        say(f"+ {change}")
    for refused in outcome.refused:
        say(f"! line {refused.line}: {refused.sentence} [{refused.code}]")
    say(f"{len(outcome.changes)} to change, {outcome.unchanged} as they are, {len(outcome.refused)} refused.")
    if outcome.refused:
        say("Nothing was entered. Mend the refused lines first.")
        return 1
    say("Entered." if outcome.applied else "Nothing was entered yet: say --apply to enter it.")
    return 0
