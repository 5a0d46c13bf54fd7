"""Nothing that Heedful ships loads from anywhere else, and no contract has a place for where a child is (security.md: Securly)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import heedful

PACKAGE = Path(heedful.__file__).parent
ROOT = PACKAGE.parents[1]
# What loads by itself when a page or a script is opened; a link that a person follows is another thing.
LOADS = (
    r"""<(?:script|img|iframe|source|video|audio|embed|input|track)\b[^>]*\ssrc\s*=\s*["']?(?:https?:)?//""",
    r"""<link\b[^>]*\bhref\s*=\s*["']?(?:https?:)?//""",
    r"""url\(\s*["']?(?:https?:)?//""",
    r"""@import\s+(?:url\()?\s*["']?(?:https?:)?//""",
    r"""\b(?:import|from)\s*\(?\s*["'](?:https?:)?//""",
    r"""\b(?:fetch|importScripts|EventSource|WebSocket|sendBeacon)\s*\(\s*["'`](?:https?:|wss?:)?//""",
    r"""\.src\s*=\s*["'`](?:https?:)?//""",
)
SHIPPED = {
    "templates": (PACKAGE, ("*.html", "*.txt")),
    "console": (PACKAGE / "web" / "static", ("*.js", "*.css", "*.svg")),
    "extension": (ROOT / "extension" / "src", ("*.ts", "*.html", "*.css")),
    "extension's pages": (ROOT / "extension" / "static", ("*.html", "*.css", "*.json")),
}
PLACES = re.compile(r"geo|latitude|longitude|location|position|wifi|ssid|bssid|cell_?tower|altitude|ip_address|camera|webcam|microphone")


def files(folder: Path, kinds: tuple[str, ...]) -> Iterator[Path]:
    for kind in kinds:
        yield from (path for path in folder.rglob(kind) if "node_modules" not in path.parts and "tests" not in path.parts)


def loads_elsewhere(text: str) -> list[str]:
    return [match[0] for pattern in LOADS for match in re.finditer(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize("part", SHIPPED)
def test_no_third_party(part: str) -> None:
    """No template, style, script or page of the extension names another origin to load from; the browser's part is in tests/pages."""
    looked_at = list(files(*SHIPPED[part]))
    assert len(looked_at) > 2
    faults = {str(path.relative_to(ROOT)): found for path in looked_at if (found := loads_elsewhere(path.read_text("utf-8")))}
    assert faults == {}


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js">', "<img alt='' src=//t.example/p.gif>", '<link rel="stylesheet" href="https://fonts.example/a.css">',
        "@import url(https://fonts.example/a.css)", "a{background:url('//t.example/p.gif')}", 'fetch("https://t.example/")', "import('//cdn.example/x.js')",
        'navigator.sendBeacon("https://t.example/", x)', 'image.src = "https://t.example/p.gif"',
    ],
)  # fmt: skip
def test_another_origin_would_be_found(text: str) -> None:
    assert loads_elsewhere(text)


def test_a_link_to_follow_is_none() -> None:
    assert loads_elsewhere('<a href="https://www.childline.org.uk">Childline</a> <img src="/static/x.svg">') == []


def names_in(schema: object) -> Iterator[str]:
    """Every name of a field in a schema or an example."""
    if isinstance(schema, dict):
        for name, inside in schema.items():
            yield str(name)
            yield from names_in(inside)
    elif isinstance(schema, list):
        for inside in schema:
            yield from names_in(inside)


def test_no_contract_has_a_field_for_where_a_child_is() -> None:
    schemas = sorted((ROOT / "contracts").rglob("*.json"))
    assert any(path.name == "capture.schema.json" for path in schemas)
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in schemas
        for name in names_in(json.loads(path.read_text("utf-8")))
        if PLACES.search(name.lower()) and "/matching/" not in str(path) and "invalid" not in path.parts
    }
    assert found == set()


def test_the_extension_asks_the_browser_for_no_place_camera_or_microphone() -> None:
    manifest = (ROOT / "extension" / "manifest.mjs").read_text("utf-8")
    assert "permissions" in manifest
    unwanted = ("geolocation", "videoCapture", "audioCapture", "desktopCapture", "tabCapture", "debugger", "history", "cookies", "nativeMessaging")
    assert [name for name in unwanted if f'"{name}"' in manifest] == []
    scripts = [path.read_text("utf-8") for path in files(ROOT / "extension" / "src", ("*.ts",))]
    assert [word for word in ("navigator.geolocation", "getUserMedia", "getDisplayMedia") if any(word in script for script in scripts)] == []


def test_no_model_has_a_column_for_it() -> None:
    from django.apps import apps

    names = {f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields() if model.__module__.startswith("heedful")}
    assert {name for name in names if re.search(r"geo|latitude|longitude|gps|ssid|ip_address", name.lower())} == set()
