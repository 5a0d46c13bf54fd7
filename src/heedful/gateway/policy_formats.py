"""The managed policy as each system takes it: JSON, registry, property lists. Pure; every value is the one of `extension_policy`."""

from __future__ import annotations

import json
import plistlib
from dataclasses import dataclass
from typing import Any

from heedful.gateway.extension_policy import ExtensionPolicy

EDGE_NAMES = {"IncognitoModeAvailability": "InPrivateModeAvailability"}
BROWSERS = (("Google Chrome", r"Google\Chrome", "com.google.Chrome"), ("Microsoft Edge", r"Microsoft\Edge", "com.microsoft.Edge"))


@dataclass(frozen=True)
class PolicyText:
    """One text to copy, and where it goes."""

    title: str
    text: str


def texts_of(policy: ExtensionPolicy, *, system: str) -> list[PolicyText]:
    """The texts for `google`, `windows`, `mac` or `linux`."""
    if system == "windows":
        return [
            PolicyText(f"Registry, {name}", registry_text(policy.document, key=key, is_edge="Edge" in key)) for name, key, _ in BROWSERS
        ]
    if system == "mac":
        return [text for name, _, domain in BROWSERS for text in _property_lists(policy.document, name=name, domain=domain)]
    title = "Policy for extensions (JSON)" if system == "google" else "/etc/chromium/policies/managed/heedful.json"
    return [PolicyText(title, json.dumps(policy.document, indent=2))]


def registry_text(document: dict[str, Any], *, key: str, is_edge: bool = False) -> str:
    """A .reg file for the machine. An extension's own values lie below 3rdparty; what is no number is text, objects as JSON."""
    root = rf"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\{key}"
    lines = ["Windows Registry Editor Version 5.00", "", f"[{root}]"]
    lines += [_value(EDGE_NAMES.get(name, name) if is_edge else name, value) for name, value in document.items() if name != "3rdparty"]
    for extension_id, values in document["3rdparty"]["extensions"].items():
        lines += ["", rf"[{root}\3rdparty\extensions\{extension_id}\policy]", *(_value(name, value) for name, value in values.items())]
    return "\r\n".join(lines) + "\r\n"


def _value(name: str, value: object) -> str:
    if isinstance(value, bool | int):
        return f'"{name}"=dword:{int(value):08x}'
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}"="{escaped}"'


def _property_lists(document: dict[str, Any], *, name: str, domain: str) -> list[PolicyText]:
    is_edge = "Edge" in domain
    browser = {EDGE_NAMES.get(key, key) if is_edge else key: value for key, value in document.items() if key != "3rdparty"}
    lists = [PolicyText(f"{name}: {domain}.plist", _plist(browser))]
    for extension_id, values in document["3rdparty"]["extensions"].items():
        lists.append(PolicyText(f"{name}: {domain}.extensions.{extension_id}.plist", _plist(values)))
    return lists


def _plist(values: dict[str, Any]) -> str:
    return plistlib.dumps(values, sort_keys=False).decode()
