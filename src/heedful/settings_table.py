"""Every setting Heedful takes from its environment: one typed table, read once at start."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TRUE_WORDS = {"1", "true", "yes", "on"}
LOOPBACK = {"127.0.0.1", "[::1]", "localhost"}
FALSE_WORDS = {"0", "false", "no", "off", ""}
LAYERS = ("phrases", "model", "encoder")  # of detection, which this floor may not import; a test compares them
TENANT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
# What each provider that staff sign in with takes, all of it or none.
SIGN_IN_NEEDS = {
    "GOOGLE": ("HEEDFUL_GOOGLE_CLIENT_ID", "HEEDFUL_GOOGLE_CLIENT_SECRET", "HEEDFUL_SIGN_IN_DOMAINS"),
    "MICROSOFT": (
        "HEEDFUL_MICROSOFT_TENANT", "HEEDFUL_MICROSOFT_CLIENT_ID", "HEEDFUL_MICROSOFT_CLIENT_SECRET", "HEEDFUL_SIGN_IN_DOMAINS",
    ),
    "OIDC": ("HEEDFUL_OIDC_ISSUER", "HEEDFUL_OIDC_CLIENT_ID", "HEEDFUL_OIDC_CLIENT_SECRET", "HEEDFUL_SIGN_IN_DOMAINS"),
}  # fmt: skip


class SettingsError(Exception):
    """A setting has a value that Heedful can't start with; the text says which, and what it takes."""


@dataclass(frozen=True)
class Setting:
    """One row of the table. `kind` is text, path, url, boolean, integer or secret; `unit` is for people."""

    name: str
    kind: str
    default: str
    unit: str
    help: str
    least: int = 0
    most: int = 1_000_000


