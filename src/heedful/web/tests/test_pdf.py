"""What is printed fetches nothing, and is not loaded before it is needed."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from heedful.web.pdf import pdf_of
from heedful.web.printer import CSS, HTML, FetchRefused, NothingFetched


def test_a_page_becomes_a_pdf() -> None:
    assert pdf_of("web/print.html", {})[:5] == b"%PDF-"


@pytest.mark.parametrize("address", ["https://tracker.example/pixel.png", "file:///etc/passwd", "http://127.0.0.1/"])
def test_nothing_is_fetched_from_elsewhere(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FetchRefused, match="stands in it"):
        NothingFetched().fetch(address)
    with caplog.at_level(logging.ERROR, "weasyprint"):
        made = HTML(string=f'<img src="{address}" alt="">', url_fetcher=NothingFetched()).write_pdf(stylesheets=[CSS(string="p { color: red }")])
    assert b"/Subtype /Image" not in made
    assert "stands in it" in caplog.text


def test_the_printer_is_not_loaded_before_a_page_is_printed() -> None:
    script = "import sys, heedful.web.pdf; print('weasyprint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
