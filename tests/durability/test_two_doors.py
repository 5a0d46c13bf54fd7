"""`heedful serve` with the console inside and the devices' door outside, each by TLS with a certificate of the school's own."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from heedful.commands._processes import Listener, TlsFiles
from tests.durability.server import Server, free_port, wait_until

CONSOLE, DEVICES = "localhost", "127.0.0.1"  # two names that every machine knows


class TwoDoors(Server):
    """An installation as a school would set it up, on two ports of this machine."""

    device_port = 0

    @property
    def environment(self) -> dict[str, str]:
        tls = self.data_dir / "tls"
        return super().environment | {
            "HEEDFUL_DEMO": "off",
            "HEEDFUL_WEB_WORKERS": "1",
            "HEEDFUL_PUBLIC_URL": f"https://{CONSOLE}:{self.port}",
            "HEEDFUL_DEVICE_URL": f"https://{DEVICES}:{self.device_port}",
            "HEEDFUL_DEVICE_LISTEN": f"127.0.0.1:{self.device_port}",
            "HEEDFUL_TLS_CERTIFICATE_FILE": str(tls / "server.pem"),
            "HEEDFUL_TLS_KEY_FILE": str(tls / "server.key"),
        }

    def answers(self) -> bool:
        try:
            return self.ask(DEVICES, "/device/v1/bundle").status == 200 and self.ask(CONSOLE, "/accounts/login/").status == 200
        except OSError:
            return False

    def ask(self, host: str, path: str) -> http.client.HTTPResponse:
        """GET as somebody who trusts the school's authority and nobody else."""
        connection = http.client.HTTPSConnection(host, self.port if host == CONSOLE else self.device_port, timeout=5)
        connection.sock = self.handshake(host)
        connection.request("GET", path)
        return connection.getresponse()

    def handshake(self, host: str) -> ssl.SSLSocket:
        port = self.port if host == CONSOLE else self.device_port
        trusting = ssl.create_default_context(cafile=str(self.data_dir / "tls" / "authority.pem"))
        return trusting.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=5), server_hostname=host)

    def serial(self, host: str) -> int:
        with self.handshake(host) as shaken:
            return x509.load_der_x509_certificate(shaken.getpeercert(binary_form=True) or b"").serial_number


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoDoors]:
    server = TwoDoors(tmp_path_factory.mktemp("doors"), free_port())
    server.device_port = free_port()
    server.run("certificate", "make", "--school", "Larkhill Academy")
    try:
        server.start()
        yield server
    finally:
        server.kill_tree()


@pytest.mark.parametrize("path", ["/device/v1/bundle", "/device/v1/openapi.json", "/extension/updates.xml", "/extension/heedful.crx"])
def test_the_console_answers_no_device(doors: TwoDoors, path: str) -> None:
    assert (doors.ask(DEVICES, path).status, doors.ask(CONSOLE, path).status) == (200, 404)


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/captures/", "/devices/", "/static/heedful/css/tokens.css"])
def test_the_devices_door_shows_no_console(doors: TwoDoors, path: str) -> None:
    assert doors.ask(CONSOLE, path).status in {200, 302}
    assert doors.ask(DEVICES, path).status == 404


def test_over_https_the_browser_is_held_to_it_and_cookies_are_secure(doors: TwoDoors) -> None:
    answer = doors.ask(CONSOLE, "/accounts/login/")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookies = answer.headers.get_all("Set-Cookie") or []
    assert cookies
    assert all(cookie.startswith("__Host-heedful") and "Secure" in cookie for cookie in cookies)


def test_the_extension_comes_and_is_updated_from_the_devices_door(doors: TwoDoors) -> None:
    told = doors.ask(DEVICES, "/extension/updates.xml").read().decode()
    assert f"https://{DEVICES}:{doors.device_port}/extension/heedful.crx" in told


def test_the_doctor_finds_both_doors_well(doors: TwoDoors) -> None:
    done = subprocess.run([sys.executable, "-m", "heedful", "doctor"], env=doors.environment, capture_output=True, text=True, timeout=60, check=False)
    said = [line for line in done.stdout.splitlines() if "console:" in line or "devices' door:" in line]
    assert [line.split()[0] for line in said] == ["ok", "ok"], done.stdout
    assert all("certificate good for 39" in line for line in said)


def test_neither_door_speaks_in_the_clear(doors: TwoDoors) -> None:
    for port in (doors.port, doors.device_port):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
            plain.sendall(b"GET /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try:
                said = plain.recv(100)
            except ConnectionResetError:
                said = b""
        assert b"HTTP/" not in said


def test_a_renewed_certificate_is_taken_up_by_the_running_server(doors: TwoDoors) -> None:
    before = {host: doors.serial(host) for host in (CONSOLE, DEVICES)}
    doors.run("certificate", "renew")
    renewed = x509.load_pem_x509_certificate((doors.data_dir / "tls" / "server.pem").read_bytes()).serial_number

    def is_taken_up() -> bool:
        return doors.answers() and {doors.serial(host) for host in before} == {renewed}

    wait_until("both doors show the new certificate", is_taken_up, within_s=40)
    assert renewed not in before.values()
    assert "serve.certificate_taken_up" in doors.log()


def test_a_certificate_that_does_not_fit_stops_the_start_in_words(doors: TwoDoors, tmp_path: Path) -> None:
    other = TwoDoors(tmp_path, free_port())
    other.device_port = free_port()
    other.run("certificate", "make")
    (other.data_dir / "tls" / "server.key").write_bytes((doors.data_dir / "tls" / "server.key").read_bytes())
    done = subprocess.run([sys.executable, "-m", "heedful", "serve"], env=other.environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "its key belongs to another certificate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_certificate_for_another_name_is_a_doubt_and_no_fault(doors: TwoDoors) -> None:
    files = TlsFiles(doors.data_dir / "tls" / "server.pem", doors.data_dir / "tls" / "server.key")
    listener = Listener("127.0.0.1:1", "both", 1, files, ("inside.larkhill.example",))
    assert (listener.fault(), "inside.larkhill.example" in listener.doubt()) == ("", True)
    assert Listener("127.0.0.1:1", "both", 1, files, (CONSOLE,)).doubt() == ""
    assert Listener("127.0.0.1:1", "both", 1).doubt() == ""