TABLE: tuple[Setting, ...] = (
    Setting(
        "HEEDFUL_DATA_DIR",
        "path",
        "data",
        "folder",
        "Where the database, keys, pictures, bundle and queue live. Readable by Heedful's own user alone.",
    ),
    Setting(
        "HEEDFUL_DATABASE_URL",
        "url",
        "",
        "URL",
        "`sqlite:///PATH` or `postgresql://USER@HOST/NAME` (`postgresql:///NAME?host=/socket/folder`). Empty: SQLite in the data folder.",
    ),
    Setting(
        "HEEDFUL_PUBLIC_URL",
        "url",
        "http://localhost:8000",
        "URL",
        "The address of the console, as people type it. https makes cookies `Secure` and `__Host-`.",
    ),
    Setting("HEEDFUL_DEVICE_URL", "url", "", "URL", "The address of the devices' door, as devices reach it. Empty: the console's."),
    Setting("HEEDFUL_LISTEN", "text", "127.0.0.1:8000", "address:port", "Where the server listens. Behind a proxy leave it on loopback."),
    Setting(
        "HEEDFUL_DEVICE_LISTEN",
        "text",
        "",
        "address:port",
        "A second listener for devices alone; the first then answers the console alone. Empty: one listener for both.",
    ),
    Setting(
        "HEEDFUL_TLS_CERTIFICATE_FILE",
        "path",
        "",
        "file",
        "PEM certificate chain, when Heedful itself speaks TLS. Empty: a proxy does, or loopback only.",
    ),
    Setting("HEEDFUL_TLS_KEY_FILE", "path", "", "file", "PEM private key for the certificate."),
    Setting(
        "HEEDFUL_DEVICE_TLS_CERTIFICATE_FILE",
        "path",
        "",
        "file",
        "A certificate of its own for the devices' door (HEEDFUL_DEVICE_LISTEN). Empty: the same as for the console.",
    ),
    Setting("HEEDFUL_DEVICE_TLS_KEY_FILE", "path", "", "file", "PEM private key for the certificate of the devices' door."),
    Setting(
        "HEEDFUL_TRUSTED_PROXIES",
        "text",
        "127.0.0.1 ::1",
        "addresses",
        "Proxies whose word on who asks and whether it was https is taken (X-Forwarded-For, X-Forwarded-Proto), separated by spaces; networks such as 10.88.0.0/16 too.",
    ),
    Setting("HEEDFUL_SECRET_KEY", "secret", "", "text", "Signs sessions. Made at first start in the data folder when not given."),
    Setting(
        "HEEDFUL_INSTALLATION_KEY",
        "secret",
        "",
        "base64, 32 bytes",
        "Wraps each school's key. Made at first start in the data folder (mode 0600) when not given; never in the database. To rotate a given one: the new key, a space, the old one.",
    ),
    Setting(
        "HEEDFUL_EMAIL_HOST",
        "text",
        "",
        "host name",
        "SMTP server for notifications. Empty: nothing can be mailed, and `heedful doctor` says so.",
    ),
    Setting("HEEDFUL_EMAIL_PORT", "integer", "587", "port", "SMTP port.", 1, 65535),
    Setting("HEEDFUL_EMAIL_USER", "text", "", "text", "SMTP user name, if the server wants one."),
    Setting("HEEDFUL_EMAIL_PASSWORD", "secret", "", "text", "SMTP password."),
    Setting("HEEDFUL_EMAIL_STARTTLS", "boolean", "on", "on or off", "Speak TLS to the mail server."),
    Setting("HEEDFUL_EMAIL_FROM", "text", "heedful@localhost", "address", "The sender of notifications."),
    Setting(
        "HEEDFUL_SIGN_IN_DOMAINS",
        "text",
        "",
        "domains",
        "The school's own mail domains, separated by spaces. Needed with each provider below: an account of another domain is refused.",
    ),
    Setting("HEEDFUL_GOOGLE_CLIENT_ID", "text", "", "text", "Staff sign in with Google Workspace: the OAuth client's id. Empty: not offered."),
    Setting("HEEDFUL_GOOGLE_CLIENT_SECRET", "secret", "", "text", "The OAuth client's secret at Google."),
    Setting(
        "HEEDFUL_MICROSOFT_TENANT",
        "text",
        "",
        "tenant id",
        "Staff sign in with Microsoft Entra: the directory (tenant) id of the school, never `common` or `organizations`. Empty: not offered.",
    ),
    Setting("HEEDFUL_MICROSOFT_CLIENT_ID", "text", "", "text", "The application (client) id at Microsoft."),
    Setting("HEEDFUL_MICROSOFT_CLIENT_SECRET", "secret", "", "text", "The application's client secret at Microsoft."),
    Setting(
        "HEEDFUL_OIDC_ISSUER",
        "url",
        "",
        "URL",
        "Staff sign in with another OpenID Connect provider, a school's or a trust's own: its issuer. Empty: not offered.",
    ),
    Setting("HEEDFUL_OIDC_NAME", "text", "your school account", "text", "What the button says after “Sign in with”, for that provider."),
    Setting("HEEDFUL_OIDC_CLIENT_ID", "text", "", "text", "The client id at that provider."),
    Setting("HEEDFUL_OIDC_CLIENT_SECRET", "secret", "", "text", "The client's secret at that provider."),
    Setting(
        "HEEDFUL_SIGN_IN_TRUSTS_SECOND_FACTOR",
        "boolean",
        "off",
        "on or off",
        "Take the provider's word, where its token gives it, that a second factor was used. Off: Heedful asks for its own as well.",
    ),
    Setting(
        "HEEDFUL_BACKUP_DIR",
        "path",
        "",
        "folder",
        "Where the nightly backup goes, best on another machine's disk. Empty: none is made, and Heedful says so.",
    ),
    Setting("HEEDFUL_BACKUP_KEYS_DIR", "path", "", "folder", "Where the keys file of each nightly backup goes. Empty: beside the archive."),
    Setting("HEEDFUL_BACKUP_KEEP", "integer", "14", "backups", "How many nightly backups are kept; older ones are deleted.", 2, 400),
    Setting(
        "HEEDFUL_ROLL_DIR",
        "path",
        "",
        "folder",
        "Where the school's system puts its roll each night, in a folder of the school's number. Empty: none is taken.",
    ),
    Setting("HEEDFUL_ROLL_HOUR", "integer", "2", "hour of the day", "When the roll is taken from that folder.", 0, 23),
    Setting(
        "HEEDFUL_DETECTION_LAYERS",
        "text",
        "phrases",
        "layers",
        "Which layers judge what devices send, separated by commas: `phrases`, `model` (the small model that devices have too), `encoder` (the sentence encoder). Devices are told in their policy: they always ask the phrases, and the small model only where it is named. A layer that is on and lacks its weights stops the start.",
    ),
    Setting("HEEDFUL_TIME_ZONE", "text", "Europe/London", "IANA name", "The zone in which times are shown."),
    Setting("HEEDFUL_WEB_WORKERS", "integer", "2", "processes", "Web server processes.", 1, 64),
    Setting("HEEDFUL_DEBUG", "boolean", "off", "on or off", "Django's debug pages. Never on where real pupils are."),
    Setting(
        "HEEDFUL_DEMO", "boolean", "off", "on or off", "Set by `heedful demo` itself: sign-in links in place of passwords, loopback only."
    ),
)


