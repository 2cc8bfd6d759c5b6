"""Values as people write them."""

from __future__ import annotations

import pytest

from forms.dates import GUESSED, read_date
from forms.schema import FieldType
from forms.values import REPAIRED, fitting_id, normalised

ASK = 0.75
"""The product's threshold (`field_confidence`)."""


@pytest.mark.parametrize(
    "written",
    [
        "11/6/2026", "11-06-26", "11.6.2026", "11/6/'26", "11 06 2026", "2026-11-06", "20261106", "11062026",
        "2 0 2 6 1 1 0 6", "November 6, 2026", "November 6th, 26", "Nov. 6 2026", "6 Nov 2026", "6-Nov-26", "06NOV2026",
        "the 6th day of November, 2026", "Friday, November 6, 2026", "2026 November 6", "Dated: 11/6/2026",
        "6. Nov..2026.......", "__11/06/2026__", "1 1 / 0 6 / 2 0 2 6", "11 | 06 | 2026", "11/06/2026 at 9:05 a.m.",
        "this 6th day of November, 2026",
    ],
)  # fmt: skip
def test_a_day_in_all_usual_ways(written: str) -> None:
    assert normalised(FieldType.DATE, written) == ("2026-11-06", 1.0)


def test_figures_are_month_first_unless_they_cannot_be() -> None:
    assert normalised(FieldType.DATE, "03/04/2026") == ("2026-03-04", 1.0)
    assert normalised(FieldType.DATE, "25/12/2026")[0] == "2026-12-25"


def test_a_label_that_asks_for_the_day_first_leaves_it_to_a_person() -> None:
    value, factor = normalised(FieldType.DATE, "03/04/2026", "Date (DD/MM/YYYY)")
    assert (value, factor) == ("2026-04-03", GUESSED)
    assert normalised(FieldType.DATE, "03/14/2026", "Date (DD/MM/YYYY)") == ("2026-03-14", 1.0)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1l/O6/2026", "2026-11-06"),
        ("11/06/2O26", "2026-11-06"),
        ("B/15/2026", "2026-08-15"),
        ("Septernber 5, 2026", "2026-09-05"),
        ("110626", "2026-11-06"),
    ],
)
def test_misread_dates_are_repaired_and_left_to_a_person(written: str, value: str) -> None:
    assert normalised(FieldType.DATE, written) == (value, GUESSED)


@pytest.mark.parametrize(
    "written",
    ["2 / 30 / 2026", "13/13/2026", "11/06/202", "l1/06/1826", "Marvin 3, 2026", "11/06/1926", "11/06/2096",
     "11/06/2026 11/07/2026", "11/06/2026 Jane Doe", "20240732", "next Monday", "8/8"],
)  # fmt: skip
def test_impossible_and_doubtful_dates_go_to_a_person(written: str) -> None:
    assert normalised(FieldType.DATE, written)[1] < ASK


def test_words_of_letters_are_no_figures() -> None:
    assert read_date("Bill Sosa").day is None


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (FieldType.EMAIL, "Jane.Doe @Nexus.example", "jane.doe@nexus.example"),
        (FieldType.EMAIL, "jane(at)nexus.example", "jane@nexus.example"),
        (FieldType.TELEPHONE, "(406) 555-0100 x12", "406-555-0100 ext. 12"),
        (FieldType.TELEPHONE, "Tel.: 406/555-0100 #12", "406-555-0100 ext. 12"),
        (FieldType.TELEPHONE, "406-555-0100, ext 12", "406-555-0100 ext. 12"),
        (FieldType.TELEPHONE, "+1 406.555.0100", "406-555-0100"),
        (FieldType.PROVIDER, "Alternatives Inc", "Alternatives, Inc."),
        (FieldType.PROVIDER, "BUTTE PRE-RELEASE", "Butte Prerelease"),
        (FieldType.PROVIDER, "Gallatin Countv Reentry Program", "Gallatin County Reentry Program"),
        (FieldType.PROVIDER, "Start", "START"),
        (FieldType.NAME, "x Jane Doe _", "Jane Doe"),
        (FieldType.NAME, "/s/ Jane Doe", "Jane Doe"),
        (FieldType.NAME, "Doe, Jane M.", "Jane M Doe"),
        (FieldType.NAME, "Jane Doe, Jr.", "Jane Doe, Jr"),
        (FieldType.NAME, "Jane Doe, LCSW", "Jane Doe, LCSW"),
        (FieldType.NAME, "Sean O\u2019Brien-McKay", "Sean O'Brien-McKay"),
        (FieldType.NAME, "JANE van der BERG", "JANE van der BERG"),
        (FieldType.NAME, "Jos\u00e9 Nu\u00f1ez", "Jos\u00e9 Nu\u00f1ez"),
        (FieldType.NAME, "Xavier DeShawn", "Xavier DeShawn"),
        (FieldType.USER_ID, "cp 1234", "CP1234"),
    ],
)
def test_plainly_written(kind: FieldType, written: str, value: str) -> None:
    read, factor = normalised(kind, written)
    assert read == value
    assert factor >= ASK


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (FieldType.EMAIL, "jane.doe\u00a9nexus.example", "jane.doe@nexus.example"),
        (FieldType.EMAIL, "jane.doe@nexus,example", "jane.doe@nexus.example"),
        (FieldType.EMAIL, "jane doe@nexus.example", "doe@nexus.example"),
        (FieldType.EMAIL, "jane.doe", "jane.doe"),
        (FieldType.TELEPHONE, "4O6-555-0l00", "406-555-0100"),
        (FieldType.TELEPHONE, "406-555-01000", "406-555-01000"),
        (FieldType.PROVIDER, "Acme Prison Supply", "Acme Prison Supply"),
        (FieldType.PROVIDER, "Passages / Alternatives, Inc.", "Passages / Alternatives, Inc."),
        (FieldType.PROVIDER, "Butte", "Butte Prerelease"),
        (FieldType.PROVIDER, "Butte Community Hospital", "Butte Prerelease"),
        (FieldType.NAME, "J0hn Doe", "J0hn Doe"),
        (FieldType.NAME, "JaNe Doe", "JaNe Doe"),
        (FieldType.NAME, "Robert Silva ns seo", "Robert Silva ns seo"),
    ],
)
def test_repaired_or_strange_values_go_to_a_person(kind: FieldType, written: str, value: str) -> None:
    read, factor = normalised(kind, written)
    assert read == value
    assert factor < ASK


def test_nothing_is_nothing() -> None:
    assert normalised(FieldType.TEXT, "  \x00 ") == ("", 0.0)


@pytest.mark.parametrize(
    ("written", "value", "factor"),
    [
        ("cx 10001", "CX10001", 1.0),
        ("CXl0O01", "CX10001", REPAIRED),
        ("C01234", "CO1234", REPAIRED),
        ("XX1234", "XX1234", 0.5),
        ("O" * 400, "O" * 400, 0.5),
    ],
)
def test_user_ids_fit_the_pattern_of_the_setting(written: str, value: str, factor: float) -> None:
    assert fitting_id(r"^C[A-Z]\d{3,6}$", written) == (value, factor)


def test_a_recognised_id_with_a_fitting_twin_goes_to_a_person() -> None:
    pattern = r"^C[A-Z]\d{3,6}$"
    assert fitting_id(pattern, "CL4110", recognised=True) == ("CL4110", REPAIRED)
    assert fitting_id(pattern, "CX4110", recognised=True) == ("CX4110", 1.0)
    assert fitting_id(pattern, "CL4110") == ("CL4110", 1.0)
