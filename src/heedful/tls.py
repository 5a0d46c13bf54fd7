"""Certificates for the listeners: a school's own authority, server certificates from it, and what is wrong with a given pair.

Pure: bytes and times in, bytes out. The authority is held to the names that it is made for (RFC 5280 name constraints), so that whoever steals its
key can't pass for other sites on the school's devices.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3_650
# Browsers take no longer one from a public authority; a school's own keeps to it too.
SERVER_DAYS = 397
RENEW_WHEN_DAYS = 45
_BACKDATED = timedelta(hours=1)  # a device's clock may be a little slow
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_EVERY_ADDRESS = ("0.0.0.0/0", "::/0")


class CertificateRefused(Exception):
    """The certificate can't be made, or can't be served with; the text says why and the way out."""


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key, PEM."""

    certificate: bytes
    key: bytes


def make_authority(*, organisation: str, names: Sequence[str], now: datetime) -> Pair:
    """Make an authority that may speak for these host names (and what lies below them) and addresses alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Heedful certificates of {organisation}"[:64]),
        ]
    )
    builder = _builder(subject, subject, key.public_key(), now, AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(is_authority=True), critical=True)
    builder = builder.add_extension(_held_to(names), critical=True)
    return _pair(builder.sign(key, hashes.SHA256()), key)


def make_server_certificate(*, authority: Pair, names: Sequence[str], now: datetime) -> Pair:
    """Make a certificate for these names. Raises CertificateRefused where the authority may not speak for one, or has ended."""
    issuer, issuer_key = x509.load_pem_x509_certificate(authority.certificate), load_pem_private_key(authority.key, password=None)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey) or _public(issuer_key) != _public_of(issuer):
        raise CertificateRefused("the authority's key does not belong to its certificate; put both back from the copy that was kept apart")
    if issuer.not_valid_after_utc <= now:
        raise CertificateRefused(
            f"the authority ended on {issuer.not_valid_after_utc:%d %B %Y}; make a new one and let the devices trust it first"
        )
    beyond = [name for name in names if not _is_allowed(issuer, name)]
    if beyond:
        raise CertificateRefused(
            f"the authority may not speak for {', '.join(beyond)}; make a new one for all names and let the devices trust it first"
        )
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    days = min(SERVER_DAYS, (issuer.not_valid_after_utc - now).days)
    builder = _builder(subject, issuer.subject, key.public_key(), now, days)
    builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(is_authority=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    return _pair(builder.sign(issuer_key, hashes.SHA256()), key)


def is_name(name: str) -> bool:
    """Whether a certificate can be for this: a host name in lower case, or an address. No wildcard: whoever holds the key could be any host."""
    return _address(name) is not None or _HOST.fullmatch(name) is not None


def names_in(certificate: bytes) -> tuple[str, ...]:
    """The host names and addresses that a server certificate (PEM, the first of a chain) is for."""
    try:
        names = x509.load_pem_x509_certificate(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(names.get_values_for_type(x509.DNSName)) + tuple(str(address) for address in names.get_values_for_type(x509.IPAddress))


def days_left(certificate: bytes, *, now: datetime) -> int:
    return (x509.load_pem_x509_certificate(certificate).not_valid_after_utc - now).days


def fault_of(pair: Pair, *, now: datetime, hosts: Sequence[str] = ()) -> str:
    """Why this pair can't be served with; empty when it can. `hosts` are the names under which it is reached."""
    try:
        certificate = x509.load_pem_x509_certificate(pair.certificate)
    except ValueError:
        return "holds no PEM certificate"
    try:
        key = load_pem_private_key(pair.key, password=None)
    except TypeError:
        return "its key is locked by a passphrase; give an unlocked key that Heedful's user alone can read"
    except ValueError:
        return "its key is no PEM private key"
    if b"BEGIN PRIVATE KEY" not in pair.key:
        return "its key is not in the PKCS #8 form; turn it with: openssl pkcs8 -topk8 -nocrypt -in OLD.key -out NEW.key"
    if key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != _public_of(certificate):
        return "its key belongs to another certificate"
    if certificate.not_valid_after_utc <= now:
        return f"it ended on {certificate.not_valid_after_utc:%d %B %Y}; renew it"
    if certificate.not_valid_before_utc > now:
        return f"it begins on {certificate.not_valid_before_utc:%d %B %Y}; is this machine's clock right?"
    other = [host for host in hosts if not any(_covers(name, host) for name in names_in(pair.certificate))]
    return f"it is not for {', '.join(other)}: devices and browsers would refuse it" if other else ""


def der_of(certificate: bytes) -> bytes:
    """The first certificate of a PEM file, as policies want it."""
    return x509.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)


def _builder(subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + timedelta(days=days) - _BACKDATED)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    return Pair(certificate.public_bytes(Encoding.PEM), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority, key_cert_sign=is_authority, crl_sign=is_authority, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _held_to(names: Sequence[str]) -> x509.NameConstraints:
    permitted = [_subtree(name) for name in names]
    # A kind of name that is not named at all would be free: without an address among the names, no address is allowed.
    has_address = any(isinstance(one, x509.IPAddress) for one in permitted)
    excluded = None if has_address else [x509.IPAddress(ipaddress.ip_network(every)) for every in _EVERY_ADDRESS]
    has_host = any(isinstance(one, x509.DNSName) for one in permitted)
    return x509.NameConstraints(permitted if has_host else [*permitted, x509.DNSName("invalid")], excluded)


def _subtree(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.IPAddress(ipaddress.ip_network(address)) if address else x509.DNSName(name)


def _general_name(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.IPAddress(address) if address else x509.DNSName(name)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _is_allowed(authority: x509.Certificate, name: str) -> bool:
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    address = _address(name)
    for one in permitted:
        if isinstance(one, x509.DNSName) and address is None and (name == one.value or name.endswith(f".{one.value}")):
            return True
        if isinstance(one, x509.IPAddress) and address is not None and address in ipaddress.ip_network(str(one.value)):
            return True
    return False


def _covers(name: str, host: str) -> bool:
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name[2:])


def _public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _public_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
