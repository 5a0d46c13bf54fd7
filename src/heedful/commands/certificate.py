"""`heedful certificate`: a school's own certificates, for where no public one can be had."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from heedful.tls import Pair

NAME = "certificate"
HELP = "Make and renew the school's own TLS certificates, and say how devices come to trust them."
TARGETS = ("google", "intune", "linux")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    apart = {"type": Path, "metavar": "FOLDER", "help": "Where the authority's key is kept (default: authority/ in the data folder)."}
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("make", help="A certificate for the server, and at first an authority of the school's own that signs it.")
    make.add_argument("name", nargs="*", help="Host names or addresses (default: those of HEEDFUL_PUBLIC_URL and HEEDFUL_DEVICE_URL).")
    make.add_argument("--school", default="this school", help="The school's name, as it stands in the authority's certificate.")
    make.add_argument("--new-authority", action="store_true", help="Make another authority and no more: for other names, or when ten years are over.")
    make.add_argument("--authority", **apart)  # type: ignore[arg-type]
    renew = verbs.add_parser("renew", help="A new certificate for the same names; the running server takes it up by itself.")
    renew.add_argument("--if-due", action="store_true", help="Only in its last 45 days; for a nightly timer.")
    renew.add_argument("--authority", **apart)  # type: ignore[arg-type]
    trust = verbs.add_parser("trust", help="How devices come to trust the school's authority.")
    trust.add_argument("--for", dest="target", choices=TARGETS, required=True)


def run(args: argparse.Namespace) -> int:
    from heedful.commands import _django

    _django.setup()
    from heedful.tls import CertificateRefused

    try:
        return {"make": _make, "renew": _renew, "trust": _trust}[args.verb](args)
    except CertificateRefused as refused:
        print(str(refused), file=sys.stderr)
        return 2


def _make(args: argparse.Namespace) -> int:
    from heedful.tls import make_server_certificate

    now = _now()
    names = _tidy(args.name) or _own_names()
    if args.new_authority and (_folder() / "authority.pem").exists():
        _make_authority(args, names, now)
        print("The server's own certificate is as it was. Let devices trust the new authority, then run 'heedful certificate make' again.")
        return 0
    authority = _held_authority(args) if (_folder() / "authority.pem").exists() else _make_authority(args, names, now)
    _write_server(make_server_certificate(authority=authority, names=names, now=now))
    folder = _folder()
    print(f"made a certificate for {', '.join(names)}, good for 397 days:\n")
    print(f"  HEEDFUL_TLS_CERTIFICATE_FILE={folder / 'server.pem'}\n  HEEDFUL_TLS_KEY_FILE={folder / 'server.key'}\n")
    print(f"Keep '{_apart(args)}' apart: copy it to a medium that is locked away and delete it here. It is needed to renew, for nothing else.")
    print("Let devices trust the authority before they need it: heedful certificate trust --for google|intune|linux")
    return 0


def _renew(args: argparse.Namespace) -> int:
    from heedful.tls import RENEW_WHEN_DAYS, CertificateRefused, days_left, make_server_certificate, names_in

    now, path = _now(), _folder() / "server.pem"
    if not path.exists():
        raise CertificateRefused("there is no certificate of the school's own yet; make one with: heedful certificate make")
    left = days_left(path.read_bytes(), now=now)
    if args.if_due and left > RENEW_WHEN_DAYS:
        return 0
    names = list(names_in(path.read_bytes()))
    _write_server(make_server_certificate(authority=_held_authority(args), names=names, now=now))
    print(f"renewed the certificate for {', '.join(names)}, which had {max(0, left)} days left; a running server takes it up within a minute")
    return 0


def _trust(args: argparse.Namespace) -> int:
    import base64
    import json

    from heedful.tls import CertificateRefused, der_of

    path = _folder() / "authority.pem"
    if not path.exists():
        raise CertificateRefused("there is no authority of the school's own; a public certificate needs none of this")
    der = der_of(path.read_bytes())
    if args.target == "linux":
        print(json.dumps({"CACertificates": [base64.b64encode(der).decode()]}, indent=2))
        print(_LINUX.format(path=path), file=sys.stderr)
    else:
        print((_GOOGLE if args.target == "google" else _INTUNE).format(pem=path, der=path.with_suffix(".cer")))
    return 0


_GOOGLE = """Google Admin console, Devices, Networks, Certificates, for the organisational unit of the devices: Add certificate, upload
  {pem}
