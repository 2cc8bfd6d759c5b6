"""The coverage-guided target: `python -m tests.fuzz.guided FOLDER [libFuzzer options]`; reads in this one process.

A crash of this process is a finding only when the sandbox does not turn it into a typed refusal; `tests.fuzz` asks the
sandbox afterwards. An untyped exception is noted once per place: in the product it becomes `reader_failed`.
"""

from __future__ import annotations

import random
import resource
import sys
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["forms"]):
    from forms.limits import Limits
    from forms.reader import read_bytes

from tests.fuzz.campaign import corpus, keeper, wrong
from tests.fuzz.forked import prepare
from tests.fuzz.mutate import mutant

MEMORY = 2048 * 1024 * 1024
"""RLIMIT_AS of the target, the same as the sandbox's."""


class Target:
    """Reads what libFuzzer proposes and keeps what goes wrong."""

    def __init__(self, folder: Path) -> None:
        self.keep, self.seen, self.limits = keeper(folder), set[str](), Limits()

    def __call__(self, data: bytes) -> None:
        """One file."""
        if not data:
            return
        try:
            complaint = wrong(read_bytes(data, self.limits))
        except MemoryError:
            return
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)
            own = next((f for f in reversed(last) if "/forms/" in f.filename), last[-1])
            where = f"{type(error).__name__} at {Path(own.filename).name}:{own.lineno}"
            if where not in self.seen:
                self.seen.add(where)
                print(f"UNTYPED {where}: {self.keep(data, 'untyped')}", flush=True)
            return
        if complaint:
            print(f"FINDING {complaint}: {self.keep(data, 'finding')}", flush=True)


def propose(data: bytes, most: int, seed: int) -> bytes:
    """Half of libFuzzer's proposals by its own means, half by the structure of the file."""
    rng = random.Random(seed)
    if not data or rng.random() < 0.5:
        return bytes(atheris.Mutate(data, most))
    return mutant([data], rng)[:most]


def main() -> None:
    """Run until libFuzzer's own options say stop."""
    folder, *options = sys.argv[1:]
    prepare(small=True, engine=False)
    found = Path(folder) / "found"
    found.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(corpus()):
        (found / f"seed-{number}").write_bytes(seed)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    target = Target(Path(folder))
    atheris.Setup([sys.argv[0], *options, str(found)], target, custom_mutator=propose)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
