"""Measures, in a real Chromium, what the sensor costs the thread of the page in which it sits."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

from playwright.sync_api import Browser

EXTENSION = Path(__file__).parents[2] / "extension"
PAGE_CHARACTERS = 100_000
WORDS = ["river", "garden", "biscuit", "window", "teacher", "Monday", "purple", "answer", "bridge", "museum", "quiet", "planet", "orchestra", "pocket", "cinnamon"]


def paragraphs(characters: int = PAGE_CHARACTERS) -> list[str]:
    """A page's text in paragraphs of about 400 characters."""
    chance = random.Random(7)
    made: list[str] = []
    while sum(map(len, made)) < characters:
        made.append(" ".join(chance.choice(WORDS) for _ in range(60)) + f" {len(made)}.")
    return made


def measure(browser: Browser) -> dict[str, float]:
    """Medians in milliseconds: first_look_ms, second_look_ms (100 KB page), key_ms, line_ms."""
    script = subprocess.run(
        ["node_modules/.bin/esbuild", "bench/page.ts", "--bundle", "--minify", "--format=iife", "--target=chrome137"],
        cwd=EXTENSION,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    page = browser.new_page()
    try:
        page.set_content("<title>A page</title>")
        page.evaluate(script)
        found: dict[str, float] = page.evaluate("(texts) => heedfulPageBench(texts)", paragraphs())
        return found
    finally:
        page.close()
