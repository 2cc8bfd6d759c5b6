"""The README tells the truth: its diagram is the lifecycle table, its targets and commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from db.lifecycle import MOVES, OPEN, WAITING_FOR, State

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def diagram() -> str:
    """The lifecycle as a Mermaid state diagram, whose turn it is beside each state."""
    lines = ["stateDiagram-v2", *(f"    [*] --> {state}" for state in (State.RECEIVED, State.TO_SORT))]
    lines += [f"    {state} --> {after}: {event.lower()}" for (state, event), after in MOVES.items()]
    lines += [f"    {state} --> [*]" for state in State if state not in OPEN]
    lines += [f"    {state}: {state}<br/>{WAITING_FOR[state]}" for state in State if state in OPEN]
    return "\n".join(lines)


def test_the_diagram_is_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in README, f"put this into the README:\n{diagram()}"


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make ([a-z-]+)", README)) <= targets


def test_every_picture_and_file_that_is_linked_exists() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        if not link.startswith("http"):
            assert (ROOT / link).exists(), link


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`correquests ([a-z-]+)", README))))
def test_every_command_that_is_named_exists(command: str) -> None:
    ran = subprocess.run([sys.executable, "-m", "deployments", command, "--help"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "Usage:" in ran.stdout
