"""Values as people write them."""

from __future__ import annotations

import pytest

from forms.schema import FieldType
from forms.protected import masked, normalised


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (FieldType.DATE, "11/6/2026", "2026-11-06"),
        (FieldType.DATE, "11-06-26", "2026-11-06"),
        (FieldType.DATE, "20261106", "2026-11-06"),
        (FieldType.DATE, "November 6, 2026", "2026-11-06"),
        (FieldType.DATE, "6 Nov 2026", "2026-11-06"),
        (FieldType.DATE, "the 6th day of November, 2026", "2026-11-06"),
        (FieldType.DATE, "25/12/2026", "2026-12-25"),
        (FieldType.DATE, "2 / 30 / 2026", "2 / 30 / 2026"),
        (FieldType.EMAIL, "Jane.Doe @Nexus.example", "jane.doe@nexus.example"),
        (FieldType.EMAIL, "jane(at)nexus.example", "jane@nexus.example"),
        (FieldType.TELEPHONE, "(406) 555-0100 x12", "406-555-0100 ext. 12"),
        (FieldType.TELEPHONE, "+1 406.555.0100", "406-555-0100"),
        (FieldType.PROVIDER, "Alternatives Inc", "Alternatives, Inc."),
        (FieldType.PROVIDER, "BUTTE PRE-RELEASE", "Butte Prerelease"),
        (FieldType.PROVIDER, "Acme Prison Supply", "Acme Prison Supply"),
        (FieldType.NAME, "x Jane Doe _", "Jane Doe"),
        (FieldType.USER_ID, "cp 1234", "CP1234"),
        (FieldType.TEXT, "  \x00 ", ""),
    ],
)
def test_normalised(kind: FieldType, written: str, value: str) -> None:
    assert normalised(kind, written)[0] == value


@pytest.mark.parametrize("written", ["517-22-1234", "SSN 517 22 1234.", "517.22.1234"])
def test_social_security_numbers_are_masked(written: str) -> None:
    assert "***-**-1234" in masked(written)
    assert "517" not in masked(written)


def test_other_numbers_are_left_alone() -> None:
    assert masked("406-555-0100, 2026-11-06") == "406-555-0100, 2026-11-06"