@dataclass(frozen=True)
class Values:
    """The settings as read; index by name. Integers and booleans are converted, paths are `Path`."""

    rows: Mapping[str, str | int | bool | Path | None]

    def text(self, name: str) -> str:
        value = self.rows[name]
        return "" if value is None else str(value)

    def number(self, name: str) -> int:
        value = self.rows[name]
        assert isinstance(value, int)
        return value

    def flag(self, name: str) -> bool:
        return bool(self.rows[name])

    def path(self, name: str) -> Path | None:
        value = self.rows[name]
        return value if isinstance(value, Path) else None


def read_settings(environ: Mapping[str, str] | None = None) -> Values:
    """Read the whole table from the environment; `NAME_FILE` gives a secret from a file.

    Raises SettingsError that names every wrong value at once.
    """
    environ = os.environ if environ is None else environ
    rows: dict[str, str | int | bool | Path | None] = {}
    faults: list[str] = []
    for setting in TABLE:
        try:
            rows[setting.name] = _convert(setting, _raw(setting, environ))
        except SettingsError as fault:
            faults.append(str(fault))
    known = {setting.name for setting in TABLE} | {f"{s.name}_FILE" for s in TABLE if s.kind == "secret"}
    faults += [
        f"{name}: no such setting; docs/settings.md lists them"
        for name in sorted(environ)
        if name.startswith("HEEDFUL_") and name not in known
    ]
    faults += _fit_together(rows)
    if faults:
        raise SettingsError("\n".join(faults))
    return Values(rows)


def _raw(setting: Setting, environ: Mapping[str, str]) -> str:
    if setting.kind == "secret" and environ.get(f"{setting.name}_FILE"):
        if environ.get(setting.name):
            raise SettingsError(f"{setting.name} and {setting.name}_FILE are both given; take one away")
        path = Path(environ[f"{setting.name}_FILE"])
        try:
            return path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else "it is no text"
            raise SettingsError(f"{setting.name}_FILE: can't read '{path}': {reason}") from fault
    return environ.get(setting.name, setting.default)


def _convert(setting: Setting, raw: str) -> str | int | bool | Path | None:
    if setting.kind == "boolean":
        return _boolean(setting, raw)
    if setting.kind == "integer":
        return _integer(setting, raw)
    if setting.kind == "path":
        return Path(raw).absolute() if raw else None
    if setting.kind == "url" and raw and "://" not in raw:
        raise SettingsError(
            f"{setting.name}: got '{raw}'; it takes a {setting.unit} such as '{setting.default or 'https://heedful.school.example'}'"
        )
    if setting.unit == "address:port" and raw and not _is_listener(raw):
        raise SettingsError(f"{setting.name}: got '{raw}'; it takes an address and a port such as '127.0.0.1:8000' or '[::1]:8000'")
    if setting.unit == "addresses" and not all(map(_is_network, raw.split())):
        raise SettingsError(f"{setting.name}: got '{raw}'; it takes {setting.unit} such as '{setting.default}', separated by spaces")
    if setting.unit == "IANA name" and not _is_zone(raw):
        raise SettingsError(f"{setting.name}: got '{raw}'; it takes an {setting.unit} such as '{setting.default}'")
    if setting.unit == "layers" and not is_layers(raw):
        raise SettingsError(f"{setting.name}: got '{raw}'; it takes one or more of {', '.join(LAYERS)}, separated by commas")
    return raw


def layers_of(raw: str) -> list[str]:
    """The layers that a value names, as written."""
    return [word.strip() for word in raw.split(",")]


