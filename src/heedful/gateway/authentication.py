"""Who is at the devices' door: headers, key, signature. Pure of what the request wants."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from heedful.devices.models import Profile
from heedful.devices.queries import find_profile
from heedful.devices.rules import MOST_SEQUENCE
from heedful.gateway.problems import Problem
from heedful.gateway.signing import is_signed_by, request_bytes

MOST_BODY_BYTES = 24 * 1024 * 1024
NOT_KNOWN = "The device is not known here, was revoked, or the signature is not its own. Enrol again or ask the school's technician."


@dataclass(frozen=True)
class Signed:
    """A request whose signature is right. Its number is not used up yet."""

    profile: Profile
    sequence: int
    body: bytes


def not_known() -> Problem:
    """The one 401 for every reason. Made anew each time: a raised exception holds on to the request it was raised in."""
    return Problem(401, "unknown-device", NOT_KNOWN)


def read_body(request: HttpRequest) -> bytes:
    """The whole body; Problem 413 over 24 MiB."""
    too_large = Problem(413, "too-large", f"A request takes at most {MOST_BODY_BYTES} bytes; send fewer captures at once.")
    length = request.headers.get("Content-Length") or "0"
    if not (length.isascii() and length.isdecimal()) or int(length[:20]) > MOST_BODY_BYTES:
        raise too_large
    try:
        return request.body
    except RequestDataTooBig:
        raise too_large from None


def authenticate(request: HttpRequest) -> Signed:
    """Check device, key and signature. Raises Problem 401; the same one for every reason, so that nothing can be probed."""
    sequence_text = request.headers.get("Heedful-Sequence", "")
    profile = find_profile(request.headers.get("Heedful-Device", ""))
    if profile is None or profile.revoked_at is not None or not is_sequence(sequence_text):
        raise not_known()
    body = read_body(request)
    message = request_bytes(
        method=request.method or "", path=path_as_sent(request), device=str(profile.pk), sequence=int(sequence_text), body=body
    )
    if not is_signed_by(bytes(profile.public_key), request.headers.get("Heedful-Signature", ""), message):
        raise not_known()
    return Signed(profile, int(sequence_text), body)


def path_as_sent(request: HttpRequest) -> str:
    """Path and query as the device wrote them: Django's own would encode the query anew."""
    query = request.META.get("QUERY_STRING", "")
    return f"{request.path}?{query}" if query else request.path


def is_sequence(text: str) -> bool:
    """A decimal number from 1 to 2^53 - 1, ASCII digits, no leading zero."""
    return text.isascii() and text.isdecimal() and not text.startswith("0") and len(text) <= 16 and int(text) <= MOST_SEQUENCE
