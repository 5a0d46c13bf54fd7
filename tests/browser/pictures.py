"""Takes the pictures of the pupil's pages for docs/images/ from a real demo school: `python -m tests.browser.pictures` (needs root)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import launcher, write_policy
from tests.journeys.actors import running_school

IMAGES = Path(__file__).parents[2] / "docs" / "images"


def take(images: Path) -> list[Path]:
    """Popup and notice, light and dark, at twice the size."""
    taken: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="heedful-pictures-") as name, running_school(Path(name) / "data") as school, sync_playwright() as playwright:
        policy = school.ready["managed_policy"] | {"DeveloperToolsAvailability": 1}
        (extension_id,) = policy["3rdparty"]["extensions"]
        write_policy(Path(name) / "policy", policy)
        context = playwright.chromium.launch_persistent_context(
            f"{name}/profile", executable_path=str(launcher(Path(name) / "policy")), headless=True, args=["--no-sandbox"], device_scale_factor=2,
            ignore_default_args=["--disable-extensions", "--disable-background-networking"],
        )  # fmt: skip
        notice = context.wait_for_event("page", lambda page: page.url.endswith("/notice.html"), timeout=60_000)
        notice.close()
        page = context.new_page()
        for document, width, height in (("popup", 400, 900), ("notice", 900, 1000)):
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.goto(f"chrome-extension://{extension_id}/{document}.html")
                page.get_by_text("Childline").first.wait_for()
                taken.append(images / f"{document}-{scheme}.png")
                page.screenshot(path=taken[-1])
        context.close()
    return taken


if __name__ == "__main__":
    for path in take(IMAGES):
        sys.stdout.write(f"{path}\n")
