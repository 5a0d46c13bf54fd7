"""A school's own certificates: held to their names, short, and every wrong pair told apart in words."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from heedful.tls import CertificateRefused, Pair, days_left, fault_of, make_authority, make_server_certificate, names_in

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAMES = ["heedful.larkhill.example", "devices.larkhill.example", "10.4.0.9"]


@pytest.fixture(scope="module")
def authority() -> Pair:
    return make_authority(organisation="Larkhill Academy", names=NAMES, now=NOW)


@pytest.fixture(scope="module")
def server(authority: Pair) -> Pair:
    return make_server_certificate(authority=authority, names=NAMES, now=NOW)


def test_the_authority_may_speak_for_its_names_alone(authority: Pair) -> None:
    made = x509.load_pem_x509_certificate(authority.certificate)
    held = made.extensions.get_extension_for_class(x509.NameConstraints)
    assert held.critical
    assert held.value.permitted_subtrees == [x509.DNSName(NAMES[0]), x509.DNSName(NAMES[1]), x509.IPAddress(ipaddress.ip_network("10.4.0.9/32"))]
    basic = made.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    usage = made.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.key_cert_sign, usage.digital_signature) == (True, False)


def test_an_authority_for_names_may_speak_for_no_address_and_the_reverse() -> None:
    for own, other, kind in [("heedful.larkhill.example", "10.0.0.1", x509.IPAddress), ("10.4.0.9", "news.example", x509.DNSName)]:
        pair = make_authority(organisation="Larkhill Academy", names=[own], now=NOW)
        with pytest.raises(CertificateRefused, match="may not speak for"):
            make_server_certificate(authority=pair, names=[other], now=NOW)
        held = x509.load_pem_x509_certificate(pair.certificate).extensions.get_extension_for_class(x509.NameConstraints).value
        # A kind that no rule names would be free.
        assert any(isinstance(one, kind) for one in [*(held.permitted_subtrees or []), *(held.excluded_subtrees or [])])


def test_a_server_certificate_is_short_and_for_its_names(authority: Pair, server: Pair) -> None:
    assert names_in(server.certificate) == tuple(NAMES)
    assert days_left(server.certificate, now=NOW) <= 397
    made = x509.load_pem_x509_certificate(server.certificate)
    made.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.certificate))
    assert made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value == x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH])


def test_it_ends_no_later_than_its_authority(authority: Pair) -> None:
    late = NOW + timedelta(days=3_600)
    made = make_server_certificate(authority=authority, names=NAMES, now=late)
    assert days_left(made.certificate, now=late) <= days_left(authority.certificate, now=late)
    with pytest.raises(CertificateRefused, match="ended"):
        make_server_certificate(authority=authority, names=NAMES, now=NOW + timedelta(days=4_000))


@pytest.mark.parametrize("name", ["news.example", "larkhill.example", "notheedful.larkhill.example", "10.4.0.10"])
def test_no_other_name_gets_one(authority: Pair, name: str) -> None:
    with pytest.raises(CertificateRefused, match=name):
        make_server_certificate(authority=authority, names=[name], now=NOW)


def test_a_key_that_is_not_the_authoritys_signs_nothing(authority: Pair, server: Pair) -> None:
    with pytest.raises(CertificateRefused, match="does not belong"):
        make_server_certificate(authority=Pair(authority.certificate, server.key), names=NAMES, now=NOW)


def locked(pair: Pair) -> Pair:
    key = load_pem_private_key(pair.key, password=None)
    return Pair(pair.certificate, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")))


def in_the_old_form(pair: Pair) -> Pair:
    key = load_pem_private_key(pair.key, password=None)
    return Pair(pair.certificate, key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))


def with_another_key(pair: Pair) -> Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return Pair(pair.certificate, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.parametrize(
    ("spoil", "later_by", "words"),
    [
        (lambda pair: Pair(b"nothing", pair.key), 0, "no PEM certificate"),
        (lambda pair: Pair(pair.certificate, b"nothing"), 0, "no PEM private key"),
        (locked, 0, "passphrase"),
        (in_the_old_form, 0, "openssl pkcs8"),
        (with_another_key, 0, "another certificate"),
        (lambda pair: pair, 400, "ended on"),
        (lambda pair: pair, -1, "clock"),
    ],
)
def test_what_is_wrong_with_a_pair_is_said_with_the_way_out(server: Pair, spoil: Callable[[Pair], Pair], later_by: int, words: str) -> None:
    assert words in fault_of(spoil(server), now=NOW + timedelta(days=later_by), hosts=NAMES)


def test_a_right_pair_has_no_fault_but_for_a_name_that_is_not_its_own(server: Pair) -> None:
    assert fault_of(server, now=NOW, hosts=NAMES) == ""
    assert "console.larkhill.example" in fault_of(server, now=NOW, hosts=["console.larkhill.example"])


def test_another_verifier_agrees(tmp_path: Path) -> None:
    """OpenSSL, by Python's own ssl and clock: a handshake in memory with the authority trusted."""
    authority = make_authority(organisation="Larkhill Academy", names=NAMES, now=datetime.now(UTC))
    server = make_server_certificate(authority=authority, names=NAMES, now=datetime.now(UTC))
    (tmp_path / "server.pem").write_bytes(server.certificate)
    (tmp_path / "server.key").write_bytes(server.key)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    ours = ssl.create_default_context(cadata=authority.certificate.decode())
    for name, is_right in [(NAMES[0], True), ("other.larkhill.example", False)]:
        assert shakes_hands(ours, theirs, name) is is_right


def shakes_hands(ours: ssl.SSLContext, theirs: ssl.SSLContext, name: str) -> bool:
    ends = [ssl.MemoryBIO() for _ in range(4)]
    client = ours.wrap_bio(ends[0], ends[1], server_hostname=name)
    server = theirs.wrap_bio(ends[2], ends[3], server_side=True)
    for _ in range(6):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass  # waits for the other side
            except ssl.SSLCertVerificationError:
                return False
        ends[2].write(ends[1].read())
        ends[0].write(ends[3].read())
    return client.getpeercert() is not None
