"""A proxy from deploy/, started for real before a running Heedful: its own ports and certificates, nothing else changed."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.durability.server import free_port, wait_until

ROOT = Path(__file__).parents[2]
CONSOLE, DEVICES = "heedful.school.example", "devices.school.example"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Proxy:
    """A proxy that listens; `secure` and `plain` are its ports, `logs` what it wrote."""

    secure: int
    plain: int
    certificate: Path
    logs: Path

    def asks(self, host: str, path: str) -> Answer:
        """Ask over TLS for a name, which the proxy's certificate must be good for."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        with socket.create_connection(("127.0.0.1", self.secure), timeout=10) as plain:
            connection = http.client.HTTPConnection(host, timeout=10)
            connection.sock = context.wrap_socket(plain, server_hostname=host)
            connection.request("GET", path)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.secure)) == 0


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """One certificate for both names, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Heedful test")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(hours=1), now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.DNSName(CONSOLE), x509.DNSName(DEVICES)])
    made = builder.add_extension(names, critical=False).add_extension(x509.BasicConstraints(True, 0), critical=True).sign(key, hashes.SHA256())
    certificate, private = folder / "certificate.pem", folder / "certificate.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return certificate, private


@contextmanager
def nginx(folder: Path, *, console: int, devices: int) -> Iterator[Proxy]:
    """nginx with deploy/nginx/heedful.conf."""
    proxy = _proxy(folder)
    text = (ROOT / "deploy" / "nginx" / "heedful.conf").read_text("utf-8")
    changes = {
        "listen 443 ssl http2;": f"listen 127.0.0.1:{proxy.secure} ssl http2;", "listen 80;": f"listen 127.0.0.1:{proxy.plain};",
        "    listen [::]:443 ssl http2;\n": "", "    listen [::]:80;\n": "",
        "127.0.0.1:8000": f"127.0.0.1:{console}", "127.0.0.1:8001": f"127.0.0.1:{devices}",
        "/var/log/nginx/": f"{proxy.logs}/",
    } | {f"/etc/heedful/tls/{name}": str(proxy.certificate.with_suffix(f".{name.rpartition('.')[2]}")) for name in ("heedful.pem", "heedful.key", "devices.pem", "devices.key")}  # fmt: skip
    (folder / "site.conf").write_text(_changed(text, changes), "utf-8")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid; daemon off; worker_processes 1; error_log {proxy.logs}/error.log;"
        f"events {{}} http {{ {temporary} access_log off; include {folder}/site.conf; }}",
        "utf-8",
    )
    with _running(["nginx", "-e", f"{proxy.logs}/start.log", "-c", str(folder / "nginx.conf")], proxy):
        yield proxy


@contextmanager
def caddy(folder: Path, *, console: int, devices: int) -> Iterator[Proxy]:
    """Caddy with deploy/caddy/Caddyfile, and the test's certificate instead of one from outside."""
    proxy = _proxy(folder)
    tls = f"\ttls {proxy.certificate} {proxy.certificate.with_suffix('.key')}\n"
    text = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text("utf-8")
    changes = {
        f"{CONSOLE} {{\n": f"{CONSOLE} {{\n{tls}", f"{DEVICES} {{\n": f"{DEVICES} {{\n{tls}",
        "127.0.0.1:8000": f"127.0.0.1:{console}", "127.0.0.1:8001": f"127.0.0.1:{devices}",
    }  # fmt: skip
    head = f"{{\nadmin off\nhttp_port {proxy.plain}\nhttps_port {proxy.secure}\nstorage file_system {folder}/caddy\n}}\n"
    (folder / "Caddyfile").write_text(head + _changed(text, changes), "utf-8")
    with _running(["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")], proxy):
        yield proxy


def _proxy(folder: Path) -> Proxy:
    folder.mkdir()
    (folder / "logs").mkdir()
    certificate, _ = make_certificate(folder)
    return Proxy(free_port(), free_port(), certificate, folder / "logs")


def _changed(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, f"the file no longer says {old!r}"
        text = text.replace(old, new)
    return text


@contextmanager
def _running(command: list[str], proxy: Proxy) -> Iterator[None]:
    with (proxy.logs / "out.log").open("wb") as log:
        process = subprocess.Popen(["setpriv", "--pdeathsig=KILL", *command], stdout=log, stderr=log)
    try:
        wait_until(f"{command[0]} listens", proxy.listens, within_s=15)
        yield
    finally:
        process.terminate()
        process.wait(10)
