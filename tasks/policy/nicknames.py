"""Short forms of given names, from the hand-kept data set of the package `nicknames` (Apache 2.0, English names)."""

from __future__ import annotations

from functools import lru_cache

from nicknames import NickNamer

_FURTHER = {"lisa": {"elizabeth"}, "trish": {"patricia"}, "catherine": {"katherine"}}
"""What the data set lacks, or has only by way of a rarer spelling."""


@lru_cache(maxsize=1)
def _book() -> NickNamer:
    return NickNamer()


@lru_cache(maxsize=10_000)
def _formal(name: str) -> frozenset[str]:
    """The names that this one is a short form of."""
    return frozenset(_book().canonicals_of(name) | _FURTHER.get(name, set()))


@lru_cache(maxsize=10_000)
def forms_of(name: str) -> frozenset[str]:
    """Other names under which somebody of this given name may be on record; small letters, without itself."""
    formal = _formal(name)
    found = {*formal, *_book().nicknames_of(name), *(n for f in formal for n in _book().nicknames_of(f))}
    return frozenset(found - {name})


def short_form(a: str, b: str) -> bool:
    """Whether one given name is a short form of the other, or both are of the same; small letters."""
    return a in forms_of(b) or b in forms_of(a)
