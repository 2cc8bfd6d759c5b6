"""Our own pages: plain HTML from templates, with headers that keep them out of caches, frames and other sites."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, Response

_PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    folder = Path(__file__).parent / "pages"
    return Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True)


def html(name: str, /, **values: Any) -> str:
    """The page `deployments/pages/<name>.html` filled in; a value that a page needs and does not get is an error."""
    return _templates().get_template(f"{name}.html").render(**values)


def page(text: str, status: int = 200, referrer: str = "same-origin") -> HTMLResponse:
    """A page as a response that is never stored, framed or allowed to run scripts."""
    return HTMLResponse(
        text,
        status_code=status,
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": _PAGE_POLICY,
            "Referrer-Policy": referrer,
            "X-Robots-Tag": "noindex, nofollow",
        },
    )


def refusal(status: int, sentence: str) -> Response:
    """A refusal in the form that Prefect's UI shows as its message."""
    return JSONResponse({"detail": sentence}, status_code=status, headers={"Cache-Control": "no-store"})
