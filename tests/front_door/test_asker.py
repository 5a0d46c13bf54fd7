"""Who asks, when a proxy stands before Heedful: its word is taken, anybody else's is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.conf import settings
from granian.utils.proxies import wrap_wsgi_with_proxy_headers


def seen_by_django(**environ: str) -> tuple[str, str]:
    """The address and scheme that are left after the proxy's headers were taken, as wsgi.py takes them."""
    seen: dict[str, Any] = {}

    def application(found: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        seen.update(found)
        return []

    wrap_wsgi_with_proxy_headers(application, settings.TRUSTED_PROXIES)({"wsgi.url_scheme": "http", **environ}, lambda *_: None)
    return seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]


@pytest.mark.parametrize(
    ("address", "forwarded", "proto", "expected"),
    [
        ("127.0.0.1", "198.51.100.7", "https", ("198.51.100.7", "https")),
        ("::1", "198.51.100.7", "https", ("198.51.100.7", "https")),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7", "https", ("198.51.100.7", "https")),  # the first is the asker's own invention
        ("198.51.100.7", "203.0.113.9", "https", ("198.51.100.7", "http")),  # not a proxy of ours
    ],
)
def test_only_our_own_proxy_says_who_asks(address: str, forwarded: str, proto: str, expected: tuple[str, str]) -> None:
    assert seen_by_django(REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded, HTTP_X_FORWARDED_PROTO=proto) == expected
