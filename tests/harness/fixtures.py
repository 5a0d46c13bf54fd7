"""Fixtures that several apps' tests share: a library small enough to compile in a test, a school, a device."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings

import heedful

if TYPE_CHECKING:
    from tests.harness.layers import ToldEncoder

SMALL_LIBRARY = Path(heedful.__file__).parent / "captures" / "tests" / "library"


@lru_cache(maxsize=1)
def small_bundle_bytes() -> bytes:
    """The small library, compiled once for all tests that use it."""
    from heedful.detection.shipped import compile_folder

    return compile_folder(SMALL_LIBRARY)


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """Row numbers come again after a rollback: what a process remembers of keys and tables must not outlive a test."""
    from heedful.devices.coverage.queries.health import forget_health
    from heedful.thresholds.queries import _load
    from heedful.vault.queries import forget_keys

    forget_keys()
    forget_health()
    _load.cache_clear()
    yield
    forget_keys()
    _load.cache_clear()


@pytest.fixture
def small_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Assess with the small library, and serve it as the bundle."""
    from heedful.captures import assessing
    from heedful.detection.bundle import load_bundle
    from heedful.gateway import bundle_file

    def forget() -> None:
        assessing.forget_detection()
        bundle_file.bundle_file.cache_clear()

    monkeypatch.setattr(assessing, "load_shipped_bundle", lambda: load_bundle(small_bundle_bytes()))
    monkeypatch.setattr(bundle_file, "shipped_bytes", small_bundle_bytes)
    forget()
    yield
    forget()


@pytest.fixture
def told_encoder(small_library: None, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> ToldEncoder:
    """Judge with phrases and an encoder that reads as the test says in `reads`."""
    from heedful.captures import assessing
    from tests.harness.layers import ToldEncoder, fusion_that_believes_the_encoder

    encoder = ToldEncoder({})
    settings.DETECTION_LAYERS = frozenset(("phrases", "encoder"))
    monkeypatch.setattr(assessing, "_models", lambda: (encoder, fusion_that_believes_the_encoder()))
    assessing.forget_detection()
    return encoder


@pytest.fixture
def westbrook(db: None, small_library: None):  # type: ignore[no-untyped-def]  # the module imports models, which need Django set up
    """A live school with a lead, a deputy and a pupil; see `tests.harness.westbrook`."""
    from tests.harness.westbrook import build_school

    return build_school()


@pytest.fixture
def device(westbrook):  # type: ignore[no-untyped-def]
    """A device enrolled at the school."""
    return westbrook.device()
