"""The registry: who may do what, what was asked, what was decided, what was done. It is the truth; Prefect is not."""
