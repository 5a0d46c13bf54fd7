"""The extension: what matching costs in its worker, and what reading and handing over cost the page."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from bench.prose import english_prose
from bench.row import Row
from heedful.detection.shipped import shipped_bytes

ROOT = Path(__file__).parents[1]
PAGE_CHARACTERS = 100_000


def measure() -> list[Row]:
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
