"""A page as PDF. Nothing is fetched while it is made: what it shows stands in the page itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

_STYLES = Path(__file__).parent / "static" / "heedful" / "print"


def pdf_of(template: str, context: dict[str, Any], *, styles: Sequence[str] = ()) -> bytes:
    """Render a template, which extends `web/print.html`, and make a tagged PDF of it: A4, unless a style says otherwise.

    `styles` are names of files in `static/heedful/print/`, beside `page.css`.
    """
    # Loading it takes half a second: every command and every worker would wait for what few pages need.
    from heedful.web.printer import CSS, HTML, NothingFetched

    sheets = [CSS(filename=str(_STYLES / name)) for name in ("page.css", *styles)]
    made: bytes = HTML(string=render_to_string(template, context), url_fetcher=NothingFetched()).write_pdf(stylesheets=sheets, pdf_tags=True)
    return made


def pdf_response(template: str, context: dict[str, Any], *, file_name: str, styles: Sequence[str] = ()) -> HttpResponse:
    """The PDF as a download. `file_name` names no person: it lies in download folders."""
    response = HttpResponse(pdf_of(template, context, styles=styles), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
