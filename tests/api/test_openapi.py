"""The served OpenAPI document is valid 3.1, and whatever can be made from it is answered without a 5xx."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from jsonschema_rs import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from heedful.devices.rules import TokenKind
from heedful.gateway.signing import to_base64url
from heedful.wsgi import application
from tests.harness.westbrook import InProcessDevice, Westbrook

DOCUMENT = "/device/v1/openapi.json"
SIGNED_PATHS = {"/device/v1/policy", "/device/v1/captures", "/device/v1/heartbeat", "/device/v1/enrol"}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PATHS = ("enrol", "policy", "bundle", "captures", "heartbeat")
# A bundle is asked for without anything that could be wrong.
MADE = [(path, mode) for path in PATHS for mode in GenerationMode if (path, mode) != ("bundle", GenerationMode.NEGATIVE)]
Start = Callable[..., Any]


class Signing:
    """A WSGI application before ours that signs each request as a real device, and counts the answers by status."""

    def __init__(self, westbrook: Westbrook) -> None:
        self.device: InProcessDevice = westbrook.device()
        self.tokens = {kind: westbrook.token(kind=kind, uses=10_000) for kind in TokenKind}
        self.answers: Counter[int] = Counter()
        self.stopped_at_the_signature = 0

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterator[bytes]:
        path = environ["PATH_INFO"]
        if path in SIGNED_PATHS:
            self._sign(environ, path)

        def started(status: str, *arguments: Any) -> Any:
            self.answers[int(status.split()[0])] += 1
            return start_response(status, *arguments)

        answer = application(environ, started)
        content = b"".join(answer)
        self.stopped_at_the_signature += b"urn:heedful:problem:unknown-device" in content
        yield content

    def _sign(self, environ: dict[str, Any], path: str) -> None:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        enrolling = path.endswith("/enrol")
        if enrolling:
            body = self._with_our_key(body)
        environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        query = environ.get("QUERY_STRING", "")
        self.device.sequence += 1
        headers = self.device.headers(
            environ["REQUEST_METHOD"], f"{path}?{query}" if query else path, body,
            device="enrol" if enrolling else self.device.device_id, sequence=0 if enrolling else self.device.sequence,
        )  # fmt: skip
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items() if name != "Content-Type"}

    def _with_our_key(self, body: bytes) -> bytes:
        """A made-up public key has no private half, and a made-up token is nobody's: put real ones where the rest may be tried."""
        try:
            document = json.loads(body)
        except ValueError:
            return body
        if not isinstance(document, dict) or not {"public_key", "token"} <= set(document):
            return body
        public = self.device.key.public_key().public_bytes_raw()
        token = self.tokens[TokenKind.CHROMEOS if "directory_device_id" in document else TokenKind.DEVICE]
        return json.dumps(document | {"public_key": to_base64url(public), "token": token}).encode()


@pytest.fixture
def signing(westbrook: Westbrook) -> Iterator[Signing]:
    """The signing application. The test's transaction outlives its requests, as with Django's own test client."""
    made = Signing(westbrook)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield made
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def document() -> dict[str, Any]:
    loaded: dict[str, Any] = Client().get(DOCUMENT).json()
    return loaded


def test_the_document_is_of_version_3_1_and_every_reference_in_it_leads_somewhere() -> None:
    found = document()
    assert found["openapi"] == "3.1.0"
    assert set(found["paths"]) == {f"/device/v1/{name}" for name in PATHS}
    assert all(place.startswith("#/components/schemas/") for place in references(found))
    named = {place.rpartition("/")[2] for place in references(found)}
    assert named <= set(found["components"]["schemas"])
    assert {"Capture", "Capture_account", "Enrolment", "Heartbeat", "Heartbeat_time", "Problem"} <= named
    for schema in found["components"]["schemas"].values():
        Draft202012Validator(schema | {"components": found["components"]})


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_problem_that_the_contract_names_is_described() -> None:
    for path, endpoints in document()["paths"].items():
        for endpoint in endpoints.values():
            assert {"401", "403", "409", "413", "415", "422", "503"} <= set(endpoint["responses"]), path
            assert "default" not in endpoint["responses"]


@pytest.mark.parametrize(("path", "mode"), MADE, ids=lambda value: str(getattr(value, "value", value)))
def test_what_is_made_from_the_document_is_answered_as_the_document_says(signing: Signing, path: str, mode: GenerationMode) -> None:
    api = schemathesis.openapi.from_wsgi(DOCUMENT, signing)
    signing.answers.clear()
    [found] = api.include(path=f"/device/v1/{path}").get_all_operations()

    @settings(max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=found.ok().as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    check()
    assert all(status < 500 for status in signing.answers), signing.answers
    assert signing.stopped_at_the_signature < signing.answers.total() / 2, signing.answers
    assert mode is GenerationMode.NEGATIVE or any(status < 300 for status in signing.answers), signing.answers
