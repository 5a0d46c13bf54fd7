"""The build hook: a wheel carries what browsers and devices download, so it is not built without them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What `make build` makes first, and where it lies in the wheel.
NEEDED = {
    "the console's styles and scripts": "src/heedful/web/static/heedful/vendor/tabler.css",
    "the compiled library": "src/heedful/_built/library.bundle.gz",
    "the extension": "extension/dist/unpacked/manifest.json",
}


class BuiltFirst(BuildHookInterface[Any]):
    """Puts the extension into the wheel; stops where something hasn't been built. An editable install needs none of it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        missing = [what for what, path in NEEDED.items() if not (root / path).exists()]
        if missing:
            raise SystemExit(f"not built yet: {', '.join(missing)}; run: make build")
        build_data["force_include"][str(root / "extension" / "dist" / "unpacked")] = "heedful/_built/extension/unpacked"
