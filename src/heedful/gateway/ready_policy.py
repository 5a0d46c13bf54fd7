"""The managed policy of this installation: its own address, extension and authority, with a placeholder where none gives a token."""

from __future__ import annotations

from django.conf import settings

from heedful.gateway.extension_policy import NAME_HERE, SERIAL_HERE, ExtensionPolicy, Target, policy_for
from heedful.gateway.shipped_extension import package
from heedful.tls import der_of

TOKEN_HERE = "PUT-THE-ENROLMENT-TOKEN-HERE"  # noqa: S105 - it is none


def ready_policy(target: Target, *, token: str = "") -> ExtensionPolicy:
    """What the page and the command give to copy. Raises ExtensionNotBuilt, and ValueError for an unknown target."""
    is_google = target == "google"
    return policy_for(
        target, extension_id=package().extension_id, server_url=settings.DEVICE_URL, update_url=f"{settings.DEVICE_URL}/extension/updates.xml",
        authority=_own_authority(), machine_id=None if is_google else SERIAL_HERE, device_label=None if is_google else NAME_HERE,
        device_token=None if is_google else token or TOKEN_HERE, chromeos_token=(token or TOKEN_HERE) if is_google else None,
    )  # fmt: skip


def _own_authority() -> bytes | None:
    """The school's own authority, where the server's certificate is from it (`heedful certificate make`)."""
    path = settings.DATA_DIR / "tls" / "authority.pem"
    return der_of(path.read_bytes()) if path.exists() else None
