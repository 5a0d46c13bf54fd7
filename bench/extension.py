"""The extension: what matching costs in its worker, and what reading and handing over cost the page."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.prose import english_prose
from bench.row import Row
from heedful.detection.shipped import shipped_bytes
from tests.browser import page_thread
from tests.browser.chromium import CHROMIUM

ROOT = Path(__file__).parents[1]
PAGE_CHARACTERS = 100_000


def measure() -> list[Row]:
    """The worker's rows, then the page thread's."""
    return worker_rows() + page_rows()


def page_rows() -> list[Row]:
    """In a real Chromium: the sensor's own code in a page of 100 KB."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        found = page_thread.measure(browser)
        browser.close()
    return [
        Row("extension's page thread: read a page of 100 KB", found["first_look_ms"], "ms", 4.0),
        Row("extension's page thread: hand over one flushed line", found["line_ms"], "ms", 0.1),
        Row("extension's page thread: one key", found["key_ms"], "ms"),
    ]


def worker_rows() -> list[Row]:
    """In node, which has Chromium's engine; the whole library, offsets included, warm."""
    with tempfile.TemporaryDirectory(prefix="heedful-bench-") as name:
        bundle, text = Path(name) / "bundle.gz", Path(name) / "prose.txt"
        bundle.write_bytes(shipped_bytes())
        text.write_text(english_prose(PAGE_CHARACTERS), "utf-8")
        command = ["node", "bench.mjs", str(bundle), str(text)]
        done = subprocess.run(command, cwd=ROOT / "extension", check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    return [
        Row("extension's worker: fold, match and judge 100 KB against the whole library", found["page_ms"], "ms", 4.0),
        Row("extension's worker: one typed line", found["line_ms"], "ms"),
        Row("extension's worker: load the library", found["load_ms"], "ms"),
    ]
