"""`correquests intake-check`: every mail fed is accounted for, and what goes wrong is said and fails the run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deployments import cli, intake_check
from deployments.intake_check import check
from tests.intake.corpus import PDF, mail, multipart, text
from tests.intake.corpus_bombs import nested


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five mails that can be fed, two files that cannot, and one that is no mail."""
    (tmp_path / "a").mkdir()
    (tmp_path / "plain.eml").write_bytes(mail("Subject: Access"))
    (tmp_path / "a" / "again.EML").write_bytes(mail("X-Edge: another", "Subject: Access"))
    (tmp_path / "a" / "robot.eml").write_bytes(b"Auto-Submitted: auto-replied\r\n\r\nwords")
    (tmp_path / "deep.eml").write_bytes(nested(50))
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "dangling.eml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.eml")
    (tmp_path / "other.txt").write_bytes(multipart([text("words"), PDF]))
    return tmp_path


def test_every_mail_is_accounted_for(folder: Path) -> None:
    verdict = check(folder, print)
    assert (verdict.fed, verdict.in_registry) == (5, 4)
    assert verdict.outcomes == {"filed": 3, "quarantined": 1, "the same mail again": 1}
    assert sorted(verdict.skipped) == ["dangling.eml", "pipe.eml"]
    assert verdict.passed
    assert verdict.slowest[0] > 0
    assert verdict.largest[0] > 1024 * 1024
    assert any("never answered" in reason for _, reason in verdict.reasons)
    assert check(folder, print, any_name=True).fed == 6


def test_the_command_prints_json_and_leaves_the_environment_alone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "own"
    monkeypatch.setenv("CORREQUESTS_HOME", str(home))
    done = CliRunner().invoke(cli.app, ["intake-check", str(folder), "--json"])
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert said["outcomes"] == {"filed": 3, "quarantined": 1, "the same mail again": 1}
    assert said["lost"] == said["hung"] == said["heavy"] == []
    assert os.environ["CORREQUESTS_HOME"] == str(home)
    assert not home.exists()


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [("HUNG_SECONDS", 0.0, "hung"), ("HEAVY_BYTES", 1, "heavy")],
)
def test_a_mail_over_a_limit_fails_the_run(
    name: str, value: float, what: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_check, name, value)
    done = CliRunner().invoke(cli.app, ["intake-check", str(folder)])
    assert done.exit_code == 1
    assert f"{what}: deep.eml" in done.stdout
    assert "NOT passed." in done.stdout


def test_a_mail_that_reaches_no_end_is_lost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Idle:
        @staticmethod
        def fn(row_id: int) -> str:
            return ""

    monkeypatch.setattr(intake_check, "sort_message", Idle)
    verdict = check(folder, print)
    assert verdict.lost
    assert not verdict.balanced
    assert not verdict.passed


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli.app, ["intake-check", str(tmp_path / "no")]).exit_code == 2
