"""Each import contract is broken once on purpose, so that a contract that sees nothing is found out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("flows", "tasks", "forms", "db", "deployments")

BREAKS = {
    "one-way": ("db/numbers.py", "import forms.schema"),
    "one-way ": ("tasks/mail.py", "import flows.send_outbox"),
    "inside-tasks": ("tasks/adapters/desk/mail.py", "import tasks.wiring"),
    "policy-is-pure": ("tasks/policy/iii_a_1.py", "import logging"),
    "policy-is-pure ": ("tasks/policy/iii_a_1.py", "import db.session"),
    "prefect": ("forms/reader.py", "import prefect"),
    "one-door": ("forms/fields.py", "import pytesseract"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.pdf"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--contract", contract, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)})


@pytest.mark.parametrize("contract", BREAKS)
def test_a_deliberate_break_is_seen(copy: Path, contract: str) -> None:
    name, line = BREAKS[contract]
    path = copy / name
    kept = path.read_text()
    try:
        path.write_text(f"{kept}\n{line}\n")
        seen = lint(copy, contract.strip())
        assert seen.returncode == 1, seen.stdout + seen.stderr
        assert "BROKEN" in seen.stdout
    finally:
        path.write_text(kept)
    assert lint(copy, contract.strip()).returncode == 0


def test_no_machine_and_no_registry_is_named() -> None:
    """The repository speaks of the product alone."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    forbidden = ("/wo" + "rk/", "py" + "pi.org", "files.python" + "hosted", "/ro" + "ot/")
    for name in listed:
        if Path(name).suffix in {".py", ".md", ".toml", ".lock", ".txt", ".html", ".json", ".yaml", ""}:
            text = (ROOT / name).read_text(errors="ignore")
            assert not [f for f in forbidden if f in text], name
