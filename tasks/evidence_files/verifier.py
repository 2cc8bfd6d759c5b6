"""Verifies this evidence pack with nothing but Python 3: `python3 PACK.zip [HEAD]`.

HEAD is the head of the audit chain as it was printed or mailed earlier (SEQ:HASH). Exit code 0 when everything holds.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MARK = b"correquests-sha256:"


def sha256(said: dict[str, Any]) -> str:
    """The digest of the canonical JSON, as the product computes it."""
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def whole(raw: bytes) -> list[str]:
    """What is wrong with the file as a whole: its last 64 characters are the digest of all before them."""
    tail = len(MARK) + 64
    if raw[-tail:-64] != MARK:
        return ["the file does not end with its digest: it was cut or changed"]
    if hashlib.sha256(raw[:-64]).hexdigest().encode() != raw[-64:]:
        return ["the file is not as it was written: its digest does not fit"]
    return []


def files(pack: zipfile.ZipFile, manifest: dict[str, Any]) -> Iterator[str]:
    """Files that are missing, too many, or not what the manifest says."""
    there = set(pack.namelist()) - {"manifest.json"}
    for name in sorted(there ^ set(manifest["files"])):
        yield f"{name} is {'not in the manifest' if name in there else 'missing'}"
    for name in sorted(there & set(manifest["files"])):
        if hashlib.sha256(pack.read(name)).hexdigest() != manifest["files"][name]:
            yield f"{name} is not as it was written"


def chain(pack: zipfile.ZipFile, manifest: dict[str, Any], head: str) -> Iterator[str]:
    """Links that do not follow from each other, or do not say what they said."""
    before, seq, told = "0" * 64, 0, 0
    with pack.open("audit/links.jsonl") as lines:
        for line in lines:
            link = json.loads(line)
            seq += 1
            if link["seq"] != seq or link["previous"] != before:
                yield f"link {seq} does not follow from the link before it"
                return
            place = {name: link[name] for name in ("seq", "at", "previous")}
            said = link.get("says")
            if link["body"]:
                if said is not None and sha256(said) != link["body"]:
                    yield f"link {seq} does not say what it said"
                digest = sha256({**place, "body": link["body"]})
            else:
                digest = sha256({**place, **{k: v for k, v in (said or {}).items() if k != "salt"}})
            if digest != link["hash"]:
                yield f"link {seq} was changed after it was written"
            if head and seq == int(head.partition(":")[0]) and link["hash"] != head.partition(":")[2]:
                yield f"link {seq} is not the one that was printed"
            before, told = link["hash"], told + (said is not None)
    if f"{seq}:{before}" != manifest["head"]:
        yield f"the chain ends at {seq}:{before}, but the manifest says {manifest['head']}"
    if head and int(head.partition(":")[0]) > seq:
        yield f"the chain ends at {seq}, but link {head.partition(':')[0]} was printed"
    print(f"audit chain: {seq} links, {told} of them told in full")


def verify(path: str, head: str = "") -> list[str]:
    """Every problem, in words; empty when the pack holds."""
    if head and not re.fullmatch(r"\d+:[0-9a-f]{64}", head):
        return ["the head must look like 1234:<64 hexadecimal digits>"]
    if found := whole(Path(path).read_bytes()):
        return found
    with zipfile.ZipFile(path) as pack:
        manifest = json.loads(pack.read("manifest.json"))
        print(
            f"{manifest['about']}, made {manifest['made_at']} by {manifest['made_by']}: {len(manifest['files'])} files"
        )
        found = [*files(pack, manifest), *chain(pack, manifest, head)]
        print(f"head of the chain: {manifest['head']}")
    return found


if __name__ == "__main__":
    try:
        problems = verify(*([] if sys.argv[0].endswith(".py") else sys.argv[:1]), *sys.argv[1:])
    except Exception as why:  # a damaged file can fail in any way
        problems = [f"the pack cannot be read: {type(why).__name__}: {why}"]
    for problem in problems:
        print("DOES NOT HOLD:", problem)
    print("This evidence pack holds." if not problems else "Do not rely on this evidence pack.")
    sys.exit(1 if problems else 0)
