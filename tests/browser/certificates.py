"""A school's own authority and the certificates, good and bad, that a server may show."""

from __future__ import annotations

import base64
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from heedful.tls import Pair, der_of, make_authority, make_server_certificate

HOST = "heedful.larkhill.example"
ELSEWHERE = "news.example"


class SchoolCertificates:
    """`context(kind)` is what a server speaks TLS with; the files lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        now = datetime.now(UTC)
        self.folder = folder
        self.authority = make_authority(organisation="Larkhill Academy", names=[HOST], now=now)
        wide = make_authority(organisation="Larkhill Academy", names=[HOST, ELSEWHERE], now=now)
        # The same key and name, but the certificate that devices trust is held to one host.
        stolen = replace(self.authority, certificate=_resigned(wide, self.authority, now))
        strangers = make_authority(organisation="Somebody else", names=[HOST], now=now)
        self.pairs = {
            "good": make_server_certificate(authority=self.authority, names=[HOST], now=now),
            "expired": make_server_certificate(authority=self.authority, names=[HOST], now=now - timedelta(days=500)),
            "not trusted": make_server_certificate(authority=strangers, names=[HOST], now=now),
            "wrong host": make_server_certificate(authority=self.authority, names=[f"other.{HOST}"], now=now),
            "beyond its names": make_server_certificate(authority=stolen, names=[ELSEWHERE], now=now),
        }

    @property
    def policy(self) -> dict[str, list[str]]:
        """What lets Chromium trust the authority."""
        return {"CACertificates": [base64.b64encode(der_of(self.authority.certificate)).decode()]}

    def context(self, kind: str) -> ssl.SSLContext:
        pair: Pair = self.pairs[kind]
        certificate, key = self.folder / "server.pem", self.folder / "server.key"
        certificate.write_bytes(pair.certificate)
        key.write_bytes(pair.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context


def _resigned(wide: Pair, narrow: Pair, now: datetime) -> bytes:
    """The narrow authority's key under the wide one's names: lets a test sign what the trusted certificate forbids."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

    key = load_pem_private_key(narrow.key, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    ours, theirs = x509.load_pem_x509_certificate(narrow.certificate), x509.load_pem_x509_certificate(wide.certificate)
    builder = x509.CertificateBuilder().subject_name(ours.subject).issuer_name(ours.subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=400))
    for extension in theirs.extensions:
        if not isinstance(extension.value, x509.SubjectKeyIdentifier):
            builder = builder.add_extension(extension.value, extension.critical)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
