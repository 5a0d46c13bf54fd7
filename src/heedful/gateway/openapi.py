"""The OpenAPI 3.1 document of the device API: the schemas of contracts/ themselves, in place of what a framework would guess."""

from __future__ import annotations

import json
from typing import Any

from ninja import NinjaAPI

from heedful.captures.rules import ResultStatus
from heedful.gateway.contract import schema
from heedful.gateway.problems import TITLES

_CONTRACTS = {"Capture": "capture", "Enrolment": "enrol", "Heartbeat": "heartbeat"}
# What a whole request can be answered when it is refused.
_REFUSALS = (401, 403, 409, 413, 415, 422, 503)
SIGNED = [
    {
        "name": "Heedful-Device",
        "in": "header",
        "required": True,
        "description": "The device id; on enrolment the word 'enrol'.",
        "schema": {"type": "string", "maxLength": 36},
    },
    {
        "name": "Heedful-Sequence",
        "in": "header",
        "required": True,
        "description": "Larger than any this device has sent; on enrolment 0.",
        "schema": {"type": "string", "pattern": "^[0-9]{1,16}$"},
    },
    {
        "name": "Heedful-Signature",
        "in": "header",
        "required": True,
        "description": "Ed25519 over the six lines of device-api.md, base64url.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{86}$"},
    },
]
IF_NONE_MATCH = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}
ACCOUNT = {
    "name": "account",
    "in": "query",
    "required": False,
    "description": "Address or user name; empty for nobody known.",
    "schema": {"type": "string", "maxLength": 254},
}


def described(
    *, answers: dict[int, str | None], body: str = "", parameters: list[dict[str, Any]] | None = None, media_type: str = "application/json"
) -> dict[str, Any]:
    """The OpenAPI part of an endpoint. `answers` names the component of each good status (None: no body), `body` that of the request."""
    responses: dict[str, Any] = {str(status): _refusal(status) for status in _REFUSALS}
    for status, component in answers.items():
        responses[str(status)] = {"description": "Done"} | ({"content": {media_type: {"schema": _ref(component)}}} if component else {})
    extra: dict[str, Any] = {"responses": responses, "parameters": parameters or []}
    if body:
        extra["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(body)}}}
    return extra


def _refusal(status: int) -> dict[str, Any]:
    return {"description": TITLES[status], "content": {"application/problem+json": {"schema": _ref("Problem")}}}


def _ref(component: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{component}"}


def components() -> dict[str, Any]:
    """Every schema that the document refers to; a contract's inner definitions get the contract's name before theirs."""
    found: dict[str, Any] = {}
    for title, name in _CONTRACTS.items():
        whole = {key: value for key, value in schema(name).items() if key not in {"$schema", "$id"}}
        parts = {f"{title}_{key}": value for key, value in whole.pop("$defs", {}).items()} | {title: whole}
        found |= json.loads(json.dumps(parts).replace("#/$defs/", f"#/components/schemas/{title}_"))
    return found | _ANSWERS


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
_SCHOOL = _object(["id", "name"], id=_TEXT, name=_TEXT)
_RESULT = _object(
    ["id", "status"],
    id=_TEXT,
    status={"enum": [str(status) for status in ResultStatus]},
    problem=_object(["pointer", "detail"], pointer=_TEXT, detail=_TEXT),
)
_ANSWERS: dict[str, Any] = {
    "Batch": _object(["captures"], captures={"type": "array", "minItems": 1, "maxItems": 50, "items": _ref("Capture")})
    | {"additionalProperties": False},
    "Results": _object(["results"], results={"type": "array", "items": _RESULT}),
    "Enrolled": _object(
        ["device_id", "server_public_key", "school", "sequence"], device_id=_TEXT, server_public_key=_TEXT, school=_SCHOOL, sequence=_NUMBER
    ),
    "Policy": _object(
        ["version", "device_id", "school", "account", "monitor", "reason", "age_band", "capture_from", "layers", "hours", "test_phrase", "private_hosts"],
        version=_TEXT, device_id=_TEXT, school=_SCHOOL, account=_TEXT, monitor={"type": "boolean"}, reason=_TEXT, age_band=_TEXT,
        capture_from=_NUMBER, layers={"type": "array", "items": _TEXT},
    ),
    "HeartbeatAnswer": _object(["server_time", "policy_version", "bundle_version"], server_time=_TEXT, policy_version=_TEXT, bundle_version=_TEXT),
    "Bundle": {"type": "string", "contentMediaType": "application/gzip"},
    "Problem": _object(["type", "title", "status", "detail"], type=_TEXT, title=_TEXT, status=_NUMBER, detail=_TEXT, pointer=_TEXT, last_sequence=_NUMBER),
}  # fmt: skip


class DeviceAPI(NinjaAPI):
    """The framework's API with our own document: it answers what `described` says, and nothing by default."""

    def get_openapi_schema(self, **options: Any) -> Any:
        document = super().get_openapi_schema(**options)
        document["components"] = {"schemas": components()}
        for path in document["paths"].values():
            for endpoint in path.values():
                # The framework's own answers are numbers, ours are texts; in JSON they would be the same key twice.
                endpoint["responses"] = {status: said for status, said in endpoint["responses"].items() if isinstance(status, str)}
        return document
