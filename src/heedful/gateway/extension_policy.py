"""The exact policy that a school pastes into Google Admin, Intune or a Linux policy folder. Pure: values in, values out."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Target = Literal["google", "intune", "linux"]
TARGETS: tuple[Target, ...] = ("google", "intune", "linux")


@dataclass(frozen=True)
class ExtensionPolicy:
    """What to set, and why. `document` is the JSON to paste; `reasons` explains each of its values by name, in order.

    `by_machine` says how to set what differs from machine to machine; empty where the machine tells it itself.
    """

    target: Target
    document: dict[str, Any]
    where: str
    reasons: Mapping[str, str]
    by_machine: str


_REASONS = {
    "ExtensionSettings": "installs Heedful from this server, keeps it there and shows its sign in the toolbar",
    "installation_mode": "force_installed: nobody can remove it or switch it off",
    "update_url": "where the browser fetches the extension and each new version: this server",
    "override_update_url": "without it browsers would look for updates at an address that the extension does not have",
    "toolbar_pin": "the sign is always in view; monitoring is never hidden",
    "IncognitoModeAvailability": "1: no incognito windows, where no extension runs",
    "BrowserGuestModeEnabled": "no guest windows, where no extension runs",
    "BrowserAddPersonEnabled": "no second, unmanaged profile beside the school's",
    "DeveloperToolsAvailability": "0: developer tools stay, but not for extensions that the school installs",
    "3rdparty": "what Heedful itself reads: the server, and the token by which this browser enrols once",
    "serverUrl": "the address of this server, as devices reach it",
    "deviceEnrolToken": "for Windows, macOS and Linux; set it on the machine, never for a user: it is obeyed wherever it is set",
    "chromeosEnrolToken": "for ChromeOS; ignored everywhere else, so it does nothing on a pupil's own computer",
    "pupil": "for a machine of one pupil: the address or user name; leave it out where several use it, placeholders are not expanded",
    "machineId": "the machine's own serial number or asset tag, so that several profiles on it count as one device; never the same value on two machines",
    "deviceLabel": "the school's own name for the machine, as its inventory has it; the popup shows it",
    "CACertificates": "the school's own certificate authority, so that browsers trust this server; it may speak for this server's names alone",
}
# The extension takes a value that begins so for none at all: a policy that was pasted as it is makes no two machines one.
SERIAL_HERE, NAME_HERE = "PUT-THE-SERIAL-NUMBER-HERE", "PUT-THE-NAME-HERE"


def policy_for(
    target: Target,
    *,
    extension_id: str,
    server_url: str,
    update_url: str,
    device_token: str | None = None,
    chromeos_token: str | None = None,
    pupil: str | None = None,
    machine_id: str | None = None,
    device_label: str | None = None,
    authority: bytes | None = None,
) -> ExtensionPolicy:
    """Return what to paste for one target.

    `google` is the app's own configuration (Google Admin sets the rest by switches, named in `where`) and may hold the ChromeOS token
    alone; `intune` and `linux` are whole policy documents and may hold the device token alone. Raises ValueError where a token
    of the other kind is given: it would follow a pupil home. `authority` is the school's own (DER), where the server's certificate is from it;
    it goes into Linux policies, which alone have no other place for it.
    """
    if target not in TARGETS:
        raise ValueError(f"unknown target {target!r}; there are {', '.join(TARGETS)}")
    if target == "google" and device_token:
        raise ValueError(
            "the device token has no place in Google's policy: it would follow a pupil's account to a computer at home; give the chromeos token"
        )
    if target != "google" and chromeos_token:
        raise ValueError("the chromeos token is for Google's policy alone; give the device token")
    token = {"chromeosEnrolToken": chromeos_token} if target == "google" else {"deviceEnrolToken": device_token}
    values = {"serverUrl": server_url} | token | {"pupil": pupil, "machineId": machine_id, "deviceLabel": device_label}
    configuration = {name: value for name, value in values.items() if value}
    if target == "google":
        document: dict[str, Any] = {name: {"Value": value} for name, value in configuration.items()}
    else:
        document = _browser_policy(extension_id, update_url) | {"3rdparty": {"extensions": {extension_id: configuration}}}
    if authority and target == "linux":
        document["CACertificates"] = [base64.b64encode(authority).decode()]
    return ExtensionPolicy(target, document, _where(target, extension_id, update_url), _reasons_for(document), _by_machine(target, extension_id))


def _by_machine(target: Target, extension_id: str) -> str:
    if target == "google":
        return ""
    if target == "linux":
        return (
            "On each machine, as root, once the file is in place: "
            f'sed -i "s/{SERIAL_HERE}/$(cat /sys/class/dmi/id/product_serial)/; s/{NAME_HERE}/$(hostname)/" /etc/chromium/policies/managed/heedful.json'
        )
    keys = [rf"HKLM:\SOFTWARE\Policies\{vendor}\3rdparty\extensions\{extension_id}\policy" for vendor in (r"Google\Chrome", r"Microsoft\Edge")]
    return (
        "On each machine, by a PowerShell script that Intune or a start-up policy runs as the system: "
        f"foreach ($key in '{keys[0]}', '{keys[1]}') {{ if (!(Test-Path $key)) {{ New-Item -Force $key | Out-Null }}; "
        "Set-ItemProperty $key machineId (Get-CimInstance Win32_BIOS).SerialNumber; Set-ItemProperty $key deviceLabel $env:COMPUTERNAME }"
    )


def _browser_policy(extension_id: str, update_url: str) -> dict[str, Any]:
    return {
        "ExtensionSettings": {
            extension_id: {
                "installation_mode": "force_installed",
                "update_url": update_url,
                "override_update_url": True,
                "toolbar_pin": "force_pinned",
            }
        },
        "IncognitoModeAvailability": 1,
        "BrowserGuestModeEnabled": False,
        "BrowserAddPersonEnabled": False,
        "DeveloperToolsAvailability": 0,
    }


def _where(target: Target, extension_id: str, update_url: str) -> str:
    if target == "google":
        return (
            f"Google Admin console, Devices, Chrome, Apps & extensions, Users & browsers: choose the pupils' organisational unit, add a Chrome app by id "
            f"{extension_id} from a custom URL {update_url}, set 'Force install + pin to browser toolbar', and paste the JSON under 'Policy for extensions'. "
            "Under Settings, Users & browsers, set 'Incognito mode' to disallow and, for managed guest sessions and sign-in, 'Guest mode' and 'Add person' likewise."
        )
    if target == "intune":
        return (
            "Intune, Devices, Configuration, Settings catalogue (or Group Policy, Administrative Templates): for Google Chrome and for Microsoft Edge set each policy "
            "by its name with the value here, assigned to devices, not users. '3rdparty' is written as registry values below "
            r"HKLM\SOFTWARE\Policies\Google\Chrome\3rdparty\extensions" + f"\\{extension_id}\\policy (Edge: ...\\Microsoft\\Edge\\...). "
            "Edge names incognito 'InPrivateModeAvailability', with the same value."
        )
    return (
        "Linux: save the JSON as /etc/chromium/policies/managed/heedful.json (Google Chrome: /etc/opt/chrome/policies/managed/, Edge: /etc/opt/edge/policies/managed/), "
        "owned by root. Every user of the machine can read it: the token in it is the group's, can be revoked, and serves to enrol, nothing else."
    )


def _reasons_for(document: Mapping[str, Any]) -> dict[str, str]:
    """The reasons for what stands in the document, in its order."""
    found: dict[str, str] = {}

    def walk(value: object) -> None:
        if isinstance(value, Mapping):
            for name, inner in value.items():
                if name in _REASONS:
                    found[name] = _REASONS[name]
                walk(inner)

    walk(document)
    return found
