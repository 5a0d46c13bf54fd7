"""A simulated device that speaks the real device API: for the demo's replay, the load test and the crash tests.

It keeps a spool as the extension does: a capture leaves it only when the gateway has answered for it.
"""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from heedful.gateway.signing import ENROLLING, request_bytes, sign, to_base64url

DELETED_ON = {"stored", "duplicate", "counted", "out_of_scope"}
TIMEOUT_S = 20.0


class GatewayAway(Exception):
    """No answer, or one that means: keep everything and try again."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def document(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded


def uuid7(unix_ms: int) -> str:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits."""
    value = (unix_ms & (2**48 - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass
class SimulatedDevice:
    """One device. Not safe for several threads at once."""

    server_url: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    device_id: str = ""
    sequence: int = 0
    spool: dict[str, dict[str, Any]] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    results: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def enrol(self, token: str, *, os: str = "ChromeOS", browser: str = "Chrome", directory_device_id: str = "", machine_id: str = "") -> None:
        """Trade the token for a device id. Raises GatewayAway, or ValueError with the status when refused."""
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        platform = {"os": os, "browser": browser, "browser_version": "156", "agent_version": "0.1.0"}
        document = {"token": token, "public_key": to_base64url(public), "platform": platform}
        if directory_device_id:
            document["directory_device_id"] = directory_device_id
        if machine_id:
            document["machine_id"] = machine_id
        answer = self._send("POST", "/device/v1/enrol", json.dumps(document).encode(), device=ENROLLING, sequence=0)
        if answer.status != 201:
            raise ValueError(f"enrolment answered {answer.status}")
        self.device_id = answer.document()["device_id"]

    def request(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Sign with the next number and send; a 409 names the number to go on from, and is tried once more."""
        for _ in range(2):
            self.sequence += 1
            answer = self._send(method, path, body, device=self.device_id, sequence=self.sequence)
            if answer.status != 409:
                return answer
            self.sequence = answer.document()["last_sequence"]
        return answer

    def policy(self, account: str) -> dict[str, Any]:
        return self.request("GET", f"/device/v1/policy?account={quote(account, safe='')}").document()

    def heartbeat(self, *, device_time: str, bundle_version: str, account: str = "", said: Mapping[str, Any] | None = None) -> Answer:
        """Say that it is alive; `said` has more of the contract's fields."""
        spool = {"captures": len(self.spool), "bytes": 0, "set_aside": 0, "lost_pictures": 0, "lost_captures": 0}
        document = {
            "agent_version": "0.1.0",
            "bundle_version": bundle_version,
            "policy_version": "",
            "device_time": device_time,
            "spool": spool,
        }
        document |= said or {}
        if account:
            document["account"] = {"name": account, "identity_confidence": "certain", "how": "profile"}
        return self.request("POST", "/device/v1/heartbeat", json.dumps(document).encode())

    def add(self, captures: Iterable[dict[str, Any]]) -> None:
        """Put captures in the spool."""
        for capture in captures:
            self.spool[capture["id"]] = capture

    def drain(self, *, batch: int = 50) -> None:
        """Send the spool until it is empty. Raises GatewayAway at the first answer that keeps everything."""
        while self.spool:
            items = list(self.spool.values())[:batch]
            answer = self.request("POST", "/device/v1/captures", json.dumps({"captures": items}).encode())
            if answer.status != 200:
                raise GatewayAway(str(answer.status))
            for result in answer.document()["results"]:
                self._settle(result["id"], result["status"])

    def drain_until_empty(self, *, give_up_after_s: float, pause_s: float = 0.2) -> None:
        """Drain through outages; raises GatewayAway when the spool is not empty in time."""
        deadline = time.monotonic() + give_up_after_s
        while self.spool:
            try:
                self.drain()
            except GatewayAway:
                if time.monotonic() > deadline:
                    raise
                time.sleep(pause_s)

    def _settle(self, capture_id: str, status: str) -> None:
        self.results[capture_id] = status
        if status in DELETED_ON or status == "rejected":
            self.spool.pop(capture_id, None)
        if status in {"stored", "duplicate"}:
            self.acknowledged.add(capture_id)

    def headers(self, method: str, path: str, body: bytes, *, device: str, sequence: int) -> dict[str, str]:
        """The headers of a signed request."""
        message = request_bytes(method=method, path=path, device=device, sequence=sequence, body=body)
        return {
            "Heedful-Device": device, "Heedful-Sequence": str(sequence), "Heedful-Signature": sign(self.key, message),
            "Content-Type": "application/json",
        }  # fmt: skip

    def _send(self, method: str, path: str, body: bytes, *, device: str, sequence: int) -> Answer:
        headers = self.headers(method, path, body, device=device, sequence=sequence)
        try:
            connection = self._connected()
            connection.request(method, path, body=body or None, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.read())
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            raise GatewayAway(type(fault).__name__) from fault

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            parts = urlsplit(self.server_url)
            kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(parts.hostname or "localhost", parts.port, timeout=TIMEOUT_S)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def capture_of(
    *, device_id: str, text: str, hits: list[dict[str, Any]], observed_at: str, unix_ms: int, source: str = "typed", url: str = "",
    title: str = "", account: str = "", bundle_version: str = "0", before: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A capture as contracts/capture.schema.json wants it."""
    known = {"name": account, "identity_confidence": "certain" if account else "unknown", "how": "profile" if account else "none"}
    capture: dict[str, Any] = {
        "id": uuid7(unix_ms), "observed_at": observed_at, "source": source, "text": text, "hits": hits, "bundle_version": bundle_version,
        "app": "browser", "url": url, "title": title, "account": known, "device": device_id,
    }  # fmt: skip
    if before:
        capture["context_before"] = before
    return capture
