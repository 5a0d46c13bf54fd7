"""Heedful behind nginx and behind Caddy, with the files of deploy/: two names, two doors, TLS at the proxy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.proxy import CONSOLE, DEVICES, Proxy, caddy, nginx
from tests.durability.server import Server, free_port, wait_until

PROXIES: dict[str, Callable[..., AbstractContextManager[Proxy]]] = {"nginx": nginx, "caddy": caddy}


@dataclass
class BehindAProxy(Server):
    """Two listeners, each with its own public name."""

    devices_port: int = 0

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            "HEEDFUL_PUBLIC_URL": f"https://{CONSOLE}", "HEEDFUL_DEVICE_URL": f"https://{DEVICES}",
            "HEEDFUL_DEVICE_LISTEN": f"127.0.0.1:{self.devices_port}", "HEEDFUL_WEB_WORKERS": "1", "HEEDFUL_DEMO": "off",
        }  # fmt: skip
        return super().environment | ours

    def answers(self) -> bool:
        door = Server(self.folder, self.devices_port)
        return door.answers()


@pytest.fixture(scope="module")
def heedful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BehindAProxy]:
    server = BehindAProxy(tmp_path_factory.mktemp("heedful"), free_port(), devices_port=free_port())
    server.start()
    yield server
    server.kill_tree()


@pytest.mark.parametrize("name", PROXIES)
def test_each_name_leads_to_its_own_door_and_to_no_other(name: str, heedful: BehindAProxy, tmp_path: Path) -> None:
    with PROXIES[name](tmp_path / name, console=heedful.port, devices=heedful.devices_port) as proxy:
        wait_until("the console answers", lambda: proxy.asks(CONSOLE, "/accounts/login/").status == 200, within_s=20)
        login = proxy.asks(CONSOLE, "/accounts/login/")
        assert "__Host-heedful-csrf=" in login.headers["set-cookie"]
        assert "Secure" in login.headers["set-cookie"]
        assert login.headers["strict-transport-security"].startswith("max-age=31536000")
        assert proxy.asks(DEVICES, "/device/v1/bundle").status == 200
        assert proxy.asks(DEVICES, "/accounts/login/").status == 404
        assert proxy.asks(CONSOLE, "/device/v1/bundle").status == 404
        # A policy's address names a pupil's account: it stands in no log of the proxy's, nor in Heedful's.
        assert proxy.asks(DEVICES, "/device/v1/policy?account=sam.penrose%40school.example").status == 401
    assert name != "nginx" or b"GET /device/v1/policy\"" in (proxy.logs / "heedful-devices.log").read_bytes()
    written = b"".join(file.read_bytes() for file in [*proxy.logs.iterdir(), heedful.folder / "server.log"])
    assert b"penrose" not in written
