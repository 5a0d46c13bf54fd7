"""WeasyPrint, kept from fetching anything. Loaded when the first page is printed; see `pdf.pdf_of`."""

from __future__ import annotations

from typing import Any

from weasyprint import CSS, HTML, URLFetcher

__all__ = ["CSS", "HTML", "FetchRefused", "NothingFetched"]


class FetchRefused(Exception):
    """A page that is to be printed asks for something from elsewhere."""


class NothingFetched(URLFetcher):  # type: ignore[misc] # has no types
    """Lets a page show what stands in it, and nothing else."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        raise FetchRefused("a printed page may only use what stands in it: put styles into static/heedful/print/, pictures in as data: addresses")
