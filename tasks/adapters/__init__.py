"""Whom we talk to: one vendor per file, the port's Protocol in each package."""
