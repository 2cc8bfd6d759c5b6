"""`make fuzz MINUTES=n`: a coverage-guided run, then mutants one child each, then what was seen."""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import argparse
import contextlib
import re
import subprocess
import sys
import time
from pathlib import Path

from forms.sandbox import read_file
from tests.fuzz import campaign
from tests.fuzz.campaign import Tally, outcome, wrong
from tests.fuzz.seeds import LIGHT

GUIDED_SHARE = 0.4
"""Share of the time for the coverage-guided run."""

OPTIONS = ("-timeout=60", "-report_slow_units=60", "-rss_limit_mb=2048", "-max_len=100000")
"""Of libFuzzer; the time is by the clock, so a busy machine gets twice what a file may take."""

_RUNS = re.compile(r"^#(\d+)\s", re.MULTILINE)


def guided(folder: Path, seconds: float) -> tuple[int, list[str]]:
    """Files tried and findings of the coverage-guided run; a crashed target is started again until the time is over."""
    ends, runs, findings = time.monotonic() + seconds, 0, list[str]()
    log = folder / "guided.log"
    while (left := int(ends - time.monotonic())) > 15:
        options = [f"-max_total_time={left}", f"-artifact_prefix={folder}/crash-", *OPTIONS]
        with log.open("wb") as out:
            words = [sys.executable, "-m", "tests.fuzz.guided", str(folder), *options]
            subprocess.run(words, stdout=out, stderr=subprocess.STDOUT, check=False, timeout=left + 120)
        said = log.read_text(errors="replace")
        runs += max((int(n) for n in _RUNS.findall(said)), default=0)
        findings += [line for line in said.splitlines() if line.startswith(("FINDING", "UNTYPED"))]
    for crash in sorted(folder.glob("crash-*")):
        reading = read_file(crash.read_bytes())
        kind = "FINDING" if wrong(reading) else "in the sandbox"
        findings.append(f"{kind} {crash.name}: {wrong(reading) or outcome(reading)}")
    return runs, findings


def main() -> int:
    """Print the summary. Exit code 1 when there is a finding."""
    wanted = argparse.ArgumentParser(prog="make fuzz")
    wanted.add_argument("--minutes", type=float, default=5)
    wanted.add_argument("--folder", type=Path, default=Path("var/fuzz"))
    wanted.add_argument("--first", type=int, default=0, help="number of the first mutant; a number gives the same file")
    wanted.add_argument("--files", type=int, default=0, help="stop after so many mutants, whatever the time")
    wanted.add_argument("--unguided", action="store_true", help="only the mutants, one child each")
    wanted.add_argument("--sum", action="store_true", help="only add up what earlier campaigns saw in the folder")
    given = wanted.parse_args()
    if given.sum:
        print(campaign.summed(given.folder))
        return 0
    given.folder.mkdir(parents=True, exist_ok=True)
    began, tally = time.monotonic(), Tally()
    runs, findings = (0, list[str]()) if given.unguided else guided(given.folder, given.minutes * 60 * GUIDED_SHARE)
    ends, last = began + given.minutes * 60, given.first + (given.files or 10**12)
    light = campaign.corpus(LIGHT)
    campaign.warm([(LIGHT / "typed.pdf").read_bytes(), *light])
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C ends early; what was seen until then is still told
        campaign.run(
            tally,
            campaign.corpus(),
            given.folder,
            first=given.first,
            light=light,
            until=lambda number: time.monotonic() > ends or number >= last,
            said=lambda line: print(line, flush=True),
        )
    print(f"coverage-guided: {runs:,} files, in one process")
    print("\n".join(f"  {finding}" for finding in findings) or "  no findings")
    print(f"one child each, numbers {given.first:,} to {given.first + tally.runs - 1:,}: {tally}")
    print(f"{(time.monotonic() - began) / 60:.1f} minutes; files kept in {given.folder}")
    return 1 if tally.findings or any(f.startswith("FINDING") for f in findings) else 0


if __name__ == "__main__":
    raise SystemExit(main())
