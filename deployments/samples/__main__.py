"""`python -m deployments.samples DIR` writes the sample mails into DIR as .eml files."""

from __future__ import annotations

import sys
from pathlib import Path

from deployments.samples.mails import SAMPLES


def main(arguments: list[str]) -> int:
    """Write every mail as `KEY-N.eml`; returns the exit code."""
    if len(arguments) != 1:
        print("usage: python -m deployments.samples DIR", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        for place, mail in enumerate(sample.mails, start=1):
            target = folder / f"{sample.key}-{place}.eml"
            target.write_bytes(mail.build())
            print(f"{target}  {target.stat().st_size // 1024} KB  expected: {sample.expected}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
