"""`python -m deployments` is `correquests`."""

from deployments.cli import main

main()
