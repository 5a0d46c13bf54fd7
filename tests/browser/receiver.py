"""A small gateway for browser tests: real HTTP, the device API's rules, everything that arrived kept for inspection.

It checks signatures, sequence numbers and the capture schema as the gateway does, and can be told to fail in the ways
that a network fails. `Receiver` is the whole surface that the tests use, so that the real gateway can stand in its place.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from heedful.gateway.signing import bundle_bytes, from_base64url, is_signed_by, policy_bytes, request_bytes, sign, to_base64url

CONTRACTS = Path(__file__).parents[2] / "contracts"
TOKEN = "token-for-the-browser-tests"
TEST_PHRASE = "seven purple kettles whistle"
PRIVATE_HOST = "helpline.example"


@dataclass(frozen=True)
class Sent:
    """One request as it came over the wire."""

    method: str
    path: str
    body: bytes
    raw: bytes


@dataclass
class Faults:
    """How the gateway misbehaves now. `unavailable`: 503 to every device. `cut`: the work is done, the answer never comes. `elsewhere`: it sends devices to this address. `forged`: policy and library are signed by somebody else."""

    unavailable: bool = False
    cut: int = 0
    elsewhere: str = ""
    forged: bool = False


@dataclass
class Receiver:
    """Started by `serve`. All lists are in order of arrival."""

    bundle: bytes
    policy_changes: dict[str, Any] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    sent: list[Sent] = field(default_factory=list)
    captures: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    arrived_at: dict[str, float] = field(default_factory=dict)
    tests: list[dict[str, Any]] = field(default_factory=list)
    heartbeats: list[dict[str, Any]] = field(default_factory=list)
    enrolments: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    port: int = 0
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    """Speak TLS with this; looked at when `serve` is called."""

    def __post_init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self._strangers = Ed25519PrivateKey.generate()
        self._devices: dict[str, tuple[bytes, int]] = {}
        self._schemas = {
            name: jsonschema_rs.Draft202012Validator(json.loads((CONTRACTS / f"{name}.schema.json").read_text("utf-8")))
            for name in ("capture", "enrol", "heartbeat")
        }
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Listen; on the same port again after `stop`."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"  # a kept connection would outlive `stop`

            def do_GET(self) -> None:
                receiver._handle(self)

            def do_POST(self) -> None:
                receiver._handle(self)

            def log_message(self, *_: object) -> None:
                """Nothing is written: a test's output is its own."""

        class Server(ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True

            def get_request(self) -> tuple[Any, Any]:
                client, address = super().get_request()
                if receiver.tls:
                    # The handshake is the handler's: a client that refuses it must not hold up the others.
                    client = receiver.tls.wrap_socket(client, server_side=True, do_handshake_on_connect=False)
                return client, address

            def handle_error(self, *_: object) -> None:
                """A client that refuses the certificate goes away in the middle: what it sent is what counts."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def _signer(self) -> Ed25519PrivateKey:
        return self._strangers if self.faults.forged else self._key

    def texts(self) -> list[str]:
        return [capture["text"] for capture in list(self.captures)]

    def wire(self) -> bytes:
        """Every byte that came, requests whole."""
        return b"\n".join(sent.raw for sent in list(self.sent))

    def set_policy(self, **changes: Any) -> None:
        self.policy_changes = changes

    def policy(self, device: str, account: str) -> dict[str, Any]:
        document = {
            "device_id": device,
            "school": {"id": "3f0d6e1c-8f4e-4b52-9a57-2f6a4f2f9d10", "name": "Larkhill Academy"},
            "account": account,
            "monitor": True,
            "reason": "live",
            "age_band": "ks3",
            "capture_from": 2,
            "layers": ["phrases", "model"],
            "hours": {"time_zone": "Europe/London", "windows": []},
            "test_phrase": TEST_PHRASE,
            "private_hosts": [PRIVATE_HOST],
            "pictures": False,
            "help": [{"name": "Childline", "phone": "0800 1111", "text": None, "url": "https://www.childline.org.uk"}],
            "notice": {
                "version": "1",
                "who_sees": "Ms Okafor and Mr Reid, who look after pupils' safety.",
                "what": ["What you type in web pages."],
                "not": ["Passwords, bank cards and codes."],
                "next_read": "tomorrow at 8:15",
            },
            "locked_lists": [],
            "bundle": {"version": "test", "sha256": hashlib.sha256(self.bundle).hexdigest()},
            "heartbeat_s": 1800,
        } | self.policy_changes
        return {"version": hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]} | document

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        raw = f"{request.requestline}\r\n{request.headers}".encode() + body
        answer = _Answer(request)
        with self._lock:
            self.sent.append(Sent(request.command, request.path, body, raw))
            if self.faults.elsewhere and request.path.startswith("/device/"):
                answer.send(307, b"", {"Location": self.faults.elsewhere + request.path})
                return
            if self.faults.unavailable and request.path.startswith("/device/"):
                answer.problem(503, "unavailable")
                return
            self._route(request, body, answer)

    def _route(self, request: BaseHTTPRequestHandler, body: bytes, answer: _Answer) -> None:
        path = urlsplit(request.path).path
        if path in self.files:
            kind, content = self.files[path]
            answer.send(200, content, {"Content-Type": kind})
        elif path == "/device/v1/bundle":
            answer.send(200, self.bundle, {"Content-Type": "application/gzip", "Heedful-Server-Signature": sign(self._signer, bundle_bytes(self.bundle))})
        elif path == "/device/v1/enrol":
            self._enrol(request, body, answer)
        else:
            device = self._device_of(request, body, answer)
            if device:
                self._signed(path, device, request, body, answer)

    def _enrol(self, request: BaseHTTPRequestHandler, body: bytes, answer: _Answer) -> None:
        asked = json.loads(body)
        public = from_base64url(asked["public_key"])
        message = request_bytes(method="POST", path=request.path, device="enrol", sequence=0, body=body)
        if asked["token"] != TOKEN or not is_signed_by(public, request.headers.get("Heedful-Signature", ""), message):
            answer.problem(401, "enrolment refused")
            return
        self._hold_to("enrol", asked)
        self.enrolments.append(asked)
        device = str(uuid.uuid4())
        self._devices[device] = (public, 0)
        server_key = to_base64url(self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        answer.json(201, {"device_id": device, "server_public_key": server_key, "school": {"id": "s", "name": "Larkhill Academy"}, "sequence": 0})

    def _device_of(self, request: BaseHTTPRequestHandler, body: bytes, answer: _Answer) -> str | None:
        """The device whose signature and number are right; else the problem is answered."""
        device = request.headers.get("Heedful-Device", "")
        number = int(request.headers.get("Heedful-Sequence", "0"))
        known = self._devices.get(device)
        message = request_bytes(method=request.command, path=request.path, device=device, sequence=number, body=body)
        if not known or not is_signed_by(known[0], request.headers.get("Heedful-Signature", ""), message):
            self.problems.append(f"bad signature on {request.command} {urlsplit(request.path).path}")
            answer.problem(401, "unknown device or bad signature")
            return None
        if number <= known[1]:
            answer.problem(409, "number used", last_sequence=known[1])
            return None
        self._devices[device] = (known[0], number)
        return device

    def _signed(self, path: str, device: str, request: BaseHTTPRequestHandler, body: bytes, answer: _Answer) -> None:
        if path == "/device/v1/policy":
            account = parse_qs(urlsplit(request.path).query, keep_blank_values=True).get("account", [""])[0]
            document = json.dumps(self.policy(device, account)).encode()
            answer.send(200, document, {"Content-Type": "application/json", "Heedful-Server-Signature": sign(self._signer, policy_bytes(device=device, body=document))})
        elif path == "/device/v1/captures":
            results = [self._take(capture, device) for capture in json.loads(body)["captures"]]
            if self.faults.cut > 0:
                self.faults.cut -= 1
                answer.cut()
                return
            answer.json(200, {"results": results})
        elif path == "/device/v1/heartbeat":
            beat = json.loads(body)
            self._hold_to("heartbeat", beat)
            self.heartbeats.append(beat)
            self.tests.extend(beat["tests"])
            policy = self.policy(device, beat["account"]["name"])
            answer.json(200, {"server_time": "2026-11-24T09:00:00Z", "policy_version": policy["version"], "bundle_version": "test"})
        else:
            answer.problem(404, "no such address")

    def _hold_to(self, name: str, document: dict[str, Any]) -> None:
        for fault in self._schemas[name].iter_errors(document):
            self.problems.append(f"{name} does not fit: {fault.schema_path}")

    def _take(self, capture: dict[str, Any], device: str) -> dict[str, Any]:
        self.deliveries.append(capture["id"])
        fault = next(iter(self._schemas["capture"].iter_errors(capture)), None)
        if fault is not None or capture["device"] != device:
            self.problems.append(f"capture does not fit: {fault.schema_path if fault else 'device'}")
            return {"id": capture["id"], "status": "rejected", "problem": {"detail": "does not fit the schema"}}
        if any(capture["id"] == old["id"] for old in self.captures):
            return {"id": capture["id"], "status": "duplicate"}
        self.captures.append(capture)
        self.arrived_at[capture["id"]] = time.monotonic()
        return {"id": capture["id"], "status": "stored"}


class _Answer:
    """Writes one answer, or none."""

    def __init__(self, request: BaseHTTPRequestHandler) -> None:
        self._request = request

    def send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self._request.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self._request.send_header(name, value)
        self._request.end_headers()
        self._request.wfile.write(content)

    def json(self, status: int, document: object, kind: str = "application/json") -> None:
        self.send(status, json.dumps(document).encode(), {"Content-Type": kind})

    def problem(self, status: int, title: str, **more: object) -> None:
        self.json(status, {"type": "about:blank", "title": title, "status": status} | more, "application/problem+json")

    def cut(self) -> None:
        self._request.close_connection = True
        self._request.connection.close()
