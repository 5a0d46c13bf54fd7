"""A fleet of simulated devices with captures to send: what the load test and the crash tests drive the gateway with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from heedful.demo.device import SimulatedDevice, capture_of
from heedful.detection.bundle import Bundle
from heedful.detection.engine import assess
from heedful.detection.library import SHIPPED, read_library
from heedful.detection.values import Observation

# Plain words up to a kilobyte; the library finds nothing in them.
FILLER = "we were talking about the maths homework and the bus and what to have for lunch "


def enrolled_fleet(server_url: str, token: str, *, size: int) -> list[SimulatedDevice]:
    """Enrol so many devices over the wire, each with its own key."""
    fleet = [SimulatedDevice(server_url) for _ in range(size)]
    for device in fleet:
        device.enrol(token)
    return fleet


def example_of_severity(severity: int, *, bundle: Bundle) -> tuple[str, str]:
    """The first example of the library that a device of unknown age would send with just this severity, and its rule."""
    for theme in read_library(SHIPPED).themes:
        for phrase in theme.phrases:
            for example in phrase.hits:
                found = assess(Observation(text_of(example)), bundle=bundle)
                if found.severity == severity:
                    return example, found.findings[0].rule
    raise LookupError(f"the library has no example of severity {severity}")


def text_of(phrase: str, *, size: int = 700) -> str:
    """A text of about so many characters with the phrase at its start; with its envelope a capture of 1 kB."""
    return (phrase + ". " + FILLER * (size // len(FILLER) + 1))[:size]


def captures_for(device: SimulatedDevice, *, count: int, phrase: str, rule: str, start: datetime) -> list[dict[str, Any]]:
    """So many captures, at most 50 to an hour of observation, so that none is counted away."""
    text = text_of(phrase)
    captures = []
    for index in range(count):
        moment = start - timedelta(hours=index // 50, seconds=index % 50)
        captures.append(
            capture_of(
                device_id=device.device_id, text=text, hits=[{"start": 0, "end": len(phrase), "phrase": rule}],
                observed_at=moment.astimezone(UTC).isoformat(timespec="milliseconds"), unix_ms=int(moment.timestamp() * 1000),
                url="https://chat.school.example/room", title="Chat",
            )
        )  # fmt: skip
    return captures


def batches(captures: Sequence[dict[str, Any]], *, size: int = 50) -> list[list[dict[str, Any]]]:
    return [list(captures[first : first + size]) for first in range(0, len(captures), size)]
