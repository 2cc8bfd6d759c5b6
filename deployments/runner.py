"""The runner: works on requests, each leg in a process of its own."""

from __future__ import annotations

import asyncio
import os

from deployments import catalog
from tasks.runs import put_back_orphans
from tasks.settings import settings


async def serve() -> None:
    """Put back what an earlier runner left behind, then serve until terminated."""
    os.umask(0o077)
    runner = await catalog.runner(settings())
    await put_back_orphans()
    await runner.start()


if __name__ == "__main__":
    asyncio.run(serve())
