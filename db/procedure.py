"""The procedure that is carried out: its number and the revision that every clause is cited from."""

NUMBER = "FPB 6.1.205"
REVISION = "2026-04-24"
"""Date of the revision in force (04/24/2026)."""
