"""Measurements, each beside a peer or a floor taken in the same run. `make bench` prints the table."""