and enable it for Chromebooks (certificate authority for server authentication). For Chrome on managed Windows, macOS and Linux: Devices, Chrome, Connectors, Chrome Root Store, add the
same file as a root, or use the devices' own certificate store. Apply it before the extension's policy: a device that does not trust the server keeps silent."""
_INTUNE = """Intune, Devices, Configuration, New policy, Templates, Trusted certificate: upload
  {der}
for the store 'Computer certificate store - Root', assigned to devices. By Group Policy: Computer Configuration, Policies, Windows Settings, Security Settings, Public Key Policies,
Trusted Root Certification Authorities, Import. Chrome and Edge on Windows read that store. On macOS put {pem} into a configuration profile as a certificate payload."""
_LINUX = """
Put this value into the policy beside the extension's ('heedful extension policy --for linux' has it in already). Chromium trusts the authority then, for the names in it and no other;
it does not read the system's store. Other programs of the server and 'heedful doctor' do: cp {path} /usr/local/share/ca-certificates/heedful.crt && update-ca-certificates"""


def _tidy(names: list[str]) -> list[str]:
    from heedful.tls import CertificateRefused, is_name

    tidy = list(dict.fromkeys(name.strip().rstrip(".").lower() for name in names))
    wrong = [name for name in tidy if not is_name(name)]
    if wrong:
        raise CertificateRefused(f"{wrong[0]!r} is neither a host name nor an address; give names such as heedful.school.example, without https:// and port")
    return tidy


def _make_authority(args: argparse.Namespace, names: list[str], now: datetime) -> Pair:
    from heedful.tls import der_of, make_authority

    certificate = _folder() / "authority.pem"
    made = make_authority(organisation=args.school, names=names, now=now)
    _write(_apart(args) / "authority.key", made.key)
    _write(certificate, made.certificate)
    _write(certificate.with_suffix(".cer"), der_of(made.certificate))
    print(f"made an authority that may speak for {', '.join(names)} (and what lies below them) alone: '{certificate}'")
    return made


def _held_authority(args: argparse.Namespace) -> Pair:
    from heedful.tls import CertificateRefused, Pair

    key, certificate = _apart(args) / "authority.key", _folder() / "authority.pem"
    if not certificate.exists():
        raise CertificateRefused(f"'{certificate}' is missing; is the certificate from elsewhere? Then renew it there")
    if not key.exists():
        raise CertificateRefused(f"the authority's key is not in '{key.parent}'; bring back the copy that is kept apart, or name its folder with --authority")
    return Pair(certificate.read_bytes(), key.read_bytes())


def _write_server(pair: Pair) -> None:
    # The key first: a server that looks in between sees a pair that does not fit, and waits.
    _write(_folder() / "server.key", pair.key)
    _write(_folder() / "server.pem", pair.certificate)


def _write(path: Path, content: bytes) -> None:
    from heedful.first_start import ensure_folder, sync_folder, write_aside

    ensure_folder(path.parent)
    write_aside(path, content).replace(path)
    sync_folder(path.parent)


def _own_names() -> list[str]:
    from urllib.parse import urlsplit

    from django.conf import settings

    return list(dict.fromkeys(urlsplit(url).hostname or "localhost" for url in (settings.PUBLIC_URL, settings.DEVICE_URL)))


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.DATA_DIR) / "tls"


def _apart(args: argparse.Namespace) -> Path:
    from django.conf import settings

    return args.authority or Path(settings.DATA_DIR) / "authority"


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()
