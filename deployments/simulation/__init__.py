"""A year of the bureau's life through the real code, in one process, with a clock of its own.

People who behave as people do write mails, forget, answer oddly, go away and come back; what the product makes of it is
held against the invariants that must be true whatever they do. The same seed leads to the same end.
"""
