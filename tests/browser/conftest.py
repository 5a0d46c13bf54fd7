"""Browsers for the tests of this folder. A browser is dear (seconds), so those that do no harm to each other share one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import Playwright, sync_playwright

from heedful.detection.shipped import compile_folder
from tests.browser.monitored import Monitored, unpacked_with_key
from tests.browser.receiver import Receiver

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.needs_root)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def built_extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension as the build makes it, or the one that EXTENSION_UNDER_TEST names."""
    given = os.environ.get("EXTENSION_UNDER_TEST")
    if given:
        return Path(given)
    out = tmp_path_factory.mktemp("extension") / "unpacked"
    subprocess.run(["node", "build.mjs", "--quiet", "--out", str(out)], cwd=ROOT / "extension", check=True)
    return out


@pytest.fixture(scope="session")
def extension_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def bundle() -> bytes:
    """A small library of the tests' own: it changes only when a test needs it to."""
    return compile_folder(Path(__file__).parent / "library")


@pytest.fixture(scope="session")
def new_browser(
    playwright: Playwright,
    built_extension: Path,
    extension_key: rsa.RSAPrivateKey,
    bundle: bytes,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Monitored]]:
    """Makes a browser with a receiver of its own; not started yet. All are closed at the end."""
    unpacked = unpacked_with_key(built_extension, tmp_path_factory.mktemp("loaded") / "extension", extension_key)
    made: list[Monitored] = []

    def make(*, configuration: dict[str, str] | None = None, unpacked_extension: bool = True) -> Monitored:
        receiver = Receiver(bundle)
        receiver.serve()
        folder = tmp_path_factory.mktemp("browser")
        made.append(Monitored(playwright, folder, receiver, extension_key, unpacked if unpacked_extension else None, dict(configuration or {})))
        return made[-1]

    yield make
    for monitored in made:
        monitored.close()
        monitored.receiver.stop()


@pytest.fixture(scope="session")
def shared(new_browser: Callable[..., Monitored]) -> Monitored:
    """One enrolled browser for all tests that only type and look."""
    monitored = new_browser()
    monitored.start()
    monitored.wait_until_watching()
    return monitored


@pytest.fixture
def browser(shared: Monitored) -> Iterator[Monitored]:
    """The shared browser, with nothing received yet and no page left open after the test."""
    shared.forget()
    yield shared
    shared.close_pages()
    assert shared.receiver.problems == []
