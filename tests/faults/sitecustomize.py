"""Loaded by every process of a product under test (by PYTHONPATH): kills it, or a neighbour, at named steps.

A step is `module:function:before|after`. The test puts a file of that name into the folder that CORREQUESTS_TEST_FAULT
names; the first process that reaches the step takes the file away and sends SIGKILL to every victim it lists: `self`,
or the name of a process of the tree, whose pid stands in `logs/NAME.pid`. The product itself knows nothing of this.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.abc
import importlib.machinery
import inspect
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

ARMED = os.environ.get("CORREQUESTS_TEST_FAULT", "")
LOGS = Path(os.environ.get("CORREQUESTS_HOME", ".")) / "logs"


def strike(step: str) -> None:
    armed = Path(ARMED) / step
    try:
        victims = armed.read_text().split()
        armed.unlink()  # whoever removes it has the shot
    except FileNotFoundError:
        return
    for victim in victims:
        if victim != "self":
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                os.kill(int((LOGS / f"{victim}.pid").read_text()), signal.SIGKILL)
    if "self" in victims:
        os.kill(os.getpid(), signal.SIGKILL)


def wrap(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def waiting(*args: Any, **kwargs: Any) -> Any:
            strike(f"{name}:before")
            result = await function(*args, **kwargs)
            strike(f"{name}:after")
            return result

        return waiting

    @functools.wraps(function)
    def calling(*args: Any, **kwargs: Any) -> Any:
        strike(f"{name}:before")
        result = function(*args, **kwargs)
        strike(f"{name}:after")
        return result

    return calling


def plant(module: ModuleType, path: str) -> None:
    holder: Any = module
    last = path.split(".")[-1]
    for part in path.split(".")[:-1]:
        holder = getattr(holder, part)
    found = inspect.getattr_static(holder, last)
    name = f"{module.__name__}:{path}"
    if isinstance(found, classmethod):
        setattr(holder, last, classmethod(wrap(found.__func__, name)))
    elif hasattr(found, "fn"):  # a Prefect task
        found.fn = wrap(found.fn, name)
    else:
        setattr(holder, last, wrap(found, name))


class Planting(importlib.abc.Loader):
    def __init__(self, real: importlib.abc.Loader, paths: set[str]) -> None:
        self.real, self.paths = real, paths

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self.real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.real.exec_module(module)
        for path in self.paths:
            plant(module, path)


class Finder(importlib.abc.MetaPathFinder):
    def __init__(self, targets: dict[str, set[str]]) -> None:
        self.targets = targets

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self.targets:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None:  # an editable install: its own finder comes after us
            for finder in sys.meta_path:
                if finder is not self and (spec := finder.find_spec(name, path, target)):
                    break
        if spec is None or spec.loader is None:
            return spec
        spec.loader = Planting(spec.loader, self.targets[name])
        return spec


if ARMED:
    targets: dict[str, set[str]] = {}
    for line in (Path(__file__).parent / "steps.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            module, function, _ = line.split()[0].split(":")
            targets.setdefault(module, set()).add(function)
    sys.meta_path.insert(0, Finder(targets))