def is_layers(raw: str) -> bool:
    return set(LAYERS).issuperset(layers_of(raw))


def _is_listener(raw: str) -> bool:
    host, _, port = raw.rpartition(":")
    return bool(host) and port.isascii() and port.isdecimal() and 1 <= int(port[:6]) <= 65535


def _is_network(raw: str) -> bool:
    try:
        ip_network(raw)
    except ValueError:
        return False
    return True


def _is_zone(raw: str) -> bool:
    try:
        ZoneInfo(raw)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _fit_together(rows: Mapping[str, str | int | bool | Path | None]) -> list[str]:
    """Faults of settings that are right alone and wrong together."""
    faults = []
    if rows.get("HEEDFUL_DEMO"):
        for name in ("HEEDFUL_LISTEN", "HEEDFUL_DEVICE_LISTEN"):
            host = str(rows.get(name) or "").rpartition(":")[0]
            if host and host not in LOOPBACK:
                faults.append(f"{name}: got '{rows[name]}'; a demo has no passwords, so it listens on 127.0.0.1 alone")
    for door in ("HEEDFUL_TLS", "HEEDFUL_DEVICE_TLS"):
        given = [name for name in (f"{door}_CERTIFICATE_FILE", f"{door}_KEY_FILE") if rows.get(name)]
        if len(given) == 1:
            faults.append(f"{given[0]} is given alone; TLS takes a certificate and its key")
    if rows.get("HEEDFUL_DEVICE_TLS_CERTIFICATE_FILE") and not rows.get("HEEDFUL_DEVICE_LISTEN"):
        faults.append("HEEDFUL_DEVICE_TLS_CERTIFICATE_FILE has no use without HEEDFUL_DEVICE_LISTEN; without it there is one listener")
    return faults + _sign_in_faults({name: str(rows.get(name) or "") for name in rows})


def _sign_in_faults(rows: Mapping[str, str]) -> list[str]:
    """What is missing or too open at a provider that staff sign in with."""
    faults = []
    for name in ("GOOGLE", "MICROSOFT", "OIDC"):
        needed = [row for row in SIGN_IN_NEEDS[name] if not rows.get(row)]
        is_meant = any(rows.get(row) for row in SIGN_IN_NEEDS[name] if not row.endswith(("_SECRET", "_DOMAINS")))
        if needed and is_meant:
            faults.append(f"{', '.join(needed)}: missing; signing in there takes {', '.join(SIGN_IN_NEEDS[name])}")
    tenant, issuer = rows.get("HEEDFUL_MICROSOFT_TENANT", ""), rows.get("HEEDFUL_OIDC_ISSUER", "")
    if tenant and not TENANT.fullmatch(tenant):
        faults.append(f"HEEDFUL_MICROSOFT_TENANT: got '{tenant}'; it takes a tenant id such as '11111111-2222-3333-4444-555555555555'")
    if issuer and urlsplit(issuer).scheme != "https" and urlsplit(issuer).hostname not in {"127.0.0.1", "::1", "localhost"}:
        faults.append(f"HEEDFUL_OIDC_ISSUER: got '{issuer}'; it takes an https address")
    wrong = [domain for domain in rows.get("HEEDFUL_SIGN_IN_DOMAINS", "").lower().split() if not DOMAIN.fullmatch(domain)]
    return faults + [f"HEEDFUL_SIGN_IN_DOMAINS: got '{domain}'; it takes domains such as 'school.example'" for domain in wrong]


def _boolean(setting: Setting, raw: str) -> bool:
    word = raw.strip().lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise SettingsError(f"{setting.name}: got '{raw}'; it takes 'on' or 'off'")
    return word in TRUE_WORDS


def _integer(setting: Setting, raw: str) -> int:
    try:
        value = int(raw)
    except ValueError:
        raise SettingsError(f"{setting.name}: got '{raw}'; it takes a whole number of {setting.unit}") from None
    if not setting.least <= value <= setting.most:
        raise SettingsError(f"{setting.name}: got {value}; it takes {setting.least} to {setting.most}")
    return value


def stop_on_fault(fault: SettingsError) -> None:
    """End the program with the settings' faults on standard error, without a traceback."""
    sys.exit(f"Heedful can't start:\n{fault}")
